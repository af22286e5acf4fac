import {
  BOOK_ASK,
  BOOK_BID,
  BOOK_BYTES,
  BOOK_COUNTER_DAMAGES,
  BOOK_COUNTER_FORGIVEN,
  BOOK_COUNTER_IGNORED,
  BOOK_COUNTER_RESETS,
  BOOK_COUNTER_UPDATES,
  BOOK_COUNTERS_AT,
  BOOK_DAMAGE,
  BOOK_DAMAGES,
  BOOK_DEPTH,
  BOOK_FLAG_MAKERS,
  BOOK_FLAGS,
  BOOK_LEVELS_AT,
  BOOK_MAKER_BYTES,
  BOOK_MAKERS_AT,
  BOOK_PAUSE,
  BOOK_REQUEST_ID,
  BOOK_ROW_BYTES,
  BOOK_ROWS,
  BOOK_SEQUENCE,
  BOOK_UPDATED_MICROS,
  BOOK_VERSION,
  MAX_BOOK_ROWS,
} from "./layout.js";
import { waitForWriter } from "./seqlock.js";
import { checkMemory, checkVersion, type SharedHandle, sharedBytes } from "./shared-memory.js";

const ROW_WORDS = BOOK_ROW_BYTES >> 2;
const SIDE_WORDS = MAX_BOOK_ROWS * ROW_WORDS;
const MAKER_WORDS = BOOK_MAKER_BYTES >> 2;
const SIDE_MAKER_WORDS = MAX_BOOK_ROWS * MAKER_WORDS;
const COUNTERS = BOOK_COUNTER_DAMAGES + BOOK_DAMAGES;

/** What another thread needs to read a book. May be posted to a worker. */
export type BookMemoryHandle = SharedHandle;

/** What a read fills; see src/broker/feed-book.ts. */
export interface BookTarget {
  reqId: number;
  flags: number;
  depth: number;
  damage: number;
  updatedMicros: number;
  readonly bids: BookTargetSide;
  readonly asks: BookTargetSide;
}
export interface BookTargetSide {
  rows: number;
  readonly levels: Float64Array;
  readonly makers: Uint8Array;
}

/** The counters of a book; `damages` by number of the damage. */
export interface BookCounts {
  readonly updates: number;
  readonly resets: number;
  readonly forgiven: number;
  readonly ignored: number;
  readonly damages: readonly number[];
}

/**
 * An order book as JavaScript reads it, on any thread (`native/core/book/order_book.hpp`). All words are read with
 * `Atomics`: C++'s halves of a double agree where the book's sequence did not change meanwhile.
 */
export class BookMemory {
  readonly handle: BookMemoryHandle;
  private readonly words: Int32Array;
  private readonly counts: BigInt64Array;
  /** One number, as its halves are read. */
  private readonly half = new Int32Array(2);
  private readonly number = new Float64Array(this.half.buffer);
  /** The rows of one side that are being read, as they lie in memory. */
  private readonly levelHalves = new Int32Array(SIDE_WORDS);
  private readonly levels = new Float64Array(this.levelHalves.buffer);
  private readonly makerWords = new Int32Array(SIDE_MAKER_WORDS);
  private readonly makers = new Uint8Array(this.makerWords.buffer);

  /**
   * @param handle of a book that there is; default: a new one, of no request
   * @throws IBKRError `ERR_IBKR_OPTION` for a handle of another version or of too little memory
   */
  constructor(handle?: BookMemoryHandle) {
    this.handle = handle === undefined ? made() : checked(handle);
    const { memory } = this.handle;
    this.words = new Int32Array(memory.buffer, memory.byteOffset, BOOK_BYTES >> 2);
    this.counts = new BigInt64Array(memory.buffer, memory.byteOffset + BOOK_COUNTERS_AT, COUNTERS);
  }

  /** Another number whenever the book is another. */
  get revision(): number {
    return Atomics.load(this.words, BOOK_SEQUENCE >> 2) >>> 0;
  }

  /** The bits `BOOK_FLAG_…` of the layout that are in force now. */
  get flags(): number {
    return Atomics.load(this.words, BOOK_FLAGS >> 2);
  }

  /** The book of one instant. Allocates nothing. */
  read(into: BookTarget): void {
    const { words, half } = this;
    for (let tries = 1; ; tries++) {
      const sequence = Atomics.load(words, BOOK_SEQUENCE >> 2);
      if ((sequence & 1) === 0) {
        into.reqId = Atomics.load(words, BOOK_REQUEST_ID >> 2);
        into.flags = Atomics.load(words, BOOK_FLAGS >> 2);
        into.depth = Atomics.load(words, BOOK_DEPTH >> 2);
        into.damage = Atomics.load(words, BOOK_DAMAGE >> 2);
        half[0] = Atomics.load(words, BOOK_UPDATED_MICROS >> 2);
        half[1] = Atomics.load(words, (BOOK_UPDATED_MICROS >> 2) + 1);
        into.updatedMicros = this.number[0];
        this.readSide(BOOK_ASK, into.asks, into.flags);
        this.readSide(BOOK_BID, into.bids, into.flags);
        if (Atomics.load(words, BOOK_SEQUENCE >> 2) === sequence) return;
      }
      waitForWriter(words, BOOK_PAUSE >> 2, tries, "the book");
    }
  }

  private readSide(side: number, into: BookTargetSide, flags: number): void {
    const { words, levels, levelHalves, makers, makerWords } = this;
    // What is read while it is written may be any number.
    const rows = Math.min(Atomics.load(words, (BOOK_ROWS >> 2) + side) >>> 0, MAX_BOOK_ROWS);
    into.rows = rows;
    const from = (BOOK_LEVELS_AT >> 2) + side * SIDE_WORDS;
    for (let i = 0; i < rows * ROW_WORDS; i++) levelHalves[i] = Atomics.load(words, from + i);
    for (let i = 0; i < rows * 2; i++) into.levels[i] = levels[i];
    if ((flags & BOOK_FLAG_MAKERS) === 0) {
      for (let row = 0; row < rows; row++) into.makers[row * BOOK_MAKER_BYTES] = 0;
      return;
    }
    const names = (BOOK_MAKERS_AT >> 2) + side * SIDE_MAKER_WORDS;
    for (let i = 0; i < rows * MAKER_WORDS; i++) makerWords[i] = Atomics.load(words, names + i);
    for (let i = 0; i < rows * BOOK_MAKER_BYTES; i++) into.makers[i] = makers[i];
  }

  counters(): BookCounts {
    const at = (n: number) => Number(Atomics.load(this.counts, n));
    return {
      updates: at(BOOK_COUNTER_UPDATES),
      resets: at(BOOK_COUNTER_RESETS),
      forgiven: at(BOOK_COUNTER_FORGIVEN),
      ignored: at(BOOK_COUNTER_IGNORED),
      damages: Array.from({ length: BOOK_DAMAGES }, (_, n) => at(BOOK_COUNTER_DAMAGES + n)),
    };
  }
}

function made(): BookMemoryHandle {
  return { memory: sharedBytes(BOOK_BYTES), version: BOOK_VERSION };
}

function checked(handle: BookMemoryHandle): BookMemoryHandle {
  checkVersion(handle, BOOK_VERSION);
  checkMemory(handle.memory, BOOK_BYTES, "the memory of a book");
  return handle;
}
