// What the book learns behind an order's bytes: ends, executions, positions, prices.
#include <cmath>

#include "risk/risk_book.hpp"

namespace ibkr {

void RiskBook::apply(std::uint32_t leader) {
  WorkingOrder& order = orders_[leader];
  const Contribution now = orders_.contribution_of(leader);
  const Contribution more = now - order.applied;
  if (more == Contribution{}) return;
  order.applied = now;
  for (std::uint8_t i = 0; i < order.scopes.count; ++i)
    scopes_[order.scopes.scope[i]].apply(lines_[order.scopes.line[i]], more);
}

void RiskBook::link(std::uint32_t at) {
  WorkingOrder& order = orders_[at];
  Instrument& instrument = instruments_[order.instrument];
  order.next_order = instrument.first_order;
  if (order.next_order != kNone) orders_[order.next_order].previous_order = at;
  instrument.first_order = at;
  extend_best(order);
}

void RiskBook::extend_best(const WorkingOrder& order) {
  Instrument& instrument = instruments_[order.instrument];
  if (order.side == OrderSide::Buy) {
    instrument.best_buy = std::fmax(instrument.best_buy, order.worst.price);
  } else {
    instrument.best_sell = std::fmin(instrument.best_sell, order.worst.price);
  }
}

void RiskBook::unlink(std::uint32_t at) {
  const WorkingOrder& order = orders_[at];
  Instrument& instrument = instruments_[order.instrument];
  if (order.previous_order != kNone) orders_[order.previous_order].next_order = order.next_order;
  if (order.next_order != kNone) orders_[order.next_order].previous_order = order.previous_order;
  if (instrument.first_order == at) instrument.first_order = order.next_order;
  const double best = order.side == OrderSide::Buy ? instrument.best_buy : instrument.best_sell;
  if (order.worst.price == best) find_best(instrument);
}

/// The one walk over all orders of an instrument: where the best of them ends or is changed.
void RiskBook::find_best(Instrument& instrument) {
  instrument.best_buy = instrument.best_sell = std::numeric_limits<double>::quiet_NaN();
  for (std::uint32_t at = instrument.first_order; at != kNone; at = orders_[at].next_order) {
    const WorkingOrder& order = orders_[at];
    if (order.side == OrderSide::Buy) {
      instrument.best_buy = std::fmax(instrument.best_buy, order.worst.price);
    } else {
      instrument.best_sell = std::fmin(instrument.best_sell, order.worst.price);
    }
  }
}

void RiskBook::end(std::uint32_t at) {
  const std::uint32_t leader = orders_[at].leader;
  unlink(at);
  orders_[at].done = true;
  apply(leader);
  orders_.end(at);
}

void RiskBook::count_cancel(std::uint64_t key, double now_ms) {
  const RiskLock::Held held = lock_.take();
  now_ms_ = std::fmax(now_ms_, now_ms);
  const auto at = orders_.find(key);
  if (!at) {
    scopes_[kAll].messages.add(now_ms_);
    return;
  }
  const OrderScopes& scopes = orders_[*at].scopes;
  for (std::uint8_t i = 0; i < scopes.count; ++i) scopes_[scopes.scope[i]].messages.add(now_ms_);
}

void RiskBook::release(std::uint64_t key, ReleaseReason reason) {
  const RiskLock::Held held = lock_.take();
  const auto at = orders_.find(key);
  if (!at) return;
  const WorkingOrder order = orders_[*at];
  end(*at);
  if (reason != ReleaseReason::Unsent) return;
  refs_.remove(order.ref);
  for (std::uint8_t i = 0; i < order.scopes.count; ++i) {
    std::uint64_t& today = scopes_[order.scopes.scope[i]].orders_today;
    if (today > 0) --today;  // the day may have ended in between
  }
}

void RiskBook::settle_change(std::uint64_t key, bool accepted) {
  const RiskLock::Held held = lock_.take();
  const auto at = orders_.find(key);
  if (!at) return;
  WorkingOrder& order = orders_[*at];
  if (order.unsettled_changes == 0) return;
  if (--order.unsettled_changes > 0) {
    // Which of several is in force is not known before the last of them is: the worst of all stays.
    if (accepted) order.settled = worse_of(order.settled, order.newest, order.side);
    return;
  }
  if (accepted) order.settled = order.newest;
  order.newest = order.worst = order.settled;
  apply(order.leader);
  if (order.remaining() == 0) {
    end(*at);
  } else {
    find_best(instruments_[order.instrument]);
  }
}

/// Of an order that is known its own words count.
bool RiskBook::find_lines(const RiskExecution& execution, std::uint32_t& instrument, OrderScopes& scopes) {
  if (const auto at = execution.key == 0 ? std::nullopt : orders_.find(execution.key)) {
    scopes = orders_[*at].scopes;
    instrument = orders_[*at].instrument;
    return true;
  }
  const auto place = instrument_index_.find(execution.instrument);
  if (!place || !find_scopes(execution.account, execution.strategy, scopes) || !ensure_lines(*place, scopes))
    return false;
  instrument = *place;
  return true;
}

/// A position or an order that is not counted: no limit is worth anything from here on.
void RiskBook::halt_uncounted() {
  scopes_[kAll].state = RiskState::Halted;
  scopes_[kAll].cause = deny(DenyCode::TableFull, static_cast<double>(lines_.size()),
                             static_cast<double>(line_index_.capacity()));
}

ExecutionTake RiskBook::execute(const RiskExecution& execution) {
  const RiskLock::Held held = lock_.take();
  if (execution.id != 0) {
    if (executions_.last(execution.id)) return ExecutionTake::Repeated;
    executions_.add(execution.id, execution.now_ms, kNoLimit);
  }
  now_ms_ = std::fmax(now_ms_, execution.now_ms);
  const auto at = execution.key == 0 ? std::nullopt : orders_.find(execution.key);
  OrderScopes scopes;
  std::uint32_t place = 0;
  if (!find_lines(execution, place, scopes) || !std::isfinite(execution.quantity) ||
      !std::isfinite(execution.price)) {
    halt_uncounted();
    return ExecutionTake::Unknown;
  }
  Instrument& instrument = instruments_[place];
  if (std::isnan(instrument.mark)) instrument.mark = execution.price;
  const Quantity size = quantity_of(execution.quantity);
  const Quantity quantity = execution.side == OrderSide::Buy ? size : -size;
  const InstrumentFacts& facts = instrument.facts;
  const Money amount = money_of(units_of(quantity) * execution.price * facts.multiplier * facts.rate);
  for (std::uint8_t i = 0; i < scopes.count; ++i) {
    Scope& scope = scopes_[scopes.scope[i]];
    scope.execute(lines_[scopes.line[i]], quantity, amount, money_of(execution.fee), instrument.mark_value());
    scope.executions.add(now_ms_);
  }
  if (at) {
    WorkingOrder& order = orders_[*at];
    order.filled = sum_of(order.filled, size);
    apply(order.leader);
    if (order.remaining() == 0) end(*at);
  }
  for (std::uint8_t i = 0; i < scopes.count; ++i) scopes_[scopes.scope[i]].watch();
  return ExecutionTake::Taken;
}

bool RiskBook::set_position(std::uint64_t instrument, std::uint64_t account, double quantity,
                            double average_price) {
  const RiskLock::Held held = lock_.take();
  const auto place = instrument_index_.find(instrument);
  OrderScopes scopes;
  if (!place || !std::isfinite(quantity) || !std::isfinite(average_price) ||
      !find_scopes(account, 0, scopes) || !ensure_lines(*place, scopes))
    return false;
  Instrument& known = instruments_[*place];
  if (std::isnan(known.mark)) known.mark = average_price;
  const double unit_value = average_price * known.facts.multiplier * known.facts.rate;
  const Quantity now = quantity_of(quantity);
  // Of all accounts together it is their sum.
  const RiskLine& of_account = lines_[scopes.line[scopes.account]];
  const Quantity more = now - of_account.position;
  const Money more_cost = money_of(quantity * unit_value) - of_account.cost;
  for (std::uint8_t i = 0; i < scopes.count; ++i) {
    RiskLine& line = lines_[scopes.line[i]];
    line.position = sum_of(line.position, more);
    line.cost = sum_of(line.cost, more_cost);
    Scope& scope = scopes_[scopes.scope[i]];
    const Money before = scope.unrealized;
    scope.revalue(line, known.mark_value());
    // What it has gained until now is none of this day's profit.
    scope.unrealized_before += scope.unrealized - before;
  }
  return true;
}

void RiskBook::mark(std::uint64_t instrument, double price) {
  if (!std::isfinite(price)) return;
  const RiskLock::Held held = lock_.take();
  if (const auto place = instrument_index_.find(instrument)) value_at(instruments_[*place], price);
}

void RiskBook::mark_at(std::uint32_t place, double price) {
  if (!std::isfinite(price)) return;
  const RiskLock::Held held = lock_.take();
  if (place < instruments_.size() && instruments_[place].mark != price) value_at(instruments_[place], price);
}

std::size_t RiskBook::instruments() {
  const RiskLock::Held held = lock_.take();
  return instruments_.size();
}

void RiskBook::value_at(Instrument& known, double price) {
  known.mark = price;
  for (std::uint32_t at = known.first_line; at != kNone; at = lines_[at].next_of_instrument) {
    Scope& scope = scopes_[lines_[at].scope];
    scope.revalue(lines_[at], known.mark_value());
    scope.watch();
  }
}

}  // namespace ibkr
