// Why an order is denied: one table of codes. TypeScript and docs/risk.md get it from here (addon:
// `denyCodes`).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ibkr {

/// The first that denies is the one that is told. The numbers are those of this version; names stay.
enum class DenyCode : std::uint8_t {
  None,
  // The gate itself
  Stopped,
  Halted,
  Reducing,
  Busy,
  TableFull,
  // The connection
  Reconciling,
  UpstreamLost,
  DataStale,
  // What is no order
  InstrumentUnknown,
  AccountUnknown,
  StrategyUnknown,
  QuantityInvalid,
  PriceInvalid,
  AuxPriceInvalid,
  AmountTooLarge,
  IdentityChanged,
  UnitInvalid,
  OrderUnreadable,
  // Lists
  AccountEnvironment,
  AccountDenied,
  SymbolDenied,
  SecurityTypeDenied,
  ExchangeDenied,
  OrderTypeDenied,
  TimeInForceDenied,
  OutsideHours,
  ExerciseDenied,
  // Its own size and price
  TickSize,
  MaxQuantity,
  MaxTypeQuantity,
  MaxSymbolQuantity,
  ReferenceMissing,
  ReferenceStale,
  MaxNotional,
  CollarPercent,
  CollarTicks,
  MarketQuoteStale,
  SpreadPercent,
  SpreadTicks,
  // Beside other orders
  DuplicateOrder,
  DuplicateRef,
  SelfTrade,
  ReduceOnly,
  ShortSale,
  // What it would make of a scope: of all, of its account, of its strategy
  MaxPosition,
  MaxSymbolPosition,
  GrossExposure,
  NetExposure,
  Leverage,
  AccountValuesStale,
  BuyingPower,
  OpenOrders,
  SymbolOpenOrders,
  OrderRate,
  ModifyRate,
  MessageRate,
  RepeatedExecutions,
  DailyOrders,
  DailyTrades,
  DailyVolume,
  DailyRealizedLoss,
  DailyLoss,
  Drawdown,
  Count,
};

struct DenyRow {
  DenyCode code;
  std::string_view name;
  /// The formula of what is measured; denied where it is above the limit, unless it says otherwise.
  std::string_view measured;
  std::string_view unit;
  /// Names of limits (limits.hpp) or of facts (instrument.hpp); empty: there is none to set.
  std::string_view limit;
};

inline constexpr std::size_t kDenyCodes = static_cast<std::size_t>(DenyCode::Count);

