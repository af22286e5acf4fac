#include "net/fed_stream.hpp"

#include <cerrno>
#include <string>
#include <vector>

#include "check.hpp"
#include "net/connection.hpp"
#include "support/loopback.hpp"
#include "support/random.hpp"
#include "support/ring_reader.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using Carried = FedStream::Carried;

/// Somebody who carries bytes, and answers as the test wants.
struct CarrierOfTest {
  Carried answer = Carried::Written;
  std::vector<std::string> handed;
  std::function<void()> within;

  FedStream::Carry carry() {
    return [this](std::span<const char> bytes) {
      handed.emplace_back(bytes.data(), bytes.size());
      if (within) within();
      return answer;
    };
  }
  std::string all() const {
    std::string out;
    for (const std::string& piece : handed) out += piece;
    return out;
  }
};

std::string read_all(FedStream& stream, std::size_t at_once) {
  std::string out;
  std::vector<char> room(at_once);
  double micros = 0;
  for (;;) {
    const IoResult got = stream.read(room, micros);
    if (got.kind != IoResult::Kind::Moved) return out;
    out.append(room.data(), got.bytes);
  }
}

TEST("what is fed is read in order, whatever was left over before") {
  Random random(check::seed());
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  std::string fed, read;
  char room[64];
  double micros = 0;
  for (int i = 0; i < 2'000; ++i) {
    const std::string bytes = random.bytes(random.below(50));
    stream.feed(bytes, i);
    for (std::size_t reads = random.below(4); reads > 0; --reads) {
      const IoResult got = stream.read(std::span(room, 1 + random.below(63)), micros);
      if (got.kind == IoResult::Kind::Moved) read.append(room, got.bytes);
    }
    fed += bytes;
    CHECK_EQ(stream.unread_bytes(), fed.size() - read.size());
    CHECK_EQ(stream.keep(), fed.size() == read.size());
  }
  read += read_all(stream, 7);
  CHECK(read == fed);
}

TEST("the arrival is that of the newest bytes fed") {
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  char room[8];
  double micros = 0;
  stream.feed("ab", 5);
  CHECK(stream.read(room, micros).kind == IoResult::Kind::Moved);
  CHECK_EQ(micros, 5.0);
}

TEST("the end is told behind the bytes, in good order or with its errno, and nothing is fed behind it") {
  for (const int error : {0, ECONNRESET}) {
    CarrierOfTest carrier;
    FedStream stream(carrier.carry());
    char room[8];
    double micros = 0;
    CHECK(!stream.readable());
    CHECK(stream.read(room, micros).kind == IoResult::Kind::WouldBlock);
    stream.feed("ab", 1);
    stream.end(error);
    stream.end(EPIPE);
    stream.feed("cd", 2);
    CHECK_EQ(read_all(stream, 8), "ab");
    const IoResult end = stream.read(room, micros);
    CHECK(end.kind == (error == 0 ? IoResult::Kind::End : IoResult::Kind::Error));
    CHECK_EQ(end.error, error);
    CHECK(stream.readable());
  }
}

TEST(
    "a frame that the system has is written; one that the carrier has is queued, and nobody's to call "
    "unsent") {
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  SendQueue queue(stream);
  CHECK_EQ(queue.send("one").disposition, Disposition::Written);
  carrier.answer = Carried::Pending;
  const SendResult two = queue.send("two");
  CHECK_EQ(two.disposition, Disposition::Queued);
  CHECK_EQ(two.error, 0);
  CHECK_EQ(stream.pending_bytes(), 7u);
  CHECK_EQ(queue.unsent_bytes(), 0u);
  // One at a time: of what comes meanwhile no byte has left.
  CHECK_EQ(queue.send("three").disposition, Disposition::Queued);
  CHECK_EQ(queue.send("four").disposition, Disposition::Queued);
  CHECK_EQ(queue.unsent_bytes(), 17u);
  CHECK_EQ(queue.flush(), 0);
  CHECK_EQ(carrier.handed.size(), 2u);
  stream.delivered();
  CHECK_EQ(queue.flush(), 0);
  CHECK_EQ(carrier.handed.size(), 3u);
  CHECK_EQ(queue.unsent_bytes(), 0u);
  CHECK_EQ(carrier.all(), framed("one") + framed("two") + framed("three") + framed("four"));
  CHECK_EQ(queue.sent_frames(), 4u);
  CHECK_EQ(queue.sent_bytes(), carrier.all().size());
}

