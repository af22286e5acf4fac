// A single-producer single-consumer ring of 64-byte slots in memory that JavaScript allocated.
// The producer is whoever holds the session's reader lock; the consumer is the JavaScript pump.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <span>

#include "ring/record.hpp"

namespace ibkr {

/// Byte offsets inside the shared block. Each index has 128 bytes of its own: neighbouring lines are fetched
/// in pairs.
inline constexpr std::size_t kRingHeadOffset = 0;
inline constexpr std::size_t kRingTailOffset = 128;
inline constexpr std::size_t kRingSlotsOffset = 256;
inline constexpr std::size_t kRingAlignment = 128;

/// In slots; a power of two between them.
inline constexpr std::uint32_t kMinCapacity = 64;
inline constexpr std::uint32_t kMaxCapacity = 1u << 24;

class Ring {
 public:
  static constexpr std::size_t bytes_for(std::uint32_t capacity) {
    return kRingSlotsOffset + capacity * kSlotBytes;
  }
  static constexpr bool valid_capacity(std::uint32_t n) {
    return n >= kMinCapacity && n <= kMaxCapacity && (n & (n - 1)) == 0;
  }

  /// `block` is aligned to kRingAlignment, has bytes_for(capacity) bytes and outlives the ring.
  Ring(std::byte* block, std::uint32_t capacity)
      : block_(block), mask_(capacity - 1), max_record_(std::min(capacity / 8, kLargestPad)) {}

  /// Room for one record of `slots` neighbouring slots, or nullptr. Nothing is visible before publish().
  Record* claim(std::uint32_t slots) {
    const std::uint32_t at = write_ & mask_;
    const std::uint32_t to_end = mask_ + 1 - at;
    const std::uint32_t need = slots <= to_end ? slots : slots + to_end;
    if (!has_room(need)) return nullptr;
    if (slots > to_end) {
      pad(at, to_end);
    }
    Record* record = slot(write_ & mask_);
    record->slots = static_cast<std::uint16_t>(slots);
    write_ += slots;
    return record;
  }

  /// The record that was claimed last is not used; only before publish().
  void give_back(std::uint32_t slots) { write_ -= slots; }

  /// The free slots up to the end of the block: records of one slot each may be filled in there, from the
  /// first one on; then take_slots().
  std::span<Record> free_run() {
    // acquire: as in has_room().
    cached_tail_ = tail().load(std::memory_order_acquire);
    const std::uint32_t at = write_ & mask_;
    const std::uint32_t free = mask_ + 1 - (write_ - cached_tail_);
    return {slot(at), std::min(free, mask_ + 1 - at)};
  }
  void take_slots(std::uint32_t count) { write_ += count; }

  /// Makes everything claimed so far visible to the consumer. Returns false if there was nothing new.
  bool publish() {
    if (write_ == published_) return false;
    published_ = write_;
    // release: the records' bytes happen before the consumer's load of the index.
    head().store(write_, std::memory_order_release);
    return true;
  }

  /// True if `slots` slots are free, wherever the next record begins (so: with the worst padding).
  bool has_room_for_record(std::uint32_t slots) { return has_room(slots * 2 - 1); }

  /// The largest record the ring takes; what is larger is spilled. An eighth, so that one never fills the
  /// ring.
  std::uint32_t max_record_slots() const { return max_record_; }
  std::uint32_t capacity() const { return mask_ + 1; }

  /// For any thread: the consumer has not seen everything that was published.
  bool has_unread() {
    // acquire on both: the caller acts on what the other side did before it moved its index.
    return tail().load(std::memory_order_acquire) != head().load(std::memory_order_acquire);
  }

  /// For any thread: slots that the consumer has not given back.
  std::uint32_t unread() {
    // relaxed: a hint of when to look, and the two indices do not belong together.
    return head().load(std::memory_order_relaxed) - tail().load(std::memory_order_relaxed);
  }

  /// For any thread: changes whenever the consumer gives slots back.
  std::uint32_t read_index() { return tail().load(std::memory_order_relaxed); }  // relaxed: as above

  /// The indices start anew; only while neither side runs.
  void reset() {
    write_ = published_ = cached_tail_ = 0;
    head().store(0, std::memory_order_release);  // release: as in publish()
    tail().store(0, std::memory_order_release);  // release: the consumer is not running, any order would do
  }

 private:
  static constexpr std::uint32_t kLargestPad = 0xFFFF;  // a record's length is a u16

  void pad(std::uint32_t at, std::uint32_t slots) {
    Record* record = slot(at);
    record->kind = RecordKind::Pad;
    record->flags = 0;
    record->slots = static_cast<std::uint16_t>(slots);
    write_ += slots;
  }
  bool has_room(std::uint32_t slots) {
    if (mask_ + 1 - (write_ - cached_tail_) >= slots) return true;
    // acquire: the consumer's reads of the slots it gave back happen before we write them again.
    cached_tail_ = tail().load(std::memory_order_acquire);
    return mask_ + 1 - (write_ - cached_tail_) >= slots;
  }
  Record* slot(std::uint32_t index) {
    return reinterpret_cast<Record*>(block_ + kRingSlotsOffset + std::size_t{index} * kSlotBytes);
  }
  std::atomic_ref<std::uint32_t> head() {
    return std::atomic_ref(*reinterpret_cast<std::uint32_t*>(block_ + kRingHeadOffset));
  }
  std::atomic_ref<std::uint32_t> tail() {
    return std::atomic_ref(*reinterpret_cast<std::uint32_t*>(block_ + kRingTailOffset));
  }

  std::byte* block_;
  std::uint32_t mask_;
  std::uint32_t max_record_;
  std::uint32_t write_ = 0;        // next slot to claim; free-running
  std::uint32_t published_ = 0;    // what the consumer may see
  std::uint32_t cached_tail_ = 0;  // the consumer's index as last seen: saves a shared read per record
};

}  // namespace ibkr
