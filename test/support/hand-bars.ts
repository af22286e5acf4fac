import {
  FEED_BAR_VALUES,
  FeedBarFlag,
  type FeedBarLosses,
  type FeedBars,
  FeedBarValue,
} from "../../src/broker/feed-bars.js";
import {
  FEED_BOOK_MAKER_BYTES,
  type FeedBook,
  type FeedBookCounters,
  type FeedBookRows,
  FeedBookValues,
} from "../../src/broker/feed-book.js";

/** What a test says of a bar. */
export type HandBar = Partial<Record<keyof typeof FeedBarValue, number>>;

/** The memory of a series that a test fills by hand, with the core's rules of numbers and of what is still at hand. */
export class HandBars implements FeedBars {
  readonly handle = undefined;
  closed = 0;
  /** What its maker says went into no bar. */
  readonly lost = { late: 0, outside: 0, unpriced: 0, correction: 0 };
  private readonly rows = new Map<number, { row: Float64Array; revision: number }>();

  constructor(readonly capacity = 256) {}

  /** Another subscription goes on with the memory: what was forming is closed short. */
  goOn(): this {
    const forming = this.rows.get(this.closed);
    if (forming === undefined) return this;
    forming.row[FeedBarValue.flags] |= FeedBarFlag.short;
    this.close();
    return this;
  }

  private write(bar: HandBar, number: number): void {
    const { open = 10, volume = 0, startMs = 0, ...rest } = bar;
    const whole = {
      ...{ startMs, endMs: startMs + 1_000, open, high: open, low: open, close: open, volume },
      ...{ notional: volume * open, count: 1, firstMs: startMs, lastMs: startMs, flags: 0, number, ...rest },
    };
    const row = new Float64Array(FEED_BAR_VALUES);
    for (const [name, at] of Object.entries(FeedBarValue)) row[at] = whole[name as keyof typeof whole];
    this.rows.set(number, { row, revision: (this.rows.get(number)?.revision ?? 0) + 2 });
  }

  /** The bar that is not closed yet is this one from now on. */
  form(bar: HandBar): void {
    this.write(bar, this.closed);
    this.rows.delete((this.closed - this.capacity) >>> 0);
  }

  /** Closes a bar: this one, or the one that is forming. */
  close(bar?: HandBar): void {
    if (bar !== undefined) this.form(bar);
    if (!this.rows.has(this.closed)) throw new Error("there is no bar to close");
    this.closed = (this.closed + 1) >>> 0;
  }

  /** The newest closed bar is this one from now on. */
  amend(bar: HandBar): void {
    this.write(bar, (this.closed - 1) >>> 0);
  }

  read(number: number, into: Float64Array): boolean {
    const found = this.rows.get(number);
    if (found !== undefined) into.set(found.row);
    return found !== undefined;
  }

  revision(number: number): number {
    return this.rows.get(number)?.revision ?? 0;
  }

  losses(): FeedBarLosses {
    return { ...this.lost };
  }
}

type HandRows = readonly (readonly [price: number, size: number, maker?: string])[];

/** A book that a test fills by hand. */
export class HandBook implements FeedBook {
  readonly handle = undefined;
  revision = 0;
  private values = new FeedBookValues();

  /** Another subscription goes on with the memory: it is empty, and whole. */
  goOn(): this {
    this.set([], []);
    return this;
  }

  get flags(): number {
    return this.values.flags;
  }

  set(bids: HandRows, asks: HandRows, flags = 0, damage = 0): void {
    this.values = new FeedBookValues();
    this.revision += 2;
    const { values } = this;
    Object.assign(values, { flags, damage, updatedMicros: 1 });
    const fill = (side: FeedBookRows, rows: HandRows) => {
      side.rows = rows.length;
      rows.forEach(([price, size, maker = ""], i) => {
        side.levels.set([price, size], i * 2);
        side.makers.set(
          new TextEncoder().encode(maker).subarray(0, FEED_BOOK_MAKER_BYTES),
          i * FEED_BOOK_MAKER_BYTES,
        );
      });
    };
    fill(values.bids, bids);
    fill(values.asks, asks);
  }

  read(into: FeedBookValues): void {
    const { bids, asks, ...rest } = this.values;
    Object.assign(into, rest);
    for (const [from, to] of [
      [bids, into.bids],
      [asks, into.asks],
    ]) {
      to.rows = from.rows;
      to.levels.set(from.levels);
      to.makers.set(from.makers);
    }
  }

  counters(): FeedBookCounters {
    throw new Error("a book filled by hand counts nothing");
  }
}
