import { priceToTicks, ticksToPrice } from "../market/instrument.js";
import type { Quote } from "../market/quote.js";
import { legLimit } from "./order-check.js";
import { isBuy, orderKind, type WorkingOrder } from "./working-order.js";

/** Trigger methods as orders and price conditions number them. */
const Method = {
  DEFAULT: 0,
  DOUBLE_BID_ASK: 1,
  LAST: 2,
  DOUBLE_LAST: 3,
  BID_ASK: 4,
  LAST_OR_BID_ASK: 7,
  MIDPOINT: 8,
} as const;

/** Quotes in a row that have to fit. */
const DOUBLE = 2;

/**
 * Prices that count for a trigger.
 * @param rising the trigger is at or above the price: of bid and ask the lower one then has to reach it
 */
function pricesFor(quote: Quote, method: number, secType: string, rising: boolean): number[] {
  const near = rising ? quote.bid : quote.ask;
  switch (method) {
    case Method.LAST:
    case Method.DOUBLE_LAST:
      return [quote.last];
    case Method.BID_ASK:
    case Method.DOUBLE_BID_ASK:
      return [near];
    case Method.LAST_OR_BID_ASK:
      return [quote.last, near];
    case Method.MIDPOINT:
      return [(quote.bid + quote.ask) / 2];
    default:
      // Currency pairs have no tape of trades, so bid and ask decide there.
      return [secType === "CASH" ? near : quote.last];
  }
}

/** Whether the market is at or beyond `price`: above it when `rising`, else below it. */
export function hasReached(
  quote: Quote,
  price: number,
  rising: boolean,
  method: number,
  secType: string,
): boolean {
  return pricesFor(quote, method, secType, rising).some((p) => (rising ? p >= price : p <= price));
}

/** Whether the order's trigger has been hit; a trailing stop follows the market first. */
export function isTriggered(order: WorkingOrder, quote: Quote): boolean {
  const { trigger } = orderKind(order);
  const { triggerMethod, auxPrice } = order.fields;
  const { secType } = order.instrument;
  if (trigger === "trail") follow(order, quote);
  const stop = trigger === "trail" ? order.fields.trailStopPrice! : auxPrice!;
  // A stop to buy is above the market, an order to buy when touched below it.
  const rising = isBuy(order) === (trigger !== "touch");
  const hit = hasReached(quote, stop, rising, triggerMethod, secType);
  order.touches = hit ? order.touches + 1 : 0;
  const double = triggerMethod === Method.DOUBLE_BID_ASK || triggerMethod === Method.DOUBLE_LAST;
  return order.touches >= (double ? DOUBLE : 1);
}

/** Sets a trailing stop's first price where the order names none, and its limit's distance. */
export function startTrailing(order: WorkingOrder, quote: Quote): void {
  const { fields } = order;
  const given = fields.trailStopPrice;
  if (given === undefined) follow(order, quote);
  const { lmtPrice, lmtPriceOffset } = fields;
  if (orderKind(order).price !== "limit" || lmtPriceOffset !== undefined) return;
  const stop = fields.trailStopPrice!;
  fields.lmtPriceOffset = isBuy(order) ? lmtPrice! - stop : stop - lmtPrice!;
}

/** A stop to sell only goes up, one to buy only down. */
function follow(order: WorkingOrder, quote: Quote): void {
  const { fields, instrument } = order;
  const buy = isBuy(order);
  const [market] = pricesFor(quote, fields.triggerMethod, instrument.secType, buy);
  const distance = fields.trailingPercent! > 0 ? (market * fields.trailingPercent!) / 100 : fields.auxPrice!;
  const ticks = Math.round(priceToTicks(instrument, buy ? market + distance : market - distance));
  const stop = ticksToPrice(instrument, ticks);
  const old = fields.trailStopPrice;
  if (old === undefined || (buy ? stop < old : stop > old)) fields.trailStopPrice = stop;
}

/** The limit price an order has once it is triggered; `undefined` for one at market. */
export function limitOf(order: WorkingOrder): number | undefined {
  const { fields, instrument } = order;
  const kind = orderKind(order);
  if (kind.price !== "limit") return undefined;
  if (kind.trigger !== "trail") return fields.lmtPrice ?? legLimit(order.contract, fields);
  const limit = fields.trailStopPrice! + (isBuy(order) ? 1 : -1) * fields.lmtPriceOffset!;
  return ticksToPrice(instrument, Math.round(priceToTicks(instrument, limit)));
}
