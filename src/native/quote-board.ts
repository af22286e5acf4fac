import { check, refused } from "../domain/check.js";
import type { QuoteValues } from "../domain/quote.js";
import { type QuoteSource, quoteOf } from "../domain/quote-view.js";
import { integer } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import {
  BOARD_PAUSE,
  BOARD_SEQUENCE,
  BOARD_SLOT_BYTES,
  BOARD_VALUES,
  BOARD_VALUES_AT,
  BOARD_VERSION,
  MAX_BOARD_SLOTS,
} from "./layout.js";
import { waitForWriter } from "./seqlock.js";
import { checkMemory, checkVersion, type SharedHandle, sharedBytes } from "./shared-memory.js";

/** Room for as many quotes as any connection has lines: 8 MiB, of which what is not used is never touched. */
const DEFAULT_SLOTS = 16_384;

const SLOT_WORDS = BOARD_SLOT_BYTES >> 2;
const SEQUENCE = BOARD_SEQUENCE >> 2;
const PAUSE = BOARD_PAUSE >> 2;
const VALUES = BOARD_VALUES_AT >> 2;

/** What another thread needs to read a board. May be posted to a worker. */
export interface BoardHandle extends SharedHandle {
  readonly slots: number;
}

const slotCount = lazily(() => integer(1, MAX_BOARD_SLOTS));

/**
 * The quote board as JavaScript reads it, on any thread (`native/core/stream/board.hpp`): nobody waits for the writer
 * but for the nanoseconds that it is at the very quote, and the writer for nobody. All words are read with `Atomics`:
 * C++'s halves of a double agree where the sequence did not change meanwhile.
 */
export class QuoteBoard {
  readonly slots: number;
  readonly handle: BoardHandle;
  private readonly words: Int32Array;
  /** One number, as its halves are read. */
  private readonly half = new Int32Array(2);
  private readonly number = new Float64Array(this.half.buffer);
  /** The quote that {@link read} found last. */
  private readonly halves = new Int32Array(BOARD_VALUES * 2);
  private readonly values = new Float64Array(this.halves.buffer);

  /**
   * @param of how many quotes it has room for: 1 … 65,536, default 16,384; or the handle of a board that there is
   * @throws IBKRError `ERR_IBKR_OPTION` for another number, and for a handle of another version or of too little memory
   */
  constructor(of: number | BoardHandle = DEFAULT_SLOTS) {
    this.handle = typeof of === "object" && of !== null ? checked(of) : made(of);
    const { memory, slots } = this.handle;
    this.slots = slots;
    this.words = new Int32Array(memory.buffer, memory.byteOffset, slots * SLOT_WORDS);
  }

  /**
   * A live view: each getter reads the newest value. The values of one instant together: {@link snapshot}.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` if there is no such slot
   */
  view(slot: number): QuoteValues {
    this.checkSlot(slot);
    return quoteOf(new LiveSlot(this, slot));
  }

  /**
   * The values of one instant, as a copy.
   * @throws IBKRError `ERR_IBKR_ARGUMENT` if there is no such slot
   */
  snapshot(slot: number): QuoteValues {
    const values = new Float64Array(BOARD_VALUES);
    this.read(slot, values);
    return quoteOf(new Copy(values));
  }

  /**
   * The values of one instant, at the positions `BOARD_…` of the layout; NaN is none. Allocates nothing.
   * @param into as long as the layout's `BOARD_VALUES`, or longer
   * @throws IBKRError `ERR_IBKR_ARGUMENT` if there is no such slot, or `into` is too short
   */
  read(slot: number, into: Float64Array): void {
    this.checkSlot(slot);
    if (into.length < BOARD_VALUES)
      throw refused("into.length", into.length, `${BOARD_VALUES} or more`, "ERR_IBKR_ARGUMENT");
    const { words, halves } = this;
    const start = slot * SLOT_WORDS;
    for (let tries = 1; ; tries++) {
      const sequence = Atomics.load(words, start + SEQUENCE);
      if (sequence === 0) {
        into.fill(Number.NaN, 0, BOARD_VALUES); // never written
        return;
      }
      if ((sequence & 1) === 0) {
        for (let i = 0; i < halves.length; i++) halves[i] = Atomics.load(words, start + VALUES + i);
        if (Atomics.load(words, start + SEQUENCE) === sequence) break;
      }
      this.waitForWriter(slot, tries);
    }
    into.set(this.values);
  }

  /** One number at a position of the layout, NaN where there is none. @internal */
  at(slot: number, position: number): number {
    const { words, half } = this;
    const start = slot * SLOT_WORDS;
    const place = start + VALUES + position * 2;
    for (let tries = 1; ; tries++) {
      const sequence = Atomics.load(words, start + SEQUENCE);
      if (sequence === 0) return Number.NaN;
      if ((sequence & 1) === 0) {
        half[0] = Atomics.load(words, place);
        half[1] = Atomics.load(words, place + 1);
        if (Atomics.load(words, start + SEQUENCE) === sequence) return this.number[0];
      }
      this.waitForWriter(slot, tries);
    }
  }

  private waitForWriter(slot: number, tries: number): void {
    waitForWriter(this.words, slot * SLOT_WORDS + PAUSE, tries, `slot ${slot} of the board`);
  }

  private checkSlot(slot: number): void {
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.slots)
      throw refused("slot", slot, `an integer from 0 to ${this.slots - 1}`, "ERR_IBKR_ARGUMENT");
  }
}

class LiveSlot implements QuoteSource {
  constructor(
    private readonly board: QuoteBoard,
    private readonly slot: number,
  ) {}

  at(position: number): number {
    return this.board.at(this.slot, position);
  }
}

class Copy implements QuoteSource {
  constructor(private readonly values: Float64Array) {}

  at(position: number): number {
    return this.values[position];
  }
}

function made(wanted: number): BoardHandle {
  const slots = check(slotCount(), wanted, "slots");
  return { memory: sharedBytes(slots * BOARD_SLOT_BYTES), slots, version: BOARD_VERSION };
}

function checked(handle: BoardHandle): BoardHandle {
  const { slots } = handle;
  checkVersion(handle, BOARD_VERSION);
  // Without the rules of options: who only reads need not load them.
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_BOARD_SLOTS)
    throw refused("handle.slots", slots, `an integer from 1 to ${MAX_BOARD_SLOTS}`);
  checkMemory(handle.memory, slots * BOARD_SLOT_BYTES, "the memory of a board");
  return handle;
}
