#include "net/connection.hpp"

#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/loopback.hpp"
#include "support/tick_stream.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using Turn = Connection::Turn;

TEST("the first bytes are API, a zero, and a frame of the versions offered") {
  Listener listener;
  LoopbackConnection c;
  REQUIRE(c.connect(listener));
  CHECK_EQ(c.hello, std::string("API\0\0\0\0\x09v100..193", 17));
}

TEST("the handshake becomes a Connected record with version and connection time") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake({}, 193));
  const Seen& connected = c.seen.front();
  CHECK_EQ(connected.field, 193);
  CHECK_EQ(connected.bytes, "20260824 22:27:46 CET");
  CHECK(c.connection.stream().handshaken());
  CHECK(!c.connection.stream().ended());
}

TEST("the handshake may come in two pieces, cut anywhere, with the first messages in the second") {
  Listener listener;
  const std::string handshake = text_frame("176|20260824 22:27:46 CET|");
  const std::string stream = handshake + tick(0) + tick(1);
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    const check::Note note("cut at " + std::to_string(cut));
    LoopbackConnection c;
    REQUIRE(c.connect(listener));
    if (cut > 0) {
      c.peer.send(std::string_view(stream).substr(0, cut));
      REQUIRE(ready(c.connection.fd(), POLLIN));
      CHECK_EQ(c.read_once(), Turn::Idle);
      c.drain();
      CHECK_EQ(c.connection.stream().handshaken(), cut >= handshake.size());
    }
    c.peer.send(std::string_view(stream).substr(cut));
    REQUIRE(c.read_records(3));
    CHECK_EQ(c.seen[0].kind, RecordKind::Connected);
    expect_ticks(c.seen, 2);
  }
}

TEST("a handshake that is no version ends the connection and shows its bytes") {
  using namespace std::string_view_literals;
  struct Bad {
    std::string_view payload, hex;
  };
  Listener listener;
  for (const Bad& bad : {Bad{"\0\0"sv, "0000"}, Bad{"abc\0x\0"sv, "616263007800"}, Bad{"176"sv, "313736"},
                         Bad{"0\0now\0"sv, "30006e6f7700"}, Bad{"-1\0host\0"sv, "2d3100686f737400"},
                         Bad{"99999999999\0\0"sv, "39393939393939393939390000"}, Bad{"HTTP"sv, "48545450"}}) {
    const check::Note note(check::shown(bad.payload));
    LoopbackConnection c;
    REQUIRE(c.connect(listener));
    c.peer.send(framed(bad.payload));
    c.read_to_end();
    expect_closed(c, CloseReason::BadHandshake, 0, bad.hex);
    CHECK(!c.connection.stream().handshaken());
  }
}

TEST("the bytes shown of a long bad handshake end after 256") {
  Listener listener;
  LoopbackConnection c;
  REQUIRE(c.connect(listener));
  c.peer.send(framed(std::string(1000, 'A')));
  c.read_to_end();
  std::string expected;
  for (int i = 0; i < 256; ++i) expected += "41";
  expect_closed(c, CloseReason::BadHandshake, 0, expected + "...");
}

TEST("a bad length ends the connection and is told; what came before it is delivered") {
  struct Bad {
    std::uint32_t length;
    const char* told;
  };
  for (const Bad& bad : {Bad{0, "0"}, Bad{0xFFFFFFFF, "-1"}, Bad{0x01000000, "16777216"},
                         Bad{0x80000000, "-2147483648"}, Bad{0x48545450, "1213486160"}}) {
    const check::Note note(bad.told);
    char length[4];
    write_be32(length, bad.length);
    {
      Listener listener;
      LoopbackConnection c;
      REQUIRE(c.connect(listener));
      c.peer.send({length, 4});
      c.read_to_end();
      expect_closed(c, CloseReason::BadLength, 0, bad.told);
    }
    LoopbackConnection c;
    REQUIRE(c.connect_and_handshake());
    c.peer.send(ticks(0, 5) + std::string(length, 4));
    c.read_to_end();
    expect_closed(c, CloseReason::BadLength, 0, bad.told);
    expect_ticks(c.seen, 5);
    CHECK_EQ(c.read_once(), Turn::Ended);
    c.drain();
    expect_closed(c, CloseReason::BadLength, 0, bad.told);
  }
}

TEST("the end of the stream becomes one Closed record behind everything else") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.peer.send(ticks(0, 100) + tick(100).substr(0, 6));
  c.peer.close();
  c.read_to_end();
  expect_ticks(c.seen, 100);
  expect_closed(c, CloseReason::EndOfStream, 0, "");
  CHECK_EQ(c.read_once(), Turn::Ended);
  c.drain();
  expect_closed(c, CloseReason::EndOfStream, 0, "");
}

TEST("a connection reset becomes a Closed record with its errno") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.peer.abort();
  c.read_to_end();
  expect_closed(c, CloseReason::SocketError, ECONNRESET, "");
}

