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