inline constexpr std::array<DenyRow, kDenyCodes> kDenyRows = {{
    {DenyCode::None, "NONE", "not denied", "", ""},
    {DenyCode::Stopped, "STOPPED", "the emergency stop is set", "", ""},
    {DenyCode::Halted, "HALTED", "the state of a scope, set by hand", "state", ""},
    {DenyCode::Reducing, "REDUCING", "the state of a scope, set by hand; the order does not only reduce",
     "state", ""},
    {DenyCode::Busy, "BUSY", "attempts at the lock", "attempts", ""},
    {DenyCode::TableFull, "TABLE_FULL", "entries of a table, with this order's", "entries", "capacity"},
    {DenyCode::Reconciling, "RECONCILING", "the connection has not reconciled yet", "", "denyWhile"},
    {DenyCode::UpstreamLost, "UPSTREAM_LOST", "the gateway cannot reach Interactive Brokers", "",
     "denyWhile"},
    {DenyCode::DataStale, "DATA_STALE", "market data of the connection is late", "", "denyWhile"},
    {DenyCode::InstrumentUnknown, "INSTRUMENT_UNKNOWN", "facts of the instrument were not given", "", ""},
    {DenyCode::AccountUnknown, "ACCOUNT_UNKNOWN", "the account was not given", "", ""},
    {DenyCode::StrategyUnknown, "STRATEGY_UNKNOWN", "the strategy was not given", "", ""},
    {DenyCode::QuantityInvalid, "QUANTITY_INVALID", "quantity; NaN, infinite, unset, or below the limit",
     "units", "smallest quantity, 1e-8"},
    {DenyCode::PriceInvalid, "PRICE_INVALID",
     "limit price; NaN, infinite, unset where the type needs one, or below 0", "price", "negativePrices"},
    {DenyCode::AuxPriceInvalid, "AUX_PRICE_INVALID",
     "auxiliary price; NaN, infinite, unset where the type needs one, or below 0", "price", "negativePrices"},
    {DenyCode::AmountTooLarge, "AMOUNT_TOO_LARGE", "quantity, or quantity × price × multiplier × rate",
     "units or money", "what the book can count: 1e9 units, 1e13 of the base currency"},
    {DenyCode::IdentityChanged, "IDENTITY_CHANGED",
     "a change has another instrument, account, strategy or side than its order", "", ""},
    {DenyCode::UnitInvalid, "UNIT_INVALID",
     "parts of a bracket or an OCA group: 1 to 8 new orders of one instrument, account and strategy", "parts",
     ""},
    {DenyCode::OrderUnreadable, "ORDER_UNREADABLE",
     "the frame is no order that can be counted: it cannot be read, or the gateway makes further orders of "
     "it",
     "", ""},
    {DenyCode::AccountEnvironment, "ACCOUNT_ENVIRONMENT",
     "1 where the account's name begins with D (paper), else 2", "environment", "environment"},
    {DenyCode::AccountDenied, "ACCOUNT_DENIED", "the account is on the deny list", "", ""},
    {DenyCode::SymbolDenied, "SYMBOL_DENIED",
     "the instrument is on the deny list, or not on the allow list where that is required", "",
     "onlyAllowedSymbols"},
    {DenyCode::SecurityTypeDenied, "SECURITY_TYPE_DENIED", "bit of the security type, not in the mask", "bit",
     "securityTypes"},
    {DenyCode::ExchangeDenied, "EXCHANGE_DENIED", "bit of the exchange, not in the mask", "bit", "exchanges"},
    {DenyCode::OrderTypeDenied, "ORDER_TYPE_DENIED", "bit of the order type, not in the mask", "bit",
     "orderTypes"},
    {DenyCode::TimeInForceDenied, "TIME_IN_FORCE_DENIED", "bit of the time in force, not in the mask", "bit",
     "timesInForce"},
    {DenyCode::OutsideHours, "OUTSIDE_HOURS", "time of the order; outside [tradeFromMs, tradeToMs)", "ms",
     "tradeFromMs, tradeToMs"},
    {DenyCode::ExerciseDenied, "EXERCISE_DENIED", "options are to be exercised", "", "allowExercise"},
    {DenyCode::TickSize, "TICK_SIZE", "a price that is no multiple of its band's increment", "price",
     "increment"},
    {DenyCode::MaxQuantity, "MAX_QUANTITY", "quantity", "units", "maxOrderQuantity"},
    {DenyCode::MaxTypeQuantity, "MAX_TYPE_QUANTITY", "quantity", "units", "maxTypeQuantity"},
    {DenyCode::MaxSymbolQuantity, "MAX_SYMBOL_QUANTITY", "quantity", "units", "instrument's maxQuantity"},
    {DenyCode::ReferenceMissing, "REFERENCE_MISSING", "no price to compare with or to value the order by", "",
     "collarReference"},
    {DenyCode::ReferenceStale, "REFERENCE_STALE", "age of the quote", "ms", "maxQuoteAgeMs"},
    {DenyCode::MaxNotional, "MAX_NOTIONAL", "quantity × price × multiplier × rate of the currency", "money",
     "maxOrderNotional"},
    {DenyCode::CollarPercent, "COLLAR_PERCENT",
     "100 × (price − reference) / |reference| of a buy, the negative of a sale; its size where "
     "collarBothSides",
     "%", "collarPercent"},
    {DenyCode::CollarTicks, "COLLAR_TICKS", "the same distance / increment", "ticks", "collarTicks"},
    {DenyCode::MarketQuoteStale, "MARKET_QUOTE_STALE", "age of the quote; no bid or no ask: infinite", "ms",
     "marketQuoteAgeMs"},
    {DenyCode::SpreadPercent, "SPREAD_PERCENT", "100 × (ask − bid) / |mid|", "%", "maxSpreadPercent"},
    {DenyCode::SpreadTicks, "SPREAD_TICKS", "(ask − bid) / increment", "ticks", "maxSpreadTicks"},
    {DenyCode::DuplicateOrder, "DUPLICATE_ORDER",
     "time since an order of the same instrument, account, strategy, side, type, quantity and prices; denied "
     "below the limit",
     "ms", "duplicateWindowMs"},
    {DenyCode::DuplicateRef, "DUPLICATE_REF", "orders of the day with this orderRef, with this one", "orders",
     "1, where uniqueRefs"},
    {DenyCode::SelfTrade, "SELF_TRADE",
     "price of a working order of our own on the other side that this one would meet", "price",
     "preventSelfTrade"},
    {DenyCode::ReduceOnly, "REDUCE_ONLY",
     "quantity that the working orders on its side and this one may execute", "units",
     "the account's position on the other side"},
    {DenyCode::ShortSale, "SHORT_SALE", "shares that the account would be short at worst", "units",
     "shortSale; instrument's shortableShares"},
    {DenyCode::MaxPosition, "MAX_POSITION",
     "max(|position + buys|, |position − sales|), working orders whole", "units", "maxPosition"},
    {DenyCode::MaxSymbolPosition, "MAX_SYMBOL_POSITION", "the same, of all accounts together", "units",
     "instrument's maxPosition"},
    {DenyCode::GrossExposure, "GROSS_EXPOSURE", "Σ over instruments of max(|value + buys|, |value − sales|)",
     "money", "maxGrossExposure"},
    {DenyCode::NetExposure, "NET_EXPOSURE", "max(|Σ (value + buys)|, |Σ (value − sales)|)", "money",
     "maxNetExposure"},
    {DenyCode::Leverage, "LEVERAGE", "gross exposure / equity", "×", "maxLeverage"},
    {DenyCode::AccountValuesStale, "ACCOUNT_VALUES_STALE",
     "age of equity and available funds, where leverage or buying power is limited", "ms", "maxAccountAgeMs"},
    {DenyCode::BuyingPower, "BUYING_POWER",
     "Σ margin of working orders: of the what-if, else notional × marginPercent / 100", "money",
     "buyingPowerPercent of the available funds"},
    {DenyCode::OpenOrders, "OPEN_ORDERS", "working orders with this one", "orders", "maxOpenOrders"},
    {DenyCode::SymbolOpenOrders, "SYMBOL_OPEN_ORDERS", "working orders of the instrument with this one",
     "orders", "maxSymbolOpenOrders"},
    {DenyCode::OrderRate, "ORDER_RATE", "new orders in the last rateWindowMs with this one", "orders",
     "maxOrderRate"},
    {DenyCode::ModifyRate, "MODIFY_RATE", "changes in the last rateWindowMs with this one", "changes",
     "maxModifyRate"},
    {DenyCode::MessageRate, "MESSAGE_RATE",
     "orders, changes and cancels in the last rateWindowMs with this one", "messages", "maxMessageRate"},
    {DenyCode::RepeatedExecutions, "REPEATED_EXECUTIONS",
     "executions in the last executionWindowMs, with the first of this order", "executions",
     "maxExecutionRate"},
    {DenyCode::DailyOrders, "DAILY_ORDERS", "new orders of the day with this one", "orders",
     "softDailyOrders, maxDailyOrders"},
    {DenyCode::DailyTrades, "DAILY_TRADES", "executions of the day, with the first of this order",
     "executions", "softDailyTrades, maxDailyTrades"},
    {DenyCode::DailyVolume, "DAILY_VOLUME",
     "executed quantity of the day and all that works, with this order", "units",
     "softDailyVolume, maxDailyVolume"},
    {DenyCode::DailyRealizedLoss, "DAILY_REALIZED_LOSS", "−(realised − commissions) of the day", "money",
     "softDailyRealizedLoss, maxDailyRealizedLoss"},
    {DenyCode::DailyLoss, "DAILY_LOSS", "−(realised − commissions + change of unrealised) of the day",
     "money", "softDailyLoss, maxDailyLoss"},
    {DenyCode::Drawdown, "DRAWDOWN", "the day's highest profit − the profit", "money",
     "softDrawdown, maxDrawdown"},
}};

static_assert([] {
  for (std::size_t i = 0; i < kDenyCodes; ++i)
    if (static_cast<std::size_t>(kDenyRows[i].code) != i) return false;
  return true;
}());

constexpr const DenyRow& deny_row(DenyCode code) { return kDenyRows[static_cast<std::size_t>(code)]; }

}  // namespace ibkr
