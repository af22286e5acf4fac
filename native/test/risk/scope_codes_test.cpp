// Each code of what an order does to a scope: at its limit, one unit below, one above.
#include <limits>

#include "support/risk_desk.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using enum DenyCode;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST("MAX_POSITION: of all, of the account, of the strategy, with working orders at worst") {
  for (int which = 0; which < 3; ++which) {
    RiskDesk desk;
    (which == 0   ? desk.limits.all
     : which == 1 ? desk.account_limits
                  : desk.strategy_limits)
        .max_position = 100;
    desk.renew();
    desk.trade(30, 100);
    CHECK(desk.place(desk.order(50)));
    CHECK(desk.probe(desk.order(19)));
    CHECK(desk.probe(desk.order(20)));
    const Decision decision = desk.place(desk.order(21));
    CHECK(denied(decision, MaxPosition, 101, 100));
    CHECK_EQ(decision.scope, which == 0 ? RiskBook::kAll : which == 1 ? desk.account : desk.strategy);
    OrderIntent sale = desk.order(130, OrderSide::Sell);
    sale.limit_price = 100.01;
    CHECK(desk.probe(sale));
    sale.quantity = 131;
    CHECK(denied(desk.place(sale), MaxPosition, 101, 100));
  }
}

TEST("MAX_SYMBOL_POSITION: the instrument's own, of all accounts together") {
  RiskDesk desk;
  desk.facts.max_position = 100;
  desk.renew();
  CHECK(desk.book.set_scope(ScopeKind::Account, 8, {}).has_value());
  OrderIntent other = desk.order(60);
  other.account = 8;
  CHECK(desk.place(other));
  CHECK(desk.probe(desk.order(39)));
  CHECK(desk.probe(desk.order(40)));
  CHECK(denied(desk.place(desk.order(41)), MaxSymbolPosition, 101, 100));
}

TEST("GROSS_EXPOSURE: both sides count") {
  RiskDesk desk;
  CHECK(desk.book.set_instrument(7, desk.facts));
  desk.limits.all.max_gross_exposure = 20'000;
  desk.renew();
  OrderIntent other = desk.order(100, OrderSide::Sell);
  other.instrument = 7;
  CHECK(desk.place(other));
  CHECK(desk.probe(desk.order(99)));
  CHECK(desk.probe(desk.order(100)));
  CHECK(denied(desk.place(desk.order(101)), GrossExposure, 20'100, 20'000));
}

TEST("NET_EXPOSURE: positions on both sides cancel, working orders on both do not") {
  RiskDesk desk;
  CHECK(desk.book.set_instrument(7, desk.facts));
  desk.limits.all.max_net_exposure = 10'000;
  desk.renew();
  OrderIntent other = desk.order(100, OrderSide::Sell);
  other.instrument = 7;
  desk.book.mark(7, 100);
  CHECK(desk.fill(other, 100, 100) == ExecutionTake::Taken);  // −10,000
  for (const double good : {199.0, 200.0}) CHECK(desk.probe(desk.order(good)));
  CHECK(denied(desk.place(desk.order(201)), NetExposure, 10'100, 10'000));
  CHECK(desk.place(desk.order(50)));
  CHECK(denied(desk.place([&] {
    OrderIntent sale = desk.order(1, OrderSide::Sell);
    sale.limit_price = 100.01;
    return sale;
  }()),
               NetExposure, 10'100.01, 10'000));
}

