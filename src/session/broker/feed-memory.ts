import { type FeedBarSeries, type FeedBars, MOST_SERIES } from "../../broker/feed-bars.js";
import {
  FEED_BOOK_DAMAGES,
  type FeedBook,
  type FeedBookCounters,
  FeedBookFlag,
  type FeedBookSpec,
  type FeedBookValues,
} from "../../broker/feed-book.js";
import type { FeedTreatment } from "../../broker/feed-treatment.js";
import { refused } from "../../domain/check.js";
import { BarMemory, barRun } from "../../native/bar-memory.js";
import { BookMemory, type BookMemoryHandle } from "../../native/book-memory.js";
import type { NativeTreatment } from "../../native/native-treatment.js";

/** The bars and the book of a subscription, and the treatment that makes them. */
export interface FeedMemory {
  readonly bars: readonly FeedBars[];
  readonly book: MemoryBook | undefined;
  readonly treatment: NativeTreatment;
}

/**
 * @param nowMs milliseconds since 1970: when the ticks begin
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for series or a book that cannot be
 */
export function feedMemoryOf(wanted: FeedTreatment, nowMs: number): FeedMemory {
  const { bars: series, book: spec, ...rest } = wanted;
  const memories = series === undefined ? [] : memoriesOf(series);
  const book = spec === undefined ? undefined : bookOf(spec);
  return {
    bars: memories,
    book,
    treatment: {
      ...rest,
      bars: series && {
        trades: series.trades,
        quotes: series.quotes,
        sinceMs: nowMs,
        series: series.series.map((one, i) => ({ ...one, memory: memories[i] })),
      },
      book: spec && book && { ...spec, memory: book.memory },
    },
  };
}

function memoriesOf({ series, continues }: FeedBarSeries): BarMemory[] {
  if (!Array.isArray(series) || series.length === 0 || series.length > MOST_SERIES)
    throw refused("bars.series", series?.length, `1 to ${MOST_SERIES} of them`, "ERR_IBKR_ARGUMENT");
  if (continues === undefined) return newMemoriesOf(series);
  if (continues.length !== series.length)
    throw refused("bars.continues", continues.length, `${series.length} of them`, "ERR_IBKR_ARGUMENT");
  return continues.map((bars, i) => {
    const { keep = bars.capacity } = series[i];
    if (!(bars instanceof BarMemory))
      throw refused("bars.continues", bars, "bars of a subscription", "ERR_IBKR_ARGUMENT");
    if (keep !== bars.capacity)
      throw refused("keep", keep, `${bars.capacity}, as before`, "ERR_IBKR_ARGUMENT");
    return bars;
  });
}

/** Series of the same prices have a run in common. */
function newMemoriesOf(series: FeedBarSeries["series"]): BarMemory[] {
  const runs = new Map<string, Uint8Array>();
  const runOf = (price: string) => {
    const run = runs.get(price) ?? barRun(price === "trades" ? series.length : 0);
    runs.set(price, run);
    return run;
  };
  return series.map(({ keep, price = "trades" }) => new BarMemory(keep, runOf(price)));
}

function bookOf({ continues }: FeedBookSpec): MemoryBook {
  if (continues === undefined) return new MemoryBook(new BookMemory());
  if (!(continues instanceof MemoryBook))
    throw refused("book.continues", continues, "the book of a subscription", "ERR_IBKR_ARGUMENT");
  return continues;
}

/** A book in memory, with the names of what damages it. */
export class MemoryBook implements FeedBook {
  constructor(readonly memory: BookMemory) {}

  get revision(): number {
    return this.memory.revision;
  }
  get flags(): number {
    return this.memory.flags;
  }
  get isDamaged(): boolean {
    return (this.memory.flags & FeedBookFlag.damaged) !== 0;
  }
  get handle(): BookMemoryHandle {
    return this.memory.handle;
  }
  read(into: FeedBookValues): void {
    this.memory.read(into);
  }

  counters(): FeedBookCounters {
    const { damages, ...counts } = this.memory.counters();
    const named = FEED_BOOK_DAMAGES.map((name, n) => [name, damages[n]]).slice(1);
    return { ...counts, damages: Object.fromEntries(named) };
  }
}
