// Random ticks, clocks, gaps and corrections against the plain model: every bit of every bar.
#include "bars/bar_model.hpp"

#include <cstdio>
#include <string>

#include "bars/bar_bench.hpp"
#include "bars/bar_builder.hpp"
#include "check.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr double kDay = 1'700'000'000'000;

/// Two to four of some minutes, some of which touch.
std::vector<SessionSpan> random_sessions(Random& random) {
  std::vector<SessionSpan> sessions;
  double at = kDay + static_cast<double>(random.between(-30'000, 60'000));
  for (auto left = random.between(2, 4); left > 0; --left) {
    const double end = at + static_cast<double>(random.between(20'000, 200'000));
    sessions.push_back({at, end});
    at = end + (random.one_in(3) ? 0 : static_cast<double>(random.between(1, 50'000)));
  }
  return sessions;
}

BarSpec random_spec(Random& random) {
  BarSpec spec;
  spec.by = random.pick(std::vector{BarBy::Time, BarBy::Time, BarBy::Ticks, BarBy::Volume, BarBy::Notional});
  switch (spec.by) {
    case BarBy::Time:
      spec.size = random.pick(std::vector<double>{1, 2.5, 5, 10, 60, 0.25});
      break;
    case BarBy::Ticks:
      spec.size = static_cast<double>(random.between(1, 20));
      break;
    case BarBy::Volume:
      spec.size = 100.5;
      break;
    default:
      spec.size = 12'345.678;
  }
  if (random.one_in(2)) spec.empty = EmptyBars::Carry;
  if (random.one_in(2)) spec.late = LateTicks::Drop;
  if (random.one_in(2)) spec.wait_ms = static_cast<double>(random.below(3'000));
  if (random.one_in(2)) spec.sessions = random_sessions(random);
  return spec;
}

struct Tally {
  std::uint64_t bars = 0, amended = 0, corrected = 0, gaps = 0, carried = 0, shorts = 0, late = 0,
                outside = 0;
};

/// One series and its model, which are told the same and must then be the same.
class Pair {
 public:
  Pair(const BarSpec& spec, std::uint32_t capacity, double since_ms)
      : made_(capacity), builder_(spec, made_.memory(), since_ms), model_(spec, since_ms) {}

  template <typename Build, typename Say>
  bool both(Build&& build, Say&& say) {
    const std::size_t closed = model_.closed();
    const BarEvent event = build(builder_);
    say(model_);
    if (!CHECK_EQ(event == BarEvent::Closed, model_.closed() != closed)) return false;
    return is_same(1);
  }
  bool take(double time_ms, double price, double size) {
    return both([=](BarBuilder& b) { return b.take(time_ms, price, size); },
                [=](BarModel& m) { m.take(time_ms, price, size); });
  }
  bool correct(const BarCorrection& c) {
    return both([&](BarBuilder& b) { return b.correct(c); }, [&](BarModel& m) { m.correct(c); });
  }
  bool advance(double now_ms) {
    const bool early = now_ms < builder_.next_close_ms();
    const std::size_t closed = model_.closed();
    return both([=](BarBuilder& b) { return b.advance(now_ms); }, [=](BarModel& m) { m.advance(now_ms); }) &&
           CHECK_EQ(early, model_.closed() == closed);
  }
  bool gap() {
    return both([](BarBuilder& b) { return b.gap(), BarEvent::None; }, [](BarModel& m) { m.gap(); });
  }
  bool finish() {
    return both([](BarBuilder& b) { return b.finish(); }, [](BarModel& m) { m.finish(); });
  }

  /// The newest `closed` ones and the forming one.
  bool is_same(std::size_t closed) {
    const BarMemory& memory = builder_.memory();
    bool same = CHECK_EQ(memory.closed(), model_.closed());
    Bar bar;
    const auto compare = [&](std::size_t index) {
      const check::Note note("bar " + std::to_string(index));
      same &= CHECK(memory.read(static_cast<std::uint32_t>(index), bar) == BarMemory::Read::Ok) &&
              same_bar(bar, model_.at(index));
    };
    for (std::size_t back = 1; back <= closed && back <= model_.closed(); ++back)
      compare(model_.closed() - back);
    if (model_.closed() < model_.size())
      compare(model_.closed());
    else
      same &= CHECK(memory.read(memory.closed(), bar) == BarMemory::Read::NotThere);
    for (const BarLoss loss : {BarLoss::Late, BarLoss::Outside, BarLoss::Correction})
      same &= CHECK_EQ(memory.losses(loss), model_.losses(loss));
    return same;
  }
  /// All that the memory holds.
  bool ends_same(Tally& tally) {
    for (std::size_t i = 0; i < model_.size(); ++i) {
      const Bar bar = model_.at(i);
      ++tally.bars;
      tally.amended += bar.is(kBarAmended);
      tally.corrected += bar.is(kBarCorrected);
      tally.gaps += bar.is(kBarGap);
      tally.carried += bar.is(kBarCarried);
      tally.shorts += bar.is(kBarShort);
    }
    tally.late += model_.losses(BarLoss::Late);
    tally.outside += model_.losses(BarLoss::Outside);
    return is_same(builder_.memory().capacity() - 1);
  }

 private:
  MadeBars made_;
  BarBuilder builder_;
  BarModel model_;
};

struct Trade {
  double time_ms, price, size;
};

Trade random_trade(Random& random, double now_ms) {
  // Most come in order, some late, some ahead of the clock; some times are of whole seconds.
  double time_ms = now_ms - static_cast<double>(random.below(random.one_in(10) ? 20'000 : 100));
  if (random.one_in(50)) time_ms = now_ms + static_cast<double>(random.below(2'000));
  if (random.one_in(3)) time_ms = std::floor(time_ms / 1000) * 1000;
  if (random.one_in(5)) time_ms += 0.25;
  const double price = random.one_in(40) ? -0.01 * static_cast<double>(random.below(500))
                                         : 0.01 * static_cast<double>(random.between(9'900, 10'100));
  const double size = random.one_in(20) ? 0 : 0.1 * static_cast<double>(random.between(1, 300));
  return {time_ms, price, size};
}

TEST("random ticks, clocks, gaps and corrections make the bars of the plain model, bit for bit") {
  Random random(check::seed());
  Tally tally;
  for (int run = 0; run < check::scaled(1500, 150); ++run) {
    const check::Note note("run " + std::to_string(run));
    const BarSpec spec = random_spec(random);
    REQUIRE(!problem_of(spec));
    double now_ms = kDay + static_cast<double>(random.between(-20'000, 20'000));
    Pair pair(spec, random.one_in(2) ? 4 : 64, now_ms);
    std::vector<Trade> trades{random_trade(random, now_ms)};
    for (int step = 0; step < 400; ++step) {
      const check::Note at("step " + std::to_string(step));
      now_ms += static_cast<double>(random.below(random.one_in(100) ? 40'000 : 1'000));
      bool same = true;
      if (random.one_in(4)) {
        same = pair.advance(now_ms);
      } else if (random.one_in(40)) {
        same = pair.gap();
      } else if (random.one_in(15)) {
        const std::size_t newest = trades.size() - 1;
        const Trade& old = trades[newest - random.below(std::min<std::size_t>(newest + 1, 6))];
        const Trade fresh = random_trade(random, now_ms);
        same =
            pair.correct({old.time_ms, old.price, old.size, fresh.price, random.one_in(3) ? 0 : fresh.size});
      } else {
        trades.push_back(random_trade(random, now_ms));
        const Trade& trade = trades.back();
        same = pair.take(trade.time_ms, trade.price, trade.size);
      }
      if (!same) return;
    }
    if (random.one_in(3) && !pair.finish()) return;
    if (!pair.ends_same(tally)) return;
  }
  std::printf(
      "%llu bars: %llu amended, %llu corrected, %llu with a gap, %llu carried, %llu short; "
      "%llu ticks late, %llu outside\n",
      static_cast<unsigned long long>(tally.bars), static_cast<unsigned long long>(tally.amended),
      static_cast<unsigned long long>(tally.corrected), static_cast<unsigned long long>(tally.gaps),
      static_cast<unsigned long long>(tally.carried), static_cast<unsigned long long>(tally.shorts),
      static_cast<unsigned long long>(tally.late), static_cast<unsigned long long>(tally.outside));
  // Each of it has happened.
  for (const std::uint64_t number :
       {tally.amended, tally.corrected, tally.gaps, tally.carried, tally.shorts, tally.late, tally.outside})
    CHECK(number > 100);
}

}  // namespace
