import { type InspectOptions, inspect } from "node:util";
import { FeedBarFlag, type FeedBars, FeedBarValue } from "../broker/feed-bars.js";
import { checkNumber, refused } from "../domain/check.js";
import { printed } from "../domain/printed.js";
import { realisedVolatility, timeWeightedPrice, volumeWeightedPrice } from "./bar-figures.js";
import type { ResolvedSeries } from "./bar-options.js";
import { BarStore } from "./bar-store.js";
import { type BarRow, barOf, join, ROW_LENGTH, type StreamBar } from "./stream-bar.js";

/** Numbers of a bar that can be had as a column. */
export type BarColumn = Exclude<keyof typeof FeedBarValue, "number" | "flags">;

/** What a series needs of its subscription. */
export interface SeriesHost {
  /** History is there. */
  ready(): Promise<void>;
  /** Bars from now on, as {@link BarSeries.values} says. */
  iterate(options: { signal?: AbortSignal; limit?: number }): AsyncIterableIterator<StreamBar, undefined>;
}

const at = FeedBarValue;

/**
 * The bars of one size, as a view that lives with its subscription: closed ones by position, the forming one, and an
 * iterator of what closes from now on. Reads the core's memory whenever it is asked.
 */
export class BarSeries implements AsyncIterable<StreamBar> {
  /** Such as `"1m"`, `"100 ticks"`, `"1m mid"`. */
  readonly name: string;
  private readonly store: BarStore;
  private source: FeedBars | undefined;
  /** The source's number of the bar that is read next. */
  private next = 0;
  /** Closed bars since the subscription began. */
  private made = 0;
  /** What was in the source's first bar before the source was. */
  private base: BarRow | undefined;
  /** What was in that one before. */
  private olderBase: BarRow | undefined;
  /** What was in the newest closed bar before the source was. */
  private baseOfNewest: BarRow | undefined;
  private isNewestKnown = false;
  private revision = 0;
  /** Where a source that is the one before, gone on, has the first bar that was not in it. */
  private resumeAt: number | undefined;
  /** The source before ended with a bar forming. */
  private isCut = false;
  private sourceBegan: number | undefined;
  private readonly read = new Float64Array(ROW_LENGTH);
  private gone = 0;
  private isHoleBefore = false;
  private changed: (() => void) | undefined;
  /** @internal Of the bar that was changed last after it had been closed. */
  changedNumber = -1;

  /** @internal */
  constructor(
    readonly options: ResolvedSeries,
    private readonly host: SeriesHost,
  ) {
    this.name = options.name;
    this.store = new BarStore(options.keep);
  }

  /** History is there, if some was asked for; rejects with what refused it: the bars go on without. */
  get ready(): Promise<void> {
    return this.host.ready();
  }

  /** Closed bars at hand. */
  get length(): number {
    this.sync();
    return this.store.length;
  }

  /** A closed bar: from 0, the oldest at hand, on; or from the end, -1 being the newest. Undefined where there is none. */
  at(i: number): StreamBar | undefined {
    this.sync();
    checkNumber("i", i);
    const { length } = this.store;
    const position = i < 0 ? length + i : i;
    return position >= 0 && position < length ? this.barAt(position) : undefined;
  }

  /** The bar that is not closed yet, as it is at this moment; undefined where no tick came since the newest closed one. */
  get forming(): StreamBar | undefined {
    this.sync();
    const row = this.formingRow();
    return row && barOf(this.name, this.made, row);
  }

  /** Closed bars, the oldest first. */
  toArray(): StreamBar[] {
    this.sync();
    return Array.from({ length: this.store.length }, (_, i) => this.barAt(i));
  }

  /**
   * One number of each closed bar, the oldest first, in an array of its own.
   * @param count of the newest only; default all
   */
  column(name: BarColumn, count = Number.POSITIVE_INFINITY): Float64Array {
    this.sync();
    checkNumber("count", count);
    if (typeof name !== "string" || !Object.hasOwn(at, name))
      throw refused("name", name, Object.keys(at).join(", "), "ERR_IBKR_ARGUMENT");
    const { store } = this;
    const from = Math.max(0, store.length - Math.max(0, count));
    const column = new Float64Array(store.length - from);
    for (let i = 0; i < column.length; i++) column[i] = store.value(from + i, at[name]);
    return column;
  }

  /** Volume-weighted average price of the newest closed bars; undefined without volume. @param count how many; default all */
  vwap(count?: number): number | undefined {
    return volumeWeightedPrice(this.column("notional", count), this.column("volume", count));
  }

