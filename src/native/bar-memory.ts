import { check, refused } from "../domain/check.js";
import { powerOfTwo } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import {
  BAR_CLOSE,
  BAR_CLOSED,
  BAR_COUNT,
  BAR_END_MS,
  BAR_FLAGS,
  BAR_HIGH,
  BAR_LAST_MS,
  BAR_LOSS_CORRECTION,
  BAR_LOSS_LATE,
  BAR_LOSS_OUTSIDE,
  BAR_LOSS_UNPRICED,
  BAR_LOSSES_AT,
  BAR_LOW,
  BAR_MEMORY_VERSION,
  BAR_NOTIONAL,
  BAR_NUMBER,
  BAR_PAUSE,
  BAR_RUN_BYTES,
  BAR_RUN_CLOSE,
  BAR_RUN_COUNT,
  BAR_RUN_HIGH,
  BAR_RUN_LAST_MS,
  BAR_RUN_LOW,
  BAR_RUN_PAUSE,
  BAR_RUN_PLACE,
  BAR_RUN_SEQUENCE,
  BAR_RUN_SUMS_BYTES,
  BAR_RUN_USE,
  BAR_RUN_USE_MOVES_END,
  BAR_RUN_USE_NONE,
  BAR_RUN_VALUES,
  BAR_RUN_VALUES_AT,
  BAR_SEQUENCE,
  BAR_SLOT_BYTES,
  BAR_SLOTS_AT,
  BAR_VALUES,
  BAR_VALUES_AT,
  BAR_VOLUME,
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
const RUN_SEQUENCE = BAR_RUN_SEQUENCE >> 2;
const RUN_PAUSE = BAR_RUN_PAUSE >> 2;
const RUN_VALUES = BAR_RUN_VALUES_AT >> 2;
/** What {@link BarMemory.read} fills: the bar's numbers, its flags, its number. */
const READ_VALUES = BAR_VALUES + 2;

/** What another thread needs to read a series. May be posted to a worker. */
export interface BarMemoryHandle extends SharedHandle {
  readonly capacity: number;
  /** What it has in common with other series: see {@link barRun}. */
  readonly run?: Uint8Array;
}

const barCount = lazily(() => powerOfTwo(FEWEST_BARS, MOST_BARS));

/** Runs are written with every tick: thousands of them, each in a page of its own, would miss the TLB every time. */
const RUNS_BYTES = 65_536;
let runs: Uint8Array = new Uint8Array(0);
let takenOfRuns = 0;

/**
 * Memory for a run: ticks of the forming bars of several series, all of the same prices, that are written once for all of
 * them (`native/core/bars/bar_runner.hpp`). For each {@link BarMemory} of them.
 * @param series how many of them are made of trades: 0 for those of quotes
 */
export function barRun(series: number): Uint8Array {
  const bytes = BAR_RUN_BYTES + Math.ceil((series * BAR_RUN_SUMS_BYTES) / BAR_RUN_BYTES) * BAR_RUN_BYTES;
  if (takenOfRuns + bytes > runs.byteLength) {
    runs = sharedBytes(RUNS_BYTES);
    takenOfRuns = 0;
  }
  const run = runs.subarray(takenOfRuns, takenOfRuns + bytes);
  takenOfRuns += bytes;
  return run;
}

/**
 * The newest bars of one series as JavaScript reads them, on any thread (`native/core/bars/bar_memory.hpp`). All words are
 * read with `Atomics`: C++'s halves of a double agree where the slot's sequence did not change meanwhile.
 */
export class BarMemory {
  readonly capacity: number;
  readonly handle: BarMemoryHandle;
  private readonly words: Int32Array;
  private readonly lost: BigInt64Array;
  private readonly run: Int32Array | undefined;
  /** The bar that {@link read} found last. */
  private readonly halves = new Int32Array(BAR_VALUES * 2);
  private readonly values = new Float64Array(this.halves.buffer);

  /**
   * @param of how many bars are kept: a power of two, 2 … 1,048,576, default 256; or the handle of a series that there is
   * @param run of a new series, what it has in common with others, from {@link barRun}; default nothing
   * @throws IBKRError `ERR_IBKR_OPTION` for another number, and for a handle of another version or of too little memory
   */
  constructor(of: number | BarMemoryHandle = DEFAULT_CAPACITY, run?: Uint8Array) {
    this.handle = typeof of === "object" && of !== null ? checked(of) : made(of, run);
    const { memory, capacity, run: common } = this.handle;
    this.capacity = capacity;
    this.words = new Int32Array(memory.buffer, memory.byteOffset, bytesFor(capacity) >> 2);
    this.lost = new BigInt64Array(memory.buffer, memory.byteOffset + BAR_LOSSES_AT, 4);
    this.run = common && new Int32Array(common.buffer, common.byteOffset, common.byteLength >> 2);
  }

  /** Bars closed so far, modulo 2^32. */
  get closed(): number {
    return Atomics.load(this.words, BAR_CLOSED >> 2) >>> 0;
  }

  /** Changes with every write of the slot that bar `number` has or had. */
  revision(number: number): number {
    const { words, run } = this;
    const written = Atomics.load(words, this.slotOf(number) + SEQUENCE);
    if (run === undefined || number !== this.closed) return written >>> 0;
    return (written + Atomics.load(run, RUN_SEQUENCE)) >>> 0;
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
    const { run } = this;
    if (run === undefined) return this.readSlot(number, into);
    for (let tries = 1; ; tries++) {
      const sequence = Atomics.load(run, RUN_SEQUENCE);
      if ((sequence & 1) === 0) {
        const isForming = number === this.closed;
        const found = this.readSlot(number, into);
        if (found && isForming) this.addRun(run, into);
        if (Atomics.load(run, RUN_SEQUENCE) === sequence) return found;
      }
      waitForWriter(run, RUN_PAUSE, tries, `bar ${number}`);
    }
  }

  private readSlot(number: number, into: Float64Array): boolean {
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

  /** Ticks that are not in the forming bar's slot yet. */
  private addRun(run: Int32Array, bar: Float64Array): void {
    const { words, halves, values } = this;
    const use = Atomics.load(words, BAR_RUN_USE >> 2);
    if (use === BAR_RUN_USE_NONE) return;
    for (let i = 0; i < BAR_RUN_VALUES * 2; i++) halves[i] = Atomics.load(run, RUN_VALUES + i);
    if (values[BAR_RUN_COUNT] === 0) return;
    bar[BAR_COUNT] += values[BAR_RUN_COUNT];
    bar[BAR_HIGH] = Math.max(bar[BAR_HIGH], values[BAR_RUN_HIGH]);
    bar[BAR_LOW] = Math.min(bar[BAR_LOW], values[BAR_RUN_LOW]);
    bar[BAR_CLOSE] = values[BAR_RUN_CLOSE];
    bar[BAR_LAST_MS] = values[BAR_RUN_LAST_MS];
    if (use === BAR_RUN_USE_MOVES_END) bar[BAR_END_MS] = values[BAR_RUN_LAST_MS];
    const place = Atomics.load(words, BAR_RUN_PLACE >> 2) >>> 0;
    const sums = (BAR_RUN_BYTES + place * BAR_RUN_SUMS_BYTES) >> 2;
    if (place >= (run.byteLength - BAR_RUN_BYTES) / BAR_RUN_SUMS_BYTES) return;
    for (let i = 0; i < BAR_RUN_SUMS_BYTES >> 2; i++) halves[i] = Atomics.load(run, sums + i);
    bar[BAR_VOLUME] = values[0];
    bar[BAR_NOTIONAL] = values[1];
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

function made(wanted: number, run: Uint8Array | undefined): BarMemoryHandle {
  const capacity = check(barCount(), wanted, "keep");
  const memory = sharedBytes(bytesFor(capacity));
  return { memory, capacity, ...(run && { run }), version: BAR_MEMORY_VERSION };
}

function checked(handle: BarMemoryHandle): BarMemoryHandle {
  checkVersion(handle, BAR_MEMORY_VERSION);
  check(barCount(), handle.capacity, "handle.capacity");
  checkMemory(handle.memory, bytesFor(handle.capacity), "the memory of bars");
  const { run } = handle;
  if (run !== undefined && !isRun(run)) throw refused("handle.run", run, "the run of bars, shared");
  return handle;
}

function isRun(run: unknown): boolean {
  return (
    run instanceof Uint8Array &&
    run.buffer instanceof SharedArrayBuffer &&
    run.byteLength >= BAR_RUN_BYTES &&
    run.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0
  );
}
