// Copies of records for any number of readers: a ring with one writer that knows none of them, and waits for
// none. Whoever is overtaken finds out, and how many records it lost. JavaScript reads it from
// src/native/tape.ts.
//  - Writer: intent (relaxed), words of the slots and their marks (release each), head (release).
//  - Reader: head (acquire), words (acquire each), intent (relaxed): a slot less than the tape's length
//    behind the intent is as it was when the head was read; others may be torn, and are lost.
// A reader that got a word of a later write has synchronized with its store, so that it sees the intent that
// came before it. No fence: the thread sanitizer does not know them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <span>

#include "ring/record.hpp"
#include "ring/tape_layout.hpp"

namespace ibkr {

/// A view of a tape's memory: its words.
class TapeMemory {
 public:
  static constexpr bool valid_slots(std::uint32_t n) {
    return n >= kMinTapeSlots && n <= kMaxTapeSlots && (n & (n - 1)) == 0;
  }
  /// `block`: tape_bytes(slots) bytes, aligned to 8, that outlive it.
  TapeMemory(std::byte* block, std::uint32_t slots) : block_(block), slots_(slots) {}

  std::uint32_t slots() const { return slots_; }
  std::atomic_ref<std::uint64_t> intent() const { return word(kTapeIntentOffset); }
  std::atomic_ref<std::uint64_t> head() const { return word(kTapeHeadOffset); }
  std::atomic_ref<std::uint64_t> slot_word(std::uint64_t position, std::size_t n) const {
    return word(kTapeSlotsOffset + index(position) * kSlotBytes + n * 8);
  }
  std::atomic_ref<std::uint64_t> mark(std::uint64_t position) const {
    return word(tape_marks_offset(slots_) + index(position) * kTapeMarkBytes);
  }

 private:
  std::size_t index(std::uint64_t position) const {
    return static_cast<std::size_t>(position) & (slots_ - 1);
  }
  std::atomic_ref<std::uint64_t> word(std::size_t offset) const {
    return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(block_ + offset));
  }

  std::byte* block_;
  std::uint32_t slots_;
};

inline constexpr std::size_t kSlotWords = kSlotBytes / 8;

/// The writer's end; one for each tape, from its first record on.
class Tape {
 public:
  /// `memory` is all zero.
  explicit Tape(TapeMemory memory)
      : memory_(memory), most_slots_(std::min(memory.slots() / 8, kMaxTapeRecordSlots)) {}

  /// A copy of a whole record; readers see it after publish(). Of one that is too large there is the first
  /// slot alone, marked as spilled.
  void write(const Record& record) {
    const bool cut = record.slots > most_slots_;
    const std::uint32_t count = cut ? 1 : record.slots;
    if (write_ + count > intent_) announce(count);
    for (std::uint32_t n = 0; n < count; ++n) put(record, n, cut);
    write_ += count;
    ++records_;
  }

  /// Shows what was written. Nothing else of it costs a reader's cache line.
  void publish() {
    if (write_ == published_) return;
    published_ = write_;
    // release: who sees it sees the records.
    memory_.head().store(write_, std::memory_order_release);
  }

 private:
  /// The readers look at the line of the intent, too: it is not moved for each record.
  static constexpr std::uint32_t kAhead = 64;

  void announce(std::uint32_t count) {
    intent_ = write_ + std::max(count, kAhead);
    // relaxed: the words' releases carry it.
    memory_.intent().store(intent_, std::memory_order_relaxed);
  }

  void put(const Record& record, std::uint32_t n, bool cut) {
    std::uint64_t words[kSlotWords];
    std::memcpy(words, reinterpret_cast<const std::byte*>(&record) + n * kSlotBytes, kSlotBytes);
    if (cut) {
      Record head;
      std::memcpy(&head, words, sizeof head);
      head.slots = 1;
      head.flags |= kFlagSpilled;
      std::memcpy(words, &head, sizeof head);
    }
    const std::uint64_t at = write_ + n;
    // release: who reads one of them sees the intent that covers it.
    for (std::size_t i = 0; i < kSlotWords; ++i)
      memory_.slot_word(at, i).store(words[i], std::memory_order_release);
    memory_.mark(at).store(records_ << kTapeMarkShift | n,
                           std::memory_order_release);  // release: as the words
  }

