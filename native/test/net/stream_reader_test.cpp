// The receiving side without a socket: what a connection over TLS or a caller's own transport feeds it.
#include "net/stream_reader.hpp"

#include <string>

#include "check.hpp"
#include "support/random.hpp"
#include "support/ring_reader.hpp"
#include "support/tick_stream.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using Progress = StreamReader::Progress;

struct Bench {
  explicit Bench(std::uint32_t capacity = 4096, FullPolicy policy = FullPolicy::Backpressure)
      : memory(capacity), stream(memory.ring(), policy), reader(memory, &stream.channel().spill()) {}

  void drain() {
    for (Seen& record : reader.drain()) seen.push_back(std::move(record));
    CHECK_EQ(reader.broken(), "");
  }

  RingMemory memory;
  StreamReader stream;
  RingReader reader;
  std::vector<Seen> seen;
};

const std::string kHandshake = text_frame("176|now|");

TEST("a stream may be fed in any pieces, and each record carries the stamp of the piece that completed it") {
  const std::string stream = kHandshake + ticks(0, 20);
  Random random(check::seed());
  for (int run = 0; run < 200; ++run) {
    Bench bench;
    double stamp = 0;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t size =
          std::min<std::size_t>(1 + random.below(run < 100 ? 9 : 90), stream.size() - at);
      const std::size_t before = bench.seen.size();
      CHECK_EQ(bench.stream.feed(std::string_view(stream).substr(at, size), ++stamp), size);
      bench.drain();
      for (std::size_t i = before; i < bench.seen.size(); ++i) CHECK_EQ(bench.seen[i].received_micros, stamp);
      at += size;
    }
    REQUIRE(bench.seen.size() == 21);
    CHECK_EQ(bench.seen.front().kind, RecordKind::Connected);
    expect_ticks(bench.seen, 20);
    CHECK_EQ(bench.stream.counters().bytes_read.load(), stream.size());
    CHECK_EQ(bench.stream.counters().last_read_micros.load(), stamp);
  }
}

TEST("more than the buffer holds is taken at once while the ring has room") {
  Bench bench(1 << 17);
  const std::string stream = kHandshake + ticks(0, 100'000);
  CHECK(stream.size() > 4 * StreamReader::kReadBuffer);
  CHECK_EQ(bench.stream.feed(stream, 1), stream.size());
  bench.drain();
  expect_ticks(bench.seen, 100'000);
}

TEST("a full ring takes no more than the buffer holds; the rest is fed after a drain and nothing is lost") {
  Bench bench(64);
  const std::string stream = kHandshake + ticks(0, 20'000);
  std::size_t at = 0, refused = 0;
  while (at < stream.size()) {
    const std::size_t taken = bench.stream.feed(std::string_view(stream).substr(at), 1);
    at += taken;
    if (taken == 0) ++refused;
    if (at < stream.size()) CHECK(bench.stream.blocked());
    CHECK_EQ(bench.stream.feed(std::string_view(stream).substr(at), 1), 0u);
    bench.drain();
  }
  CHECK(refused > 0);
  while (bench.stream.blocked()) {
    bench.stream.resume();
    bench.drain();
  }
  expect_ticks(bench.seen, 20'000);
  CHECK(bench.stream.counters().full_ring_stops.load() > 0);
}

TEST("resume has nothing to do unless the ring was full, and does not repeat a half frame") {
  Bench bench;
  CHECK_EQ(bench.stream.resume(), Progress::Done);
  bench.stream.feed(kHandshake + tick(0).substr(0, 7), 1);
  CHECK_EQ(bench.stream.resume(), Progress::Done);
  bench.drain();
  CHECK_EQ(bench.seen.size(), 1u);
}

TEST("a stream that ends while a full ring stops it wants no more room once everything was read") {
  for (const int count : {10, 70, 500}) {
    const check::Note note(std::to_string(count) + " ticks");
    Bench bench(64);
    const std::string stream = kHandshake + ticks(0, count) + std::string("\0\0\0\0", 4);
    CHECK_EQ(bench.stream.feed(stream, 1), stream.size());
    CHECK_EQ(bench.stream.blocked(), count > 64);
    for (int turn = 0; turn < 100 && bench.stream.wants_room(); ++turn) {
      bench.drain();
      if (!bench.stream.ended()) bench.stream.resume();
      bench.stream.channel().publish();
    }
    bench.drain();
    CHECK(bench.stream.ended());
    CHECK(!bench.stream.wants_room());
    expect_ticks(bench.seen, count);
    CHECK_EQ(bench.seen.back().kind, RecordKind::Closed);
  }
}

TEST("a stream that has ended takes nothing more") {
  Bench bench;
  const std::string bad("\0\0\0\0", 4);
  const std::string stream = kHandshake + tick(0) + bad;
  CHECK_EQ(bench.stream.feed(stream, 1), stream.size());
  CHECK(bench.stream.ended());
  CHECK_EQ(bench.stream.feed(tick(1), 2), 0u);
  bench.drain();
  REQUIRE(bench.seen.size() == 3);
  CHECK_EQ(bench.seen.back().kind, RecordKind::Closed);
  CHECK_EQ(bench.seen.back().field, static_cast<std::int32_t>(CloseReason::BadLength));
  CHECK_EQ(bench.stream.counters().bytes_read.load(), stream.size());
}

}  // namespace
