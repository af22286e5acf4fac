import type { HistoricalBar, HistoricalTickBidAsk, HistoricalTickLast } from "../model/responses.js";
import builtIn from "./recorded.json";

/** Facts of one contract; what is not given is made up as for any other. */
export interface RecordedContract {
  conId: number;
  secType: string;
  symbol: string;
  currency: string;
  /** The key of an option, future or pair together with `secType` and `currency`. Default: the symbol. */
  localSymbol?: string;
  /** Of an option: when it expired, so that it is found although no chain lists it any more. */
  lastTradeDate?: string;
  strike?: number;
  right?: string;
  exchange?: string;
  primaryExch?: string;
  tradingClass?: string;
  longName?: string;
  /** Price its seeded walk starts from. */
  basePrice?: number;
}

/** `[date, open, high, low, close, volume, wap, barCount]`; the date is seconds since 1970, or `yyyymmdd`. */
export type RecordedBar = [string | number, number, number, number, number, number, number, number];
/** `[time, price, size, exchange, specialConditions]`; the last may be missing. */
export type RecordedTrade = [number, number, number, string, string?];
/** `[time, bid, ask, bidSize, askSize]` */
export type RecordedQuote = [number, number, number, number, number];

/** What was recorded of a real market and takes precedence over what is made up. */
export interface ReferenceData {
  contracts?: RecordedContract[];
  bars?: { conId: number; whatToShow: string; barSize: string; bars: RecordedBar[] }[];
  trades?: { conId: number; ticks: RecordedTrade[] }[];
  quotes?: { conId: number; ticks: RecordedQuote[] }[];
  /** What accounts hold when the exchange starts; without `account`: the first one. Bought at `averagePrice`. */
  positions?: { account?: string; conId: number; quantity: number; averagePrice: number }[];
}

/** Reference data by what it is asked for. */
export class ReferenceIndex {
  readonly positions: NonNullable<ReferenceData["positions"]>;
  private readonly contracts = new Map<string, RecordedContract>();
  private readonly byConId = new Map<number, RecordedContract>();
  private readonly bars = new Map<string, Map<string, RecordedBar>>();
  private readonly trades = new Map<number, Map<number, HistoricalTickLast[]>>();
  private readonly quotes = new Map<number, Map<number, HistoricalTickBidAsk[]>>();

  /** @param own takes precedence over what comes with the package */
  constructor(own: ReferenceData = {}) {
    this.positions = own.positions ?? [];
    for (const data of [builtIn as unknown as ReferenceData, own]) this.take(data);
  }

  /** @param key `secType|localSymbol|currency` */
  contract(key: string): RecordedContract | undefined {
    return this.contracts.get(key);
  }

  contractById(conId: number): RecordedContract | undefined {
    return this.byConId.get(conId);
  }

  /** Recorded contracts of a symbol: those an expired chain still has. */
  contractsOf(secType: string, symbol: string): RecordedContract[] {
    return [...this.byConId.values()].filter((c) => c.secType === secType && c.symbol === symbol);
  }

  /** Bars that are known of a contract, by their date. */
  barsOf(conId: number, whatToShow: string, barSize: string): ReadonlyMap<string, RecordedBar> | undefined {
    return this.bars.get(barKey(conId, whatToShow, barSize));
  }

  /** Trades in a second, or `undefined` where none were recorded. @param second since 1970 UTC */
  tradesAt(conId: number, second: number): HistoricalTickLast[] | undefined {
    return this.trades.get(conId)?.get(second);
  }

  quotesAt(conId: number, second: number): HistoricalTickBidAsk[] | undefined {
    return this.quotes.get(conId)?.get(second);
  }

  private take(data: ReferenceData): void {
    for (const contract of data.contracts ?? []) {
      this.byConId.set(contract.conId, contract);
      const name = contract.localSymbol ?? contract.symbol;
      this.contracts.set(`${contract.secType}|${name}|${contract.currency}`, contract);
    }
    for (const { conId, whatToShow, barSize, bars } of data.bars ?? []) {
      const known = mapIn(this.bars, barKey(conId, whatToShow, barSize));
      for (const bar of bars) known.set(String(bar[0]), bar);
    }
    for (const { conId, ticks } of data.trades ?? []) {
      const seconds = mapIn(this.trades, conId);
      for (const [time, price, size, exchange, specialConditions = ""] of ticks) {
        const tick = { time, price, size, exchange, specialConditions, pastLimit: false, unreported: false };
        seconds.set(time, [...(seconds.get(time) ?? []), tick]);
      }
    }
    for (const { conId, ticks } of data.quotes ?? []) {
      const seconds = mapIn(this.quotes, conId);
      for (const [time, priceBid, priceAsk, sizeBid, sizeAsk] of ticks) {
        const tick = { time, priceBid, priceAsk, sizeBid, sizeAsk, bidPastLow: false, askPastHigh: false };
        seconds.set(time, [...(seconds.get(time) ?? []), tick]);
      }
    }
  }
}

function barKey(conId: number, whatToShow: string, barSize: string): string {
  const size = barSize
    .trim()
    .replace(/^1W$/, "1 week")
    .replace(/^1M$/, "1 month")
    .replace(/^1 sec$/, "1 secs");
  return `${conId}|${whatToShow.toUpperCase() || "TRADES"}|${size}`;
}

function mapIn<K, A, B>(outer: Map<K, Map<A, B>>, key: K): Map<A, B> {
  let inner = outer.get(key);
  if (inner === undefined) {
    inner = new Map();
    outer.set(key, inner);
  }
  return inner;
}

/**
 * Puts recorded bars in the place of made-up ones. The others keep their shape and are scaled so that the series
 * runs into the recorded bars without a jump.
 * @param bars made-up ones, their dates as in {@link RecordedBar}
 */
export function spliceBars(
  bars: readonly HistoricalBar[],
  recorded: ReadonlyMap<string, RecordedBar> | undefined,
  round: (price: number) => number,
): HistoricalBar[] {
  if (recorded === undefined || !bars.some((bar) => recorded.has(bar.date))) return [...bars];
  const spliced = bars.map((bar) => {
    const known = recorded.get(bar.date);
    if (known === undefined) return undefined;
    const [, open, high, low, close, volume, wap, barCount] = known;
    return { date: bar.date, open, high, low, close, volume, wap, barCount };
  });
  // Backwards: what comes before a recorded bar ends at its open; forwards: what comes behind the last one begins
  // at its close.
  let scale = 0;
  for (let i = bars.length - 1; i >= 0; i--) {
    const known = spliced[i];
    if (known !== undefined) scale = known.open / bars[i].open;
    else if (scale > 0) spliced[i] = scaled(bars[i], scale, round);
  }
  for (let i = 0; i < bars.length; i++) {
    const known = spliced[i];
    if (known !== undefined) scale = known.close / bars[i].close;
    else spliced[i] = scaled(bars[i], scale, round);
  }
  return spliced as HistoricalBar[];
}

function scaled(bar: HistoricalBar, scale: number, round: (price: number) => number): HistoricalBar {
  return {
    ...bar,
    open: round(bar.open * scale),
    high: round(bar.high * scale),
    low: round(bar.low * scale),
    close: round(bar.close * scale),
    wap: bar.wap < 0 ? bar.wap : Number((bar.wap * scale).toFixed(6)),
  };
}
