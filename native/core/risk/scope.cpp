#include "risk/scope.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ibkr {

namespace {

/// The division is exact to the last bit, as limits are written; far below the limit it is not made.
bool above(std::int64_t counted, double scale, double limit) {
  const double value = static_cast<double>(counted);
  return !(value < limit * scale * (1 - 1e-12)) && value / scale > limit;
}

/// Above the limit, and more so than without the order: what leads back is let through.
bool exceeds(std::int64_t after, std::int64_t before, double limit, double scale) {
  return after > before && above(after, scale, limit);
}

struct LineValue {
  Money upper, lower, gross;
};
LineValue value_of(Money value, const Contribution& working) {
  const Money upper = sum_of(value, working.buy_money), lower = sum_of(value, -working.sell_money);
  return {upper, lower, std::max(size_of(upper), size_of(lower))};
}

Contribution with(const Contribution& working, const Contribution& more) {
  return {working.buy + more.buy,
          working.sell + more.sell,
          working.buy_money + more.buy_money,
          working.sell_money + more.sell_money,
          working.margin + more.margin,
          working.orders + more.orders};
}

/// One figure of the day, with the order and with the smallest that there may be.
struct DayFigure {
  DenyCode code;
  std::int64_t with_order;
  std::int64_t with_smallest;
  double scale;
  double soft;
  double hard;

  double shown(std::int64_t counted) const { return static_cast<double>(counted) / scale; }
};

std::array<DayFigure, 6> day_figures(const Scope& scope, const ProposedOrder* order) {
  const ScopeLimits& limits = scope.limits;
  const auto orders = static_cast<std::int64_t>(scope.orders_today);
  const auto trades = static_cast<std::int64_t>(scope.trades_today) + 1;
  const Quantity volume = scope.volume_today;
  std::int64_t with_orders = orders;
  Quantity with_volume = volume;
  if (order != nullptr) {
    with_orders += static_cast<std::int64_t>(order->orders);
    const Quantity more = sum_of(order->more.buy, order->more.sell);
    // A change that adds nothing is judged by nothing.
    if (more > 0) with_volume = sum_of(sum_of(volume, scope.working), more);
  }
  const Money realized = -scope.realized_today, loss = -scope.profit();
  const Money drawdown = scope.highest_profit - scope.profit();
  return {{
      {DenyCode::DailyOrders, with_orders, orders + 1, 1, limits.daily_orders_soft, limits.daily_orders_hard},
      {DenyCode::DailyTrades, trades, trades, 1, limits.daily_trades_soft, limits.daily_trades_hard},
      {DenyCode::DailyVolume, with_volume, sum_of(volume, 1), kQuantityScale, limits.daily_volume_soft,
       limits.daily_volume_hard},
      {DenyCode::DailyRealizedLoss, realized, realized, kMoneyScale, limits.daily_realized_loss_soft,
       limits.daily_realized_loss_hard},
      {DenyCode::DailyLoss, loss, loss, kMoneyScale, limits.daily_loss_soft, limits.daily_loss_hard},
      {DenyCode::Drawdown, drawdown, drawdown, kMoneyScale, limits.drawdown_soft, limits.drawdown_hard},
  }};
}

}  // namespace

Decision Scope::judge(const RiskLine& line, const ProposedOrder& order) const {
  if (!order.flattens)
    if (const Decision no = judge_state(order); !no) return no;
  if (const Decision no = judge_exposure(line, order); !no) return no;
  if (order.flattens) return {};
  if (const Decision no = judge_counts(line, order); !no) return no;
  return judge_day(order);
}

Decision Scope::judge_state(const ProposedOrder& order) const {
  if (state == RiskState::Active || (state == RiskState::Reducing && order.only_reduces)) return {};
  return cause;
}

