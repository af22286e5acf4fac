// How the gateway says that there is no price.
#pragma once

#include <cmath>

#include "wire/unset.hpp"

namespace ibkr {

/// -1 without a size, or nothing at no size. A price below 0 with a size is one: crude oil, April 2020.
inline bool is_no_price(double price, double size) {
  const bool no_size = size == kUnset || size == 0 || size == -1;
  return price == kUnset || std::isnan(price) || (price == -1 && no_size) || (price == 0 && size == 0);
}

}  // namespace ibkr
