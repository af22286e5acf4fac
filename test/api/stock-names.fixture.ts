// Written by write-stock-names.mjs from the declarations of @stoqey/ib 1.6.10: do not edit.
// `tsc -p test/tsconfig.json` fails here when our package misses one of its names or gives it another type.

import type * as Stock from "@stoqey/ib";
import type * as Ours from "../../src/index.js";

/** All 122 names of @stoqey/ib 1.6.10, types included. */
export const STOCK_NAMES = [
  "AccountId",
  "AccountPositions",
  "AccountPositionsUpdate",
  "AccountSummaries",
  "AccountSummariesUpdate",
  "AccountSummaryTagName",
  "AccountSummaryTagValues",
  "AccountSummaryValue",
  "AccountSummaryValues",
  "AccountUpdate",
  "AccountUpdatesUpdate",
  "Bar",
  "BarSizeSetting",
  "Bond",
  "CFD",
  "Combo",
  "ComboLeg",
  "CommissionReport",
  "ConId",
  "ConjunctionConnection",
  "ConnectionState",
  "Contract",
  "ContractCondition",
  "ContractDescription",
  "ContractDetails",
  "ContractDetailsUpdate",
  "Crypto",
  "CurrencyCode",
  "DeltaNeutralContract",
  "DepthMktDataDescription",
  "DurationUnit",
  "ErrorCode",
  "EventName",
  "Execution",
  "ExecutionCondition",
  "ExecutionDetail",
  "ExecutionFilter",
  "FADataType",
  "FOP",
  "FamilyCode",
  "Forex",
  "Future",
  "HistogramEntry",
  "HistoricalTick",
  "HistoricalTickBidAsk",
  "HistoricalTickLast",
  "IBApi",
  "IBApiCreationOptions",
  "IBApiNext",
  "IBApiNextCreationOptions",
  "IBApiNextError",
  "IBApiNextTickType",
  "IBApiTickType",
  "Index",
  "IneligibilityReason",
  "Instrument",
  "ItemListUpdate",
  "LimitOrder",
  "Liquidities",
  "LocationCode",
  "LogLevel",
  "Logger",
  "MIN_SERVER_VER",
  "MarginCondition",
  "MarketCloseOrder",
  "MarketDataTick",
  "MarketDataTicks",
  "MarketDataType",
  "MarketDataUpdate",
  "MarketOrder",
  "MarketScannerItem",
  "MarketScannerItemRank",
  "MarketScannerRows",
  "MarketScannerUpdate",
  "MutableMarketData",
  "NewsProvider",
  "OpenOrder",
  "OpenOrdersUpdate",
  "OperatorCondition",
  "Option",
  "OptionExerciseAction",
  "OptionType",
  "Order",
  "OrderAction",
  "OrderBook",
  "OrderBookRow",
  "OrderBookRowPosition",
  "OrderBookRows",
  "OrderBookUpdate",
  "OrderCancel",
  "OrderComboLeg",
  "OrderCondition",
  "OrderConditionType",
  "OrderState",
  "OrderStatus",
  "OrderType",
  "PercentChangeCondition",
  "PnL",
  "PnLSingle",
  "Position",
  "PriceCondition",
  "PriceIncrement",
  "ScanCode",
  "ScannerSubscription",
  "SecType",
  "SecurityDefinitionOptionParameterType",
  "SoftDollarTier",
  "Stock",
  "StopLimitOrder",
  "StopOrder",
  "TagValue",
  "TickByTickDataType",
  "TickType",
  "TimeCondition",
  "TimeInForce",
  "TrailingStopOrder",
  "TriggerMethod",
  "VolumeCondition",
  "WhatToShow",
  "WshEventData",
  "default",
  "isNonFatalError",
] as const;

