import type { FeedBatch } from "../broker/feed.js";

/**
 * Messages in order of arrival, without an object for each. A view that is valid during the call: read what you need,
 * keep numbers, never the batch. Positions count from 0 to {@link length} - 1.
 */
export interface BatchOf<Owner> {
  readonly length: number;
  /** Which message: one of FeedKind. */
  kind(i: number): number;
  /** Whose it is; of several subscriptions that share a line, the oldest. */
  subscription(i: number): Owner;
  /** IB's tick type for prices, sizes and their like. */
  field(i: number): number;
  /** NaN where there is none. */
  price(i: number): number;
  /** NaN where there is none. */
  size(i: number): number;
  /** Trades: bit 0 past the limit, 1 unreported. RT_TRADE: bit 0 one market maker. Prices: bit 0 can be executed, 1 past the limit. */
  attribs(i: number): number;
  /** The n-th number: FeedValue says which. What is not set is the largest double. */
  value(i: number, n: number): number;
  /** The n-th string (allocates it). */
  text(i: number, n?: number): string;
  /** When the bytes arrived: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. */
  receivedMicros(i: number): number;
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

/** Some of the messages of a feed's batch: their positions, kept in memory that is used again for each batch. */
export class BatchView<Owner> implements BatchOf<Owner> {
  length = 0;
  private source = NO_BATCH;
  private positions = new Int32Array(64);
  private owners: (Owner | undefined)[] = [];

  /** @param only whose messages they all are, where they are one subscription's */
  constructor(private readonly only?: Owner) {}

  begin(source: FeedBatch): void {
    this.source = source;
    this.length = 0;
  }

  add(position: number, owner: Owner): void {
    const n = this.length;
    if (n === this.positions.length) {
      const larger = new Int32Array(n * 2);
      larger.set(this.positions);
      this.positions = larger;
    }
    this.positions[n] = position;
    if (this.only === undefined) this.owners[n] = owner;
    this.length = n + 1;
  }

  /** Nothing is kept alive between two batches. */
  end(): void {
    this.source = NO_BATCH;
    this.length = 0;
    if (this.only === undefined) this.owners.fill(undefined);
  }

  kind(i: number): number {
    return this.source.kind(this.positions[i]);
  }
  subscription(i: number): Owner {
    return this.only ?? (this.owners[i] as Owner);
  }
  field(i: number): number {
    return this.source.field(this.positions[i]);
  }
  price(i: number): number {
    return this.source.price(this.positions[i]);
  }
  size(i: number): number {
    return this.source.size(this.positions[i]);
  }
  attribs(i: number): number {
    return this.source.attribs(this.positions[i]);
  }
  value(i: number, n: number): number {
    return this.source.value(this.positions[i], n);
  }
  text(i: number, n = 0): string {
    return this.source.text(this.positions[i], n);
  }
  receivedMicros(i: number): number {
    return this.source.receivedMicros(this.positions[i]);
  }
}
