// Each code of what an order does beside others, and to a scope: at its limit, one unit below, one above.
#include <limits>
#include <vector>

#include "support/risk_desk.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using enum DenyCode;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST("STOPPED: no order passes the latch but what flattens, until it is resumed") {
  RiskDesk desk;
  desk.trade(100, 100);
  CHECK(desk.probe(desk.order()));
  CHECK(desk.book.latch().stop());
  CHECK(denied(desk.place(desk.order()), Stopped, 1, 0));
  OrderIntent flat = desk.market(100, OrderSide::Sell);
  flat.flattens = true;
  CHECK(desk.probe(flat));
  flat.quantity = 101;
  CHECK(denied(desk.place(flat), ReduceOnly, 101, 100));
  desk.book.latch().resume();
  CHECK(desk.probe(desk.order()));
}

TEST("HALTED: the state of any of its scopes denies, and Active takes it back") {
  RiskDesk desk;
  for (const std::uint16_t scope : {RiskBook::kAll, desk.account, desk.strategy}) {
    CHECK(desk.probe(desk.order()));
    desk.book.set_state(scope, RiskState::Halted);
    const Decision decision = desk.place(desk.order());
    CHECK(denied(decision, Halted, 2, 0));
    CHECK_EQ(decision.scope, scope);
    desk.book.set_state(scope, RiskState::Active);
  }
}

TEST("REDUCING: up to the position on the other side, with all that works there") {
  RiskDesk desk;
  desk.trade(100, 100);
  desk.book.set_state(desk.account, RiskState::Reducing);
  CHECK(desk.probe(desk.order(99, OrderSide::Sell)));
  CHECK(desk.probe(desk.order(100, OrderSide::Sell)));
  CHECK(denied(desk.place(desk.order(101, OrderSide::Sell)), Reducing, 1, 0));
  CHECK(denied(desk.place(desk.order(1)), Reducing, 1, 0));
  CHECK(desk.place(desk.order(60, OrderSide::Sell)));
  CHECK(denied(desk.place(desk.order(41, OrderSide::Sell)), Reducing, 1, 0));
  CHECK(desk.place(desk.order(40, OrderSide::Sell)));
}

TEST("TABLE_FULL: working orders, lines, references and recent orders each have an end that denies") {
  RiskDesk orders({4, 2, 16, 4, 16, 16, 16});
  CHECK(orders.place(orders.order()));
  CHECK(orders.place(orders.order()));
  CHECK(denied(orders.place(orders.order()), TableFull, 3, 2));
  orders.book.release(1, ReleaseReason::Ended);
  CHECK(orders.place(orders.order()));

  RiskDesk lines({4, 16, 5, 4, 16, 16, 16});
  CHECK(lines.place(lines.order()));  // three lines
  CHECK(lines.book.set_instrument(7, lines.facts));
  OrderIntent other = lines.order();
  other.instrument = 7;
  CHECK(denied(lines.place(other), TableFull, 6, 5));

  RiskDesk refs({4, 16, 16, 4, 1, 16, 16});
  OrderIntent named = refs.order();
  named.ref = 1;
  CHECK(refs.place(named));
  named = refs.order();
  named.ref = 2;
  CHECK(denied(refs.place(named), TableFull, 2, 1));

  RiskDesk recent({4, 16, 16, 4, 16, 2, 16});
  recent.limits.duplicate_window_ms = 1'000;
  recent.renew();
  CHECK(recent.place(recent.order(1)));
  CHECK(recent.place(recent.order(2)));
  CHECK(denied(recent.place(recent.order(3)), TableFull, 3, 2));
  recent.now_ms += 1'000;
  CHECK(recent.place(recent.order(3)));
}

void try_guard(DenyCode code, std::uint8_t bit) {
  RiskDesk desk;
  OrderIntent order = desk.order();
  CHECK(desk.probe(order));
  order.guard = bit;
  CHECK(denied(desk.place(order), code, bit, kAllGuards));
  desk.limits.deny_while = kAllGuards & ~bit;
  desk.renew();
  CHECK(desk.probe(order));
}
TEST("RECONCILING: denied while its connection reconciles, where that is asked for") {
  try_guard(Reconciling, kGuardReconciling);
}
TEST("UPSTREAM_LOST: denied while the gateway cannot reach Interactive Brokers, where that is asked for") {
  try_guard(UpstreamLost, kGuardUpstreamLost);
}
TEST("DATA_STALE: denied while market data is late, where that is asked for") {
  try_guard(DataStale, kGuardDataStale);
}

TEST("IDENTITY_CHANGED: a change of an order keeps instrument, account, strategy and side") {
  RiskDesk desk;
  CHECK(desk.book.set_instrument(7, desk.facts));
  CHECK(desk.book.set_scope(ScopeKind::Account, 8, {}).has_value());
  OrderIntent order = desk.order();
  CHECK(desk.place(order));
  CHECK(desk.place(order));  // the same again: a change of nothing
  const auto changed = [&](auto change) {
    OrderIntent out = order;
    change(out);
    return desk.place(out);
  };
  CHECK(denied(changed([](OrderIntent& o) { o.side = OrderSide::Sell; }), IdentityChanged, 0, 0));
  CHECK(denied(changed([](OrderIntent& o) { o.instrument = 7; }), IdentityChanged, 0, 0));
  CHECK(denied(changed([](OrderIntent& o) { o.account = 8; }), IdentityChanged, 0, 0));
  CHECK(denied(changed([](OrderIntent& o) { o.strategy = 0; }), IdentityChanged, 0, 0));
}