  /** Mean of the closes of the newest closed bars, each weighted with its bar's length in time; undefined without a bar. */
  twap(count?: number): number | undefined {
    return timeWeightedPrice(
      this.column("close", count),
      this.column("startMs", count),
      this.column("endMs", count),
    );
  }

  /**
   * Root of the sum of the squared returns ln(close / close before) of the newest closed bars, as a fraction: over the
   * time that they span, or for `horizonMs` by the square root of time (5.8968e9, 252 days of 6.5 hours: a year's).
   * Undefined without two closes above 0.
   */
  volatility(count?: number, horizonMs?: number): number | undefined {
    return realisedVolatility(this.column("close", count), this.column("endMs", count), horizonMs);
  }

  /** What went into no bar, since the newest request: see [market data](../../docs/market-data.md). */
  losses(): ReturnType<FeedBars["losses"]> & { readonly unread: number } {
    const none = { late: 0, outside: 0, unpriced: 0, correction: 0 };
    return { ...(this.source?.losses() ?? none), unread: this.gone };
  }

  /** Bars that close from now on, and the newest one again where it was amended or corrected. */
  values(
    options: { signal?: AbortSignal; limit?: number } = {},
  ): AsyncIterableIterator<StreamBar, undefined> {
    return this.host.iterate(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<StreamBar, undefined> {
    return this.values();
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { name, length, forming } = this;
    return printed("BarSeries", { name, length, newest: this.at(-1), forming }, depth, options);
  }

  // --- for the subscription --------------------------------------------------------------------------------------

  /**
   * @internal The memory that is read from now on. What was forming in the one before goes on in the first bar of this one, if it
   * is of the same interval; else it is a bar of its own.
   */
  attach(source: FeedBars): void {
    if (source === this.source) return;
    this.detach();
    this.source = source;
    this.next = this.resumeAt ?? source.closed;
    this.isNewestKnown = false;
    // It may have got a tick more meanwhile.
    if (!this.isCut || this.base === undefined || !source.read((this.next - 1) >>> 0, this.read)) return;
    if (this.olderBase !== undefined) join(this.olderBase, this.read);
    this.base = interrupted(this.read);
    this.sourceBegan = undefined;
  }

  /** @internal Nothing more comes from the source. */
  detach(): void {
    if (this.source === undefined) return;
    this.sync();
    this.olderBase = this.base;
    const forming = this.formingRow();
    if (this.base !== this.olderBase) this.olderBase = undefined;
    this.source = undefined;
    this.base = undefined;
    // Whoever goes on with the memory closes what was forming.
    this.isCut = forming === this.read;
    this.resumeAt = this.isCut ? (this.next + 1) >>> 0 : this.next;
    if (forming === undefined) return;
    if (this.options.by === "time") this.base = interrupted(forming);
    else this.push(forming, FeedBarFlag.short | FeedBarFlag.gap);
  }

  /** @internal Reads what the source has closed. @param look also whether the newest closed one was changed */
  sync(look = false): void {
    const { source } = this;
    if (source === undefined) return;
    const closed = source.closed;
    if (look || closed !== this.next) this.lookAgain(source);
    this.readClosed(source, closed);
    // A later bar may be forming than the one that the source before was in.
    if (this.base !== undefined) this.formingRow();
  }

  private readClosed(source: FeedBars, closed: number): void {
    const behind = (closed - this.next) | 0;
    // Below 0: who goes on with the memory has not closed yet what was forming in it.
    if (behind <= 0) return;
    if (behind > source.capacity) this.miss(behind - source.capacity);
    for (; this.next !== closed; this.next = (this.next + 1) >>> 0) {
      if (!source.read(this.next, this.read)) {
        this.gone += 1;
        this.isHoleBefore = true;
        continue;
      }
      this.revision = source.revision(this.next);
      this.take(this.read);
    }
  }

  private miss(count: number): void {
    this.gone += count;
    this.isHoleBefore = true;
    this.next = (this.next + count) >>> 0;
  }

  private take(row: BarRow): void {
    this.baseOfNewest = undefined;
    this.sourceBegan ??= row[at.startMs];
    this.settleBase(row);
    if (this.base !== undefined) {
      this.baseOfNewest = this.base;
      this.base = undefined;
      join(this.baseOfNewest, row);
    }
    this.isNewestKnown = true;
    this.push(row, 0);
  }

  /** What was before a later bar is a bar of its own. */
  private settleBase(row: BarRow): void {
    const { base } = this;
    if (base === undefined || base[at.startMs] === row[at.startMs]) return;
    this.base = undefined;
    if (base[at.startMs] < row[at.startMs]) this.push(base, 0);
  }

  private push(row: BarRow, flags: number): void {
    row[at.flags] |= flags | (this.isHoleBefore ? FeedBarFlag.gap : 0);
    this.isHoleBefore = false;
    this.store.push(row);
    this.made += 1;
  }

  /** The newest closed one may have been amended before another one was closed. */
  private lookAgain(source: FeedBars): void {
    const { read } = this;
    const number = (this.next - 1) >>> 0;
    if (!this.isNewestKnown) return;
    const revision = source.revision(number);
    if (revision === this.revision || !source.read(number, read)) return;
    this.revision = revision;
    if (this.baseOfNewest !== undefined) join(this.baseOfNewest, read);
    this.store.row(this.store.length - 1).set(read);
    this.changedNumber = this.made - 1;
    this.changed?.();
  }

  private formingRow(): BarRow | undefined {
    const { source, read } = this;
    if (source === undefined || !source.read(this.next, read)) return this.base;
    this.sourceBegan ??= read[at.startMs];
    this.settleBase(read);
    if (this.base !== undefined) join(this.base, read);
    return read;
  }

  private barAt(position: number): StreamBar {
    const { store } = this;
    return barOf(this.name, this.made - store.length + position, store.row(position));
  }

  // --- for who tells ---------------------------------------------------------------------------------------------

  /** @internal How many bars were closed since the subscription began. */
  get closedCount(): number {
    return this.made;
  }

  /** @internal The bar with this number, if it is still at hand. */
  byNumber(number: number): StreamBar | undefined {
    const position = number - this.made + this.store.length;
    return position >= 0 && position < this.store.length ? this.barAt(position) : undefined;
  }

  /** @internal Is called when the newest closed bar is another one than it was. */
  onChanged(handler: () => void): void {
    this.changed = handler;
  }

  // --- for history -----------------------------------------------------------------------------------------------

  /** @internal When the first bar begins that the source has brought; undefined before. */
  get sourceFirstMs(): number | undefined {
    this.sync();
    if (this.sourceBegan === undefined) this.formingRow();
    return this.sourceBegan;
  }

  /** @internal When the newest closed bar begins; undefined where there is none. */
  get newestStartMs(): number | undefined {
    this.sync();
    const { store } = this;
    return store.length === 0 ? undefined : store.value(store.length - 1, at.startMs);
  }

  /** @internal How many bars since the subscription began are closed and begin before a time. */
  closedBefore(startMs: number): number {
    const { store } = this;
    return this.made - store.length + store.lastUpTo(startMs - 1) + 1;
  }

  /**
   * @internal Bars that somebody else knows better: they go where those are that begin behind `afterMs` and before
   * `beforeMs`. Behind minus infinity they are from before the subscription, and are kept beside the others.
   */
  fill(rows: readonly BarRow[], afterMs: number, beforeMs: number): void {
    if (rows.length === 0) return;
    const { store, base } = this;
    if (base !== undefined && base[at.startMs] > afterMs && base[at.startMs] < beforeMs)
      this.base = undefined;
    const from = store.lastUpTo(afterMs) + 1;
    const to = store.lastUpTo(beforeMs - 1) + 1;
    const added = rows.length - (to - from);
    if (afterMs === Number.NEGATIVE_INFINITY) store.widen(Math.max(0, added));
    else this.made += added;
    if (to === store.length) this.isNewestKnown = false;
    store.replace(from, to, rows);
  }

  /** @internal A bar as it is known now, which goes on in the source's first one. */
  resume(row: BarRow): void {
    this.sync();
    const { source, store, read } = this;
    const begins = row[at.startMs];
    // One that is closed already is settled by who knows it whole.
    if (store.lastUpTo(begins) !== store.lastUpTo(begins - 1)) return;
    const base = row.slice();
    if (source?.read(this.next, read) === true && read[at.startMs] === begins)
      for (const sum of [at.volume, at.notional, at.count]) base[sum] = Math.max(0, base[sum] - read[sum]);
    this.base = base;
  }
}

/** A bar that was forming when its source ended. */
function interrupted(row: BarRow): BarRow {
  const base = row.slice();
  base[at.flags] = (base[at.flags] & ~FeedBarFlag.short) | FeedBarFlag.gap;
  return base;
}
