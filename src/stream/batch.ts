import type { FeedBatch } from "../broker/feed.js";

/** A feed's batch, of which each message is one of a subscription's. */
export interface BatchOf<Owner> extends Omit<FeedBatch, "reqId"> {
  /** Whose it is; of several subscriptions that share a line, the oldest. */
  subscription(i: number): Owner;
}

const NO_BATCH: FeedBatch = {
  length: 0,
  kind: () => 0,
  reqId: () => 0,
  field: () => 0,
  price: () => Number.NaN,
  size: () => Number.NaN,
  attribs: () => 0,
  value: () => Number.NaN,
  text: () => "",
  receivedMicros: () => Number.NaN,
};

/**
 * Some of the messages of a feed's batch, in memory that is used again for each batch. As long as they are all of them from
 * the first on, nothing is written down.
 */
export class BatchView<Owner> implements BatchOf<Owner> {
  length = 0;
  private source = NO_BATCH;
  private isWhole = true;
  private positions = new Int32Array(0);

  /** @param ownerOf whose messages with that number are; asked during the batch only */
  constructor(private readonly ownerOf: (reqId: number) => Owner) {}

  begin(source: FeedBatch): void {
    this.source = source;
    this.length = 0;
    this.isWhole = true;
  }

  add(position: number): void {
    const n = this.length;
    this.length = n + 1;
    if (this.isWhole) {
      if (position === n) return;
      this.isWhole = false;
      this.makeRoom(n + 1);
      for (let i = 0; i < n; i++) this.positions[i] = i;
    } else {
      this.makeRoom(n + 1);
    }
    this.positions[n] = position;
  }

  /** All that there are. */
  addAll(): void {
    this.length = this.source.length;
    this.isWhole = true;
  }

  private makeRoom(wanted: number): void {
    if (wanted <= this.positions.length) return;
    const larger = new Int32Array(Math.max(64, this.positions.length * 2, wanted));
    larger.set(this.positions);
    this.positions = larger;
  }

  /** Nothing is kept alive between two batches. */
  end(): void {
    this.source = NO_BATCH;
    this.length = 0;
  }

  private at(i: number): number {
    return this.isWhole ? i : this.positions[i];
  }

  kind(i: number): number {
    return this.source.kind(this.at(i));
  }
  /** @internal Its number at the feed. */
  feedId(i: number): number {
    return this.source.reqId(this.at(i));
  }
  subscription(i: number): Owner {
    return this.ownerOf(this.source.reqId(this.at(i)));
  }
  field(i: number): number {
    return this.source.field(this.at(i));
  }
  price(i: number): number {
    return this.source.price(this.at(i));
  }
  size(i: number): number {
    return this.source.size(this.at(i));
  }
  attribs(i: number): number {
    return this.source.attribs(this.at(i));
  }
  value(i: number, n: number): number {
    return this.source.value(this.at(i), n);
  }
  text(i: number, n = 0): string {
    return this.source.text(this.at(i), n);
  }
  receivedMicros(i: number): number {
    return this.source.receivedMicros(this.at(i));
  }
}
