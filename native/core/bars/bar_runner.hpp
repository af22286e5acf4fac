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
#include <vector>

#include "bars/bar_builder.hpp"

namespace ibkr {

/// One thread at a time. Nothing but add() allocates.
class alignas(64) BarRunner {
 public:
  /// `sums`: of runs of trades, room for those of each series to come; of quotes null.
  BarRunner(BarRun& run, BarRunSums* sums) : run_(&run), sums_(sums) {}

  BarRun* run() const { return run_; }
  std::size_t size() const { return members_.size(); }
  /// The series at this place of those that settle() and arm() are given.
  void add(std::uint32_t member) { members_.push_back(member); }
  std::span<const std::uint32_t> members() const { return members_; }

  /// False, and nothing has happened, if it is none of the run's.
  bool take(double time_ms, double price, double size) {
    if (!(time_ms >= last_ms_ && time_ms < until_ms_ && count_ < most_)) return false;
    const BarRunWriting run(*run_);
    run.set(BarRunValue::Count, ++count_);
    if (price > high_) run.set(BarRunValue::High, high_ = price);
    if (price < low_) run.set(BarRunValue::Low, low_ = price);
    run.set(BarRunValue::Close, close_ = price);
    run.set(BarRunValue::LastMs, last_ms_ = time_ms);
    if (sums_ != nullptr)
      for (BarRunSums& sums : std::span(sums_, members_.size()))
        run.set(sums, sums.volume + size, sums.notional + price * size);
    return true;
  }

  /// Its ticks go into the slots; there is none in it until arm().
  void settle(std::span<BarBuilder> series) {
    until_ms_ = -kForever;
    // Who had the memory before may have left one: whoever went on with it has closed what it was part of.
    // relaxed: this thread's own.
    if (count_ == 0 && std::atomic_ref(run_->values[0]).load(std::memory_order_relaxed) == 0) return;
    const BarRunWriting run(*run_);
    if (count_ > 0)
      for (std::size_t place = 0; place < members_.size(); ++place)
        series[members_[place]].take_run({static_cast<double>(count_), high_, low_, close_, last_ms_},
                                         sums_ == nullptr ? nullptr : sums_ + place);
    run.set(BarRunValue::Count, count_ = 0);
  }

  /// From now on there may be some, as far as all series say.
  void arm(std::span<const BarBuilder> series) {
    BarBuilder::RunBounds bounds;
    for (const std::uint32_t member : members_) series[member].bound(bounds);
    last_ms_ = bounds.from_ms;
    until_ms_ = bounds.until_ms;
    most_ = static_cast<std::uint32_t>(std::min(bounds.most, kMostTicks));
    high_ = -kForever;
    low_ = kForever;
    // No reader looks at them while the run has no tick.
    const BarRunWriting run(*run_);
    if (sums_ != nullptr)
      for (std::size_t place = 0; place < members_.size(); ++place) {
        const BarRunSums now = series[members_[place]].sums();
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

  // What a tick needs, but for how many sums there are, lies in one line.
  double last_ms_ = kForever, until_ms_ = -kForever;  // takes times in [last_ms_, until_ms_)
  double high_ = -kForever, low_ = kForever, close_ = 0;
  std::uint32_t count_ = 0, most_ = 0;
  BarRun* run_;
  BarRunSums* sums_;
  std::vector<std::uint32_t> members_;
};

}  // namespace ibkr
