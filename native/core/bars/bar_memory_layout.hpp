// The bars of one series in memory that somebody else gave (shared memory, where JavaScript reads along):
// what lies where. The only place that says so.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ibkr {

/// Goes along with a memory that is handed to another thread: who reads it must mean the same.
inline constexpr std::uint32_t kBarMemoryVersion = 2;

/// Where each number of a bar lies in its slot.
enum class BarValue : std::uint8_t {
  StartMs,
  EndMs,
  Open,
  High,
  Low,
  Close,
  Volume,
  Notional,
  Count,
  FirstMs,
  LastMs,
};
inline constexpr std::size_t kBarValues = static_cast<std::size_t>(BarValue::LastMs) + 1;
/// Room in a slot.
inline constexpr std::size_t kBarRoom = 14;

/// What did not go into a bar, in the order of BarCounters.
enum class BarLoss : std::uint8_t {
  Late,        ///< ticks of a bar that is closed and may not be amended
  Outside,     ///< ticks in none of the sessions
  Unpriced,    ///< trades without a price (odd lots), or with a time that is none
  Correction,  ///< corrections of a bar that is not at hand any more
};
inline constexpr std::size_t kBarLosses = 4;

/// What the ticks of a run (BarRun) do to the forming bar of a series.
enum class BarRunUse : std::uint32_t {
  None,      ///< nothing: the series has no part in it
  Keeps,     ///< the bar's end is that of its interval
  MovesEnd,  ///< the bar's end is the newest tick's time
};

/// One line in front of the slots.
struct alignas(64) BarHeader {
  std::uint32_t closed;    ///< bars closed so far, modulo 2^32; the forming one has this number
  std::uint32_t capacity;  ///< slots; a power of two
  std::uint32_t version;
  std::uint32_t run_use;             ///< BarRunUse
  std::uint64_t losses[kBarLosses];  ///< by BarLoss
  std::uint32_t run_place;           ///< of the series among those of its run
};
static_assert(sizeof(BarHeader) == 64);

/// The bar with number n lies in slot n modulo capacity.
struct alignas(64) BarSlot {
  std::uint32_t sequence;  ///< odd while it is written; 0 only before it is written the first time
  std::uint32_t number;
  std::uint32_t flags;
  std::uint32_t pause;  ///< always 0: what a reader sleeps on while the writer is interrupted
  double values[kBarRoom];
};
inline constexpr std::size_t kBarSlotBytes = sizeof(BarSlot);
static_assert(kBarSlotBytes == 128 && offsetof(BarSlot, values) == 16 && kBarValues <= kBarRoom);

/// Where each number of a run lies.
enum class BarRunValue : std::uint8_t { Count, High, Low, Close, LastMs };
inline constexpr std::size_t kBarRunValues = static_cast<std::size_t>(BarRunValue::LastMs) + 1;

/// The newest ticks of several series that are made of the same prices: those that change no bar but the
/// forming ones, in the order of their times, so that it is enough to have them once. A forming bar is what
/// its slot says and these ticks behind it. While `Count` is 0 the slots say all.
struct alignas(64) BarRun {
  std::uint32_t sequence;  ///< odd while it, or what it has to do with in the slots, is written
  std::uint32_t pause;     ///< as BarSlot's
  double values[7];        ///< by BarRunValue
};
static_assert(sizeof(BarRun) == 64 && kBarRunValues <= 7);
/// Behind it, for each series by its place, where trades make the bars: what volume and notional are with the
/// run's ticks in them. They are sums in the order of the ticks, and so no sums of sums.
struct BarRunSums {
  double volume, notional;
};
inline constexpr std::size_t bar_run_bytes(std::size_t series) {
  constexpr std::size_t kLine = 64;
  return sizeof(BarRun) + (series * sizeof(BarRunSums) + kLine - 1) / kLine * kLine;
}

inline constexpr std::uint32_t kFewestBars = 2;
inline constexpr std::uint32_t kMostBars = 1u << 20;

}  // namespace ibkr
