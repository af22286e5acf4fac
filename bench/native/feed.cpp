// A TWS-protocol gateway that only feeds: handshake, market-data subscriptions, ticks, stamped orders.
// Serves one connection, prints {"port":N} when it listens and one JSON line of results when the client has
// closed.
//
//   feed --mode flood|live --version V --symbols S --ticks N --warmup W --rate R --wait sleep|spin --seed K

#include <sys/prctl.h>

#include "flood.hpp"
#include "live.hpp"
#include "options.hpp"

using namespace bench;

int main(int argc, char** argv) {
  Arguments args(argc, argv);
  bool flood = !strcmp(args.choice("mode", "flood", {"flood", "live"}), "flood");
  int version = args.integer("version", kLastTextVersion, 145, 226);
  int symbols = args.integer("symbols", 1, 1, 10'000);
  auto ticks = int64_t(args.number("ticks", flood ? 1e6 : 0, 0, 1e9));
  auto warmup = int64_t(args.number("warmup", 0, 0, 1e9));
  double rate = args.number("rate", 0, 0, 1e6);
  bool spin = !strcmp(args.choice("wait", "sleep", {"sleep", "spin"}), "spin");
  auto seed = uint32_t(args.integer("seed", 1, 0, 1 << 30));
  args.finish();
  if (version > kLastTextVersion && version < kFirstProtobufVersion) {
    fprintf(stderr, "--version is %d; allowed: 145 to 193 (text) or 213 to 226 (protobuf)\n", version);
    return 2;
  }

  prctl(PR_SET_TIMERSLACK, 1UL);
  uint16_t port;
  int listener = listen_any(port);
  printf("{\"port\":%d}\n", port);
  fflush(stdout);
  int fd = accept(listener, nullptr, nullptr);
  if (fd < 0) die("accept");
  close(listener);
  no_delay(fd);

  Peer peer(fd);
  int offered = peer.read_offer();
  if (offered < version) {
    fprintf(stderr, "the client offers up to version %d, this feed speaks %d\n", offered, version);
    return 3;
  }
  bool protobuf = version >= kFirstProtobufVersion;
  Replies replies(version);
  std::string out;
  replies.handshake(out);
  send_all(fd, out.data(), out.size());
  Request r;
  do {
    if (peer.next(protobuf, true, r) != Peer::Read::kFrame) {
      fprintf(stderr, "the client closed before START_API\n");
      return 3;
    }
  } while (r.kind != RequestKind::kStartApi);
  out.clear();
  replies.managed_accounts(out);
  replies.next_valid_id(out, 1);
  send_all(fd, out.data(), out.size());

  if (flood)
    run_flood(peer, replies, protobuf, {symbols, ticks, warmup, seed});
  else
    Live(peer, replies, protobuf, {symbols, ticks, rate, warmup, spin}).run();
  return 0;
}
