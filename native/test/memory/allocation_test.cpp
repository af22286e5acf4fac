// Counts what is allocated: this executable replaces the global operator new.
#include <array>
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "bars/bar_bench.hpp"
#include "bars/bar_set.hpp"
#include "book/order_book.hpp"
#include "check.hpp"
#include "market/decoder.hpp"
#include "metrics/histogram.hpp"
#include "orders/armed_orders.hpp"
#include "orders/order_encoder.hpp"
#include "stream/conflator.hpp"
#include "stream/filter.hpp"
#include "support/depth_records.hpp"
#include "support/desk_bench.hpp"
#include "support/feed_records.hpp"
#include "support/loopback.hpp"
#include "support/protobuf_messages.hpp"
#include "support/reference_text.hpp"
#include "support/ring_reader.hpp"
#include "support/risk_desk.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};
std::atomic<std::size_t> largest{0};

void* allocate(std::size_t size, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  for (std::size_t seen = largest.load(); size > seen && !largest.compare_exchange_weak(seen, size);) {
  }
  void* const block = alignment > alignof(std::max_align_t)
                          ? std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment)
                          : std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) std::abort();
  return block;
}

}  // namespace

// The other forms of new end in these; every delete that the library calls is here.
void* operator new(std::size_t size) { return allocate(size, 0); }
void* operator new[](std::size_t size) { return allocate(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }
void operator delete(void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { std::free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { std::free(block); }

namespace {

using namespace ibkr;
using namespace ibkr::test;

struct Frame {
  std::int32_t server_version;
  std::string payload;
};

/// Decodes frames round and round into a ring that is read all the time; returns what was allocated
/// meanwhile.
std::uint64_t allocated_by(const std::vector<Frame>& frames, std::uint64_t count, FullPolicy policy) {
  const RingMemory memory(4096);
  Channel channel(memory.ring(), policy);
  RingReader reader(memory);
  std::uint64_t records = 0, hot = 0;
  std::size_t next = 0;
  const auto run = [&](std::uint64_t n) {
    for (std::uint64_t i = 0; i < n; ++i) {
      const Frame& frame = frames[next];
      next = next + 1 == frames.size() ? 0 : next + 1;
      hot += decode_frame(frame.server_version, frame.payload, 1.0, channel) == Decoded::Hot;
      if (i % 64 == 63 || i + 1 == n) {
        channel.publish();
        records += reader.visit([](const Record&) {});
      }
    }
  };
  run(10'000);  // steady state: whatever is made once has been made
  const std::uint64_t before = allocations.load();
  run(count);
  const std::uint64_t made = allocations.load() - before;
  CHECK_EQ(hot, count + 10'000);
  CHECK_EQ(records, count + 10'000);
  CHECK_EQ(reader.broken(), "");
  return made;
}

TEST("operator new is counted") {
  const std::uint64_t before = allocations.load();
  const std::string text(1000, 'x');
  CHECK(allocations.load() > before);
  CHECK_EQ(text.size(), 1000u);
}

TEST("a million text ticks of every hot message are decoded into the ring without one allocation") {
  Random random(check::seed());
  std::vector<Frame> frames;
  for (int i = 0; i < 200; ++i) {
    for (const MessageId id : kHotMessages) {
      const std::int32_t sv = static_cast<std::int32_t>(random.between(kFirstTextVersion, kLastTextVersion));
      frames.push_back({sv, random_text_message(id, sv, 1.0, random).payload()});
    }
  }
  CHECK_EQ(allocated_by(frames, check::scaled(1'000'000u, 100'000u), FullPolicy::Backpressure), 0u);
  for (const FullPolicy policy : {FullPolicy::Conflate, FullPolicy::DropOldest})
    CHECK_EQ(allocated_by(frames, 100'000, policy), 0u);
}

TEST("a million protobuf ticks of every hot message are decoded into the ring without one allocation") {
  Random random(check::seed());
  std::vector<Frame> frames;
  for (int i = 0; i < 200; ++i) {
    for (int kind = 0; kind < kProtobufKinds; ++kind) {
      const ProtobufMessage message = random_protobuf_message(kind, 1.0, random, Presence::All);
      const std::uint32_t raw = static_cast<std::uint32_t>(message.id) + 200;
      frames.push_back(
          {225, std::string{'\0', '\0', static_cast<char>(raw >> 8), static_cast<char>(raw)} + message.body});
    }
  }
  CHECK_EQ(allocated_by(frames, check::scaled(1'000'000u, 100'000u), FullPolicy::Backpressure), 0u);
  for (const FullPolicy policy : {FullPolicy::Conflate, FullPolicy::DropOldest})
    CHECK_EQ(allocated_by(frames, 100'000, policy), 0u);
}

TEST("a connection reads ticks from its socket without one allocation") {
  LoopbackConnection c(1 << 15);
  REQUIRE(c.connect_and_handshake());
  std::string block;
  for (int i = 0; i < 1000; ++i) block += text_frame("1|6|" + std::to_string(i) + "|4|255.45|200|1|");
  const int blocks = check::scaled(300, 60), warm = 20;
  std::thread sender([&] {
    for (int i = 0; i < blocks + warm; ++i)
      if (!c.peer.send(block)) return;
  });
  std::uint64_t ticks = 0, before = 0;
  while (ticks < static_cast<std::uint64_t>(blocks + warm) * 1000 && ready(c.connection.fd(), POLLIN)) {
    c.read_once();
    if (ticks < static_cast<std::uint64_t>(warm) * 1000) before = allocations.load();
    ticks += c.reader.visit([](const Record&) {});
  }
  const std::uint64_t made = allocations.load() - before;
  sender.join();
  CHECK_EQ(ticks, static_cast<std::uint64_t>(blocks + warm) * 1000);
  CHECK_EQ(made, 0u);
}

TEST("a header that announces 16 MB costs no memory, and a large frame's memory is given back") {
  for (const std::size_t length : {std::size_t{kMaxFrame}, std::size_t{100'000}}) {
    const check::Note note(std::to_string(length) + " bytes announced");
    LoopbackConnection c;
    REQUIRE(c.connect_and_handshake());
    char header[kFrameHeader];
    write_be32(header, static_cast<std::uint32_t>(length));
    const std::string frame = std::string(header, kFrameHeader) + "9" + std::string(length - 1, '\0');
    largest.store(0);
    for (std::size_t at = 0; at < 40; ++at) {
      c.peer.send(std::string_view(frame).substr(at, 1));
      REQUIRE(ready(c.connection.fd(), POLLIN));
      c.read_once();
    }
    CHECK(largest.load() < 128u << 10);
    CHECK_EQ(c.connection.stream().buffer_bytes(), StreamReader::kReadBuffer);
    std::thread sender([&] { c.peer.send(std::string_view(frame).substr(40)); });
    CHECK(c.read_records(2));
    sender.join();
    CHECK_EQ(c.seen.back().bytes.size(), length);
    CHECK_EQ(c.connection.stream().buffer_bytes(), StreamReader::kReadBuffer);
  }
}

TEST("frames go out without one allocation while the socket takes them") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  const std::string payload(200, 'o');
  SendQueue& queue = c.connection.send_queue();
  CHECK_EQ(queue.send(payload).disposition, Disposition::Written);
  CHECK_EQ(c.peer.receive(payload.size() + 4).size(), payload.size() + 4);
  const std::uint64_t before = allocations.load();
  for (int i = 0; i < 100; ++i) CHECK_EQ(queue.send(payload).disposition, Disposition::Written);
  CHECK_EQ(allocations.load() - before, 0u);
}

TEST("ordinary orders are encoded without one allocation, in both dialects") {
  OrderEncoder text, protobuf;
  std::vector<std::uint8_t> placeholders;
  std::vector<ProtobufOrderTemplate::Part> parts;
  for (std::uint8_t i = 0; i < kPlaceholders.size(); ++i) placeholders.push_back(i);
  REQUIRE(text.text_order().set(std::vector<std::string>(placeholders.size() + 1, "|"), placeholders));
  for (const char* name : {"contract.symbol", "order.totalQuantity", "order.orderType"})
    parts.push_back({true, 7, PartKind::Text, *find_placeholder(name), "otherwise"});
  REQUIRE(protobuf.protobuf_order().set("HEAD", "TAIL", std::move(parts)));
  OrderFields fields;
  fields.symbol = "a symbol longer than a short string";
  fields.order_type = "LMT";
  fields.total_quantity = 100;
  fields.limit_price = 187.25;
  for (OrderEncoder* encoder : {&text, &protobuf}) {
    CHECK(encoder->place(1, fields).has_value());
    const std::uint64_t before = allocations.load();
    for (int i = 0; i < 1000; ++i) CHECK(encoder->place(i, fields).has_value());
    CHECK_EQ(allocations.load() - before, 0u);
  }
}

TEST("a prepared order is filled, and an armed one judged and fired, without one allocation") {
  LoopbackConnection c;
  REQUIRE(c.connect_and_handshake());
  OrderEncoder encoder;
  const std::uint8_t id = *find_placeholder("id"), price = *find_placeholder("order.lmtPrice");
  REQUIRE(encoder.text_order().set({"a frame longer than a short string|", "|", "|"}, {id, price}));
  OrderFields fields;
  fields.order_type = "LMT";
  fields.limit_price = 187.25;
  auto prepared = encoder.prepare(fields);
  REQUIRE(prepared.has_value());
  CHECK(prepared->fill(2'000'000'000).has_value());
  std::uint64_t before = allocations.load();
  OrderChange change;
  for (int i = 0; i < 1000; ++i) {
    change.limit_price = i * 0.25;
    CHECK(prepared->fill(i, change).has_value());
  }
  CHECK_EQ(allocations.load() - before, 0u);

  DeskBench bench(64);
  bench.treat(1);
  alignas(64) std::array<std::byte, kOrderIdsBytes> memory{};
  OrderOutlet outlet(c.connection.send_queue());
  outlet.set_ids(OrderIds(memory));
  ArmedOrders armed(bench.stream.desk(), outlet);
  CHECK_EQ(c.connection.send_queue().send(*prepared->fill(7)).disposition, Disposition::Written);
  const auto run = [&](int rounds) {
    std::uint64_t made = 0;
    for (int i = 0; i < rounds; ++i) {
      const std::uint32_t handle = armed.arm(*prepared, {1, BoardValue::Bid, ArmedOp::GreaterOrEqual, 10.5});
      bench.feed(price_frame(1, 2, "9"));  // takes the command
      const std::string frames = price_frame(1, 1, "9.5") + price_frame(1, 1, "10.5");
      before = allocations.load();
      bench.feed(frames);
      made += allocations.load() - before;
      CHECK(armed.state(handle) == ArmedState::Fired);
      armed.forget(handle);
      bench.reader.visit([](const Record&) {});
    }
    return made;
  };
  run(10);
  CHECK_EQ(run(100), 0u);
}

TEST("the memory of unsent bytes is bounded by what is unsent, also when it never runs empty") {
  Listener listener;
  listener.set_receive_buffer(4096);
  LoopbackConnection c;
  REQUIRE(c.connect(listener, {0, 4096}));
  const std::string payload(10'000, 'q');
  const std::size_t level = 2'000'000;  // far more than the sockets hold, so that it never runs empty
  SendQueue& queue = c.connection.send_queue();
  const auto fill = [&] {
    while (queue.unsent_bytes() < level)
      if (!CHECK_EQ(queue.send(payload).error, 0)) return false;
    return true;
  };
  REQUIRE(fill());
  largest.store(0);
  for (std::size_t through = 0; through < check::scaled<std::size_t>(64 << 20, 16 << 20);) {
    char drop[65536];
    REQUIRE(ready(c.peer.fd(), POLLIN));
    REQUIRE(::recv(c.peer.fd(), drop, sizeof drop, 0) > 0);
    const std::size_t before = queue.unsent_bytes();
    CHECK_EQ(queue.flush(), 0);
    CHECK(queue.has_unsent());
    through += before - queue.unsent_bytes();
    REQUIRE(fill());
  }
  CHECK(largest.load() < 5 * level);
}

TEST("a histogram records, is read and merged without one allocation") {
  std::vector<double> words(2 * histogram_bytes(kFullHistogramBits) / sizeof(double));
  const std::span<std::byte> memory = std::as_writable_bytes(std::span(words));
  const std::uint64_t before = allocations.load();
  const std::size_t half = memory.size() / 2;
  CHECK(make_histogram(memory.first(half), kFullHistogramBits));
  CHECK(make_histogram(memory.subspan(half), kFullHistogramBits));
  HistogramWriter writer(memory.first(half)), all(memory.subspan(half));
  for (std::uint64_t i = 0; i < 100'000; ++i) writer.record(i * i);
  all.merge(writer);
  const double median = all.quantile(0.5);
  CHECK_EQ(allocations.load() - before, 0u);
  CHECK(median > 2.4e9 && median < 2.6e9);
}

TEST("a subscription's records are filtered and conflated without one allocation") {
  std::vector<FeedRecord> records = one_of_each();
  for (const std::int32_t field : {2, 4, 66}) records.push_back(price_tick(field, 10));
  records.push_back(FeedRecord(47, std::string(500, 'r')));
  Filter filter({.min_price_change = 0,
                 .outlier_by = OutlierBy::Percent,
                 .outlier = 50,
                 .sessions = std::vector<SessionSpan>{{0, 10}, {20, 1e9}},
                 .excluded_conditions = "TU"});
  Conflator conflator(true);
  std::uint64_t let_through = 0, kept = 0, went = 0;
  const auto run = [&](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      for (const FeedRecord& record : records) {
        let_through += !filter.judge(record, i % 30);
        kept += conflator.take(record).kept;
      }
      if (i % 5 == 0) went += conflator.flush([](const Record&) { return true; });
    }
  };
  run(1);  // every field has its place
  const std::uint64_t before = allocations.load();
  run(10'000);
  CHECK_EQ(allocations.load() - before, 0u);
  // Depth and bars are not kept; ten of thirty milliseconds are in no session.
  CHECK_EQ(kept, 10'001 * (records.size() - 3));
  CHECK(let_through > 6'000 * records.size() && let_through < 7'000 * records.size());
  CHECK_EQ(went, (1 + 2'000) * (records.size() - 3));
}

TEST("an order book is opened, fed, damaged, reset and read without one allocation") {
  using enum DepthOperation;
  const std::vector<FeedRecord> records{
      depth_l2(Insert, BookSide::Bid, 0, 10, 1, "NSDQ"), depth(Insert, BookSide::Bid, 0, 10, 1),
      depth_l2(Update, BookSide::Bid, 1, 10, 2, "ARCA"), depth(Delete, BookSide::Bid, 0, 0, 0)};
  const FeedRecord senseless = depth(Update, BookSide::Ask, 0, 11, 1);
  BookMemory memory{};
  OrderBook book(memory);
  BookSnapshot out;
  std::uint64_t read = 0, damaged = 0;
  const std::uint64_t before = allocations.load();
  for (int i = 0; i < 1000; ++i) {
    book.open(1, 5);
    for (int round = 0; round < 10; ++round)
      for (const FeedRecord& record : records) book.take(record);
    damaged += book.take(senseless) == BookTake::Damaged;
    read += book.read(out);
    book.reset(i);
  }
  CHECK_EQ(allocations.load() - before, 0u);
  CHECK_EQ(memory.counters.updates, 40'000u);
  CHECK_EQ(damaged, 1000u);
  CHECK_EQ(read, 1000u);
}

TEST("bars are made, closed, carried, amended and corrected without one allocation") {
  MadeBars seconds(8), ticks(8), volume(8), mid(8);
  BarSet bars(TradeFeed::Last, QuoteFeed::Line);
  const std::vector<SessionSpan> sessions{{0, 1e12}, {2e12, 3e12}};
  bars.add({.size = 1, .empty = EmptyBars::Carry, .sessions = sessions}, seconds.memory(), 0);
  bars.add({.by = BarBy::Ticks, .size = 3, .sessions = sessions}, ticks.memory(), 0);
  bars.add({.by = BarBy::Volume, .size = 900}, volume.memory(), 0);
  bars.add({.size = 5, .price = BarPrice::Mid}, mid.memory(), 0);
  const FeedRecord records[] = {price_tick(1, 10), price_tick(2, 11), price_tick(4, 10), price_tick(4, 11),
                                price_tick(4, -1, 0)};
  const std::uint64_t before = allocations.load();
  std::uint64_t changes = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double now_ms = i * 700.0;
    for (const FeedRecord& record : records) changes += bars.take(record, now_ms);
    changes += bars.take(records[2], now_ms - 1'000);
    changes += bars.correct({now_ms, 10, 100, 11, 50});
    if (i % 5 == 0) changes += bars.advance(now_ms + 3'000);
    if (i % 100 == 0) bars.gap();
  }
  CHECK_EQ(allocations.load() - before, 0u);
  CHECK(changes > 10'000);
}

TEST("treated subscriptions are fed, flushed and starved of room without one allocation") {
  DeskBench bench(64);
  bench.treat(1, {.policy = FullPolicy::Conflate, .filter = FilterRule{.price_max = 50}});
  bench.treat(2, {.conflate_micros = 5, .conflate_trades = true});
  bench.treat(3, {.policy = FullPolicy::DropOldest});
  std::string frames;
  for (std::int32_t id = 1; id <= 3; ++id)
    frames += price_frame(id, 1, "10.25") + price_frame(id, 2, "99") + size_frame(id, 0, 7) +
              price_frame(id, 1, "1e1") + trade_frame(id, "10.5", 3, "TI") +
              string_frame(id, 48, "10.25;3;1700000000123;5000;10.1;true");
  std::uint64_t read = 0;
  const auto run = [&](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      // Every tenth time only, so that the ring is full in between: what has no room there is refused, and
      // comes again.
      std::size_t at = 0;
      while ((at += bench.feed(frames, at)) < frames.size()) read += bench.reader.visit([](const Record&) {});
      if (i % 10 != 0) continue;
      bench.flush(bench.now);
      read += bench.reader.visit([](const Record&) {});
    }
  };
  run(1000);
  const std::uint64_t before = allocations.load();
  run(10'000);
  CHECK_EQ(allocations.load() - before, 0u);
  read += bench.reader.visit([](const Record&) {});
  CHECK(bench.of(1).conflated > 1000);
  CHECK(bench.of(2).conflated > 1000);
  CHECK(bench.of(3).dropped > 1000);
  CHECK_EQ(bench.of(1).delivered + bench.of(2).delivered + bench.of(3).delivered, read);
}

TEST("orders are judged, reserved, changed, executed and released without one allocation") {
  RiskDesk desk;
  desk.limits.duplicate_window_ms = 2;
  desk.limits.all.max_order_rate = 900;
  desk.account_limits.buying_power_percent = 100;
  desk.renew();
  desk.book.set_account_values(desk.account, {1e9, 1e9, 2e9});
  std::uint64_t passed = 0, denied = 0;
  const std::uint64_t before = allocations.load();
  for (int i = 0; i < 20'000; ++i) {
    desk.now_ms += 10;
    OrderIntent order = desk.order(10);
    order.ref = order.key;
    passed += static_cast<bool>(desk.place(order));
    denied += !desk.place(desk.order(1e10));
    order.quantity = 20;
    passed += static_cast<bool>(desk.place(order));
    desk.book.settle_change(order.key, i % 2 == 0);
    if (i % 3 == 0) desk.fill(order, 5, 100);
    desk.book.mark(RiskDesk::kInstrument, 100 + i % 7);
    desk.book.count_cancel(order.key, desk.now_ms);
    desk.book.release(order.key, ReleaseReason::Unsent);
    std::array<OrderIntent, 2> unit{desk.order(11), desk.order(11, OrderSide::Sell)};
    unit[1].limit_price = 101;
    passed += static_cast<bool>(desk.book.check_unit(unit, UnitKind::Bracket));
    for (const OrderIntent& part : unit) desk.book.release(part.key, ReleaseReason::Ended);
    passed += desk.book.snapshot(desk.account).open_orders == 0;
  }
  CHECK_EQ(allocations.load() - before, 0u);
  CHECK_EQ(passed, 80'000u);
  CHECK_EQ(denied, 20'000u);
}

}  // namespace
