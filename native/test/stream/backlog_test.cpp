// Records that wait for room: a queue of records of several slots in memory that is used round and round.
#include "stream/backlog.hpp"

#include <deque>
#include <string>

#include "check.hpp"
#include "support/feed_records.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

std::string bytes_of(const Record& record) {
  return {reinterpret_cast<const char*>(&record), record.slots * sizeof(Record)};
}

TEST("what goes out is what came in, in order, whatever was dropped") {
  Random random(check::seed());
  Backlog backlog;
  std::deque<std::string> model;
  std::size_t slots = 0;
  for (int step = 0; step < check::scaled(200'000, 20'000); ++step) {
    const auto text = std::string(random.below(40) * 10, static_cast<char>('a' + random.below(26)));
    const FeedRecord record(static_cast<std::int32_t>(random.below(100)), text);
    if (!CHECK_EQ(backlog.has_room(record), slots + record.get().slots <= Backlog::kMostSlots)) return;
    if (backlog.has_room(record)) {
      backlog.push(record);
      model.push_back(bytes_of(record));
      slots += record.get().slots;
    }
    if (!model.empty() && random.below(10) == 0) {
      backlog.drop_oldest();
      slots -= model.front().size() / sizeof(Record);
      model.pop_front();
    }
    if (random.below(500) == 0) {
      std::size_t room = random.below(400);
      backlog.flush([&](const Record& out) {
        if (room == 0) return false;
        --room;
        CHECK_EQ(bytes_of(out), model.front());
        slots -= model.front().size() / sizeof(Record);
        model.pop_front();
        return true;
      });
    }
    if (!CHECK_EQ(backlog.records(), model.size()) || !CHECK_EQ(backlog.empty(), model.empty())) return;
  }
}

}  // namespace
