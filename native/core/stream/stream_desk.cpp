#include "stream/stream_desk.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

#include "stream/rt_volume.hpp"

namespace ibkr {

// --- commands ----------------------------------------------------------------------------------------------

void StreamDesk::open(Board board) {
  auto command = std::make_unique<Command>(Command{.kind = Command::Kind::Open});
  command->board = board;
  commands_.submit(std::move(command));
}

void StreamDesk::record_on(TapeMemory tape) {
  auto command = std::make_unique<Command>(Command{.kind = Command::Kind::Tape});
  command->tape = tape;
  commands_.submit(std::move(command));
}

void StreamDesk::treat(std::int32_t req_id, Treatment treatment) {
  auto command = std::make_unique<Command>(Command{.kind = Command::Kind::Treat, .req_id = req_id});
  // Made here: the reader allocates as little as can be.
  command->entry = std::make_unique<Entry>(req_id, Treatment(treatment));
  command->treatment = std::move(treatment);
  commands_.submit(std::move(command));
}

void StreamDesk::forget(std::int32_t req_id) {
  commands_.submit(std::make_unique<Command>(Command{.kind = Command::Kind::Forget, .req_id = req_id}));
}

void StreamDesk::order(std::int32_t req_id, AggregateOrder order) {
  auto command = std::make_unique<Command>(Command{.kind = Command::Kind::Order, .req_id = req_id});
  command->order = std::make_unique<AggregateOrder>(std::move(order));
  commands_.submit(std::move(command));
}

void StreamDesk::watch(QuoteWatch& watch, std::shared_ptr<QuoteWatch::Subject> subject) {
  auto command = std::make_unique<Command>(Command{.kind = Command::Kind::Watch});
  command->watch = &watch;
  command->subject = std::move(subject);
  commands_.submit(std::move(command));
}

void StreamDesk::take_all_commands() {
  commands_.take([this](Command& command) { run(command); });
  notify();
  channel_.set_sieve(idle() ? nullptr : this);
}

void StreamDesk::run(Command& command) {
  switch (command.kind) {
    case Command::Kind::Open:
      board_ = command.board;
      slot_users_.assign(board_->slots(), 0);
      break;
    case Command::Kind::Tape:
      if (!tape_) tape_.emplace(*command.tape);
      break;
    case Command::Kind::Treat:
      if (Entry* const known = table_.find(command.req_id))
        change(*known, std::move(command.treatment));  // its aggregates are those that it began with
      else
        add(std::move(command.entry), command.treatment.aggregates.get());
      break;
    case Command::Kind::Forget:
      remove(command.req_id);
      break;
    case Command::Kind::Order:
      if (Entry* const known = table_.find(command.req_id); known != nullptr && known->aggregates != nullptr)
        aggregates_.run(*known->aggregates, *command.order, latest_micros_);
      break;
    case Command::Kind::Watch:
      if (command.watch->watch(std::move(command.subject)) && board_) watch_ = command.watch;
      break;
  }
}

void StreamDesk::add(std::unique_ptr<Entry> entry, const AggregatePlan* plan) {
  // Here, and not where the entry was made: the series of a request that was forgotten just now may go on in
  // it.
  if (plan != nullptr) entry->aggregates = aggregates_.add(entry->req_id, *plan);
// The entry has no virtual bases: the offset is what every compiler that we have says.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"
  static_assert(offsetof(DeskEntry, aggregates) + sizeof(Aggregates*) <= 64);  // in the first line
#pragma GCC diagnostic pop
  tally(*entry, 1);
  hold_slot(entry->board_slot);
  entries_.push_back(std::move(entry));
  if (table_.has_room(entries_.size()))
    table_.put(entries_.back().get());
  else
    table_.rebuild(entries_);
}

void StreamDesk::change(Entry& entry, Treatment&& treatment) {
  // release: as ~Aggregates().
  if (treatment.aggregates) treatment.aggregates->let_go->store(true, std::memory_order_release);
  if (!flush_entry(entry)) set_starved(true);
  publish_tape();
  tally(entry, -1);
  // The new one first: the quote of a slot that stays is not cleared.
  hold_slot(treatment.board_slot);
  let_go_of_slot(entry.board_slot);
  treatment.counters = entry.counters;
  entry.apply(std::move(treatment));
  table_.changed(entry);
  if (entry.listed) set_next_due(0);  // what is left of it may be due earlier now
  tally(entry, 1);
}

void StreamDesk::remove(std::int32_t req_id) {
  Entry* const entry = table_.find(req_id);
  if (entry == nullptr) return;
  tally(*entry, -1);
  let_go_of_slot(entry->board_slot);
  aggregates_.remove(entry->aggregates);
  count(entry->counters->dropped, entry->waiting());
  // release: who sees it finds the last counts, and may use the memory anew.
  std::atomic_ref(entry->counters->gone).store(1, std::memory_order_release);
  std::erase(waiting_, entry);
  std::erase_if(entries_, [entry](const auto& other) { return other.get() == entry; });
  table_.rebuild(entries_);
}

void StreamDesk::tally(const Entry& entry, int change) {
  const auto add = [change](auto& number) {
    number = static_cast<std::remove_reference_t<decltype(number)>>(number + change);
  };
  if (entry.absorbs()) add(absorbing_);
  if (entry.has_sessions) add(with_sessions_);
}

void StreamDesk::hold_slot(std::uint32_t slot) {
  if (slot >= slot_users_.size()) return;
  if (slot_users_[slot]++ == 0) board_->clear(slot);
}

void StreamDesk::reset_book(std::int32_t req_id) {
  if (Entry* const entry = table_.find(req_id); entry != nullptr && entry->aggregates != nullptr)
    aggregates_.run(*entry->aggregates, ResetBookOrder{}, latest_micros_);
}

void StreamDesk::let_go_of_slot(std::uint32_t slot) {
  if (slot < slot_users_.size()) --slot_users_[slot];
}

// --- records -----------------------------------------------------------------------------------------------

StreamDesk::Sifted StreamDesk::sift(std::span<Record> run) {
  // Thousands of entries do not fit into the first caches: while one record is judged, the place in the table
  // of one further on is fetched, the entry of a nearer one, and what the entry of a still nearer one points
  // to. Farther than eight apart each, nothing is gained; nearer, the memory is not there in time.
  constexpr std::size_t kPlaceAhead = 24;
  constexpr std::size_t kEntryAhead = 16;
  constexpr std::size_t kMemoryAhead = 8;
  constexpr std::size_t kAggregatesAhead = 12;
  constexpr std::size_t kBarsAhead = 4;
  std::array<Entry*, kEntryAhead> ahead;
  const bool with_aggregates = aggregates_.any();
  const auto aggregates_at = [&](std::size_t i) -> const Aggregates* {
    if (i >= run.size()) return nullptr;
    const Entry* const entry = ahead[i % kEntryAhead];
    return entry == nullptr ? nullptr : entry->aggregates;
  };
  const auto look = [&](std::size_t i) {
    const DeskTable::Place& place = table_.place_of(run[i].req_id);
    if (place.entry != nullptr) place.entry->prefetch(place.whole);
    ahead[i % kEntryAhead] = place.entry;
  };
  for (std::size_t i = 0; i < std::min(run.size(), kPlaceAhead); ++i) table_.prefetch(run[i].req_id);
  for (std::size_t i = 0; i < std::min(run.size(), kEntryAhead); ++i) look(i);
  Record* out = run.data();
  std::uint32_t untreated = 0;
  for (std::size_t i = 0; i < run.size(); ++i) {
    Record& record = run[i];
    Entry* const entry = ahead[i % kEntryAhead];
    if (i + kPlaceAhead < run.size()) table_.prefetch(run[i + kPlaceAhead].req_id);
    if (i + kEntryAhead < run.size()) look(i + kEntryAhead);
    if (with_aggregates) {
      if (const Aggregates* const far = aggregates_at(i + kAggregatesAhead)) far->prefetch();
      if (const Aggregates* const near = aggregates_at(i + kBarsAhead)) near->prefetch_bars();
    }
    if (i + kMemoryAhead < run.size()) {
      const Entry* const next = ahead[(i + kMemoryAhead) % kEntryAhead];
      if (next != nullptr) prefetch(*next, run[i + kMemoryAhead]);
    }
    if (entry == nullptr)
      ++untreated;
    else if (treat_record(*entry, record, true) != Verdict::Pass)
      continue;
    if (out != &record) *out = record;
    ++out;
  }
  publish_tape();
  return {static_cast<std::uint32_t>(out - run.data()), untreated};
}

void StreamDesk::prefetch(const Entry& entry, const Record& record) const {
  if (board_) board_->prefetch(entry.board_slot);
  __builtin_prefetch(entry.counters, 1);
  if (entry.aggregates != nullptr) entry.aggregates->prefetch_series();
  if (entry.conflates()) entry.conflator.prefetch(record);
}

RecordSieve::Verdict StreamDesk::judge(Record& record, bool room) {
  const bool is_feed = record.kind <= RecordKind::RealTimeBar || record.kind == RecordKind::RtTrade;
  Entry* const entry = is_feed ? table_.find(record.req_id) : nullptr;
  if (entry == nullptr) return Verdict::Pass;
  const Verdict verdict = treat_record(*entry, record, room);
  publish_tape();
  return verdict;
}

/// Without room, and before anything has been done with the record: it would have to wait, and may not.
bool StreamDesk::must_refuse(const Entry& entry, const Record& record) const {
  if (entry.policy == FullPolicy::DropOldest) return false;
  const bool newest_counts = entry.conflates() || entry.policy == FullPolicy::Conflate;
  if (newest_counts && entry.conflator.conflates(record)) return false;
  return entry.policy == FullPolicy::Backpressure || !entry.backlog.has_room(record);
}

RecordSieve::Verdict StreamDesk::treat_record(Entry& entry, Record& record, bool room) {
  if (!room && must_refuse(entry, record)) return Verdict::Refused;
  count(entry.counters->received);
  if (record.kind == RecordKind::TickString) read_trade(entry, record);
  if (board_) board_->take(entry.board_slot, record);
  if (watch_ != nullptr && !is_upstream_lost_)
    watch_->quoted(*board_, entry.board_slot, record.received_micros);
  if (entry.aggregates != nullptr && aggregates_.take(*entry.aggregates, record)) {
    count(entry.counters->conflated);  // the book has it
    return Verdict::Taken;
  }
  if (const auto reason = entry.judge(record, epoch_minus_monotonic_ms_)) {
    count(entry.counters->filtered[static_cast<std::size_t>(*reason)]);
    return Verdict::Taken;
  }
  if (!room || !entry.is_direct()) return keep(entry, record, room);
  record.flags |= kFlagTreated;
  pass_on(entry, record);
  return Verdict::Pass;
}

RecordSieve::Verdict StreamDesk::keep(Entry& entry, Record& record, bool room) {
  const bool starving = !room && entry.policy == FullPolicy::Conflate;
  if (entry.conflates() || starving || entry.conflator.waiting() != 0) {
    const auto [kept, replaced] = entry.conflator.take(record);
    if (replaced) count(entry.counters->conflated);
    if (kept) {
      list(entry);
      if (!entry.conflates()) set_starved(true);
      return Verdict::Taken;
    }
  }
  // The bytes of a spilled string wait elsewhere, in the order of all of them: it keeps its place among them.
  const bool spilled = (record.flags & kFlagSpilled) != 0;
  if ((room && entry.backlog.empty()) || spilled) {
    record.flags |= kFlagTreated;
    pass_on(entry, record);
    return Verdict::Pass;
  }
  // What may not be dropped has room here: must_refuse() has seen to it.
  while (!entry.backlog.has_room(record)) {
    entry.backlog.drop_oldest();
    count(entry.counters->dropped);
  }
  entry.backlog.push(record);
  list(entry);
  set_starved(true);
  return Verdict::Taken;
}

void StreamDesk::read_trade(Entry& entry, Record& record) {
  if ((record.field != kRtVolume && record.field != kRtTradeVolume) || (record.flags & kFlagSpilled) != 0)
    return;
  const std::string_view text(reinterpret_cast<const char*>(&record) + kBytesOffset,
                              static_cast<std::size_t>(record.aux));
  const std::optional<RtVolume> trade = read_rt_volume(text);
  if (!trade) return count(entry.counters->malformed);
  record.kind = RecordKind::RtTrade;
  record.aux =
      (trade->single ? kSingleMarketMaker : 0) | (record.field == kRtTradeVolume ? kFromRtTradeVolume : 0);
  std::memcpy(record.values, &trade->values, sizeof trade->values);
}

// --- what waits --------------------------------------------------------------------------------------------

void StreamDesk::list(Entry& entry) {
  if (entry.listed && entry.backlog.empty()) return;
  set_next_due(std::min(next_waiting_micros(), entry.due_micros()));
  if (entry.listed) return;
  entry.listed = true;
  waiting_.push_back(&entry);
}

bool StreamDesk::flush_entry(Entry& entry) {
  const auto emit = [&](const Record& record) {
    Record* const room = channel_.claim_treated(record);
    if (room == nullptr) return false;
    pass_on(entry, *room);
    return true;
  };
  entry.backlog.flush(emit);
  if (!entry.backlog.empty()) return false;
  entry.conflator.flush(emit);
  return entry.conflator.waiting() == 0;
}

void StreamDesk::flush(double now_micros, double early_micros) {
  advance(now_micros);
  notify();
  flush_waiting(now_micros, early_micros);
}

void StreamDesk::flush_waiting(double now_micros, double early_micros) {
  last_flush_micros_ = now_micros;
  last_early_micros_ = early_micros;
  if (now_micros + early_micros < next_waiting_micros()) return;
  double next_due = kNever;
  bool full = false;
  std::size_t left = 0;
  for (Entry* const entry : waiting_) {
    const bool due = now_micros + early_micros >= entry->due_micros();
    if (due && !full && flush_entry(*entry)) {
      entry->flushed_micros = now_micros;
      entry->listed = false;
      continue;
    }
    full = full || due;
    next_due = std::min(next_due, entry->due_micros());
    waiting_[left++] = entry;
  }
  waiting_.resize(left);
  publish_tape();
  set_next_due(next_due);
  set_starved(full);
}

void StreamDesk::flush_all() {
  aggregates_.notify_all(channel_, tape(), latest_micros_);
  for (Entry* const entry : waiting_) {
    const auto emit = [&](const Record& record) {
      channel_.append_treated(record);
      pass_on(*entry, record);
      return true;
    };
    entry->backlog.flush(emit);
    entry->conflator.flush(emit);
    entry->listed = false;
  }
  waiting_.clear();
  publish_tape();
  set_next_due(kNever);
  set_starved(false);
}

}  // namespace ibkr
