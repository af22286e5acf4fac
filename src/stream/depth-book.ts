import { type InspectOptions, inspect } from "node:util";
import {
  FEED_BOOK_DAMAGES,
  type FeedBook,
  type FeedBookDamage,
  FeedBookFlag,
  type FeedBookRows,
  FeedBookValues,
} from "../broker/feed-book.js";
import { checkNumber } from "../domain/check.js";
import { printed } from "../domain/printed.js";

/** Why a book is damaged. */
export type BookDamage = Exclude<FeedBookDamage, "none">;

/** One row of a side. */
export interface BookLevel {
  readonly price: number;
  /** In shares or contracts; undefined where the gateway did not say. */
  readonly size: number | undefined;
  /** Market maker or exchange, up to 16 letters, where rows have one. */
  readonly marketMaker?: string;
}

/** A book as an object of its own. */
export interface BookSnapshot {
  /** The best first. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** The best bid is above the best ask. */
  readonly crossed: boolean;
  /** The best bid is the best ask. */
  readonly locked: boolean;
  /** A row is better than the one before it. */
  readonly misordered: boolean;
  readonly smart: boolean;
  readonly damaged: boolean;
  /** Why it is damaged. */
  readonly damage: BookDamage | undefined;
  /** When the newest message arrived that changed it: CLOCK_MONOTONIC in µs; 0 before the first. */
  readonly updatedMicros: number;
}

/** What the book is read from. */
export type BookSource = Pick<FeedBook, "revision" | "read">;

/**
 * The order book of a subscription, as a live view: each call reads the book of that moment. Several values of one moment:
 * {@link toObject}, or {@link read} with its arrays, which makes no garbage.
 */
export class DepthBook {
  private source: BookSource | undefined;
  private readonly values = new FeedBookValues();
  /** Of the source, when it was read last. */
  private revision = Number.NaN;
  private repaired = 0;

  /** @param depth rows of each side that were asked for */
  constructor(readonly depth: number) {}

  /** @internal */
  attach(source: BookSource | undefined): void {
    if (source === undefined) this.read();
    this.source = source;
    this.revision = Number.NaN;
  }

  /** @internal It was damaged. */
  countDamage(): void {
    this.repaired += 1;
  }

  /** How often it was damaged, and asked again. */
  get damages(): number {
    return this.repaired;
  }

  /**
   * The book of one instant, in arrays that are filled again by the next call of any method: `bids` and `asks`, each with
   * its number of `rows`, the best first, `price(row)` and `size(row)`, and both in the typed array `levels`.
   */
  read(): FeedBookValues {
    const { source, values } = this;
    if (source === undefined) return values;
    const { revision } = source;
    if (revision !== this.revision) {
      source.read(values);
      this.revision = revision;
    }
    return values;
  }

  /** Rows of bids, and of asks. */
  get bidCount(): number {
    return this.read().bids.rows;
  }
  get askCount(): number {
    return this.read().asks.rows;
  }

  /** The i-th best bid, from 0 on; undefined where there is none. */
  bids(i: number): BookLevel | undefined {
    checkNumber("i", i);
    const values = this.read();
    return i >= 0 && i < values.bids.rows ? levelAt(values, values.bids, i) : undefined;
  }

  /** The i-th best ask, from 0 on; undefined where there is none. */
  asks(i: number): BookLevel | undefined {
    checkNumber("i", i);
    const values = this.read();
    return i >= 0 && i < values.asks.rows ? levelAt(values, values.asks, i) : undefined;
  }

  /** The best bid is above the best ask: of SMART depth it happens for a moment. */
  get crossed(): boolean {
    return this.is(FeedBookFlag.crossed);
  }
  /** The best bid is the best ask. */
  get locked(): boolean {
    return this.is(FeedBookFlag.locked);
  }
  /** A row is better than the one before it. */
  get misordered(): boolean {
    return this.is(FeedBookFlag.bidsMisordered | FeedBookFlag.asksMisordered);
  }
  /** Depth of all exchanges together. */
  get smart(): boolean {
    return this.is(FeedBookFlag.smart);
  }
  /** A message made no sense: the rows are those before it, until the book has been asked again. */
  get damaged(): boolean {
    return this.is(FeedBookFlag.damaged);
  }
  /** Why it is damaged; undefined where it is not. */
  get damage(): BookDamage | undefined {
    return damageOf(this.read());
  }

