import { utcDay } from "../../time/ib-date-time.js";
import type { Exchange } from "../exchange/exchange.js";
import type { Instrument } from "../market/instrument.js";
import { hashUnit } from "../market/random.js";
import { TickType } from "./tick-type.js";

/** One tick that a generic tick id brings besides the usual ones. */
export interface GenericTick {
  kind: "price" | "size" | "string" | "generic";
  type: number;
  value: number | string;
}

export const price = (type: number, value: number): GenericTick => ({
  kind: "price",
  type,
  value: round(value),
});
export const size = (type: number, value: number): GenericTick => ({
  kind: "size",
  type,
  value: Math.round(value),
});
export const generic = (type: number, value: number): GenericTick => ({
  kind: "generic",
  type,
  value: round(value),
});
export const string = (type: number, value: string): GenericTick => ({ kind: "string", type, value });

/** A made-up number in [low, high) that only depends on the instrument. */
export const made = (i: Instrument, salt: number, low: number, high: number): number =>
  low + hashUnit(i.conId, salt, 77) * (high - low);

export function markPrice(exchange: Exchange, i: Instrument): number {
  const { bid, ask, last } = exchange.quote(i);
  return Math.min(ask, Math.max(bid, last));
}

export function rangesOfTheYear(exchange: Exchange, i: Instrument): GenericTick[] {
  const weeks = exchange.history(i).bars({
    end: exchange.nowSeconds(),
    duration: "1 Y",
    barSize: "1 week",
    whatToShow: "TRADES",
    useRTH: true,
    formatDate: 2,
  });
  if (weeks.length === 0) return [];
  const low = (count: number): number => Math.min(...weeks.slice(-count).map((bar) => bar.low));
  const high = (count: number): number => Math.max(...weeks.slice(-count).map((bar) => bar.high));
  const volume = weeks.slice(-13).reduce((sum, bar) => sum + bar.volume, 0);
  return [
    price(TickType.LOW_13_WEEK, low(13)),
    price(TickType.HIGH_13_WEEK, high(13)),
    price(TickType.LOW_26_WEEK, low(26)),
    price(TickType.HIGH_26_WEEK, high(26)),
    price(TickType.LOW_52_WEEK, low(52)),
    price(TickType.HIGH_52_WEEK, high(52)),
    size(TickType.AVG_VOLUME, volume / (5 * Math.min(13, weeks.length))),
  ];
}

export function auction(exchange: Exchange, i: Instrument): GenericTick[] {
  return [
    size(TickType.AUCTION_VOLUME, made(i, 15, 0, 500_000)),
    price(TickType.AUCTION_PRICE, exchange.quote(i).last),
    size(TickType.AUCTION_IMBALANCE, made(i, 16, 0, 90_000)),
    size(TickType.REGULATORY_IMBALANCE, made(i, 17, 0, 90_000)),
  ];
}

export function ratios(exchange: Exchange, i: Instrument): string {
  const last = exchange.quote(i).last;
  const eps = made(i, 18, 0.5, 12);
  return `NPRICE=${last};TTMEPSXCLX=${eps.toFixed(5)};PEEXCLXOR=${(last / eps).toFixed(5)};BETA=${made(i, 19, 0.4, 1.8).toFixed(5)}`;
}

/** Dividends of the last and next twelve months, the next one's date and amount. */
export function dividends(exchange: Exchange, i: Instrument): string {
  const yearly = exchange.quote(i).last * made(i, 20, 0, 0.03);
  const next = utcDay((exchange.nowSeconds() + 30 * 86_400) * 1000);
  return [yearly.toFixed(2), (yearly * 1.04).toFixed(2), next, (yearly / 4).toFixed(2)].join(",");
}

export function oddLots(exchange: Exchange, i: Instrument): GenericTick[] {
  const { bid, ask } = exchange.quote(i);
  return [
    price(TickType.ODD_LOT_BID, bid),
    price(TickType.ODD_LOT_ASK, ask),
    size(TickType.ODD_LOT_BID_SIZE, made(i, 21, 1, 99)),
    size(TickType.ODD_LOT_ASK_SIZE, made(i, 22, 1, 99)),
    string(TickType.ODD_LOT_BID_EXCH, "Q"),
    string(TickType.ODD_LOT_ASK_EXCH, "P"),
  ];
}

function round(value: number): number {
  return Number(value.toFixed(8));
}
