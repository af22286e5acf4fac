// What becomes of a reservation: changes, units, executions, ends, days.
#include <array>

#include "support/risk_desk.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

LineSnapshot line_of(RiskDesk& desk) { return desk.book.line(RiskBook::kAll, RiskDesk::kInstrument); }

TEST("a change reserves the worse of both until it is settled, and then what is in force") {
  RiskDesk desk;
  OrderIntent order = desk.order(100);
  CHECK(desk.place(order));
  order.quantity = 40;
  CHECK(desk.place(order));
  CHECK_EQ(line_of(desk).working_buys, 100.0);
  desk.book.settle_change(order.key, true);
  CHECK_EQ(line_of(desk).working_buys, 40.0);
  order.quantity = 70;
  CHECK(desk.place(order));
  CHECK_EQ(line_of(desk).working_buys, 70.0);
  desk.book.settle_change(order.key, false);
  CHECK_EQ(line_of(desk).working_buys, 40.0);
}

TEST(
    "a change is judged by what it adds: one that makes less passes above the limit, one that is denied "
    "changes nothing") {
  RiskDesk desk;
  OrderIntent order = desk.order(100);
  CHECK(desk.place(order));
  desk.limits.all.max_position = 50;
  desk.renew();
  order.quantity = 60;
  CHECK(desk.place(order));
  desk.book.settle_change(order.key, true);
  order.quantity = 61;
  CHECK(denied(desk.place(order), DenyCode::MaxPosition, 61, 50));
  CHECK_EQ(line_of(desk).working_buys, 60.0);
  order.quantity = 60;
  CHECK(desk.place(order));
}

TEST("a bracket counts what it opens; of its exits only what was opened, and once") {
  RiskDesk desk;
  desk.limits.short_sale = static_cast<double>(ShortSale::Forbidden);
  desk.renew();
  std::array<OrderIntent, 3> parts{desk.order(100), desk.order(100, OrderSide::Sell),
                                   desk.market(100, OrderSide::Sell)};
  parts[1].limit_price = 103;
  parts[2].type = OrderType::Stop;
  parts[2].aux_price = 97;
  CHECK(desk.book.check_unit(parts, UnitKind::Bracket));
  CHECK_EQ(line_of(desk).working_buys, 100.0);
  CHECK_EQ(line_of(desk).working_sales, 0.0);
  CHECK_EQ(line_of(desk).orders, 3);
  CHECK(desk.fill(parts[0], 30, 100) == ExecutionTake::Taken);
  CHECK_EQ(line_of(desk).working_buys, 70.0);
  CHECK_EQ(line_of(desk).working_sales, 30.0);
  CHECK(desk.fill(parts[0], 70, 100) == ExecutionTake::Taken);
  CHECK_EQ(line_of(desk).working_sales, 100.0);
  CHECK_EQ(line_of(desk).orders, 2);
  CHECK(desk.fill(parts[1], 100, 103) == ExecutionTake::Taken);
  CHECK_EQ(line_of(desk).position, 0.0);
  CHECK_EQ(line_of(desk).working_sales, 100.0);  // until the gateway has cancelled it, it may execute
  desk.book.release(parts[2].key, ReleaseReason::Ended);
  CHECK_EQ(line_of(desk).working_sales, 0.0);
  CHECK_EQ(line_of(desk).orders, 0);
}

TEST("a unit is reserved whole or not at all, and says which part it was") {
  RiskDesk desk;
  std::array<OrderIntent, 2> parts{desk.order(100), desk.order(100, OrderSide::Sell)};
  parts[1].limit_price = 103.005;
  const Decision decision = desk.book.check_unit(parts, UnitKind::Bracket);
  CHECK(denied(decision, DenyCode::TickSize, 103.005, 0.01));
  CHECK_EQ(decision.part, 1);
  desk.limits.all.max_open_orders = 1;
  desk.renew();
  parts[1].limit_price = 103;
  CHECK(denied(desk.book.check_unit(parts, UnitKind::Bracket), DenyCode::OpenOrders, 2, 1));
  CHECK_EQ(line_of(desk).orders, 0);
  CHECK_EQ(desk.book.snapshot(RiskBook::kAll).orders_today, 0u);
  desk.limits.all.max_open_orders = 2;
  desk.renew();
  CHECK(desk.book.check_unit(parts, UnitKind::Bracket));
}

