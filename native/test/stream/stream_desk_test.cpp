// What is done to the records of subscriptions between the decoders and the ring.
#include "stream/stream_desk.hpp"

#include <string>

#include "check.hpp"
#include "stream/rt_volume.hpp"
#include "support/desk_bench.hpp"
#include "wire/unset.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

double on_board(DeskBench& bench, std::uint32_t slot, BoardValue at) {
  double values[kBoardValues];
  CHECK(bench.board().read(slot, values));
  return values[static_cast<std::size_t>(at)];
}

inline Treatment conflated(double micros) { return {.conflate_micros = micros}; }

TEST("records of a treated request are marked and its quote is on the board; others stay as they are") {
  DeskBench bench;
  bench.treat(1);
  const std::uint32_t urgent = bench.stream.channel().urgent();
  bench.feed(price_frame(1, 1, "10.5") + size_frame(1, 0, 7));
  CHECK_EQ(bench.stream.channel().urgent(), urgent);
  bench.feed(price_frame(2, 1, "11"));
  CHECK(bench.stream.channel().urgent() != urgent);
  bench.drain();
  CHECK_EQ(bench.shown(), "1:1:1=10.5 1:2:0=7 2:1:1=11!");
  CHECK_EQ(on_board(bench, 1, BoardValue::Bid), 10.5);
  CHECK_EQ(on_board(bench, 1, BoardValue::BidSize), 7.0);
  CHECK(std::isnan(on_board(bench, 2, BoardValue::Bid)));
  CHECK_EQ(bench.of(1).received, 2u);
  CHECK_EQ(bench.of(1).delivered, 2u);
  CHECK_EQ(bench.of(2).received, 0u);
}

TEST("the fast path and the general one do the same") {
  for (const char* price : {"10.5", "1.05e1"}) {
    DeskBench bench;
    bench.treat(1, {.filter = FilterRule{.price_max = 10.5}});
    bench.feed(price_frame(1, 1, price) + price_frame(1, 2, "11") + price_frame(1, 2, "1.1e1"));
    bench.drain();
    CHECK_EQ(bench.shown(), "1:1:1=10.5");
    CHECK_EQ(bench.of(1).filtered[static_cast<std::size_t>(FilterReason::Price)], 2u);
    CHECK_EQ(on_board(bench, 1, BoardValue::Ask), 11.0);  // the board is not filtered
  }
}

TEST("the newest of each field goes when its time has come, and at most so often") {
  DeskBench bench;
  bench.treat(1, conflated(100));
  bench.feed(price_frame(1, 1, "1") + price_frame(1, 2, "2") + price_frame(1, 1, "3"));
  CHECK_EQ(bench.waiting(1), 2u);
  bench.drain();
  CHECK_EQ(bench.shown(), "");
  bench.flush(1000);  // nothing has gone before: at once
  bench.drain();
  CHECK_EQ(bench.shown(), "1:1:2=2 1:1:1=3");
  bench.feed(price_frame(1, 1, "4"));
  bench.flush(1099);
  bench.drain();
  CHECK_EQ(bench.shown(), "");
  bench.flush(1099, 1);  // early is good enough
  bench.drain();
  CHECK_EQ(bench.shown(), "1:1:1=4");
  CHECK_EQ(bench.of(1).conflated, 1u);
  CHECK_EQ(bench.of(1).delivered, 3u);
  CHECK_EQ(bench.waiting(1), 0u);
}

TEST("trades are not conflated unless asked for, and pass what waits") {
  DeskBench bench;
  bench.treat(1, conflated(100));
  bench.feed(price_frame(1, 4, "1") + trade_frame(1, "2", 5) + trade_frame(1, "3", 5));
  bench.flush(1000);
  bench.drain();
  CHECK_EQ(bench.shown(), "1:6:1=2 1:6:1=3 1:1:4=1");
  bench.treat(1, {.conflate_micros = 100, .conflate_trades = true});
  bench.feed(trade_frame(1, "4", 5) + trade_frame(1, "5", 5));
  bench.flush(2000);
  bench.drain();
  CHECK_EQ(bench.shown(), "1:6:1=5");
}

TEST("RTVolume becomes a trade; what cannot be read stays a string and is counted") {
  DeskBench bench;
  bench.treat(1);
  bench.feed(string_frame(1, 48, "10.25;3;1700000000123;5000;10.1;true") +
             string_frame(1, 77, ";3;1700000000124;5001;10.2;false") + string_frame(1, 48, "nonsense") +
             string_frame(2, 48, "10.25;3;1700000000123;5000;10.1;true"));
  bench.drain();
  REQUIRE(bench.seen.size() == 4);
  CHECK_EQ(bench.seen[0].kind, RecordKind::RtTrade);
  CHECK(bench.seen[0].numbers == (std::vector<double>{1700000000123, 10.25, 3, 5000, 10.1}));
  CHECK_EQ(bench.seen[0].aux, kSingleMarketMaker);
  CHECK_EQ(bench.seen[1].kind, RecordKind::RtTrade);
  CHECK_EQ(bench.seen[1].numbers[1], kUnset);
  CHECK_EQ(bench.seen[1].aux, kFromRtTradeVolume);
  CHECK_EQ(bench.seen[2].kind, RecordKind::TickString);
  CHECK_EQ(bench.seen[3].kind, RecordKind::TickString);  // of nobody
  CHECK_EQ(bench.of(1).malformed, 1u);
  CHECK_EQ(on_board(bench, 1, BoardValue::Volume), 5001.0);
  CHECK_EQ(on_board(bench, 1, BoardValue::Vwap), 10.2);
}

