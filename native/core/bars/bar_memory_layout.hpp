// The bars of one series in memory that somebody else gave (shared memory, where JavaScript reads along):
// what lies where. The only place that says so.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ibkr {

/// Goes along with a memory that is handed to another thread: who reads it must mean the same.
inline constexpr std::uint32_t kBarMemoryVersion = 1;

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

/// One line in front of the slots.
struct alignas(64) BarHeader {
  std::uint32_t closed;    ///< bars closed so far, modulo 2^32; the forming one has this number
  std::uint32_t capacity;  ///< slots; a power of two
  std::uint32_t version;
  std::uint32_t spare;
  std::uint64_t losses[kBarLosses];  ///< by BarLoss
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

inline constexpr std::uint32_t kFewestBars = 2;
inline constexpr std::uint32_t kMostBars = 1u << 20;

}  // namespace ibkr
