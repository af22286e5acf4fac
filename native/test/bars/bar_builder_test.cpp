// Each policy of bar_builder.hpp in a worked example.
#include "bars/bar_builder.hpp"

#include <cmath>
#include <string>

#include "bars/bar_bench.hpp"
#include "check.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string plain(double value) {
  char text[40];
  __builtin_snprintf(text, sizeof text, "%.12g", value);
  return text;
}

/// "start-end open high low close volume x count marks".
std::string shown(const Bar& bar) {
  std::string text = plain(bar.start_ms) + "-" + plain(bar.end_ms);
  for (const double price : {bar.open, bar.high, bar.low, bar.close}) text += " " + plain(price);
  text += " " + plain(bar.volume) + " x" + plain(bar.count);
  constexpr std::pair<BarFlags, const char*> kMarks[] = {
      {kBarFirst, " first"},     {kBarLast, " last"},           {kBarGap, " gap"},
      {kBarAmended, " amended"}, {kBarCorrected, " corrected"}, {kBarCarried, " carried"},
      {kBarShort, " short"}};
  for (const auto& [flag, name] : kMarks)
    if (bar.is(flag)) text += name;
  return text;
}

class Series {
 public:
  explicit Series(const BarSpec& spec, double since_ms = 0, std::uint32_t capacity = 16)
      : made_(capacity), builder_(spec, made_.memory(), since_ms) {
    CHECK(!problem_of(spec));
  }
  BarBuilder* operator->() { return &builder_; }
  const BarMemory& memory() const { return builder_.memory(); }
  std::string bar(std::uint32_t number) const {
    Bar bar;
    return memory().read(number, bar) == BarMemory::Read::Ok ? shown(bar) : "none";
  }
  std::string forming() const { return bar(memory().closed()); }
  std::string newest(std::uint32_t back = 1) const { return bar(memory().closed() - back); }

 private:
  MadeBars made_;
  BarBuilder builder_;
};

BarSpec minutes() { return {.by = BarBy::Time, .size = 60}; }
/// 09:30 to 09:34:30, and the next one.
BarSpec minutes_of_sessions() {
  return {.by = BarBy::Time, .size = 60, .sessions = {{30'000, 300'000}, {1'000'000, 1'300'000}}};
}

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

TEST(
    "sessions: bars are aligned to the start, the first and the last are marked, what is outside is left "
    "out") {
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

TEST(
    "a correction can fill a bar, finds no trade in a carried one, and leaves closed ones alone under Drop") {
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
