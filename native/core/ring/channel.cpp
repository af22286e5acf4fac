#include "ring/channel.hpp"

#include <algorithm>
#include <utility>

namespace ibkr {

namespace {
// A relaxed add by the one writer: readers want a number, not an order.
void bump(std::atomic<std::uint64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}
}  // namespace

Record* Channel::begin_outside(std::uint32_t slots) {
  if (scratch_.size() < slots) scratch_.resize(slots);
  scratch_[0].slots = static_cast<std::uint16_t>(slots);
  return scratch_.data();
}

void Channel::push_bytes(RecordKind kind, std::int32_t req_id, std::int32_t field, double received_micros,
                         std::string_view bytes) {
  const std::size_t slots = (kBytesOffset + bytes.size() + kSlotBytes - 1) / kSlotBytes;
  const bool spilled = slots > ring_.max_record_slots();
  Record* record = begin(spilled ? 1 : static_cast<std::uint32_t>(slots));
  record->kind = kind;
  record->flags = spilled ? kFlagSpilled : 0;
  record->req_id = req_id;
  record->field = field;
  record->aux = static_cast<std::int32_t>(bytes.size());
  record->received_micros = received_micros;
  if (!spilled && !bytes.empty())
    std::memcpy(reinterpret_cast<char*>(record) + kBytesOffset, bytes.data(), bytes.size());
  if (commit(record) && spilled) {
    const auto* data = reinterpret_cast<const std::byte*>(bytes.data());
    spill_.push(std::vector<std::byte>(data, data + bytes.size()));
  }
}

bool Channel::passes(Record* record) {
  switch (sieve_->judge(*record, !attempting_)) {
    case RecordSieve::Verdict::Pass:
      return true;
    case RecordSieve::Verdict::Taken:
      break;
    case RecordSieve::Verdict::Refused:
      refused_ = true;
      break;
  }
  if (record != scratch_.data()) ring_.give_back(record->slots);
  return false;
}

Record* Channel::claim_treated(const Record& record) {
  Record* const room = waiting_.empty() ? ring_.claim(record.slots) : nullptr;
  if (room == nullptr) return nullptr;
  std::memcpy(static_cast<void*>(room), &record, record.slots * kSlotBytes);
  room->flags |= kFlagTreated;
  behind_raw_ = false;
  return room;
}

void Channel::append_treated(const Record& record) {
  if (claim_treated(record) != nullptr) return;
  Record* const outside = begin_outside(record.slots);
  std::memcpy(static_cast<void*>(outside), &record, record.slots * kSlotBytes);
  outside->flags |= kFlagTreated;
  wait(outside);
}

bool Channel::publish() {
  if (!waiting_.empty()) flush();
  const bool news = ring_.publish();
  if (news) {
    const std::uint64_t used = ring_.unread();
    // relaxed: as in bump().
    if (used > counters_.high_water_slots.load(std::memory_order_relaxed))
      counters_.high_water_slots.store(used, std::memory_order_relaxed);
  }
  // release: who sees the flag after draining the ring also finds the reader's state behind it.
  overflowing_.store(!waiting_.empty(), std::memory_order_release);
  return news;
}

bool Channel::conflatable(const Record& record) {
  // The bytes of a spilled string wait elsewhere, in the order of all spilled ones.
  return (record.flags & kFlagSpilled) == 0 && is_tick(record.kind);
}

std::uint64_t Channel::key_of(const Record& record) {
  // reqId, tick type (ids end at a few hundred) and kind: a price and a size of one number are two fields.
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(record.req_id)) << 32) |
         (static_cast<std::uint64_t>(static_cast<std::uint32_t>(record.field) & 0xFFFFFF) << 8) |
         static_cast<std::uint64_t>(record.kind);
}

void Channel::wait(const Record* record) {
  const bool raw = record->kind == RecordKind::Raw;
  const bool behind_raw = std::exchange(behind_raw_, raw);
  if (raw) {
    // Its message decides.
  } else if (!conflatable(*record)) {
    newest_.clear();  // nothing may move across a record that must stay
  } else if (policy_ == FullPolicy::Conflate) {
    // The newer value goes to the end and the older one, which nobody has seen, goes away: so no value ever
    // comes before what arrived before it, not even a price's size before an older size.
    const auto [found, fresh] = newest_.try_emplace(key_of(*record), 0);
    if (!fresh && found->second >= first_waiting_ && forget(found->second)) bump(counters_.conflated);
    found->second = first_waiting_ + waiting_.size();
  } else if (policy_ == FullPolicy::DropOldest && waiting_.size() - gone_ >= ring_.capacity()) {
    drop_oldest();
  }
  waiting_.push_back(Waiting{std::vector<Record>(record, record + record->slots), behind_raw});
  waiting_bytes_ += cost(waiting_.back());
  overflowing_.store(true, std::memory_order_release);  // release: as in publish()
  bump(counters_.overflowed);
  if (gone_ > 1024 && gone_ > waiting_.size() / 2) compact();
}

/// False where the message has to stay: its Raw record is in the ring already, or the bytes of that one wait
/// elsewhere, in the order of all spilled ones.
bool Channel::forget(std::uint64_t sequence) {
  Waiting& waiting = at(sequence);
  if (waiting.behind_raw) {
    if (sequence == first_waiting_) return false;
    Waiting& raw = at(sequence - 1);
    if ((raw.slots.front().flags & kFlagSpilled) != 0) return false;
    let_go(raw);
  }
  let_go(waiting);
  return true;
}

void Channel::let_go(Waiting& waiting) {
  waiting_bytes_ -= cost(waiting) - kWaitingOverhead;
  waiting = {};
  ++gone_;
}

void Channel::drop_oldest() {
  while (oldest_tick_ < first_waiting_ + waiting_.size()) {
    const std::uint64_t sequence = std::max(oldest_tick_, first_waiting_);
    oldest_tick_ = sequence + 1;
    const Waiting& waiting = at(sequence);
    if (waiting.slots.empty() || !conflatable(waiting.slots.front()) || !forget(sequence)) continue;
    bump(counters_.dropped);
    return;
  }
}

void Channel::compact() {
  std::deque<Waiting> live;
  newest_.clear();
  waiting_bytes_ = 0;
  for (Waiting& waiting : waiting_) {
    if (waiting.slots.empty()) continue;
    const Record& record = waiting.slots.front();
    if (conflatable(record) && policy_ == FullPolicy::Conflate)
      newest_[key_of(record)] = first_waiting_ + live.size();
    else if (record.kind != RecordKind::Raw)
      newest_.clear();
    waiting_bytes_ += cost(waiting);
    live.push_back(std::move(waiting));
  }
  waiting_ = std::move(live);
  oldest_tick_ = first_waiting_;
  gone_ = 0;
}

void Channel::flush() {
  while (!waiting_.empty()) {
    const Waiting& oldest = waiting_.front();
    if (oldest.slots.empty()) {
      --gone_;
    } else {
      Record* room = ring_.claim(static_cast<std::uint32_t>(oldest.slots.size()));
      if (room == nullptr) return;
      std::memcpy(static_cast<void*>(room), oldest.slots.data(), oldest.slots.size() * kSlotBytes);
    }
    waiting_bytes_ -= cost(oldest);
    waiting_.pop_front();
    ++first_waiting_;
  }
  newest_.clear();
}

}  // namespace ibkr
