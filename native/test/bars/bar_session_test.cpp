// Sessions, gaps, corrections, and where a series begins: policies of bar_builder.hpp in worked examples.
#include <cmath>
#include <string>

#include "bars/bar_series.hpp"
#include "check.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("sessions: bars are aligned to the start, first and last are marked, ticks outside left out") {
  Series bars(minutes_of_sessions());
  bars->take(29'999, 9, 1);
  bars->take(95'000, 10, 1);  // the first bar, though not of the first interval
  CHECK_EQ(bars.forming(), "90000-150000 10 10 10 10 1 x1 first");
  bars->take(280'000, 11, 1);
  CHECK_EQ(bars.forming(), "270000-300000 11 11 11 11 1 x1 last short");
  bars->take(300'000, 12, 1);
  CHECK_EQ(bars.memory().losses(BarLoss::Outside), 2u);
  CHECK_EQ(bars->advance(300'000), BarEvent::Closed);
  bars->take(299'000, 13, 1);
  CHECK_EQ(bars.newest(), "270000-300000 11 13 11 13 2 x2 last amended short");
  bars->take(1'000'000, 14, 1);
  CHECK_EQ(bars.forming(), "1000000-1060000 14 14 14 14 1 x1 first");
}

TEST("empty bars are carried from a session's first tick until its end") {
  BarSpec spec = minutes_of_sessions();
  spec.empty = EmptyBars::Carry;
  Series bars(spec);
  bars->take(155'000, 10, 1);
  bars->take(1'070'000, 11, 1);
  CHECK_EQ(bars.memory().closed(), 3u);
  CHECK_EQ(bars.bar(0), "150000-210000 10 10 10 10 1 x1 first");
  CHECK_EQ(bars.bar(1), "210000-270000 10 10 10 10 0 x0 carried");
  CHECK_EQ(bars.bar(2), "270000-300000 10 10 10 10 0 x0 last carried short");
  CHECK_EQ(bars.forming(), "1060000-1120000 11 11 11 11 1 x1 first");
  bars->advance(9e6);
  CHECK_EQ(bars.newest(), "1240000-1300000 11 11 11 11 0 x0 last carried");
  CHECK_EQ(bars->next_close_ms(), kInfinity);
}

TEST("a session's end closes a bar by volume short, by the clock or by the next session's first tick") {
  BarSpec spec = minutes_of_sessions();
  spec.by = BarBy::Volume;
  spec.size = 1000;
  Series bars(spec);
  bars->take(200'000, 10, 1);
  CHECK_EQ(bars->next_close_ms(), 300'000.0);
  CHECK_EQ(bars->advance(300'000), BarEvent::Closed);
  CHECK_EQ(bars.newest(), "200000-200000 10 10 10 10 1 x1 first last short");
  CHECK_EQ(bars->take(299'000, 11, 1), BarEvent::Amended);
  CHECK_EQ(bars.newest(), "200000-299000 10 11 10 11 2 x2 first last amended short");
  bars->take(1'000'000, 12, 1);
  CHECK_EQ(bars->finish(), BarEvent::Closed);
  CHECK_EQ(bars.newest(), "1000000-1000000 12 12 12 12 1 x1 first short");
  CHECK_EQ(bars->finish(), BarEvent::None);
}

TEST("a gap marks the bar that forms, those carried until the next tick, and the one that this goes into") {
  BarSpec spec = minutes();
  spec.empty = EmptyBars::Carry;
  Series bars(spec);
  bars->take(0, 10, 1);
  bars->gap();
  CHECK_EQ(bars.forming(), "0-60000 10 10 10 10 1 x1 gap");
  bars->advance(120'000);
  bars->take(130'000, 11, 1);
  bars->take(190'000, 12, 1);
  CHECK_EQ(bars.bar(0), "0-60000 10 10 10 10 1 x1 gap");
  CHECK_EQ(bars.bar(1), "60000-120000 10 10 10 10 0 x0 gap carried");
  CHECK_EQ(bars.bar(2), "120000-180000 11 11 11 11 1 x1 gap");
  CHECK_EQ(bars.forming(), "180000-240000 12 12 12 12 1 x1");
  // Where the next tick still goes into the forming bar, only that is marked; a cancelled trade is no tick
  // less.
  bars->gap();
  bars->take(191'000, 13, 5);
  bars->correct({191'000, 13, 5, 0, 0});
  bars->take(240'000, 14, 1);
  CHECK_EQ(bars.newest(), "180000-240000 12 13 12 13 1 x1 gap corrected");
  CHECK_EQ(bars.forming(), "240000-300000 14 14 14 14 1 x1");
}

TEST("a series that begins inside an interval or session begins with a gap, and takes nothing older") {
  const auto first = [](const BarSpec& spec, double since_ms, double time_ms) {
    Series bars(spec, since_ms);
    bars->take(time_ms, 10, 1);
    return bars.forming();
  };
  CHECK_EQ(first(minutes(), 60'000, 60'000), "60000-120000 10 10 10 10 1 x1");
  CHECK_EQ(first(minutes(), 60'001, 60'000), "60000-120000 10 10 10 10 1 x1 gap");
  CHECK_EQ(first(minutes(), 60'001, 59'999), "none");
  CHECK_EQ(first(minutes_of_sessions(), 10'000, 30'000), "30000-90000 10 10 10 10 1 x1 first");
  CHECK_EQ(first(minutes_of_sessions(), 400'000, 299'000), "none");
  BarSpec ticks = minutes_of_sessions();
  ticks.by = BarBy::Ticks;
  CHECK_EQ(first(ticks, 30'000, 30'000), "30000-30000 10 10 10 10 1 x1 first");
  CHECK_EQ(first(ticks, 31'500, 31'000), "31000-31000 10 10 10 10 1 x1 first gap");  // of the same second
  CHECK_EQ(first(ticks, 31'500, 30'999), "none");
}

TEST("a correction sets the sums right, and open and close where the old trade made them") {
  Series bars(minutes());
  bars->take(1'000, 10, 100);
  bars->take(2'000, 99, 200);  // a wrong price
  bars->take(3'000, 11, 300);
  CHECK_EQ(bars->correct({2'000, 99, 200, 12, 150}), BarEvent::None);
  CHECK_EQ(bars.forming(), "0-60000 10 99 10 11 550 x3 corrected");  // what else was high is not kept
  bars->correct({1'000, 10, 100, 9, 100});
  bars->correct({3'000, 11, 300, 8, 300});
  CHECK_EQ(bars.forming(), "0-60000 9 99 8 8 550 x3 corrected");
  bars->correct({2'000, 12, 150, 0, 0});  // cancelled
  CHECK_EQ(bars.forming(), "0-60000 9 99 8 8 400 x2 corrected");
  bars->advance(60'000);
  CHECK_EQ(bars->correct({3'000, 8, 300, 8, 100}), BarEvent::Amended);
  CHECK_EQ(bars.newest(), "0-60000 9 99 8 8 200 x2 corrected");
  bars->take(60'000, 10, 1);
  bars->take(120'000, 10, 1);
  CHECK_EQ(bars->correct({3'000, 8, 100, 8, 50}), BarEvent::None);
  CHECK_EQ(bars.memory().losses(BarLoss::Correction), 1u);
}

TEST("a correction can fill a bar; it finds no trade in a carried one, nor under Drop in a closed one") {
  Series volume({.by = BarBy::Volume, .size = 100});
  volume->take(1'000, 10, 50);
  CHECK_EQ(volume->correct({1'000, 10, 50, 10, 500}), BarEvent::Closed);
  CHECK_EQ(volume.newest(), "1000-1000 10 10 10 10 500 x1 gap corrected");
  BarSpec spec = minutes();
  spec.empty = EmptyBars::Carry;
  Series carried(spec);
  carried->take(0, 10, 1);
  carried->advance(120'000);
  CHECK_EQ(carried->correct({70'000, 10, 1, 11, 1}), BarEvent::None);
  CHECK_EQ(carried.newest(), "60000-120000 10 10 10 10 0 x0 carried");
  spec.late = LateTicks::Drop;
  Series dropped(spec);
  dropped->take(0, 10, 1);
  dropped->advance(60'000);
  CHECK_EQ(dropped->correct({0, 10, 1, 11, 1}), BarEvent::None);
  CHECK_EQ(carried.memory().losses(BarLoss::Correction) + dropped.memory().losses(BarLoss::Correction), 2u);
}

TEST("sessions can be replaced: a new day is added, an early close ends what is carried") {
  BarSpec spec = minutes_of_sessions();
  spec.empty = EmptyBars::Carry;
  Series bars(spec);
  bars->take(30'000, 10, 1);
  CHECK(!bars->set_sessions({{30'000, 10'000}}));
  CHECK(bars->set_sessions({{30'000, 150'000}, {2'000'000, 2'300'000}}));
  bars->take(2'000'000, 11, 1);
  CHECK_EQ(bars.bar(0), "30000-90000 10 10 10 10 1 x1 first");
  CHECK_EQ(bars.bar(1), "90000-150000 10 10 10 10 0 x0 last carried");
  CHECK_EQ(bars.forming(), "2000000-2060000 11 11 11 11 1 x1 first");
}

TEST("a series goes on in memory that has bars; the one that was forming is closed short") {
  MadeBars made(4);
  {
    BarBuilder before(minutes(), made.memory(), 0);
    before.take(0, 10, 1);
    before.take(60'000, 11, 1);
  }
  BarBuilder after(minutes(), made.memory(), 70'000);
  CHECK_EQ(after.memory().closed(), 2u);
  after.take(80'000, 12, 1);
  Bar bar;
  REQUIRE(after.memory().read(1, bar) == BarMemory::Read::Ok);
  CHECK_EQ(shown(bar), "60000-120000 11 11 11 11 1 x1 short");
  REQUIRE(after.memory().read(2, bar) == BarMemory::Read::Ok);
  CHECK_EQ(shown(bar), "60000-120000 12 12 12 12 1 x1 gap");
}

TEST("a bar of history's that is not over goes on without a seam") {
  BarSpec spec = minutes_of_sessions();
  const Bar history{
      90'000, 150'000, 10, 12, 9, 11, 500, 5'300, 7, 90'000, 120'500, 42, kBarFirst | kBarAmended};
  Series bars(spec, 120'700);
  REQUIRE(bars->resume(history));
  CHECK_EQ(bars.forming(), "90000-150000 10 12 9 11 500 x7 first");
  bars->take(120'000, 11.5, 0);  // before history's last trade
  CHECK_EQ(bars.forming(), "90000-150000 10 12 9 11 500 x8 first");
  bars->take(120'000, 13, 10);
  CHECK_EQ(bars.forming(), "90000-150000 10 13 9 11 510 x9 first");
  bars->take(121'000, 8, 10);
  CHECK_EQ(bars.forming(), "90000-150000 10 13 8 8 520 x10 first");
  Bar bar;
  REQUIRE(bars.memory().read(0, bar) == BarMemory::Read::Ok);
  CHECK_EQ(bar.notional, 5'300.0 + 130 + 80);
  CHECK(!bars->resume(history));  // something has come
  bars->take(150'000, 9, 1);
  CHECK_EQ(bars.forming(), "150000-210000 9 9 9 9 1 x1");

  const auto fits = [&](auto&& change) {
    Bar other = history;
    change(other);
    return Series(spec, 120'700)->resume(other);
  };
  CHECK(fits([](Bar&) {}));
  CHECK(!fits([](Bar& b) { b.start_ms = 91'000; }));
  CHECK(!fits([](Bar& b) { b.end_ms = 151'000; }));
  const auto moved = [](Bar& b, double by_ms) {
    for (double* const time : {&b.start_ms, &b.end_ms, &b.first_ms, &b.last_ms}) *time += by_ms;
  };
  CHECK(!fits([&](Bar& b) { moved(b, -60'000); }));  // over
  CHECK(!fits([&](Bar& b) { moved(b, -90'000); }));  // no session
  CHECK(!fits([&](Bar& b) { moved(b, 300'000); }));
  CHECK(!fits(
      [](Bar& b) { b.start_ms = b.first_ms = b.last_ms = 300'000, b.end_ms = 360'000; }));  // no session
  CHECK(!fits([](Bar& b) { b.first_ms = 89'999; }));
  CHECK(!fits([](Bar& b) { b.last_ms = 150'000; }));
  CHECK(!fits([](Bar& b) { b.first_ms = 120'501; }));
  CHECK(!fits([](Bar& b) { b.high = 10.5; }));
  CHECK(!fits([](Bar& b) { b.low = 10.5; }));
  CHECK(!fits([](Bar& b) { b.volume = std::nan(""); }));
  CHECK(!fits([](Bar& b) { b.count = -1; }));
  CHECK(!fits([](Bar& b) { b.notional = kInfinity; }));
  CHECK(!Series({.by = BarBy::Ticks, .size = 9}, 0)->resume(history));
  Series last(spec, 290'000);
  CHECK(last->resume({270'000, 300'000, 1, 1, 1, 1, 1, 1, 1, 270'000, 270'000, 0, 0}));
  CHECK_EQ(last.forming(), "270000-300000 1 1 1 1 1 x1 last short");
}

}  // namespace
