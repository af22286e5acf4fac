// What the risk gate knows of an instrument.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "risk/limits.hpp"
#include "risk/order_intent.hpp"

namespace ibkr {

/// From a price on, prices are multiples of an increment (a market rule's band).
struct PriceBand {
  double from = 0;
  double increment = 0;
};

enum class Listing : std::uint8_t { None, Allowed, Denied };

struct InstrumentFacts {
  static constexpr std::size_t kBands = 8;

  SecurityType type = SecurityType::Stock;
  Listing listing = Listing::None;
  bool negative_prices = false;  ///< combinations, spreads, some futures
  double multiplier = 1;         ///< above 0
  double rate = 1;               ///< base currency for one of its currency; above 0
  double max_quantity = kNoLimit;
  double max_position = kNoLimit;
  double shortable_shares = std::numeric_limits<double>::quiet_NaN();  ///< generic tick 236; NaN: not known
  std::array<PriceBand, kBands> bands{};  ///< rising; an increment of 0 ends them; none: any price

  /// 0: any price.
  double increment_at(double price) const {
    double out = bands[0].increment;
    const double size = std::fabs(price);
    for (std::size_t i = 1; i < kBands && bands[i].increment > 0 && size >= bands[i].from; ++i)
      out = bands[i].increment;
    return out;
  }

  /// Within what a decimal fraction is wrong by as a double.
  bool on_tick(double price) const {
    const double increment = increment_at(price);
    if (increment <= 0) return true;
    const double ticks = price / increment;
    return std::fabs(ticks - std::nearbyint(ticks)) <= 1e-9 * std::fmax(1.0, std::fabs(ticks));
  }

  double unit_value(double price) const { return std::fabs(price) * multiplier * rate; }
};

/// In the book: facts, the last price they are valued at, and who works in it.
struct Instrument {
  static constexpr std::uint32_t kNone = 0xffffffff;

  std::uint64_t key = 0;
  InstrumentFacts facts{};
  double mark = std::numeric_limits<double>::quiet_NaN();  ///< price; NaN: not known
  std::uint32_t first_line = kNone;                        ///< of its lines in all scopes
  std::uint32_t first_order = kNone;                       ///< of its working orders
  // Of our own working orders, for self-trades; NaN: none; infinite: at any price.
  double best_buy = std::numeric_limits<double>::quiet_NaN();
  double best_sell = std::numeric_limits<double>::quiet_NaN();

  double mark_value() const { return std::isnan(mark) ? 0 : mark * facts.multiplier * facts.rate; }
};

}  // namespace ibkr