TEST("LEVERAGE: gross exposure for each unit of equity") {
  RiskDesk desk;
  desk.account_limits.max_leverage = 2;
  desk.renew();
  desk.book.set_account_values(desk.account, {5'000, 0, desk.now_ms});
  CHECK(desk.probe(desk.order(99)));
  CHECK(desk.probe(desk.order(100)));
  CHECK(denied(desk.place(desk.order(101)), Leverage, 2.02, 2));
  desk.book.set_account_values(desk.account, {-1, 0, desk.now_ms});
  CHECK(denied(desk.place(desk.order(1)), Leverage, kInfinity, 2));
}

TEST("ACCOUNT_VALUES_STALE: equity and funds as old as the limit are known, older ones and none are not") {
  RiskDesk desk;
  desk.account_limits.max_leverage = 100;
  desk.account_limits.max_account_age_ms = 1'000;
  desk.renew();
  CHECK(denied(desk.place(desk.order()), AccountValuesStale, kInfinity, 1'000));
  for (const double good : {999.0, 1'000.0}) {
    desk.book.set_account_values(desk.account, {5'000, 0, desk.now_ms - good});
    CHECK(desk.probe(desk.order()));
  }
  desk.book.set_account_values(desk.account, {5'000, 0, desk.now_ms - 1'001});
  CHECK(denied(desk.place(desk.order()), AccountValuesStale, 1'001, 1'000));
}

TEST("BUYING_POWER: margin of the what-if, else a share of the notional; closing needs none") {
  RiskDesk desk;
  desk.account_limits.buying_power_percent = 50;
  desk.account_limits.margin_percent = 25;
  desk.renew();
  desk.book.set_account_values(desk.account, {0, 5'000, desk.now_ms});
  CHECK(desk.probe(desk.order(99)));
  CHECK(desk.probe(desk.order(100)));
  CHECK(denied(desk.place(desk.order(101)), BuyingPower, 2'525, 2'500));
  OrderIntent known = desk.order(1'000);
  known.margin = 2'500;
  CHECK(desk.probe(known));
  known.margin = 2'500.01;
  CHECK(denied(desk.place(known), BuyingPower, 2'500.01, 2'500));
  desk.trade(500, 100);
  desk.book.set_account_values(desk.account, {0, 0, desk.now_ms});
  CHECK(desk.probe(desk.order(500, OrderSide::Sell)));
  CHECK(desk.place(desk.order(1)).code == BuyingPower);
}

TEST("OPEN_ORDERS: working orders of the scope") {
  RiskDesk desk;
  desk.limits.all.max_open_orders = 2;
  desk.renew();
  CHECK(desk.place(desk.order()));
  CHECK(desk.place(desk.order()));
  CHECK(denied(desk.place(desk.order()), OpenOrders, 3, 2));
  desk.book.release(1, ReleaseReason::Ended);
  CHECK(desk.place(desk.order()));
}

TEST("SYMBOL_OPEN_ORDERS: working orders of the instrument, others have their own count") {
  RiskDesk desk;
  CHECK(desk.book.set_instrument(7, desk.facts));
  desk.strategy_limits.max_symbol_open_orders = 2;
  desk.renew();
  CHECK(desk.place(desk.order()));
  CHECK(desk.place(desk.order()));
  CHECK(denied(desk.place(desk.order()), SymbolOpenOrders, 3, 2));
  OrderIntent other = desk.order();
  other.instrument = 7;
  CHECK(desk.place(other));
}

TEST("ORDER_RATE: new orders of a window that slides") {
  RiskDesk desk;
  desk.limits.all.max_order_rate = 3;
  desk.renew();
  for (int i = 0; i < 3; ++i) {
    CHECK(desk.place(desk.order()));
    desk.now_ms += 100;
  }
  CHECK(denied(desk.place(desk.order()), OrderRate, 4, 3));
  desk.now_ms += 699;
  CHECK(denied(desk.place(desk.order()), OrderRate, 4, 3));
  desk.now_ms += 1;
  CHECK(desk.place(desk.order()));
  CHECK(denied(desk.place(desk.order()), OrderRate, 4, 3));
}

TEST("MODIFY_RATE: changes of a window that slides; orders have their own") {
  RiskDesk desk;
  desk.limits.all.max_modify_rate = 2;
  desk.renew();
  OrderIntent order = desk.order();
  CHECK(desk.place(order));
  CHECK(desk.place(order));
  CHECK(desk.place(order));
  CHECK(denied(desk.place(order), ModifyRate, 3, 2));
  CHECK(desk.place(desk.order()));
  order.now_ms = desk.now_ms + 1'000;
  CHECK(desk.place(order));
}

TEST("MESSAGE_RATE: orders, changes and cancels together, and a cancel always passes") {
  RiskDesk desk;
  desk.account_limits.max_message_rate = 4;
  desk.renew();
  OrderIntent order = desk.order();
  CHECK(desk.place(order));
  CHECK(desk.place(order));
  desk.book.count_cancel(order.key, desk.now_ms);
  CHECK(desk.place(order));
  CHECK(denied(desk.place(order), MessageRate, 5, 4));
  desk.book.count_cancel(order.key, desk.now_ms);
  CHECK(denied(desk.place(order), MessageRate, 6, 4));
}

TEST("REPEATED_EXECUTIONS: as many in a window as the limit, and no order that could bring one more") {
  RiskDesk desk;
  desk.strategy_limits.max_execution_rate = 3;
  desk.renew();
  desk.trade(1, 100);
  desk.trade(1, 100);
  CHECK(desk.probe(desk.order()));
  desk.trade(1, 100);
  CHECK(denied(desk.place(desk.order()), RepeatedExecutions, 4, 3));
  desk.now_ms += 1'000;
  CHECK(desk.probe(desk.order()));
}

// A soft limit lets what reduces pass from then on, a hard one nothing.

TEST(
    "DAILY_ORDERS: the last one passes; then soft is REDUCING, hard is HALTED, and the day's end takes it "
    "back") {
  RiskDesk desk;
  desk.trade(100, 100);
  desk.limits.all.daily_orders_soft = 2;
  desk.limits.all.daily_orders_hard = 4;
  desk.renew();
  CHECK(desk.place(desk.order()));
  CHECK(desk.book.snapshot(RiskBook::kAll).state == RiskState::Active);
  CHECK(desk.place(desk.order()));
  CHECK(desk.book.snapshot(RiskBook::kAll).state == RiskState::Reducing);
  CHECK(denied(desk.place(desk.order()), DailyOrders, 3, 2));
  const auto sale = [&] {
    OrderIntent out = desk.order(10, OrderSide::Sell);
    out.limit_price = 100.01;
    return out;
  };
  CHECK(desk.place(sale()));
  CHECK(desk.place(sale()));
  CHECK(desk.book.snapshot(RiskBook::kAll).state == RiskState::Halted);
  CHECK(denied(desk.place(sale()), DailyOrders, 5, 4));
  desk.book.roll_day();
  CHECK(desk.place(desk.order()));
}

TEST("DAILY_TRADES: soft is REDUCING, hard is HALTED") {
  RiskDesk desk;
  desk.account_limits.daily_trades_soft = 2;
  desk.account_limits.daily_trades_hard = 3;
  desk.renew();
  desk.trade(10, 100);
  CHECK(desk.probe(desk.order()));
  desk.trade(10, 100);
  CHECK(denied(desk.place(desk.order()), DailyTrades, 3, 2));
  CHECK(desk.probe(desk.order(20, OrderSide::Sell)));
  desk.trade(10, 100);
  CHECK(denied(desk.place(desk.order(20, OrderSide::Sell)), DailyTrades, 4, 3));
}

TEST("DAILY_VOLUME: what was executed and all that works, with the order") {
  RiskDesk desk;
  desk.limits.all.daily_volume_soft = 100;
  desk.limits.all.daily_volume_hard = 150;
  desk.renew();
  desk.trade(30, 100);
  CHECK(desk.place(desk.order(40)));
  CHECK(desk.probe(desk.order(29)));
  CHECK(desk.probe(desk.order(30)));
  CHECK(denied(desk.place(desk.order(31)), DailyVolume, 101, 100));
  CHECK(desk.book.snapshot(RiskBook::kAll).state == RiskState::Active);  // denied, and no more
  desk.trade(70, 100);
  CHECK(desk.book.snapshot(RiskBook::kAll).state == RiskState::Reducing);
  OrderIntent sale = desk.order(10, OrderSide::Sell);
  sale.limit_price = 100.01;
  CHECK(desk.probe(sale));
  sale.quantity = 11;
  CHECK(denied(desk.place(sale), DailyVolume, 151, 150));
  desk.trade(50, 100);
  CHECK(desk.book.snapshot(RiskBook::kAll).state == RiskState::Halted);
}

TEST("DAILY_REALIZED_LOSS: executions at average cost, commissions included") {
  RiskDesk desk;
  desk.limits.all.daily_realized_loss_soft = 500;
  desk.limits.all.daily_realized_loss_hard = 1'000;
  desk.renew();
  desk.trade(200, 100);
  desk.trade(-100, 95.01);  // −499
  CHECK(desk.probe(desk.order()));
  OrderIntent dear = desk.order(1, OrderSide::Sell);
  CHECK(desk.fill(dear, 1, 100, 1) == ExecutionTake::Taken);  // −500
  CHECK(desk.probe(desk.order()));
  CHECK(desk.fill(desk.order(1, OrderSide::Sell), 1, 100, 0.01) == ExecutionTake::Taken);
  CHECK(denied(desk.place(desk.order()), DailyRealizedLoss, 500.01, 500));
  CHECK(desk.probe(desk.order(98, OrderSide::Sell)));
  desk.trade(-90, 94.4445);  // −999.995 − 0.01
  CHECK(denied(desk.place(desk.order(1, OrderSide::Sell)), DailyRealizedLoss, 1'000.005, 1'000));
}

TEST("DAILY_LOSS: realised and unrealised, since the day began") {
  RiskDesk desk;
  desk.limits.all.daily_loss_soft = 100;
  desk.limits.all.daily_loss_hard = 200;
  desk.limits.collar_percent = kNoLimit;
  desk.renew();
  desk.trade(100, 100);
  for (const double good : {99.01, 99.0}) {
    desk.book.mark(RiskDesk::kInstrument, good);
    CHECK(desk.probe(desk.order()));
  }
  desk.book.mark(RiskDesk::kInstrument, 98.99);
  CHECK(denied(desk.place(desk.order()), DailyLoss, 101, 100));
  desk.book.mark(RiskDesk::kInstrument, 100);  // it never goes back by itself
  CHECK(denied(desk.place(desk.order()), DailyLoss, 101, 100));
  CHECK(desk.probe(desk.order(100, OrderSide::Sell)));
  desk.book.mark(RiskDesk::kInstrument, 97.99);
  CHECK(denied(desk.place(desk.order(100, OrderSide::Sell)), DailyLoss, 201, 200));
  desk.book.roll_day();  // what is lost is lost: the next day begins at 0
  CHECK(desk.probe(desk.order()));
  desk.book.mark(RiskDesk::kInstrument, 96.99);
  CHECK(desk.probe(desk.order()));
}

TEST("DRAWDOWN: from the day's highest profit") {
  RiskDesk desk;
  desk.limits.all.drawdown_soft = 100;
  desk.limits.all.drawdown_hard = 300;
  desk.renew();
  desk.trade(100, 100);
  desk.book.mark(RiskDesk::kInstrument, 103);
  for (const double good : {102.01, 102.0}) {
    desk.book.mark(RiskDesk::kInstrument, good);
    CHECK(desk.probe(desk.order()));
  }
  desk.book.mark(RiskDesk::kInstrument, 101.99);
  CHECK(denied(desk.place(desk.order()), Drawdown, 101, 100));
  CHECK(desk.probe(desk.order(100, OrderSide::Sell)));
  desk.book.mark(RiskDesk::kInstrument, 99.99);
  CHECK(denied(desk.place(desk.order(100, OrderSide::Sell)), Drawdown, 301, 300));
}

}  // namespace
