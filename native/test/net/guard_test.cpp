#include "net/guard.hpp"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/loopback.hpp"
#include "support/started_guard.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using Turn = Connection::Turn;

std::string tick(std::uint32_t sequence) {
  return text_frame("2|6|" + std::to_string(sequence) + "|0|" + std::to_string(sequence) + "|");
}

/// Sends ticks 0, 1, 2, … in blocks until there are `count` (0: no end) or the connection is gone.
class Flood {
 public:
  Flood(Peer& peer, std::uint32_t count)
      : thread_([&peer, count, this] {
          std::string block;
          for (std::uint32_t i = 0; count == 0 || i < count; ++i) {
            block += tick(i);
            if (block.size() < 8000 && i + 1 != count) continue;
            if (stop_.load() || !peer.send(block)) return;
            block.clear();
          }
        }) {}
  ~Flood() {
    stop_.store(true);
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Checks records as they come: ticks must count up from 0.
class Sequence {
 public:
  void take(RingReader& reader) {
    reader.visit([&](const Record& record) {
      if (record.kind == RecordKind::Closed) closed = true;
      if (record.kind != RecordKind::TickSize) return;
      wrong += static_cast<std::uint32_t>(record.req_id) != next || record.values[0] != next;
      ++next;
    });
  }
  std::uint32_t next = 0, wrong = 0;
  bool closed = false;
};

/// Drains, without reading the socket, until `done`; false if it never comes.
template <typename Done>
bool drain_until(LoopbackConnection& c, Sequence& sequence, Done done) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(kForever);
  for (;;) {
    sequence.take(c.reader);
    if (!c.reader.broken().empty()) return false;
    if (done()) return true;
    if (std::chrono::steady_clock::now() > limit) return false;
    std::this_thread::yield();
  }
}

TEST("a guard on watch reads when bytes have waited for stall_micros and nobody comes") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  std::atomic<int> wakes{0};
  StartedGuard guard(c.connection, GuardDuty::Watch, 500, [&] { ++wakes; });
  c.peer.send(tick(0) + tick(1) + tick(2));
  Sequence sequence;
  CHECK(drain_until(c, sequence, [&] { return sequence.next == 3; }));
  CHECK(drain_until(c, sequence, [&] { return wakes.load() > 0; }));
  CHECK_EQ(sequence.wrong, 0u);
  CHECK_EQ(guard.takeovers(), 1u);
  CHECK(guard.reads() >= 1);
}

TEST("having taken over, the guard goes on reading while the loop does not come back") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  StartedGuard guard(c.connection, GuardDuty::Watch, 500, [] {});
  Sequence sequence;
  for (std::uint32_t i = 0; i < 200; ++i) {
    c.peer.send(tick(i));
    REQUIRE(drain_until(c, sequence, [&] { return sequence.next == i + 1; }));
  }
  CHECK_EQ(guard.takeovers(), 1u);
  CHECK_EQ(sequence.wrong, 0u);
}

/// True if a tick sent now stays in the socket for a while.
bool stays_unread(LoopbackConnection& c, std::uint32_t sequence) {
  c.peer.send(tick(sequence));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  int waiting = 0;
  ::ioctl(c.connection.fd(), FIONREAD, &waiting);
  return waiting == static_cast<int>(tick(sequence).size());
}

TEST("the guard hands back after loop_returned(), and leaves the socket to the loop") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  // Ten minutes: this guard only goes on when nudged, so nothing here depends on how fast the machine is.
  StartedGuard guard(c.connection, GuardDuty::Watch, 600'000'000, [] {});
  Sequence sequence;
  c.peer.send(tick(0));
  CHECK(drain_until(c, sequence, [&] {
    guard.drained();
    return sequence.next == 1;
  }));
  CHECK_EQ(guard.takeovers(), 1u);
  // It reads at once now.
  c.peer.send(tick(1));
  CHECK(drain_until(c, sequence, [&] { return sequence.next == 2; }));
  // Once handed back, bytes stay where they are. One attempt may meet the guard's last read.
  bool handed_back = false;
  for (int attempt = 0; attempt < 20 && !handed_back; ++attempt) {
    guard.loop_returned();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    handed_back = stays_unread(c, sequence.next);
    if (!handed_back) drain_until(c, sequence, [&, next = sequence.next] { return sequence.next > next; });
  }
  CHECK(handed_back);
  c.read_once();
  sequence.take(c.reader);
  CHECK_EQ(sequence.wrong, 0u);
}

TEST("a guard on watch leaves the reading to a loop that comes in time") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  StartedGuard guard(c.connection, GuardDuty::Watch, 600'000'000, [] {});
  Sequence sequence;
  for (std::uint32_t i = 0; i < 500; ++i) {
    c.peer.send(tick(i));
    REQUIRE(ready(c.connection.fd(), POLLIN));
    guard.loop_returned();
    c.read_once();
    sequence.take(c.reader);
  }
  CHECK_EQ(sequence.next, 500u);
  CHECK_EQ(sequence.wrong, 0u);
  CHECK_EQ(guard.takeovers(), 0u);
  CHECK_EQ(guard.reads(), 0u);
}

TEST("on read duty the guard reads everything and wakes the consumer") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  std::atomic<int> wakes{0};
  StartedGuard guard(c.connection, GuardDuty::Read, 1000, [&] { ++wakes; });
  const std::uint32_t count = check::scaled(200'000u, 20'000u);
  Sequence sequence;
  {
    Flood flood(c.peer, count);
    CHECK(drain_until(c, sequence, [&] {
      if (c.connection.stream().wants_room()) guard.drained();
      return sequence.next == count;
    }));
  }
  CHECK_EQ(sequence.wrong, 0u);
  CHECK(wakes.load() > 0);
}

