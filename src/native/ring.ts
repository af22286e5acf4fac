import { RING_SLOTS, SLOT_BYTES } from "./layout.js";
import { sharedBytes } from "./shared-memory.js";

/** The ring's memory as JavaScript reads it: one SharedArrayBuffer, written by the core. */
export class RingViews {
  /** What the addon gets: aligned, `RING_SLOTS + capacity * SLOT_BYTES` bytes. */
  readonly memory: Uint8Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
  /** The same bytes with Buffer's fast string readers. */
  readonly bytes: Buffer;
  readonly mask: number;

  constructor(capacity: number) {
    const size = RING_SLOTS + capacity * SLOT_BYTES;
    this.memory = sharedBytes(size);
    const { buffer, byteOffset } = this.memory;
    this.i32 = new Int32Array(buffer, byteOffset, size >> 2);
    this.f64 = new Float64Array(buffer, byteOffset, size >> 3);
    this.bytes = Buffer.from(buffer, byteOffset, size);
    this.mask = capacity - 1;
  }
}
