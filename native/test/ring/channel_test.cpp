#include "ring/channel.hpp"

#include <map>
#include <string>
#include <vector>

#include "check.hpp"
#include "support/channel_bench.hpp"
#include "support/channel_model.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

TEST("under backpressure a ring that is nearly full takes no frame, and takes it after a drain") {
  ChannelBench bench(FullPolicy::Backpressure);
  std::size_t taken = 0;
  while (bench.channel().can_take(40)) {
    bench.price(1, kBid, 1);
    ++taken;
    REQUIRE(taken < 1000);
  }
  CHECK(taken > 8);
  CHECK(!bench.channel().can_take(40));
  CHECK_EQ(bench.read().size(), taken);
  CHECK(bench.channel().can_take(40));
  CHECK(bench.channel().can_take(kRingSlotsOffset << 16));
  CHECK_EQ(bench.overflowed() + bench.dropped() + bench.conflated(), 0u);
}

TEST("the most slots that were ever unread are remembered") {
  ChannelBench bench(FullPolicy::Backpressure);
  const auto high_water = [&] { return bench.channel().counters().high_water_slots.load(); };
  CHECK_EQ(high_water(), 0u);
  for (int i = 0; i < 7; ++i) bench.price(1, kBid, 1);
  bench.channel().publish();
  CHECK_EQ(high_water(), 7u);
  CHECK_EQ(bench.read().size(), 7u);
  bench.price(1, kBid, 1);
  bench.channel().publish();
  CHECK_EQ(bench.channel().ring().unread(), 1u);
  CHECK_EQ(high_water(), 7u);
}

TEST("under backpressure a frame that was taken never has to wait outside the ring, whatever it makes") {
  Random random(check::seed());
  for (const std::uint32_t capacity : {64u, 128u, 512u}) {
    ChannelBench bench(FullPolicy::Backpressure, capacity);
    std::vector<std::string> sent;
    std::vector<Seen> got;
    for (int i = 0; i < check::scaled(20'000, 4'000); ++i) {
      const std::size_t size = random.below(random.one_in(10) ? 8000 : 200);
      if (bench.channel().can_take(size)) {
        // The most a frame can make: its raw bytes, a record with all of them, and its bytes as trailing.
        for (int copy = 0; copy < 3; ++copy) {
          sent.push_back(random.bytes(size));
          bench.cold(7, sent.back());
        }
        CHECK_EQ(bench.overflowed(), 0u);
      }
      if (random.one_in(5))
        for (Seen& record : bench.read()) got.push_back(std::move(record));
    }
    for (Seen& record : bench.read_all()) got.push_back(std::move(record));
    CHECK_EQ(got.size(), sent.size());
    for (std::size_t i = 0; i < std::min(got.size(), sent.size()); ++i)
      if (got[i].bytes != sent[i]) CHECK_EQ(got[i].bytes, sent[i]);
    CHECK_EQ(bench.overflowed(), 0u);
  }
}

TEST("conflate: while the ring has room, every tick goes through") {
  ChannelBench bench(FullPolicy::Conflate);
  for (int i = 0; i < 60; ++i) bench.price(1, kBid, i);
  const auto got = bench.read();
  REQUIRE(got.size() == 60);
  for (int i = 0; i < 60; ++i) CHECK_EQ(got[static_cast<std::size_t>(i)].numbers[0], static_cast<double>(i));
  CHECK_EQ(bench.conflated() + bench.overflowed() + bench.dropped(), 0u);
}

TEST("conflate: of what waits, the newest value of each request and field wins, and the rest is counted") {
  ChannelBench bench(FullPolicy::Conflate);
  const std::size_t before = bench.fill_ring();
  for (int round = 0; round < 100; ++round) {
    for (std::int32_t req_id = 1; req_id <= 3; ++req_id) {
      bench.price(req_id, kBid, round * 10 + req_id);
      bench.price(req_id, kAsk, round * 10 + req_id + 0.5);
      bench.size(req_id, kBid, round);
      bench.text(req_id, 45, std::to_string(round));
    }
  }
  CHECK(bench.channel().can_take(40));
  const auto got = bench.read_all();
  REQUIRE(got.size() == before + 12);
  CHECK_EQ(bench.conflated(), 100u * 12 - 12);
  CHECK_EQ(bench.dropped(), 0u);
  for (std::size_t i = before; i < got.size(); ++i) {
    const Seen& record = got[i];
    if (record.kind == RecordKind::TickPrice)
      CHECK_EQ(record.numbers[0], 990 + record.req_id + (record.field == kAsk ? 0.5 : 0));
    else if (record.kind == RecordKind::TickSize)
      CHECK_EQ(record.numbers[0], 99.0);
    else
      CHECK_EQ(record.bytes, "99");
  }
  CHECK(!bench.channel().overflowing());
}