/** The 56 of them that exist at run time. */
export const STOCK_RUNTIME_NAMES = [
  "BarSizeSetting",
  "Bond",
  "CFD",
  "Combo",
  "ConjunctionConnection",
  "ConnectionState",
  "Crypto",
  "DurationUnit",
  "ErrorCode",
  "EventName",
  "ExecutionCondition",
  "FADataType",
  "FOP",
  "Forex",
  "Future",
  "IBApi",
  "IBApiNext",
  "IBApiNextError",
  "IBApiNextTickType",
  "IBApiTickType",
  "Index",
  "Instrument",
  "LimitOrder",
  "Liquidities",
  "LocationCode",
  "LogLevel",
  "MIN_SERVER_VER",
  "MarginCondition",
  "MarketCloseOrder",
  "MarketDataType",
  "MarketOrder",
  "MutableMarketData",
  "Option",
  "OptionExerciseAction",
  "OptionType",
  "OrderAction",
  "OrderConditionType",
  "OrderStatus",
  "OrderType",
  "PercentChangeCondition",
  "PriceCondition",
  "ScanCode",
  "SecType",
  "Stock",
  "StopLimitOrder",
  "StopOrder",
  "TickByTickDataType",
  "TimeCondition",
  "TimeInForce",
  "TrailingStopOrder",
  "TriggerMethod",
  "VolumeCondition",
  "WhatToShow",
  "WshEventData",
  "default",
  "isNonFatalError",
] as const;

/** Names whose objects are not stock's own but subclasses of them. */
export const SUBCLASSED_NAMES = ["IBApi", "IBApiNext", "default"] as const;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Extends<A, B> = A extends B ? true : false;

