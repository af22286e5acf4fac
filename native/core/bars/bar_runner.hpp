// The writer's side of a run (BarRun): what a tick costs when it changes none but the forming bars of several
// series. They all take it the same way, so that it is taken once, in two cache lines, however many there
// are.
//
// A run has the ticks that come in the order of their times, in no other bar than the forming one of each of
// its series, and fill none of them. Of any other tick, and before anything else is done to the series,
// settle() puts them into the slots; then every series takes it on its own (BarBuilder::take()), and arm()
// says what the next run may have. So the bars are, to the bit, what each series would have made alone.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <span>

#include "bars/bar_builder.hpp"

namespace ibkr {

/// One thread at a time; allocates nothing. `members`: the places of its series among all.
class BarRunner {
 public:
  /// Of no series.
  BarRunner() = default;
  /// `sums`: of runs of trades, room for those of each series to come; of quotes null.
  BarRunner(BarRun& run, BarRunSums* sums) : run_(&run), sums_(sums) {}

  BarRun* run() const { return run_; }
  /// One series more.
  void grow() { ++size_; }

  /// False, and nothing has happened, if it is none of the run's.
  bool take(double time_ms, double price, double size) {
    if (!(time_ms >= last_ms_ && time_ms < until_ms_ && count_ < most_)) return false;
    const BarRunWriting run(*run_);
    run.set(BarRunValue::Count, ++count_);
    if (price > high_) run.set(BarRunValue::High, high_ = price);
    if (price < low_) run.set(BarRunValue::Low, low_ = price);
    run.set(BarRunValue::Close, price);
    run.set(BarRunValue::LastMs, last_ms_ = time_ms);
    if (sums_ != nullptr)
      for (BarRunSums& sums : std::span(sums_, size_))
        run.set(sums, sums.volume + size, sums.notional + price * size);
    return true;
  }

  /// Its ticks go into the slots; there is none in it until arm().
  void settle(std::span<BarBuilder> series, std::span<const std::uint32_t> members) {
    until_ms_ = -kForever;
    // Who had the memory before may have left one: whoever went on with it has closed what it was part of.
    if (count_ == 0 && value(BarRunValue::Count) == 0) return;
    const BarRunWriting run(*run_);
    if (count_ > 0) {
      const BarBuilder::RunTicks ticks{static_cast<double>(count_), high_, low_, value(BarRunValue::Close),
                                       last_ms_};
      for (std::size_t place = 0; place < members.size(); ++place)
        series[members[place]].take_run(ticks, sums_ == nullptr ? nullptr : sums_ + place);
    }
    run.set(BarRunValue::Count, count_ = 0);
  }

  /// From now on there may be some, as far as all series say.
  void arm(std::span<const BarBuilder> series, std::span<const std::uint32_t> members) {
    BarBuilder::RunBounds bounds;
    for (const std::uint32_t member : members) series[member].bound(bounds);
    last_ms_ = bounds.from_ms;
    until_ms_ = bounds.until_ms;
    most_ = static_cast<std::uint32_t>(std::min(bounds.most, kMostTicks));
    high_ = -kForever;
    low_ = kForever;
    // No reader looks at them while the run has no tick.
    const BarRunWriting run(*run_);
    if (sums_ != nullptr)
      for (std::size_t place = 0; place < members.size(); ++place) {
        const BarRunSums now = series[members[place]].sums();
        run.set(sums_[place], now.volume, now.notional);
      }
    run.set(BarRunValue::High, high_);
    run.set(BarRunValue::Low, low_);
  }

  void prefetch_run() const {
    __builtin_prefetch(run_, 1);
    if (sums_ != nullptr) __builtin_prefetch(sums_, 1);
  }

 private:
  static constexpr double kForever = std::numeric_limits<double>::infinity();
  static constexpr double kMostTicks = 1'000'000'000;

  double value(BarRunValue at) const {
    // relaxed: this thread's own.
    return std::atomic_ref(run_->values[static_cast<std::size_t>(at)]).load(std::memory_order_relaxed);
  }

  double last_ms_ = kForever, until_ms_ = -kForever;  // takes times in [last_ms_, until_ms_)
  double high_ = -kForever, low_ = kForever;
  std::uint32_t count_ = 0, most_ = 0;
  BarRun* run_ = nullptr;
  BarRunSums* sums_ = nullptr;
  std::size_t size_ = 0;
};
// One line of a cache: Aggregates sees to where it lies.
static_assert(sizeof(BarRunner) == 64);

}  // namespace ibkr
