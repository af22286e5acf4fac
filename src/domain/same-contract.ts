import type { Contract } from "./stock-types.js";

/** What tells contracts apart where one of them has no `conId`. */
const MEMBERS = [
  "symbol",
  "secType",
  "currency",
  "lastTradeDateOrContractMonth",
  "strike",
  "right",
  "multiplier",
  "localSymbol",
  "tradingClass",
  "secId",
] as const satisfies readonly (keyof Contract)[];

/**
 * Whether two descriptions are of one contract, wherever it is traded: by `conId` where both have one, else where whatever
 * both say is the same, and both name it.
 */
export function isSameContract(a: Contract, b: Contract): boolean {
  if ((a.conId ?? 0) > 0 && (b.conId ?? 0) > 0) return a.conId === b.conId;
  const both = MEMBERS.filter((member) => isGiven(a[member]) && isGiven(b[member]));
  return (
    (both.includes("symbol") || both.includes("localSymbol")) &&
    both.every((member) => a[member] === b[member])
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== 0;
}
