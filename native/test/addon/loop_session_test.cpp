// The connection on an event loop, with libuv itself and without Node.
#include "loop_session.hpp"

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/loopback.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::addon;
using namespace ibkr::test;

/// A loop, a session on it and a consumer that reads as the pump does.
class OnLoop {
 public:
  explicit OnLoop(ReadMode mode, std::uint32_t capacity = 4096, std::int64_t stall_micros = 200)
      : memory_(capacity) {
    uv_loop_init(&loop_);
    LoopOptions options;
    options.mode = mode;
    options.stall_micros = stall_micros;
    options.socket.receive_buffer = 4 << 20;
    session_ = std::make_shared<LoopSession>(
        &loop_, options, memory_.ring(), [this] { pump(); }, [this] { finished_ = true; });
    reader_ = std::make_unique<RingReader>(memory_, &session_->connection().stream().channel().spill());
    CHECK_EQ(session_->start(), 0);
  }
  ~OnLoop() {
    close();
    CHECK_EQ(uv_loop_close(&loop_), 0);
  }

  bool open() {
    session_->connect("127.0.0.1", port(), "v100..193", 5000, 5000);
    accept();
    if (!run_until([&] { return session_->state() == SessionState::Handshaking; })) return false;
    peer.receive(17);
    peer.send(text_frame("176|20260824 22:27:46 CET|"));
    return run_until([&] { return session_->state() == SessionState::Open; });
  }
  std::uint16_t port() const { return listener_.port(); }
  void accept() { peer = Peer(listener_.accept()); }
  template <typename Done>
  bool run_until(Done done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(kForever);
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) return CHECK(false);
      uv_run(&loop_, UV_RUN_NOWAIT);
    }
    return true;
  }
  /// As JavaScript does when it disconnects; then turns the loop until nothing is left.
  void close() {
    if (finished_) return;
    session_->close();
    CHECK(run_until([&] { return finished_; }));
    CHECK(session_->state() == SessionState::Closed);
  }
  /// Reads no more: JavaScript is busy elsewhere.
  void hold(bool on) { held_ = on; }

  LoopSession& session() { return *session_; }
  Peer peer;
  std::uint32_t ticks = 0, wrong = 0;
  int closings = 0;
  CloseReason reason{};
  int error = 0;
  int no_guard = 0;

 private:
  void pump() {
    if (held_) return;
    reader_->visit([&](const Record& record) {
      if (record.kind == RecordKind::TickSize) wrong += static_cast<std::uint32_t>(record.req_id) != ticks++;
      if (record.kind == RecordKind::NoGuard) no_guard = record.req_id;
      if (record.kind != RecordKind::Closed) return;
      ++closings;
      reason = static_cast<CloseReason>(record.field);
      error = record.req_id;
    });
  }

  Listener listener_;
  uv_loop_t loop_{};
  RingMemory memory_;
  std::shared_ptr<LoopSession> session_;
  std::unique_ptr<RingReader> reader_;
  bool finished_ = false;
  bool held_ = false;
};

std::string ticks_text(std::uint32_t from, std::uint32_t count) {
  std::string out;
  for (std::uint32_t i = from; i < from + count; ++i)
    out += text_frame("2|6|" + std::to_string(i) + "|0|" + std::to_string(i) + "|");
  return out;
}

constexpr ReadMode kModes[] = {ReadMode::Loop, ReadMode::Spin, ReadMode::Thread};

TEST("what had arrived before a reset is read, and the errno is the true one") {
  for (const ReadMode mode : kModes) {
    for (const std::uint32_t capacity : {64u, 4096u}) {
      OnLoop on(mode, capacity);
      REQUIRE(on.open());
      on.peer.send(ticks_text(0, 5000));
      on.peer.abort();
      CHECK(on.run_until([&] { return on.closings > 0; }));
      CHECK_EQ(on.ticks, 5000u);
      CHECK_EQ(on.wrong, 0u);
      CHECK_EQ(on.error, ECONNRESET);
      CHECK(on.reason == CloseReason::SocketError);
    }
  }
}

