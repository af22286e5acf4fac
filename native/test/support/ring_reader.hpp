// The consumer's end of the ring, as JavaScript's pump is: reads records, checks that they stay within
// bounds.
#pragma once

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ring/record.hpp"
#include "ring/ring.hpp"
#include "ring/spill.hpp"

namespace ibkr::test {

/// Memory of a ring, aligned as the core wants it. Not cleared beyond the indices: large rings cost nothing.
class RingMemory {
 public:
  explicit RingMemory(std::uint32_t capacity)
      : capacity_(capacity),
        block_(static_cast<std::byte*>(std::aligned_alloc(
            kAlignment, (Ring::bytes_for(capacity) + kAlignment - 1) / kAlignment * kAlignment))) {
    std::memset(block_.get(), 0, kRingSlotsOffset);
  }
  std::byte* block() const { return block_.get(); }
  std::uint32_t capacity() const { return capacity_; }
  Ring ring() const { return Ring(block(), capacity_); }

 private:
  static constexpr std::size_t kAlignment = kRingAlignment;
  struct Free {
    void operator()(std::byte* block) const { std::free(block); }
  };
  std::uint32_t capacity_;
  std::unique_ptr<std::byte, Free> block_;
};

/// The numbers of a kind's record; the kinds that carry only bytes have none.
inline std::size_t doubles_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::TickSize:
    case RecordKind::TickGeneric:
      return 1;
    case RecordKind::TickPrice:
    case RecordKind::TickByTickMidPoint:
    case RecordKind::MarketDepth:
    case RecordKind::MarketDepthL2:
    case RecordKind::Armed:
      return 2;
    case RecordKind::TickByTickAllLast:
      return 3;
    case RecordKind::TickByTickBidAsk:
    case RecordKind::RtTrade:
      return 5;
    case RecordKind::OrderStatus:
      return 6;
    case RecordKind::TickOptionComputation:
    case RecordKind::RealTimeBar:
      return 8;
    default:
      return 0;
  }
}

inline std::size_t strings_of(RecordKind kind) {
  switch (kind) {
    case RecordKind::MarketDepthL2:
      return 1;
    case RecordKind::TickByTickAllLast:
    case RecordKind::OrderStatus:
      return 2;
    default:
      return 0;
  }
}

inline bool carries_bytes(RecordKind kind) {
  return kind == RecordKind::TickString || (kind >= RecordKind::Cold && kind != RecordKind::Armed);
}

inline bool known(RecordKind kind) {
  return (kind >= RecordKind::TickPrice && kind <= RecordKind::BookChanged) ||
         (kind >= RecordKind::Cold && kind <= RecordKind::Armed);
}

/// One record, copied out of the ring.
struct Seen {
  RecordKind kind = RecordKind::Pad;
  std::uint8_t flags = 0;
  std::uint32_t slots = 0;
  std::int32_t req_id = 0, field = 0, aux = 0;
  double received_micros = 0;
  std::vector<double> numbers;
  std::vector<std::string> strings;
  std::string bytes;

  bool operator==(const Seen& other) const {
    const auto same = [](double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; };
    if (numbers.size() != other.numbers.size() || !same(received_micros, other.received_micros)) return false;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      if (!same(numbers[i], other.numbers[i])) return false;
    return kind == other.kind && flags == other.flags && req_id == other.req_id && field == other.field &&
           aux == other.aux && strings == other.strings && bytes == other.bytes;
  }
};

/// A record and everything it names lies inside its slots. Empty: all is well; otherwise what is wrong.
inline std::string out_of_bounds(const Record& record, std::uint32_t at, std::uint32_t capacity) {
  if (record.slots == 0) return "a record of no slots";
  if (at + record.slots > capacity) return "a record runs over the ring's end";
  if (record.kind == RecordKind::Pad) return {};
  if (!known(record.kind)) return "unknown kind " + std::to_string(static_cast<int>(record.kind));
  const std::size_t size = record.slots * kSlotBytes;
  if (carries_bytes(record.kind)) {
    if ((record.flags & kFlagSpilled) != 0) return record.aux >= 0 ? "" : "a negative length";
    if (record.aux < 0 || kBytesOffset + static_cast<std::size_t>(record.aux) > size)
      return std::to_string(record.aux) + " bytes do not fit " + std::to_string(record.slots) + " slots";
    return {};
  }
  std::size_t end = strings_offset(doubles_of(record.kind));
  for (std::size_t i = 0; i < strings_of(record.kind); ++i) {
    if (end + 2 > size) return "a string's length lies outside the record";
    std::uint16_t length = 0;
    std::memcpy(&length, reinterpret_cast<const char*>(&record) + end, sizeof length);
    end += 2 + length;
  }
  return end <= size ? "" : "a string runs out of the record";
}

