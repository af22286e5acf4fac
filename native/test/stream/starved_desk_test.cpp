// Treated requests and a full ring: each policy does what it says, whatever the others do.
#include <map>
#include <string>

#include "check.hpp"
#include "support/desk_bench.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST(
    "conflate: a full ring stops nobody; afterwards the newest of each field comes, and later ones behind "
    "it") {
  DeskBench bench(64);
  bench.treat(1, {.policy = FullPolicy::Conflate});
  std::string frames;
  for (int i = 0; i < 10'000; ++i) frames += price_frame(1, 1 + i % 2, std::to_string(i));
  CHECK_EQ(bench.feed(frames), frames.size());
  CHECK(bench.stream.desk().starved());
  CHECK(bench.stream.wants_room());
  CHECK_EQ(bench.waiting(1), 2u);
  bench.drain();
  CHECK(!bench.stream.wants_room());
  REQUIRE(bench.seen.size() > 2);
  CHECK_EQ(bench.seen[bench.seen.size() - 2].numbers[0], 9998.0);
  CHECK_EQ(bench.seen.back().numbers[0], 9999.0);
  CHECK_EQ(bench.of(1).delivered + bench.of(1).conflated, 10'000u);
  CHECK_EQ(bench.of(1).delivered, bench.seen.size());
  bench.seen.clear();
  bench.feed(price_frame(1, 1, "1"));
  bench.drain();
  CHECK_EQ(bench.shown(), "1:1:1=1");
}

TEST("drop-oldest: the newest records of the request survive, in order") {
  DeskBench bench(64);
  bench.treat(1, {.policy = FullPolicy::DropOldest});
  std::string frames;
  for (int i = 0; i < 10'000; ++i)
    frames += i % 3 == 0 ? trade_frame(1, std::to_string(i), 1) : price_frame(1, 1, std::to_string(i));
  CHECK_EQ(bench.feed(frames), frames.size());
  bench.drain();
  CHECK(bench.of(1).dropped > 0);
  CHECK_EQ(bench.of(1).delivered, bench.seen.size());
  CHECK_EQ(bench.of(1).delivered + bench.of(1).dropped, 10'000u);
  const auto price = [](const Seen& record) {
    return record.numbers[record.kind == RecordKind::TickByTickAllLast ? 1 : 0];
  };
  double last = -1;
  std::size_t jumps = 0;
  for (const Seen& record : bench.seen) {
    CHECK(price(record) > last);
    jumps += price(record) != last + 1;
    last = price(record);
  }
  CHECK_EQ(jumps, 1u);
  CHECK_EQ(last, 9999.0);
}

TEST("backpressure: reading stops at the first record without room, and nothing is lost") {
  DeskBench bench(64);
  bench.treat(1, {.policy = FullPolicy::Backpressure});
  bench.treat(2, {.policy = FullPolicy::Conflate});
  std::string frames;
  for (int i = 0; i < 500; ++i) frames += price_frame(1, 1, std::to_string(i)) + price_frame(2, 1, "5");
  std::size_t at = bench.feed(frames);
  bench.drain();
  while (at < frames.size()) {
    at += bench.feed(frames, at);
    bench.drain();
  }
  double next = 0;
  for (const Seen& record : bench.seen)
    if (record.req_id == 1) CHECK_EQ(record.numbers[0], next++);
  CHECK_EQ(next, 500.0);
  CHECK_EQ(bench.of(1).delivered, 500u);
  CHECK_EQ(bench.waiting(2), 0u);
}

TEST("records of requests without a treatment stop reading as ever, and conflated ones do not need room") {
  DeskBench bench(64);
  bench.treat(1, {.conflate_micros = 1000, .policy = FullPolicy::Backpressure});
  std::string frames;
  for (int i = 0; i < 60; ++i) frames += price_frame(2, 1, "5");
  bench.feed(frames);
  std::string rest;
  for (int i = 0; i < 1000; ++i) rest += price_frame(1, 1, std::to_string(i));
  CHECK_EQ(bench.feed(rest), rest.size());
  CHECK(!bench.stream.blocked() || bench.waiting(1) == 1u);
  bench.drain();
  bench.flush(1e6);
  bench.drain();
  REQUIRE(!bench.seen.empty());
  CHECK_EQ(bench.seen.back().numbers[0], 999.0);
  CHECK_EQ(bench.of(1).conflated, 999u);
}

TEST("what was due early and found no room goes as soon as there is room, and holds nobody up") {
  DeskBench bench(64);
  constexpr std::int32_t kRequests = 8;
  for (std::int32_t id = 1; id <= kRequests; ++id) bench.treat(id, {.conflate_micros = 100});
  bench.treat(9, {.policy = FullPolicy::Backpressure});
  const auto all = [] {
    std::string frames;
    for (std::int32_t id = 1; id <= kRequests; ++id)
      for (int type = 0; type < 20; ++type) frames += price_frame(id, type, "1");
    return frames;
  };
  bench.feed(all());
  bench.flush(1000);
  bench.drain();
  bench.seen.clear();
  bench.feed(all());
  bench.flush(1060, 50);  // due at 1100
  CHECK(bench.stream.desk().starved());
  bench.drain();
  CHECK_EQ(bench.seen.size(), 160u);
  CHECK(!bench.stream.wants_room());
  const std::string rest = price_frame(9, 1, "1");
  CHECK_EQ(bench.feed(rest), rest.size());
  CHECK(!bench.stream.blocked());
}

/// One request of a random treatment, and what is known of it.
struct Line {
  Treatment treatment;
  std::map<std::pair<int, int>, double> newest;  // of kind and field, as sent
  std::vector<double> sent;                      // of trades
};

TEST(
    "whatever is mixed, the counters add up, trades and what may not be dropped arrive in order, and the "
    "newest comes last") {
  Random random(check::seed());
  for (int run = 0; run < check::scaled(400, 40); ++run) {
    DeskBench bench(64u << random.below(4), static_cast<FullPolicy>(random.below(3)));
    std::map<std::int32_t, Line> lines;
    std::map<std::int32_t, std::map<std::pair<int, int>, double>> last_seen;
    std::map<std::int32_t, std::vector<double>> trades_seen, all_seen;
    for (std::int32_t id = 1; id <= 6; ++id) {
      Line& line = lines[id];
      line.treatment.policy = static_cast<FullPolicy>(random.below(3));
      line.treatment.conflate_micros = random.below(2) == 0 ? 0 : 50;
      if (id < 6) bench.treat(id, line.treatment);  // the last one is nobody's
    }
    const auto look = [&] {
      bench.drain();
      for (const Seen& record : bench.seen) {
        if (record.kind > RecordKind::TickByTickAllLast) continue;
        const bool trade = record.kind == RecordKind::TickByTickAllLast;
        const double value = record.numbers[trade ? 1 : 0];
        last_seen[record.req_id][{static_cast<int>(record.kind), record.field}] = value;
        if (trade) trades_seen[record.req_id].push_back(value);
      }
      bench.seen.clear();
    };
    double value = 0;
    for (int step = 0; step < 60; ++step) {
      std::string frames;
      for (std::uint64_t n = random.below(120); n > 0; --n) {
        const auto id = static_cast<std::int32_t>(1 + random.below(6));
        value += 1;
        const std::string text = random.below(8) == 0 ? std::to_string(static_cast<int>(value)) + "e0"
                                                      : std::to_string(static_cast<int>(value));
        Line& line = lines[id];
        switch (random.below(4)) {
          case 0:
            frames += trade_frame(id, text, 1);
            line.sent.push_back(value);
            line.newest[{6, 1}] = value;
            break;
          case 1:
            frames += size_frame(id, 0, static_cast<int>(value));
            line.newest[{2, 0}] = value;
            break;
          default: {
            const int type = random.below(2) == 0 ? 1 : 2;
            frames += price_frame(id, type, text);
            line.newest[{1, type}] = value;
          }
        }
      }
      std::size_t at = bench.feed(frames);
      while (at < frames.size()) {
        if (random.below(3) == 0) bench.flush(bench.now * 10);
        look();
        at += bench.feed(frames, at);
      }
      if (random.below(3) == 0) look();
      if (random.below(3) == 0) bench.flush(bench.now * 10);
    }
    bench.flush(1e9);
    look();
    bench.flush(2e9);
    look();
    for (std::int32_t id = 1; id < 6; ++id) {
      const check::Note note("run " + std::to_string(run) + ", request " + std::to_string(id));
      CHECK_EQ(bench.waiting(id), 0u);
      CHECK(last_seen[id] == lines[id].newest);
      const bool drops = lines[id].treatment.policy == FullPolicy::DropOldest;
      if (!drops) {
        CHECK_EQ(bench.of(id).dropped, 0u);
        CHECK(trades_seen[id] == lines[id].sent);
      }
      if (lines[id].treatment.policy == FullPolicy::Backpressure &&
          !(lines[id].treatment.conflate_micros > 0))
        CHECK_EQ(bench.of(id).conflated, 0u);
    }
    CHECK(!bench.stream.wants_room());
  }
}

}  // namespace