  /** Best ask less best bid, below 0 where they cross; undefined without one of them. */
  get spread(): number | undefined {
    const values = this.read();
    return isWhole(values) ? values.asks.price(0) - values.bids.price(0) : undefined;
  }
  /** Middle of best bid and best ask. */
  get mid(): number | undefined {
    const values = this.read();
    return isWhole(values) ? (values.bids.price(0) + values.asks.price(0)) / 2 : undefined;
  }
  /** The mid, drawn to the side that has less: each price weighted with the other side's size. */
  get microprice(): number | undefined {
    const values = this.read();
    const sizes = bothSizes(values, 1);
    if (sizes === undefined) return undefined;
    const [bid, ask] = sizes;
    return (values.bids.price(0) * ask + values.asks.price(0) * bid) / (bid + ask);
  }

  /**
   * (bids - asks) / (bids + asks) of the sizes: from -1, all at the asks, to 1, all at the bids.
   * @param rows how many of each side; default the best alone
   */
  imbalance(rows = 1): number | undefined {
    const sizes = bothSizes(this.read(), rows);
    return sizes && (sizes[0] - sizes[1]) / (sizes[0] + sizes[1]);
  }

  /** The book of one instant, as an object of its own. */
  toObject(): BookSnapshot {
    const values = this.read();
    const is = (flags: number) => (values.flags & flags) !== 0;
    return {
      bids: Array.from({ length: values.bids.rows }, (_, i) => levelAt(values, values.bids, i)),
      asks: Array.from({ length: values.asks.rows }, (_, i) => levelAt(values, values.asks, i)),
      crossed: is(FeedBookFlag.crossed),
      locked: is(FeedBookFlag.locked),
      misordered: is(FeedBookFlag.bidsMisordered | FeedBookFlag.asksMisordered),
      smart: is(FeedBookFlag.smart),
      damaged: is(FeedBookFlag.damaged),
      damage: damageOf(values),
      updatedMicros: values.updatedMicros,
    };
  }

  toJSON(): BookSnapshot {
    return this.toObject();
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    return printed("DepthBook", this.toObject(), depth, options);
  }

  private is(flags: number): boolean {
    return (this.read().flags & flags) !== 0;
  }
}

function levelAt({ flags }: FeedBookValues, side: FeedBookRows, i: number): BookLevel {
  const size = side.size(i);
  const level = { price: side.price(i), size: Number.isNaN(size) ? undefined : size };
  const marketMaker = (flags & FeedBookFlag.makers) === 0 ? "" : side.maker(i);
  return marketMaker === "" ? level : { ...level, marketMaker };
}

function damageOf({ flags, damage }: FeedBookValues): BookDamage | undefined {
  return (flags & FeedBookFlag.damaged) === 0 ? undefined : (FEED_BOOK_DAMAGES[damage] as BookDamage);
}

const isWhole = ({ bids, asks }: FeedBookValues) => bids.rows > 0 && asks.rows > 0;

/** Sums of the sizes of both sides; undefined without a row on one of them, without any size, or where one is not known. */
function bothSizes(book: FeedBookValues, rows: number): readonly [bid: number, ask: number] | undefined {
  if (!isWhole(book)) return undefined;
  const sum = (side: FeedBookRows) => {
    let total = 0;
    for (let i = 0; i < Math.min(side.rows, rows); i++) total += side.size(i);
    return total;
  };
  const bid = sum(book.bids);
  const ask = sum(book.asks);
  return bid + ask > 0 ? [bid, ask] : undefined;
}
