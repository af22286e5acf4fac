// Each code of the gate's state and of what an order is beside others: at its limit, one unit below, one
// above.
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

}  // namespace
