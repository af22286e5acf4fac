#include "stream/aggregate_desk.hpp"

#include <algorithm>

namespace ibkr {

namespace {

Record notice_of(RecordKind kind, std::int32_t req_id, double now_micros) {
  Record record{};
  record.kind = kind;
  record.slots = 1;
  record.req_id = req_id;
  record.received_micros = now_micros;
  return record;
}

}  // namespace

Aggregates* AggregateDesk::add(std::int32_t req_id, const AggregatePlan& plan) {
  if (plan.empty()) return nullptr;
  all_.push_back(std::make_unique<Aggregates>(req_id, plan));
  changed_.reserve(all_.capacity());
  Aggregates* const added = all_.back().get();
  if (added->has_bars()) ++with_bars_;
  note(*added);
  return added;
}

void AggregateDesk::remove(Aggregates* aggregates) {
  if (aggregates == nullptr) return;
  aggregates->finish();
  if (aggregates->has_bars()) --with_bars_;
  std::erase(changed_, aggregates);
  std::erase_if(all_, [aggregates](const auto& other) { return other.get() == aggregates; });
  show_due();
}

void AggregateDesk::list(Aggregates& aggregates) {
  aggregates.set_listed(true);
  changed_.push_back(&aggregates);
}

void AggregateDesk::advance_all(double now_ms) {
  next_close_ms_ = kNever;
  for (const auto& aggregates : all_) {
    aggregates->advance(now_ms);
    next_close_ms_ = std::min(next_close_ms_, aggregates->next_close_ms());
    note(*aggregates);
  }
  show_due();
}

void AggregateDesk::write_notices(Channel& channel, Tape* tape, double now_micros, bool outside) {
  std::size_t left = 0;
  for (Aggregates* const aggregates : changed_) {
    const auto tell = [&](Aggregates::Changes change, RecordKind kind) {
      if ((aggregates->changed() & change) == 0) return;
      Record notice = notice_of(kind, aggregates->req_id(), now_micros);
      if (change == Aggregates::kBars && aggregates->has_ticked()) notice.field = 1;
      if (outside)
        channel.append_treated(notice);
      else if (channel.claim_treated(notice) == nullptr)
        return;
      if (tape != nullptr) tape->write(notice);
      aggregates->set_told(change);
    };
    tell(Aggregates::kBars, RecordKind::BarsChanged);
    tell(Aggregates::kBook, RecordKind::BookChanged);
    if (aggregates->changed() != 0)
      changed_[left++] = aggregates;
    else
      aggregates->set_listed(false);
  }
  changed_.resize(left);
  if (tape != nullptr) tape->publish();
  show_due();
}

void AggregateDesk::show_due() {
  const double due = changed_.empty() ? (next_close_ms_ - epoch_minus_monotonic_ms_) * kMicrosPerMs : 0;
  next_due_micros_.store(due, std::memory_order_relaxed);  // relaxed: as in next_due_micros()
}

}  // namespace ibkr
