import { refused } from "../domain/check.js";
import type { WithLiterals } from "../domain/literals.js";
import type { Contract, Order } from "../domain/stock-types.js";

/** A contract as stock has it, enums also as text. */
export type ContractInput = WithLiterals<Contract>;
/** An order as stock has it, enums also as text. */
export type OrderInput = WithLiterals<Order>;

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no contract */
export function contractOf(given: ContractInput): Contract {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw refused("contract", given, "a contract", "ERR_IBKR_ARGUMENT");
  return given as Contract;
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no order */
export function orderOf(given: OrderInput): Order {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw refused("order", given, "an order", "ERR_IBKR_ARGUMENT");
  return given as Order;
}

/** The number of a contract. @throws IBKRError `ERR_IBKR_ARGUMENT` where it has none */
export function conIdOf(given: ContractInput | number): number {
  const conId = typeof given === "number" ? given : contractOf(given).conId;
  if (conId === undefined || !Number.isInteger(conId) || conId <= 0)
    throw refused("contract.conId", conId, "a number above 0: qualify() finds it", "ERR_IBKR_ARGUMENT");
  return conId;
}
