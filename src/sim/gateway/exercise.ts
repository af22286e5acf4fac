import type { Account } from "../exchange/account.js";
import type { Exchange } from "../exchange/exchange.js";
import { NO_DEFINITION } from "../market/contract-check.js";
import type { Instrument } from "../market/instrument.js";
import type { Requests } from "../model/requests.js";
import type { Client } from "./client.js";
import { resolveFor } from "./contract-lookup.js";
import { invalid } from "./error-text.js";
import { isOption } from "./option-values.js";

const EXERCISE = 1;
const LAPSE = 2;

type Request = Requests["exerciseOptions"];

/** Exercises or lapses options an account holds: at once, without waiting for the clearing house. */
export function exerciseOptions(exchange: Exchange, client: Client, request: Request): void {
  const { reqId, exerciseAction, exerciseQuantity: quantity } = request;
  const { contract } = request;
  const option = resolveFor(exchange, { client, reqId, contract, what: "exercise options", use: "data" });
  if (option === undefined) return;
  if (!isOption(option)) {
    client.error(reqId, 200, NO_DEFINITION);
    return;
  }
  const { accounts } = exchange;
  const account = request.account === "" ? accounts.values().next().value : accounts.get(request.account);
  const problem =
    account === undefined
      ? `Invalid account code '${request.account}'.`
      : problemOf(exchange, account, option, request);
  if (account === undefined || problem !== undefined) {
    client.error(reqId, 321, invalid("exercise options", problem!));
    return;
  }
  const underlying = option.underlying!;
  // Nobody can hold an index: what the option is worth is paid for it.
  const isSettledInCash = exerciseAction === EXERCISE && !underlying.tradable;
  account.book(option, -quantity, isSettledInCash ? intrinsicValue(exchange, option) : 0, 0);
  exchange.emit("position", account, option);
  if (exerciseAction === LAPSE || isSettledInCash) return;
  const units = quantity * (option.pointValue / underlying.pointValue);
  account.book(underlying, option.right === "C" ? units : -units, option.strike!, 0);
  exchange.emit("position", account, underlying);
}

/** Of one unit, at the underlying's last price; below zero for who exercises what is out of the money. */
function intrinsicValue(exchange: Exchange, { underlying, strike, right }: Instrument): number {
  const above = exchange.quote(underlying!).last - strike!;
  return right === "C" ? above : -above;
}

/** Why the options cannot be exercised or lapsed, or `undefined`. */
function problemOf(
  exchange: Exchange,
  account: Account,
  option: Instrument,
  { exerciseAction, exerciseQuantity: quantity, override }: Request,
): string | undefined {
  if (exerciseAction !== EXERCISE && exerciseAction !== LAPSE) {
    return `exercise action is ${exerciseAction} (allowed: ${EXERCISE} exercise, ${LAPSE} lapse)`;
  }
  const held = account.position(option.conId)?.quantity ?? 0;
  if (quantity < 1 || held < quantity) {
    return `No unlapsed position of ${quantity} exists in this option in account ${account.id} (held: ${held})`;
  }
  return exerciseAction === EXERCISE && intrinsicValue(exchange, option) <= 0 && !override
    ? "Exercise of an option that is out of the money needs override"
    : undefined;
}