TEST("a failed send loses nothing that had arrived") {
  for (const ReadMode mode : kModes) {
    OnLoop on(mode, 64);
    REQUIRE(on.open());
    on.hold(true);
    on.peer.send(ticks_text(0, 5000));
    on.peer.abort();
    for (int i = 0; i < 3; ++i)
      on.session().send(
          "49\0"
          "1\0");
    on.hold(false);
    CHECK(on.session().send("49\0"
                            "1\0") == Sent::No);
    CHECK(on.run_until([&] { return on.closings > 0; }));
    CHECK_EQ(on.ticks, 5000u);
    CHECK_EQ(on.wrong, 0u);
    CHECK(on.error == ECONNRESET || on.error == EPIPE);
    CHECK_EQ(on.closings, 1);
  }
}

TEST("close() never waits for the thread, at any moment of a flood") {
  for (int round = 0; round < check::scaled(30, 6); ++round) {
    for (const ReadMode mode : kModes) {
      OnLoop on(mode, round % 2 == 0 ? 64 : 4096);
      REQUIRE(on.open());
      std::thread flood([&] {
        for (std::uint32_t i = 0; on.peer.send(ticks_text(i, 100)); i += 100) {
        }
      });
      const std::uint32_t wanted = static_cast<std::uint32_t>(round) * 37;
      on.run_until([&] { return on.ticks >= wanted; });
      on.close();
      flood.join();  // the session's socket is closed: its sends fail
      CHECK_EQ(on.wrong, 0u);
      CHECK_EQ(on.closings, 0);
    }
  }
}

TEST("a session that never connected can be closed") {
  OnLoop on(ReadMode::Loop);
  on.close();
  CHECK_EQ(on.closings, 0);
}

TEST("a refused connect is told in a turn of its own") {
  std::uint16_t port = 0;
  {
    Listener gone;
    port = gone.port();
  }
  OnLoop on(ReadMode::Loop);
  on.session().connect("127.0.0.1", port, "v100..193", 5000, 5000);
  CHECK_EQ(on.closings, 0);
  CHECK(on.run_until([&] { return on.closings > 0; }));
  CHECK(on.reason == CloseReason::Refused);
  CHECK_EQ(on.error, ECONNREFUSED);
}

TEST("a connect that fails before there is a socket is told in a turn of its own, too") {
  OnLoop on(ReadMode::Loop);
  on.session().connect("no address", on.port(), "v100..193", 5000, 5000);
  on.session().connect("127.0.0.1", on.port(), "v100..193", 5000, 5000);  // one connection each
  CHECK_EQ(on.closings, 0);
  CHECK(on.run_until([&] { return on.closings > 0; }));
  CHECK(on.reason == CloseReason::Refused);
  CHECK_EQ(on.error, EINVAL);
}

TEST("out of descriptors a connect fails with that errno") {
  OnLoop on(ReadMode::Loop);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none);
  on.session().connect("127.0.0.1", on.port(), "v100..193", 5000, 5000);
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(on.run_until([&] { return on.closings > 0; }));
  CHECK(on.reason == CloseReason::Refused);
  CHECK_EQ(on.error, EMFILE);
}

TEST("a gateway that does not accept, and one that does not answer, are given up after their time-outs") {
  OnLoop silent(ReadMode::Loop);
  silent.session().connect("127.0.0.1", silent.port(), "v100..193", 5000, 20);
  silent.accept();
  CHECK(silent.run_until([&] { return silent.closings > 0; }));
  CHECK(silent.reason == CloseReason::HandshakeTimeout);
  CHECK_EQ(silent.error, ETIMEDOUT);

  // Whoever comes when the queue of a listener is full gets no answer at all.
  OnLoop full(ReadMode::Loop);
  std::vector<std::unique_ptr<Connection>> queued;
  RingMemory memory(kMinCapacity);
  while (queued.size() < 1000) {
    queued.push_back(std::make_unique<Connection>(memory.ring(), FullPolicy::Backpressure));
    REQUIRE(queued.back()->begin_connect("127.0.0.1", full.port(), {}) == 0);
    if (!ready(queued.back()->fd(), POLLOUT, 50)) break;
  }
  full.session().connect("127.0.0.1", full.port(), "v100..193", 20, 5000);
  CHECK(full.run_until([&] { return full.closings > 0; }));
  CHECK(full.reason == CloseReason::ConnectTimeout);
  CHECK_EQ(full.error, ETIMEDOUT);
}

