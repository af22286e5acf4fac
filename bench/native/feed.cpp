// A TWS-protocol gateway that only feeds: handshake, market-data subscriptions, ticks, stamped orders.
// Prints {"port":N,"epochMicros":M} when it listens and one JSON line of results when the client has closed.
// Serves one connection, in stream mode as many as --connections says.
//
//   feed --mode flood|live --version V --symbols S --ticks N --warmup W --rate R --wait sleep|spin --seed K
//        --from limit|tick
//   feed --mode stream --version V --symbols S --ticks N --rate R --connections C --quantum MICROS
//        --settle MILLIS --seed K

#include <sys/prctl.h>

#include "flood.hpp"
#include "live.hpp"
#include "options.hpp"
#include "paced.hpp"

using namespace bench;

namespace {

/// A client accepted and greeted, up to its START_API and the answer; ends the program when it does not get
/// there.
std::unique_ptr<Peer> greet(int listener, const Replies& replies, int version) {
  int fd = accept(listener, nullptr, nullptr);
  if (fd < 0) die("accept");
  no_delay(fd);
  auto peer = std::make_unique<Peer>(fd);
  int offered = peer->read_offer();
  if (offered < version) {
    fprintf(stderr, "the client offers up to version %d, this feed speaks %d\n", offered, version);
    exit(3);
  }
  std::string out;
  replies.handshake(out);
  send_all(fd, out.data(), out.size());
  Request r;
  do {
    if (peer->next(version >= kFirstProtobufVersion, true, r) != Peer::Read::kFrame) {
      fprintf(stderr, "the client closed before START_API\n");
      exit(3);
    }
  } while (r.kind != RequestKind::kStartApi);
  out.clear();
  replies.managed_accounts(out);
  replies.next_valid_id(out, 1);
  send_all(fd, out.data(), out.size());
  return peer;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments args(argc, argv);
  std::string_view mode = args.choice("mode", "flood", {"flood", "live", "stream"});
  bool stream = mode == "stream";
  int version = args.integer("version", kLastTextVersion, 145, 226);
  int symbols = args.integer("symbols", 1, 1, 10'000);
  auto ticks = int64_t(args.number("ticks", mode == "live" ? 0 : 1e6, 0, 1e9));
  auto warmup = int64_t(args.number("warmup", 0, 0, 1e9));
  double rate = args.number("rate", stream ? 1e5 : 0, stream ? 1 : 0, stream ? 1e8 : 1e6);
  bool from_tick = !strcmp(args.choice("from", "limit", {"limit", "tick"}), "tick");
  bool spin = !strcmp(args.choice("wait", "sleep", {"sleep", "spin"}), "spin");
  int connections = args.integer("connections", 1, 1, 32);
  double quantum = args.number("quantum", 1000, 10, 1e6);
  double settle = args.number("settle", 200, 0, 1e4);
  auto seed = uint32_t(args.integer("seed", 1, 0, 1 << 30));
  args.finish();
  if (version > kLastTextVersion && version < kFirstProtobufVersion) {
    fprintf(stderr, "--version is %d; allowed: 145 to 193 (text) or 213 to 226 (protobuf)\n", version);
    return 2;
  }
  if (connections > 1 && !stream) {
    fprintf(stderr, "--connections is %d; allowed: 1, but in stream mode\n", connections);
    return 2;
  }
  // Stamps last for 180 s, of which the clients may take 30 to subscribe.
  if (stream && double(ticks) / rate > 150) {
    fprintf(stderr, "--ticks is %ld: %.0f s at that rate; allowed: 150 s\n", long(ticks),
            double(ticks) / rate);
    return 2;
  }

  prctl(PR_SET_TIMERSLACK, 1UL);
  uint16_t port;
  int listener = listen_any(port);
  int64_t epoch = now_ns() / 1000 * 1000 - CycleStamp::kOffset * 1000;
  printf("{\"port\":%d,\"epochMicros\":%ld}\n", port, long(epoch / 1000));
  fflush(stdout);
  bool protobuf = version >= kFirstProtobufVersion;
  Replies replies(version);
  std::vector<std::unique_ptr<Peer>> peers;
  for (int i = 0; i < connections; ++i) peers.push_back(greet(listener, replies, version));
  close(listener);

  if (mode == "flood")
    run_flood(*peers[0], replies, protobuf, {symbols, ticks, warmup, seed});
  else if (mode == "live")
    Live(*peers[0], replies, protobuf, {symbols, ticks, rate, warmup, from_tick, spin}).run();
  else if (!Paced(std::move(peers), replies, protobuf, epoch, {symbols, ticks, rate, quantum, settle, seed})
                .run())
    return 3;
  return 0;
}
