import type { IBKRErrorCode } from "../domain/error-codes.js";
import { IBKRError, type IBKRErrorDetails } from "../domain/ibkr-error.js";
import type { Contract } from "../domain/stock-types.js";

/** A contract that is none, or several: `ERR_IBKR_UNKNOWN_CONTRACT`, `ERR_IBKR_AMBIGUOUS_CONTRACT`. */
export class ContractError extends IBKRError {
  constructor(
    code: Extract<IBKRErrorCode, "ERR_IBKR_UNKNOWN_CONTRACT" | "ERR_IBKR_AMBIGUOUS_CONTRACT">,
    message: string,
    /** What was asked for. */
    readonly contract: Contract,
    /** What fits, or, where nothing does, what has a similar name. */
    readonly candidates: readonly Contract[],
    details?: IBKRErrorDetails,
  ) {
    super(code, message, details);
  }
}

const SHOWN = 10;

/** As people name a contract: `AAPL STK SMART/NASDAQ USD, conId 265598`. */
export function named(contract: Contract): string {
  const { symbol, localSymbol, secType, lastTradeDateOrContractMonth, strike, right, multiplier } = contract;
  const { exchange = "", primaryExch = "", currency, conId } = contract;
  const where = exchange === primaryExch ? exchange : [exchange, primaryExch].filter(Boolean).join("/");
  const words = [
    ...[symbol ?? localSymbol, secType, lastTradeDateOrContractMonth, strike || undefined, right],
    ...[multiplier === undefined ? undefined : `x${multiplier}`, where, currency],
  ];
  const shown = words.filter((word) => word !== undefined && word !== "").join(" ");
  const number = conId === undefined || conId === 0 ? "" : `conId ${conId}`;
  return [shown, number].filter((part) => part !== "").join(", ");
}

export function listed(contracts: readonly Contract[]): string {
  const more = contracts.length - SHOWN;
  const shown = contracts.slice(0, SHOWN).map(named).join("; ");
  return more > 0 ? `${shown}; and ${more} more` : shown;
}
