// A session whose bytes somebody else carries, on libuv's loop and without Node.
#include <cerrno>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "check.hpp"
#include "loop_session.hpp"
#include "support/loopback.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::addon;
using namespace ibkr::test;
using Carried = FedStream::Carried;

class FedOnLoop {
 public:
  explicit FedOnLoop(ReadMode mode = ReadMode::Loop, std::uint32_t capacity = 4096) : memory_(capacity) {
    uv_loop_init(&loop_);
    LoopOptions options;
    options.mode = mode;
    Carrier carrier{[this](std::span<const char> bytes) {
                      handed.append(bytes.data(), bytes.size());
                      return answer;
                    },
                    [this] { ++asked_for_more; }};
    session_ = std::make_shared<LoopSession>(
        &loop_, options, memory_.ring(), [this] { pump(); }, [this] { finished_ = true; },
        std::move(carrier));
    reader_ = std::make_unique<RingReader>(memory_, &session_->connection().stream().channel().spill());
    CHECK_EQ(session_->start(), 0);
  }
  ~FedOnLoop() {
    close();
    CHECK_EQ(uv_loop_close(&loop_), 0);
  }

  bool open(std::uint64_t handshake_timeout_ms = 5000) {
    session_->open("v100..193", handshake_timeout_ms);
    return session_->state() == SessionState::Handshaking;
  }
  bool open_and_handshake() {
    return open() && session_->feed(text_frame("176|20260824 22:27:46 CET|")) &&
           session_->state() == SessionState::Open;
  }
  template <typename Done>
  bool run_until(Done done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(kForever);
    while (!done()) {
      if (std::chrono::steady_clock::now() > limit) return CHECK(false);
      uv_run(&loop_, UV_RUN_NOWAIT);
    }
    return true;
  }
  void close() {
    if (finished_) return;
    session_->close();
    CHECK(run_until([&] { return finished_; }));
  }
  void hold(bool on) { held_ = on; }

  LoopSession& session() { return *session_; }
  Carried answer = Carried::Written;
  std::string handed;
  int asked_for_more = 0;
  std::uint32_t ticks = 0, wrong = 0;
  int closings = 0;
  CloseReason reason{};
  int error = 0;

 private:
  void pump() {
    if (held_) return;
    reader_->visit([&](const Record& record) {
      if (record.kind == RecordKind::TickSize) wrong += static_cast<std::uint32_t>(record.req_id) != ticks++;
      if (record.kind != RecordKind::Closed) return;
      ++closings;
      reason = static_cast<CloseReason>(record.field);
      error = record.req_id;
    });
  }

  uv_loop_t loop_{};
  RingMemory memory_;
  std::shared_ptr<LoopSession> session_;
  std::unique_ptr<RingReader> reader_;
  bool finished_ = false;
  bool held_ = false;
};

std::string ticks_text(std::uint32_t count) {
  std::string out;
  for (std::uint32_t i = 0; i < count; ++i)
    out += text_frame("2|6|" + std::to_string(i) + "|0|" + std::to_string(i) + "|");
  return out;
}

TEST("opens over a carrier in every mode, without a guard, and delivers within the feeding") {
  for (const ReadMode mode : {ReadMode::Loop, ReadMode::Spin, ReadMode::Thread}) {
    FedOnLoop on(mode);
    REQUIRE(on.open_and_handshake());
    CHECK_EQ(on.handed, std::string("API\0\0\0\0\x09v100..193", 17));
    CHECK(on.session().feed(ticks_text(1000)));
    CHECK_EQ(on.ticks, 1000u);
    CHECK_EQ(on.wrong, 0u);
    CHECK_EQ(on.session().guard_reads(), 0u);
    CHECK_EQ(on.asked_for_more, 0);
  }
}

TEST("a full ring stops the feeding, and once JavaScript goes on the rest comes and more is asked for") {
  FedOnLoop on(ReadMode::Loop, 64);
  REQUIRE(on.open_and_handshake());
  on.hold(true);
  CHECK(!on.session().feed(ticks_text(1000)));
  CHECK_EQ(on.ticks, 0u);
  CHECK(on.session().connection().unread_bytes() > 0);
  on.hold(false);
  on.session().drained();
  CHECK(on.run_until([&] { return on.asked_for_more > 0; }));
  CHECK(on.run_until([&] { return on.ticks == 1000; }));
  CHECK_EQ(on.wrong, 0u);
  CHECK_EQ(on.asked_for_more, 1);
}

TEST("the end comes behind what a full ring holds up, with its reason") {
  for (const int error : {0, ECONNRESET}) {
    FedOnLoop on(ReadMode::Loop, 64);
    REQUIRE(on.open_and_handshake());
    on.hold(true);
    on.session().feed(ticks_text(1000));
    on.session().feed_end(error);
    on.hold(false);
    on.session().drained();
    CHECK(on.run_until([&] { return on.closings > 0; }));
    CHECK_EQ(on.ticks, 1000u);
    CHECK(on.reason == (error == 0 ? CloseReason::EndOfStream : CloseReason::SocketError));
    CHECK_EQ(on.error, error);
    CHECK_EQ(on.closings, 1);
  }
}

TEST("a gateway that never answers the handshake is given up") {
  FedOnLoop on;
  REQUIRE(on.open(20));
  CHECK(on.run_until([&] { return on.closings > 0; }));
  CHECK(on.reason == CloseReason::HandshakeTimeout);
}

TEST("what the carrier has not delivered is queued, and goes on when it has") {
  FedOnLoop on;
  REQUIRE(on.open_and_handshake());
  on.handed.clear();
  on.answer = Carried::Pending;
  CHECK(on.session().send("one") == Sent::Queued);
  CHECK(on.session().send("two") == Sent::Queued);
  CHECK_EQ(on.handed, framed("one"));
  CHECK_EQ(on.session().pending_bytes(), 7u);
  CHECK_EQ(on.session().connection().send_queue().unsent_bytes(), 7u);
  CHECK(!on.session().delivered());
  CHECK_EQ(on.handed, framed("one") + framed("two"));
  CHECK_EQ(on.session().connection().send_queue().unsent_bytes(), 0u);
  CHECK(on.session().delivered());
}

TEST("a carrier that fails ends the connection, behind what had come") {
  FedOnLoop on;
  REQUIRE(on.open_and_handshake());
  on.answer = Carried::Failed;
  CHECK(on.session().send("one") == Sent::No);
  CHECK(on.run_until([&] { return on.closings > 0; }));
  CHECK(on.reason == CloseReason::SocketError);
  CHECK_EQ(on.error, EPIPE);
}

TEST("after close() nothing is handed over and nothing delivered") {
  FedOnLoop on;
  REQUIRE(on.open_and_handshake());
  on.handed.clear();
  on.close();
  CHECK(on.session().send("one") == Sent::No);
  CHECK(on.session().feed(ticks_text(10)));
  on.session().feed_end(0);
  CHECK_EQ(on.handed, "");
  CHECK_EQ(on.ticks, 0u);
  CHECK_EQ(on.closings, 0);
}

}  // namespace