TEST("numbered frames say the same") {
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  SendQueue queue(stream);
  queue.claim(NumberedSender::Loop, 1);
  CHECK_EQ(queue.send_numbered(NumberedSender::Loop, 1, "one").disposition, Disposition::Written);
  carrier.answer = Carried::Pending;
  queue.claim(NumberedSender::Loop, 2);
  CHECK_EQ(queue.send_numbered(NumberedSender::Loop, 2, "two").disposition, Disposition::Queued);
  CHECK_EQ(queue.unsent_bytes(), 0u);
  CHECK_EQ(carrier.all(), framed("one") + framed("two"));
}

TEST("a carrier that cannot write ends the sending side; what it was given is unsent") {
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  SendQueue queue(stream);
  carrier.answer = Carried::Failed;
  const SendResult result = queue.send("one");
  CHECK_EQ(result.disposition, Disposition::Unsent);
  CHECK_EQ(result.error, EPIPE);
  CHECK_EQ(queue.send("two").disposition, Disposition::Unsent);
  CHECK_EQ(carrier.handed.size(), 1u);
}

TEST("after the end nothing is handed over, and its errno is why") {
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  SendQueue queue(stream);
  stream.end(ECONNRESET);
  const SendResult result = queue.send("one");
  CHECK_EQ(result.disposition, Disposition::Unsent);
  CHECK_EQ(result.error, ECONNRESET);
  CHECK(carrier.handed.empty());
}

TEST("what is sent from within the carrier leaves behind what it was given, whole") {
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  SendQueue queue(stream);
  int depth = 0;
  carrier.within = [&] {
    if (depth++ < 3) CHECK_EQ(queue.send("inner" + std::to_string(depth)).disposition, Disposition::Queued);
  };
  CHECK_EQ(queue.send("outer").disposition, Disposition::Written);
  CHECK_EQ(carrier.all(), framed("outer") + framed("inner1") + framed("inner2") + framed("inner3"));
}

TEST("a connection over a carrier greets, shakes hands and decodes as over a socket") {
  CarrierOfTest carrier;
  FedStream stream(carrier.carry());
  RingMemory memory(64);
  Connection connection(memory.ring(), FullPolicy::Backpressure, &stream);
  RingReader reader(memory, &connection.stream().channel().spill());
  CHECK_EQ(connection.fd(), -1);
  CHECK(!connection.tcp_state());
  CHECK_EQ(connection.greet("v100..193"), 0);
  CHECK_EQ(carrier.all(), std::string("API\0\0\0\0\x09v100..193", 17));
  CHECK_EQ(connection.send_queue().sent_bytes(), 17u);
  std::string bytes = text_frame("176|20260824 22:27:46 CET|");
  for (int i = 0; i < 200; ++i) bytes += text_frame("2|6|" + std::to_string(i) + "|0|1|");
  stream.feed(bytes, 1);
  std::size_t seen = 0;
  // The ring is smaller than what was fed.
  for (int turns = 0; seen < 201 && turns < 100; ++turns) {
    connection.read_once();
    seen += reader.drain().size();
  }
  CHECK_EQ(seen, 201u);
  CHECK(stream.keep());
  stream.end(0);
  CHECK(connection.read_once() == Connection::Turn::Ended);
  const std::vector<Seen> last = reader.drain();
  REQUIRE(last.size() == 1);
  CHECK_EQ(last.front().kind, RecordKind::Closed);
}

}  // namespace
