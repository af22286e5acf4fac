import { RING_ALIGNMENT, RING_SLOTS, SLOT_BYTES } from "./layout.js";
import { loadAddon } from "./load.js";

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
    const shared = new SharedArrayBuffer(size + RING_ALIGNMENT);
    const offset = loadAddon().alignOffset(new Uint8Array(shared));
    this.memory = new Uint8Array(shared, offset, size);
    this.i32 = new Int32Array(shared, offset, size >> 2);
    this.f64 = new Float64Array(shared, offset, size >> 3);
    this.bytes = Buffer.from(shared, offset, size);
    this.mask = capacity - 1;
  }
}
