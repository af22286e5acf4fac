#include "journal/journal_index.hpp"

#include "check.hpp"
#include "support/journal_records.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

Bytes record(JournalKind kind, std::int32_t order_id, std::int32_t arm_id = 0, double time = 1,
             std::uint16_t flags = 0) {
  JournalHead head;
  head.kind = kind;
  head.order_id = order_id;
  head.arm_id = arm_id;
  head.time_micros = time;
  head.flags = flags;
  return make_record(head);
}

TEST("an order works from its intent until it is done or denied; a denied change does not end it") {
  JournalIndex index;
  index.add(record(JournalKind::Intent, 5));
  CHECK_EQ(index.working(), 1u);
  index.add(record(JournalKind::Denied, 5, 0, 1, kJournalModify));
  index.add(record(JournalKind::Unknown, 5));
  CHECK_EQ(index.working(), 1u);
  index.add(record(JournalKind::Done, 5));
  CHECK_EQ(index.working(), 0u);
  index.add(record(JournalKind::Fill, 5));
  CHECK_EQ(index.working(), 0u);
  index.add(record(JournalKind::Denied, 6));
  CHECK_EQ(index.working(), 0u);
  CHECK_EQ(index.records(), 6u);
}

TEST("records of what works are needed, and those of what is over until they are old") {
  JournalIndex index;
  const Bytes working = record(JournalKind::Intent, 1, 0, 10);
  const Bytes old = record(JournalKind::Intent, 2, 0, 10);
  index.add(working);
  index.add(old);
  index.add(record(JournalKind::Done, 2, 0, 20));
  index.add(record(JournalKind::SessionBegin, 0, 0, 100));
  CHECK(index.is_needed(working, 50));
  CHECK(!index.is_needed(old, 50));
  CHECK(index.is_needed(old, 20));
  CHECK(!index.is_needed(record(JournalKind::SessionBegin, 0), 50));
  CHECK_EQ(index.newest_micros(), 100.0);
}

TEST("an armed order is needed as long as the order it has become") {
  JournalIndex index;
  const Bytes armed = record(JournalKind::Armed, 0, 3);
  index.add(armed);
  CHECK_EQ(index.working(), 1u);
  index.add(record(JournalKind::Fired, 9, 3));
  CHECK_EQ(index.working(), 1u);
  CHECK(index.is_needed(armed, 50));
  index.add(record(JournalKind::Done, 9));
  CHECK_EQ(index.working(), 0u);
  CHECK(!index.is_needed(armed, 50));
  index.add(record(JournalKind::Armed, 0, 4));
  index.add(record(JournalKind::Disarmed, 0, 4));
  CHECK_EQ(index.working(), 0u);
  CHECK_EQ(index.last_arm_id(), 4);
}

TEST("the high-water mark is above every id that was reserved or used") {
  JournalIndex index;
  CHECK_EQ(index.high_water(), 0.0);
  const double mark = 1000;
  JournalHead head;
  head.kind = JournalKind::IdBlock;
  index.add(make_record(head, {&mark, 1}));
  CHECK_EQ(index.high_water(), 1000.0);
  index.add(record(JournalKind::Intent, 7));
  CHECK_EQ(index.high_water(), 1000.0);
  index.add(record(JournalKind::Intent, 2000));
  CHECK_EQ(index.high_water(), 2001.0);
}

}  // namespace
