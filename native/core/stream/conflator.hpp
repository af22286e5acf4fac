// The newest record of each field of one subscription, until it is time to pass them on.
#pragma once

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
  explicit Conflator(bool trades = false) : trades_(trades) {}
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
    while (oldest_ != kNobody && emit(fields_[oldest_].record())) {
      unlink(oldest_);
      ++went;
    }
    return went;
  }

  /// A string of fundamental ratios has some hundred bytes.
  static constexpr std::size_t kMostSlots = 32;
  /// The gateway has about a hundred tick types; this is what a mad one can cost.
  static constexpr std::size_t kMostFields = 512;

 private:
  using Index = std::uint16_t;
  static constexpr Index kNobody = 0xFFFF;
  static_assert(kMostFields < kNobody);

  /// One kind and field. Its neighbours in the order of arrival, where it waits.
  struct Field {
    Record first;               // the first slot
    std::vector<Record> whole;  // all slots, where there are more than one
    Index before = kNobody, behind = kNobody;
    bool waits = false;

    const Record& record() const { return first.slots > 1 ? whole.front() : first; }
    bool is_of(const Record& other) const { return first.kind == other.kind && first.field == other.field; }
  };

  bool is_conflated(RecordKind kind) const;
  static std::size_t hash(const Record& record);
  Index find(const Record& record) const;
  Index add(const Record& record);
  void put(Index index);
  void grow();
  void link(Index index);
  void unlink(Index index);

  std::vector<Field> fields_;
  std::vector<Index> places_;  // open addressing: of a power of two, at most half of them taken
  Index oldest_ = kNobody, newest_ = kNobody;
  std::size_t waiting_ = 0;
  bool trades_;
};

}  // namespace ibkr
