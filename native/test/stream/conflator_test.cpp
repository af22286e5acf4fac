// The newest record of each field, in the order in which the newest ones came; and a plain model of that.
#include "stream/conflator.hpp"

#include <list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "check.hpp"
#include "support/feed_records.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// Every byte of a record, so that nothing can go missing on the way.
std::string bytes_of(const Record& record) {
  return {reinterpret_cast<const char*>(&record), record.slots * sizeof(Record)};
}
std::string bytes_of(const FeedRecord& record) { return std::string(record.all_bytes()); }

std::vector<std::string> bytes_of_all(const std::vector<FeedRecord>& records) {
  std::vector<std::string> out;
  for (const FeedRecord& record : records) out.push_back(bytes_of(record));
  return out;
}

/// What comes of a flush into `room` records.
std::vector<std::string> flushed(Conflator& conflator, std::size_t room = SIZE_MAX) {
  std::vector<std::string> out;
  const std::size_t went = conflator.flush([&](const Record& record) {
    if (out.size() == room) return false;
    out.push_back(bytes_of(record));
    return true;
  });
  CHECK_EQ(went, out.size());
  return out;
}

/// "kept", "replaced" (and kept), "passed", "passed replacing".
std::string take(Conflator& conflator, const FeedRecord& record) {
  const auto [kept, replaced] = conflator.take(record);
  if (kept) return replaced ? "replaced" : "kept";
  return replaced ? "passed replacing" : "passed";
}

FeedRecord text_of_slots(std::size_t slots, std::int32_t field = 47) {
  return FeedRecord(field,
                    std::string(slots * kSlotBytes - kBytesOffset, static_cast<char>('a' + slots % 26)));
}

TEST("the newest value of each kind and field wins, in the order in which the newest ones came") {
  Conflator conflator;
  CHECK_EQ(take(conflator, price_tick(1, 10)), "kept");
  CHECK_EQ(take(conflator, price_tick(2, 11)), "kept");
  CHECK_EQ(take(conflator, size_tick(1, 5)), "kept");  // another kind of the same number
  CHECK_EQ(take(conflator, price_tick(1, 12)), "replaced");
  CHECK_EQ(take(conflator, price_tick(66, 13)), "kept");  // delayed ones are fields of their own
  CHECK_EQ(conflator.waiting(), 4u);
  CHECK(flushed(conflator) ==
        bytes_of_all({price_tick(2, 11), size_tick(1, 5), price_tick(1, 12), price_tick(66, 13)}));
  CHECK_EQ(conflator.waiting(), 0u);
  CHECK(flushed(conflator).empty());
  // What went has been delivered: the next one replaces nothing.
  CHECK_EQ(take(conflator, price_tick(1, 14)), "kept");
  CHECK(flushed(conflator) == bytes_of_all({price_tick(1, 14)}));
}

TEST("a record that replaces the only, the oldest, a middle or the newest one goes to the end") {
  for (int at = 1; at <= 3; ++at) {
    Conflator conflator;
    for (int field = 1; field <= 3; ++field) take(conflator, price_tick(field, 10));
    CHECK_EQ(take(conflator, price_tick(at, 20)), "replaced");
    CHECK_EQ(take(conflator, price_tick(at, 30)), "replaced");
    std::vector<FeedRecord> expected;
    for (int field = 1; field <= 3; ++field)
      if (field != at) expected.push_back(price_tick(field, 10));
    expected.push_back(price_tick(at, 30));
    CHECK(flushed(conflator) == bytes_of_all(expected));
  }
  Conflator conflator;
  take(conflator, price_tick(1, 10));
  CHECK_EQ(take(conflator, price_tick(1, 20)), "replaced");
  CHECK(flushed(conflator) == bytes_of_all({price_tick(1, 20)}));
}

TEST("where there is no room the rest stays, and newer values still win") {
  Conflator conflator;
  for (int field = 1; field <= 4; ++field) take(conflator, price_tick(field, 10));
  CHECK(flushed(conflator, 0).empty());
  CHECK_EQ(conflator.waiting(), 4u);
  CHECK(flushed(conflator, 2) == bytes_of_all({price_tick(1, 10), price_tick(2, 10)}));
  CHECK_EQ(conflator.waiting(), 2u);
  CHECK_EQ(take(conflator, price_tick(1, 20)), "kept");
  CHECK_EQ(take(conflator, price_tick(3, 20)), "replaced");
  CHECK(flushed(conflator) == bytes_of_all({price_tick(4, 10), price_tick(1, 20), price_tick(3, 20)}));
}

