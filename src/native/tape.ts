import { refused } from "../domain/check.js";
import {
  FLAG_SPILLED,
  KIND_TICK_STRING,
  MAX_TAPE_RECORD_SLOTS,
  MAX_TAPE_SLOTS,
  MIN_TAPE_SLOTS,
  OFFSET_AUX,
  OFFSET_VALUES,
  RING_SLOTS,
  SLOT_BYTES,
  TAPE_HEAD,
  TAPE_INTENT,
  TAPE_MARK_BYTES,
  TAPE_MARK_SHIFT,
  TAPE_SLOTS,
  TAPE_VERSION,
} from "./layout.js";
import { RingBatch } from "./ring-batch.js";
import { checkMemory, checkVersion, type SharedHandle, sharedBytes } from "./shared-memory.js";

/** What another thread needs to read a tape. May be posted to a worker. */
export interface TapeHandle extends SharedHandle {
  readonly slots: number;
}

/** Memory for a tape, all zero. @param slots a power of two from 1,024 to 16,777,216 */
export function makeTape(slots: number): TapeHandle {
  return { memory: sharedBytes(bytesOf(slots)), slots, version: TAPE_VERSION };
}

const bytesOf = (slots: number) => TAPE_SLOTS + slots * (SLOT_BYTES + TAPE_MARK_BYTES);

const HIGH = 2 ** 32;
const SLOT_WORDS = SLOT_BYTES >> 2;
const INTENT = TAPE_INTENT >> 2;
const HEAD = TAPE_HEAD >> 2;
const SLOTS = TAPE_SLOTS >> 2;
const COPY_SLOTS = RING_SLOTS >> 2;
const SPILLED = FLAG_SPILLED << 8;
/** Where a record with numbers may have the lengths of its texts: behind two of them. */
const CUT_TEXTS = (OFFSET_VALUES + 16) >> 2;
const MARK_WORDS = TAPE_MARK_BYTES >> 2;
/** Slots that are copied at once: with 64 KiB a copy stays in the second cache. */
const ROOM = MAX_TAPE_RECORD_SLOTS * 4;

/**
 * A reader of a tape (`native/core/ring/tape.hpp`), on any thread; the writer does not know it. Begins behind what there
 * is, or where the tape begins. All shared words are read with `Atomics`: plain reads might be made before or after they
 * stand here, on some machines. What a read gives is a copy.
 */
export class TapeReader {
  /** Records that were written over before they were read; known at the read that finds out. @readonly */
  lost = 0;
  private readonly words: Int32Array;
  private readonly slots: number;
  private readonly copy: Int32Array;
  private readonly batch: RingBatch;
  /** Slots of the copy: that there are, and that are of whole records. */
  private filled = 0;
  private taken = 0;
  /** Slot and record that come next, counted from the tape's beginning. */
  private position = 0;
  private number = 0;

  /**
   * @param fromStart with everything that has ever been written, as far as it is still there
   * @throws IBKRError `ERR_IBKR_OPTION` for a handle of another version, or of too little memory
   */
  constructor(handle: TapeHandle, fromStart = false) {
    const { memory, slots } = checked(handle);
    this.slots = slots;
    this.words = new Int32Array(memory.buffer, memory.byteOffset, bytesOf(slots) >> 2);
    const own = new ArrayBuffer(RING_SLOTS + ROOM * SLOT_BYTES);
    this.copy = new Int32Array(own);
    this.batch = new RingBatch({ i32: this.copy, f64: new Float64Array(own), bytes: Buffer.from(own) });
    if (!fromStart) this.beginAtHead();
  }

  /** Slots that are written and not read. */
  get behind(): number {
    return this.read64(HEAD) - this.position;
  }

  /** The next messages, in memory that the next call uses again; empty: there are none. Allocates nothing. */
  read(): RingBatch {
    const { batch, words, slots } = this;
    batch.clear();
    for (;;) {
      const count = Math.min(this.read64(HEAD) - this.position, ROOM);
      if (count <= 0) return batch;
      this.copySlots(count, words, slots);
      if (this.isWhole(this.position)) break;
      this.catchUp();
    }
    this.take();
    return batch;
  }

