// Flood mode: pre-encoded blocks as fast as the client takes them.
#pragma once

#include <vector>

#include "clock.hpp"
#include "peer.hpp"
#include "replies.hpp"
#include "tick_block.hpp"

namespace bench {

struct FloodOptions {
  int symbols;
  int64_t ticks;   ///< of every measured burst, rounded up to whole blocks
  int64_t warmup;  ///< of the first burst
  uint32_t seed;
};

/// After `symbols` market-data requests comes a warm-up burst; each REQ_MARKET_DATA_TYPE then asks for a
/// measured one. Every burst ends with a TICK_SNAPSHOT_END.
inline void run_flood(Peer& peer, const Replies& replies, bool protobuf, const FloodOptions& o) {
  std::vector<int> ids;
  std::string encoded;
  Checksums expected;
  double seconds = 0;
  int bursts = 0;
  TickBlock* block = nullptr;

  auto burst = [&](int64_t ticks) {
    int64_t blocks = (ticks + TickBlock::kTicks - 1) / TickBlock::kTicks;
    std::string end;
    replies.tick_snapshot_end(end, ids[0]);
    int64_t start = now_ns();
    for (int64_t i = 0; i < blocks; ++i)
      if (!send_all(peer.fd(), block->bytes().data(), block->bytes().size())) return;
    send_all(peer.fd(), end.data(), end.size());
    seconds = double(now_ns() - start) / 1e9;
    expected = block->expect(blocks);
  };

  Request r;
  while (peer.next(protobuf, true, r) == Peer::Read::kFrame) {
    if (r.kind == RequestKind::kMarketData && int(ids.size()) < o.symbols) {
      ids.push_back(r.id);
      if (int(ids.size()) < o.symbols) continue;
      block = new TickBlock(replies, ids, o.seed);
      burst(o.warmup);
    } else if (r.kind == RequestKind::kMarketDataType && block) {
      ++bursts;
      burst(o.ticks);
    }
  }
  printf(
      "{\"bursts\":%d,\"ticks\":%ld,\"prices\":%ld,\"bids\":%ld,\"priceSum\":%.17g,\"sizeSum\":%.17g,"
      "\"bidSizeSum\":%.17g,"
      "\"idSum\":%.17g,\"bytesPerTick\":%.2f,\"sendSeconds\":%.4f}\n",
      bursts, long(expected.ticks), long(expected.prices), long(expected.bids), expected.price_sum,
      expected.size_sum, expected.bid_size_sum, expected.id_sum,
      block ? double(block->bytes().size()) / TickBlock::kTicks : 0, seconds);
  delete block;
}

}  // namespace bench