TEST("conflate: a tick never overtakes an order status, a depth row or a cold frame") {
  ChannelBench bench(FullPolicy::Conflate);
  const std::size_t before = bench.fill_ring();
  bench.price(1, kBid, 1);
  bench.order_status(7);
  bench.price(1, kBid, 2);
  bench.price(1, kBid, 3);
  bench.cold(57, "snapshot end");
  bench.price(1, kBid, 4);
  bench.depth(1, 5);
  bench.price(1, kBid, 6);
  const auto got = bench.read_all();
  REQUIRE(got.size() == before + 7);
  const auto at = [&](std::size_t i) -> const Seen& { return got[before + i]; };
  CHECK_EQ(at(0).numbers[0], 1.0);
  CHECK_EQ(at(1).kind, RecordKind::OrderStatus);
  CHECK_EQ(at(2).numbers[0], 3.0);
  CHECK_EQ(at(3).bytes, "snapshot end");
  CHECK_EQ(at(4).numbers[0], 4.0);
  CHECK_EQ(at(5).kind, RecordKind::MarketDepth);
  CHECK_EQ(at(6).numbers[0], 6.0);
  CHECK_EQ(bench.conflated(), 1u);
}

TEST("conflate: an older size never comes behind the size of a newer price of the same field") {
  // TICK_PRICE of the last price carries the last size: JavaScript shows both.
  ChannelBench bench(FullPolicy::Conflate);
  const std::size_t before = bench.fill_ring();
  bench.price(1, kLast, 10, 100);
  bench.size(1, kLastSize, 200);
  bench.price(1, kLast, 11, 300);
  const auto got = bench.read_all();
  REQUIRE(got.size() > before);
  double last_size = 0, last_price = 0;
  for (std::size_t i = before; i < got.size(); ++i) {
    if (got[i].kind == RecordKind::TickPrice) {
      last_price = got[i].numbers[0];
      last_size = got[i].numbers[1];
    } else {
      last_size = got[i].numbers[0];
    }
  }
  CHECK_EQ(last_price, 11.0);
  CHECK_EQ(last_size, 300.0);
}

TEST("conflate: a value that has already moved into the ring is not replaced but followed") {
  ChannelBench bench(FullPolicy::Conflate);
  bench.fill_ring();
  bench.price(1, kBid, 1);
  bench.channel().publish();
  bench.reader().take(2);  // room for two: the waiting depth row and the tick move in
  bench.channel().publish();
  CHECK(!bench.channel().overflowing());
  bench.depth(0, 0);  // full again
  bench.price(1, kBid, 2);
  std::vector<double> bids;
  for (const Seen& record : bench.read_all())
    if (record.kind == RecordKind::TickPrice) bids.push_back(record.numbers[0]);
  CHECK(bids == (std::vector<double>{1, 2}));
}

TEST("conflate: while somebody listens to `received` a value goes together with its raw bytes") {
  ChannelBench bench(FullPolicy::Conflate);
  const std::size_t before = bench.fill_ring();
  for (int round = 0; round < 100; ++round) {
    for (std::int32_t req_id = 1; req_id <= 3; ++req_id) {
      bench.raw(std::to_string(req_id) + " bid " + std::to_string(round));
      bench.price(req_id, kBid, round);
      bench.raw(std::to_string(req_id) + " size " + std::to_string(round));
      bench.size(req_id, kBid, round);
    }
  }
  const auto got = bench.read_all();
  CHECK_EQ(bench.conflated(), 99u * 6);
  REQUIRE(got.size() == before + 12);
  for (std::size_t i = before; i < got.size(); i += 2) {
    CHECK_EQ(got[i].kind, RecordKind::Raw);
    const bool price = got[i + 1].kind == RecordKind::TickPrice;
    CHECK_EQ(got[i].bytes, std::to_string(got[i + 1].req_id) + (price ? " bid 99" : " size 99"));
    CHECK_EQ(got[i + 1].numbers[0], 99.0);
  }
  CHECK(!bench.channel().overflowing());
}

TEST("conflate: a message whose raw bytes are in the ring already is followed, not replaced") {
  for (std::size_t room = 0; room <= 4; ++room) {
    const check::Note note(std::to_string(room) + " slots free");
    ChannelBench bench(FullPolicy::Conflate);
    for (std::size_t i = 0; i < 64 - room; ++i) bench.depth(0, 0);
    for (int i = 0; i < 5; ++i) {
      bench.raw(std::to_string(i));
      bench.price(1, kBid, i);
    }
    const auto got = bench.read_all();
    std::size_t raws = 0;
    double last = -1;
    for (std::size_t i = 64 - room; i < got.size(); ++i) {
      if (got[i].kind == RecordKind::Raw) {
        ++raws;
        REQUIRE(i + 1 < got.size());
        CHECK_EQ(got[i].bytes, std::to_string(static_cast<int>(got[i + 1].numbers.at(0))));
      } else {
        CHECK(got[i].numbers.at(0) > last);
        last = got[i].numbers.at(0);
      }
    }
    CHECK_EQ(last, 4.0);
    CHECK_EQ(raws + bench.conflated(), 5u);
    CHECK_EQ(bench.conflated(), room == 0 ? 4u : room == 1 ? 3u : room == 2 ? 3u : room == 3 ? 2u : 2u);
  }
}

