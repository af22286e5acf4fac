// How the gateway says that there is no number, or no price.
#pragma once

#include <limits>

#include "wire/unset.hpp"

namespace ibkr {

/// What a number that is not there reads as.
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

inline double number_of(double value) { return value == kUnset ? kNone : value; }

/// -1 without a size, or nothing at no size, is no price. A price below 0 with a size is one: crude oil,
/// April 2020; and so is a spread's of 0.
inline double price_of(double price, double size) {
  const bool no_size = size == kUnset || size == 0 || size == -1;
  if ((price == -1 && no_size) || (price == 0 && size == 0)) return kNone;
  return number_of(price);
}

}  // namespace ibkr
