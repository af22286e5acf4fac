// Quantities and money as whole numbers: what was reserved is given back to the last bit, however often.
#pragma once

#include <cmath>
#include <cstdint>

namespace ibkr {

using Quantity = std::int64_t;  ///< in 1e-8 of a unit
using Money = std::int64_t;     ///< in 1e-4 of the base currency

inline constexpr double kQuantityScale = 1e8;
inline constexpr double kMoneyScale = 1e4;
/// Of one order.
inline constexpr double kMaxOrderQuantity = 1e9;
inline constexpr double kMaxOrderMoney = 1e13;
/// Of sums of working orders: a unit of the largest orders still fits above it.
inline constexpr std::int64_t kMaxSum = 4'000'000'000'000'000'000;

inline Quantity quantity_of(double units) { return std::llround(units * kQuantityScale); }
inline double units_of(Quantity quantity) { return static_cast<double>(quantity) / kQuantityScale; }

/// To the nearest: of what may be a gain or a loss.
inline Money money_of(double amount) { return std::llround(amount * kMoneyScale); }
/// Upwards, but for a hundredth of the smallest amount, which products of decimal fractions are wrong by.
inline Money money_up(double amount) { return static_cast<Money>(std::ceil(amount * kMoneyScale - 0.01)); }
inline double amount_of(Money money) { return static_cast<double>(money) / kMoneyScale; }

/// Sums that stay at their ends: a position that cannot be counted must not become a small one.
inline std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (!__builtin_add_overflow(a, b, &out)) return out;
  return b > 0 ? INT64_MAX : INT64_MIN + 1;
}
inline std::int64_t size_of(std::int64_t value) { return value < 0 ? -value : value; }

}  // namespace ibkr
