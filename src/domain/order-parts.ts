import type { Order, OrderAction, OrderType, TimeInForce } from "@stoqey/ib";
import { refused } from "./check.js";
import { exactDecimal } from "./decimals.js";
import type { IBKRError } from "./ibkr-error.js";
import type { Literal, WithLiterals } from "./literals.js";
import { type MemberRules, membersOf } from "./members.js";
import { isOrderName, kindOfValue, ORDER_MEMBERS } from "./order-names.js";

/*
 * What all kinds of orders are made with. Judged by hand: this is on the way of an order, where a schema's microseconds
 * would show.
 */

export type Action = Literal<OrderAction>;

/** What an order has besides what its kind needs. */
export type OrderMore = WithLiterals<Omit<Order, "action" | "totalQuantity" | "orderType">>;

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

/** @param made what the kind says, in an object of its own: the rest is put into it */
export function order(
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
    (made as Record<string, unknown>)[name] = checkedMember(name as keyof Order, value);
  }
  if (made.tif === "GTD" && made.goodTillDate === undefined)
    throw misfit("order.goodTillDate", undefined, "a time, where tif is GTD");
}

function checkedMember(name: keyof Order, value: unknown): unknown {
  const allowed = name === "cashQty" && !((value as number) > 0) ? "a number above 0" : misfitOf(name, value);
  if (allowed !== undefined) throw misfit(`order.${name}`, value, allowed);
  return typeof value === "number" ? exactDecimal(value) : value;
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
  return digits > EXACT_DIGITS ? quantity : exactDecimal(value);
}

function actionOf(action: Action): Action {
  if (!ACTIONS.includes(action)) throw misfit("action", action, ACTIONS.join(", "));
  return action;
}

/** A price, as the decimal that was meant. */
export function price(value: unknown, name: string): number {
  if (!Number.isFinite(value)) throw misfit(name, value, "a number");
  return exactDecimal(value as number);
}

/** A price that may be left out. */
export function priceOf<K extends keyof Order>(member: K, value: unknown, name: string): Partial<Order> {
  return value === undefined ? {} : { [member]: price(value, name) };
}

/** @param most the highest there is, if there is one */
export function distance(given: unknown, name: string, most = Number.MAX_VALUE): number {
  const value = given as number;
  if (!Number.isFinite(value) || value <= 0 || value > most)
    throw misfit(
      name,
      value,
      most === Number.MAX_VALUE ? "a number above 0" : `a number above 0, up to ${most}`,
    );
  return exactDecimal(value);
}

/** What else an order has goes into `more`: here it would be lost, and a GTC order go out for the day. */
export function only(
  value: object,
  name: string,
  members: readonly string[],
): Readonly<Record<string, unknown>> {
  const isKnown = (member: string) => members.includes(member);
  return Object.fromEntries(
    membersOf(value, name, { name, known: members, isKnown, allowed: members.join(", ") }),
  );
}

export function misfit(name: string, value: unknown, allowed: string): IBKRError {
  return refused(name, value, allowed, "ERR_IBKR_ARGUMENT");
}
