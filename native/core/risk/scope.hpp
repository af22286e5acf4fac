// What is counted for everything together, for each account and for each strategy.
#pragma once

#include <cstdint>
#include <limits>

#include "risk/amounts.hpp"
#include "risk/instrument.hpp"
#include "risk/limits.hpp"
#include "risk/order_intent.hpp"
#include "risk/rate_window.hpp"

namespace ibkr {

/// What working orders may become at worst.
struct Contribution {
  Quantity buy = 0;
  Quantity sell = 0;
  Money buy_money = 0;
  Money sell_money = 0;
  Money margin = 0;
  std::int64_t orders = 0;

  Contribution operator-(const Contribution& other) const {
    return {buy - other.buy,
            sell - other.sell,
            buy_money - other.buy_money,
            sell_money - other.sell_money,
            margin - other.margin,
            orders - other.orders};
  }
  bool operator==(const Contribution&) const = default;
};

/// One instrument in one scope.
struct RiskLine {
  std::uint32_t instrument = 0;
  std::uint32_t scope = 0;
  std::uint32_t next_of_instrument = Instrument::kNone;
  Quantity position = 0;
  Money cost = 0;   ///< of the position, signed as it is
  Money value = 0;  ///< of the position at the mark, signed
  Contribution working{};
  // What the scope's sums have of it.
  Money upper = 0;
  Money lower = 0;
  Money gross = 0;
  Money unrealized = 0;

  /// max(|position + buys|, |position − sales|).
  static Quantity worst(Quantity position, const Contribution& working) {
    const Quantity high = size_of(sum_of(position, working.buy));
    const Quantity low = size_of(sum_of(position, -working.sell));
    return high > low ? high : low;
  }
  /// What `more` adds is at most what the position is on the other side, or nothing.
  bool only_reduces(const Contribution& more) const {
    const bool buys = more.buy <= 0 || working.buy + more.buy <= -position;
    const bool sells = more.sell <= 0 || working.sell + more.sell <= position;
    return buys && sells;
  }
};

enum class ScopeKind : std::uint8_t { All, Account, Strategy };

/// Equity and available funds as the gateway last told them, in the base currency. NaN: never.
struct AccountValues {
  double equity = std::numeric_limits<double>::quiet_NaN();
  double available_funds = std::numeric_limits<double>::quiet_NaN();
  double time_ms = -kNoLimit;
};

/// What an order is to a scope, once it is known what it adds.
struct ProposedOrder {
  Contribution more{};
  double now_ms = 0;
  std::size_t orders = 0;  ///< new ones
  std::size_t changes = 0;
  double symbol_limit = kNoLimit;  ///< the instrument's own maximum position
  bool only_reduces = false;
  bool flattens = false;
};

struct Scope {
  std::uint64_t key = 0;
  ScopeKind kind = ScopeKind::All;
  bool paper = false;
  Listing listing = Listing::None;
  RiskState state = RiskState::Active;
  /// Why it is not Active: HALTED and REDUCING where it was set by hand.
  Decision cause{};
  ScopeLimits limits{};
  AccountValues values{};

  // Sums over its lines.
  Money upper = 0;
  Money lower = 0;
  Money gross = 0;
  Money unrealized = 0;
  Money margin = 0;
  Quantity working = 0;  ///< buys and sales
  std::int64_t open_orders = 0;

  // Of the day.
  std::uint64_t orders_today = 0;
  std::uint64_t trades_today = 0;
  Quantity volume_today = 0;
  Money realized_today = 0;  ///< commissions taken off
  Money unrealized_before = 0;
  Money highest_profit = 0;

  RateWindow orders{};
  RateWindow changes{};
  RateWindow messages{};
  RateWindow executions{};

  Money profit() const { return realized_today + unrealized - unrealized_before; }

  /// The state, then every limit. Changes nothing.
  Decision judge(const RiskLine& line, const ProposedOrder& order) const;
  /// Behind a judge() that said yes, or what was executed or released.
  void apply(RiskLine& line, const Contribution& more);
  void count(std::size_t new_orders, std::size_t new_changes, double now_ms);
  /// Executes `quantity` (signed) for `amount` (signed money) less a fee.
  void execute(RiskLine& line, Quantity quantity, Money amount, Money fee, double mark_value);
  /// Values a line's position anew.
  void revalue(RiskLine& line, double mark_value);
  /// Goes to Reducing or Halted where a limit of the day leaves room for nothing; never back.
  void watch();
  void roll_day();

 private:
  void weigh(RiskLine& line);
  Decision judge_state(const ProposedOrder& order) const;
  Decision judge_exposure(const RiskLine& line, const ProposedOrder& order) const;
  Decision judge_account(Money gross_before, Money gross_after, const ProposedOrder& order) const;
  Decision judge_counts(const RiskLine& line, const ProposedOrder& order) const;
  Decision judge_day(const ProposedOrder& order) const;
};

}  // namespace ibkr