TEST("ticks are conflated, trades where that is wanted, depth and bars never") {
  for (const bool trades : {false, true}) {
    Conflator conflator(trades);
    for (const FeedRecord& record : one_of_each()) {
      const check::Note note("kind " + std::to_string(static_cast<int>(record.get().kind)));
      const auto kind = record.get().kind;
      const bool is_tick = kind <= RecordKind::TickOptionComputation;
      const bool is_book = kind == RecordKind::MarketDepth || kind == RecordKind::MarketDepthL2 ||
                           kind == RecordKind::RealTimeBar;
      const bool conflated = is_tick || (trades && !is_book);
      CHECK_EQ(take(conflator, record), conflated ? "kept" : "passed");
      CHECK_EQ(take(conflator, record), conflated ? "replaced" : "passed");
      CHECK_EQ(conflator.waiting(), conflated ? 1u : 0u);
      if (conflated) CHECK(flushed(conflator) == bytes_of_all({record}));
    }
    for (const RecordKind kind :
         {RecordKind::OrderStatus, RecordKind::Cold, RecordKind::Raw, RecordKind::Malformed})
      CHECK_EQ(take(conflator, {kind, 0, 0, {1, 2}}), "passed");
  }
}

TEST("records of many slots keep all of their bytes, whatever length the one before had") {
  Conflator conflator;
  for (const std::size_t slots : {1u, 2u, 1u, 7u, 3u, 32u, 1u, 31u}) {
    const check::Note note(std::to_string(slots));
    take(conflator, text_of_slots(2));
    CHECK_EQ(take(conflator, text_of_slots(slots)), "replaced");
    CHECK(flushed(conflator) == bytes_of_all({text_of_slots(slots)}));
  }
}

TEST("a record too long to wait passes, and the older one that it outdates is gone") {
  constexpr std::size_t kMost = Conflator::kMostSlots;
  Conflator conflator;
  CHECK_EQ(take(conflator, text_of_slots(kMost)), "kept");
  CHECK_EQ(take(conflator, price_tick(1, 10)), "kept");
  CHECK_EQ(take(conflator, text_of_slots(kMost + 1)), "passed replacing");
  CHECK_EQ(take(conflator, text_of_slots(kMost + 1)), "passed");
  CHECK_EQ(take(conflator, text_of_slots(kMost + 1, 50)), "passed");
  CHECK_EQ(take(conflator, text_of_slots(kMost - 1)), "kept");
  FeedRecord spilled(47, "x");
  spilled.head().flags = kFlagSpilled;
  CHECK_EQ(take(conflator, spilled), "passed replacing");
  CHECK_EQ(conflator.waiting(), 1u);
  CHECK(flushed(conflator) == bytes_of_all({price_tick(1, 10)}));
}

TEST("trades that wait when they are no longer conflated are not overtaken") {
  Conflator conflator(true);
  CHECK_EQ(take(conflator, all_last(10, 1)), "kept");
  CHECK_EQ(take(conflator, bid_ask(9, 11)), "kept");
  conflator.set_trades(false);
  CHECK_EQ(take(conflator, all_last(11, 1)), "passed replacing");
  CHECK_EQ(take(conflator, all_last(12, 1)), "passed");
  CHECK_EQ(take(conflator, {RecordKind::MarketDepth, 2, 0, {10, 5}}), "passed");
  CHECK(flushed(conflator) == bytes_of_all({bid_ask(9, 11)}));
  conflator.set_trades(true);
  CHECK_EQ(take(conflator, all_last(13, 1)), "kept");
}

