/** Largest payload either side may send, bytes (0xFFFFFF). */
const MAX_FRAME_LENGTH = 0xffffff;

const LENGTH_BYTES = 4;

/** A length that no frame can have: the stream is lost and the connection has to be closed. */
export class FrameLengthError extends Error {
  constructor(readonly length: number) {
    super(`frame length ${length} is not in 0..${MAX_FRAME_LENGTH}`);
    this.name = "FrameLengthError";
  }
}

/**
 * Cuts a byte stream into frames of `u32be length | payload`.
 *
 * Chunks may split or merge frames anywhere. The payloads handed out are views of the bytes received; who keeps one
 * beyond the callback copies it.
 */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);

  /** Bytes received that do not make a whole frame yet. */
  get buffered(): number {
    return this.pending.length;
  }

  push(chunk: Buffer): void {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
  }

  /** Takes `count` raw bytes (the handshake's prefix), or returns `undefined` when there are fewer. */
  take(count: number): Buffer | undefined {
    if (this.pending.length < count) return undefined;
    const bytes = this.pending.subarray(0, count);
    this.pending = this.pending.subarray(count);
    return bytes;
  }

  /**
   * The next whole frame's payload, or `undefined` when more bytes are needed.
   * @throws FrameLengthError when the announced length exceeds {@link MAX_FRAME_LENGTH}.
   */
  next(): Buffer | undefined {
    if (this.pending.length < LENGTH_BYTES) return undefined;
    const length = this.pending.readUInt32BE(0);
    if (length > MAX_FRAME_LENGTH) throw new FrameLengthError(this.pending.readInt32BE(0));
    if (this.pending.length < LENGTH_BYTES + length) return undefined;
    const payload = this.pending.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
    this.pending = this.pending.subarray(LENGTH_BYTES + length);
    return payload;
  }
}

/** Puts the length in front of a payload. */
export function frame(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + payload.length);
  bytes.writeUInt32BE(payload.length, 0);
  bytes.set(payload, LENGTH_BYTES);
  return bytes;
}
