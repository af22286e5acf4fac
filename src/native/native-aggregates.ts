import { refused } from "../domain/check.js";
import type { BarMemory } from "./bar-memory.js";
import type { BookMemory } from "./book-memory.js";
import {
  BAR_BY_NOTIONAL,
  BAR_BY_TICKS,
  BAR_BY_TIME,
  BAR_BY_VOLUME,
  BAR_PRICE_ASK,
  BAR_PRICE_BID,
  BAR_PRICE_MID,
  BAR_PRICE_TRADES,
  MAX_BOOK_ROWS,
  ORDER_CORRECT,
  ORDER_GAP,
  ORDER_RESET_BOOK,
  ORDER_RESUME,
  ORDER_SESSIONS,
  QUOTE_FEED_BID_ASK,
  QUOTE_FEED_LINE,
  QUOTE_FEED_MID_POINT,
  TRADE_FEED_LAST,
  TRADE_FEED_RT_TRADE_VOLUME,
  TRADE_FEED_RT_VOLUME,
  TRADE_FEED_TICK_BY_TICK,
} from "./layout.js";
import type { AddonBarSeries, AddonBars, AddonBook } from "./load.js";

const BYS = {
  time: BAR_BY_TIME,
  ticks: BAR_BY_TICKS,
  volume: BAR_BY_VOLUME,
  notional: BAR_BY_NOTIONAL,
} as const;
const PRICES = {
  trades: BAR_PRICE_TRADES,
  mid: BAR_PRICE_MID,
  bid: BAR_PRICE_BID,
  ask: BAR_PRICE_ASK,
} as const;
const TRADE_FEEDS = {
  tickByTick: TRADE_FEED_TICK_BY_TICK,
  rtVolume: TRADE_FEED_RT_VOLUME,
  rtTradeVolume: TRADE_FEED_RT_TRADE_VOLUME,
  last: TRADE_FEED_LAST,
} as const;
const QUOTE_FEEDS = {
  line: QUOTE_FEED_LINE,
  bidAsk: QUOTE_FEED_BID_ASK,
  midPoint: QUOTE_FEED_MID_POINT,
} as const;

type Spans = readonly (readonly [startMs: number, endMs: number])[];

/** One series of bars; see native/core/bars/bar_spec.hpp. */
export interface NativeBarSpec {
  readonly by: keyof typeof BYS;
  readonly size: number;
  readonly price?: keyof typeof PRICES;
  readonly empty?: "skip" | "carry";
  readonly late?: "drop" | "amend";
  readonly waitMs?: number;
  readonly sessions?: Spans;
}

export interface NativeBars {
  readonly trades: keyof typeof TRADE_FEEDS;
  readonly quotes: keyof typeof QUOTE_FEEDS;
  /** When the ticks begin: milliseconds since 1970. */
  readonly sinceMs: number;
  readonly series: readonly (NativeBarSpec & { readonly memory: BarMemory })[];
}

