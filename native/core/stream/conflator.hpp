// The newest record of each field of one subscription, until it is time to pass them on.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "ring/record.hpp"

namespace ibkr {

/// One thread at a time. Memory is made when a field comes the first time, or with a longer record than
/// before; it stays for the next one.
class Conflator {
 public:
  /// `trades`: trades and quotes tick by tick are conflated as well. Depth and bars never are: each of them
  /// counts.
  explicit Conflator(bool trades = false) : trades_(trades) { hints_.fill(kNobody); }
  Conflator(const Conflator&) = delete;
  Conflator& operator=(const Conflator&) = delete;

  /// As in the constructor, from the next record on. What waits already still waits.
  void set_trades(bool trades) { trades_ = trades; }

  /// take() keeps such a record, as long as there is room for its field.
  bool conflates(const Record& record) const {
    return is_conflated(record.kind) && (record.flags & kFlagSpilled) == 0 && record.slots <= kMostSlots;
  }

  /// What take() did.
  struct Taken {
    bool kept;      ///< it waits here; otherwise it is the caller's to pass on
    bool replaced;  ///< an older one of its kind and field, which waited, is gone
  };
  /// `record` with all of its slots. Not kept: what is not conflated, strings whose bytes are spilled,
  /// records longer than kMostSlots, and fields beyond kMostFields. One that is not kept never has an older
  /// one of its field left here, which would come after it.
  Taken take(const Record& record);

  /// Records that wait.
  std::size_t waiting() const { return waiting_; }

  /// Hands over what waits, in the order in which the newest ones came, until `emit(const Record&)` returns
  /// false: no room; that one and those behind it stay. `emit` must not take from or flush the same
  /// conflator. Returns how many went.
  template <typename Emit>
  std::size_t flush(Emit&& emit) {
    std::size_t went = 0;
    for (const Index index : in_order()) {
      if (!emit(record_of(index))) break;
      let_go(index);
      ++went;
    }
    return went;
  }

  /// Where take() will look and write for a record like this one, if its field is known.
  void prefetch(const Record& record) const {
    const Index index = hints_[hint_of(record)];
    if (index >= cells_.size()) return;
    __builtin_prefetch(&cells_[index], 1);
    __builtin_prefetch(&orders_[index], 1);
  }

  /// A string of fundamental ratios has some hundred bytes.
  static constexpr std::size_t kMostSlots = 32;
  /// The gateway has about a hundred tick types; this is what a mad one can cost.
  static constexpr std::size_t kMostFields = 512;

 private:
  using Index = std::uint16_t;
  static constexpr Index kNobody = 0xFFFF;
  static_assert(kMostFields < kNobody);
  static constexpr std::size_t kHints = 16;

  /// The first slot of one field's newest record, in a cache line of its own.
  struct alignas(kSlotBytes) Cell {
    Record record;
    bool is_of(const Record& other) const { return record.kind == other.kind && record.field == other.field; }
  };

  bool is_conflated(RecordKind kind) const;
  static std::size_t hash(const Record& record) {
    // Kinds are few and fields mostly small: apart by a factor that is odd, then the upper bits of a product.
    const std::uint32_t key =
        static_cast<std::uint32_t>(record.field) * 31 + static_cast<std::uint32_t>(record.kind);
    return (key * std::uint32_t{0x9E3779B1}) >> 16;
  }
  /// Bid, ask, last, their sizes and the volume each have one of their own.
  static std::size_t hint_of(const Record& record) {
    return (static_cast<std::uint32_t>(record.field) + static_cast<std::uint32_t>(record.kind) * 8) % kHints;
  }
  Index find(const Record& record) {
    const Index hint = hints_[hint_of(record)];
    return hint != kNobody && cells_[hint].is_of(record) ? hint : find_place(record);
  }
  Index find_place(const Record& record);
  Index add(const Record& record);
  void put(Index index);
  void grow();
  const Record& record_of(Index index) const {
    const Record& first = cells_[index].record;
    return first.slots > 1 ? wholes_[index].front() : first;
  }
  void let_go(Index index) {
    orders_[index] = 0;
    --waiting_;
  }
  const std::vector<Index>& in_order();

  // By field:
  std::vector<Cell> cells_;
  std::vector<std::uint64_t> orders_;        // when its newest record came, in records; 0: it does not wait
  std::vector<std::vector<Record>> wholes_;  // all slots, where there are more than one
  std::uint64_t newest_ = 0;
  std::uint32_t waiting_ = 0;
  bool trades_;
  std::array<Index, kHints> hints_;  // by hint_of(): the field that was found last
  std::vector<Index> places_;        // open addressing: of a power of two, at most half of them taken
  std::vector<Index> sorted_;
};

}  // namespace ibkr
