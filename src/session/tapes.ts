import type { FeedTape } from "../broker/feed-tape.js";
import { makeTape, type TapeHandle } from "../native/tape.js";

/** Who takes a tape: see {@link NativeSession.setTape}. False where there is nobody yet. */
export interface TapeWriter {
  setTape(tape: TapeHandle): boolean;
}

/** A tape for each connection: the writer of the last one may still be at its last record when the next one begins. */
export class Tapes implements FeedTape {
  handle: TapeHandle | undefined;
  private writer: TapeWriter | undefined;
  private handlers: readonly ((handle: unknown) => void)[] = [];

  /** @param slots a power of two from 1,024 to 16,777,216 */
  constructor(private readonly slots: number) {}

  /** Nothing if it has one. */
  openOn(writer: TapeWriter | undefined): void {
    if (writer === undefined || writer === this.writer) return;
    const tape = makeTape(this.slots);
    if (!writer.setTape(tape)) return;
    this.writer = writer;
    this.handle = tape;
    for (const handler of this.handlers) handler(tape);
  }

  onChanged(handler: (handle: unknown) => void): () => void {
    const own = (handle: unknown) => handler(handle);
    this.handlers = [...this.handlers, own];
    return () => {
      this.handlers = this.handlers.filter((other) => other !== own);
    };
  }
}