TEST("drop-oldest: a tick that is dropped takes its raw bytes along") {
  ChannelBench bench(FullPolicy::DropOldest);
  const std::size_t before = bench.fill_ring();
  for (int i = 0; i < 200; ++i) {
    bench.raw(std::to_string(i));
    bench.price(1, kBid, i);
  }
  const auto got = bench.read_all();
  CHECK(bench.dropped() > 100);
  CHECK_EQ(got.size() - before, 2 * (200 - bench.dropped()));
  for (std::size_t i = before; i + 1 < got.size(); i += 2) {
    CHECK_EQ(got[i].kind, RecordKind::Raw);
    CHECK_EQ(got[i].bytes, std::to_string(static_cast<int>(got[i + 1].numbers.at(0))));
  }
  CHECK_EQ(got.back().numbers.at(0), 199.0);
}

TEST("random work on a small ring does what a plain list does: order, counters, every record") {
  Random random(check::seed() + 5);
  for (int round = 0; round < check::scaled(1500, 300); ++round) {
    const std::string input = random.bytes(8 + random.below(random.one_in(10) ? 4000 : 300));
    const std::string problem = ChannelRun(input).run();
    if (problem.empty()) continue;
    const check::Note note("round " + std::to_string(round));
    CHECK_EQ(problem, "");
  }
}

TEST("drop-oldest: beyond a ring's worth of waiting records the oldest tick goes, and is counted") {
  ChannelBench bench(FullPolicy::DropOldest);
  const std::size_t before = bench.fill_ring();
  for (int i = 0; i < 200; ++i) bench.price(1, kBid, i);
  const auto got = bench.read_all();
  CHECK_EQ(bench.conflated(), 0u);
  CHECK_EQ(got.size() + bench.dropped(), before + 200);
  CHECK(bench.dropped() > 100);
  for (std::size_t i = before; i < got.size(); ++i)
    CHECK_EQ(got[i].numbers[0], static_cast<double>(bench.dropped() + i - before));
  CHECK_EQ(got.back().numbers[0], 199.0);
}

TEST("drop-oldest: what is no tick is never dropped, however much waits") {
  ChannelBench bench(FullPolicy::DropOldest);
  std::size_t stays = bench.fill_ring();
  for (int i = 0; i < 500; ++i) {
    bench.price(1, kBid, i);
    bench.order_status(i);
    bench.cold(9, std::to_string(i));
    stays += 2;
  }
  std::size_t stayed = 0;
  int next_order = 0, next_cold = 0;
  for (const Seen& record : bench.read_all()) {
    stayed += must_stay(record);
    if (record.kind == RecordKind::OrderStatus) CHECK_EQ(record.req_id, next_order++);
    if (record.kind == RecordKind::Cold) CHECK_EQ(record.bytes, std::to_string(next_cold++));
  }
  CHECK_EQ(stayed, stays);
  CHECK(bench.dropped() > 0);
}

/// What has to hold for any sequence, under each policy.
void check_history(const std::vector<Seen>& pushed, const std::vector<Seen>& got, const ChannelBench& bench,
                   FullPolicy policy) {
  CHECK_EQ(got.size() + bench.conflated() + bench.dropped(), pushed.size());
  if (policy != FullPolicy::Conflate) CHECK_EQ(bench.conflated(), 0u);
  if (policy != FullPolicy::DropOldest) CHECK_EQ(bench.dropped(), 0u);

  // `received_micros` is the number a record was pushed with: each must come as it went.
  std::vector<double> stays_pushed, stays_got;
  for (const Seen& record : pushed)
    if (must_stay(record)) stays_pushed.push_back(record.received_micros);
  double previous_stay = -1, previous = -1;
  std::map<std::pair<std::int32_t, std::pair<int, std::int32_t>>, double> newest;
  std::size_t stay = 0;
  for (const Seen& record : got) {
    const auto number = static_cast<std::size_t>(record.received_micros);
    if (!(record == pushed[number])) {
      const check::Note note("record " + std::to_string(number));
      CHECK(record == pushed[number]);
    }
    if (policy != FullPolicy::Conflate) CHECK(record.received_micros > previous);
    previous = record.received_micros;
    if (must_stay(record)) {
      stays_got.push_back(record.received_micros);
      previous_stay = record.received_micros;
      ++stay;
      continue;
    }
    // Between the records that stay around it, as it was pushed.
    CHECK(record.received_micros > previous_stay);
    if (stay < stays_pushed.size()) CHECK(record.received_micros < stays_pushed[stay]);
    double& of_its_key = newest[{record.req_id, {static_cast<int>(record.kind), record.field}}];
    CHECK(record.received_micros >= of_its_key);
    of_its_key = record.received_micros;
  }
  CHECK(stays_got == stays_pushed);
}

