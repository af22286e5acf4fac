// The numbers of orders: one counter in memory that JavaScript shares, so that any thread can take one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ibkr {

/// A cache line of its own; the counter is its first word, an u32: the next number.
inline constexpr std::size_t kOrderIdsBytes = 64;
inline constexpr std::uint32_t kLastOrderId = 0x7fffffff;

/// A view of the memory; copies count together, and so does src/session/order-ids.ts, with Atomics. The
/// counter never goes back.
class OrderIds {
 public:
  /// `memory`: zeros at first, aligned to 4, outlives the view.
  explicit OrderIds(std::span<std::byte, kOrderIdsBytes> memory)
      : next_(reinterpret_cast<std::uint32_t*>(memory.data())) {}

  /// For any thread: a number that nobody else gets. Nothing once the last one has been taken.
  std::optional<std::int32_t> take() {
    const std::atomic_ref next(*next_);
    // relaxed, here and below: a number stands for itself; that nobody gets it twice, the exchange does.
    std::uint32_t id = next.load(std::memory_order_relaxed);
    do {
      if (id > kLastOrderId) return std::nullopt;
    } while (!next.compare_exchange_weak(id, id + 1, std::memory_order_relaxed));
    return static_cast<std::int32_t>(id);
  }

  /// For any thread: the next number is `id`, or a higher one.
  void raise(std::uint32_t id) {
    const std::atomic_ref next(*next_);
    std::uint32_t now = next.load(std::memory_order_relaxed);
    while (now < id && !next.compare_exchange_weak(now, id, std::memory_order_relaxed)) {
    }
  }

 private:
  std::uint32_t* next_;
};

}  // namespace ibkr
