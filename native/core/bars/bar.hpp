// One bar: open, high, low, close and what was traded in it.
#pragma once

#include <cstdint>

#include "wire/price.hpp"

namespace ibkr {

/// What is to be known of a bar beside its numbers.
enum BarFlags : std::uint32_t {
  kBarFirst = 1,       ///< the first of its session
  kBarLast = 2,        ///< ends with its session
  kBarGap = 4,         ///< ticks may be missing in it, or between it and the one before
  kBarAmended = 8,     ///< a late tick went in after it was closed
  kBarCorrected = 16,  ///< a trade in it was corrected or cancelled
  kBarCarried = 32,    ///< nothing was traded: open, high, low and close are the close of the one before
  kBarShort = 64,      ///< closed before its size was reached: its session or its subscription ended
};

/// Float rule: all numbers are doubles; volume and notional are sums in the order in which the ticks came,
/// the first onto 0, and nothing is ever taken out of a sum but by a correction. Who adds the same doubles in
/// the same order gets the same bits.
struct Bar {
  double start_ms;  ///< since 1970: of a bar by time where its interval starts, of another its first tick's
  double
      end_ms;  ///< of a bar by time where its interval ends (not in it any more), of another the last tick's
  double open, high, low, close;
  double volume;         ///< in shares or contracts; 0 of quotes
  double notional;       ///< sum of price times size; 0 of quotes
  double count;          ///< ticks in it; 0 of a carried one
  double first_ms;       ///< when the tick was that made `open`; NaN of a carried one
  double last_ms;        ///< when the tick was that made `close`; NaN of a carried one
  std::uint32_t number;  ///< in its series, from 0 on, modulo 2^32
  std::uint32_t flags;   ///< BarFlags

  /// Volume-weighted average price: one division of the two sums. NaN where there is no volume.
  double vwap() const { return volume == 0 ? kNone : notional / volume; }
  bool is(BarFlags flag) const { return (flags & flag) != 0; }
};

}  // namespace ibkr
