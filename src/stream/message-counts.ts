import type { FeedBatch } from "../broker/feed.js";
import { FeedKind } from "../broker/feed-kind.js";

/** As many as there are places: two numbers of a feed that share one are this far from each other. */
const PLACES = 1 << 16;
const NOBODY = -1;

/** Bars were closed though nothing has come: nobody may take it for data. */
export function isClockNotice(batch: FeedBatch, i: number): boolean {
  return batch.kind(i) === FeedKind.BARS && batch.field(i) === 0;
}

/**
 * How many messages there were for each number of a feed, without a look-up for each message. Of two known numbers that
 * share a place the first one has it; the other is counted beside it, with a look-up.
 */
export class MessageCounts {
  private readonly counts = new Uint32Array(PLACES);
  /** The number that has each place; numbers of a feed are not negative. */
  private readonly owners = new Int32Array(PLACES).fill(NOBODY);
  /** Known numbers whose place another one has. */
  private readonly beside = new Map<number, number>();

  /** From now on this number is known, and counted from wherever its count stands. */
  open(feedId: number): void {
    const place = feedId & (PLACES - 1);
    if (this.owners[place] === NOBODY) this.owners[place] = feedId;
    else if (this.owners[place] !== feedId) this.beside.set(feedId, 0);
  }

  close(feedId: number): void {
    const place = feedId & (PLACES - 1);
    if (this.owners[place] === feedId) this.owners[place] = NOBODY;
    else this.beside.delete(feedId);
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
    return differences === 0 || this.correct(batch);
  }

  /** Some messages were counted at a place that their number has not. */
  private correct(batch: FeedBatch): boolean {
    const { counts, owners, beside } = this;
    let areKnown = true;
    for (let i = 0; i < batch.length; i++) {
      const feedId = batch.reqId(i);
      const place = feedId & (PLACES - 1);
      if (owners[place] === feedId) continue;
      counts[place] -= 1;
      const count = beside.get(feedId);
      if (count === undefined) areKnown = false;
      else beside.set(feedId, (count + 1) >>> 0);
    }
    return areKnown;
  }

  /** Takes off again what is no message: notices of bars that the clock has closed. */
  discount(batch: FeedBatch): void {
    const { counts, owners, beside } = this;
    for (let i = 0; i < batch.length; i++) {
      if (!isClockNotice(batch, i)) continue;
      const feedId = batch.reqId(i);
      const place = feedId & (PLACES - 1);
      const count = beside.get(feedId);
      if (owners[place] === feedId) counts[place] -= 1;
      else if (count !== undefined) beside.set(feedId, (count - 1) >>> 0);
    }
  }

  /** Of a known number, modulo 2^32. */
  of(feedId: number): number {
    return this.beside.get(feedId) ?? this.counts[feedId & (PLACES - 1)];
  }
}
