#include "stream/conflator.hpp"

#include <algorithm>

namespace ibkr {

bool Conflator::is_conflated(RecordKind kind) const {
  if (is_tick(kind)) return true;
  switch (kind) {
    case RecordKind::TickByTickAllLast:
    case RecordKind::TickByTickBidAsk:
    case RecordKind::TickByTickMidPoint:
    case RecordKind::RtTrade:
      return trades_;
    default:
      return false;
  }
}

Conflator::Taken Conflator::take(const Record& record) {
  const bool fits = conflates(record);
  if (!fits && waiting_ == 0) return {.kept = false, .replaced = false};
  Index index = find(record);
  const bool replaced = index != kNobody && orders_[index] != 0;
  if (replaced) let_go(index);
  if (index == kNobody && fits) index = add(record);
  if (index == kNobody || !fits) return {.kept = false, .replaced = replaced};
  cells_[index].record = record;
  if (record.slots > 1) wholes_[index].assign(&record, &record + record.slots);
  orders_[index] = ++newest_;
  ++waiting_;
  return {.kept = true, .replaced = replaced};
}

const std::vector<Conflator::Index>& Conflator::in_order() {
  sorted_.clear();
  for (std::size_t i = 0; i < orders_.size(); ++i)
    if (orders_[i] != 0) sorted_.push_back(static_cast<Index>(i));
  std::ranges::sort(sorted_, {}, [this](Index index) { return orders_[index]; });
  return sorted_;
}

Conflator::Index Conflator::find_place(const Record& record) {
  if (places_.empty()) return kNobody;
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = hash(record) & mask;; at = (at + 1) & mask) {
    const Index index = places_[at];
    if (index == kNobody) return kNobody;
    if (cells_[index].is_of(record)) return hints_[hint_of(record)] = index;
  }
}

Conflator::Index Conflator::add(const Record& record) {
  if (cells_.size() == kMostFields) return kNobody;
  const auto index = static_cast<Index>(cells_.size());
  cells_.push_back({record});
  orders_.push_back(0);
  wholes_.emplace_back();
  sorted_.reserve(cells_.capacity());
  if (cells_.size() * 2 > places_.size()) {
    grow();
  } else {
    put(index);
  }
  return index;
}

void Conflator::put(Index index) {
  const std::size_t mask = places_.size() - 1;
  std::size_t at = hash(cells_[index].record) & mask;
  while (places_[at] != kNobody) at = (at + 1) & mask;
  places_[at] = index;
}

void Conflator::grow() {
  constexpr std::size_t kFewest = 32;
  places_.assign(std::max(kFewest, places_.size() * 2), kNobody);
  for (std::size_t i = 0; i < cells_.size(); ++i) put(static_cast<Index>(i));
}

}  // namespace ibkr
