import type { Order, OrderAction, OrderType, TimeInForce } from "@stoqey/ib";
import { refused } from "./check.js";
import type { IBKRError } from "./ibkr-error.js";
import type { Literal, WithLiterals } from "./literals.js";
import { type MemberRules, membersOf } from "./members.js";
import { isOrderName, kindOfValue, ORDER_MEMBERS } from "./order-names.js";

/*
 * Orders as `@stoqey/ib` has them, ready to be transmitted. What else an order may have (`tif`, `account`, `ocaGroup`,
 * `outsideRth`, …) can be given as `more`. All of them throw IBKRError `ERR_IBKR_ARGUMENT` naming what does not fit.
 *
 * Quantities are above 0: shares, contracts, or units of the base currency. As text they keep digits that a double does
 * not have; the text stays text then, as the wire has it. With `cashQty` in `more` the quantity may be 0.
 */

export type Action = Literal<OrderAction>;

/** What an order has besides what its kind needs. */
export type OrderMore = WithLiterals<Omit<Order, "action" | "totalQuantity" | "orderType">>;

/** How far a trailing stop stays behind the market. */
export type Trail =
  | { readonly amount: number; readonly percent?: undefined }
  /** Above 0, up to 100. */
  | { readonly percent: number; readonly amount?: undefined };

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
  return order("TRAIL", action, quantity, trailing(trail), more);
}

/** A trailing stop that becomes a limit order, `limitOffset` away from the stop price. */
export function trailingStopLimit(
  action: Action,
  quantity: number | string,
  trail: Trail & { readonly limitOffset: number },
  more?: OrderMore,
): Order {
  const made = trailing(trail, "limitOffset");
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

const ACTIONS: readonly `${OrderAction}`[] = ["BUY", "SELL", "SSHORT", "SLONG"];
type Tif = `${TimeInForce}`;
const TIMES_IN_FORCE: readonly Tif[] = [
  "DAY",
  "GTC",
  "GTD",
  "IOC",
  "FOK",
  "OPG",
  "DTC",
  "GTT",
  "GTX",
  "AUC",
  "Minutes",
];
const QUANTITY = "a number above 0, or its text";
/** As many digits every double has. */
const EXACT_DIGITS = 15;

// Judged by hand: this is on the way of an order, where a schema's microseconds would show.

/** @param made what the kind says, in an object of its own: the rest is put into it */
function order(
  orderType: `${OrderType}`,
  action: Action,
  quantity: number | string,
  made: Partial<Order>,
  more?: OrderMore,
): Order {
  made.action = actionOf(action) as OrderAction;
  made.orderType = orderType as OrderType;
  // Before the members of `more`: none of them says it.
  made.totalQuantity = Number.NaN;
  if (more !== undefined) add(more, made);
  made.totalQuantity = quantityOf(quantity, made.cashQty !== undefined) as number;
  made.transmit ??= true;
  return made as Order;
}

const OF_ORDER: MemberRules = {
  name: "order",
  known: ORDER_MEMBERS,
  isKnown: isOrderName,
  allowed: "members of Order",
};

function add(more: OrderMore, made: Partial<Order>): void {
  for (const [name, value] of membersOf(more, "more", OF_ORDER)) {
    if (name in made) throw misfit(`order.${name}`, value, "nothing: the call says it already");
    checkMember(name as keyof Order, value);
    (made as Record<string, unknown>)[name] = value;
  }
  if (made.tif === "GTD" && made.goodTillDate === undefined)
    throw misfit("order.goodTillDate", undefined, "a time, where tif is GTD");
}

function checkMember(name: keyof Order, value: unknown): void {
  const allowed = name === "cashQty" && !((value as number) > 0) ? "a number above 0" : misfitOf(name, value);
  if (allowed !== undefined) throw misfit(`order.${name}`, value, allowed);
}

/** What is allowed where the value is something else. */
function misfitOf(name: keyof Order, value: unknown): string | undefined {
  switch (kindOfValue(name)) {
    case "number":
      return Number.isFinite(value) ? undefined : "a number";
    case "flag":
      return typeof value === "boolean" ? undefined : "true or false";
    case "text":
      return typeof value === "string" ? undefined : "a text";
    case "tif":
      return TIMES_IN_FORCE.includes(value as Tif) ? undefined : TIMES_IN_FORCE.join(", ");
    default:
      return typeof value === "object" && value !== null ? undefined : "an object or a list";
  }
}

function quantityOf(quantity: number | string, mayBeZero: boolean): number | string {
  const value = typeof quantity === "string" && /^\d+(\.\d+)?$/.test(quantity) ? Number(quantity) : quantity;
  if (typeof value !== "number" || !Number.isFinite(value) || !(mayBeZero ? value >= 0 : value > 0))
    throw misfit("quantity", quantity, QUANTITY);
  const digits = typeof quantity === "string" ? quantity.replace(".", "").replace(/^0+/, "").length : 0;
  return digits > EXACT_DIGITS ? quantity : value;
}

function actionOf(action: Action): Action {
  if (!ACTIONS.includes(action)) throw misfit("action", action, ACTIONS.join(", "));
  return action;
}

function price(value: unknown, name: string): number {
  if (!Number.isFinite(value)) throw misfit(name, value, "a number");
  return value as number;
}

function distance(given: unknown, name: string, most = Number.MAX_VALUE): number {
  const value = given as number;
  if (!Number.isFinite(value) || value <= 0 || value > most)
    throw misfit(
      name,
      value,
      most === Number.MAX_VALUE ? "a number above 0" : `a number above 0, up to ${most}`,
    );
  return value;
}

/** What else an order has goes into `more`: here it would be lost, and a GTC order go out for the day. */
function only(value: object, name: string, members: readonly string[]): Readonly<Record<string, unknown>> {
  const isKnown = (member: string) => members.includes(member);
  return Object.fromEntries(
    membersOf(value, name, { name, known: members, isKnown, allowed: members.join(", ") }),
  );
}

function misfit(name: string, value: unknown, allowed: string): IBKRError {
  return refused(name, value, allowed, "ERR_IBKR_ARGUMENT");
}

function triggered<K extends "stopPrice" | "triggerPrice">(
  prices: Readonly<Record<K | "limitPrice", number>>,
  trigger: K,
): OrderMore {
  const said = only(prices, "prices", [trigger, "limitPrice"]);
  return { auxPrice: price(said[trigger], trigger), lmtPrice: price(said["limitPrice"], "limitPrice") };
}

function trailing(trail: Trail, ...others: readonly string[]): Partial<Order> {
  const { amount, percent, limitOffset } = only(trail, "trail", ["amount", "percent", ...others]);
  if ((amount === undefined) === (percent === undefined))
    throw misfit("trail", { amount, percent }, "either an amount or a percent");
  const made: Partial<Order> =
    percent === undefined
      ? { auxPrice: distance(amount, "amount") }
      : { trailingPercent: distance(percent, "percent", 100) };
  if (others.includes("limitOffset")) made.lmtPriceOffset = price(limitOffset, "limitOffset");
  return made;
}
