// The newest values of every subscription, in shared memory: written by whoever reads the socket, readable on
// any thread at any moment. The writer waits for nobody; a reader reads again what changed meanwhile.
//
// Each slot is a seqlock (Boehm, "Can seqlocks get along with programming language memory models?", 2012), in
// its form without fences, which the thread sanitizer understands:
//  - writer: sequence odd (relaxed), values (release each), sequence even (release);
//  - reader: sequence (acquire), values (acquire each), sequence (relaxed): even and unchanged, or again.
// A reader that got a value of a write under way has synchronized with its store, so that it sees the odd
// sequence, too. One that saw an even sequence sees all values of that write and of those before.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "ring/record.hpp"
#include "stream/board_layout.hpp"

namespace ibkr {

/// A view of the memory; copies are the same board. One thread at a time writes, and who takes over must see
/// what the other wrote (the reader lock does that).
class Board {
 public:
  static constexpr std::size_t bytes_for(std::uint32_t slots) { return slots * kBoardSlotBytes; }

  /// `memory`: zeros or a board, aligned to a BoardSlot, outlives it. What is behind the last whole slot is
  /// left alone.
  explicit Board(std::span<std::byte> memory)
      : slots_(reinterpret_cast<BoardSlot*>(memory.data())),
        count_(static_cast<std::uint32_t>(memory.size() / kBoardSlotBytes)) {}

  std::uint32_t slots() const { return count_; }

  /// Takes over what one decoded record says, whoever has sent it: a subscription of several requests has one
  /// slot. A record that says nothing a quote has is noted as the newest arrival, and no more. Nothing
  /// happens if there is no such slot.
  void take(std::uint32_t slot, const Record& record);

  /// One value; for the thread that writes. None if there is no such slot.
  double value(std::uint32_t slot, BoardValue at) const;

  /// Where take() will write: head, prices and sizes, and times of arrival.
  void prefetch(std::uint32_t slot) const {
    if (slot >= count_) return;
    __builtin_prefetch(&slots_[slot], 1);
    __builtin_prefetch(&slots_[slot].values[static_cast<std::size_t>(BoardValue::BidMicros)], 1);
  }

  /// A quote without values, for whoever has the slot next.
  void clear(std::uint32_t slot);

  /// The values of one instant in the order of BoardValue; as many as fit into `out`. False, and `out` has no
  /// meaning, if there is no such slot or if it was being written at each of many tries: the writer was
  /// interrupted, and the caller may try again.
  bool read(std::uint32_t slot, std::span<double> out) const;

 private:
  BoardSlot* slots_;
  std::uint32_t count_;
};

}  // namespace ibkr
