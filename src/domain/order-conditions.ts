import type {
  ConjunctionConnection,
  Contract,
  OrderCondition,
  OrderConditionType,
  SecType,
} from "@stoqey/ib";
import type { Literal } from "./literals.js";
import { misfit, only, price as priceOf } from "./order-parts.js";

/*
 * What has to be so before an order works, or for it to be cancelled (`conditionsCancelOrder`): members of an order's
 * `conditions`. `all` and `any` join them; one alone is `all(one)`.
 */

/** The side of a value on which a condition is met. */
export type Side =
  | { readonly above: number; readonly below?: undefined }
  | { readonly below: number; readonly above?: undefined };

/** A contract by its number, and where it trades: by default SMART. Its other members do not count. */
export type WatchedContract = Pick<Contract, "conId" | "exchange">;

/** A condition as `@stoqey/ib` has it, joined to the next one with `conjunctionConnection`. */
export type Condition = Readonly<OrderCondition>;

/** Which prices count. */
export type Trigger = keyof typeof TRIGGER_METHODS;

const TRIGGER_METHODS = {
  default: 0,
  doubleBidAsk: 1,
  last: 2,
  doubleLast: 3,
  bidAsk: 4,
  lastOrBidAsk: 7,
  midpoint: 8,
} as const;

/** A contract's price is above or below another. @param trigger which prices count; default: the contract's usual ones */
export function price(contract: WatchedContract, side: Side, trigger: Trigger = "default"): Condition {
  const { isMore, value } = sideOf(side, priceOf);
  if (!Object.hasOwn(TRIGGER_METHODS, trigger))
    throw misfit("trigger", trigger, Object.keys(TRIGGER_METHODS).join(", "));
  const triggerMethod = TRIGGER_METHODS[trigger];
  return made(1, { price: value, triggerMethod, ...watched(contract), isMore, strValue: String(value) });
}

/** @param side a time as the gateway reads it: `yyyymmdd hh:mm:ss zone`, or `yyyymmdd-hh:mm:ss` in UTC */
export function time(
  side:
    | { readonly after: string; readonly before?: undefined }
    | { readonly before: string; readonly after?: undefined },
): Condition {
  const { after, before } = only(side, "side", ["after", "before"]);
  if ((after === undefined) === (before === undefined))
    throw misfit("side", { after, before }, "either after or before");
  const [name, value] = before === undefined ? ["after", after] : ["before", before];
  if (typeof value !== "string" || !A_TIME.test(value))
    throw misfit(
      name as string,
      value,
      "yyyymmdd hh:mm:ss with a zone behind a space, or yyyymmdd-hh:mm:ss in UTC",
    );
  return made(3, { time: value, isMore: before === undefined, strValue: value });
}

const A_TIME =
  /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])( ([01]\d|2[0-3])(:[0-5]\d){2}( \S+)?|-([01]\d|2[0-3])(:[0-5]\d){2})$/;

/** The account's cushion, in percent: an integer. */
export function margin(side: Side): Condition {
  const { isMore, value } = sideOf(side, integer);
  return made(4, { percent: value, isMore, strValue: String(value) });
}

/** There was an execution of the user's own, in a symbol of a type at an exchange. */
export function execution(
  symbol: string,
  secType: Literal<SecType>,
  /** Default SMART. */
  exchange = "SMART",
): Condition {
  for (const [name, value] of Object.entries({ symbol, secType, exchange }))
    if (typeof value !== "string" || value === "") throw misfit(name, value, "a text");
  return made(5, { exchange, secType, symbol });
}

/** The day's volume of a contract: an integer. */
export function volume(contract: WatchedContract, side: Side): Condition {
  const { isMore, value } = sideOf(side, integer);
  return made(6, { volume: value, ...watched(contract), isMore, strValue: String(value) });
}

/** How far a contract's price is from yesterday's close, in percent: 5 is five percent up, −5 down. */
export function percentChange(contract: WatchedContract, side: Side): Condition {
  const { isMore, value } = sideOf(side, priceOf);
  return made(7, { percent: value, ...watched(contract), isMore, strValue: String(value) });
}

/** Every one of them has to be met. */
export function all(...conditions: readonly Condition[]): OrderCondition[] {
  return joined(conditions, "a");
}

/** One of them has to be met. */
export function any(...conditions: readonly Condition[]): OrderCondition[] {
  return joined(conditions, "o");
}

function joined(conditions: readonly Condition[], by: `${ConjunctionConnection}`): OrderCondition[] {
  if (conditions.length === 0) throw misfit("conditions", conditions, "one at least");
  return conditions.map((condition, i) => {
    if (typeof condition !== "object" || condition === null)
      throw misfit(`conditions[${i}]`, condition, "a condition");
    return Object.freeze({ ...condition, conjunctionConnection: by as ConjunctionConnection });
  });
}

/** What stock's classes read from the value itself is a member here, and neither may be changed. */
function made(type: number, members: object): Condition {
  const conjunctionConnection = "a" as ConjunctionConnection;
  return Object.freeze({ ...members, conjunctionConnection, type: type as OrderConditionType });
}

function sideOf(
  side: Side,
  check: (value: unknown, name: string) => number,
): { isMore: boolean; value: number } {
  const { above, below } = only(side, "side", ["above", "below"]);
  if ((above === undefined) === (below === undefined))
    throw misfit("side", { above, below }, "either above or below");
  return below === undefined
    ? { isMore: true, value: check(above, "above") }
    : { isMore: false, value: check(below, "below") };
}

function integer(value: unknown, name: string): number {
  if (!Number.isInteger(value) || (value as number) < 0) throw misfit(name, value, "an integer from 0 on");
  return value as number;
}

function watched(contract: WatchedContract): { conId: number; exchange: string } {
  const { conId, exchange = "SMART" } = contract ?? {};
  if (!Number.isInteger(conId) || (conId as number) < 1)
    throw misfit("contract.conId", conId, "an integer from 1 on");
  if (typeof exchange !== "string" || exchange === "") throw misfit("contract.exchange", exchange, "a text");
  return { conId: conId as number, exchange };
}
