#include <string>
#include <thread>

#include "check.hpp"
#include "stream_fuzzer.hpp"
#include "support/loopback.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// Sends the stream to a connection of these settings and keeps what comes out, without Connected and Closed.
Outcome through_connection(const StreamSettings& settings, std::string_view stream, Listener& listener) {
  Outcome out;
  LoopbackConnection c(settings.capacity, static_cast<FullPolicy>(settings.policy));
  if (!c.connect(listener)) return out.problem = "no connection", out;
  c.connection.stream().set_raw(settings.raw);
  std::thread gateway([&] {
    c.peer.send(text_frame(std::to_string(settings.server_version) + "|now|"));
    for (std::size_t at = 0; at < stream.size(); at += settings.piece)
      if (!c.peer.send(stream.substr(at, settings.piece))) break;
    ::shutdown(c.peer.fd(), SHUT_WR);
  });
  // Reads as an event loop does, and on behind the end until nothing waits any more.
  for (int turn = 0; !c.connection.stream().ended() || c.connection.stream().wants_room(); ++turn) {
    if (!c.connection.stream().ended() && !c.connection.stream().wants_room() &&
        !ready(c.connection.fd(), POLLIN))
      break;
    const Connection::Turn result = c.read_once();
    if (result != Connection::Turn::More || turn % 3 == 0) c.drain();
  }
  c.drain();
  gateway.join();
  out.missing = c.connection.stream().channel().counters().conflated.load() +
                c.connection.stream().channel().counters().dropped.load();
  if (c.seen.empty() || c.seen.front().kind != RecordKind::Connected)
    return out.problem = "no Connected record", out;
  if (c.seen.back().kind != RecordKind::Closed) return out.problem = "no Closed record", out;
  out.bad_length = c.seen.back().field == static_cast<std::int32_t>(CloseReason::BadLength);
  out.records.assign(c.seen.begin() + 1, c.seen.end() - 1);
  for (Seen& record : out.records) record.received_micros = kFuzzReceived;
  return out;
}

TEST("random and broken streams through a connection give what the slow reference gives") {
  Listener listener;
  REQUIRE(listener.good());
  const std::uint64_t first = check::seed();
  for (std::uint64_t i = 0; i < check::scaled(1016u, 254u); ++i) {
    const std::string input =
        random_input(first + i, static_cast<int>(i % 127));  // 100 … 226, round and round
    const StreamSettings settings = settings_of(input);
    const Outcome expected = expected_of(settings, stream_of(input));
    const std::string problem =
        compare_outcomes(settings, through_connection(settings, stream_of(input), listener), expected);
    if (problem.empty()) continue;
    const check::Note note("input " + std::to_string(first + i) + ", server version " +
                           std::to_string(settings.server_version) + ", policy " +
                           std::to_string(settings.policy));
    CHECK_EQ(problem, "");
  }
}

}  // namespace
