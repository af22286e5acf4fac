// Records of one subscription that wait because the ring is full, in the order in which they came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ring/record.hpp"

namespace ibkr {

/// One thread at a time. Its memory is made when the first record waits, and stays.
class Backlog {
 public:
  /// So many slots at the most: 256 KiB.
  static constexpr std::size_t kMostSlots = 4096;

  bool empty() const { return records_ == 0; }
  std::size_t records() const { return records_; }
  bool has_room(const Record& record) const { return used_ + record.slots <= kMostSlots; }

  /// `record` with all of its slots; only where there is room.
  void push(const Record& record) {
    if (slots_.empty()) slots_.resize(kMostSlots);
    for (std::size_t i = 0; i < record.slots; ++i) slots_[(first_ + used_ + i) % kMostSlots] = (&record)[i];
    used_ += record.slots;
    ++records_;
  }
  /// The oldest one goes. Not of an empty one.
  void drop_oldest() {
    const std::size_t slots = slots_[first_].slots;
    first_ = (first_ + slots) % kMostSlots;
    used_ -= slots;
    --records_;
  }
  /// Hands over the oldest ones until `emit(const Record&)` returns false: no room; that one and those behind
  /// it stay.
  template <typename Emit>
  void flush(Emit&& emit) {
    while (records_ != 0 && emit(front())) drop_oldest();
  }

 private:
  /// The oldest with its slots side by side.
  const Record& front() {
    const std::size_t slots = slots_[first_].slots;
    if (first_ + slots <= kMostSlots) return slots_[first_];
    unwrapped_.clear();
    for (std::size_t i = 0; i < slots; ++i) unwrapped_.push_back(slots_[(first_ + i) % kMostSlots]);
    return unwrapped_.front();
  }

  std::vector<Record> slots_;
  std::vector<Record> unwrapped_;
  std::size_t first_ = 0, used_ = 0, records_ = 0;
};

}  // namespace ibkr
