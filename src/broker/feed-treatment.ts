import type { FeedBarSeries } from "./feed-bars.js";
import type { FeedBookSpec } from "./feed-book.js";
import type { FeedKind } from "./feed-kind.js";

/** What is left out of a subscription's messages. The board is not filtered: it has what the gateway last said. */
export interface FeedFilter {
  /** Only these kinds; default all. */
  readonly kinds?: readonly FeedKind[];
  /** Bid, ask, last and trades below this price are left out. */
  readonly priceMin?: number;
  /** Bid, ask, last and trades above this price are left out. */
  readonly priceMax?: number;
  /** Trades, and bid, ask and last with their size, of less are left out. In shares or contracts. */
  readonly minSize?: number;
  /** Bid, ask, last: left out unless the price differs by this much from the last one of that field let through. */
  readonly minPriceChange?: number;
  /** Bid, ask, last and trades farther than this from the mid of the last bid and ask that were let through. */
  readonly outlier?: { readonly percent: number } | { readonly price: number };
  /** Only what arrives within one of these spans, in milliseconds since 1970: from the first on, before the second. */
  readonly sessions?: readonly (readonly [startMs: number, endMs: number])[];
  /** Tick-by-tick trades with one of these letters in their special conditions are left out. */
  readonly excludeConditions?: string;
  /** Tick-by-tick trades and prices past the limit are left out. */
  readonly excludePastLimit?: boolean;
  /** Tick-by-tick trades that are not reported (AllLast has them) are left out. */
  readonly excludeUnreported?: boolean;
}

/** Why a filter left something out, in the order in which it looks. */
export const FILTER_REASONS = ["kind", "session", "condition", "price", "size", "outlier", "change"] as const;
export type FilterReason = (typeof FILTER_REASONS)[number];
export const NOTHING_FILTERED: Readonly<Record<FilterReason, number>> = {
  kind: 0,
  session: 0,
  condition: 0,
  price: 0,
  size: 0,
  outlier: 0,
  change: 0,
};

/**
 * What happens where messages come faster than they are taken. `conflate`: the newest value of each field waits, older
 * ones go. `backpressure`: reading stops, nothing goes. `drop-oldest`: the oldest waiting message of the subscription goes.
 */
export type FeedPolicy = "conflate" | "backpressure" | "drop-oldest";

/** What is done to a subscription's messages before they come as batches. */
export interface FeedTreatment {
  /** Where its quote lies on the board: 0 … {@link FeedBoard.slots} - 1; whoever subscribes gives them out. */
  readonly boardSlot: number;
  /** Milliseconds in which the newest value of each field wins: 0 … 60,000; 0 lets every tick through. */
  readonly conflateMs: number;
  /** Whether trades are conflated as well. Depth and bars never are. */
  readonly conflateTrades: boolean;
  readonly policy: FeedPolicy;
  readonly filter?: FeedFilter;
  /** Bars that its messages make. They are the subscription's: a later treatment does not change them. */
  readonly bars?: FeedBarSeries;
  /** The book that its depth messages make; as the bars. */
  readonly book?: FeedBookSpec;
}

/** What became of a subscription's messages: `received` = `delivered` + `conflated` + all of `filtered` + `dropped` + waiting ones. */
export interface FeedCounts {
  readonly received: number;
  readonly delivered: number;
  /** Replaced by a newer value of their field. */
  readonly conflated: number;
  readonly filtered: Readonly<Record<FilterReason, number>>;
  /** Gone because nobody took them in time. */
  readonly dropped: number;
  /** RTVolume texts that could not be read: they went on as the texts that they are, and are in the other counts as well. */
  readonly malformed: number;
}