TEST(
    "a flood that the loop cannot keep up with arrives whole and in order, and so does what comes after it") {
  for (const ReadMode mode : kModes) {
    OnLoop on(mode, 4096, 1'000'000);  // no guard comes because of a stall
    REQUIRE(on.open());
    // Two megabytes are there when the loop comes: read after read is full.
    const std::uint32_t count = 100'000;
    const std::string backlog = ticks_text(0, count);
    std::thread flood([&] { on.peer.send(backlog); });
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    const bool all = on.run_until([&] { return on.ticks == count; });
    flood.join();
    REQUIRE(all);
    // Quiet for a moment: whoever read the flood has let go of the socket.
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    on.peer.send(ticks_text(count, 10));
    CHECK(on.run_until([&] { return on.ticks == count + 10; }));
    CHECK_EQ(on.wrong, 0u);
    CHECK_EQ(on.closings, 0);
  }
}

TEST("a batch's time that passes with nothing to give leaves the next message its own") {
  using namespace std::chrono;
  constexpr std::uint64_t kBatchMs = 200;
  TreatmentCounters left_out{}, passed{};
  OnLoop on(ReadMode::Loop, 4096, 1'000'000);  // what the guard reads begins no batch
  REQUIRE(on.open());
  StreamDesk& desk = on.session().connection().stream().desk();
  FilterRule nothing;
  nothing.kinds = 0;
  desk.treat(7, {.counters = &left_out, .filter = nothing});
  desk.treat(0, {.counters = &passed});
  on.session().take_desk_commands();
  on.session().set_batching(kBatchMs, 0);
  const auto time_is_over = [end = steady_clock::now() + milliseconds(kBatchMs + 20)] {
    return steady_clock::now() > end;
  };
  on.run_until(time_is_over);
  const auto received = [](TreatmentCounters& counters) { return std::atomic_ref(counters.received).load(); };
  const auto begun = steady_clock::now();
  on.peer.send(text_frame("2|6|7|0|1|"));
  REQUIRE(on.run_until([&] { return received(left_out) == 1; }));
  on.peer.send(ticks_text(0, 1));
  REQUIRE(on.run_until([&] { return on.ticks == 1; }));
  CHECK(steady_clock::now() - begun >= milliseconds(kBatchMs - 5));
  CHECK_EQ(on.wrong, 0u);
}

TEST("a change of batching with nothing in the ring leaves the next message its own time") {
  using namespace std::chrono;
  constexpr std::uint64_t kBatchMs = 200;
  TreatmentCounters passed{};
  OnLoop on(ReadMode::Loop, 4096, 1'000'000);  // what the guard reads begins no batch
  REQUIRE(on.open());
  on.session().connection().stream().desk().treat(0, {.counters = &passed});
  on.session().take_desk_commands();
  const auto begun = steady_clock::now();
  on.session().set_batching(kBatchMs, 0);
  for (int turns = 0; turns < 3; ++turns) on.run_until([turn = 0]() mutable { return turn++ > 0; });
  on.peer.send(ticks_text(0, 1));
  REQUIRE(on.run_until([&] { return on.ticks == 1; }));
  CHECK(steady_clock::now() - begun >= milliseconds(kBatchMs - 5));
}

TEST("without descriptors for a guard the loop reads alone and says so; mode thread fails to connect") {
  for (const ReadMode mode : kModes) {
    OnLoop on(mode);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    on.session().connect("127.0.0.1", on.port(), "v100..193", 5000, 5000);
    on.accept();
    on.run_until([&] { return on.session().state() == SessionState::Handshaking; });
    on.peer.receive(17);
    // No descriptor above those in use: the pipe of the guard cannot be made.
    rlimit none = before;
    none.rlim_cur = 3;
    ::setrlimit(RLIMIT_NOFILE, &none);
    on.peer.send(text_frame("176|20260824 22:27:46 CET|") + ticks_text(0, 10));
    on.run_until([&] { return on.ticks == 10 || on.closings > 0; });
    ::setrlimit(RLIMIT_NOFILE, &before);
    if (mode == ReadMode::Thread) {
      on.run_until([&] { return on.closings > 0; });
      CHECK(on.reason == CloseReason::NoThread);
      CHECK_EQ(on.error, EMFILE);
    } else {
      CHECK_EQ(on.ticks, 10u);
      CHECK_EQ(on.no_guard, EMFILE);
      on.peer.send(ticks_text(10, 5));
      CHECK(on.run_until([&] { return on.ticks == 15; }));
    }
  }
}

}  // namespace
