// What the gateway says of orders that it has: whatever is not certain stays reserved.
#include <algorithm>
#include <cmath>
#include <limits>

#include "risk/risk_book.hpp"

namespace ibkr {

bool RiskBook::adopt(const OrderIntent& intent, double filled) {
  const RiskLock::Held held = lock_.take();
  if (intent.key == 0 || orders_.find(intent.key)) return true;
  Found found;
  if (!std::isfinite(intent.quantity) || !std::isfinite(filled) || orders_.taken() == orders_.capacity() ||
      !find(intent, found)) {
    halt_uncounted();
    return false;
  }
  const std::uint32_t at = orders_.add(intent.key);
  WorkingOrder& order = orders_[at];
  order.ref = intent.ref;
  order.instrument = found.instrument;
  order.side = intent.side;
  order.scopes = found.scopes;
  order.filled = quantity_of(filled);
  OrderTerms terms =
      terms_of(intent, instruments_[found.instrument].facts, instruments_[found.instrument].mark);
  terms.margin =
      terms.unit_value * scopes_[found.scopes.scope[found.scopes.account]].limits.margin_percent / 100;
  order.settled = order.newest = order.worst = terms;
  apply(at);
  link(at);
  if (intent.ref != 0 && !refs_.find(intent.ref)) static_cast<void>(refs_.add(intent.ref, 0));
  if (order.remaining() == 0) end(at);
  return true;
}

void RiskBook::confirm_change(std::uint64_t key, double quantity, double limit_price) {
  const RiskLock::Held held = lock_.take();
  const auto at = orders_.find(key);
  if (!at || !std::isfinite(quantity)) return;
  WorkingOrder& order = orders_[*at];
  if (order.unsettled_changes == 0 || order.newest.quantity != quantity_of(quantity)) return;
  // An order that does not rest has no price to know it by: the quantity has to do.
  if (std::isfinite(order.newest.price) && order.newest.price != limit_price) return;
  // Asked for something else, and then for what it was: the word may be from before both.
  const bool is_as_before =
      order.newest.quantity == order.settled.quantity && order.newest.price == order.settled.price;
  if (order.unsettled_changes > 1 && is_as_before) return;
  order.unsettled_changes = 0;
  order.settled = order.worst = order.newest;
  apply(order.leader);
  if (order.remaining() == 0) {
    end(*at);
  } else {
    find_best(instruments_[order.instrument]);
  }
}

void RiskBook::finish(std::uint64_t key, double filled) {
  const RiskLock::Held held = lock_.take();
  const auto at = orders_.find(key);
  if (!at) return;
  WorkingOrder& order = orders_[*at];
  const Quantity executed = std::isfinite(filled) && filled > 0 ? quantity_of(filled) : 0;
  // More than it was ever asked for is nothing that it can have done.
  order.worst.quantity = std::min(executed, order.worst.quantity);
  order.worst.price = std::numeric_limits<double>::quiet_NaN();
  order.newest = order.settled = order.worst;
  order.unsettled_changes = 0;
  apply(order.leader);
  if (order.remaining() == 0) {
    end(*at);
  } else {
    find_best(instruments_[order.instrument]);
  }
}

ExecutionTake RiskBook::correct(const RiskExecution& before, const RiskExecution& now) {
  const RiskLock::Held held = lock_.take();
  if (now.id != 0) {
    if (executions_.last(now.id)) return ExecutionTake::Repeated;
    executions_.add(now.id, now.now_ms, kNoLimit);
  }
  OrderScopes scopes;
  std::uint32_t place = 0;
  if (!find_lines(now, place, scopes) || !std::isfinite(now.quantity) || !std::isfinite(now.price)) {
    halt_uncounted();
    return ExecutionTake::Unknown;
  }
  const Instrument& instrument = instruments_[place];
  // Taken back at its own price, and taken as it is now: the profit is that of what was executed, to the last
  // bit, however it is shared between realised and not.
  for (const RiskExecution* part : {&before, &now}) {
    const bool adds = (part->side == OrderSide::Buy) == (part == &now);
    const Quantity quantity = adds ? quantity_of(part->quantity) : -quantity_of(part->quantity);
    if (quantity == 0) continue;
    const Money amount =
        money_of(units_of(quantity) * part->price * instrument.facts.multiplier * instrument.facts.rate);
    for (std::uint8_t i = 0; i < scopes.count; ++i) {
      Scope& scope = scopes_[scopes.scope[i]];
      const auto trades = scope.trades_today;
      const Quantity volume = scope.volume_today;
      scope.execute(lines_[scopes.line[i]], quantity, amount, 0, instrument.mark_value());
      scope.trades_today = trades;
      // The day's volume is the larger of the two.
      scope.volume_today =
          part == &now
              ? sum_of(volume, std::max<Quantity>(0, size_of(quantity) - quantity_of(before.quantity)))
              : volume;
    }
  }
  for (std::uint8_t i = 0; i < scopes.count; ++i) scopes_[scopes.scope[i]].watch();
  return ExecutionTake::Taken;
}

void RiskBook::charge(const RiskExecution& execution) {
  if (!std::isfinite(execution.fee)) return;
  const RiskLock::Held held = lock_.take();
  OrderScopes scopes;
  std::uint32_t place = 0;
  if (!find_lines(execution, place, scopes)) return;
  for (std::uint8_t i = 0; i < scopes.count; ++i) {
    Scope& scope = scopes_[scopes.scope[i]];
    scope.realized_today -= money_of(execution.fee);
    scope.watch();
  }
}

std::size_t RiskBook::working(std::uint32_t upper, std::span<std::uint64_t> keys) {
  const RiskLock::Held held = lock_.take();
  std::size_t count = 0;
  orders_.each([&](const WorkingOrder& order) {
    if (order.key >> 32 != upper) return;
    if (count < keys.size()) keys[count] = order.key;
    ++count;
  });
  return count;
}

}  // namespace ibkr