/** Every entry has to be `true`. */
export const SAME_TYPES: {
  AccountId: Same<Ours.AccountId, Stock.AccountId>;
  AccountPositions: Same<Ours.AccountPositions, Stock.AccountPositions>;
  AccountPositionsUpdate: Same<Ours.AccountPositionsUpdate, Stock.AccountPositionsUpdate>;
  AccountSummaries: Same<Ours.AccountSummaries, Stock.AccountSummaries>;
  AccountSummariesUpdate: Same<Ours.AccountSummariesUpdate, Stock.AccountSummariesUpdate>;
  AccountSummaryTagName: Same<Ours.AccountSummaryTagName, Stock.AccountSummaryTagName>;
  AccountSummaryTagValues: Same<Ours.AccountSummaryTagValues, Stock.AccountSummaryTagValues>;
  AccountSummaryValue: Same<Ours.AccountSummaryValue, Stock.AccountSummaryValue>;
  AccountSummaryValues: Same<Ours.AccountSummaryValues, Stock.AccountSummaryValues>;
  AccountUpdate: Same<Ours.AccountUpdate, Stock.AccountUpdate>;
  AccountUpdatesUpdate: Same<Ours.AccountUpdatesUpdate, Stock.AccountUpdatesUpdate>;
  Bar: Same<Ours.Bar, Stock.Bar>;
  BarSizeSetting: Same<Ours.BarSizeSetting, Stock.BarSizeSetting>;
  Bond: Same<Ours.Bond, Stock.Bond>;
  CFD: Same<Ours.CFD, Stock.CFD>;
  Combo: Same<Ours.Combo, Stock.Combo>;
  ComboLeg: Same<Ours.ComboLeg, Stock.ComboLeg>;
  CommissionReport: Same<Ours.CommissionReport, Stock.CommissionReport>;
  ConId: Same<Ours.ConId, Stock.ConId>;
  ConjunctionConnection: Same<Ours.ConjunctionConnection, Stock.ConjunctionConnection>;
  ConnectionState: Same<Ours.ConnectionState, Stock.ConnectionState>;
  Contract: Same<Ours.Contract, Stock.Contract>;
  ContractCondition: Same<Ours.ContractCondition, Stock.ContractCondition>;
  ContractDescription: Same<Ours.ContractDescription, Stock.ContractDescription>;
  ContractDetails: Same<Ours.ContractDetails, Stock.ContractDetails>;
  ContractDetailsUpdate: Same<Ours.ContractDetailsUpdate, Stock.ContractDetailsUpdate>;
  Crypto: Same<Ours.Crypto, Stock.Crypto>;
  CurrencyCode: Same<Ours.CurrencyCode, Stock.CurrencyCode>;
  DeltaNeutralContract: Same<Ours.DeltaNeutralContract, Stock.DeltaNeutralContract>;
  DepthMktDataDescription: Same<Ours.DepthMktDataDescription, Stock.DepthMktDataDescription>;
  DurationUnit: Same<Ours.DurationUnit, Stock.DurationUnit>;
  ErrorCode: Same<Ours.ErrorCode, Stock.ErrorCode>;
  EventName: Same<Ours.EventName, Stock.EventName>;
  Execution: Same<Ours.Execution, Stock.Execution>;
  ExecutionCondition: Same<Ours.ExecutionCondition, Stock.ExecutionCondition>;
  ExecutionDetail: Same<Ours.ExecutionDetail, Stock.ExecutionDetail>;
  ExecutionFilter: Same<Ours.ExecutionFilter, Stock.ExecutionFilter>;
  FADataType: Same<Ours.FADataType, Stock.FADataType>;
  FOP: Same<Ours.FOP, Stock.FOP>;
  FamilyCode: Same<Ours.FamilyCode, Stock.FamilyCode>;
  Forex: Same<Ours.Forex, Stock.Forex>;
  Future: Same<Ours.Future, Stock.Future>;
  HistogramEntry: Same<Ours.HistogramEntry, Stock.HistogramEntry>;
  HistoricalTick: Same<Ours.HistoricalTick, Stock.HistoricalTick>;
  HistoricalTickBidAsk: Same<Ours.HistoricalTickBidAsk, Stock.HistoricalTickBidAsk>;
  HistoricalTickLast: Same<Ours.HistoricalTickLast, Stock.HistoricalTickLast>;
  IBApiCreationOptions: Same<Ours.IBApiCreationOptions, Stock.IBApiCreationOptions>;
  IBApiNextCreationOptions: Same<Ours.IBApiNextCreationOptions, Stock.IBApiNextCreationOptions>;
  IBApiNextError: Same<Ours.IBApiNextError, Stock.IBApiNextError>;
  IBApiNextTickType: Same<Ours.IBApiNextTickType, Stock.IBApiNextTickType>;
  IBApiTickType: Same<Ours.IBApiTickType, Stock.IBApiTickType>;
  Index: Same<Ours.Index, Stock.Index>;
  IneligibilityReason: Same<Ours.IneligibilityReason, Stock.IneligibilityReason>;
  Instrument: Same<Ours.Instrument, Stock.Instrument>;
  ItemListUpdate: Same<Ours.ItemListUpdate<string>, Stock.ItemListUpdate<string>>;
  LimitOrder: Same<Ours.LimitOrder, Stock.LimitOrder>;
  Liquidities: Same<Ours.Liquidities, Stock.Liquidities>;
  LocationCode: Same<Ours.LocationCode, Stock.LocationCode>;
  LogLevel: Same<Ours.LogLevel, Stock.LogLevel>;
  Logger: Same<Ours.Logger, Stock.Logger>;
  MIN_SERVER_VER: Same<Ours.MIN_SERVER_VER, Stock.MIN_SERVER_VER>;
  MarginCondition: Same<Ours.MarginCondition, Stock.MarginCondition>;
  MarketCloseOrder: Same<Ours.MarketCloseOrder, Stock.MarketCloseOrder>;
  MarketDataTick: Same<Ours.MarketDataTick, Stock.MarketDataTick>;
  MarketDataTicks: Same<Ours.MarketDataTicks, Stock.MarketDataTicks>;
  MarketDataType: Same<Ours.MarketDataType, Stock.MarketDataType>;
  MarketDataUpdate: Same<Ours.MarketDataUpdate, Stock.MarketDataUpdate>;
  MarketOrder: Same<Ours.MarketOrder, Stock.MarketOrder>;
  MarketScannerItem: Same<Ours.MarketScannerItem, Stock.MarketScannerItem>;
  MarketScannerItemRank: Same<Ours.MarketScannerItemRank, Stock.MarketScannerItemRank>;
  MarketScannerRows: Same<Ours.MarketScannerRows, Stock.MarketScannerRows>;
  MarketScannerUpdate: Same<Ours.MarketScannerUpdate, Stock.MarketScannerUpdate>;
  MutableMarketData: Same<Ours.MutableMarketData, Stock.MutableMarketData>;
  NewsProvider: Same<Ours.NewsProvider, Stock.NewsProvider>;
  OpenOrder: Same<Ours.OpenOrder, Stock.OpenOrder>;
  OpenOrdersUpdate: Same<Ours.OpenOrdersUpdate, Stock.OpenOrdersUpdate>;
  OperatorCondition: Same<Ours.OperatorCondition, Stock.OperatorCondition>;
  Option: Same<Ours.Option, Stock.Option>;
  OptionExerciseAction: Same<Ours.OptionExerciseAction, Stock.OptionExerciseAction>;
  OptionType: Same<Ours.OptionType, Stock.OptionType>;
  Order: Same<Ours.Order, Stock.Order>;
  OrderAction: Same<Ours.OrderAction, Stock.OrderAction>;
  OrderBook: Same<Ours.OrderBook, Stock.OrderBook>;
  OrderBookRow: Same<Ours.OrderBookRow, Stock.OrderBookRow>;
  OrderBookRowPosition: Same<Ours.OrderBookRowPosition, Stock.OrderBookRowPosition>;
  OrderBookRows: Same<Ours.OrderBookRows, Stock.OrderBookRows>;
  OrderBookUpdate: Same<Ours.OrderBookUpdate, Stock.OrderBookUpdate>;
  OrderCancel: Same<Ours.OrderCancel, Stock.OrderCancel>;
  OrderComboLeg: Same<Ours.OrderComboLeg, Stock.OrderComboLeg>;
  OrderCondition: Same<Ours.OrderCondition, Stock.OrderCondition>;
  OrderConditionType: Same<Ours.OrderConditionType, Stock.OrderConditionType>;
  OrderState: Same<Ours.OrderState, Stock.OrderState>;
  OrderStatus: Same<Ours.OrderStatus, Stock.OrderStatus>;
  OrderType: Same<Ours.OrderType, Stock.OrderType>;
  PercentChangeCondition: Same<Ours.PercentChangeCondition, Stock.PercentChangeCondition>;
  PnL: Same<Ours.PnL, Stock.PnL>;
  PnLSingle: Same<Ours.PnLSingle, Stock.PnLSingle>;
  Position: Same<Ours.Position, Stock.Position>;
  PriceCondition: Same<Ours.PriceCondition, Stock.PriceCondition>;
  PriceIncrement: Same<Ours.PriceIncrement, Stock.PriceIncrement>;
  ScanCode: Same<Ours.ScanCode, Stock.ScanCode>;
  ScannerSubscription: Same<Ours.ScannerSubscription, Stock.ScannerSubscription>;
  SecType: Same<Ours.SecType, Stock.SecType>;
  SecurityDefinitionOptionParameterType: Same<
    Ours.SecurityDefinitionOptionParameterType,
    Stock.SecurityDefinitionOptionParameterType
  >;
  SoftDollarTier: Same<Ours.SoftDollarTier, Stock.SoftDollarTier>;
  Stock: Same<Ours.Stock, Stock.Stock>;
  StopLimitOrder: Same<Ours.StopLimitOrder, Stock.StopLimitOrder>;
  StopOrder: Same<Ours.StopOrder, Stock.StopOrder>;
  TagValue: Same<Ours.TagValue, Stock.TagValue>;
  TickByTickDataType: Same<Ours.TickByTickDataType, Stock.TickByTickDataType>;
  TickType: Same<Ours.TickType, Stock.TickType>;
  TimeCondition: Same<Ours.TimeCondition, Stock.TimeCondition>;
  TimeInForce: Same<Ours.TimeInForce, Stock.TimeInForce>;
  TrailingStopOrder: Same<Ours.TrailingStopOrder, Stock.TrailingStopOrder>;
  TriggerMethod: Same<Ours.TriggerMethod, Stock.TriggerMethod>;
  VolumeCondition: Same<Ours.VolumeCondition, Stock.VolumeCondition>;
  WhatToShow: Same<Ours.WhatToShow, Stock.WhatToShow>;
  WshEventData: Same<Ours.WshEventData, Stock.WshEventData>;
} = {
  AccountId: true,
  AccountPositions: true,
  AccountPositionsUpdate: true,
  AccountSummaries: true,
  AccountSummariesUpdate: true,
  AccountSummaryTagName: true,
  AccountSummaryTagValues: true,
  AccountSummaryValue: true,
  AccountSummaryValues: true,
  AccountUpdate: true,
  AccountUpdatesUpdate: true,
  Bar: true,
  BarSizeSetting: true,
  Bond: true,
  CFD: true,
  Combo: true,
  ComboLeg: true,
  CommissionReport: true,
  ConId: true,
  ConjunctionConnection: true,
  ConnectionState: true,
  Contract: true,
  ContractCondition: true,
  ContractDescription: true,
  ContractDetails: true,
  ContractDetailsUpdate: true,
  Crypto: true,
  CurrencyCode: true,
  DeltaNeutralContract: true,
  DepthMktDataDescription: true,
  DurationUnit: true,
  ErrorCode: true,
  EventName: true,
  Execution: true,
  ExecutionCondition: true,
  ExecutionDetail: true,
  ExecutionFilter: true,
  FADataType: true,
  FOP: true,
  FamilyCode: true,
  Forex: true,
  Future: true,
  HistogramEntry: true,
  HistoricalTick: true,
  HistoricalTickBidAsk: true,
  HistoricalTickLast: true,
  IBApiCreationOptions: true,
  IBApiNextCreationOptions: true,
  IBApiNextError: true,
  IBApiNextTickType: true,
  IBApiTickType: true,
  Index: true,
  IneligibilityReason: true,
  Instrument: true,
  ItemListUpdate: true,
  LimitOrder: true,
  Liquidities: true,
  LocationCode: true,
  LogLevel: true,
  Logger: true,
  MIN_SERVER_VER: true,
  MarginCondition: true,
  MarketCloseOrder: true,
  MarketDataTick: true,
  MarketDataTicks: true,
  MarketDataType: true,
  MarketDataUpdate: true,
  MarketOrder: true,
  MarketScannerItem: true,
  MarketScannerItemRank: true,
  MarketScannerRows: true,
  MarketScannerUpdate: true,
  MutableMarketData: true,
  NewsProvider: true,
  OpenOrder: true,
  OpenOrdersUpdate: true,
  OperatorCondition: true,
  Option: true,
  OptionExerciseAction: true,
  OptionType: true,
  Order: true,
  OrderAction: true,
  OrderBook: true,
  OrderBookRow: true,
  OrderBookRowPosition: true,
  OrderBookRows: true,
  OrderBookUpdate: true,
  OrderCancel: true,
  OrderComboLeg: true,
  OrderCondition: true,
  OrderConditionType: true,
  OrderState: true,
  OrderStatus: true,
  OrderType: true,
  PercentChangeCondition: true,
  PnL: true,
  PnLSingle: true,
  Position: true,
  PriceCondition: true,
  PriceIncrement: true,
  ScanCode: true,
  ScannerSubscription: true,
  SecType: true,
  SecurityDefinitionOptionParameterType: true,
  SoftDollarTier: true,
  Stock: true,
  StopLimitOrder: true,
  StopOrder: true,
  TagValue: true,
  TickByTickDataType: true,
  TickType: true,
  TimeCondition: true,
  TimeInForce: true,
  TrailingStopOrder: true,
  TriggerMethod: true,
  VolumeCondition: true,
  WhatToShow: true,
  WshEventData: true,
};

