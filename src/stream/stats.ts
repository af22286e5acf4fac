import type { FeedCounts } from "../broker/feed-treatment.js";
import type { LagSummary } from "./lag.js";

/**
 * What became of a subscription's messages. Subscriptions that share a line have its counts in common, from its
 * beginning.
 */
export interface SubscriptionStats extends FeedCounts {
  /** Values that went because an iterator was slow. */
  readonly iteratorsDropped: number;
  readonly gaps: number;
  /** Messages that came in batches, per second, over some five seconds. */
  readonly messagesPerSecond: number;
  /** Milliseconds since 1970; undefined before the first data. */
  readonly lastDataMs: number | undefined;
  /** From the arrival of its oldest message of a batch to its handlers, in microseconds; above 16.7 s: the maximum. */
  readonly lag: LagSummary;
}

/** Lines of one sort. */
export interface LineStats {
  readonly used: number;
  /** Subscriptions that wait for one. */
  readonly waiting: number;
  /** How many there are, as far as is known. */
  readonly available: number;
}

export interface StreamStats extends FeedCounts {
  readonly subscriptions: number;
  readonly lines: LineStats;
  readonly tickByTickLines: LineStats;
  /** Of market depth. */
  readonly depthLines: LineStats;
  readonly batches: number;
  readonly messagesPerSecond: number;
  /** From the arrival of a batch's oldest message to its handlers, in microseconds. */
  readonly lag: LagSummary;
}
