// When bars close and what goes into them: each policy of bar_builder.hpp in a worked example.
#include <cmath>
#include <string>

#include "bars/bar_series.hpp"
#include "check.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("a bar by time: open, high, low, close, volume, VWAP and count of its interval") {
  Series bars(minutes());
  CHECK_EQ(bars.forming(), "none");
  bars->take(60'000, 10, 100);
  bars->take(70'000, 12, 50);
  bars->take(80'000, 9, 200);
  CHECK_EQ(bars->take(119'999, 11, 25), BarEvent::None);
  CHECK_EQ(bars.forming(), "60000-120000 10 12 9 11 375 x4");
  CHECK_EQ(bars->take(120'000, 13, 1), BarEvent::Closed);
  CHECK_EQ(bars.newest(), "60000-120000 10 12 9 11 375 x4");
  CHECK_EQ(bars.forming(), "120000-180000 13 13 13 13 1 x1");
  Bar bar;
  REQUIRE(bars.memory().read(0, bar) == BarMemory::Read::Ok);
  CHECK_EQ(bar.notional, 10.0 * 100 + 12 * 50 + 9 * 200 + 11 * 25);
  CHECK_EQ(bar.vwap(), 3675.0 / 375);
}

TEST("a bar closes on the clock though no tick comes, and waits for late ticks as long as it is told") {
  BarSpec spec = minutes();
  spec.wait_ms = 500;
  Series bars(spec);
  CHECK_EQ(bars->next_close_ms(), kInfinity);
  CHECK_EQ(bars->advance(1e9), BarEvent::None);
  bars->take(61'000, 10, 1);
  CHECK_EQ(bars->next_close_ms(), 120'500.0);
  CHECK_EQ(bars->advance(120'499), BarEvent::None);
  bars->take(119'000, 11, 1);  // in time
  CHECK_EQ(bars->advance(120'500), BarEvent::Closed);
  CHECK_EQ(bars.newest(), "60000-120000 10 11 10 11 2 x2");
  CHECK_EQ(bars.forming(), "none");
  CHECK_EQ(bars->advance(200'000), BarEvent::None);
}

TEST("empty intervals make no bar, or one at the last close, on the clock and before the next tick") {
  Series skipped(minutes());
  skipped->take(0, 10, 1);
  skipped->take(180'000, 11, 1);
  CHECK_EQ(skipped.memory().closed(), 1u);
  BarSpec spec = minutes();
  spec.empty = EmptyBars::Carry;
  Series carried(spec);
  CHECK_EQ(carried->advance(300'000), BarEvent::None);  // no close to carry yet
  carried->take(300'000, 10, 1);
  carried->take(301'000, 12, 1);
  CHECK_EQ(carried->advance(420'000), BarEvent::Closed);
  CHECK_EQ(carried->next_close_ms(), 480'000.0);
  CHECK_EQ(carried.newest(2), "300000-360000 10 12 10 12 2 x2");
  CHECK_EQ(carried.newest(), "360000-420000 12 12 12 12 0 x0 carried");
  CHECK_EQ(carried.forming(), "none");
  CHECK_EQ(carried->take(541'000, 11, 1), BarEvent::Closed);
  CHECK_EQ(carried.newest(2), "420000-480000 12 12 12 12 0 x0 carried");
  CHECK_EQ(carried.newest(1), "480000-540000 12 12 12 12 0 x0 carried");
  CHECK_EQ(carried.forming(), "540000-600000 11 11 11 11 1 x1");
  Bar bar;
  REQUIRE(carried.memory().read(1, bar) == BarMemory::Read::Ok);
  CHECK(std::isnan(bar.vwap()) && std::isnan(bar.first_ms) && std::isnan(bar.last_ms));
}

TEST("of more empty bars than the memory holds only the newest are made; the numbers go on") {
  BarSpec spec = minutes();
  spec.size = 0.001;
  spec.empty = EmptyBars::Carry;
  Series bars(spec, 0, 4);
  bars->take(0, 10, 1);
  bars->advance(8e15);  // would be eight quadrillion of them
  CHECK_EQ(bars.memory().closed(), static_cast<std::uint32_t>(8'000'000'000'000'000));
  CHECK_EQ(bars.newest(1), "8e+15-8e+15 10 10 10 10 0 x0 carried");
  Bar bar;
  REQUIRE(bars.memory().read(bars.memory().closed() - 4, bar) == BarMemory::Read::Ok);
  CHECK_EQ(bar.start_ms, 8e15 - 4);
  CHECK_EQ(bars->take(8e15, 11, 1), BarEvent::None);
  CHECK_EQ(bars.memory().read(bars.memory().closed() - 4, bar), BarMemory::Read::NotThere);
}

TEST("a late tick is dropped and counted, or amends the newest closed bar and no other") {
  for (const LateTicks late : {LateTicks::Drop, LateTicks::Amend}) {
    BarSpec spec = minutes();
    spec.late = late;
    Series bars(spec);
    bars->take(10'000, 10, 100);
    bars->take(70'000, 11, 100);
    const bool amends = late == LateTicks::Amend;
    CHECK_EQ(bars->take(59'000, 9, 50),
             amends ? BarEvent::Amended : BarEvent::None);  // by its time the last one
    CHECK_EQ(bars.newest(), amends ? "0-60000 10 10 9 9 150 x2 amended" : "0-60000 10 10 10 10 100 x1");
    bars->take(5'000, 8, 50);  // and this one the first
    CHECK_EQ(bars.newest(), amends ? "0-60000 8 10 8 9 200 x3 amended" : "0-60000 10 10 10 10 100 x1");
    CHECK_EQ(bars.forming(), "60000-120000 11 11 11 11 100 x1");
    bars->advance(120'000);
    CHECK_EQ(bars->take(110'000, 12, 1), amends ? BarEvent::Amended : BarEvent::None);
    CHECK_EQ(bars->take(59'000, 9, 50), BarEvent::None);  // another one was closed since
    CHECK_EQ(bars.memory().losses(BarLoss::Late), amends ? 1u : 4u);
  }
}

TEST("within the forming bar no tick is late: open and close are by time, equal times by arrival") {
  Series bars(minutes());
  bars->take(30'000, 10, 1);
  bars->take(20'000, 11, 1);
  bars->take(25'000, 12, 1);
  bars->take(20'000, 13, 1);
  bars->take(30'000, 14, 1);
  CHECK_EQ(bars.forming(), "0-60000 11 14 10 14 5 x5");
}

TEST("an empty interval that the clock has passed still gets a bar, while there is no later one") {
  Series bars(minutes());
  bars->take(0, 10, 1);
  bars->advance(180'500);
  bars->take(170'000, 11, 1);
  CHECK_EQ(bars.forming(), "120000-180000 11 11 11 11 1 x1");
  CHECK_EQ(bars->take(70'000, 12, 1), BarEvent::None);
  CHECK_EQ(bars.memory().losses(BarLoss::Late), 1u);
  CHECK_EQ(bars->advance(180'500), BarEvent::Closed);
}

TEST("a late tick makes a carried bar a real one") {
  BarSpec spec = minutes();
  spec.empty = EmptyBars::Carry;
  Series bars(spec);
  bars->take(0, 10, 1);
  bars->advance(120'000);
  CHECK_EQ(bars->take(100'000, 11, 5), BarEvent::Amended);
  CHECK_EQ(bars.newest(), "60000-120000 11 11 11 11 5 x1 amended");
  bars->advance(180'000);
  CHECK_EQ(bars.newest(), "120000-180000 11 11 11 11 0 x0 carried");
}

TEST("bars by ticks, volume and notional hold the tick that fills them whole") {
  Series ticks({.by = BarBy::Ticks, .size = 2});
  ticks->take(1'000, 10, 1);
  CHECK_EQ(ticks->take(2'000, 11, 1), BarEvent::Closed);
  CHECK_EQ(ticks.newest(), "1000-2000 10 11 10 11 2 x2 gap");
  Series volume({.by = BarBy::Volume, .size = 100});
  volume->take(1'000, 10, 99);
  CHECK_EQ(volume->take(2'000, 11, 250), BarEvent::Closed);
  CHECK_EQ(volume.newest(), "1000-2000 10 11 10 11 349 x2 gap");
  CHECK_EQ(volume->take(3'000, 11, 100), BarEvent::Closed);  // opens and closes one
  CHECK_EQ(volume.newest(), "3000-3000 11 11 11 11 100 x1");
  Series notional({.by = BarBy::Notional, .size = 1000});
  notional->take(1'000, -5, 100);
  CHECK_EQ(notional->take(2'000, -5, 100), BarEvent::Closed);
  CHECK_EQ(notional.newest(), "1000-2000 -5 -5 -5 -5 200 x2 gap");
}

TEST("bars by ticks know no time that runs backwards") {
  Series bars({.by = BarBy::Ticks, .size = 2});
  bars->take(5'000, 10, 1);
  bars->take(4'000, 11, 1);
  CHECK_EQ(bars.newest(), "5000-5000 10 11 10 11 2 x2 gap");
  bars->take(3'000, 12, 1);
  CHECK_EQ(bars.forming(), "5000-5000 12 12 12 12 1 x1");
  CHECK_EQ(bars.memory().losses(BarLoss::Late), 0u);
}

TEST("times that are none are counted and change nothing") {
  BarSpec spec = minutes();
  spec.empty = EmptyBars::Carry;
  Series bars(spec);
  bars->take(0, 10, 1);
  const double none[] = {std::nan(""), kInfinity, -kInfinity, 1e300, -1e300};
  for (const double time_ms : none) {
    CHECK_EQ(bars->take(time_ms, 11, 1), BarEvent::None);
    CHECK_EQ(bars->advance(time_ms), BarEvent::None);
  }
  CHECK_EQ(bars.forming(), "0-60000 10 10 10 10 1 x1");
  CHECK_EQ(bars.memory().losses(BarLoss::Unpriced), std::size(none));
}

TEST("a time just before an interval is not rounded up into it") {
  BarSpec far = minutes();
  far.sessions = {{-6e15, 6e15}};  // the time passed since its start has fewer digits than the time
  for (const auto& [spec, start] :
       {std::pair(minutes(), 60'000.0), std::pair(minutes(), 1'700'000'040'000.0),
        std::pair(minutes(), 8'600'000'000'040'000.0), std::pair(far, 60'000.0)}) {
    Series bars(spec, start - 600'000);
    const double before = std::nextafter(start, 0);
    bars->take(before, 10, 1);
    bars->take(start, 11, 1);
    CHECK_EQ(bars.memory().closed(), 1u);
    Bar bar;
    REQUIRE(bars.memory().read(0, bar) == BarMemory::Read::Ok);
    CHECK_EQ(bar.end_ms, start);
    CHECK_EQ(bar.start_ms, start - 60'000);
  }
}

TEST("what is no spec is named, with its value and what is allowed") {
  const auto problem = [](const BarSpec& spec) {
    const auto found = problem_of(spec);
    return found ? std::string(found->name) + " " + plain(found->value) : "none";
  };
  CHECK_EQ(problem({}), "none");
  for (const double size : {0.0, -1.0, 0.0015, 2'678'400.001, kInfinity})
    CHECK_EQ(problem({.size = size}), "size " + plain(size));
  CHECK_EQ(problem({.size = std::nan("")}), "size nan");
  CHECK_EQ(problem({.size = 0.001}), "none");
  CHECK_EQ(problem({.size = 2'678'400}), "none");
  CHECK_EQ(problem({.by = BarBy::Ticks, .size = 1.5}), "size 1.5");
  CHECK_EQ(problem({.by = BarBy::Ticks, .size = 0}), "size 0");
  CHECK_EQ(problem({.by = BarBy::Ticks, .size = 9, .price = BarPrice::Mid}), "none");
  CHECK_EQ(problem({.by = BarBy::Volume, .size = 0}), "size 0");
  CHECK_EQ(problem({.by = BarBy::Volume, .size = 9, .price = BarPrice::Mid}), "price 1");
  CHECK_EQ(problem({.by = BarBy::Notional, .size = kInfinity}), "size inf");
  CHECK_EQ(problem({.wait_ms = -1}), "wait_ms -1");
  CHECK_EQ(problem({.wait_ms = 3'600'001}), "wait_ms 3600001");
  CHECK_EQ(problem({.sessions = {{0, 10}, {9, 20}}}), "sessions.start 9");
  CHECK_EQ(problem({.sessions = {{0.5, 10}}}), "sessions.start 0.5");
  CHECK_EQ(problem({.sessions = {{0, 0}}}), "sessions.end 0");
  CHECK_EQ(problem({.sessions = {{0, 10}, {10, 20}}}), "none");
}

}  // namespace
