// A gateway that sends cold frames for ever to a program that does not listen: memory has a bound, nothing is
// lost.
#include <string>
#include <thread>

#include "check.hpp"
#include "support/loopback.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using Turn = Connection::Turn;

/// Cold frame number `i`, of `size` bytes.
std::string cold(std::size_t i, std::size_t size) {
  std::string payload = "9" + std::string(1, '\0') + std::to_string(i) + std::string(1, '\0');
  payload.resize(size, 'c');
  return framed(payload);
}

TEST("cold frames wait outside a full ring up to a limit, then nothing is read, and all arrive in the end") {
  for (const FullPolicy policy : {FullPolicy::Backpressure, FullPolicy::Conflate, FullPolicy::DropOldest}) {
    for (const std::size_t size : {std::size_t{300}, std::size_t{1} << 20}) {
      const check::Note note("policy " + std::to_string(static_cast<int>(policy)) + ", frames of " +
                             std::to_string(size) + " bytes");
      constexpr std::uint32_t kCapacity = 1024;
      LoopbackConnection c(kCapacity, policy);
      REQUIRE(c.connect_and_handshake());
      c.seen.clear();
      const std::size_t count = (Channel::kMaxWaitingBytes + (8u << 20)) / size;
      std::thread gateway([&] {
        for (std::size_t i = 0; i < count; ++i)
          if (!c.peer.send(cold(i, size))) return;
      });
      Turn turn = Turn::Idle;
      while (turn != Turn::Blocked && CHECK(ready(c.connection.fd(), POLLIN))) turn = c.read_once();
      CHECK_EQ(turn, Turn::Blocked);
      const auto read = [&] { return c.connection.stream().counters().bytes_read.load(); };
      const std::uint64_t held = read();
      CHECK(held <=
            Channel::kMaxWaitingBytes + Ring::bytes_for(kCapacity) + size + StreamReader::kReadBuffer);
      for (int i = 0; i < 100; ++i) CHECK_EQ(c.read_once(), Turn::Blocked);
      CHECK_EQ(read(), held);
      // The program listens again.
      std::size_t next = 0;
      const auto take = [&] {
        c.drain();
        for (const Seen& record : c.seen) {
          if (record.kind != RecordKind::Cold || record.bytes.size() != size ||
              record.bytes.substr(2, record.bytes.find('\0', 2) - 2) != std::to_string(next))
            CHECK_EQ(record.bytes.substr(0, 20), std::to_string(next));
          ++next;
        }
        c.seen.clear();
        return next < count;
      };
      while (take() && (c.connection.stream().wants_room() || CHECK(ready(c.connection.fd(), POLLIN))))
        c.read_once();
      gateway.join();
      CHECK_EQ(next, count);
      CHECK_EQ(c.connection.stream().counters().cold.load(), count);
    }
  }
}

}  // namespace
