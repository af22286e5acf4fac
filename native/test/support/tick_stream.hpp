// A stream of ticks that count, and what a connection must have made of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check.hpp"
#include "support/loopback.hpp"

namespace ibkr::test {

inline std::string tick(int sequence) {
  return text_frame("2|6|" + std::to_string(sequence) + "|0|" + std::to_string(sequence) + "|");
}

inline std::string ticks(int from, int to) {
  std::string out;
  for (int i = from; i < to; ++i) out += tick(i);
  return out;
}

/// Counts the tick sizes among the records and checks that they come as 0, 1, 2, …
inline void expect_ticks(const std::vector<Seen>& seen, int count) {
  int next = 0;
  for (const Seen& record : seen) {
    if (record.kind != RecordKind::TickSize) continue;
    if (record.req_id != next || record.numbers[0] != next) {
      CHECK_EQ(record.req_id, next);
      return;
    }
    ++next;
  }
  CHECK_EQ(next, count);
}

inline void expect_closed(const LoopbackConnection& c, CloseReason reason, int error,
                          std::string_view detail) {
  std::size_t closed = 0;
  for (const Seen& record : c.seen) closed += record.kind == RecordKind::Closed;
  CHECK_EQ(closed, 1u);
  if (c.seen.empty() || !CHECK_EQ(c.seen.back().kind, RecordKind::Closed)) return;
  CHECK_EQ(c.seen.back().field, static_cast<std::int32_t>(reason));
  CHECK_EQ(c.seen.back().req_id, error);
  CHECK_EQ(c.seen.back().bytes, detail);
}

}  // namespace ibkr::test