  /** The last messages of the batch, from this one on, come once more. */
  giveBack(from: number): void {
    const { batch } = this;
    if (from >= batch.length) return;
    this.position -= this.taken - batch.slotOf(from);
    this.number -= batch.length - from;
    batch.shorten(from);
  }

  private copySlots(count: number, words: Int32Array, slots: number): void {
    const { copy } = this;
    let to = COPY_SLOTS;
    let index = this.position % slots;
    for (let left = count; left > 0; left--) {
      const from = SLOTS + index * SLOT_WORDS;
      for (let i = 0; i < SLOT_WORDS; i++) copy[to + i] = Atomics.load(words, from + i);
      to += SLOT_WORDS;
      if (++index === slots) index = 0;
    }
    this.filled = count;
  }

  /** Of what was copied, the records that are there to their end. */
  private take(): void {
    const { copy, batch, filled } = this;
    let at = 0;
    while (at < filled) {
      const word = copy[COPY_SLOTS + at * SLOT_WORDS];
      const length = word >>> 16;
      if (at + length > filled) break;
      if ((word & SPILLED) !== 0) this.cutText(at, word & 0xff);
      batch.add(at);
      at += length;
    }
    this.taken = at;
    this.position += at;
    this.number += batch.length;
  }

  /** The record has no room for its texts: they are empty. */
  private cutText(slot: number, kind: number): void {
    const start = COPY_SLOTS + slot * SLOT_WORDS;
    if (kind === KIND_TICK_STRING) this.copy[start + (OFFSET_AUX >> 2)] = 0;
    else this.copy.fill(0, start + CUT_TEXTS, start + SLOT_WORDS);
  }

  private isWhole(position: number): boolean {
    return this.read64(INTENT) <= position + this.slots;
  }

  private beginAtHead(): void {
    do {
      this.position = this.read64(HEAD);
      this.number = this.numberBefore(this.position);
    } while (this.position > 0 && !this.isWhole(this.position - 1));
  }

  /** Goes on with a record that the writer will not reach soon: a quarter of the tape before it. */
  private catchUp(): void {
    const before = this.number;
    do {
      const oldest = this.read64(INTENT) - this.slots;
      const head = this.read64(HEAD);
      let next = Math.min(Math.max(oldest, this.position) + this.slots / 4, head);
      while (next < head && !this.isFirst(next)) next++;
      this.position = next;
      this.number = this.numberBefore(next);
    } while (!this.isWhole(this.position - 1));
    this.lost += this.number - before;
  }

  private markAt(position: number): number {
    return SLOTS + this.slots * SLOT_WORDS + (position % this.slots) * MARK_WORDS;
  }
  private isFirst(position: number): boolean {
    return (Atomics.load(this.words, this.markAt(position)) & ((1 << TAPE_MARK_SHIFT) - 1)) === 0;
  }
  private numberBefore(position: number): number {
    if (position === 0) return 0;
    const at = this.markAt(position - 1);
    // The halves may be of two marks: then the slot was overtaken, which isWhole() finds out.
    const low = Atomics.load(this.words, at) >>> TAPE_MARK_SHIFT;
    return (Atomics.load(this.words, at + 1) >>> 0) * 2 ** (32 - TAPE_MARK_SHIFT) + low + 1;
  }

  /** A count that only grows: with an upper half that stayed, the lower one is of the same count. */
  private read64(at: number): number {
    const { words } = this;
    for (;;) {
      const high = Atomics.load(words, at + 1);
      const low = Atomics.load(words, at);
      if (Atomics.load(words, at + 1) === high) return (high >>> 0) * HIGH + (low >>> 0);
    }
  }
}

function checked(handle: TapeHandle): TapeHandle {
  const { memory, slots } = handle;
  checkVersion(handle, TAPE_VERSION, "handle.tape");
  const fits = Number.isInteger(Math.log2(slots)) && slots >= MIN_TAPE_SLOTS && slots <= MAX_TAPE_SLOTS;
  if (!fits)
    throw refused("handle.tape.slots", slots, `a power of two from ${MIN_TAPE_SLOTS} to ${MAX_TAPE_SLOTS}`);
  checkMemory(memory, bytesOf(slots), "the memory of a tape", "handle.tape");
  return handle;
}
