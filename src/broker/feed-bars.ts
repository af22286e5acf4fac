/** Series of bars that one request may have. */
export const MOST_SERIES = 32;

/** One series of bars of a subscription. */
export interface FeedBarSpec {
  /** What fills a bar. */
  readonly by: "time" | "ticks" | "volume" | "notional";
  /**
   * Time: seconds, 0.001 … 2,678,400, of whole milliseconds. Ticks: a whole number from 1. Volume: shares or contracts, above
   * 0. Notional: price times size in the instrument's currency, without the multiplier, above 0.
   */
  readonly size: number;
  /** The prices that the bars are made of; default `trades`. Bars by volume and notional are always of trades. */
  readonly price?: "trades" | "mid" | "bid" | "ask";
  /** By time: an interval without a tick has no bar (`skip`, default), or one at the close of the one before (`carry`). */
  readonly empty?: "skip" | "carry";
  /** A tick whose bar is closed is counted and left out (`drop`), or goes into the newest closed bar (`amend`, default). */
  readonly late?: "drop" | "amend";
  /** How long the clock waits for late ticks before it closes a bar: 0 … 3,600,000, default 0. */
  readonly waitMs?: number;
  /**
   * When the instrument trades: milliseconds since 1970, whole, in their order. Bars by time are aligned to the start of
   * theirs, and no bar spans two. Default: one session without an end, aligned to 1970.
   */
  readonly sessions?: readonly (readonly [startMs: number, endMs: number])[];
  /** Bars kept in memory, the forming one among them: a power of two, 2 … 1,048,576; default 256. */
  readonly keep?: number;
}

/**
 * Bars that a subscription's ticks make. Ticks go into them before its filter and its conflation: no trade is lost to
 * either, nor where batches are held.
 */
export interface FeedBarSeries {
  /**
   * Which messages are the trades: of `tickByTick` subscriptions Last or AllLast; RTVolume (generic tick 233); RTTrdVolume
   * (375); or the last price of a line, which the gateway samples.
   */
  readonly trades: "tickByTick" | "rtVolume" | "rtTradeVolume" | "last";
  /** Which are the quotes: bid and ask of a line, or tick by tick BidAsk or MidPoint. */
  readonly quotes: "line" | "bidAsk" | "midPoint";
  /** 1 to {@link MOST_SERIES} of them. */
  readonly series: readonly FeedBarSpec[];
  /**
   * Memory of series of a subscription that has ended, which is to go on: one for each of {@link series}, with as many
   * bars kept. A bar that was forming in it is closed short. Default: new memory.
   */
  readonly continues?: readonly FeedBars[];
}

/** Positions of a bar's numbers in what {@link FeedBars.read} fills. The core's order; a test compares the two. */
export const FeedBarValue = {
  /** Milliseconds since 1970: of a bar by time where its interval starts, of another its first tick's. */
  startMs: 0,
  /** Of a bar by time where its interval ends (not in it any more), of another its last tick's. */
  endMs: 1,
  open: 2,
  high: 3,
  low: 4,
  close: 5,
  /** Shares or contracts; 0 of quotes. */
  volume: 6,
  /** Sum of price times size; 0 of quotes. With `volume` it gives the bar's VWAP. */
  notional: 7,
  /** Ticks in it; 0 of a carried one. */
  count: 8,
  /** When the tick was that made `open`, and `close`; NaN of a carried bar. */
  firstMs: 9,
  lastMs: 10,
  /** Bits: {@link FeedBarFlag}. */
  flags: 11,
  /** In its series from 0 on, modulo 2^32. */
  number: 12,
} as const;
/** How long the array for {@link FeedBars.read} is. */
export const FEED_BAR_VALUES = 13;

export const FeedBarFlag = {
  /** The first of its session. */
  first: 1,
  /** Ends with its session. */
  last: 2,
  /** Ticks may be missing in it, or between it and the one before. */
  gap: 4,
  /** A late tick went in after it was closed. */
  amended: 8,
  /** A trade in it was corrected or cancelled. */
  corrected: 16,
  /** Nothing was traded: all prices are the close of the one before. */
  carried: 32,
  /** Closed before its size was reached: its session or its subscription ended. */
  short: 64,
} as const;

/** What went into no bar. */
export interface FeedBarLosses {
  /** Ticks of a bar that is closed and may not be amended. */
  readonly late: number;
  /** Ticks in none of the sessions. */
  readonly outside: number;
  /** Trades without a price, or with a time that is none. */
  readonly unpriced: number;
  /** Corrections of a bar that is not at hand any more. */
  readonly correction: number;
}

/** A trade that was reported wrongly. New size 0: it is cancelled. */
export interface FeedBarCorrection {
  /** Of the old trade, milliseconds since 1970. */
  readonly timeMs: number;
  readonly oldPrice: number;
  readonly oldSize: number;
  readonly price: number;
  readonly size: number;
}

/** A bar that goes on: the numbers of {@link FeedBarValue}; of its flags first and gap count. */
export type FeedBarNumbers = Readonly<
  Record<Exclude<keyof typeof FeedBarValue, "number" | "flags">, number>
> & { readonly flags?: number };

/**
 * The newest bars of one series, in shared memory that the core writes while the ticks come: a live view, on any thread.
 * Nothing is allocated by a read.
 */
export interface FeedBars {
  /** How many bars are kept, the forming one among them. */
  readonly capacity: number;
  /** Bars closed so far, modulo 2^32. The newest closed one has this less 1 as its number, the forming one this. */
  readonly closed: number;
  /**
   * The bar with this number as it was at one instant.
   * @param into {@link FEED_BAR_VALUES} numbers or more, at the positions of {@link FeedBarValue}
   * @returns false, and `into` has no meaning, if it is not there (any more); of the forming one: if no tick has come yet
   */
  read(number: number, into: Float64Array): boolean;
  /** Changes whenever a bar of the newest `capacity` is written: a closed one whose revision is another was amended. */
  revision(number: number): number;
  losses(): FeedBarLosses;
  /** What another thread needs to read it: structured-cloneable, for `new BarMemory(handle)` of src/native. */
  readonly handle: unknown;
}