TEST("a reset is a reset also when a send has heard of it first") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.peer.abort();
  REQUIRE(ready(c.connection.fd(), POLLIN));
  CHECK_EQ(c.connection.send_queue().send("71").error, ECONNRESET);  // the system tells it once
  c.read_to_end();
  expect_closed(c, CloseReason::SocketError, ECONNRESET, "");
}

TEST("end() writes one Closed record, however often it is called") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.connection.stream().end(CloseReason::HandshakeTimeout, ETIMEDOUT, "late");
  c.connection.stream().end(CloseReason::Local, 0, {});
  c.drain();
  expect_closed(c, CloseReason::HandshakeTimeout, ETIMEDOUT, "late");
  CHECK(c.connection.stream().ended());
}

TEST("nobody listening is told by finish_connect, and an address that is none by begin_connect") {
  Listener listener;
  const std::uint16_t port = listener.port();
  listener.close();
  LoopbackConnection c;
  int error = c.connection.begin_connect("127.0.0.1", port, {});
  if (error == 0) {
    CHECK(ready(c.connection.fd(), POLLOUT));
    error = c.connection.finish_connect("v100..193");
  }
  CHECK_EQ(error, ECONNREFUSED);
  for (const char* address : {"", "localhost", "127.0.0.1.1", "256.0.0.1", "::g", "127.0.0.1 "}) {
    LoopbackConnection none;
    CHECK_EQ(none.connection.begin_connect(address, port, {}), EINVAL);
  }
}

TEST("a connect that fails at once tells its errno and keeps no socket") {
  LoopbackConnection c;
  CHECK(c.connection.begin_connect("255.255.255.255", 1, {}) != 0);
  CHECK(c.connection.fd() < 0);
}

TEST(
    "what is given up without an errno ends as the socket says: nothing there, an end, what it still had "
    "first") {
  for (const bool closed : {false, true}) {
    LoopbackConnection c;
    REQUIRE(c.connect_and_handshake());
    c.peer.send(text_frame("49|1|1|"));
    if (closed) c.peer.close();
    REQUIRE(ready(c.connection.fd(), POLLIN));
    Turn turn = Turn::More;
    for (int i = 0; i < 5 && turn != Turn::Ended; ++i) {
      const ReaderLock::Held held = c.connection.reader_lock().try_take();
      turn = c.connection.read_rest({});
    }
    c.drain();
    CHECK_EQ(c.seen.size(), 3u);  // Connected, the frame, the end
    if (closed)
      expect_closed(c, CloseReason::EndOfStream, 0, "");
    else
      expect_closed(c, CloseReason::SocketError, EIO, "");
  }
}

TEST("IPv6 works where the system has it") {
  Listener listener(AF_INET6);
  if (!listener.good()) {
    std::printf("not run: this system has no IPv6\n");
    return;
  }
  LoopbackConnection c;
  REQUIRE(c.connect(listener, {}, "::1"));
  c.peer.send(text_frame("176|now|") + tick(0));
  CHECK(c.read_records(2));
}

TEST("the socket has no delay and keep-alive, and the buffers that were asked for") {
  Listener listener;
  LoopbackConnection c;
  REQUIRE(c.connect(listener, {65536, 32768}));
  const EffectiveOptions effective = c.connection.effective();
  CHECK(effective.no_delay);
  CHECK(effective.keep_alive);
  CHECK(effective.receive_buffer >= 65536);
  CHECK(effective.send_buffer >= 32768);
}

TEST("messages that trickle in byte by byte arrive whole and in order") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  const std::string stream = ticks(0, 30);
  for (const char byte : stream) {
    c.peer.send({&byte, 1});
    REQUIRE(ready(c.connection.fd(), POLLIN));
    CHECK_EQ(c.read_once(), Turn::Idle);
  }
  c.drain();
  expect_ticks(c.seen, 30);
}

TEST("a frame of the largest length arrives whole between its neighbours") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  std::string payload("19\0001\000", 5);
  payload.resize(kMaxFrame, 'x');
  payload.back() = '\0';
  std::thread sender([&] { c.peer.send(tick(0) + framed(payload) + tick(1)); });
  CHECK(c.read_records(4));
  sender.join();
  expect_ticks(c.seen, 2);
  REQUIRE(c.seen.size() == 4);
  CHECK_EQ(c.seen[2].kind, RecordKind::Cold);
  CHECK_EQ(c.seen[2].field, 19);
  CHECK_EQ(c.seen[2].aux, static_cast<std::int32_t>(kMaxFrame));
  CHECK(c.seen[2].bytes == payload);
}

