// "No value", as the wire has it.
#pragma once

#include <cfloat>
#include <cstdint>
#include <limits>

namespace ibkr {

/// What the wire leaves empty or sends as the largest double. JavaScript sees `undefined`.
inline constexpr double kUnset = DBL_MAX;
/// The same for whole numbers.
inline constexpr std::int32_t kUnsetInt = std::numeric_limits<std::int32_t>::max();

}  // namespace ibkr