TEST("UNIT_INVALID: one to eight new orders of one instrument, account and strategy") {
  RiskDesk desk;
  const auto unit = [&](std::size_t parts) {
    std::vector<OrderIntent> out;
    for (std::size_t i = 0; i < parts; ++i)
      out.push_back(desk.order(10, i == 0 ? OrderSide::Buy : OrderSide::Sell));
    for (std::size_t i = 1; i < parts; ++i) out[i].limit_price = 101;
    return out;
  };
  for (const std::size_t good : {1u, 7u, 8u}) CHECK(desk.book.check_unit(unit(good), UnitKind::Bracket));
  CHECK(denied(desk.book.check_unit(unit(9), UnitKind::Bracket), UnitInvalid, 9, 8));
  CHECK(denied(desk.book.check_unit(unit(0), UnitKind::Bracket), UnitInvalid, 0, 8));
  auto mixed = unit(2);
  mixed[1].strategy = 0;
  CHECK(denied(desk.book.check_unit(mixed, UnitKind::Bracket), UnitInvalid, 2, 8));
  mixed = unit(2);
  mixed[1].key = mixed[0].key;
  CHECK(denied(desk.book.check_unit(mixed, UnitKind::Oca), UnitInvalid, 2, 8));
  OrderIntent nameless = desk.order();
  nameless.key = 0;
  CHECK(denied(desk.place(nameless), UnitInvalid, 0, 0));
}

TEST("DUPLICATE_ORDER: the same order again within the window, and again at its end") {
  RiskDesk desk;
  desk.limits.duplicate_window_ms = 500;
  desk.renew();
  CHECK(desk.place(desk.order()));
  desk.now_ms += 499;
  CHECK(denied(desk.place(desk.order()), DuplicateOrder, 499, 500));
  CHECK(desk.place(desk.order(101)));
  OrderIntent other = desk.order();
  other.limit_price = 99.99;
  CHECK(desk.place(other));
  desk.now_ms += 1;
  CHECK(desk.place(desk.order()));
  desk.now_ms += 501;
  CHECK(desk.place(desk.order()));
}

TEST("DUPLICATE_REF: one order of a day with each reference; one that was not sent gives it back") {
  RiskDesk desk;
  OrderIntent order = desk.order();
  order.ref = 5;
  CHECK(desk.place(order));
  CHECK(desk.place(order));  // a change keeps its own
  OrderIntent second = desk.order();
  second.ref = 4;
  CHECK(desk.place(second));
  second = desk.order();
  second.ref = 5;
  CHECK(denied(desk.place(second), DuplicateRef, 2, 1));
  desk.book.release(order.key, ReleaseReason::Ended);
  CHECK(denied(desk.place(second), DuplicateRef, 2, 1));
  desk.book.roll_day();
  CHECK(desk.place(second));
  desk.book.release(second.key, ReleaseReason::Unsent);
  CHECK(desk.place(second));
}

TEST("SELF_TRADE: at the price of our own order on the other side, and beyond it") {
  RiskDesk desk;
  OrderIntent sale = desk.order(10, OrderSide::Sell);
  sale.limit_price = 100.05;
  CHECK(desk.place(sale));
  OrderIntent dearer = desk.order(10, OrderSide::Sell);
  dearer.limit_price = 101;
  CHECK(desk.place(dearer));
  OrderIntent buy = desk.order(10);
  buy.limit_price = 100.04;
  CHECK(desk.probe(buy));
  for (const double bad : {100.05, 100.06}) {
    buy.limit_price = bad;
    CHECK(denied(desk.place(buy), SelfTrade, 100.05, bad));
  }
  CHECK(denied(desk.place(desk.market(10)), SelfTrade, 100.05, kInfinity));
  desk.book.release(sale.key, ReleaseReason::Ended);
  CHECK(desk.place(buy));  // the next best is 101
  sale = desk.order(10, OrderSide::Sell);
  sale.limit_price = 100.07;
  CHECK(desk.probe(sale));
  sale.limit_price = 100.06;
  CHECK(denied(desk.place(sale), SelfTrade, 100.06, 100.06));
}

TEST("REDUCE_ONLY: up to the account's position, with what works on that side") {
  RiskDesk desk;
  desk.trade(-50, 100);
  OrderIntent order = desk.order(49);
  order.reduce_only = true;
  CHECK(desk.probe(order));
  order.quantity = 50;
  CHECK(desk.probe(order));
  order.quantity = 51;
  CHECK(denied(desk.place(order), ReduceOnly, 51, 50));
  order.side = OrderSide::Sell;
  CHECK(denied(desk.place(order), ReduceOnly, 51, 0));
}

TEST("SHORT_SALE: up to what can be borrowed, or not at all; what closes a position is none") {
  RiskDesk desk;
  desk.trade(100, 100);
  desk.limits.short_sale = static_cast<double>(ShortSale::Forbidden);
  desk.renew();
  CHECK(desk.probe(desk.order(99, OrderSide::Sell)));
  CHECK(desk.probe(desk.order(100, OrderSide::Sell)));
  CHECK(denied(desk.place(desk.order(101, OrderSide::Sell)), ShortSale, 1, 0));
  desk.limits.short_sale = static_cast<double>(ShortSale::Available);
  desk.renew();  // what can be borrowed is not known
  CHECK(denied(desk.place(desk.order(101, OrderSide::Sell)), ShortSale, 1, 0));
  desk.facts.shortable_shares = 20;
  desk.renew();
  CHECK(desk.probe(desk.order(119, OrderSide::Sell)));
  CHECK(desk.probe(desk.order(120, OrderSide::Sell)));
  CHECK(denied(desk.place(desk.order(121, OrderSide::Sell)), ShortSale, 21, 20));
}

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

/// A soft limit lets what reduces pass from then on; a hard one nothing. `reach`: goes to exactly the limit
/// 3 from 0 in units that pass, `step`: one more of them.
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