Decision Scope::judge_exposure(const RiskLine& line, const ProposedOrder& order) const {
  const Contribution working = with(line.working, order.more);
  const std::int64_t largest =
      std::max({working.buy, working.sell, working.buy_money, working.sell_money, working.margin,
                this->working + order.more.buy + order.more.sell, gross, margin});
  if (largest > kMaxSum)
    return deny(DenyCode::AmountTooLarge, static_cast<double>(largest), static_cast<double>(kMaxSum));
  const Quantity worst = RiskLine::worst(line.position, working);
  const Quantity worst_before = RiskLine::worst(line.position, line.working);
  if (exceeds(worst, worst_before, limits.max_position, kQuantityScale))
    return deny(DenyCode::MaxPosition, units_of(worst), limits.max_position);
  if (exceeds(worst, worst_before, order.symbol_limit, kQuantityScale))
    return deny(DenyCode::MaxSymbolPosition, units_of(worst), order.symbol_limit);

  const LineValue after = value_of(line.value, working);
  const Money gross_after = sum_of(gross, after.gross - line.gross);
  if (exceeds(gross_after, gross, limits.max_gross_exposure, kMoneyScale))
    return deny(DenyCode::GrossExposure, amount_of(gross_after), limits.max_gross_exposure);
  const Money net_after = std::max(size_of(sum_of(upper, after.upper - line.upper)),
                                   size_of(sum_of(lower, after.lower - line.lower)));
  const Money net_before = std::max(size_of(upper), size_of(lower));
  if (exceeds(net_after, net_before, limits.max_net_exposure, kMoneyScale))
    return deny(DenyCode::NetExposure, amount_of(net_after), limits.max_net_exposure);
  return judge_account(gross, gross_after, order);
}

Decision Scope::judge_account(Money gross_before, Money gross_after, const ProposedOrder& order) const {
  const bool by_leverage = std::isfinite(limits.max_leverage) && gross_after > gross_before;
  const bool by_funds = std::isfinite(limits.buying_power_percent) && order.more.margin > 0;
  if (!by_leverage && !by_funds) return {};
  const double age = order.now_ms - values.time_ms;
  if (!(age <= limits.max_account_age_ms))
    return deny(DenyCode::AccountValuesStale, age, limits.max_account_age_ms);
  if (by_leverage) {
    const double leverage = values.equity > 0 ? amount_of(gross_after) / values.equity : kNoLimit;
    if (!(leverage <= limits.max_leverage)) return deny(DenyCode::Leverage, leverage, limits.max_leverage);
  }
  if (by_funds) {
    const double needed = amount_of(sum_of(margin, order.more.margin));
    const double funds = values.available_funds * limits.buying_power_percent / 100;
    if (!(needed <= funds)) return deny(DenyCode::BuyingPower, needed, funds);
  }
  return {};
}

Decision Scope::judge_counts(const RiskLine& line, const ProposedOrder& order) const {
  const std::int64_t open = open_orders + order.more.orders;
  if (exceeds(open, open_orders, limits.max_open_orders, 1))
    return deny(DenyCode::OpenOrders, static_cast<double>(open), limits.max_open_orders);
  const std::int64_t of_symbol = line.working.orders + order.more.orders;
  if (exceeds(of_symbol, line.working.orders, limits.max_symbol_open_orders, 1))
    return deny(DenyCode::SymbolOpenOrders, static_cast<double>(of_symbol), limits.max_symbol_open_orders);

  const auto rate = [&](DenyCode code, const RateWindow& window, double window_ms, double limit,
                        std::size_t more) -> Decision {
    if (more == 0 || !window.exceeds(order.now_ms, window_ms, limit, more)) return {};
    return deny(code, static_cast<double>(window.within(order.now_ms, window_ms) + more), limit);
  };
  const double window_ms = limits.rate_window_ms;
  if (const Decision no = rate(DenyCode::OrderRate, orders, window_ms, limits.max_order_rate, order.orders);
      !no)
    return no;
  if (const Decision no =
          rate(DenyCode::ModifyRate, changes, window_ms, limits.max_modify_rate, order.changes);
      !no)
    return no;
  if (const Decision no = rate(DenyCode::MessageRate, messages, window_ms, limits.max_message_rate,
                               order.orders + order.changes);
      !no)
    return no;
  return rate(DenyCode::RepeatedExecutions, executions, limits.execution_window_ms, limits.max_execution_rate,
              1);
}

