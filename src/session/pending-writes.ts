/** A frame that the socket would not take whole: known by its end until it is out. */
export interface PendingWrite {
  readonly method: string;
  readonly id: number;
  /** Length on the wire, header included; an upper bound where the core made the frame. */
  readonly bytes: number;
}

/** Frames handed over whose last bytes may still be here when the connection ends. */
export class PendingWrites {
  private writes: PendingWrite[] = [];

  get isEmpty(): boolean {
    return this.writes.length === 0;
  }

  add(write: PendingWrite): void {
    this.writes.push(write);
  }

  /** A later frame went out whole, so everything before it did. */
  allWritten(): void {
    if (this.writes.length > 0) this.writes = [];
  }

  /**
   * Ends the list. The last `unsentBytes` never left; a frame of which only the beginning left is no message to the
   * gateway either.
   * @returns the frames that are lost, in order
   */
  takeLost(unsentBytes: number): readonly PendingWrite[] {
    const { writes } = this;
    this.writes = [];
    let left = unsentBytes;
    let first = writes.length;
    while (first > 0 && left > 0) left -= writes[--first].bytes;
    return writes.slice(first);
  }
}
