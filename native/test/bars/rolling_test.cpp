// Rolling figures, worked by hand and against a plain model that keeps every tick.
#include "bars/rolling.hpp"

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// Ten buckets of a second.
constexpr RollingSpec kTenSeconds{.window_ms = 10'000, .buckets = 10};

TEST("rolling VWAP: trades leave with their bucket") {
  Rolling rolling(kTenSeconds);
  CHECK(std::isnan(rolling.vwap()));
  rolling.take(500, 10, 100);
  rolling.take(900, 11, 300);
  rolling.take(5'000, 20, 100);
  CHECK_EQ(rolling.volume(), 500.0);
  CHECK_EQ(rolling.vwap(), (1000.0 + 3300 + 2000) / 500);
  rolling.advance(9'999);  // the buckets from 0 to 9 s
  CHECK_EQ(rolling.vwap(), 6300.0 / 500);
  rolling.advance(10'000);
  CHECK_EQ(rolling.vwap(), 20.0);
  rolling.advance(15'000);
  CHECK(std::isnan(rolling.vwap()));
}

TEST("a late trade counts in its bucket while the window has it, and is no price in force") {
  Rolling rolling(kTenSeconds);
  rolling.take(20'000, 10, 100);
  rolling.take(11'000, 20, 100);
  rolling.take(10'999, 99, 100);
  CHECK_EQ(rolling.vwap(), 15.0);
  CHECK_EQ(rolling.late(), 1u);
  rolling.advance(20'500);
  CHECK_EQ(rolling.time_weighted_price(), 10.0);
  rolling.advance(21'000);
  CHECK_EQ(rolling.vwap(), 10.0);
}

TEST("time-weighted: each price as long as it was in force, also while no tick comes") {
  Rolling rolling(kTenSeconds);
  rolling.take(1'000, 10, 1);
  CHECK(std::isnan(rolling.time_weighted_price()));
  rolling.take(4'000, 20, 1);
  CHECK_EQ(rolling.time_weighted_price(), 10.0);
  rolling.advance(5'000);
  CHECK_EQ(rolling.time_weighted_price(), (10.0 * 3000 + 20.0 * 1000) / 4000);
  rolling.advance(12'500);  // from 3 s on
  CHECK_EQ(rolling.time_weighted_price(), (10.0 * 1000 + 20.0 * 8500) / 9500);
  rolling.advance(8e15);
  CHECK_EQ(rolling.time_weighted_price(), 20.0);
}

TEST("a tick behind the clock is the price from now on") {
  Rolling rolling(kTenSeconds);
  rolling.advance(5'000);
  rolling.take(4'000, 10, 1);
  rolling.advance(6'000);
  rolling.take(3'000, 99, 1);  // older than the newest tick
  rolling.take(4'000, 30, 1);  // as old
  rolling.advance(7'000);
  CHECK_EQ(rolling.time_weighted_price(), 20.0);
}

TEST("realised volatility: returns from bucket to bucket, scaled by the root of time") {
  Rolling rolling(kTenSeconds);
  rolling.take(500, 100, 1);
  CHECK(std::isnan(rolling.realised_volatility(1000)));
  rolling.take(1'200, 105, 1);
  rolling.take(1'800, 110, 1);
  rolling.advance(1'999);
  CHECK_EQ(rolling.returns(), 0u);
  rolling.advance(2'000);
  const double up = std::log(110.0 / 100);
  CHECK_EQ(rolling.returns(), 1u);
  CHECK_EQ(rolling.realised_volatility(1000), std::sqrt(up * up / 1000 * 1000));
  rolling.take(2'500, 99, 1);
  rolling.advance(4'000);  // and one second at 99
  const double down = std::log(99.0 / 110);
  CHECK_EQ(rolling.returns(), 3u);
  CHECK_EQ(rolling.realised_volatility(4'000), std::sqrt((up * up + down * down + 0) / 3000 * 4000));
  rolling.advance(12'000);  // from 3 s on: nothing moved
  CHECK_EQ(rolling.returns(), 9u);
  CHECK_EQ(rolling.realised_volatility(4'000), 0.0);
}

TEST("no return from or to a price that is not above 0, and none over a gap") {
  Rolling rolling(kTenSeconds);
  rolling.take(0, 10, 1);
  rolling.take(1'000, -1, 1);
  rolling.take(2'000, 10, 1);
  rolling.advance(3'000);
  CHECK_EQ(rolling.returns(), 0u);
  rolling.gap();
  rolling.advance(5'000);
  CHECK_EQ(rolling.time_weighted_price(), (10.0 * 1000 - 1000 + 10.0 * 1000) / 3000);
  rolling.take(4'000, 20, 1);  // the first one after it, whatever its time
  rolling.advance(6'000);
  CHECK_EQ(rolling.returns(), 0u);
  rolling.advance(7'000);
  CHECK_EQ(rolling.returns(), 1u);
}

TEST("one bucket is a window, too; times that are none change nothing") {
  Rolling rolling({.window_ms = 60'000, .buckets = 1});
  for (const double none : {std::nan(""), std::numeric_limits<double>::infinity(), 1e300}) {
    rolling.take(none, 10, 1);
    rolling.advance(none);
  }
  CHECK_EQ(rolling.volume(), 0.0);
  rolling.take(-1, 10, 5);
  rolling.take(0, 11, 6);
  CHECK_EQ(rolling.volume(), 6.0);
  rolling.advance(59'999);
  CHECK_EQ(rolling.volume(), 6.0);
}

TEST("what is no window is named") {
  const auto problem = [](double window_ms, std::uint32_t buckets) {
    const auto found = problem_of(RollingSpec{window_ms, buckets});
    return found ? std::string(found->name) : "none";
  };
  CHECK_EQ(problem(300'000, 60), "none");
  CHECK_EQ(problem(31 * 86'400'000.0, 3600), "none");
  CHECK_EQ(problem(31 * 86'400'000.0 + 3600, 3600), "window_ms");
  CHECK_EQ(problem(1000, 3), "window_ms");
  CHECK_EQ(problem(0, 1), "window_ms");
  CHECK_EQ(problem(std::nan(""), 1), "window_ms");
  CHECK_EQ(problem(1000, 0), "buckets");
  CHECK_EQ(problem(7200, 3601), "buckets");
}

/// Every trade, and every stretch of time with its price; the figures are worked out when they are asked for.
class RollingModel {
 public:
  explicit RollingModel(const RollingSpec& spec)
      : length_(static_cast<std::int64_t>(spec.window_ms) / spec.buckets), buckets_(spec.buckets) {}

  void take(double time_ms, double price, double size) {
    run_to(time_ms);
    if (std::isnan(price_) || time_ms >= price_time_) {
      price_ = price;
      price_time_ = time_ms;
    }
    const std::int64_t bucket = bucket_of(time_ms);
    if (bucket <= bucket_of(now_) - buckets_)
      ++late_;
    else
      trades_.push_back({bucket, price, size});
  }
  void run_to(double now) {
    if (std::isnan(now_)) now_ = now;
    while (now_ < now) {
      const auto end = static_cast<double>((bucket_of(now_) + 1) * length_);
      const double to = std::fmin(end, now);
      held_.push_back({bucket_of(now_), price_, to - now_});
      if (to == end) closes_.push_back({bucket_of(now_), price_});
      now_ = to;
    }
  }
  void gap() {
    price_ = kNone;
    if (!std::isnan(now_)) gaps_.push_back(bucket_of(now_));
  }
  std::uint64_t late() const { return late_; }

  struct Figures {
    double volume = 0, notional = 0, price_ms = 0, in_force = 0, squared = 0, returns = 0;
  };
  Figures figures() const {
    Figures all;
    if (std::isnan(now_)) return all;
    const std::int64_t newest = bucket_of(now_);
    for (std::int64_t bucket = newest - buckets_ + 1; bucket <= newest; ++bucket) {
      Figures one;
      for (const auto& [of, price, size] : trades_) {
        if (of != bucket) continue;
        one.volume += size;
        one.notional += price * size;
      }
      for (const auto& [of, price, time] : held_) {
        if (of != bucket || std::isnan(price)) continue;
        one.price_ms += price * time;
        one.in_force += time;
      }
      const double close = close_of(bucket), before = close_of(bucket - 1);
      bool over_gap = false;
      for (const std::int64_t gap : gaps_) over_gap |= gap == bucket;
      if (close > 0 && before > 0 && !over_gap) {
        one.squared = std::log(close / before) * std::log(close / before);
        one.returns = 1;
      }
      all.volume += one.volume;
      all.notional += one.notional;
      all.price_ms += one.price_ms;
      all.in_force += one.in_force;
      all.squared += one.squared;
      all.returns += one.returns;
    }
    return all;
  }

 private:
  struct Trade {
    std::int64_t bucket;
    double price, size;
  };
  struct Held {
    std::int64_t bucket;
    double price, time;
  };
  struct Close {
    std::int64_t bucket;
    double price;
  };
  std::int64_t bucket_of(double time) const {
    const auto whole = static_cast<std::int64_t>(std::floor(time));
    return (whole >= 0 ? whole : whole - length_ + 1) / length_;
  }
  double close_of(std::int64_t bucket) const {
    for (const auto& [of, price] : closes_)
      if (of == bucket) return price;
    return kNone;
  }

  std::int64_t length_, buckets_;
  std::vector<Trade> trades_;
  std::vector<Held> held_;
  std::vector<Close> closes_;
  std::vector<std::int64_t> gaps_;
  double now_ = kNone, price_ = kNone, price_time_ = 0;
  std::uint64_t late_ = 0;
};

TEST("random ticks and clocks give the figures of the plain model, bit for bit") {
  Random random(check::seed());
  std::uint64_t late = 0, returns = 0;
  for (int run = 0; run < check::scaled(300, 40); ++run) {
    const check::Note note("run " + std::to_string(run));
    const auto buckets = static_cast<std::uint32_t>(random.between(1, 12));
    const RollingSpec spec{static_cast<double>(buckets) * random.pick(std::vector<double>{1000, 250, 7}),
                           buckets};
    REQUIRE(!problem_of(spec));
    Rolling rolling(spec);
    RollingModel model(spec);
    double now = static_cast<double>(random.between(-20'000, 20'000));
    for (int step = 0; step < 200; ++step) {
      const check::Note at("step " + std::to_string(step));
      const double length = spec.window_ms / buckets;
      now += length * 0.01 * static_cast<double>(random.below(random.one_in(50) ? 2'000 : 60));
      if (random.one_in(60)) {
        rolling.gap();
        model.gap();
      } else if (random.one_in(3)) {
        rolling.advance(now);
        model.run_to(now);
      } else {
        const double back = random.one_in(5) ? static_cast<double>(random.below(2'000)) * 0.01 * length : 0;
        const double price =
            random.one_in(40) ? -1 : 0.01 * static_cast<double>(random.between(9'900, 10'100));
        const double size = 0.1 * static_cast<double>(random.below(300));
        rolling.take(now - back, price, size);
        model.take(now - back, price, size);
      }
      const RollingModel::Figures figures = model.figures();
      bool same = CHECK_EQ(rolling.volume(), figures.volume);
      same &= CHECK_EQ(rolling.notional(), figures.notional);
      same &= CHECK_EQ(rolling.returns(), static_cast<std::uint32_t>(figures.returns));
      same &= CHECK_EQ(rolling.late(), model.late());
      const double average = rolling.time_weighted_price(), volatility = rolling.realised_volatility(5e9);
      same &= figures.in_force == 0 ? CHECK(std::isnan(average))
                                    : CHECK_EQ(average, figures.price_ms / figures.in_force);
      same &= figures.returns == 0
                  ? CHECK(std::isnan(volatility))
                  : CHECK_EQ(volatility, std::sqrt(figures.squared / (figures.returns * length) * 5e9));
      if (!same) return;
    }
    late += model.late();
    returns += rolling.returns();
  }
  std::printf("%llu late, %llu returns\n", static_cast<unsigned long long>(late),
              static_cast<unsigned long long>(returns));
  CHECK(late > 100 && returns > 100);
}

}  // namespace
