import { refused } from "../../domain/check.js";

/** Figures as requests take them. @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no list of names */
export function tagList(tags: readonly string[] = ALL_TAGS): string {
  if (!Array.isArray(tags)) throw refused("tags", tags, "a list of names", "ERR_IBKR_ARGUMENT");
  return tags.join(",");
}

/** What IB's documentation of account summaries names. */
const ALL_TAGS: readonly string[] = [
  "AccountType",
  "NetLiquidation",
  "TotalCashValue",
  "SettledCash",
  "AccruedCash",
  "BuyingPower",
  "EquityWithLoanValue",
  "PreviousDayEquityWithLoanValue",
  "GrossPositionValue",
  "RegTEquity",
  "RegTMargin",
  "SMA",
  "InitMarginReq",
  "MaintMarginReq",
  "AvailableFunds",
  "ExcessLiquidity",
  "Cushion",
  "FullInitMarginReq",
  "FullMaintMarginReq",
  "FullAvailableFunds",
  "FullExcessLiquidity",
  "LookAheadNextChange",
  "LookAheadInitMarginReq",
  "LookAheadMaintMarginReq",
  "LookAheadAvailableFunds",
  "LookAheadExcessLiquidity",
  "HighestSeverity",
  "DayTradesRemaining",
  "Leverage",
];