TEST("in random histories nothing overtakes what must stay, and all is accounted for") {
  for (const FullPolicy policy : {FullPolicy::Backpressure, FullPolicy::Conflate, FullPolicy::DropOldest}) {
    for (int round = 0; round < check::scaled(300, 60); ++round) {
      const check::Note note("policy " + std::to_string(static_cast<int>(policy)) + ", round " +
                             std::to_string(round));
      Random random(check::seed() + static_cast<std::uint64_t>(round));
      ChannelBench bench(policy);
      std::vector<Seen> pushed, got;
      const auto keep = [&](RecordKind kind, std::int32_t req_id, std::int32_t field, std::int32_t aux,
                            std::vector<double> numbers, std::vector<std::string> strings, std::string bytes,
                            std::uint8_t flags) {
        Seen seen;
        seen.kind = kind;
        seen.flags = flags;
        seen.req_id = req_id;
        seen.field = field;
        seen.aux = aux;
        seen.received_micros = static_cast<double>(pushed.size());
        seen.numbers = std::move(numbers);
        seen.strings = std::move(strings);
        seen.bytes = std::move(bytes);
        pushed.push_back(std::move(seen));
      };
      const int drains = static_cast<int>(random.between(20, 200));
      for (int i = 0; i < 1200; ++i) {
        const auto req_id = static_cast<std::int32_t>(random.below(3));
        const auto field = static_cast<std::int32_t>(random.below(3));
        const double number = static_cast<double>(random.below(1000));
        const std::size_t bytes = random.below(random.one_in(12) ? 2000 : 100);  // spilled from 489 on
        if (bench.channel().can_take(bytes)) {
          switch (random.below(12)) {
            case 0:
              bench.order_status(req_id);
              keep(RecordKind::OrderStatus, req_id, 0, 0, {0, 1, 2, 3, 4, 5}, {"Submitted", ""}, "", 6);
              break;
            case 1: {
              const std::string frame = random.bytes(bytes);
              bench.cold(field, frame);
              keep(RecordKind::Cold, 0, field, static_cast<std::int32_t>(bytes), {}, {}, frame,
                   kBytesOffset + bytes > 8 * kSlotBytes ? kFlagSpilled : 0);
              break;
            }
            case 2: {
              const std::string text = random.bytes(bytes);
              bench.text(req_id, field, text);
              keep(RecordKind::TickString, req_id, field, static_cast<std::int32_t>(bytes), {}, {}, text,
                   kBytesOffset + bytes > 8 * kSlotBytes ? kFlagSpilled : 0);
              break;
            }
            case 3:
              bench.depth(req_id, number);
              keep(RecordKind::MarketDepth, req_id, 0, 0, {number, 1}, {}, "", 0);
              break;
            case 4:
            case 5:
              bench.size(req_id, field, number);
              keep(RecordKind::TickSize, req_id, field, 0, {number}, {}, "", 0);
              break;
            default:
              bench.price(req_id, field, number);
              keep(RecordKind::TickPrice, req_id, field, 0, {number, kUnset}, {}, "", 0);
          }
        }
        if (random.one_in(static_cast<std::uint64_t>(drains))) {
          bench.channel().publish();
          for (Seen& record : bench.reader().take(random.below(80))) got.push_back(std::move(record));
        }
      }
      for (Seen& record : bench.read_all()) got.push_back(std::move(record));
      check_history(pushed, got, bench, policy);
    }
  }
}

TEST("publish moves as much as fits from outside, in order") {
  ChannelBench bench(FullPolicy::Conflate);
  const std::size_t before = bench.fill_ring();
  for (int i = 0; i < 200; ++i) bench.depth(1, i);
  std::size_t seen = 0;
  int next = 0;
  while (seen < before + 200) {
    bench.channel().publish();
    const auto some = bench.reader().take(7);
    REQUIRE(!some.empty());
    for (const Seen& record : some) {
      if (seen++ >= before) CHECK_EQ(record.numbers[0], static_cast<double>(next++));
    }
  }
  CHECK_EQ(next, 200);
  CHECK(!bench.channel().publish());
}

}  // namespace
