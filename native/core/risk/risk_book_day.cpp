// The day of an earlier process: what it has counted goes on, and never comes back looser.
#include <algorithm>
#include <cmath>

#include "risk/risk_book.hpp"

namespace ibkr {

ScopeDay RiskBook::day(std::uint16_t at) {
  const RiskLock::Held held = lock_.take();
  if (at >= scopes_.size()) return {};
  const Scope& scope = scopes_[at];
  return {.state = scope.state,
          .cause = scope.cause.code,
          .orders = scope.orders_today,
          .trades = scope.trades_today,
          .volume = units_of(scope.volume_today),
          .realized = amount_of(scope.realized_today),
          .profit = amount_of(scope.profit()),
          .highest_profit = amount_of(scope.highest_profit)};
}

bool RiskBook::restore_day(std::uint16_t at, const ScopeDay& day) {
  const RiskLock::Held held = lock_.take();
  if (at >= scopes_.size()) return false;
  Scope& scope = scopes_[at];
  scope.orders_today = std::max(scope.orders_today, day.orders);
  scope.trades_today = std::max(scope.trades_today, day.trades);
  scope.volume_today = std::max(scope.volume_today, quantity_of(day.volume));
  scope.realized_today = std::min(scope.realized_today, money_of(day.realized));
  // What the day began with follows from it, whatever the positions are valued at meanwhile.
  if (std::isfinite(day.profit))
    scope.unrealized_before = scope.realized_today + scope.unrealized - money_of(day.profit);
  scope.highest_profit = std::max(scope.highest_profit, money_of(day.highest_profit));
  if (day.state > scope.state) {
    scope.state = day.state;
    scope.cause = deny(day.cause, static_cast<double>(day.state), 0);
  }
  scope.watch();
  return true;
}

void RiskBook::remember_execution(std::uint64_t id, double now_ms) {
  const RiskLock::Held held = lock_.take();
  if (id != 0 && !executions_.last(id)) executions_.add(id, now_ms, kNoLimit);
}

}  // namespace ibkr
