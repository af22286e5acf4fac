// A connection whose ring is full: nothing is lost, nothing gets stuck.
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "net/guard.hpp"
#include "support/loopback.hpp"
#include "support/random.hpp"
#include "support/started_guard.hpp"
#include "support/tick_stream.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using Turn = Connection::Turn;

TEST("a full ring stops reading, and after a drain everything goes on in order") {
  Listener listener;
  LoopbackConnection c(64);
  REQUIRE(c.connect(listener));
  const int count = check::scaled(100'000, 20'000);
  std::thread sender([&] { c.peer.send(text_frame("176|now|") + ticks(0, count)); });
  CHECK(c.read_records(static_cast<std::size_t>(count) + 1));
  sender.join();
  expect_ticks(c.seen, count);
  CHECK(c.connection.stream().counters().full_ring_stops.load() > 0);
  CHECK(!c.connection.stream().blocked());
}

TEST("while the ring is full nothing is read, however often it is tried") {
  Listener listener;
  LoopbackConnection c(64);
  REQUIRE(c.connect(listener));
  c.peer.send(text_frame("176|now|") + ticks(0, 500));
  REQUIRE(ready(c.connection.fd(), POLLIN));
  Turn turn = Turn::Idle;
  for (int i = 0; i < 1000 && turn != Turn::Blocked; ++i) turn = c.read_once();
  CHECK_EQ(turn, Turn::Blocked);
  CHECK(c.connection.stream().blocked());
  const std::uint64_t read = c.connection.stream().counters().bytes_read.load();
  for (int i = 0; i < 100; ++i) CHECK_EQ(c.read_once(), Turn::Blocked);
  CHECK_EQ(c.connection.stream().counters().bytes_read.load(), read);
  CHECK_EQ(c.connection.stream().counters().full_ring_stops.load(), 1u);
  CHECK(c.read_records(501));
  expect_ticks(c.seen, 500);
}

TEST("a guard seldom tries a full ring that nobody drains, and goes on at once when it hears of room") {
  using namespace std::chrono;
  for (const GuardDuty duty : {GuardDuty::Read, GuardDuty::Watch}) {
    LoopbackConnection c(64);
    REQUIRE(c.connect_and_handshake());
    StartedGuard guard(c.connection, duty, 100, [] {});
    c.peer.send(ticks(0, 500));
    const auto limit = steady_clock::now() + milliseconds(kForever);
    while (!c.connection.stream().blocked() && steady_clock::now() < limit)
      std::this_thread::sleep_for(milliseconds(1));
    REQUIRE(c.connection.stream().blocked());
    const std::uint64_t before = guard.reads();
    const auto begun = steady_clock::now();
    std::this_thread::sleep_for(milliseconds(500));
    const auto waited = duration_cast<milliseconds>(steady_clock::now() - begun).count();
    // 1 + 2 + ... + 64 ms, then every 64.
    CHECK(guard.reads() - before <= static_cast<std::uint64_t>(8 + waited / 64));
    while (c.seen.size() < 501 && steady_clock::now() < limit) {
      c.drain();
      guard.drained();
      // On watch the loop reads by itself when it is back.
      if (duty == GuardDuty::Watch) {
        guard.loop_returned();
        if (const ReaderLock::Held held = c.connection.reader_lock().try_take()) c.connection.read_once();
      }
    }
    expect_ticks(c.seen, 500);
  }
}

/// What an event loop does after it was woken, with the means it has: drain, and read again if reading had
/// stopped.
void loop_turn(LoopbackConnection& c) {
  for (;;) {
    c.drain();
    if (!c.connection.stream().wants_room()) return;
    c.read_once();
  }
}

TEST("what waits outside a full ring is delivered after a drain, also when the gateway sends nothing more") {
  for (const FullPolicy policy : {FullPolicy::Conflate, FullPolicy::DropOldest}) {
    const check::Note note("policy " + std::to_string(static_cast<int>(policy)));
    Listener listener;
    LoopbackConnection c(64, policy);
    REQUIRE(c.connect(listener));
    std::string stream = text_frame("176|now|") + ticks(0, 200);
    stream += text_frame("3|7|Filled|10|0|1.5|99|0|1.5|2||0.25|");
    c.peer.send(stream);
    while (c.connection.stream().counters().bytes_read.load() < stream.size() &&
           ready(c.connection.fd(), POLLIN))
      c.read_once();
    CHECK(c.connection.stream().channel().overflowing());
    for (int turn = 0; turn < 100; ++turn) loop_turn(c);
    CHECK(!c.connection.stream().channel().overflowing());
    CHECK_EQ(c.seen.back().kind, RecordKind::OrderStatus);
  }
}

