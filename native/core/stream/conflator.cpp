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
  const bool replaced = index != kNobody && fields_[index].waits;
  if (replaced) unlink(index);
  if (index == kNobody && fits) index = add(record);
  if (index == kNobody || !fits) return {.kept = false, .replaced = replaced};
  Field& field = fields_[index];
  field.first = record;
  if (record.slots > 1) field.whole.assign(&record, &record + record.slots);
  link(index);
  return {.kept = true, .replaced = replaced};
}

std::size_t Conflator::hash(const Record& record) {
  // Kinds are few and fields mostly small: apart by a factor that is odd, then the upper bits of a product.
  const std::uint32_t key =
      static_cast<std::uint32_t>(record.field) * 31 + static_cast<std::uint32_t>(record.kind);
  return (key * std::uint32_t{0x9E3779B1}) >> 16;
}

Conflator::Index Conflator::find(const Record& record) const {
  if (places_.empty()) return kNobody;
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = hash(record) & mask;; at = (at + 1) & mask) {
    const Index index = places_[at];
    if (index == kNobody || fields_[index].is_of(record)) return index;
  }
}

Conflator::Index Conflator::add(const Record& record) {
  if (fields_.size() == kMostFields) return kNobody;
  const auto index = static_cast<Index>(fields_.size());
  fields_.emplace_back().first = record;
  if (fields_.size() * 2 > places_.size()) {
    grow();
  } else {
    put(index);
  }
  return index;
}

void Conflator::put(Index index) {
  const std::size_t mask = places_.size() - 1;
  std::size_t at = hash(fields_[index].first) & mask;
  while (places_[at] != kNobody) at = (at + 1) & mask;
  places_[at] = index;
}

void Conflator::grow() {
  constexpr std::size_t kFewest = 32;
  places_.assign(std::max(kFewest, places_.size() * 2), kNobody);
  for (std::size_t i = 0; i < fields_.size(); ++i) put(static_cast<Index>(i));
}

void Conflator::link(Index index) {
  Field& field = fields_[index];
  field.before = newest_;
  field.behind = kNobody;
  field.waits = true;
  (newest_ == kNobody ? oldest_ : fields_[newest_].behind) = index;
  newest_ = index;
  ++waiting_;
}

void Conflator::unlink(Index index) {
  Field& field = fields_[index];
  (field.before == kNobody ? oldest_ : fields_[field.before].behind) = field.behind;
  (field.behind == kNobody ? newest_ : fields_[field.behind].before) = field.before;
  field.waits = false;
  --waiting_;
}

}  // namespace ibkr
