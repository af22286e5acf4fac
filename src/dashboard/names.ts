import type { Contract } from "../domain/stock-types.js";

/** What tells contracts apart on the page. */
export function keyOf(contract: Contract): string {
  const { conId, symbol, secType, currency, localSymbol } = contract;
  if (conId !== undefined && conId > 0) return String(conId);
  return [symbol, secType, currency, localSymbol].filter(Boolean).join(" ");
}

/** As a trader reads it: an option or a future by its expiry, strike and right. */
export function symbolOf(contract: Contract): string {
  const { symbol = "", secType, currency, lastTradeDateOrContractMonth: expiry, strike, right } = contract;
  if (secType === "CASH") return `${symbol}.${currency}`;
  return [symbol, expiry, strike || undefined, right].filter(Boolean).join(" ");
}

export function detailOf({ secType, exchange, primaryExch, currency }: Contract): string {
  return [secType, primaryExch || exchange, currency].filter(Boolean).join(" · ");
}