TEST("the Closed record arrives also where the ring is exactly full when the stream ends") {
  for (int count = 40; count <= 66; ++count) {
    for (const FullPolicy policy : {FullPolicy::Backpressure, FullPolicy::Conflate, FullPolicy::DropOldest}) {
      const check::Note note(std::to_string(count) + " ticks, policy " +
                             std::to_string(static_cast<int>(policy)));
      Listener listener;
      LoopbackConnection c(64, policy);
      REQUIRE(c.connect(listener));
      // The handshake alone first: ticks behind it then take the fast path.
      c.peer.send(text_frame("176|now|"));
      REQUIRE(ready(c.connection.fd(), POLLIN));
      c.read_once();
      c.peer.send(ticks(0, count));
      c.peer.close();
      for (int i = 0; i < 100 && !c.connection.stream().ended() && ready(c.connection.fd(), POLLIN); ++i) {
        if (c.read_once() == Turn::Blocked) break;
      }
      for (int turn = 0; turn < 100; ++turn) {
        loop_turn(c);
        c.read_once();
      }
      expect_ticks(c.seen, count);
      expect_closed(c, CloseReason::EndOfStream, 0, "");
    }
  }
}

TEST("the Closed record arrives behind a full ring too, under every policy") {
  for (const FullPolicy policy : {FullPolicy::Backpressure, FullPolicy::Conflate, FullPolicy::DropOldest}) {
    const check::Note note("policy " + std::to_string(static_cast<int>(policy)));
    Listener listener;
    LoopbackConnection c(64, policy);
    REQUIRE(c.connect(listener));
    c.peer.send(text_frame("176|now|") + ticks(0, 300));
    c.peer.close();
    for (int i = 0; i < 1000 && !c.connection.stream().ended() && ready(c.connection.fd(), POLLIN); ++i) {
      if (c.read_once() == Turn::Blocked) c.drain();
    }
    CHECK(c.connection.stream().ended());
    for (int turn = 0; turn < 100; ++turn) {
      loop_turn(c);
      c.read_once();
    }
    expect_closed(c, CloseReason::EndOfStream, 0, "");
    CHECK(!c.connection.stream().channel().overflowing());
  }
}

TEST("while nobody drains, the whole ring is filled before reading stops, wherever the ring stands") {
  for (const int before : {0, 3000, 7000, 30000}) {
    const check::Note note(std::to_string(before) + " ticks before");
    LoopbackConnection c(1 << 15);
    REQUIRE(c.connect_and_handshake());
    std::thread first([&] { c.peer.send(ticks(0, before)); });
    CHECK(c.read_records(static_cast<std::size_t>(before) + 1));
    first.join();
    // JavaScript is busy from here on: a guard reads.
    const int count = 32000;
    std::thread second([&] { c.peer.send(ticks(before, before + count)); });
    StartedGuard guard(c.connection, GuardDuty::Read, 1000, [] {});
    const std::uint64_t frames = static_cast<std::uint64_t>(before + count);
    for (int i = 0; i < kForever && c.connection.stream().counters().frames.load() < frames &&
                    !c.connection.stream().blocked();
         ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK_EQ(c.connection.stream().counters().frames.load(), frames);
    CHECK_EQ(c.connection.stream().counters().full_ring_stops.load(), 0u);
    c.drain();
    second.join();
    c.connection.shut_down();
  }
}

TEST("random streams in random pieces give the same records through a small ring as through a large one") {
  Random random(check::seed());
  for (int round = 0; round < check::scaled(40, 10); ++round) {
    std::string stream = text_frame("176|now|");
    std::size_t records = 1;
    for (int i = 0; i < 300; ++i, ++records) {
      switch (random.below(5)) {
        case 0:
          stream += text_frame("9|1|" + std::to_string(i) + "|");
          break;
        case 1:
          stream += text_frame("4|2|-1|2104|" + std::string(random.below(900), 'm') + "|");
          break;
        case 2:
          stream += text_frame("46|6|1|48|" + std::string(random.below(60), 's') + "|");
          break;
        default:
          stream += tick(i);
      }
    }
    std::vector<Seen> by_size[2];
    for (int which = 0; which < 2; ++which) {
      Listener listener;
      LoopbackConnection c(which == 0 ? 64 : 1 << 14);
      REQUIRE(c.connect(listener));
      std::thread sender([&, seed = random.bits()] {
        Random pieces(seed);
        for (std::size_t at = 0; at < stream.size();) {
          const std::size_t n =
              std::min(stream.size() - at, static_cast<std::size_t>(1 + pieces.below(4000)));
          if (!c.peer.send(std::string_view(stream).substr(at, n))) break;
          at += n;
        }
      });
      CHECK(c.read_records(records));
      sender.join();
      by_size[which] = std::move(c.seen);
      for (Seen& record : by_size[which]) {
        record.received_micros = 0;
        record.flags &= static_cast<std::uint8_t>(~kFlagSpilled);
      }
    }
    CHECK(by_size[0] == by_size[1]);
  }
}

}  // namespace