TEST("of an OCA group the largest on each side counts") {
  RiskDesk desk;
  std::array<OrderIntent, 3> parts{desk.order(100), desk.order(60), desk.order(80, OrderSide::Sell)};
  parts[2].limit_price = 101;
  CHECK(desk.book.check_unit(parts, UnitKind::Oca));
  CHECK_EQ(line_of(desk).working_buys, 100.0);
  CHECK_EQ(line_of(desk).working_sales, 80.0);
  desk.book.release(parts[0].key, ReleaseReason::Ended);
  CHECK_EQ(line_of(desk).working_buys, 60.0);
}

TEST(
    "an execution is counted once, also of an order that nobody knows, and what cannot be counted halts "
    "everything") {
  RiskDesk desk;
  RiskExecution other{.id = 9,
                      .instrument = RiskDesk::kInstrument,
                      .account = RiskDesk::kAccount,
                      .side = OrderSide::Sell,
                      .quantity = 25,
                      .price = 101};
  CHECK(desk.book.execute(other) == ExecutionTake::Taken);
  CHECK(desk.book.execute(other) == ExecutionTake::Repeated);
  CHECK_EQ(line_of(desk).position, -25.0);
  other.id = 10;
  other.instrument = 77;
  CHECK(desk.book.execute(other) == ExecutionTake::Unknown);
  CHECK(desk.book.snapshot(RiskBook::kAll).state == RiskState::Halted);
  CHECK(!desk.place(desk.order()));
}

TEST(
    "an order that was cancelled may still have been executed: the position counts, nothing is given back "
    "twice") {
  RiskDesk desk;
  const OrderIntent order = desk.order(100);
  CHECK(desk.place(order));
  desk.book.release(order.key, ReleaseReason::Ended);
  CHECK(desk.fill(order, 100, 100) == ExecutionTake::Taken);
  CHECK_EQ(line_of(desk).position, 100.0);
  CHECK_EQ(line_of(desk).working_buys, 0.0);
}

TEST("profit: closing at average cost, going through zero, multiplier, rate, commissions, the mark") {
  RiskDesk desk;
  desk.facts.multiplier = 10;
  desk.facts.rate = 0.5;
  desk.renew();
  desk.trade(10, 100);
  desk.trade(10, 110);   // average 105
  desk.trade(-30, 107);  // 20 × 2 × 5, and short 10 at 107
  CHECK_EQ(desk.book.snapshot(RiskBook::kAll).realized, 200.0);
  desk.book.mark(RiskDesk::kInstrument, 106);
  CHECK_EQ(desk.book.snapshot(RiskBook::kAll).profit, 250.0);
  const OrderIntent back = desk.order(10);
  CHECK(desk.fill(back, 10, 108, 3) == ExecutionTake::Taken);
  const ScopeSnapshot now = desk.book.snapshot(RiskBook::kAll);
  CHECK_EQ(now.realized, 147.0);
  CHECK_EQ(now.profit, 147.0);
  CHECK_EQ(now.volume_today, 60.0);
  CHECK_EQ(now.trades_today, 4u);
}

TEST("the gateway's word on a position replaces ours, is no profit of the day, and adds up over accounts") {
  RiskDesk desk;
  CHECK(desk.book.set_scope(ScopeKind::Account, 8, {}).has_value());
  CHECK(desk.book.set_position(RiskDesk::kInstrument, RiskDesk::kAccount, 100, 90));
  CHECK(desk.book.set_position(RiskDesk::kInstrument, 8, -30, 95));
  CHECK_EQ(line_of(desk).position, 70.0);
  CHECK(desk.book.set_position(RiskDesk::kInstrument, RiskDesk::kAccount, 40, 90));
  CHECK_EQ(line_of(desk).position, 10.0);
  CHECK_EQ(desk.book.snapshot(RiskBook::kAll).profit, 0.0);
  desk.book.mark(RiskDesk::kInstrument, 101);
  CHECK_EQ(desk.book.snapshot(desk.account).profit, 40.0);
  CHECK_EQ(desk.book.snapshot(RiskBook::kAll).profit, 10.0);
}

TEST("a state that was set by hand outlives the day") {
  RiskDesk desk;
  desk.book.set_state(RiskBook::kAll, RiskState::Halted);
  desk.book.roll_day();
  CHECK(denied(desk.place(desk.order()), DenyCode::Halted, 2, 0));
}

}  // namespace
