import { refused } from "../domain/check.js";
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

/** The number of a contract. @throws IBKRError `ERR_IBKR_ARGUMENT` where it has none */
export function conIdOf(given: ContractInput | number): number {
  // Nothing else of it is looked at.
  const conId: unknown = typeof given === "number" ? given : Object(given).conId;
  if (typeof conId !== "number" || !Number.isInteger(conId) || conId <= 0)
    throw refused("contract.conId", conId, "a number above 0: qualify() finds it", "ERR_IBKR_ARGUMENT");
  return conId;
}
