#include "bars/rolling.hpp"

#include <algorithm>
#include <cmath>

namespace ibkr {

std::optional<BarSpecProblem> problem_of(const RollingSpec& spec) {
  constexpr std::uint32_t kMostBuckets = 3600;
  constexpr double kMostWindow = 31 * 86'400'000.0;
  if (spec.buckets < 1 || spec.buckets > kMostBuckets)
    return BarSpecProblem{"buckets", static_cast<double>(spec.buckets), "1 to 3600"};
  const double length = spec.window_ms / spec.buckets;
  if (!(length >= 1 && length == std::floor(length) && spec.window_ms <= kMostWindow))
    return BarSpecProblem{"window_ms", spec.window_ms, "up to 31 days, whole milliseconds for each bucket"};
  return std::nullopt;
}

Rolling::Rolling(const RollingSpec& spec)
    : length_ms_(spec.window_ms / spec.buckets), buckets_(spec.buckets) {}

double Rolling::number_of_bucket(double time_ms) const { return std::floor(time_ms / length_ms_); }

std::size_t Rolling::place_of(double number) const {
  const auto count = static_cast<std::int64_t>(buckets_.size());
  const std::int64_t at = static_cast<std::int64_t>(number) % count;
  return static_cast<std::size_t>(at < 0 ? at + count : at);
}

void Rolling::take(double time_ms, double price, double size) {
  if (!is_time(time_ms)) return;
  run_to(time_ms);
  if (std::isnan(price_) || time_ms >= price_time_ms_) {
    price_ = price;
    price_time_ms_ = time_ms;
  }
  const double number = number_of_bucket(time_ms);
  if (number <= newest_ - static_cast<double>(buckets_.size())) {
    ++late_;
    return;
  }
  Bucket& into = bucket(number);
  into.volume += size;
  into.notional += price * size;
}

void Rolling::advance(double now_ms) {
  if (is_time(now_ms)) run_to(now_ms);
}

void Rolling::gap() { price_ = close_ = kNone; }

void Rolling::run_to(double now_ms) {
  if (std::isnan(now_ms_)) {
    now_ms_ = now_ms;
    newest_ = number_of_bucket(now_ms);
  }
  const double target = number_of_bucket(now_ms);
  // What lies before the window's first bucket need not be gone through.
  if (const double first = target - static_cast<double>(buckets_.size()); newest_ < first) {
    std::ranges::fill(buckets_, Bucket{});
    newest_ = first;
    now_ms_ = first * length_ms_;
  }
  while (newest_ < target) end_bucket();
  if (now_ms > now_ms_) hold_until(now_ms);
}

void Rolling::hold_until(double time_ms) {
  if (!std::isnan(price_)) {
    Bucket& in = bucket(newest_);
    in.price_ms += price_ * (time_ms - now_ms_);
    in.in_force_ms += time_ms - now_ms_;
  }
  now_ms_ = time_ms;
}

void Rolling::end_bucket() {
  hold_until((newest_ + 1) * length_ms_);
  if (price_ > 0 && close_ > 0) {
    const double change = std::log(price_ / close_);
    bucket(newest_).squared_return = change * change;
    bucket(newest_).returns = 1;
  }
  close_ = price_;
  bucket(newest_ += 1) = {};
}

double Rolling::sum(double Bucket::*what) const {
  double total = 0;
  const std::size_t newest = place_of(newest_);
  for (std::size_t i = 1; i <= buckets_.size(); ++i) total += buckets_[(newest + i) % buckets_.size()].*what;
  return total;
}

double Rolling::vwap() const {
  const double traded = volume();
  return traded == 0 ? kNone : notional() / traded;
}

double Rolling::time_weighted_price() const {
  const double in_force = sum(&Bucket::in_force_ms);
  return in_force == 0 ? kNone : sum(&Bucket::price_ms) / in_force;
}

std::uint32_t Rolling::returns() const { return static_cast<std::uint32_t>(sum(&Bucket::returns)); }

double Rolling::realised_volatility(double horizon_ms) const {
  const double count = sum(&Bucket::returns);
  return count == 0 ? kNone : std::sqrt(sum(&Bucket::squared_return) / (count * length_ms_) * horizon_ms);
}

}  // namespace ibkr