  TapeMemory memory_;
  std::uint32_t most_slots_;
  std::uint64_t write_ = 0;
  std::uint64_t intent_ = 0;
  std::uint64_t published_ = 0;
  std::uint64_t records_ = 0;
};

/// A reader's end, for one thread; as many as there are threads. Begins behind what is published.
class TapeReader {
 public:
  explicit TapeReader(TapeMemory memory) : memory_(memory) {
    while (!begin_at_head()) {
    }
  }

  /// Slots of whole records, one behind the other; how many. 0: there is nothing new, or the next record is
  /// larger than `out`; none is that has kMaxTapeRecordSlots.
  std::size_t read(std::span<Record> out) {
    for (;;) {
      // acquire: the words below are those that were published, or later ones.
      const std::uint64_t head = memory_.head().load(std::memory_order_acquire);
      const std::uint64_t count = std::min<std::uint64_t>(head - next_, out.size());
      for (std::uint64_t n = 0; n < count; ++n) copy(next_ + n, out[static_cast<std::size_t>(n)]);
      if (is_whole(next_)) return take(out.first(static_cast<std::size_t>(count)));
      catch_up();
    }
  }

  /// Records that were written over before they were read, known at the read that found out.
  std::uint64_t lost() const { return lost_; }
  /// Number of the record that read() gives next.
  std::uint64_t next_number() const { return number_; }

 private:
  bool is_whole(std::uint64_t position) const {
    // relaxed: the acquires of what was copied keep it behind them.
    const std::uint64_t intent = memory_.intent().load(std::memory_order_relaxed);
    return intent <= position + memory_.slots();
  }
  void copy(std::uint64_t position, Record& out) const {
    std::uint64_t words[kSlotWords];
    // acquire: of a write under way the intent is seen afterwards.
    for (std::size_t i = 0; i < kSlotWords; ++i)
      words[i] = memory_.slot_word(position, i).load(std::memory_order_acquire);
    std::memcpy(&out, words, sizeof out);
  }
  /// A record that did not fit whole is left for the next time.
  std::size_t take(std::span<const Record> slots) {
    std::size_t at = 0;
    for (; at < slots.size() && at + slots[at].slots <= slots.size(); at += slots[at].slots) ++number_;
    next_ += at;
    return at;
  }

  /// True unless it was overtaken meanwhile.
  bool begin_at_head() {
    next_ = memory_.head().load(std::memory_order_acquire);  // acquire: the mark below is that of the record
    number_ = number_before(next_);
    return next_ == 0 || is_whole(next_ - 1);
  }
  std::uint64_t number_before(std::uint64_t position) const {
    if (position == 0) return 0;
    // acquire: as in copy().
    return (memory_.mark(position - 1).load(std::memory_order_acquire) >> kTapeMarkShift) + 1;
  }

  /// Goes on with a record that the writer will not reach soon: a quarter of the tape before it.
  void catch_up() {
    const std::uint64_t before = number_;
    do {
      // relaxed: where it begins is a guess; is_whole() judges.
      const std::uint64_t oldest = memory_.intent().load(std::memory_order_relaxed) - memory_.slots();
      // acquire: the marks below are those that were published, or later ones.
      const std::uint64_t head = memory_.head().load(std::memory_order_acquire);
      next_ = std::min(std::max(oldest, next_) + memory_.slots() / 4, head);
      // The first slot of a record.
      while (next_ < head && (memory_.mark(next_).load(std::memory_order_acquire) & kOffset) != 0) ++next_;
      number_ = number_before(next_);
    } while (!is_whole(next_ - 1));
    lost_ += number_ - before;
  }
  static constexpr std::uint64_t kOffset = (1u << kTapeMarkShift) - 1;

  TapeMemory memory_;
  std::uint64_t next_ = 0;
  std::uint64_t number_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace ibkr
