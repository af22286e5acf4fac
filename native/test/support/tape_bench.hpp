// A tape's memory, and records that tell whether they are whole.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "ring/tape.hpp"

namespace ibkr::test {

class TapeBench {
 public:
  explicit TapeBench(std::uint32_t slots) : words_(tape_bytes(slots) / 8), slots_(slots) {}
  TapeMemory memory() { return TapeMemory(reinterpret_cast<std::byte*>(words_.data()), slots_); }

 private:
  std::vector<std::uint64_t> words_;
  std::uint32_t slots_;
};

/// Record number n has 1 + n % 4 slots unless told otherwise; every double of it is n.
class NumberedRecord {
 public:
  static std::uint16_t slots_of(std::uint64_t n) { return static_cast<std::uint16_t>(1 + n % 4); }

  explicit NumberedRecord(std::uint64_t n) : NumberedRecord(n, slots_of(n)) {}
  NumberedRecord(std::uint64_t n, std::uint16_t slots) : room_(slots) {
    const auto value = static_cast<double>(n);
    for (Record& slot : room_) {
      double doubles[kSlotWords];
      for (double& number : doubles) number = value;
      std::memcpy(&slot, doubles, sizeof slot);
    }
    Record& head = room_[0];
    head.kind = RecordKind::TickByTickAllLast;
    head.flags = 0;
    head.slots = slots;
    head.req_id = static_cast<std::int32_t>(n);
    head.field = head.aux = 0;
    head.received_micros = value;
  }
  const Record& get() const { return room_[0]; }

 private:
  std::vector<Record> room_;
};

/// The number of a record that lies at the front of `slots`; -1 if it is not as it was written.
inline std::int64_t number_of_whole(std::span<const Record> slots) {
  const Record& head = slots[0];
  const double n = head.received_micros;
  bool whole = head.slots <= slots.size() && head.req_id == static_cast<std::int32_t>(n);
  for (const double value : head.values) whole = whole && value == n;
  for (std::size_t i = 1; whole && i < head.slots; ++i) {
    double doubles[kSlotWords];
    std::memcpy(doubles, &slots[i], sizeof doubles);
    for (const double value : doubles) whole = whole && value == n;
  }
  return whole ? static_cast<std::int64_t>(n) : -1;
}

}  // namespace ibkr::test