Decision Scope::judge_day(const ProposedOrder& order) const {
  for (const DayFigure& figure : day_figures(*this, &order)) {
    const bool hard = above(figure.with_order, figure.scale, figure.hard);
    if (!hard && (order.only_reduces || !above(figure.with_order, figure.scale, figure.soft))) continue;
    return deny(figure.code, figure.shown(figure.with_order), hard ? figure.hard : figure.soft);
  }
  return {};
}

void Scope::apply(RiskLine& line, const Contribution& more) {
  line.working = with(line.working, more);
  open_orders += more.orders;
  margin = sum_of(margin, more.margin);
  working = sum_of(working, sum_of(more.buy, more.sell));
  weigh(line);
}

void Scope::count(std::size_t new_orders, std::size_t new_changes, double now_ms) {
  orders_today += new_orders;
  for (std::size_t i = 0; i < new_orders; ++i) orders.add(now_ms);
  for (std::size_t i = 0; i < new_changes; ++i) changes.add(now_ms);
  for (std::size_t i = 0; i < new_orders + new_changes; ++i) messages.add(now_ms);
  // Of the day's figures an order moves this one alone.
  const double next = static_cast<double>(orders_today) + 1;
  if (new_orders > 0 && (next > limits.daily_orders_soft || next > limits.daily_orders_hard)) watch();
}

void Scope::execute(RiskLine& line, Quantity quantity, Money amount, Money fee, double mark_value) {
  ++trades_today;
  volume_today = sum_of(volume_today, size_of(quantity));
  realized_today -= fee;
  const bool closes = (line.position > 0) != (quantity > 0) && line.position != 0;
  if (!closes) {
    line.cost = sum_of(line.cost, amount);
  } else {
    // What it closes, at the average cost of the position; what goes beyond opens one the other way.
    const Quantity closed = std::min(size_of(quantity), size_of(line.position));
    const double share = static_cast<double>(closed) / static_cast<double>(size_of(line.position));
    const double of_order = static_cast<double>(closed) / static_cast<double>(size_of(quantity));
    const Money cost =
        closed == size_of(line.position) ? line.cost : std::llround(static_cast<double>(line.cost) * share);
    const Money closing =
        closed == size_of(quantity) ? amount : std::llround(static_cast<double>(amount) * of_order);
    // Cost and amount have opposite signs.
    realized_today -= cost + closing;
    line.cost = line.cost - cost + (amount - closing);
  }
  line.position = sum_of(line.position, quantity);
  revalue(line, mark_value);
}

void Scope::revalue(RiskLine& line, double mark_value) {
  line.value = money_of(units_of(line.position) * mark_value);
  const Money gain = line.value - line.cost;
  unrealized += gain - line.unrealized;
  line.unrealized = gain;
  weigh(line);
}

void Scope::weigh(RiskLine& line) {
  const LineValue now = value_of(line.value, line.working);
  gross = sum_of(gross, now.gross - line.gross);
  upper = sum_of(upper, now.upper - line.upper);
  lower = sum_of(lower, now.lower - line.lower);
  line.gross = now.gross;
  line.upper = now.upper;
  line.lower = now.lower;
}

void Scope::watch() {
  highest_profit = std::max(highest_profit, profit());
  for (const DayFigure& figure : day_figures(*this, nullptr)) {
    if (state != RiskState::Halted && above(figure.with_smallest, figure.scale, figure.hard)) {
      state = RiskState::Halted;
      cause = deny(figure.code, figure.shown(figure.with_smallest), figure.hard);
    } else if (state == RiskState::Active && above(figure.with_smallest, figure.scale, figure.soft)) {
      state = RiskState::Reducing;
      cause = deny(figure.code, figure.shown(figure.with_smallest), figure.soft);
    }
  }
}

void Scope::roll_day() {
  orders_today = trades_today = 0;
  volume_today = realized_today = 0;
  unrealized_before = unrealized;
  highest_profit = 0;
  const bool by_hand = cause.code == DenyCode::Halted || cause.code == DenyCode::Reducing;
  if (state != RiskState::Active && !by_hand) {
    state = RiskState::Active;
    cause = {};
  }
}

}  // namespace ibkr