export const SAME_VALUES: {
  BarSizeSetting: Same<typeof Ours.BarSizeSetting, typeof Stock.BarSizeSetting>;
  Bond: Same<typeof Ours.Bond, typeof Stock.Bond>;
  CFD: Same<typeof Ours.CFD, typeof Stock.CFD>;
  Combo: Same<typeof Ours.Combo, typeof Stock.Combo>;
  ConjunctionConnection: Same<typeof Ours.ConjunctionConnection, typeof Stock.ConjunctionConnection>;
  ConnectionState: Same<typeof Ours.ConnectionState, typeof Stock.ConnectionState>;
  Crypto: Same<typeof Ours.Crypto, typeof Stock.Crypto>;
  DurationUnit: Same<typeof Ours.DurationUnit, typeof Stock.DurationUnit>;
  ErrorCode: Same<typeof Ours.ErrorCode, typeof Stock.ErrorCode>;
  EventName: Same<typeof Ours.EventName, typeof Stock.EventName>;
  ExecutionCondition: Same<typeof Ours.ExecutionCondition, typeof Stock.ExecutionCondition>;
  FADataType: Same<typeof Ours.FADataType, typeof Stock.FADataType>;
  FOP: Same<typeof Ours.FOP, typeof Stock.FOP>;
  Forex: Same<typeof Ours.Forex, typeof Stock.Forex>;
  Future: Same<typeof Ours.Future, typeof Stock.Future>;
  IBApiNextError: Same<typeof Ours.IBApiNextError, typeof Stock.IBApiNextError>;
  IBApiNextTickType: Same<typeof Ours.IBApiNextTickType, typeof Stock.IBApiNextTickType>;
  IBApiTickType: Same<typeof Ours.IBApiTickType, typeof Stock.IBApiTickType>;
  Index: Same<typeof Ours.Index, typeof Stock.Index>;
  Instrument: Same<typeof Ours.Instrument, typeof Stock.Instrument>;
  LimitOrder: Same<typeof Ours.LimitOrder, typeof Stock.LimitOrder>;
  Liquidities: Same<typeof Ours.Liquidities, typeof Stock.Liquidities>;
  LocationCode: Same<typeof Ours.LocationCode, typeof Stock.LocationCode>;
  LogLevel: Same<typeof Ours.LogLevel, typeof Stock.LogLevel>;
  MIN_SERVER_VER: Same<typeof Ours.MIN_SERVER_VER, typeof Stock.MIN_SERVER_VER>;
  MarginCondition: Same<typeof Ours.MarginCondition, typeof Stock.MarginCondition>;
  MarketCloseOrder: Same<typeof Ours.MarketCloseOrder, typeof Stock.MarketCloseOrder>;
  MarketDataType: Same<typeof Ours.MarketDataType, typeof Stock.MarketDataType>;
  MarketOrder: Same<typeof Ours.MarketOrder, typeof Stock.MarketOrder>;
  MutableMarketData: Same<typeof Ours.MutableMarketData, typeof Stock.MutableMarketData>;
  Option: Same<typeof Ours.Option, typeof Stock.Option>;
  OptionExerciseAction: Same<typeof Ours.OptionExerciseAction, typeof Stock.OptionExerciseAction>;
  OptionType: Same<typeof Ours.OptionType, typeof Stock.OptionType>;
  OrderAction: Same<typeof Ours.OrderAction, typeof Stock.OrderAction>;
  OrderConditionType: Same<typeof Ours.OrderConditionType, typeof Stock.OrderConditionType>;
  OrderStatus: Same<typeof Ours.OrderStatus, typeof Stock.OrderStatus>;
  OrderType: Same<typeof Ours.OrderType, typeof Stock.OrderType>;
  PercentChangeCondition: Same<typeof Ours.PercentChangeCondition, typeof Stock.PercentChangeCondition>;
  PriceCondition: Same<typeof Ours.PriceCondition, typeof Stock.PriceCondition>;
  ScanCode: Same<typeof Ours.ScanCode, typeof Stock.ScanCode>;
  SecType: Same<typeof Ours.SecType, typeof Stock.SecType>;
  Stock: Same<typeof Ours.Stock, typeof Stock.Stock>;
  StopLimitOrder: Same<typeof Ours.StopLimitOrder, typeof Stock.StopLimitOrder>;
  StopOrder: Same<typeof Ours.StopOrder, typeof Stock.StopOrder>;
  TickByTickDataType: Same<typeof Ours.TickByTickDataType, typeof Stock.TickByTickDataType>;
  TimeCondition: Same<typeof Ours.TimeCondition, typeof Stock.TimeCondition>;
  TimeInForce: Same<typeof Ours.TimeInForce, typeof Stock.TimeInForce>;
  TrailingStopOrder: Same<typeof Ours.TrailingStopOrder, typeof Stock.TrailingStopOrder>;
  TriggerMethod: Same<typeof Ours.TriggerMethod, typeof Stock.TriggerMethod>;
  VolumeCondition: Same<typeof Ours.VolumeCondition, typeof Stock.VolumeCondition>;
  WhatToShow: Same<typeof Ours.WhatToShow, typeof Stock.WhatToShow>;
  WshEventData: Same<typeof Ours.WshEventData, typeof Stock.WshEventData>;
  isNonFatalError: Same<typeof Ours.isNonFatalError, typeof Stock.isNonFatalError>;
} = {
  BarSizeSetting: true,
  Bond: true,
  CFD: true,
  Combo: true,
  ConjunctionConnection: true,
  ConnectionState: true,
  Crypto: true,
  DurationUnit: true,
  ErrorCode: true,
  EventName: true,
  ExecutionCondition: true,
  FADataType: true,
  FOP: true,
  Forex: true,
  Future: true,
  IBApiNextError: true,
  IBApiNextTickType: true,
  IBApiTickType: true,
  Index: true,
  Instrument: true,
  LimitOrder: true,
  Liquidities: true,
  LocationCode: true,
  LogLevel: true,
  MIN_SERVER_VER: true,
  MarginCondition: true,
  MarketCloseOrder: true,
  MarketDataType: true,
  MarketOrder: true,
  MutableMarketData: true,
  Option: true,
  OptionExerciseAction: true,
  OptionType: true,
  OrderAction: true,
  OrderConditionType: true,
  OrderStatus: true,
  OrderType: true,
  PercentChangeCondition: true,
  PriceCondition: true,
  ScanCode: true,
  SecType: true,
  Stock: true,
  StopLimitOrder: true,
  StopOrder: true,
  TickByTickDataType: true,
  TimeCondition: true,
  TimeInForce: true,
  TrailingStopOrder: true,
  TriggerMethod: true,
  VolumeCondition: true,
  WhatToShow: true,
  WshEventData: true,
  isNonFatalError: true,
};

export const SUBCLASSES: {
  IBApi: Extends<Ours.IBApi, Stock.IBApi>;
  IBApiNext: Extends<Ours.IBApiNext, Stock.IBApiNext>;
  default: Extends<Ours.default, Stock.default>;
} = {
  IBApi: true,
  IBApiNext: true,
  default: true,
};
