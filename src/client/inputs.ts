import type { AccountScope } from "../broker/account-desk.js";
import { objectOf, refused } from "../domain/check.js";
import { checkContract } from "../domain/given.js";
import type { WithLiterals } from "../domain/literals.js";
import type { Contract, Order } from "../domain/stock-types.js";

/** A contract as stock has it, enums also as text. */
export type ContractInput = WithLiterals<Contract>;
/** An order as stock has it, enums also as text. */
export type OrderInput = WithLiterals<Order>;

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no contract */
export function contractOf(given: ContractInput): Contract {
  checkContract(given);
  return given;
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no order */
export function orderOf(given: OrderInput): Order {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw refused("order", given, "an order", "ERR_IBKR_ARGUMENT");
  return given as Order;
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no list */
export function listOf<T>(name: string, given: readonly T[]): readonly T[] {
  if (!Array.isArray(given)) throw refused(name, given, "a list", "ERR_IBKR_ARGUMENT");
  return given;
}

/** Orders of an OCA group. @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no list of pairs */
export function pairsOf<P>(given: readonly P[]): readonly P[] {
  for (const [i, pair] of listOf("orders", given).entries())
    if (!Array.isArray(pair))
      throw refused(`orders[${i}]`, pair, "a contract and an order in a list", "ERR_IBKR_ARGUMENT");
  return given;
}

/** A name of an account, or what else is a text where it is given. @throws IBKRError `ERR_IBKR_ARGUMENT` */
export function textOf(name: string, given: string | undefined): string | undefined {
  if (given !== undefined && typeof given !== "string")
    throw refused(name, given, "a text", "ERR_IBKR_ARGUMENT");
  return given;
}

/**
 * Which account, or which model in it, and what tells it apart.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` that names what is wrong with it
 */
export function scopeOf(given: AccountScope): readonly [scope: AccountScope, key: string] {
  const { account, model } = objectOf("scope", given);
  if (typeof account !== "string")
    throw refused("scope.account", account, "the name of an account", "ERR_IBKR_ARGUMENT");
  textOf("scope.model", model);
  return [model === undefined ? { account } : { account, model }, `${account} ${model ?? ""}`];
}

/** The number of a contract. @throws IBKRError `ERR_IBKR_ARGUMENT` where it has none */
export function conIdOf(given: ContractInput | number): number {
  // Nothing else of it is looked at.
  const conId: unknown = typeof given === "number" ? given : Object(given).conId;
  if (typeof conId !== "number" || !Number.isInteger(conId) || conId <= 0)
    throw refused("contract.conId", conId, "a number above 0: qualify() finds it", "ERR_IBKR_ARGUMENT");
  return conId;
}
