// VWAP, time-weighted average price and realised volatility over the last minutes, in memory that does not
// grow with the ticks.
//
// The window consists of `buckets` equal parts, aligned to 1970: the one that now is in, and those before it.
// So it reaches back by window_ms less a part of at most one bucket, and what leaves it leaves a bucket at a
// time. Nothing is ever taken out of a sum: each bucket has its own, and a figure adds those of the buckets,
// the oldest first.
//
// Now is the latest time that a tick or advance() has told; it never runs backwards.
//  - VWAP: a trade goes into the bucket of its own time; if that has left the window, it is counted as late.
//  - The price in force is that of the newest tick by time, of equal ones the last to arrive; it is so from
//  now on,
//    until another one is. Time-weighted: each price in force with the time for which it was.
//  - Realised volatility: the root of the sum of the squared returns ln(close / close before) from bucket to
//  bucket,
//    where a bucket's close is the price in force at its end. The bucket that now is in has none yet. Prices
//    that are not above 0 have no returns.
//  - After gap() no price is in force until the next tick, and there is no return over it.
// Float rule: sums in double in the order in which the ticks and times came, and one division at the end.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bars/bar_spec.hpp"
#include "wire/price.hpp"

namespace ibkr {

struct RollingSpec {
  /// In whole milliseconds for each bucket; up to 31 days.
  double window_ms = 300'000;
  /// 1 to 3600: how fine the window's edge is, and how many returns the volatility has.
  std::uint32_t buckets = 60;
};
std::optional<BarSpecProblem> problem_of(const RollingSpec& spec);

/// One thread at a time. Nothing but the constructor allocates.
class Rolling {
 public:
  /// `spec` has no problem_of().
  explicit Rolling(const RollingSpec& spec);

  /// One trade, or a quote's price with size 0. Price and size are finite, size is not below 0.
  void take(double time_ms, double price, double size);
  /// Of a time that is none nothing happens.
  void advance(double now_ms);
  void gap();

  /// Volume-weighted average price; NaN without volume.
  double vwap() const;
  /// NaN unless a price was in force for some time.
  double time_weighted_price() const;
  /// As a fraction, for a time of `horizon_ms` by the square root of time: with a year of 252 days of 6.5
  /// hours, 5.8968e9, it is annualised. NaN without a return.
  double realised_volatility(double horizon_ms) const;
  /// The returns it is made of: buckets - 1 at the most.
  std::uint32_t returns() const;

  double volume() const { return sum(&Bucket::volume); }
  double notional() const { return sum(&Bucket::notional); }
  std::uint64_t late() const { return late_; }

 private:
  struct Bucket {
    double volume = 0, notional = 0;
    double price_ms = 0, in_force_ms = 0;  // the price times its time; the time
    double squared_return = 0, returns = 0;
  };

  double number_of_bucket(double time_ms) const;
  std::size_t place_of(double number) const;
  Bucket& bucket(double number) { return buckets_[place_of(number)]; }
  double sum(double Bucket::*what) const;
  void run_to(double now_ms);
  void hold_until(double time_ms);
  void end_bucket();

  double length_ms_;
  std::vector<Bucket> buckets_;
  double newest_ = 0;  // number of the bucket that now is in
  double now_ms_ = kNone;
  double price_ = kNone;      // in force
  double price_time_ms_ = 0;  // of its tick
  double close_ = kNone;      // of the bucket before
  std::uint64_t late_ = 0;
};

}  // namespace ibkr
