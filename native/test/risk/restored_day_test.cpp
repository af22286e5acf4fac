// What a book has counted, in the book of the next process.
#include "check.hpp"
#include "support/risk_desk.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST("what a day has counted goes on in another book: orders, trades, volume, loss") {
  RiskDesk before;
  before.limits.all.daily_orders_hard = 5;
  before.limits.all.daily_trades_hard = 3;
  before.renew();
  for (int i = 0; i < 4; ++i) before.place(before.order(1));
  before.trade(10, 100);
  before.trade(-10, 95);
  const ScopeDay day = before.book.day(RiskBook::kAll);
  CHECK_EQ(day.orders, 4u);
  CHECK_EQ(day.trades, 2u);
  CHECK_EQ(day.volume, 20.0);
  CHECK_EQ(day.realized, -50.0);
  CHECK_EQ(day.profit, -50.0);

  RiskDesk after;
  after.limits = before.limits;
  after.renew();
  CHECK(after.book.restore_day(RiskBook::kAll, day));
  CHECK(after.place(after.order(1)));
  CHECK(denied(after.place(after.order(1)), DenyCode::DailyOrders, 6, 5));
  CHECK_EQ(after.book.snapshot(RiskBook::kAll).realized, -50.0);
  CHECK_EQ(after.book.snapshot(RiskBook::kAll).drawdown, 50.0);
}

TEST("restoring makes nothing looser, and twice is as once") {
  RiskDesk desk;
  for (int i = 0; i < 3; ++i) desk.place(desk.order(1));
  desk.trade(10, 100);
  desk.trade(-10, 90);
  const ScopeDay own = desk.book.day(RiskBook::kAll);
  const ScopeDay looser{.orders = 1, .trades = 1, .volume = 1, .realized = -1, .profit = kNaN};
  CHECK(desk.book.restore_day(RiskBook::kAll, looser));
  ScopeDay now = desk.book.day(RiskBook::kAll);
  CHECK(now.orders == own.orders && now.trades == own.trades && now.volume == own.volume);
  CHECK(now.realized == own.realized && now.profit == own.profit);
  const ScopeDay stricter{.orders = 9, .trades = 8, .volume = 700, .realized = -600, .profit = -650};
  for (int i = 0; i < 2; ++i) CHECK(desk.book.restore_day(RiskBook::kAll, stricter));
  now = desk.book.day(RiskBook::kAll);
  CHECK(now.orders == 9 && now.trades == 8 && now.volume == 700);
  CHECK(now.realized == -600 && now.profit == -650);
  CHECK(!desk.book.restore_day(7, stricter));
}

TEST("a profit is what it was, whichever comes first, the day or its positions; what prices do counts on") {
  for (const bool day_first : {true, false}) {
    // Bought at 80 the day before, at 100 when the day began, at 110 when it was saved: 1,000 of this day.
    RiskDesk desk;
    const ScopeDay day{.profit = 1'000, .highest_profit = 1'500};
    const auto positions = [&] {
      desk.book.mark(RiskDesk::kInstrument, 110);
      CHECK(desk.book.set_position(RiskDesk::kInstrument, RiskDesk::kAccount, 100, 80));
    };
    if (!day_first) positions();
    for (const std::uint16_t scope : {RiskBook::kAll, desk.account}) CHECK(desk.book.restore_day(scope, day));
    if (day_first) positions();
    CHECK_EQ(desk.book.snapshot(RiskBook::kAll).profit, 1'000.0);
    CHECK_EQ(desk.book.snapshot(desk.account).drawdown, 500.0);
    desk.book.mark(RiskDesk::kInstrument, 95);
    CHECK_EQ(desk.book.snapshot(RiskBook::kAll).profit, -500.0);
    CHECK_EQ(desk.book.snapshot(desk.account).drawdown, 2'000.0);
    // Sold while nobody was there, at 90: of this day 100 × (90 − 100).
    desk.trade(-100, 90);
    CHECK_EQ(desk.book.snapshot(RiskBook::kAll).profit, -1'000.0);
  }
}

TEST(
    "a state that limits or somebody had set is set again with its cause, and the next day takes back what "
    "it may") {
  RiskDesk desk;
  CHECK(desk.book.restore_day(RiskBook::kAll, {.state = RiskState::Reducing, .cause = DenyCode::DailyLoss}));
  CHECK(desk.book.restore_day(desk.account, {.state = RiskState::Halted, .cause = DenyCode::Halted}));
  CHECK_EQ(desk.place(desk.order()).code, DenyCode::DailyLoss);
  // What is stricter already stays.
  CHECK(desk.book.restore_day(desk.account, {.state = RiskState::Reducing, .cause = DenyCode::DailyLoss}));
  CHECK_EQ(desk.book.day(desk.account).cause, DenyCode::Halted);
  desk.book.roll_day();
  CHECK_EQ(desk.book.day(RiskBook::kAll).state, RiskState::Active);
  CHECK_EQ(desk.book.day(desk.account).state, RiskState::Halted);
}

TEST("a loss that is at its limit halts when it is restored") {
  RiskDesk desk;
  desk.limits.all.daily_loss_hard = 100;
  desk.renew();
  CHECK(desk.place(desk.order(1)));
  CHECK(desk.book.restore_day(RiskBook::kAll, {.realized = -200, .profit = -200}));
  CHECK_EQ(desk.book.day(RiskBook::kAll).state, RiskState::Halted);
  CHECK_EQ(desk.place(desk.order(1)).code, DenyCode::DailyLoss);
}

TEST("an execution that was counted before is Repeated when it is told again") {
  RiskDesk desk;
  desk.book.remember_execution(1, desk.now_ms);
  desk.book.remember_execution(1, desk.now_ms);
  desk.book.remember_execution(0, desk.now_ms);
  const OrderIntent order = desk.order(10);
  CHECK_EQ(desk.fill(order, 10, 100), ExecutionTake::Repeated);  // has the id 1
  CHECK_EQ(desk.fill(order, 10, 100), ExecutionTake::Taken);
  CHECK_EQ(desk.book.day(RiskBook::kAll).trades, 1u);
}

}  // namespace