TEST("a forgotten request is nobody's: what waits is dropped, and its counters are let go of") {
  DeskBench bench;
  bench.treat(1, conflated(100));
  bench.feed(price_frame(1, 1, "1") + price_frame(1, 2, "2"));
  bench.stream.desk().forget(1);
  CHECK_EQ(bench.of(1).gone, 0u);
  bench.stream.desk().take_commands();
  CHECK_EQ(bench.of(1).gone, 1u);
  CHECK_EQ(bench.of(1).dropped, 2u);
  bench.feed(price_frame(1, 1, "3"));
  bench.flush(9000);
  bench.drain();
  CHECK_EQ(bench.shown(), "1:1:1=3!");
  CHECK_EQ(bench.of(1).received, 2u);
  CHECK_EQ(on_board(bench, 1, BoardValue::Bid), 1.0);
  bench.stream.desk().forget(1);  // and twice is once
  bench.stream.desk().take_commands();
}

TEST("a slot's quote is cleared for its first request only") {
  DeskBench bench;
  bench.treat(1);
  bench.feed(price_frame(1, 1, "1"));
  Treatment second{.board_slot = 1, .counters = &bench.of(2)};
  bench.stream.desk().treat(2, second);
  bench.stream.desk().take_commands();
  CHECK_EQ(on_board(bench, 1, BoardValue::Bid), 1.0);
  bench.feed(price_frame(2, 2, "2"));
  CHECK_EQ(on_board(bench, 1, BoardValue::Bid), 1.0);
  CHECK_EQ(on_board(bench, 1, BoardValue::Ask), 2.0);
  bench.stream.desk().forget(1);
  bench.stream.desk().forget(2);
  bench.treat(1);
  CHECK(std::isnan(on_board(bench, 1, BoardValue::Bid)));
}

TEST("a treatment that changes leaves the quote of its slot as it is") {
  DeskBench bench;
  bench.treat(1);
  bench.feed(price_frame(1, 1, "1"));
  bench.treat(1, {.filter = FilterRule{.price_max = 10}});
  CHECK_EQ(on_board(bench, 1, BoardValue::Bid), 1.0);
}

TEST("what waits goes before the end, in order, and behind it comes only the end") {
  DeskBench bench(64);
  bench.treat(1, conflated(1e9));
  bench.feed(price_frame(1, 1, "1") + price_frame(1, 2, "2"));
  bench.stream.end(CloseReason::EndOfStream, 0, {});
  bench.drain();
  REQUIRE(bench.seen.size() == 3);
  CHECK_EQ(bench.seen.back().kind, RecordKind::Closed);
  bench.seen.pop_back();
  CHECK_EQ(bench.shown(), "1:1:1=1 1:1:2=2");
  CHECK_EQ(bench.waiting(1), 0u);
}

TEST("sessions are judged by the clock of the wall") {
  DeskBench bench;
  bench.treat(1, {.filter = FilterRule{.sessions = std::vector<SessionSpan>{{0, 4e12}}}});  // until 2096
  bench.treat(2, {.filter = FilterRule{.sessions = std::vector<SessionSpan>{{0, 1e12}}}});  // until 2001
  bench.feed(price_frame(1, 1, "1") + price_frame(2, 1, "2"));
  bench.drain();
  CHECK_EQ(bench.shown(), "1:1:1=1");
  CHECK_EQ(bench.of(2).filtered[static_cast<std::size_t>(FilterReason::Session)], 1u);
}

TEST("thousands of requests are found, kept apart, and forgotten one by one") {
  constexpr std::int32_t kFirst = 1 << 30;
  constexpr std::int32_t kMany = 5000;
  DeskBench bench(1 << 16);
  std::vector<TreatmentCounters> counters(kMany);
  for (std::int32_t i = 0; i < kMany; ++i)
    bench.stream.desk().treat(kFirst + i * 7, {.counters = &counters[static_cast<std::size_t>(i)]});
  std::string frames;
  for (std::int32_t i = 0; i < kMany * 7; ++i) frames += size_frame(kFirst + i, 0, 1);
  CHECK_EQ(bench.feed(frames), frames.size());
  for (const TreatmentCounters& one : counters) CHECK_EQ(one.received, 1u);
  for (std::int32_t i = 0; i < kMany; i += 2) bench.stream.desk().forget(kFirst + i * 7);
  bench.drain();
  bench.seen.clear();
  CHECK_EQ(bench.feed(frames), frames.size());
  for (std::int32_t i = 0; i < kMany; ++i)
    CHECK_EQ(counters[static_cast<std::size_t>(i)].received, i % 2 == 0 ? 1u : 2u);
  for (std::int32_t i = 1; i < kMany; i += 2) bench.stream.desk().forget(kFirst + i * 7);
  bench.stream.desk().take_commands();
  CHECK(bench.stream.desk().idle());
}

}  // namespace
