import type { FeedBatch } from "../broker/feed.js";

/** As many as there are places: two numbers of a feed that share one are this far from each other. */
const PLACES = 1 << 16;

/**
 * How many messages there were for each number of a feed, without a look-up for each message. Two numbers may share a
 * place: a count that has not changed says that there was none, one that has says that there may have been some.
 */
export class MessageCounts {
  private readonly counts = new Uint32Array(PLACES);

  add(batch: FeedBatch): void {
    const { counts } = this;
    const { length } = batch;
    for (let i = 0; i < length; i++) counts[batch.reqId(i) & (PLACES - 1)] += 1;
  }

  /** Modulo 2^32. */
  of(feedId: number): number {
    return this.counts[feedId & (PLACES - 1)];
  }
}
