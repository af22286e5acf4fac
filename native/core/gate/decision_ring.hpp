// What the gate has decided, for whoever writes it down: from any thread, to one, without a lock.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace ibkr {

/// One decision, all doubles, so that JavaScript reads it as a Float64Array (addon: RISK_DECISION_…).
struct DecisionRecord {
  double time_ms = 0;  ///< since 1970
  double source = 0;   ///< OrderSource, or DecisionSource
  double order_id = 0;
  double code = 0;   ///< DenyCode; 0: it may leave
  double scope = 0;  ///< whose limit
  double measured = 0;
  double limit = 0;
  double side = 0;  ///< 0 buys, 1 sells
  double quantity = 0;
  double limit_price = 0;  ///< NaN: none, as the following ones
  double aux_price = 0;
  double bid = 0;
  double ask = 0;
  double instrument = -1;  ///< its number; -1: not known
  double is_change = 0;
  double limits_version = 0;
};
inline constexpr std::size_t kDecisionDoubles = sizeof(DecisionRecord) / sizeof(double);

/// Of several writers and one reader, after Vyukov's bounded queue: each place has a number that says whose
/// turn it is. A full ring loses the new decision, and counts it: an order does not wait for its record.
class DecisionRing {
 public:
  static constexpr std::size_t kPlaces = 4096;

  DecisionRing() : places_(std::make_unique<std::array<Place, kPlaces>>()) {
    for (std::size_t i = 0; i < kPlaces; ++i)
      (*places_)[i].turn.store(i, std::memory_order_relaxed);  // relaxed: nobody else knows it yet
  }

  void push(const DecisionRecord& record) {
    // relaxed: a first guess; the exchange decides.
    std::uint64_t at = next_.load(std::memory_order_relaxed);
    for (;;) {
      Place& place = (*places_)[at % kPlaces];
      const std::uint64_t turn =
          place.turn.load(std::memory_order_acquire);  // acquire: the reader is done with it
      if (turn == at) {
        if (!next_.compare_exchange_weak(at, at + 1, std::memory_order_relaxed)) continue;
        place.record = record;
        place.turn.store(at + 1, std::memory_order_release);  // release: the record is there
        return;
      }
      if (turn < at) {
        lost_.fetch_add(1, std::memory_order_relaxed);  // relaxed: a count
        return;
      }
      at = next_.load(std::memory_order_relaxed);
    }
  }

  /// For the one reader. False: there is none.
  bool pop(DecisionRecord& out) {
    Place& place = (*places_)[read_ % kPlaces];
    if (place.turn.load(std::memory_order_acquire) != read_ + 1) return false;  // acquire: pairs with push()
    out = place.record;
    place.turn.store(read_ + kPlaces, std::memory_order_release);  // release: it may be written again
    ++read_;
    return true;
  }

  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }  // relaxed: a count

 private:
  struct alignas(64) Place {
    std::atomic<std::uint64_t> turn{0};
    DecisionRecord record{};
  };
  std::unique_ptr<std::array<Place, kPlaces>> places_;
  alignas(64) std::atomic<std::uint64_t> next_{0};
  std::atomic<std::uint64_t> lost_{0};
  alignas(64) std::uint64_t read_ = 0;
};

}  // namespace ibkr