/// The consumer. With a spill queue, spilled bytes are taken from it as the pump does.
class RingReader {
 public:
  explicit RingReader(const RingMemory& memory, Spill* spill = nullptr)
      : block_(memory.block()), capacity_(memory.capacity()), spill_(spill) {}

  /// Calls `take(record)` for all that is published, or `most` records of it (paddings are read with the
  /// record behind them), without copying or allocating.
  template <typename Take>
  std::size_t visit(Take take, std::size_t most = ~std::size_t{0}) {
    // acquire: the records' bytes were written before the producer moved its index.
    const std::uint32_t head = index(kRingHeadOffset).load(std::memory_order_acquire);
    std::size_t count = 0;
    while (next_ != head && count < most) {
      const std::uint32_t at = next_ & (capacity_ - 1);
      const auto& record = *reinterpret_cast<const Record*>(block_ + kRingSlotsOffset + at * kSlotBytes);
      broken_ = out_of_bounds(record, at, capacity_);
      if (broken_.empty() && record.slots > head - next_) broken_ = "a record runs over the producer's index";
      if (!broken_.empty()) return count;
      if (record.kind != RecordKind::Pad) {
        take(record);
        ++count;
      }
      next_ += record.slots;
    }
    give_back();
    return count;
  }

  /// Everything that is published, copied.
  std::vector<Seen> drain() {
    std::vector<Seen> out;
    visit([&](const Record& record) { out.push_back(copy(record)); });
    return out;
  }

  /// Reads at most `most` records.
  std::vector<Seen> take(std::size_t most) {
    std::vector<Seen> out;
    visit([&](const Record& record) { out.push_back(copy(record)); }, most);
    return out;
  }

  /// Empty unless a record was out of bounds; reading stops there.
  const std::string& broken() const { return broken_; }
  std::uint32_t next_index() const { return next_; }
  /// Moves both to an index, as if so many slots had gone through.
  void start_at(std::uint32_t index_value) {
    next_ = index_value;
    give_back();
  }

 private:
  Seen copy(const Record& record) {
    Seen seen;
    seen.kind = record.kind;
    seen.flags = record.flags;
    seen.slots = record.slots;
    seen.req_id = record.req_id;
    seen.field = record.field;
    seen.aux = record.aux;
    seen.received_micros = record.received_micros;
    const char* p = reinterpret_cast<const char*>(&record) + kBytesOffset;
    if (carries_bytes(record.kind)) {
      if ((record.flags & kFlagSpilled) == 0) {
        seen.bytes.assign(p, static_cast<std::size_t>(record.aux));
      } else if (spill_ != nullptr) {
        if (const auto bytes = spill_->pop())
          seen.bytes.assign(reinterpret_cast<const char*>(bytes->data()), bytes->size());
      }
      return seen;
    }
    seen.numbers.resize(doubles_of(record.kind));
    if (!seen.numbers.empty()) std::memcpy(seen.numbers.data(), p, seen.numbers.size() * sizeof(double));
    p += seen.numbers.size() * sizeof(double);
    for (std::size_t i = 0; i < strings_of(record.kind); ++i) {
      std::uint16_t length = 0;
      std::memcpy(&length, p, sizeof length);
      seen.strings.emplace_back(p + 2, length);
      p += 2 + length;
    }
    return seen;
  }
  void give_back() {
    // release: our reads of the slots happen before the producer writes them again.
    index(kRingTailOffset).store(next_, std::memory_order_release);
  }
  std::atomic_ref<std::uint32_t> index(std::size_t offset) const {
    return std::atomic_ref(*reinterpret_cast<std::uint32_t*>(block_ + offset));
  }

  std::byte* block_;
  std::uint32_t capacity_;
  Spill* spill_;
  std::uint32_t next_ = 0;
  std::string broken_;
};

}  // namespace ibkr::test