TEST("as many fields as there may be wait; those beyond pass") {
  constexpr auto kMost = static_cast<std::int32_t>(Conflator::kMostFields);
  Conflator conflator;
  // Numbers far apart and below 0, too.
  const auto field = [](std::int32_t i) { return (i - kMost / 2) * 65'536 + i; };
  std::vector<FeedRecord> expected;
  for (std::int32_t i = 0; i < kMost; ++i) {
    CHECK_EQ(take(conflator, price_tick(field(i), i)), "kept");
    expected.push_back(price_tick(field(i), i));
  }
  CHECK_EQ(take(conflator, price_tick(field(kMost), 1)), "passed");
  CHECK_EQ(take(conflator, size_tick(field(0), 1)), "passed");
  CHECK_EQ(take(conflator, price_tick(field(kMost - 1), kMost - 1)), "replaced");
  CHECK_EQ(conflator.waiting(), static_cast<std::size_t>(kMost));
  CHECK(flushed(conflator) == bytes_of_all(expected));
  // The places are theirs for good.
  CHECK_EQ(take(conflator, price_tick(field(kMost), 1)), "passed");
  CHECK_EQ(take(conflator, price_tick(field(0), 1)), "kept");
}

/// What waits as a list, and where each key is in it.
class ConflatorModel {
 public:
  Conflator::Taken take(const Record& record, bool conflated) {
    const std::pair key{record.kind, record.field};
    const auto older = newest_.find(key);
    const bool replaced = older != newest_.end();
    if (replaced) {
      waiting_.erase(older->second);
      newest_.erase(older);
    }
    if (conflated) newest_[key] = waiting_.insert(waiting_.end(), {key, bytes_of(record)});
    return {conflated, replaced};
  }
  std::vector<std::string> flush(std::size_t room) {
    std::vector<std::string> out;
    for (; room > 0 && !waiting_.empty(); --room, waiting_.pop_front()) {
      out.push_back(waiting_.front().second);
      newest_.erase(waiting_.front().first);
    }
    return out;
  }
  std::size_t size() const { return waiting_.size(); }

 private:
  using Key = std::pair<RecordKind, std::int32_t>;
  std::list<std::pair<Key, std::string>> waiting_;
  std::map<Key, std::list<std::pair<Key, std::string>>::iterator> newest_;
};

FeedRecord random_record(Random& random) {
  const auto number = static_cast<double>(random.below(1'000'000));
  const auto field = static_cast<std::int32_t>(random.below(random.one_in(10) ? 110 : 6));
  switch (random.below(9)) {
    case 0:
      return size_tick(field, number);
    case 1:
      return FeedRecord(field, random.bytes(random.below(random.one_in(20) ? 4000 : 100)));
    case 2:
      return {RecordKind::TickGeneric, field, 0, {number}};
    case 3:
      return {RecordKind::TickOptionComputation, field, 0, {number, 2, 3, 4, 5, 6, 7, 8}};
    case 4:
      return all_last(number, 1, 0, random.bytes(random.below(60)));
    case 5:
      return bid_ask(number, number);
    case 6:
      return random.one_in(2) ? rt_trade(number, 1) : mid_point(number);
    case 7:
      return {RecordKind::MarketDepth, field, 0, {number, 5}};
    default:
      return price_tick(field, number);
  }
}

TEST("random records and flushes come out as the plain model says") {
  Random random(check::seed());
  std::uint64_t taken = 0, kept = 0, replaced = 0, went = 0;
  for (int run = 0; run < check::scaled(200, 30); ++run) {
    const check::Note note("run " + std::to_string(run));
    Conflator conflator(run % 2 != 0);
    ConflatorModel model;
    bool trades = run % 2 != 0;
    for (int i = 0; i < 2000; ++i) {
      if (random.one_in(500)) conflator.set_trades(trades = !trades);
      if (random.one_in(30)) {
        const std::size_t room = random.one_in(2) ? SIZE_MAX : static_cast<std::size_t>(random.below(8));
        const auto out = flushed(conflator, room);
        REQUIRE(out == model.flush(room));
        went += out.size();
        continue;
      }
      const FeedRecord record = random_record(random);
      const Record& head = record;
      const bool is_trade = head.kind == RecordKind::RtTrade || head.kind == RecordKind::TickByTickAllLast ||
                            head.kind == RecordKind::TickByTickBidAsk ||
                            head.kind == RecordKind::TickByTickMidPoint;
      const bool conflated = head.kind != RecordKind::MarketDepth && (trades || !is_trade) &&
                             head.slots <= Conflator::kMostSlots;
      const auto expected = model.take(record, conflated);
      const auto actual = conflator.take(record);
      REQUIRE(actual.kept == expected.kept && actual.replaced == expected.replaced);
      REQUIRE(conflator.waiting() == model.size());
      ++taken;
      kept += actual.kept;
      replaced += actual.replaced;
    }
    went += flushed(conflator).size();
    CHECK_EQ(conflator.waiting(), 0u);
  }
  // Nothing is lost: what was kept was replaced or went.
  CHECK_EQ(kept, replaced + went);
  CHECK(replaced > taken / 10 && went > taken / 10 && kept < taken);
}

}  // namespace
