// Memory for bars as a caller gives it, and what tests see of it.
#pragma once

#include <string>
#include <vector>

#include "bars/bar_memory.hpp"
#include "check.hpp"

namespace ibkr::test {

/// Zeros, aligned, with room for `capacity` bars.
class MadeBars {
 public:
  explicit MadeBars(std::uint32_t capacity) : lines_(BarMemory::bytes_for(capacity) / sizeof(Line)) {}
  std::span<std::byte> bytes() { return std::as_writable_bytes(std::span(lines_)); }
  BarMemory memory() { return *BarMemory::make(bytes()); }
  BarHeader& header() { return *reinterpret_cast<BarHeader*>(lines_.data()); }
  BarSlot& slot(std::uint32_t at) { return reinterpret_cast<BarSlot*>(&header() + 1)[at]; }

 private:
  struct alignas(64) Line {
    std::byte bytes[64];
  };
  std::vector<Line> lines_;
};

/// All bits of both are the same: 0 is not -0, NaN is NaN.
inline bool same_bar(const Bar& actual, const Bar& expected) {
  bool same = CHECK_EQ(actual.number, expected.number);
  same &= CHECK_EQ(actual.flags, expected.flags);
  same &= CHECK_EQ(actual.start_ms, expected.start_ms);
  same &= CHECK_EQ(actual.end_ms, expected.end_ms);
  same &= CHECK_EQ(actual.open, expected.open);
  same &= CHECK_EQ(actual.high, expected.high);
  same &= CHECK_EQ(actual.low, expected.low);
  same &= CHECK_EQ(actual.close, expected.close);
  same &= CHECK_EQ(actual.volume, expected.volume);
  same &= CHECK_EQ(actual.notional, expected.notional);
  same &= CHECK_EQ(actual.vwap(), expected.vwap());
  same &= CHECK_EQ(actual.count, expected.count);
  same &= CHECK_EQ(actual.first_ms, expected.first_ms);
  same &= CHECK_EQ(actual.last_ms, expected.last_ms);
  return same;
}

}  // namespace ibkr::test
