// What a channel has to do, written as plainly as can be, and random work for both.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "market/record_writer.hpp"
#include "ring/channel.hpp"
#include "support/input.hpp"
#include "support/ring_reader.hpp"

namespace ibkr::test {

/// One record as the model has it. What is in it follows from its stamp: the numbers and the bytes are made
/// of that.
struct ModelRecord {
  RecordKind kind = RecordKind::Pad;
  std::uint8_t flags = 0;
  std::int32_t req_id = 0, field = 0;
  std::size_t bytes = 0;  // of content, behind the head
  double stamp = 0;
  std::uint32_t slots = 0;
};

/// The channel as a list: what is in the ring and not yet read, then what waits. A record may be the Raw
/// record of the message behind it.
class ChannelModel {
 public:
  ChannelModel(FullPolicy policy, std::uint32_t capacity, std::uint32_t max_record)
      : policy_(policy), capacity_(capacity), max_record_(max_record) {}

  /// A record at the end.
  void push(ModelRecord record) {
    record.slots = static_cast<std::uint32_t>((kBytesOffset + record.bytes + kSlotBytes - 1) / kSlotBytes);
    if (record.slots > max_record_) {
      record.slots = 1;
      record.flags |= kFlagSpilled;
    }
    if (waiting_.empty() && enter(record)) return;
    ++overflowed;
    if (is_tick(record)) make_way(record);
    waiting_.push_back(record);
  }

  /// What waits moves in as far as it fits, and all is there to be read.
  void publish() {
    const auto stays = std::find_if_not(waiting_.begin(), waiting_.end(),
                                        [&](const ModelRecord& record) { return enter(record); });
    waiting_.erase(waiting_.begin(), stays);
    readable_ = ring_.size();
  }

  /// The next record that can be read; nullptr: none.
  const ModelRecord* front() const { return readable_ == 0 ? nullptr : &ring_.front(); }
  /// It has been read.
  void pop() {
    ring_.pop_front();
    --readable_;
  }
  /// The reader's index is `tail` now.
  void read_up_to(std::uint32_t tail) { tail_ = tail; }
  bool overflowing() const { return !waiting_.empty(); }

  std::uint64_t conflated = 0, dropped = 0, overflowed = 0;

 private:
  static bool is_raw(const ModelRecord& record) { return record.kind == RecordKind::Raw; }
  static bool is_tick(const ModelRecord& record) {
    return record.kind <= RecordKind::TickOptionComputation && (record.flags & kFlagSpilled) == 0;
  }

  /// Into the ring, if it has that many slots in one piece.
  bool enter(const ModelRecord& record) {
    const std::uint32_t to_end = capacity_ - head_ % capacity_;
    const std::uint32_t need = record.slots <= to_end ? record.slots : record.slots + to_end;
    if (capacity_ - (head_ - tail_) < need) return false;
    head_ += need;
    raw_entered_last_ = is_raw(record);
    ring_.push_back(record);
    return true;
  }

  /// Takes out waiting_[i], and its Raw record with it. False where that one is not to be had.
  bool take_out(std::size_t i) {
    const bool raw_in_ring = i == 0 && raw_entered_last_;
    const bool raw_waits = i > 0 && is_raw(waiting_[i - 1]);
    if (raw_in_ring || (raw_waits && (waiting_[i - 1].flags & kFlagSpilled) != 0)) return false;
    const auto at = waiting_.begin() + static_cast<std::ptrdiff_t>(i);
    waiting_.erase(raw_waits ? at - 1 : at, at + 1);
    return true;
  }

  void make_way(const ModelRecord& tick) {
    if (policy_ == FullPolicy::Conflate) {
      for (std::size_t i = waiting_.size(); i-- > 0;) {
        const ModelRecord& older = waiting_[i];
        if (is_raw(older)) continue;
        if (!is_tick(older)) return;
        if (older.kind != tick.kind || older.req_id != tick.req_id || older.field != tick.field) continue;
        conflated += take_out(i);
        return;
      }
    } else if (policy_ == FullPolicy::DropOldest && waiting_.size() >= capacity_) {
      for (std::size_t i = 0; i < waiting_.size(); ++i) {
        if (!is_tick(waiting_[i]) || !take_out(i)) continue;
        ++dropped;
        return;
      }
    }
  }

  FullPolicy policy_;
  std::uint32_t capacity_, max_record_;
  std::deque<ModelRecord> ring_;
  std::vector<ModelRecord> waiting_;
  std::size_t readable_ = 0;
  std::uint32_t head_ = 0, tail_ = 0;
  bool raw_entered_last_ = false;  // the last record that went into the ring is a Raw record
};

/// Does to a channel and to its model what the bytes say, and compares record by record. Empty: all is well.
class ChannelRun {
 public:
  explicit ChannelRun(std::string_view input)
      : input_{input},
        policy_(static_cast<FullPolicy>(input_.byte() % 3)),
        capacity_(64u << (input_.byte() % 3)),
        memory_(capacity_),
        channel_(memory_.ring(), policy_),
        reader_(memory_),
        model_(policy_, capacity_, channel_.ring().max_record_slots()) {}

