import type { AccountFigures } from "../exchange/account.js";

type Figure = (figures: AccountFigures) => number;

/** Tags of account summary and account updates that are amounts of money. */
export const AMOUNTS: Readonly<Record<string, Figure>> = {
  NetLiquidation: (f) => f.netLiquidation,
  TotalCashValue: (f) => f.totalCash,
  SettledCash: (f) => f.totalCash,
  AccruedCash: () => 0,
  BuyingPower: (f) => f.buyingPower,
  EquityWithLoanValue: (f) => f.netLiquidation,
  GrossPositionValue: (f) => f.grossPositionValue,
  InitMarginReq: (f) => f.initialMargin,
  MaintMarginReq: (f) => f.maintenanceMargin,
  AvailableFunds: (f) => f.availableFunds,
  ExcessLiquidity: (f) => f.excessLiquidity,
  FullInitMarginReq: (f) => f.initialMargin,
  FullMaintMarginReq: (f) => f.maintenanceMargin,
  FullAvailableFunds: (f) => f.availableFunds,
  FullExcessLiquidity: (f) => f.excessLiquidity,
  LookAheadInitMarginReq: (f) => f.initialMargin,
  LookAheadMaintMarginReq: (f) => f.maintenanceMargin,
  LookAheadAvailableFunds: (f) => f.availableFunds,
  LookAheadExcessLiquidity: (f) => f.excessLiquidity,
  PreviousDayEquityWithLoanValue: (f) => f.netLiquidation,
  PreviousEquityWithLoanValue: (f) => f.netLiquidation,
  RegTEquity: (f) => f.netLiquidation,
  RegTMargin: (f) => f.initialMargin,
  SMA: (f) => f.availableFunds,
};

/** Tags with a value but no currency. */
export const PLAIN_VALUES: Readonly<Record<string, (figures: AccountFigures) => string>> = {
  AccountType: () => "INDIVIDUAL",
  Cushion: (f) => (f.netLiquidation > 0 ? f.excessLiquidity / f.netLiquidation : 0).toFixed(6),
  Leverage: (f) => (f.netLiquidation > 0 ? f.grossPositionValue / f.netLiquidation : 0).toFixed(2),
  HighestSeverity: () => "0",
  LookAheadNextChange: () => "0",
  DayTradesRemaining: () => "-1",
};

/** Per-currency figures, the tag `$LEDGER`. */
export const LEDGER: Readonly<Record<string, Figure>> = {
  CashBalance: (f) => f.totalCash,
  TotalCashBalance: (f) => f.totalCash,
  StockMarketValue: worthOf("STK"),
  OptionMarketValue: worthOf("OPT"),
  WarrantValue: worthOf("WAR"),
  FutureOptionValue: worthOf("FOP"),
  FuturesPNL: worthOf("FUT", "CFD"),
  FxCashBalance: worthOf("CASH"),
  Cryptocurrency: worthOf("CRYPTO"),
  CorporateBond: worthOf("BOND"),
  FundValue: worthOf("FUND"),
  NetLiquidationByCurrency: (f) => f.netLiquidation,
  UnrealizedPnL: (f) => f.unrealizedPnL,
  RealizedPnL: (f) => f.realizedPnL,
  ExchangeRate: () => 1,
};

function worthOf(...secTypes: string[]): Figure {
  return ({ bySecType }) => secTypes.reduce((sum, secType) => sum + (bySecType[secType] ?? 0), 0);
}
