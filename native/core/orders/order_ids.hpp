// The numbers of orders: one counter in memory that JavaScript shares, so that any thread can take one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ibkr {

/// A cache line of its own, of u32: the next number, and what else is known of numbers.
inline constexpr std::size_t kOrderIdsBytes = 64;
inline constexpr std::uint32_t kLastOrderId = 0x7fffffff;
/// Places in the memory. Of JavaScript's thread alone: numbers below it are no new orders'.
inline constexpr std::size_t kOrderIdsNewFrom = 1;
/// The last number that an armed order took; 0: none.
inline constexpr std::size_t kOrderIdsFired = 2;
/// Of JavaScript's thread alone: one more than a number that is a change, though none of the above says so:
/// an armed order's.
inline constexpr std::size_t kOrderIdsChange = 3;

/// A view of the memory; copies count together, and so does src/session/order-ids.ts, with Atomics. The
/// counter never goes back.
class OrderIds {
 public:
  /// `memory`: zeros at first, aligned to 4, outlives the view.
  explicit OrderIds(std::span<std::byte, kOrderIdsBytes> memory)
      : next_(reinterpret_cast<std::uint32_t*>(memory.data())) {}

  /// For any thread: the next number, unless somebody takes it first.
  std::uint32_t next() const {
    return std::atomic_ref(*next_).load(std::memory_order_relaxed);  // relaxed: a lower bound, and no more
  }

  /// For any thread: a number that nobody else gets. Nothing once the last one has been taken.
  std::optional<std::int32_t> take() {
    const std::atomic_ref next(*next_);
    // relaxed, here and below: a number stands for itself; that nobody gets it twice, the exchange does.
    std::uint32_t id = next.load(std::memory_order_relaxed);
    do {
      if (id > kLastOrderId) return std::nullopt;
      // acq_rel: who takes a higher number sees the claims of those that have lower ones (SendQueue::claim).
    } while (!next.compare_exchange_weak(id, id + 1, std::memory_order_acq_rel, std::memory_order_relaxed));
    return static_cast<std::int32_t>(id);
  }

  /// For any thread: the next number is `id`, or a higher one.
  void raise(std::uint32_t id) {
    const std::atomic_ref next(*next_);
    std::uint32_t now = next.load(std::memory_order_relaxed);
    while (now < id && !next.compare_exchange_weak(now, id, std::memory_order_relaxed)) {
    }
  }

  /// For the thread that reads: an armed order has taken it.
  void fired(std::int32_t id) {
    // seq_cst: with SendQueue::claim() before newest_fired() on the other side, one of the two sees the
    // other.
    std::atomic_ref(next_[kOrderIdsFired]).store(static_cast<std::uint32_t>(id), std::memory_order_seq_cst);
  }
  std::uint32_t newest_fired() const {
    return std::atomic_ref(next_[kOrderIdsFired]).load(std::memory_order_seq_cst);  // seq_cst: as above
  }

  // For JavaScript's thread.
  /// The order of this number is known, or may be: what is sent under it is a change.
  bool is_change(std::int32_t id) const {
    const auto number = static_cast<std::uint32_t>(id);
    return id < 0 || number < next_[kOrderIdsNewFrom] || number + 1 == next_[kOrderIdsChange];
  }
  /// An order has been sent under it.
  void sent(std::int32_t id) {
    const std::uint32_t from = static_cast<std::uint32_t>(id) + 1;
    if (from > next_[kOrderIdsNewFrom]) next_[kOrderIdsNewFrom] = from;
    raise(from);
  }

 private:
  std::uint32_t* next_;
};

}  // namespace ibkr