  std::string run() {
    while (!input_.empty() && problem_.empty()) step();
    // At last everything that was not taken out arrives.
    for (int turn = 0; problem_.empty() && (model_.overflowing() || turn == 0); ++turn) {
      publish();
      read(~std::size_t{0});
      if (turn > 100'000) return "what waits never moves";
    }
    if (problem_.empty() && !channel_.can_take(1 << 20)) return "an empty channel takes no frame";
    return problem_;
  }

 private:
  // More than a ring holds, so much that what waits outside is compacted; but the list takes the square of
  // it.
  static constexpr int kBurst = 300, kMostMessages = 1'200;

  void step() {
    const std::uint8_t what = input_.byte();
    switch (what % 8) {
      case 0:
        publish();
        break;
      case 1:
        read(what / 8);
        break;
      default:
        frames(what % 8 + (what & 8), 1 + what / 64);
    }
    if (!problem_.empty()) return;
    if (channel_.counters().conflated.load() != model_.conflated) problem_ = "conflated is wrong";
    if (channel_.counters().dropped.load() != model_.dropped) problem_ = "dropped is wrong";
    if (channel_.counters().overflowed.load() != model_.overflowed) problem_ = "overflowed is wrong";
  }

  /// `count` frames of one kind; bit 3 of `kind`: with their Raw records.
  void frames(int kind, int count) {
    const std::uint8_t detail = input_.byte();
    if (detail == 0x7F) count *= kBurst;
    for (int i = 0; i < count; ++i) {
      const auto req_id = static_cast<std::int32_t>((detail + i) % 4), field = detail / 4 % 4;
      // Now and then too long for the ring.
      const std::size_t size = detail >= 240 ? detail * 10u : detail % 64u;
      if (++messages_ > kMostMessages || !channel_.can_take(size)) return;
      const std::uint64_t overflowed = model_.overflowed;
      if ((kind & 8) != 0) bytes(RecordKind::Raw, req_id, field, size);
      message(kind & 7, req_id, field, size);
      if (policy_ == FullPolicy::Backpressure && model_.overflowed != overflowed)
        problem_ = "a frame that was taken waits outside the ring";
    }
  }

  void message(int kind, std::int32_t req_id, std::int32_t field, std::size_t size) {
    const double value = stamp_;
    switch (kind) {
      case 2:
        return numbers(RecordKind::TickPrice, req_id, field, TickPriceValues{value, 1});
      case 3:
        return numbers(RecordKind::TickSize, req_id, field, TickSizeValues{value});
      case 4:
        return bytes(RecordKind::TickString, req_id, field, size);
      case 5:
        return numbers(RecordKind::MarketDepth, req_id, field, MarketDepthValues{value, 1});
      case 6:
        bytes(RecordKind::Cold, req_id, field, size);
        return;
      default:
        // Two records of one frame: a tick and what lay behind it.
        numbers(RecordKind::TickSize, req_id, field, TickSizeValues{value});
        bytes(RecordKind::Trailing, 0, field, size);
    }
  }

  template <typename Values>
  void numbers(RecordKind kind, std::int32_t req_id, std::int32_t field, const Values& values) {
    write_numbers(channel_, {kind, req_id, field, 0}, stamp_, values);
    model_.push({kind, 0, req_id, field, sizeof values, stamp_++});
  }
  void bytes(RecordKind kind, std::int32_t req_id, std::int32_t field, std::size_t size) {
    content_.assign(size, letter(stamp_));
    channel_.push_bytes(kind, req_id, field, stamp_, content_);
    model_.push({kind, 0, req_id, field, size, stamp_++});
  }
  static char letter(double stamp) { return static_cast<char>(static_cast<std::uint64_t>(stamp)); }

  /// A record of the ring, or what was spilled of it, is the model's.
  bool same(const Record& record, const ModelRecord& expected) {
    if (record.kind != expected.kind || record.flags != expected.flags || record.req_id != expected.req_id ||
        record.field != expected.field || record.received_micros != expected.stamp)
      return false;
    const char* const content = reinterpret_cast<const char*>(&record) + kBytesOffset;
    if (!carries_bytes(record.kind)) {
      const double wanted[] = {expected.stamp, 1};
      return record.slots == expected.slots && std::memcmp(content, wanted, expected.bytes) == 0;
    }
    if (record.aux != static_cast<std::int32_t>(expected.bytes)) return false;
    content_.assign(expected.bytes, letter(expected.stamp));
    if ((record.flags & kFlagSpilled) == 0)
      return record.slots == expected.slots && content_ == std::string_view(content, expected.bytes);
    const auto spilled = channel_.spill().pop();
    return spilled && spilled->size() == content_.size() &&
           std::memcmp(spilled->data(), content_.data(), content_.size()) == 0;
  }

  void publish() {
    channel_.publish();
    model_.publish();
    if (channel_.overflowing() != model_.overflowing()) problem_ = "overflowing is wrong";
  }
  void read(std::size_t most) {
    reader_.visit(
        [&](const Record& record) {
          const ModelRecord* const expected = model_.front();
          if (expected == nullptr) return fail("a record too many", record);
          if (!same(record, *expected)) return fail("another record than the model's", record);
          model_.pop();
        },
        most);
    model_.read_up_to(reader_.next_index());
    if (!reader_.broken().empty()) problem_ = reader_.broken();
    if (most > capacity_ && model_.front() != nullptr && problem_.empty()) problem_ = "a record too few";
  }
  void fail(const char* what, const Record& record) {
    if (!problem_.empty()) return;  // the first one counts
    problem_ = std::string(what) + ": kind " + std::to_string(static_cast<int>(record.kind)) + ", number " +
               std::to_string(static_cast<long long>(record.received_micros));
  }

  Input input_;
  FullPolicy policy_;
  std::uint32_t capacity_;
  RingMemory memory_;
  Channel channel_;
  RingReader reader_;
  ChannelModel model_;
  double stamp_ = 0;
  int messages_ = 0;
  std::string content_;
  std::string problem_;
};

}  // namespace ibkr::test
