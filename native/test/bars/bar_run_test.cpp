// Series that take their ticks in one go (BarRunner) against series that each take them alone: every bit of
// every bar, whoever reads it and when.
#include <atomic>
#include <cmath>
#include <cstdio>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "bars/bar_bench.hpp"
#include "bars/bar_set.hpp"
#include "check.hpp"
#include "support/feed_records.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::uint32_t kCapacity = 8;
constexpr double kBegin = 1'700'000'000'000;

/// Zeros, aligned.
class MadeRun {
 public:
  explicit MadeRun(std::size_t series) : lines_(bar_run_bytes(series) / sizeof(BarRun)) {}
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(lines_)); }
  BarRun& run() { return lines_.front(); }

 private:
  std::vector<BarRun> lines_;
};

BarSpec random_spec(Random& random) {
  BarSpec spec;
  spec.price = random.pick(
      std::vector{BarPrice::Trades, BarPrice::Trades, BarPrice::Mid, BarPrice::Mid, BarPrice::Bid});
  spec.by = random.pick(std::vector{BarBy::Time, BarBy::Time, BarBy::Ticks, BarBy::Volume});
  if (spec.price != BarPrice::Trades && spec.by == BarBy::Volume) spec.by = BarBy::Ticks;
  spec.size = spec.by == BarBy::Time    ? random.pick(std::vector<double>{0.25, 1, 5, 60})
              : spec.by == BarBy::Ticks ? static_cast<double>(random.between(1, 30))
                                        : 500.5;
  if (random.one_in(3)) spec.empty = EmptyBars::Carry;
  if (random.one_in(3)) spec.late = LateTicks::Drop;
  if (random.one_in(3)) spec.wait_ms = static_cast<double>(random.below(1'000));
  if (random.one_in(4)) spec.sessions = {{kBegin, kBegin + 60'000}, {kBegin + 70'000, kBegin + 400'000}};
  return spec;
}

/// Two sets of the same series, in one of which those of the same prices have a run.
class Pair {
 public:
  explicit Pair(std::vector<BarSpec> specs) : specs_(std::move(specs)) {
    for (int price = 0; price < 4; ++price) runs_.emplace_back(price == 0 ? specs_.size() : 0);
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      alone_.emplace_back(kCapacity);
      together_.emplace_back(kCapacity);
    }
    begin(kBegin);
  }

  /// Also where the sets before ended without finish().
  void begin(double since_ms) {
    alone_set_ = std::make_unique<BarSet>(TradeFeed::RtVolume, QuoteFeed::Line);
    together_set_ = std::make_unique<BarSet>(TradeFeed::RtVolume, QuoteFeed::Line);
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      alone_set_->add(specs_[i], alone_[i].memory(), since_ms);
      together_set_->add(specs_[i], together(i), since_ms);
    }
  }

  template <typename Do>
  bool both(Do&& act) {
    const bool alone = act(*alone_set_);
    return CHECK_EQ(act(*together_set_), alone) &&
           CHECK_EQ(together_set_->next_close_ms(), alone_set_->next_close_ms()) && is_same(1);
  }

  /// The newest `closed` bars of each series and the forming one.
  bool is_same(std::uint32_t closed) {
    bool same = true;
    for (std::size_t i = 0; i < specs_.size(); ++i) {
      const check::Note note("series " + std::to_string(i));
      const BarMemory one = alone_[i].memory(), other = together(i);
      same &= CHECK_EQ(other.closed(), one.closed());
      for (std::uint32_t back = 0; back <= closed; ++back) {
        Bar expected, actual;
        const BarMemory::Read found = one.read(one.closed() - back, expected);
        same &= CHECK_EQ(other.read(one.closed() - back, actual), found);
        if (found == BarMemory::Read::Ok) same &= same_bar(actual, expected);
      }
      for (const BarLoss loss : {BarLoss::Late, BarLoss::Outside, BarLoss::Unpriced, BarLoss::Correction})
        same &= CHECK_EQ(other.losses(loss), one.losses(loss));
    }
    return same;
  }

  /// Ticks that a run has at this moment, over all of them.
  double in_runs() {
    double sum = 0;
    for (MadeRun& run : runs_) sum += run.run().values[static_cast<std::size_t>(BarRunValue::Count)];
    return sum;
  }
  std::size_t size() const { return specs_.size(); }

 private:
  BarMemory together(std::size_t i) {
    return *BarMemory::make(together_[i].bytes(), runs_[static_cast<std::size_t>(specs_[i].price)].bytes());
  }

  std::vector<BarSpec> specs_;
  std::deque<MadeRun> runs_;  // by BarPrice
  std::deque<MadeBars> alone_, together_;
  std::unique_ptr<BarSet> alone_set_, together_set_;
};

double random_price(Random& random) {
  return random.one_in(40) ? -0.01 * static_cast<double>(random.below(500))
                           : 0.01 * static_cast<double>(random.between(9'900, 10'100));
}

bool step(Random& random, Pair& pair, double& now_ms) {
  now_ms += static_cast<double>(random.below(random.one_in(200) ? 40'000 : 100));
  switch (random.below(60)) {
    case 0:
      return pair.both([](BarSet& set) { return set.gap(), false; });
    case 1:
    case 2: {
      const BarCorrection correction{now_ms - static_cast<double>(random.below(2'000)), random_price(random),
                                     3, random_price(random), random.one_in(3) ? 0.0 : 7.25};
      return pair.both([&](BarSet& set) { return set.correct(correction); });
    }
    case 3: {
      const double start = std::floor(now_ms / 1000) * 1000;
      const Bar history{start, start + 1000, 10, 11, 9, 10, 5, 50, 3, start, start + 1, 0, 0};
      const std::size_t place = random.below(pair.size());
      return pair.both([&](BarSet& set) { return set.resume(place, history); });
    }
    case 4: {
      if (random.one_in(4)) return pair.both([&](BarSet& set) { return set.finish(); });
      const std::vector<SessionSpan> sessions{{kBegin, kBegin + 60'000}, {kBegin + 61'000, kBegin + 500'000}};
      return !random.one_in(4) || pair.both([&](BarSet& set) { return set.set_sessions(sessions); });
    }
    case 5:
      if (random.one_in(4)) pair.begin(now_ms);
      return pair.is_same(kCapacity - 1);
    default:
      break;
  }
  if (random.one_in(5)) return pair.both([=](BarSet& set) { return set.advance(now_ms); });
  const double price = random_price(random);
  if (random.one_in(3)) {
    const double late = random.one_in(8) ? static_cast<double>(random.below(3'000)) : 0;
    const double size = random.one_in(10) ? 0 : 0.1 * static_cast<double>(random.between(1, 300));
    const FeedRecord trade(RecordKind::RtTrade, 48, 0, {now_ms - late, price, size, 5000, 10});
    return pair.both([&](BarSet& set) { return set.take(trade, now_ms); });
  }
  const double known = random.one_in(50) ? std::nan("") : price;
  const FeedRecord side = price_tick(random.one_in(2) ? 1 : 2, known);
  // The arrival's clock may be set back.
  const double arrival_ms = random.one_in(60) ? now_ms - static_cast<double>(random.below(2'000)) : now_ms;
  return pair.both([&](BarSet& set) { return set.take(side, arrival_ms); });
}

TEST("series that take their ticks in one go make the bars that each makes alone, bit for bit") {
  Random random(check::seed());
  std::uint64_t steps = 0;
  double in_runs = 0;
  for (int run = 0; run < check::scaled(600, 60); ++run) {
    const check::Note note("run " + std::to_string(run));
    std::vector<BarSpec> specs;
    for (auto left = random.between(1, 8); left > 0; --left) specs.push_back(random_spec(random));
    Pair pair(std::move(specs));
    double now_ms = kBegin + static_cast<double>(random.below(50'000));
    for (int i = 0; i < 500; ++i, ++steps) {
      const check::Note at("step " + std::to_string(i));
      if (!step(random, pair, now_ms)) return;
      in_runs += pair.in_runs();
    }
    if (!pair.is_same(kCapacity - 1)) return;
  }
  std::printf("%llu steps; a run had %.1f ticks in the mean\n", static_cast<unsigned long long>(steps),
              in_runs / static_cast<double>(steps));
  CHECK(in_runs > static_cast<double>(steps));
}

TEST("a run without room for the sums of a series leaves it to itself") {
  MadeRun run(2);
  std::deque<MadeBars> memories;
  BarSet set(TradeFeed::RtVolume, QuoteFeed::Line);
  for (int i = 0; i < 6; ++i)
    set.add({.size = 60}, *BarMemory::make(memories.emplace_back(4u).bytes(), run.bytes()), 0);
  for (int i = 0; i < 3; ++i) set.take(rt_trade(10 + i, 5), 1'010'000);
  CHECK_EQ(run.run().values[0], 2.0);  // of three: the first opens the bars
  for (std::size_t i = 0; i < set.size(); ++i) {
    Bar bar;
    REQUIRE(set.at(i).memory().read(0, bar) == BarMemory::Read::Ok);
    CHECK_EQ(bar.count, 3.0);
    CHECK_EQ(bar.close, 12.0);
    CHECK_EQ(bar.volume, 15.0);
    CHECK_EQ(bar.notional, 165.0);
  }
}

TEST("memory for a run is refused where it is too short or not aligned") {
  MadeBars made(4);
  MadeRun run(0);
  CHECK(BarMemory::make(made.bytes(), run.bytes()).has_value());
  CHECK(!BarMemory::make(made.bytes(), run.bytes().first(32)));
  MadeRun more(4);
  CHECK(!BarMemory::make(made.bytes(), more.bytes().subspan(8)));
}

TEST("readers in other threads see each tick once, in the run or in the slot") {
  MadeRun run(2);
  MadeBars seconds(64), ticks(64);
  BarSet set(TradeFeed::RtVolume, QuoteFeed::Line);
  const BarMemory of_seconds = *BarMemory::make(seconds.bytes(), run.bytes());
  const BarMemory of_ticks = *BarMemory::make(ticks.bytes(), run.bytes());
  set.add({.size = 1}, of_seconds, 0);
  set.add({.by = BarBy::Ticks, .size = 4}, of_ticks, 0);
  // The n-th tick of a series has the price and the size n: what is in a bar follows from its first and its
  // newest.
  const auto is_whole = [](const Bar& bar) {
    const double n = bar.close - bar.open + 1;
    return bar.count == n && bar.low == bar.open && bar.high == bar.close &&
           bar.volume == n * (bar.open + bar.close) / 2 && bar.last_ms - bar.first_ms == n - 1;
  };
  std::atomic<bool> ended{false};
  std::atomic<std::uint64_t> torn{0}, forming{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader)
    readers.emplace_back([&, reader] {
      const BarMemory memory = reader == 0 ? of_seconds : of_ticks;
      double newest = 0;
      while (!ended.load(std::memory_order_acquire)) {  // acquire: the last bars are there then
        const std::uint32_t closed = memory.closed();
        for (const std::uint32_t number : {closed - 1, closed}) {
          Bar bar;
          if (memory.read(number, bar) != BarMemory::Read::Ok) continue;
          if (!is_whole(bar)) ++torn;
          if (number != closed) continue;
          ++forming;
          if (bar.close < newest) ++torn;
          newest = bar.close;
        }
      }
    });
  const int count = check::scaled(2'000'000, 100'000);
  for (int n = 1; n <= count; ++n) {
    const FeedRecord trade(RecordKind::RtTrade, 48, 0,
                           {1e9 + n, static_cast<double>(n), static_cast<double>(n), 5000, 10});
    set.take(trade, 1e9 + n);
    if (n % 1000 == 0) std::this_thread::yield();
  }
  ended.store(true, std::memory_order_release);  // release: as above
  for (std::thread& thread : readers) thread.join();
  CHECK_EQ(torn.load(), 0u);
  CHECK(forming.load() > 0);
  CHECK_EQ(of_ticks.closed(), static_cast<std::uint32_t>(count / 4));
}

}  // namespace
