import { FEED_BAR_VALUES, FeedBarValue } from "../broker/feed-bars.js";
import { BarMemory, type BarMemoryHandle } from "../native/bar-memory.js";
import { realisedVolatility, timeWeightedPrice, volumeWeightedPrice } from "../stream/bar-figures.js";
import type { BarColumn } from "../stream/bar-series.js";
import { barOf, type StreamBar } from "../stream/stream-bar.js";

const at = FeedBarValue;

/**
 * The bars of one size of a subscription that lives in another thread, as the core makes them: read from its memory
 * whenever they are asked for. There are none of history, and a bar that an interruption has cut is two here.
 */
export class SharedBars {
  private memory: BarMemory | undefined;
  private readonly row = new Float64Array(FEED_BAR_VALUES);

  /** @internal @param name such as `"1m"` */
  constructor(readonly name: string) {}

  /** @internal Nothing for a series that was never asked for. */
  attach(handle: unknown): void {
    if (handle !== undefined) this.memory ??= new BarMemory(handle as BarMemoryHandle);
  }

  /** Closed bars so far, modulo 2^32; their numbers count from 0 on. */
  get closed(): number {
    return this.memory?.closed ?? 0;
  }

  /** Closed bars at hand: so many of the newest as are kept, less the one that is forming. */
  get length(): number {
    const { memory, row } = this;
    if (memory === undefined) return 0;
    const { closed, capacity } = memory;
    let length = Math.min(closed, capacity - 1);
    while (length > 0 && !memory.read((closed - length) >>> 0, row)) length -= 1;
    return length;
  }

  /** A closed bar: from 0, the oldest at hand, on; or from the end, -1 being the newest. Undefined where there is none. */
  at(i: number): StreamBar | undefined {
    const { closed } = this;
    const back = i < 0 ? -i : this.length - i;
    return back >= 1 && back <= closed ? this.bar((closed - back) >>> 0) : undefined;
  }

  /** The bar that is not closed yet, as it is at this moment; undefined where no tick came since the newest closed one. */
  get forming(): StreamBar | undefined {
    return this.bar(this.closed);
  }

  /** By its number; undefined if it is not at hand. */
  bar(number: number): StreamBar | undefined {
    const { memory, row } = this;
    return memory?.read(number, row) ? barOf(this.name, number, row) : undefined;
  }

  /**
   * A bar's numbers as they were at one instant, without an allocation: for readers that look all the time.
   * @param into 13 numbers or more, at the positions of `FeedBarValue`
   * @returns false, and `into` has no meaning, if it is not at hand
   */
  read(number: number, into: Float64Array): boolean {
    return this.memory?.read(number, into) ?? false;
  }

  /** Closed bars, the oldest first. */
  toArray(): StreamBar[] {
    const bars: StreamBar[] = [];
    this.each(Number.POSITIVE_INFINITY, (row) => bars.push(barOf(this.name, row[at.number], row)));
    return bars;
  }

  /**
   * One number of each closed bar, the oldest first, in an array of its own.
   * @param count of the newest only; default all
   */
  column(name: BarColumn, count = Number.POSITIVE_INFINITY): Float64Array {
    return this.columns([name], count)[0];
  }

  /** Volume-weighted average price of the newest closed bars; undefined without volume. @param count how many; default all */
  vwap(count?: number): number | undefined {
    const [notional, volume] = this.columns(["notional", "volume"], count);
    return volumeWeightedPrice(notional, volume);
  }

  /** As that of the stream's series. */
  twap(count?: number): number | undefined {
    const [close, startMs, endMs] = this.columns(["close", "startMs", "endMs"], count);
    return timeWeightedPrice(close, startMs, endMs);
  }

  /** As that of the stream's series. */
  volatility(count?: number, horizonMs?: number): number | undefined {
    const [close, endMs] = this.columns(["close", "endMs"], count);
    return realisedVolatility(close, endMs, horizonMs);
  }

  /** Of the same bars, whatever is closed meanwhile. */
  private columns(names: readonly BarColumn[], count = Number.POSITIVE_INFINITY): Float64Array[] {
    const found: number[][] = names.map(() => []);
    this.each(count, (row) => {
      names.forEach((name, n) => {
        found[n].push(row[at[name]]);
      });
    });
    return found.map((column) => Float64Array.from(column));
  }

  private each(count: number, take: (row: Float64Array) => void): void {
    const { memory, row } = this;
    if (memory === undefined) return;
    const { closed, capacity } = memory;
    const most = Math.max(0, Math.min(closed, capacity - 1, count));
    // One that was written over meanwhile is not there any more.
    for (let back = most; back >= 1; back--) if (memory.read((closed - back) >>> 0, row)) take(row);
  }
}
