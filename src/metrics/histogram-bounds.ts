import type { HistogramReader } from "./histogram.js";
import { bucketsOf, middleOf } from "./histogram-layout.js";

/** What Prometheus has of a histogram. */
export interface CumulativeCounts {
  /** How many values are at most as large as each bound; one more for all of them. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly count: number;
}

/**
 * How many values lie below each bound: of those within 1/128 of a bound some may count on its other side.
 * @param bounds rising, in the unit of what was recorded
 */
export function cumulativeCounts(histogram: HistogramReader, bounds: readonly number[]): CumulativeCounts {
  const { sum } = histogram;
  const words = histogram.read();
  const buckets = bucketsOf(histogram.bits);
  const counts: number[] = [];
  let seen = 0;
  let bucket = 0;
  for (const bound of bounds) {
    while (bucket < buckets && middleOf(bucket) <= bound) seen += words[bucket++];
    counts.push(seen);
  }
  while (bucket <= buckets) seen += words[bucket++];
  counts.push(seen);
  return { counts, sum, count: seen };
}

/** 1 µs to 100 s, three for each power of ten. In seconds. */
export const SECONDS_BOUNDS: readonly number[] = [
  ...[-6, -5, -4, -3, -2, -1, 0, 1].flatMap((power) => [1, 2, 5].map((n) => Number(`${n}e${power}`))),
  100,
];
