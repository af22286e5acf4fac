import type { FeedBatch } from "../broker/feed.js";

/** As many as there are places: two numbers of a feed that share one are this far from each other. */
const PLACES = 1 << 16;
const NOBODY = -1;

/**
 * How many messages there were for each number of a feed, without a look-up for each message. Two numbers may share a
 * place: a count that has not changed says that there was none, one that has says that there may have been some.
 */
export class MessageCounts {
  private readonly counts = new Uint32Array(PLACES);
  /** The number that has each place; numbers of a feed are not negative. */
  private readonly owners = new Int32Array(PLACES).fill(NOBODY);

  /** From now on this number is known; of two that share a place, the later one is. */
  open(feedId: number): void {
    this.owners[feedId & (PLACES - 1)] = feedId;
  }

  close(feedId: number): void {
    const place = feedId & (PLACES - 1);
    if (this.owners[place] === feedId) this.owners[place] = NOBODY;
  }

  /** @returns whether every message's number is known */
  add(batch: FeedBatch): boolean {
    const { counts, owners } = this;
    const { length } = batch;
    let differences = 0;
    for (let i = 0; i < length; i++) {
      const feedId = batch.reqId(i);
      const place = feedId & (PLACES - 1);
      counts[place] += 1;
      differences |= owners[place] ^ feedId;
    }
    return differences === 0;
  }

  /** Modulo 2^32. */
  of(feedId: number): number {
    return this.counts[feedId & (PLACES - 1)];
  }
}
