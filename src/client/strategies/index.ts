export type { DailyReport } from "./daily-report.js";
export type { StrategyHolding } from "./holdings.js";
export type { ReportOptions } from "./report-maker.js";
export type {
  ReportContract,
  ReportFigures,
  ReportObject,
  ReportScope,
  ReportTotal,
} from "./report-rows.js";
export type { Sizer, SizerContext } from "./sizer.js";
export type { Strategies, StrategyOptions } from "./strategies.js";
export type { Strategy, StrategyEvents } from "./strategy.js";
export type { StrategyHost, StrategyOrders, StrategyQuote } from "./strategy-host.js";
export type { StrategyPosition } from "./strategy-position.js";
export type { TradingDay, TradingDayOptions } from "./trading-day.js";
