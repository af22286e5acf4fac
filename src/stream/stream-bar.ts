import { FEED_BAR_VALUES, FeedBarFlag, FeedBarValue } from "../broker/feed-bars.js";

/** One bar of a series. Prices are those that the series is made of. */
export interface StreamBar {
  /** Name of its series, such as `"1m"`. */
  readonly size: string;
  /** In its series: from 0 on since the subscription began; those of history count down from -1. */
  readonly number: number;
  /** By time: where its interval begins; otherwise its first tick. Milliseconds since 1970. */
  readonly startMs: number;
  /** By time: where its interval ends, which is not in it any more; otherwise its last tick. */
  readonly endMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In shares or contracts; 0 for quotes. */
  readonly volume: number;
  /** Sum of price times size; 0 for quotes. */
  readonly notional: number;
  /** Volume-weighted average price: notional / volume; undefined where there is no volume. */
  readonly vwap: number | undefined;
  /** How many ticks; 0 of a carried one. */
  readonly count: number;
  /** The first of its session. */
  readonly first: boolean;
  /** Ends with its session. */
  readonly last: boolean;
  /** Ticks may be missing in it, or between it and the one before. */
  readonly gap: boolean;
  /** A late tick went in after it was closed. */
  readonly amended: boolean;
  /** A trade in it was corrected or cancelled. */
  readonly corrected: boolean;
  /** Without a tick: all prices are the close before it. */
  readonly carried: boolean;
  /** Closed before it had its size. */
  readonly short: boolean;
}

/** Numbers of a bar, at the positions of FeedBarValue. */
export type BarRow = Float64Array;
export const ROW_LENGTH = FEED_BAR_VALUES;

const at = FeedBarValue;
const Flag = FeedBarFlag;

export function barOf(size: string, number: number, row: BarRow): StreamBar {
  const flags = row[at.flags];
  const is = (flag: number) => (flags & flag) !== 0;
  const volume = row[at.volume];
  const notional = row[at.notional];
  return {
    size,
    number,
    startMs: row[at.startMs],
    endMs: row[at.endMs],
    open: row[at.open],
    high: row[at.high],
    low: row[at.low],
    close: row[at.close],
    volume,
    notional,
    vwap: volume === 0 ? undefined : notional / volume,
    count: row[at.count],
    first: is(Flag.first),
    last: is(Flag.last),
    gap: is(Flag.gap),
    amended: is(Flag.amended),
    corrected: is(Flag.corrected),
    carried: is(Flag.carried),
    short: is(Flag.short),
  };
}

/** A bar, and what came after it into the same interval: open of the one, close of the other, into the second. */
export function join(before: BarRow, row: BarRow): void {
  const carried = (row[at.flags] & Flag.carried) !== 0;
  row[at.open] = before[at.open];
  row[at.high] = carried ? before[at.high] : Math.max(before[at.high], row[at.high]);
  row[at.low] = carried ? before[at.low] : Math.min(before[at.low], row[at.low]);
  if (carried) row[at.close] = before[at.close];
  for (const sum of [at.volume, at.notional, at.count]) row[sum] += before[sum];
  if (!Number.isNaN(before[at.firstMs])) row[at.firstMs] = before[at.firstMs];
  row[at.flags] = ((row[at.flags] | before[at.flags]) & ~Flag.carried) | Flag.gap;
}