TEST("a consumer that only looks when it is woken sees everything") {
  for (const GuardDuty duty : {GuardDuty::Read, GuardDuty::Watch}) {
    Listener listener;
    LoopbackConnection c(64);  // small: the ring is full most of the time
    REQUIRE(c.connect(listener));
    c.peer.send(text_frame("176|now|"));
    REQUIRE(c.read_records(1));
    std::atomic<bool> woken{false};
    StartedGuard guard(c.connection, duty, 200, [&] { woken.store(true); });
    const std::uint32_t count = check::scaled(20'000u, 5'000u);
    Sequence sequence;
    Flood flood(c.peer, count);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(kForever);
    while (sequence.next < count && std::chrono::steady_clock::now() < limit) {
      if (!woken.exchange(false)) {
        std::this_thread::yield();
        continue;
      }
      sequence.take(c.reader);
      if (c.connection.stream().wants_room()) guard.drained();
    }
    CHECK_EQ(sequence.next, count);
    CHECK_EQ(sequence.wrong, 0u);
  }
}

TEST("the guard wakes the loop with the reader lock free, so that the loop can read at once") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  std::atomic<int> wakes{0}, locked{0};
  std::optional<StartedGuard> guard;
  guard.emplace(c.connection, GuardDuty::Read, 1000, [&] {
    ++wakes;
    if (const ReaderLock::Held held = c.connection.reader_lock().try_take(); !held) ++locked;
  });
  Sequence sequence;
  for (std::uint32_t i = 0; i < 50; ++i) {
    c.peer.send(tick(i));
    REQUIRE(drain_until(c, sequence, [&] { return sequence.next == i + 1; }));
  }
  guard.reset();
  CHECK(wakes.load() > 0);
  CHECK_EQ(locked.load(), 0);
}

TEST("a loop and a guard that contend for the socket lose no record and repeat none") {
  for (const GuardDuty duty : {GuardDuty::Watch, GuardDuty::Read}) {
    const check::Note note(duty == GuardDuty::Watch ? "watch" : "read");
    LoopbackConnection c(1024);
    REQUIRE(c.connect_and_handshake());
    StartedGuard guard(c.connection, duty, 100, [] {});
    const std::uint32_t count = check::scaled(400'000u, 40'000u);
    Sequence sequence;
    std::uint64_t loop_reads = 0;
    Flood flood(c.peer, count);
    std::uint32_t turn = 0;
    CHECK(drain_until(c, sequence, [&] {
      // The loop reads for a while, then is busy for a while.
      if (++turn % 64 < 32) {
        guard.loop_returned();
        if (const ReaderLock::Held held = c.connection.reader_lock().try_take()) {
          c.connection.read_once();
          ++loop_reads;
        }
      }
      if (c.connection.stream().wants_room()) guard.drained();
      return sequence.next == count;
    }));
    CHECK_EQ(sequence.wrong, 0u);
    CHECK(loop_reads > 0);
  }
}

TEST("the guard sees the end of the stream, writes Closed once and ends") {
  for (const GuardDuty duty : {GuardDuty::Watch, GuardDuty::Read}) {
    LoopbackConnection c;
    REQUIRE(c.connect_and_handshake());
    std::atomic<int> wakes{0};
    StartedGuard guard(c.connection, duty, 300, [&] { ++wakes; });
    c.peer.send(tick(0));
    c.peer.close();
    Sequence sequence;
    CHECK(drain_until(c, sequence, [&] { return sequence.closed; }));
    CHECK_EQ(sequence.next, 1u);
    CHECK(c.connection.stream().ended());
    CHECK(drain_until(c, sequence, [&] { return wakes.load() > 0; }));
  }
}

TEST("the guard stops at once while data floods in, with the ring full or not") {
  for (const GuardDuty duty : {GuardDuty::Watch, GuardDuty::Read}) {
    for (int round = 0; round < check::scaled(30, 8); ++round) {
      LoopbackConnection c(round % 2 == 0 ? 64 : 4096);
      REQUIRE(c.connect_and_handshake());
      Flood flood(c.peer, 0);
      Sequence sequence;
      {
        StartedGuard guard(c.connection, duty, 100, [] {});
        if (round % 3 != 0)
          CHECK(drain_until(c, sequence, [&] {
            if (c.connection.stream().wants_room()) guard.drained();
            return sequence.next > 2000;
          }));
      }
      CHECK_EQ(sequence.wrong, 0u);
      // Lets the flood end: with bytes unread a close resets it. A shutdown leaves a sender that waits for room waiting.
      c.connection.close_socket();
    }
  }
}

TEST("the guard stops at once while nothing happens") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  for (int i = 0; i < 50; ++i) {
    StartedGuard watching(c.connection, GuardDuty::Watch, 1000, [] {});
    StartedGuard reading(c.connection, GuardDuty::Read, 1000, [] {});
  }
  CHECK(!c.connection.stream().ended());
}

TEST("shutting the socket down while the guard reads ends the connection, not the process") {
  for (int round = 0; round < check::scaled(20, 5); ++round) {
    LoopbackConnection c;
    REQUIRE(c.connect_and_handshake());
    Flood flood(c.peer, 0);
    Sequence sequence;
    StartedGuard guard(c.connection, GuardDuty::Read, 1000, [] {});
    CHECK(drain_until(c, sequence, [&] { return sequence.next > 100; }));
    c.connection.shut_down();
    CHECK(drain_until(c, sequence, [&] {
      if (c.connection.stream().wants_room()) guard.drained();
      return sequence.closed;
    }));
    CHECK_EQ(sequence.wrong, 0u);
  }
}

}  // namespace
