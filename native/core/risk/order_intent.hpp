// An order as the risk gate sees it: numbers only. Who calls has looked names up before.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include "risk/deny_code.hpp"
#include "wire/unset.hpp"

namespace ibkr {

enum class OrderSide : std::uint8_t { Buy, Sell };

/// Bits of RiskLimits::security_types.
enum class SecurityType : std::uint8_t {
  Stock,
  Option,
  Future,
  FutureOption,
  Cash,
  Index,
  Cfd,
  Bond,
  Fund,
  Commodity,
  Crypto,
  Warrant,
  Combination,
  Other,
  Count,
};

/// Bits of RiskLimits::order_types.
enum class OrderType : std::uint8_t {
  Market,
  Limit,
  Stop,
  StopLimit,
  Trail,
  TrailLimit,
  MarketIfTouched,
  LimitIfTouched,
  MarketOnClose,
  LimitOnClose,
  MarketToLimit,
  Relative,
  Midprice,
  Other,
  Count,
};

/// Bits of RiskLimits::times_in_force.
enum class TimeInForce : std::uint8_t { Day, Gtc, Ioc, Fok, Opg, Gtd, Dtc, Auc, Other, Count };

/// Bits of OrderIntent::guard and of RiskLimits::deny_while.
enum GuardBit : std::uint8_t { kGuardReconciling = 1, kGuardUpstreamLost = 2, kGuardDataStale = 4 };
inline constexpr std::uint8_t kAllGuards = kGuardReconciling | kGuardUpstreamLost | kGuardDataStale;

enum class RiskState : std::uint8_t { Active, Reducing, Halted };

/// What the board has of the instrument. NaN: none.
struct RiskQuote {
  double bid = std::numeric_limits<double>::quiet_NaN();
  double ask = std::numeric_limits<double>::quiet_NaN();
  double last = std::numeric_limits<double>::quiet_NaN();
  double age_ms = std::numeric_limits<double>::infinity();  ///< since the newest of them came
};

/// A new order, or a change of one that is known. Prices and quantities as the user gave them; kUnset: none.
struct OrderIntent {
  std::uint64_t key = 0;         ///< connection and order id; not 0. Known: it is a change
  std::uint64_t instrument = 0;  ///< as in RiskBook::set_instrument()
  std::uint64_t account = 0;     ///< as in RiskBook::set_scope(); 0: the only one, or none
  std::uint64_t strategy = 0;    ///< the same; 0: none
  std::uint64_t ref = 0;         ///< hash of the orderRef; 0: none
  OrderSide side = OrderSide::Buy;
  OrderType type = OrderType::Limit;
  TimeInForce tif = TimeInForce::Day;
  std::uint8_t exchange = 0;  ///< bit of RiskLimits::exchanges, 0 … 51
  std::uint8_t guard = 0;     ///< GuardBit: what is so of its connection
  bool reduce_only = false;
  /// Of an emergency stop: passes states, rates and daily limits. It has to be reduce-only.
  bool flattens = false;
  double quantity = 0;  ///< the whole order's, what is filled included
  double limit_price = kUnset;
  double aux_price = kUnset;
  double margin = kUnset;  ///< of a what-if, in the base currency; kUnset: not known
  double now_ms = 0;       ///< the caller's clock: the same one for all
  RiskQuote quote{};
};

/// What the gate says. None: it may leave, and is reserved.
struct Decision {
  DenyCode code = DenyCode::None;
  std::uint8_t part = 0;    ///< which of a unit
  std::uint16_t scope = 0;  ///< whose limit
  bool is_change = false;   ///< of an order that the book knows
  double measured = 0;
  double limit = 0;

  explicit operator bool() const { return code == DenyCode::None; }
};

inline constexpr Decision deny(DenyCode code, double measured = 0, double limit = 0) {
  return {.code = code, .measured = measured, .limit = limit};
}

constexpr bool has_limit_price(OrderType type) {
  return type == OrderType::Limit || type == OrderType::StopLimit || type == OrderType::LimitIfTouched ||
         type == OrderType::LimitOnClose;
}
constexpr bool has_aux_price(OrderType type) {
  return type == OrderType::Stop || type == OrderType::StopLimit || type == OrderType::MarketIfTouched ||
         type == OrderType::LimitIfTouched;
}
/// Executes at whatever the market gives, at once.
constexpr bool is_market(OrderType type) {
  return type == OrderType::Market || type == OrderType::MarketToLimit;
}

}  // namespace ibkr
