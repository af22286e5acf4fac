// Frames too large for the ring, and how much may wait.
#include <string>
#include <vector>

#include "check.hpp"
#include "support/channel_bench.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("a frame too large for the ring is spilled and keeps its place and its bytes") {
  for (const FullPolicy policy : {FullPolicy::Backpressure, FullPolicy::Conflate, FullPolicy::DropOldest}) {
    ChannelBench bench(policy);
    const std::string large(100'000, 'L'), larger(200'000, 'M');
    bench.price(1, kBid, 1);
    bench.cold(1, large);
    bench.price(1, kBid, 2);
    bench.cold(2, larger);
    bench.cold(3, "small");
    const auto got = bench.read();
    REQUIRE(got.size() == 5);
    CHECK(got[1].bytes == large);
    CHECK(got[1].flags == kFlagSpilled);
    CHECK_EQ(got[1].aux, 100'000);
    CHECK(got[3].bytes == larger);
    CHECK_EQ(got[4].bytes, "small");
    CHECK_EQ(got[4].flags, 0);
  }
}

TEST("spilled frames that wait outside a full ring keep their place and their bytes") {
  ChannelBench bench(FullPolicy::Conflate);
  const std::size_t before = bench.fill_ring();
  const std::string a(1000, 'a'), b(1000, 'b');
  bench.price(1, kBid, 1);
  bench.cold(1, a);
  bench.price(1, kBid, 2);
  bench.price(1, kBid, 3);
  bench.cold(2, b);
  const auto got = bench.read_all();
  REQUIRE(got.size() == before + 4);
  CHECK(got[before + 1].bytes == a);
  CHECK_EQ(got[before + 2].numbers[0], 3.0);
  CHECK(got[before + 3].bytes == b);
}

TEST("a spilled string that is replaced or dropped takes no other frame's bytes along") {
  for (const FullPolicy policy : {FullPolicy::Conflate, FullPolicy::DropOldest}) {
    const check::Note note("policy " + std::to_string(static_cast<int>(policy)));
    ChannelBench bench(policy);
    bench.fill_ring();
    // Fundamental ratios (tick 47) are strings of some hundred characters; this ring takes 488.
    for (int i = 0; i < 100; ++i) bench.text(1, 47, std::string(1000, static_cast<char>('A' + i % 26)));
    const std::string frame(2000, 'c');
    bench.cold(17, frame);
    const auto got = bench.read_all();
    REQUIRE(!got.empty() && got.back().kind == RecordKind::Cold);
    CHECK(got.back().bytes == frame);
  }
}

TEST("the largest ring takes a frame of five million bytes unharmed, and goes on behind it") {
  // Records count their slots in 16 bits, and an eighth of this ring is more than that.
  ChannelBench bench(FullPolicy::Backpressure, 1 << 20);
  std::string frame(5'000'000, 'f');
  frame.back() = 'z';
  bench.cold(1, frame);
  bench.price(1, kBid, 2);
  const auto got = bench.read();
  REQUIRE(got.size() == 2);
  CHECK(got[0].bytes == frame);
  CHECK_EQ(got[1].numbers.at(0), 2.0);
}

TEST("when too many bytes wait outside the ring, reading stops under every policy") {
  const std::string frame(1 << 20, 'x');
  for (const FullPolicy policy : {FullPolicy::Backpressure, FullPolicy::Conflate, FullPolicy::DropOldest}) {
    const check::Note note("policy " + std::to_string(static_cast<int>(policy)));
    ChannelBench bench(policy, 1024);  // frames of one megabyte are spilled
    std::size_t taken = 0;
    const std::size_t most = Channel::kMaxWaitingBytes / frame.size() + 2;
    while (taken <= most && bench.channel().can_take(frame.size())) {
      bench.cold(1, frame);
      ++taken;
    }
    CHECK(taken <= most);
    CHECK_EQ(bench.read_all().size(), taken);
    CHECK(bench.channel().can_take(frame.size()));
  }
}

TEST("when too many small records wait outside the ring, reading stops until they have moved on") {
  ChannelBench bench(FullPolicy::Conflate);
  std::size_t pushed = 0;
  while (bench.channel().can_take(400)) {
    bench.cold(1, std::string(400, 'x'));
    ++pushed;
    REQUIRE(pushed < 300'000);
  }
  bench.channel().publish();
  CHECK(bench.channel().overflowing());
  CHECK_EQ(bench.read_all().size(), pushed);
  CHECK(bench.channel().can_take(400));
  CHECK(!bench.channel().overflowing());
}

}  // namespace
