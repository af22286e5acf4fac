import type { Contract } from "@stoqey/ib";

/** The members of a contract; compiles only while none is missing. */
const CONTRACT_NAMES = {
  conId: true,
  symbol: true,
  secType: true,
  lastTradeDateOrContractMonth: true,
  lastTradeDate: true,
  strike: true,
  right: true,
  multiplier: true,
  exchange: true,
  currency: true,
  localSymbol: true,
  primaryExch: true,
  tradingClass: true,
  includeExpired: true,
  secIdType: true,
  secId: true,
  description: true,
  issuerId: true,
  comboLegsDescription: true,
  comboLegs: true,
  deltaNeutralContract: true,
} as const satisfies Record<keyof Contract, true>;

export const CONTRACT_MEMBERS = Object.keys(CONTRACT_NAMES);
