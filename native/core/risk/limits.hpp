// The limits of the risk gate: one block of doubles, so that JavaScript writes it as a Float64Array. Names,
// units and defaults are one table (addon: `riskLimits`); docs/risk.md is made from it.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string_view>

#include "risk/order_intent.hpp"

namespace ibkr {

/// Of the layout below, in states on disk and in audit logs. A change of the struct raises it.
inline constexpr std::uint32_t kRiskLimitsVersion = 2;

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();
inline constexpr double kAllBits = 9007199254740991;  // 2^53 − 1: what a double counts exactly

enum class CollarReference : std::uint8_t {
  Far,   ///< the ask of a buy, the bid of a sale
  Near,  ///< the bid of a buy, the ask of a sale
  Mid,
  Last,
};
enum class ShortSale : std::uint8_t {
  Free,
  Available,  ///< up to what can be borrowed; not known is none
  Forbidden,
};
enum class RiskEnvironment : std::uint8_t { Any, Paper, Live };

/// Limits of a scope: of everything, of one account, of one strategy.
struct ScopeLimits {
  double max_position = kNoLimit;
  double max_gross_exposure = kNoLimit;
  double max_net_exposure = kNoLimit;
  double max_leverage = kNoLimit;
  double buying_power_percent = kNoLimit;
  double margin_percent = 100;
  double max_account_age_ms = 300'000;
  double max_open_orders = kNoLimit;
  double max_symbol_open_orders = kNoLimit;
  double rate_window_ms = 1'000;
  double max_order_rate = kNoLimit;
  double max_modify_rate = kNoLimit;
  double max_message_rate = kNoLimit;
  double execution_window_ms = 1'000;
  double max_execution_rate = kNoLimit;
  double daily_orders_soft = kNoLimit;
  double daily_orders_hard = kNoLimit;
  double daily_trades_soft = kNoLimit;
  double daily_trades_hard = kNoLimit;
  double daily_volume_soft = kNoLimit;
  double daily_volume_hard = kNoLimit;
  double daily_realized_loss_soft = kNoLimit;
  double daily_realized_loss_hard = kNoLimit;
  double daily_loss_soft = kNoLimit;
  double daily_loss_hard = kNoLimit;
  double drawdown_soft = kNoLimit;
  double drawdown_hard = kNoLimit;
};

/// All of one gate; `all` is of everything together, accounts and strategies have theirs beside it.
struct RiskLimits {
  double version = 0;  ///< the user's, raised with every update
  double max_quantity = kNoLimit;
  double max_notional = kNoLimit;
  double collar_percent = 10;
  double collar_ticks = kNoLimit;
  double collar_reference = static_cast<double>(CollarReference::Far);
  double collar_both_sides = 0;
  double max_quote_age_ms = 10'000;
  double market_quote_age_ms = 5'000;
  double max_spread_percent = 5;
  double max_spread_ticks = kNoLimit;
  double duplicate_window_ms = 0;
  double unique_refs = 1;
  double prevent_self_trade = 1;
  double short_sale = static_cast<double>(ShortSale::Free);
  double environment = static_cast<double>(RiskEnvironment::Any);
  double deny_while = kAllGuards;
  double only_allowed_symbols = 0;
  double allow_exercise = 0;
  double security_types = kAllBits;
  double exchanges = kAllBits;
  double order_types = kAllBits;
  double times_in_force = kAllBits;
  double trade_from_ms = -kNoLimit;
  double trade_to_ms = kNoLimit;
  ScopeLimits all{};
  /// By SecurityType.
  std::array<double, static_cast<std::size_t>(SecurityType::Count)> max_type_quantity = [] {
    std::array<double, static_cast<std::size_t>(SecurityType::Count)> out{};
    out.fill(kNoLimit);
    return out;
  }();
};

struct LimitRow {
  std::string_view name;
  std::string_view unit;
  std::size_t index;  ///< among the doubles of RiskLimits, or of ScopeLimits
  double initial;
};

#define IBKR_LIMIT(name, unit, member) \
  LimitRow { name, unit, offsetof(RiskLimits, member) / sizeof(double), RiskLimits{}.member }
#define IBKR_SCOPE_LIMIT(name, unit, member) \
  LimitRow { name, unit, offsetof(ScopeLimits, member) / sizeof(double), ScopeLimits{}.member }

inline constexpr std::array<LimitRow, 26> kLimitRows = {{
    IBKR_LIMIT("version", "", version),
    IBKR_LIMIT("maxOrderQuantity", "units", max_quantity),
    IBKR_LIMIT("maxOrderNotional", "money", max_notional),
    IBKR_LIMIT("collarPercent", "%", collar_percent),
    IBKR_LIMIT("collarTicks", "ticks", collar_ticks),
    IBKR_LIMIT("collarReference", "0 far side, 1 near side, 2 mid, 3 last", collar_reference),
    IBKR_LIMIT("collarBothSides", "0 or 1", collar_both_sides),
    IBKR_LIMIT("maxQuoteAgeMs", "ms", max_quote_age_ms),
    IBKR_LIMIT("marketQuoteAgeMs", "ms", market_quote_age_ms),
    IBKR_LIMIT("maxSpreadPercent", "%", max_spread_percent),
    IBKR_LIMIT("maxSpreadTicks", "ticks", max_spread_ticks),
    IBKR_LIMIT("duplicateWindowMs", "ms", duplicate_window_ms),
    IBKR_LIMIT("uniqueRefs", "0 or 1", unique_refs),
    IBKR_LIMIT("preventSelfTrade", "0 or 1", prevent_self_trade),
    IBKR_LIMIT("shortSale", "0 free, 1 what can be borrowed, 2 forbidden", short_sale),
    IBKR_LIMIT("environment", "0 any, 1 paper, 2 live", environment),
    IBKR_LIMIT("denyWhile", "bits: 1 reconciling, 2 upstream lost, 4 data stale", deny_while),
    IBKR_LIMIT("onlyAllowedSymbols", "0 or 1", only_allowed_symbols),
    IBKR_LIMIT("allowExercise", "0 or 1", allow_exercise),
    IBKR_LIMIT("securityTypes", "bits", security_types),
    IBKR_LIMIT("exchanges", "bits", exchanges),
    IBKR_LIMIT("orderTypes", "bits", order_types),
    IBKR_LIMIT("timesInForce", "bits", times_in_force),
    IBKR_LIMIT("tradeFromMs", "ms", trade_from_ms),
    IBKR_LIMIT("tradeToMs", "ms", trade_to_ms),
    LimitRow{"maxTypeQuantity", "units, of each security type",
             offsetof(RiskLimits, max_type_quantity) / sizeof(double), kNoLimit},
}};

inline constexpr std::array<LimitRow, 27> kScopeLimitRows = {{
    IBKR_SCOPE_LIMIT("maxPosition", "units", max_position),
    IBKR_SCOPE_LIMIT("maxGrossExposure", "money", max_gross_exposure),
    IBKR_SCOPE_LIMIT("maxNetExposure", "money", max_net_exposure),
    IBKR_SCOPE_LIMIT("maxLeverage", "×", max_leverage),
    IBKR_SCOPE_LIMIT("buyingPowerPercent", "% of the available funds", buying_power_percent),
    IBKR_SCOPE_LIMIT("marginPercent", "% of the notional", margin_percent),
    IBKR_SCOPE_LIMIT("maxAccountAgeMs", "ms", max_account_age_ms),
    IBKR_SCOPE_LIMIT("maxOpenOrders", "orders", max_open_orders),
    IBKR_SCOPE_LIMIT("maxSymbolOpenOrders", "orders", max_symbol_open_orders),
    IBKR_SCOPE_LIMIT("rateWindowMs", "ms", rate_window_ms),
    IBKR_SCOPE_LIMIT("maxOrderRate", "orders", max_order_rate),
    IBKR_SCOPE_LIMIT("maxModifyRate", "changes", max_modify_rate),
    IBKR_SCOPE_LIMIT("maxMessageRate", "messages", max_message_rate),
    IBKR_SCOPE_LIMIT("executionWindowMs", "ms", execution_window_ms),
    IBKR_SCOPE_LIMIT("maxExecutionRate", "executions", max_execution_rate),
    IBKR_SCOPE_LIMIT("softDailyOrders", "orders", daily_orders_soft),
    IBKR_SCOPE_LIMIT("maxDailyOrders", "orders", daily_orders_hard),
    IBKR_SCOPE_LIMIT("softDailyTrades", "executions", daily_trades_soft),
    IBKR_SCOPE_LIMIT("maxDailyTrades", "executions", daily_trades_hard),
    IBKR_SCOPE_LIMIT("softDailyVolume", "units", daily_volume_soft),
    IBKR_SCOPE_LIMIT("maxDailyVolume", "units", daily_volume_hard),
    IBKR_SCOPE_LIMIT("softDailyRealizedLoss", "money", daily_realized_loss_soft),
    IBKR_SCOPE_LIMIT("maxDailyRealizedLoss", "money", daily_realized_loss_hard),
    IBKR_SCOPE_LIMIT("softDailyLoss", "money", daily_loss_soft),
    IBKR_SCOPE_LIMIT("maxDailyLoss", "money", daily_loss_hard),
    IBKR_SCOPE_LIMIT("softDrawdown", "money", drawdown_soft),
    IBKR_SCOPE_LIMIT("maxDrawdown", "money", drawdown_hard),
}};
#undef IBKR_LIMIT
#undef IBKR_SCOPE_LIMIT

// A member without a row would be a limit that nobody can set.
static_assert(kScopeLimitRows.size() * sizeof(double) == sizeof(ScopeLimits));
static_assert((kLimitRows.size() - 1 + kScopeLimitRows.size() +
               static_cast<std::size_t>(SecurityType::Count)) *
                  sizeof(double) ==
              sizeof(RiskLimits));

}  // namespace ibkr
