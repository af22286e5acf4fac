import { FeedKind, FeedValue } from "../broker/feed-kind.js";
import type { BatchOf } from "./batch.js";

/** A trade, as an object. */
export interface Trade {
  readonly price: number;
  /** In shares or contracts. */
  readonly size: number;
  /** The exchange's time, milliseconds since 1970; tick by tick it has whole seconds. */
  readonly timeMs: number;
  /** When the bytes arrived: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. */
  readonly receivedMicros: number;
  /** Volume of the day and its average price, of RTVolume alone. */
  readonly volume?: number;
  readonly vwap?: number;
  /** Exchange and special conditions, of trades tick by tick alone. */
  readonly exchange?: string;
  readonly conditions?: string;
  readonly pastLimit?: boolean;
  readonly unreported?: boolean;
}

/** Five seconds of trading. */
export interface RealTimeBar {
  /** Its beginning, milliseconds since 1970. */
  readonly timeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number | undefined;
  readonly vwap: number | undefined;
  /** How many trades. */
  readonly count: number | undefined;
  readonly receivedMicros: number;
}

export function isTrade(kind: number): boolean {
  return kind === FeedKind.TRADE || kind === FeedKind.RT_TRADE;
}

/** Whether the quote may have changed. */
export function isQuote(kind: number): boolean {
  return kind <= FeedKind.OPTION || kind === FeedKind.BID_ASK || isTrade(kind);
}

export function tradeAt(batch: BatchOf<unknown>, i: number): Trade {
  const price = batch.price(i);
  const size = batch.size(i);
  const receivedMicros = batch.receivedMicros(i);
  if (batch.kind(i) === FeedKind.RT_TRADE) {
    const at = FeedValue.RT_TRADE;
    const timeMs = batch.value(i, at.time);
    const volume = batch.value(i, at.volume);
    return { price, size, timeMs, receivedMicros, volume, vwap: batch.value(i, at.vwap) };
  }
  const attribs = batch.attribs(i);
  return {
    price,
    size,
    timeMs: batch.value(i, FeedValue.TRADE.time) * 1000,
    receivedMicros,
    exchange: batch.text(i, 0),
    conditions: batch.text(i, 1),
    pastLimit: (attribs & 1) !== 0,
    unreported: (attribs & 2) !== 0,
  };
}

export function barAt(batch: BatchOf<unknown>, i: number): RealTimeBar {
  const at = FeedValue.BAR;
  const value = (n: number) => batch.value(i, n);
  const known = (n: number) => (value(n) < 0 || value(n) === Number.MAX_VALUE ? undefined : value(n));
  return {
    timeMs: value(at.time) * 1000,
    open: value(at.open),
    high: value(at.high),
    low: value(at.low),
    close: value(at.close),
    volume: known(at.volume),
    vwap: known(at.wap),
    // The number of trades is the record's field.
    count: batch.field(i),
    receivedMicros: batch.receivedMicros(i),
  };
}
