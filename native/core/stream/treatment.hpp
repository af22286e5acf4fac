// What is done to the records of one request, and the counters of what became of them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "ring/channel.hpp"
#include "stream/aggregates.hpp"
#include "stream/board_layout.hpp"
#include "stream/filter.hpp"

namespace ibkr {

/// Counters of one request, in memory that JavaScript allocated; three cache lines, so that the first ones of
/// many do not compete for the same places of a cache. Written by whoever holds the reader lock, read on any
/// thread: received = delivered + conflated + dropped + filtered + what waits.
struct alignas(64) TreatmentCounters {
  std::uint64_t received;
  std::uint64_t delivered;
  std::uint64_t conflated;  ///< replaced by a newer value of their field
  std::uint64_t dropped;    ///< gone for want of room, or when the request was forgotten
  std::uint64_t filtered[kFilterReasons];
  std::uint64_t malformed;  ///< RTVolume strings that could not be read; they are passed on as strings
  std::uint64_t gone;       ///< 1: nothing is written here any more, the memory may be another request's
  std::uint64_t spare[11];
};
inline constexpr std::size_t kCountersBytes = sizeof(TreatmentCounters);
static_assert(kCountersBytes == 192);

/// One writer at a time, handed over through the reader lock. relaxed: readers want a number, not an order.
inline void count(std::uint64_t& counter, std::uint64_t n = 1) {
  const std::atomic_ref cell(counter);
  cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

/// As JavaScript asks for it.
struct Treatment {
  std::uint32_t board_slot = 0;
  TreatmentCounters* counters = nullptr;  ///< outlives the desk
  /// Newest values go on at most so often; 0: every record does.
  double conflate_micros = 0;
  bool conflate_trades = false;
  /// What happens to its records where the ring has no room.
  FullPolicy policy = FullPolicy::Conflate;
  std::optional<FilterRule> filter{};
  /// Of a request that is treated already it changes nothing.
  std::shared_ptr<const AggregatePlan> aggregates{};
};

}  // namespace ibkr
