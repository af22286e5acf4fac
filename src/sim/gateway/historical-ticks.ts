import { sessionsBetween } from "../../time/calendar.js";
import type { Exchange } from "../exchange/exchange.js";
import type { Instrument } from "../market/instrument.js";
import { ticksToPrice } from "../market/instrument.js";
import { hashUnit } from "../market/random.js";
import type {
  HistoricalBar,
  HistoricalTick,
  HistoricalTickBidAsk,
  HistoricalTickLast,
} from "../model/responses.js";

/** Most ticks a gateway gives in one answer, not counting those that fill up the last second. */
export const MAX_TICKS = 1000;

/** Seconds looked at in one go. */
const CHUNK = 120;
/** How far from the given time ticks are looked for, seconds: over any holidays. */
const REACH = 10 * 86_400;
const MAX_TRADES_A_SECOND = 4;
const VENUES = ["NASDAQ", "ARCA", "BATS", "EDGX", "IEX", "FINRA"];

export interface TickWindow {
  /** Seconds since 1970 UTC; exactly one of the two is given. */
  start?: number;
  end?: number;
  count: number;
  useRTH: boolean;
  /** Now: nothing is known beyond it. */
  now: number;
}

/**
 * Trades in order of time, out of the same one-second bars that historical data show. Seconds are never cut: the last
 * one (or the first, counted back from an end) is given whole.
 */
export function historicalTrades(
  exchange: Exchange,
  instrument: Instrument,
  window: TickWindow,
): HistoricalTickLast[] {
  const { reference } = exchange.instruments;
  return collect(exchange, instrument, window, (bar, second) => {
    return reference.tradesAt(instrument.conId, second) ?? tradesOf(instrument, bar, second);
  });
}

/** Changes of the best bid and ask; from a start on, the quote in force then comes first. */
export function historicalQuotes(
  exchange: Exchange,
  instrument: Instrument,
  window: TickWindow,
): HistoricalTickBidAsk[] {
  const { reference } = exchange.instruments;
  const of = (bar: HistoricalBar, second: number) =>
    reference.quotesAt(instrument.conId, second) ?? quotesOf(instrument, bar, second);
  const ticks = collect(exchange, instrument, window, of);
  if (window.start === undefined || ticks.length === 0) return ticks;
  const before = { ...window, start: undefined, end: window.start, count: 1 };
  const inForce = collect(exchange, instrument, before, of).at(-1);
  return inForce === undefined ? ticks : [inForce, ...ticks];
}

export function historicalMidpoints(
  exchange: Exchange,
  instrument: Instrument,
  window: TickWindow,
): HistoricalTick[] {
  return historicalQuotes(exchange, instrument, window).map(({ time, priceBid, priceAsk }) => ({
    time,
    price: Number(((priceBid + priceAsk) / 2).toFixed(8)),
    size: 0,
  }));
}

/** Walks from the given time through the trading sessions until there are ticks enough. */
function collect<T extends { time: number }>(
  exchange: Exchange,
  instrument: Instrument,
  { start, end, count, useRTH, now }: TickWindow,
  of: (bar: HistoricalBar, second: number) => T[],
): T[] {
  const forward = start !== undefined;
  const from = Math.max(start ?? end! - REACH, instrument.headTimestamp);
  const to = Math.min(start === undefined ? end! : start + REACH, now);
  const chunks = from < to ? chunksOf(instrument, useRTH, from, to) : [];
  if (!forward) chunks.reverse();
  const found: T[][] = [];
  let total = 0;
  for (const [open, close] of chunks) {
    const bars = secondsBetween(exchange, instrument, useRTH, open, close);
    if (!forward) bars.reverse();
    for (const bar of bars) {
      const ticks = of(bar, Number(bar.date));
      total += ticks.length;
      found.push(ticks);
      if (total >= count) return (forward ? found : found.reverse()).flat();
    }
  }
  return (forward ? found : found.reverse()).flat();
}

function chunksOf(
  instrument: Instrument,
  useRTH: boolean,
  from: number,
  to: number,
): [from: number, to: number][] {
  const chunks: [number, number][] = [];
  for (const { open, close } of sessionsBetween(instrument.hours, useRTH, from, to)) {
    const last = Math.min(close, to);
    for (let at = Math.max(open, from); at < last; at += CHUNK) chunks.push([at, Math.min(at + CHUNK, last)]);
  }
  return chunks;
}

/** One-second bars of [from, to), which lies within one session. */
function secondsBetween(
  exchange: Exchange,
  instrument: Instrument,
  useRTH: boolean,
  from: number,
  to: number,
): HistoricalBar[] {
  return exchange.history(instrument).bars({
    end: to,
    duration: `${to - from} S`,
    barSize: "1 secs",
    whatToShow: "TRADES",
    useRTH,
    formatDate: 2,
  });
}

function tradesOf(instrument: Instrument, bar: HistoricalBar, second: number): HistoricalTickLast[] {
  const count = Math.floor(hashUnit(instrument.conId, second, 1) * (MAX_TRADES_A_SECOND + 1));
  return Array.from({ length: count }, (_, i) => {
    const unit = hashUnit(instrument.conId, second, 10 + i);
    const between = bar.low + (bar.high - bar.low) * unit;
    return {
      time: second,
      price: i === 0 ? bar.open : i === count - 1 ? bar.close : onTick(instrument, between),
      size: Math.max(instrument.minSize, Math.round(unit * 3 * instrument.lotSize)),
      pastLimit: false,
      unreported: false,
      exchange: instrument.secType === "STK" ? VENUES[Math.floor(unit * VENUES.length)] : instrument.exchange,
      specialConditions: "",
    };
  });
}

function quotesOf(instrument: Instrument, bar: HistoricalBar, second: number): HistoricalTickBidAsk[] {
  const count = 1 + Math.floor(hashUnit(instrument.conId, second, 2) * 3);
  return Array.from({ length: count }, (_, i) => {
    const unit = hashUnit(instrument.conId, second, 20 + i);
    const bid = onTick(
      instrument,
      count === 1 ? bar.close : bar.open + ((bar.close - bar.open) * i) / (count - 1),
    );
    const spread = instrument.minTick * (1 + Math.floor(unit * 2));
    return {
      time: second,
      bidPastLow: false,
      askPastHigh: false,
      priceBid: bid,
      priceAsk: onTick(instrument, bid + spread),
      sizeBid: Math.ceil(unit * 15) * instrument.lotSize,
      sizeAsk: Math.ceil((1 - unit) * 15) * instrument.lotSize,
    };
  });
}

function onTick(instrument: Instrument, price: number): number {
  return ticksToPrice(instrument, Math.round(price / instrument.minTick));
}
