// A stream with treated requests, and both ends of it: frames go in, records come out.
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "net/stream_reader.hpp"
#include "support/ring_reader.hpp"
#include "support/tick_stream.hpp"

namespace ibkr::test {

inline std::string price_frame(std::int32_t req_id, int type, const std::string& price, int size = 100) {
  return text_frame("1|6|" + std::to_string(req_id) + "|" + std::to_string(type) + "|" + price + "|" +
                    std::to_string(size) + "|0|");
}
inline std::string size_frame(std::int32_t req_id, int type, int size) {
  return text_frame("2|6|" + std::to_string(req_id) + "|" + std::to_string(type) + "|" +
                    std::to_string(size) + "|");
}
inline std::string string_frame(std::int32_t req_id, int type, const std::string& text) {
  return text_frame("46|6|" + std::to_string(req_id) + "|" + std::to_string(type) + "|" + text + "|");
}
/// Tick by tick, Last.
inline std::string trade_frame(std::int32_t req_id, const std::string& price, int size,
                               const std::string& conditions = "") {
  return text_frame("99|" + std::to_string(req_id) + "|1|1700000000|" + price + "|" + std::to_string(size) +
                    "|0|ARCA|" + conditions + "|");
}

struct DeskBench {
  static constexpr std::uint32_t kSlots = 16;

  explicit DeskBench(std::uint32_t capacity = 4096, FullPolicy policy = FullPolicy::Backpressure)
      : memory(capacity),
        stream(memory.ring(), policy),
        reader(memory, &stream.channel().spill()),
        board_slots(kSlots),
        counters(kSlots) {
    stream.desk().open(board());
    feed(text_frame("176|now|"));
    drain();
    seen.clear();
  }

  Board board() { return Board(std::as_writable_bytes(std::span(board_slots))); }

  /// Counters and board slot are those of its number.
  void treat(std::int32_t req_id, Treatment treatment = {}) {
    treatment.board_slot = static_cast<std::uint32_t>(req_id);
    treatment.counters = &of(req_id);
    stream.desk().treat(req_id, std::move(treatment));
    stream.desk().take_commands();
  }
  TreatmentCounters& of(std::int32_t req_id) { return counters[static_cast<std::size_t>(req_id)]; }

  /// How many bytes it takes of those from `at` on.
  std::size_t feed(std::string_view frames, std::size_t at = 0) {
    return stream.feed(frames.substr(at), now += 1);
  }
  void flush(double micros, double early = 0) {
    stream.desk().flush(micros, early);
    stream.channel().publish();
  }
  /// What a loop does that has been woken.
  void drain() {
    do {
      for (Seen& record : reader.drain()) seen.push_back(std::move(record));
      CHECK_EQ(reader.broken(), "");
      if (!stream.ended()) stream.resume();
      stream.move_up();
    } while (reader.next_index() != head());
  }
  std::uint32_t head() const {
    return std::atomic_ref(*reinterpret_cast<std::uint32_t*>(memory.block() + kRingHeadOffset)).load();
  }
  /// "req:kind:field=number …", with ! where it is not of a treatment.
  std::string shown() {
    std::string out;
    for (const Seen& record : seen) {
      char text[80];
      std::snprintf(
          text, sizeof text, "%s%d:%d:%d=%g%s", out.empty() ? "" : " ", record.req_id,
          static_cast<int>(record.kind), record.field,
          record.numbers.empty() ? -1 : record.numbers[record.kind >= RecordKind::TickByTickAllLast],
          (record.flags & kFlagTreated) != 0 ? "" : "!");
      out += text;
    }
    seen.clear();
    return out;
  }
  std::uint64_t filtered(std::int32_t req_id) {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : of(req_id).filtered) sum += n;
    return sum;
  }
  /// What is received and neither delivered nor gone.
  std::uint64_t waiting(std::int32_t req_id) {
    const TreatmentCounters& c = of(req_id);
    return c.received - c.delivered - c.conflated - c.dropped - filtered(req_id);
  }

  RingMemory memory;
  StreamReader stream;
  RingReader reader;
  std::vector<BoardSlot> board_slots;
  std::vector<TreatmentCounters> counters;
  std::vector<Seen> seen;
  double now = 1000;
};

}  // namespace ibkr::test
