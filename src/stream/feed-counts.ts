import {
  type FeedCounts,
  FILTER_REASONS,
  type FilterReason,
  NOTHING_FILTERED,
} from "../broker/feed-treatment.js";

/** One pass and one object: a stream of thousands of lines is asked often. */
export function sumOf(all: readonly FeedCounts[]): FeedCounts {
  let [received, delivered, conflated, dropped, malformed] = [0, 0, 0, 0, 0];
  const filtered: Record<FilterReason, number> = { ...NOTHING_FILTERED };
  for (const counts of all) {
    received += counts.received;
    delivered += counts.delivered;
    conflated += counts.conflated;
    dropped += counts.dropped;
    malformed += counts.malformed;
    for (const reason of FILTER_REASONS) filtered[reason] += counts.filtered[reason];
  }
  return { received, delivered, conflated, filtered, dropped, malformed };
}
