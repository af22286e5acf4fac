// What a series of bars is made of, and when its bars close.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bars/session_span.hpp"

namespace ibkr {

/// What fills a bar.
enum class BarBy : std::uint8_t { Time, Ticks, Volume, Notional };

/// The prices a bar is made of. Quotes have no volume: theirs are bars by time or ticks.
enum class BarPrice : std::uint8_t { Trades, Mid, Bid, Ask };

/// What becomes of an interval without a tick.
enum class EmptyBars : std::uint8_t {
  Skip,   ///< there is no bar
  Carry,  ///< there is one, at the close of the bar before; from the session's first tick until its end
};

/// What becomes of a tick whose bar is closed.
enum class LateTicks : std::uint8_t {
  Drop,   ///< it is counted, and no more
  Amend,  ///< it goes into its bar while no other bar has been closed after that one; else as Drop
};

/// Times beyond, the last that JavaScript's Date knows, are none.
inline constexpr double kMostMs = 8.64e15;
inline constexpr bool is_time(double ms) { return ms >= -kMostMs && ms <= kMostMs; }

struct BarSpec {
  BarBy by = BarBy::Time;
  /// Time: seconds, from 0.001 to 31 days, of whole milliseconds. Ticks: from 1, whole. Volume: shares or
  /// contracts, above 0. Notional: money of the instrument's currency (price times size, without the
  /// multiplier), above 0.
  double size = 60;
  BarPrice price = BarPrice::Trades;
  EmptyBars empty = EmptyBars::Skip;
  LateTicks late = LateTicks::Amend;
  /// How long the clock waits for late ticks behind a bar's end before it closes the bar; 0 to an hour. A
  /// tick of a later bar closes it all the same.
  double wait_ms = 0;
  /// In their order, none within another, of whole milliseconds. Bars by time are aligned to the start of
  /// theirs, and none reaches beyond a session. Without: one session that never ends, aligned to 1970.
  std::vector<SessionSpan> sessions{};
};

/// Why a spec is none: `name` is `value`, which is not allowed.
struct BarSpecProblem {
  std::string_view name;
  double value;
  std::string_view allowed;
};

inline std::optional<BarSpecProblem> problem_of(std::span<const SessionSpan> sessions) {
  double end = -kMostMs;
  for (const SessionSpan& session : sessions) {
    if (!(session.start >= end && session.start == std::floor(session.start)))
      return BarSpecProblem{"sessions.start", session.start,
                            "whole milliseconds, not before the end of the one before"};
    if (!(session.end > session.start && session.end <= kMostMs && session.end == std::floor(session.end)))
      return BarSpecProblem{"sessions.end", session.end, "whole milliseconds, after its start"};
    end = session.end;
  }
  return std::nullopt;
}

inline std::optional<BarSpecProblem> problem_of(const BarSpec& spec) {
  constexpr double kMostSeconds = 31 * 86'400;
  constexpr double kMostWait = 3'600'000;
  constexpr double kMostCount = 9'007'199'254'740'992;  // 2^53: as far as doubles count
  const double size = spec.size;
  switch (spec.by) {
    case BarBy::Time:
      if (!(size >= 0.001 && size <= kMostSeconds && std::abs(size * 1000 - std::round(size * 1000)) < 1e-6))
        return BarSpecProblem{"size", size, "0.001 to 2678400 seconds, of whole milliseconds"};
      break;
    case BarBy::Ticks:
      if (!(size >= 1 && size <= kMostCount && size == std::floor(size)))
        return BarSpecProblem{"size", size, "a whole number of ticks from 1"};
      break;
    default:
      if (!(size > 0 && std::isfinite(size))) return BarSpecProblem{"size", size, "a finite number above 0"};
      if (spec.price != BarPrice::Trades)
        return BarSpecProblem{"price", static_cast<double>(spec.price),
                              "trades, for bars by volume or notional"};
  }
  if (!(spec.wait_ms >= 0 && spec.wait_ms <= kMostWait))
    return BarSpecProblem{"wait_ms", spec.wait_ms, "0 to 3600000"};
  return problem_of(std::span(spec.sessions));
}

}  // namespace ibkr