TEST("cold frames carry their id and dialect, and are whole") {
  LoopbackConnection text;
  REQUIRE(text.connect_and_handshake());
  text.peer.send(text_frame("9|1|42|") + text_frame("4|2|-1|2104|OK|") + framed("no id"));
  REQUIRE(text.read_records(4));
  CHECK_EQ(text.seen[1].field, 9);
  CHECK_EQ(text.seen[1].req_id, 0);
  CHECK_EQ(text.seen[1].bytes, std::string("9\0001\00042\0", 7));
  CHECK_EQ(text.seen[2].field, 4);
  CHECK_EQ(text.seen[3].field, 0);
  CHECK_EQ(text.seen[3].bytes, "no id");

  LoopbackConnection protobuf;
  REQUIRE(protobuf.connect_and_handshake({}, 225));
  protobuf.peer.send(framed(std::string("\0\0\0\xD1\x08\x2A", 6)) + framed(std::string("\0\0\0\x2F"
                                                                                       "1\0",
                                                                                       6)));
  REQUIRE(protobuf.read_records(3));
  CHECK_EQ(protobuf.seen[1].field, 9);
  CHECK_EQ(protobuf.seen[1].req_id, 1);
  CHECK_EQ(protobuf.seen[2].field, 47);
  CHECK_EQ(protobuf.seen[2].req_id, 0);
}

TEST("malformed and trailing messages are shown with their bytes, counted, and the connection lives on") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.peer.send(tick(0) + text_frame("2|6|1|0|x|") + text_frame("2|6|1|0|5|extra|") + tick(1));
  REQUIRE(c.read_records(6));
  CHECK_EQ(c.seen[1].kind, RecordKind::TickSize);
  CHECK_EQ(c.seen[2].kind, RecordKind::Malformed);
  CHECK_EQ(c.seen[2].field, 2);
  CHECK_EQ(c.seen[2].bytes, std::string("2\0006\0001\0000\000x\0", 10));
  CHECK_EQ(c.seen[3].kind, RecordKind::TickSize);
  CHECK_EQ(c.seen[3].numbers.at(0), 5.0);
  CHECK_EQ(c.seen[4].kind, RecordKind::Trailing);
  CHECK_EQ(c.seen[4].bytes, std::string("2\0006\0001\0000\0005\000extra\0", 16));
  CHECK_EQ(c.seen[5].kind, RecordKind::TickSize);
  const ReadCounters& counters = c.connection.stream().counters();
  CHECK_EQ(counters.frames.load(), 4u);
  CHECK_EQ(counters.hot.load(), 3u);
  CHECK_EQ(counters.malformed.load(), 1u);
  CHECK_EQ(counters.trailing.load(), 1u);
  CHECK_EQ(counters.cold.load(), 0u);
  CHECK(!c.connection.stream().ended());
}

TEST("while raw is on, every hot message follows its own payload") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.connection.stream().set_raw(true);
  c.peer.send(tick(7) + text_frame("9|1|42|"));
  REQUIRE(c.read_records(4));
  CHECK_EQ(c.seen[1].kind, RecordKind::Raw);
  CHECK_EQ(framed(c.seen[1].bytes), tick(7));
  CHECK_EQ(c.seen[2].kind, RecordKind::TickSize);
  CHECK_EQ(c.seen[3].kind, RecordKind::Cold);
}

TEST("arrival stamps lie between the connection and now, for every record") {
  const double before = monotonic_micros();
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  c.peer.send(ticks(0, 50));
  REQUIRE(c.read_records(51));
  const double after = monotonic_micros();
  // Half a second of grace: the kernel stamps by the wall clock, which somebody may be setting.
  for (const Seen& record : c.seen)
    CHECK(record.received_micros > before - 5e5 && record.received_micros < after + 5e5);
}

TEST("bytes, reads and frames are counted") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  const std::uint64_t before = c.connection.stream().counters().bytes_read.load();
  CHECK_EQ(before, text_frame("176|20260824 22:27:46 CET|").size());
  const std::string stream = ticks(0, 200) + text_frame("9|1|42|");
  c.peer.send(stream);
  REQUIRE(c.read_records(202));
  CHECK_EQ(c.connection.stream().counters().bytes_read.load() - before, stream.size());
  CHECK_EQ(c.connection.stream().counters().frames.load(), 201u);
  CHECK_EQ(c.connection.stream().counters().hot.load(), 200u);
  CHECK_EQ(c.connection.stream().counters().cold.load(), 1u);
  CHECK(c.connection.stream().counters().reads.load() >= 2u);
}

#if defined(__linux__)
TEST("the system tells of a connection, and of none before and after it") {
  Listener listener;
  LoopbackConnection c;
  CHECK(!c.connection.tcp_state());
  REQUIRE(c.connect(listener));
  CHECK_EQ(c.connection.send_queue().send("71").disposition, Disposition::Written);
  c.peer.receive(6);
  const auto state = c.connection.tcp_state();
  REQUIRE(state.has_value());
  CHECK(state->rtt_micros > 0);
  CHECK(state->congestion_window > 0);
  CHECK(state->segment_bytes > 500);
  CHECK_EQ(state->retransmits, 0u);
  c.connection.close_socket();
  CHECK(!c.connection.tcp_state());
}
#endif

}  // namespace
