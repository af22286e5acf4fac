import type { Order } from "@stoqey/ib";
import { type Action, type OrderMore, order, price } from "./order-parts.js";
import { type Trail, trailOf, triggered } from "./order-triggers.js";

export * as algos from "./order-algos.js";
export * as conditions from "./order-conditions.js";
export { type Bracket, type BracketExits, bracket, type OcaType, oca } from "./order-families.js";
export type { Action, OrderMore } from "./order-parts.js";
export type { Trail } from "./order-triggers.js";
export { pegBenchmark, pegBest, pegMarket, pegMid, pegStock, relative } from "./pegged-orders.js";

/*
 * Orders as `@stoqey/ib` has them, ready to be transmitted. What else an order may have (`tif`, `account`, `ocaGroup`,
 * `outsideRth`, …) can be given as `more`. All of them throw IBKRError `ERR_IBKR_ARGUMENT` naming what does not fit.
 *
 * Quantities are above 0: shares, contracts, or units of the base currency. As text they keep digits that a double does
 * not have; the text stays text then, as the wire has it. With `cashQty` in `more` the quantity may be 0.
 *
 * Numbers are the decimals that were meant: 0.1 + 0.2 is 0.3.
 */

/** At the market's price, at once. */
export function market(action: Action, quantity: number | string, more?: OrderMore): Order {
  return order("MKT", action, quantity, {}, more);
}

/** At the limit price or better. */
export function limit(
  action: Action,
  quantity: number | string,
  limitPrice: number,
  more?: OrderMore,
): Order {
  return order("LMT", action, quantity, { lmtPrice: price(limitPrice, "limitPrice") }, more);
}

/** A market order once the market has reached the stop price. */
export function stop(action: Action, quantity: number | string, stopPrice: number, more?: OrderMore): Order {
  return order("STP", action, quantity, { auxPrice: price(stopPrice, "stopPrice") }, more);
}

/** A limit order once the market has reached the stop price. */
export function stopLimit(
  action: Action,
  quantity: number | string,
  prices: { readonly stopPrice: number; readonly limitPrice: number },
  more?: OrderMore,
): Order {
  return order("STP LMT", action, quantity, triggered(prices, "stopPrice"), more);
}

/** A market order once the market has touched the trigger price, which is better than the market now. */
export function marketIfTouched(
  action: Action,
  quantity: number | string,
  triggerPrice: number,
  more?: OrderMore,
): Order {
  return order("MIT", action, quantity, { auxPrice: price(triggerPrice, "triggerPrice") }, more);
}

/** A limit order once the market has touched the trigger price. */
export function limitIfTouched(
  action: Action,
  quantity: number | string,
  prices: { readonly triggerPrice: number; readonly limitPrice: number },
  more?: OrderMore,
): Order {
  return order("LIT", action, quantity, triggered(prices, "triggerPrice"), more);
}

/** A stop that follows the market by an amount or by a percentage. `trailStopPrice` in `more` says where it begins. */
export function trailingStop(
  action: Action,
  quantity: number | string,
  trail: Trail,
  more?: OrderMore,
): Order {
  return order("TRAIL", action, quantity, trailOf(trail), more);
}

/** A trailing stop that becomes a limit order, `limitOffset` away from the stop price. */
export function trailingStopLimit(
  action: Action,
  quantity: number | string,
  trail: Trail & { readonly limitOffset: number },
  more?: OrderMore,
): Order {
  const made = trailOf(trail, "limitOffset");
  return order("TRAIL LIMIT", action, quantity, made, more);
}

/** In the closing auction, at its price. */
export function marketOnClose(action: Action, quantity: number | string, more?: OrderMore): Order {
  return order("MOC", action, quantity, {}, more);
}

/** In the closing auction, at the limit price or better. */
export function limitOnClose(
  action: Action,
  quantity: number | string,
  limitPrice: number,
  more?: OrderMore,
): Order {
  return order("LOC", action, quantity, { lmtPrice: price(limitPrice, "limitPrice") }, more);
}

/** In the opening auction, at its price. */
export function marketOnOpen(action: Action, quantity: number | string, more?: OrderMore): Order {
  return order("MKT", action, quantity, { tif: "OPG" }, more);
}

/** In the opening auction, at the limit price or better. */
export function limitOnOpen(
  action: Action,
  quantity: number | string,
  limitPrice: number,
  more?: OrderMore,
): Order {
  const lmtPrice = price(limitPrice, "limitPrice");
  return order("LMT", action, quantity, { lmtPrice, tif: "OPG" }, more);
}

/** Between bid and ask, at `limitPrice` or better where there is one. */
export function midPrice(
  action: Action,
  quantity: number | string,
  limitPrice?: number,
  more?: OrderMore,
): Order {
  const cap = limitPrice === undefined ? {} : { lmtPrice: price(limitPrice, "limitPrice") };
  return order("MIDPRICE", action, quantity, cap, more);
}

/** What traders call them. */
export {
  limitIfTouched as lit,
  limitOnClose as loc,
  limitOnOpen as loo,
  marketIfTouched as mit,
  marketOnClose as moc,
  marketOnOpen as moo,
  midPrice as midprice,
  trailingStop as trailing,
  trailingStopLimit as trailingLimit,
};