export interface NativeBook {
  readonly memory: BookMemory;
  readonly depth: number;
  readonly onMissingDelete?: "forgive" | "damage";
  /** Depth goes on as messages, too; default false. */
  readonly messages?: boolean;
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for a series that cannot be */
export function addonBarsOf({ trades, quotes, sinceMs, series }: NativeBars): AddonBars {
  return {
    trades: numberOf(TRADE_FEEDS, trades, "bars.trades"),
    quotes: numberOf(QUOTE_FEEDS, quotes, "bars.quotes"),
    sinceMs,
    series: series.map(seriesOf),
  };
}

function seriesOf(spec: NativeBars["series"][number]): AddonBarSeries {
  const { by, size, price = "trades", empty = "skip", late = "amend", waitMs = 0, sessions, memory } = spec;
  const known = numberOf(BYS, by, "by");
  checkSize(by, size);
  if (price !== "trades" && (by === "volume" || by === "notional"))
    throw bad("price", price, `trades, for bars by ${by}`);
  if (!(waitMs >= 0 && waitMs <= 3_600_000)) throw bad("waitMs", waitMs, "0 to 3600000");
  return {
    by: known,
    size,
    price: numberOf(PRICES, price, "price"),
    carries: numberOf({ skip: 0, carry: 1 }, empty, "empty") === 1,
    amends: numberOf({ drop: 0, amend: 1 }, late, "late") === 1,
    waitMs,
    sessions: sessions && spansOf(sessions),
    memory: memory.handle.memory,
    run: memory.handle.run,
  };
}

function checkSize(by: NativeBarSpec["by"], size: number): void {
  if (by === "time") {
    if (!(size >= 0.001 && size <= 2_678_400 && Math.abs(size * 1000 - Math.round(size * 1000)) < 1e-6))
      throw bad("size", size, "0.001 to 2678400 seconds, of whole milliseconds");
  } else if (by === "ticks") {
    if (!Number.isSafeInteger(size) || size < 1) throw bad("size", size, "a whole number of ticks from 1");
  } else if (!(size > 0 && Number.isFinite(size))) {
    throw bad("size", size, "a finite number above 0");
  }
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT` if they are not in order, or not of whole milliseconds */
function spansOf(sessions: Spans): Float64Array {
  let before = -8.64e15;
  for (const [start, end] of sessions) {
    if (!(Number.isInteger(start) && start >= before))
      throw bad("sessions", start, "starts in whole milliseconds, not before the end of the one before");
    if (!(Number.isInteger(end) && end > start && end <= 8.64e15))
      throw bad("sessions", end, "ends in whole milliseconds, after their starts");
    before = end;
  }
  return Float64Array.from(sessions.flat());
}

export function addonBookOf({ memory, depth, onMissingDelete, messages }: NativeBook): AddonBook {
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_BOOK_ROWS)
    throw bad("depth", depth, `an integer from 1 to ${MAX_BOOK_ROWS}`);
  return {
    memory: memory.handle.memory,
    depth,
    forgivesDeletes:
      numberOf({ forgive: 1, damage: 0 }, onMissingDelete ?? "forgive", "onMissingDelete") === 1,
    passesRecords: messages ?? false,
  };
}

/** What is to be done with the bars or the book of a request. */
export type AggregateOrder =
  | { readonly kind: "gap" }
  | {
      readonly kind: "correct";
      readonly timeMs: number;
      readonly oldPrice: number;
      readonly oldSize: number;
      readonly price: number;
      readonly size: number;
    }
  | { readonly kind: "resume"; readonly place: number; readonly bar: ResumedBar }
  | { readonly kind: "sessions"; readonly sessions: Spans }
  | { readonly kind: "resetBook" };

export interface ResumedBar {
  readonly startMs: number;
  readonly endMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly notional: number;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly flags?: number;
}

const NO_NUMBERS = new Float64Array(0);

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for numbers that are none */
export function addonOrderOf(order: AggregateOrder): [kind: number, numbers: Float64Array] {
  switch (order.kind) {
    case "gap":
      return [ORDER_GAP, NO_NUMBERS];
    case "resetBook":
      return [ORDER_RESET_BOOK, NO_NUMBERS];
    case "sessions":
      return [ORDER_SESSIONS, spansOf(order.sessions)];
    case "correct": {
      const { timeMs, oldPrice, oldSize, price, size } = order;
      for (const [name, value] of Object.entries({ timeMs, oldPrice, oldSize, price, size }))
        if (!Number.isFinite(value)) throw bad(name, value, "a finite number");
      for (const [name, value] of Object.entries({ oldSize, size }))
        if (value < 0) throw bad(name, value, "a number from 0");
      return [ORDER_CORRECT, Float64Array.of(timeMs, oldPrice, oldSize, price, size)];
    }
    case "resume": {
      const { startMs, endMs, open, high, low, close, volume, notional, count, firstMs, lastMs } = order.bar;
      const { flags = 0 } = order.bar;
      if (!Number.isInteger(flags) || flags < 0 || flags > 0xffff_ffff)
        throw bad("bar.flags", flags, "bits of BarFlags");
      const prices = [open, high, low, close, volume, notional, count, firstMs, lastMs];
      return [ORDER_RESUME, Float64Array.of(order.place, startMs, endMs, ...prices, flags)];
    }
    default:
      throw bad("kind", (order as AggregateOrder).kind, "gap, correct, resume, sessions, resetBook");
  }
}

function numberOf(names: Readonly<Record<string, number>>, name: string, what: string): number {
  if (!Object.hasOwn(names, name)) throw bad(what, name, Object.keys(names).join(", "));
  return names[name];
}

function bad(name: string, value: unknown, allowed: string) {
  return refused(name, value, allowed, "ERR_IBKR_ARGUMENT");
}
