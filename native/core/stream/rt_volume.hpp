// The text of tick types 48 (RTVolume, generic tick 233) and 77 (RTTrdVolume, 375): one trade.
#pragma once

#include <optional>
#include <string_view>

#include "ring/record.hpp"

namespace ibkr {

inline constexpr std::int32_t kRtVolume = 48;
inline constexpr std::int32_t kRtTradeVolume = 77;

/// Bits of an RtTrade's `aux`.
inline constexpr std::int32_t kSingleMarketMaker = 1;
inline constexpr std::int32_t kFromRtTradeVolume = 2;

struct RtVolume {
  RtTradeValues values;
  bool single;
};

/// Reads "price;size;time;volume;vwap;single" (time in ms since 1970, single is true or false). A number that
/// is missing is unset: an odd lot has no price. Nothing if it is anything else.
std::optional<RtVolume> read_rt_volume(std::string_view text);

}  // namespace ibkr
