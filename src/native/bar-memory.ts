import { check, refused } from "../domain/check.js";
import { powerOfTwo } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import {
  BAR_CLOSED,
  BAR_FLAGS,
  BAR_LOSS_CORRECTION,
  BAR_LOSS_LATE,
  BAR_LOSS_OUTSIDE,
  BAR_LOSS_UNPRICED,
  BAR_LOSSES_AT,
  BAR_MEMORY_VERSION,
  BAR_NUMBER,
  BAR_PAUSE,
  BAR_SEQUENCE,
  BAR_SLOT_BYTES,
  BAR_SLOTS_AT,
  BAR_VALUES,
  BAR_VALUES_AT,
  FEWEST_BARS,
  MOST_BARS,
} from "./layout.js";
import { waitForWriter } from "./seqlock.js";
import { checkMemory, checkVersion, type SharedHandle, sharedBytes } from "./shared-memory.js";

const DEFAULT_CAPACITY = 256;
const SLOTS = BAR_SLOTS_AT >> 2;
const SLOT_WORDS = BAR_SLOT_BYTES >> 2;
const SEQUENCE = BAR_SEQUENCE >> 2;
const NUMBER = BAR_NUMBER >> 2;
const FLAGS = BAR_FLAGS >> 2;
const PAUSE = BAR_PAUSE >> 2;
const VALUES = BAR_VALUES_AT >> 2;
/** What {@link BarMemory.read} fills: the bar's numbers, its flags, its number. */
const READ_VALUES = BAR_VALUES + 2;

/** What another thread needs to read a series. May be posted to a worker. */
export interface BarMemoryHandle extends SharedHandle {
  readonly capacity: number;
}

const barCount = lazily(() => powerOfTwo(FEWEST_BARS, MOST_BARS));

/**
 * The newest bars of one series as JavaScript reads them, on any thread (`native/core/bars/bar_memory.hpp`). All words are
 * read with `Atomics`: C++'s halves of a double agree where the slot's sequence did not change meanwhile.
 */
export class BarMemory {
  readonly capacity: number;
  readonly handle: BarMemoryHandle;
  private readonly words: Int32Array;
  private readonly lost: BigInt64Array;
  /** The bar that {@link read} found last. */
  private readonly halves = new Int32Array(BAR_VALUES * 2);
  private readonly values = new Float64Array(this.halves.buffer);

  /**
   * @param of how many bars are kept: a power of two, 2 … 1,048,576, default 256; or the handle of a series that there is
   * @throws IBKRError `ERR_IBKR_OPTION` for another number, and for a handle of another version or of too little memory
   */
  constructor(of: number | BarMemoryHandle = DEFAULT_CAPACITY) {
    this.handle = typeof of === "object" && of !== null ? checked(of) : made(of);
    const { memory, capacity } = this.handle;
    this.capacity = capacity;
    this.words = new Int32Array(memory.buffer, memory.byteOffset, bytesFor(capacity) >> 2);
    this.lost = new BigInt64Array(memory.buffer, memory.byteOffset + BAR_LOSSES_AT, 4);
  }

  /** Bars closed so far, modulo 2^32. */
  get closed(): number {
    return Atomics.load(this.words, BAR_CLOSED >> 2) >>> 0;
  }

  /** Changes with every write of the slot that bar `number` has or had. */
  revision(number: number): number {
    return Atomics.load(this.words, this.slotOf(number) + SEQUENCE) >>> 0;
  }

  /**
   * The bar as it was at one instant: its numbers at the positions `BAR_…` of the layout, then flags and number.
   * @param into 13 numbers or more
   * @returns false if it is not there, or not any more
   * @throws IBKRError `ERR_IBKR_ARGUMENT` if `into` is too short
   */
  read(number: number, into: Float64Array): boolean {
    if (into.length < READ_VALUES)
      throw refused("into.length", into.length, `${READ_VALUES} or more`, "ERR_IBKR_ARGUMENT");
    const { words, halves } = this;
    const slot = this.slotOf(number);
    for (let tries = 1; ; tries++) {
      const sequence = Atomics.load(words, slot + SEQUENCE);
      if (sequence === 0) return false; // never written
      if ((sequence & 1) === 0) {
        const found = Atomics.load(words, slot + NUMBER);
        const flags = Atomics.load(words, slot + FLAGS);
        for (let i = 0; i < halves.length; i++) halves[i] = Atomics.load(words, slot + VALUES + i);
        if (Atomics.load(words, slot + SEQUENCE) === sequence) {
          if (found !== (number | 0)) return false;
          into.set(this.values);
          into[BAR_VALUES] = flags >>> 0;
          into[BAR_VALUES + 1] = found >>> 0;
          return true;
        }
      }
      waitForWriter(words, slot + PAUSE, tries, `bar ${number}`);
    }
  }

  losses(): { late: number; outside: number; unpriced: number; correction: number } {
    const at = (loss: number) => Number(Atomics.load(this.lost, loss));
    return {
      late: at(BAR_LOSS_LATE),
      outside: at(BAR_LOSS_OUTSIDE),
      unpriced: at(BAR_LOSS_UNPRICED),
      correction: at(BAR_LOSS_CORRECTION),
    };
  }

  private slotOf(number: number): number {
    return SLOTS + (number & (this.capacity - 1)) * SLOT_WORDS;
  }
}

function bytesFor(capacity: number): number {
  return BAR_SLOTS_AT + capacity * BAR_SLOT_BYTES;
}

function made(wanted: number): BarMemoryHandle {
  const capacity = check(barCount(), wanted, "keep");
  return { memory: sharedBytes(bytesFor(capacity)), capacity, version: BAR_MEMORY_VERSION };
}

function checked(handle: BarMemoryHandle): BarMemoryHandle {
  checkVersion(handle, BAR_MEMORY_VERSION);
  check(barCount(), handle.capacity, "handle.capacity");
  checkMemory(handle.memory, bytesFor(handle.capacity), "the memory of bars");
  return handle;
}
