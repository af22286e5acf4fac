#include "stream/desk_entry.hpp"

#include <utility>

namespace ibkr {

DeskEntry::DeskEntry(std::int32_t id, Treatment&& treatment) : req_id(id), counters(treatment.counters) {
  apply(std::move(treatment));
}

void DeskEntry::apply(Treatment&& treatment) {
  board_slot = treatment.board_slot;
  conflate_micros = treatment.conflate_micros;
  is_conflated = conflate_micros > 0;
  conflator.set_trades(treatment.conflate_trades);
  policy = treatment.policy;
  has_sessions = treatment.filter && treatment.filter->sessions;
  filter = treatment.filter ? std::make_unique<Filter>(*treatment.filter) : nullptr;
  const std::optional<TickFilter> plain = filter ? filter->for_ticks() : std::nullopt;
  judges_ticks = plain.has_value();
  if (plain) tick_filter = *plain;
}

void DeskTable::put(DeskEntry* entry) {
  places_[index_of(entry->req_id)] = {entry->req_id, entry->is_needed_whole(), entry};
}

void DeskTable::changed(const DeskEntry& entry) {
  places_[index_of(entry.req_id)].whole = entry.is_needed_whole();
}

void DeskTable::rebuild(const std::vector<std::unique_ptr<DeskEntry>>& entries) {
  std::size_t size = kFewestPlaces;
  while (size < entries.size() * 4) size *= 2;
  places_.assign(size, {});
  mask_ = size - 1;
  for (const auto& entry : entries) put(entry.get());
}

}  // namespace ibkr
