// What of treated requests goes on to JavaScript is on the tape, in that order.
#include <string>
#include <vector>

#include "check.hpp"
#include "support/desk_bench.hpp"
#include "support/random.hpp"
#include "support/tape_bench.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// A desk with a tape, of which everything is kept as what JavaScript would see.
struct TapedDesk {
  explicit TapedDesk(std::uint32_t ring_slots = 4096) : desk(ring_slots) {
    desk.stream.desk().record_on(memory.memory());
    desk.stream.desk().take_commands();
  }
  std::string of_tape() {
    std::string out;
    std::vector<Record> slots(kMaxTapeRecordSlots);
    for (std::size_t count; (count = reader.read(slots)) > 0;)
      for (std::size_t at = 0; at < count; at += slots[at].slots) out += shown(slots[at]);
    return out;
  }
  /// Those of treated requests that came to JavaScript.
  std::string of_ring() {
    std::string out;
    for (const Seen& record : desk.seen)
      if ((record.flags & kFlagTreated) != 0)
        out +=
            shown(record.req_id, record.kind, record.field, record.numbers.empty() ? -1 : record.numbers[0]);
    desk.seen.clear();
    return out;
  }

  static std::string shown(const Record& record) {
    return shown(record.req_id, record.kind, record.field,
                 doubles_of(record.kind) == 0 ? -1 : record.values[0]);
  }
  static std::string shown(std::int32_t req_id, RecordKind kind, std::int32_t field, double number) {
    char text[80];
    std::snprintf(text, sizeof text, "%d:%d:%d=%g ", req_id, static_cast<int>(kind), field, number);
    return text;
  }

  TapeBench memory{kMinTapeSlots};
  TapeReader reader{memory.memory()};
  DeskBench desk;
};

TEST("treated messages are on the tape, others and filtered ones are not") {
  TapedDesk taped;
  Treatment few;
  few.filter.emplace();
  few.filter->price_min = 10;
  taped.desk.treat(1, std::move(few));
  taped.desk.feed(price_frame(1, 1, "12.5") + price_frame(2, 1, "13") + price_frame(1, 2, "9") +
                  trade_frame(1, "14", 5, "a condition that needs another slot") + size_frame(1, 0, 7));
  CHECK_EQ(taped.of_tape(), "1:1:1=12.5 1:6:1=1.7e+09 1:2:0=7 ");
  taped.desk.drain();
  CHECK_EQ(taped.of_ring(), "1:1:1=12.5 1:6:1=1.7e+09 1:2:0=7 ");
}

TEST("the tape has what the ring has, in its order, whatever conflation and a full ring do") {
  Random random(check::seed());
  std::size_t bytes = 0;
  for (int round = 0; round < check::scaled(60, 10); ++round) {
    TapedDesk taped(64);
    constexpr FullPolicy kPolicies[] = {FullPolicy::Backpressure, FullPolicy::Conflate,
                                        FullPolicy::DropOldest};
    for (std::int32_t id = 1; id <= 6; ++id) {
      Treatment treatment;
      treatment.policy = kPolicies[id % 3];
      treatment.conflate_micros = id > 3 ? 50 : 0;
      taped.desk.treat(id, std::move(treatment));
    }
    std::string ring, tape;
    for (int turn = 0; turn < 40; ++turn) {
      std::string frames;
      for (std::uint32_t i = 0; i < random.below(60); ++i) {
        const auto id = static_cast<std::int32_t>(1 + random.below(7));  // 7 is not treated
        const std::string price = std::to_string(1 + random.below(90));
        frames += random.below(3) == 0 ? trade_frame(id, price, 5, "behind one slot")
                                       : price_frame(id, random.below(2) == 0 ? 1 : 2, price);
      }
      taped.desk.feed(frames);
      if (random.below(3) == 0) taped.desk.flush(taped.desk.now += 30);
      if (random.below(3) == 0) taped.desk.drain();
      tape += taped.of_tape();
    }
    taped.desk.stream.end(CloseReason::Local, 0, {});
    taped.desk.drain();
    for (std::string more = "x"; !more.empty(); ring += more) {
      taped.desk.stream.channel().publish();
      taped.desk.drain();
      more = taped.of_ring();
    }
    tape += taped.of_tape();
    CHECK_EQ(taped.reader.lost(), 0u);
    if (!CHECK(ring == tape)) return;
    bytes += tape.size();
  }
  CHECK(bytes > 1000);
}

}  // namespace
