/** An order book that a depth subscription's messages make. */
export interface FeedBookSpec {
  /** Rows of each side: as many as were asked for, 1 … 60. */
  readonly depth: number;
  /**
   * A delete of a row that is not there: gateways send some, of rows that have fallen off the end, so that it is counted
   * and no more (`forgive`, default); or it damages the book.
   */
  readonly onMissingDelete?: "forgive" | "damage";
  /** Whether the depth messages come in batches as well; default false: they end in the book, and count as conflated. */
  readonly messages?: boolean;
  /** Memory of the book of a subscription that has ended, which is to be filled anew. Default: new memory. */
  readonly continues?: FeedBook;
}

/** Bits of {@link FeedBookValues.flags}. The core's numbers; a test compares the two. */
export const FeedBookFlag = {
  /** A message made no sense: the rows stay as they were before it, until a reset. */
  damaged: 1,
  /** The first bid is above the first ask. */
  crossed: 2,
  /** The first bid is the first ask. */
  locked: 4,
  /** A bid is above the one before it. */
  bidsMisordered: 8,
  /** An ask is below the one before it. */
  asksMisordered: 16,
  smart: 32,
  /** Rows have market makers or exchanges. */
  makers: 64,
  forgivesDeletes: 128,
} as const;

/** Why a book is damaged, by number. */
export const FEED_BOOK_DAMAGES = [
  "none",
  "unknownSide",
  "unknownOperation",
  /** A position below 0, or beyond the rows that were asked for. */
  "outOfRange",
  /** A row inserted below one that is not there. */
  "gap",
  "updateOfNothing",
  "deleteOfNothing",
  "noPrice",
] as const;
export type FeedBookDamage = (typeof FEED_BOOK_DAMAGES)[number];

export const FEED_BOOK_MOST_ROWS = 60;
export const FEED_BOOK_MAKER_BYTES = 16;

/** The rows of one side, the best first. What lies behind `rows` has no meaning. */
export class FeedBookRows {
  rows = 0;
  /** Price and size of each row, one after the other; a size that the gateway left unset is NaN. */
  readonly levels = new Float64Array(FEED_BOOK_MOST_ROWS * 2);
  /** 16 bytes for each row: its market maker or exchange, and zeros behind; none begins with a zero. */
  readonly makers = new Uint8Array(FEED_BOOK_MOST_ROWS * FEED_BOOK_MAKER_BYTES);

  price(row: number): number {
    return this.levels[row * 2];
  }

  size(row: number): number {
    return this.levels[row * 2 + 1];
  }

  /** Allocates it. Empty where there is none. */
  maker(row: number): string {
    let out = "";
    for (let at = row * FEED_BOOK_MAKER_BYTES; at < (row + 1) * FEED_BOOK_MAKER_BYTES; at++) {
      if (this.makers[at] === 0) break;
      out += String.fromCharCode(this.makers[at]);
    }
    return out;
  }
}

/** The book of one instant; made once and filled again and again. */
export class FeedBookValues {
  /** Of the request whose messages it takes; 0 before the first. */
  reqId = 0;
  /** Bits: {@link FeedBookFlag}. */
  flags = 0;
  /** Rows of each side that were asked for; 0: it belongs to no request. */
  depth = 0;
  /** Index of {@link FEED_BOOK_DAMAGES}. */
  damage = 0;
  /** CLOCK_MONOTONIC in µs when the newest message arrived that changed the rows; 0: none. */
  updatedMicros = 0;
  readonly bids = new FeedBookRows();
  readonly asks = new FeedBookRows();
}

/** What became of a book's messages; goes on over resets and requests. */
export interface FeedBookCounters {
  /** Messages that changed rows. */
  readonly updates: number;
  readonly resets: number;
  /** Deletes of rows that were not there, where that is forgiven. */
  readonly forgiven: number;
  /** Messages that came while the book was damaged. */
  readonly ignored: number;
  readonly damages: Readonly<Record<Exclude<FeedBookDamage, "none">, number>>;
}

/** An order book in shared memory that the core writes while the messages come: a live view, on any thread. */
export interface FeedBook {
  /** Changes whenever the book does: a cheap look whether {@link read} would find anything new. */
  readonly revision: number;
  /** The bits of {@link FeedBookFlag} that are in force now. */
  readonly flags: number;
  /** The book of one instant. Nothing is allocated. */
  read(into: FeedBookValues): void;
  counters(): FeedBookCounters;
  /** What another thread needs to read it: structured-cloneable, for `new BookMemory(handle)` of src/native. */
  readonly handle: unknown;
}
