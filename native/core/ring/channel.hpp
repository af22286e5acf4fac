// The producer's end of the ring, with what happens when the ring is full.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ring/record_sieve.hpp"
#include "ring/ring.hpp"
#include "ring/spill.hpp"

namespace ibkr {

/// What a full ring does to ticks. Cold frames, order statuses, depth, bars and tick-by-tick are never
/// dropped: under every policy they wait, and reading stops when too much waits. A Raw record and the message
/// behind it are one: where a tick goes, its Raw record goes with it.
enum class FullPolicy : std::uint8_t {
  Backpressure,  ///< stop reading the socket until JavaScript has caught up
  Conflate,      ///< the newest value per request and field wins, but never overtakes a record that must stay
  DropOldest,    ///< the oldest waiting tick goes
};

/// Counters for any thread to read; each has one writer at a time (the holder of the reader lock).
struct ChannelCounters {
  std::atomic<std::uint64_t> conflated{0};   ///< ticks; their Raw records are not counted again
  std::atomic<std::uint64_t> dropped{0};     ///< as above
  std::atomic<std::uint64_t> overflowed{0};  ///< records that had to wait outside the ring
  /// Slots that the consumer had not given back, at the most, after a publish().
  std::atomic<std::uint64_t> high_water_slots{0};
};

class Channel {
 public:
  Channel(Ring ring, FullPolicy policy) : ring_(ring), policy_(policy) {}
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// True if any frame of `payload` bytes can be taken now. False: read no further, call again after a drain.
  /// So no more than kMaxWaitingBytes and what one frame makes wait outside the ring, cold frames included.
  bool can_take(std::size_t payload) {
    if (is_overfull()) return false;
    return policy_ != FullPolicy::Backpressure || has_room(payload);
  }
  /// So much waits outside the ring that nothing may be added.
  bool is_overfull() const { return waiting_bytes_ + spill_.waiting_bytes() >= kMaxWaitingBytes; }
  /// True if the records of any frame of `payload` bytes find room in the ring.
  bool has_room(std::size_t payload) {
    // One frame makes at most three records (raw, decoded, trailing), none longer than its payload and a
    // header.
    const std::size_t slots = payload / kSlotBytes + kLargestHotRecord;
    const auto one = static_cast<std::uint32_t>(std::min<std::size_t>(slots, ring_.max_record_slots()));
    return waiting_.empty() && ring_.has_room_for_record(one * 3);
  }

  /// Where records of one slot each may be written straight to the ring; then Ring::take_slots().
  std::span<Record> free_run() { return waiting_.empty() ? ring_.free_run() : std::span<Record>{}; }

  /// Looks at every record that is committed; nullptr: nobody does.
  void set_sieve(RecordSieve* sieve) { sieve_ = sieve; }

  /// A record of `slots` slots to fill in, at the end of the order of arrival; then commit().
  Record* begin(std::uint32_t slots) {
    if (waiting_.empty() && !attempting_) {
      if (Record* record = ring_.claim(slots)) return record;
    }
    return begin_outside(slots);
  }
  /// False: it goes nowhere.
  bool commit(Record* record) {
    if (sieve_ != nullptr && !passes(record)) return false;
    if (attempting_ && policy_ == FullPolicy::Backpressure) return refused_ = true, false;
    if (!can_wait(*record)) note_urgent();
    if (record == scratch_.data()) return wait(record), true;
    behind_raw_ = record->kind == RecordKind::Raw;
    return true;
  }

  /// Until end_attempt(), records are judged as if there were no room, and what would have to wait is
  /// refused. For messages of one record, that are too short to be spilled.
  void begin_attempt() { attempting_ = true; }
  /// True if one was refused: then nothing has come of its message.
  bool end_attempt() {
    attempting_ = false;
    return std::exchange(refused_, false);
  }

  /// A copy of a record that the sieve has taken goes on, at the end of the order of arrival; nullptr: no
  /// room.
  Record* claim_treated(const Record& record);
  /// The same, outside the ring where it must.
  void append_treated(const Record& record);

  /// For any thread: how many records there were that JavaScript is to see at once: all but the ticks of
  /// subscriptions that come in batches. (Those that free_run() took are for its user to judge:
  /// note_urgent().)
  std::uint32_t urgent() const {
    return urgent_.load(std::memory_order_acquire);
  }  // acquire: as in note_urgent()
  void note_urgent() {
    // release: who sees the number finds what it counts behind the next publish().
    urgent_.store(urgent_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  /// A record whose content is `bytes` (Cold, Raw, Malformed, TickString…). Too large for the ring: spilled.
  void push_bytes(RecordKind kind, std::int32_t req_id, std::int32_t field, double received_micros,
                  std::string_view bytes);

  /// Moves what waits outside into the ring as far as it fits, and shows everything to the consumer.
  /// Returns true if the consumer has something new to read.
  bool publish();

  /// For any thread: records wait outside the ring; they move in when publish() is called after a drain.
  bool overflowing() const {
    return overflowing_.load(std::memory_order_acquire);
  }  // acquire: pairs with publish()
  Spill& spill() { return spill_; }
  Ring& ring() { return ring_; }
  const ChannelCounters& counters() const { return counters_; }

  /// At most this many bytes wait outside the ring before reading stops.
  static constexpr std::size_t kMaxWaitingBytes = 64u << 20;

 private:
  static constexpr std::uint32_t kLargestHotRecord = 8;  // slots; longer strings make the record longer
  Record* begin_outside(std::uint32_t slots);
  struct Waiting {
    std::vector<Record> slots;  // empty where a newer value has taken the record's place further back
    bool behind_raw = false;    // the record before it is the same message's Raw record
  };
  static constexpr std::size_t kWaitingOverhead = 96;  // bytes of containers around a waiting record
  static std::size_t cost(const Waiting& waiting) {
    return waiting.slots.size() * kSlotBytes + kWaitingOverhead;
  }
  static bool conflatable(const Record& record);
  static bool can_wait(const Record& record) { return (record.flags & kFlagTreated) != 0; }
  bool passes(Record* record);
  static std::uint64_t key_of(const Record& record);
  void wait(const Record* record);
  Waiting& at(std::uint64_t sequence) {
    return waiting_[static_cast<std::size_t>(sequence - first_waiting_)];
  }
  bool forget(std::uint64_t sequence);
  void let_go(Waiting& waiting);
  void drop_oldest();
  void compact();
  void flush();

  Ring ring_;
  FullPolicy policy_;
  Spill spill_;
  ChannelCounters counters_;
  // Outside the ring: only ever non-empty while the ring is full.
  std::deque<Waiting> waiting_;
  std::uint64_t first_waiting_ = 0;  // sequence number of waiting_.front()
  std::unordered_map<std::uint64_t, std::uint64_t>
      newest_;  // key -> sequence, since the last record that must stay
  std::size_t waiting_bytes_ = 0;
  std::uint64_t oldest_tick_ = 0;  // no droppable record has a smaller sequence number
  std::size_t gone_ = 0;           // empty ones among waiting_
  bool behind_raw_ = false;        // the newest record, in the ring or waiting, is a Raw record
  std::atomic<bool> overflowing_{false};
  std::atomic<std::uint32_t> urgent_{0};
  std::vector<Record> scratch_;
  RecordSieve* sieve_ = nullptr;
  bool attempting_ = false;
  bool refused_ = false;
};

}  // namespace ibkr
