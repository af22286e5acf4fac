#include "journal/journal_index.hpp"

#include <algorithm>

#include "journal/journal_record.hpp"

namespace ibkr {

void JournalIndex::set_live(Item& item, bool live) {
  if (live && !item.live) ++working_;
  if (!live && item.live) --working_;
  item.live = live;
}

void JournalIndex::add(std::span<const std::byte> record) {
  const JournalHead head = journal_head_of(record);
  ++records_;
  newest_micros_ = std::max(newest_micros_, head.time_micros);
  if (head.kind == JournalKind::IdBlock) {
    high_water_ = std::max(high_water_, journal_number(record, 0));
    last_arm_id_ = std::max(last_arm_id_, head.arm_id);
    return;
  }
  if (head.order_id > 0) {
    high_water_ = std::max(high_water_, head.order_id + 1.0);
    const auto [place, added] = orders_.try_emplace(head.order_id);
    Item& item = place->second;
    item.newest_micros = std::max(item.newest_micros, head.time_micros);
    if (ends_order(head.kind, head.flags))
      set_live(item, false);
    else if (added || head.kind == JournalKind::Intent || head.kind == JournalKind::Fired)
      set_live(item, true);
  }
  if (head.arm_id > 0) {
    last_arm_id_ = std::max(last_arm_id_, head.arm_id);
    Item& item = armed_[head.arm_id];
    item.newest_micros = std::max(item.newest_micros, head.time_micros);
    if (head.kind == JournalKind::Armed) set_live(item, true);
    if (head.kind == JournalKind::Disarmed || head.kind == JournalKind::Fired) set_live(item, false);
    if (head.kind == JournalKind::Fired) item.other = head.order_id;
  }
}

bool JournalIndex::is_needed(std::span<const std::byte> record, double since_micros) const {
  const JournalHead head = journal_head_of(record);
  if (const auto order = orders_.find(head.order_id); order != orders_.end())
    if (is_needed(order->second, since_micros)) return true;
  const auto armed = armed_.find(head.arm_id);
  if (armed == armed_.end()) return false;
  if (is_needed(armed->second, since_micros)) return true;
  const auto fired = orders_.find(armed->second.other);
  return fired != orders_.end() && is_needed(fired->second, since_micros);
}

}  // namespace ibkr
