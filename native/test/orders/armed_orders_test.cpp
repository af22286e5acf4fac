#include "orders/armed_orders.hpp"

#include <array>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "orders/order_encoder.hpp"
#include "support/loopback.hpp"
#include "support/random.hpp"
#include "support/started_guard.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::int32_t kRequest = 7;
constexpr std::uint32_t kSlot = 3;
constexpr std::int32_t kBid = 1;
constexpr std::int32_t kAsk = 2;

/// A connection with one treated subscription, and orders of the form "3|id|quantity|price|".
class Bench {
 public:
  explicit Bench(std::uint32_t capacity = 4096) : c(capacity) {
    REQUIRE(c.connect_and_handshake());
    c.seen.clear();
    ids.raise(100);
    outlet.set_ids(ids);
    const auto place = [](std::string_view name) { return *find_placeholder(name); };
    REQUIRE(encoder.text_order().set({"3|", "|", "|", "|"},
                                     {place("id"), place("order.totalQuantity"), place("order.lmtPrice")}));
    desk().open(Board(board));
    treat(kRequest, kSlot);
  }

  StreamDesk& desk() { return c.connection.stream().desk(); }
  void treat(std::int32_t request, std::uint32_t slot) {
    desk().treat(
        request,
        {.board_slot = slot, .counters = &counters[slot], .policy = FullPolicy::Backpressure, .filter = {}});
  }
  OrderTemplate order(double quantity = 5, double price = 10) {
    OrderFields fields;
    fields.order_type = "LMT";
    fields.total_quantity = quantity;
    fields.limit_price = price;
    return *encoder.prepare(fields);
  }
  std::uint32_t arm(ArmedCondition condition, double expires_micros = ArmedOrders::kNever) {
    const std::uint32_t handle = armed.arm(order(), condition, expires_micros);
    c.connection.wish(Connection::Wish::Commands);
    return handle;
  }
  bool disarm(std::uint32_t handle) {
    const bool disarmed = armed.disarm(handle) == ArmedState::Disarmed;
    c.connection.wish(Connection::Wish::Commands);
    return disarmed;
  }
  static std::string tick(std::int32_t type, std::string_view price, std::int32_t request = kRequest) {
    return text_frame("1|6|" + std::to_string(request) + "|" + std::to_string(type) + "|" +
                      std::string(price) + "|300|0|");
  }
  /// The gateway says it, and it is read.
  void say(const std::string& bytes) {
    c.peer.send(bytes);
    REQUIRE(ready(c.connection.fd(), POLLIN));
    c.read_once();
    c.drain();
  }
  std::vector<Seen> ends() {
    std::vector<Seen> out;
    for (const Seen& record : c.seen)
      if (record.kind == RecordKind::Armed) out.push_back(record);
    return out;
  }
  /// What the gateway has got so far; nothing more is on its way.
  std::string received() {
    int waiting = 0;
    ::ioctl(c.peer.fd(), FIONREAD, &waiting);
    return c.peer.receive(static_cast<std::size_t>(waiting));
  }

  LoopbackConnection c;
  alignas(64) std::array<std::byte, 16 * kBoardSlotBytes> board{};
  std::array<TreatmentCounters, 16> counters{};
  alignas(64) std::array<std::byte, kOrderIdsBytes> id_memory{};
  OrderIds ids{id_memory};
  OrderEncoder encoder;
  OrderOutlet outlet{c.connection.send_queue()};
  ArmedOrders armed{desk(), outlet};
};

constexpr ArmedCondition kAskAtMost10{kSlot, BoardValue::Ask, ArmedOp::LessOrEqual, 10};

TEST("an armed order leaves once, when its quote comes, and a record behind the tick says so") {
  Bench bench;
  const std::uint32_t handle = bench.arm(kAskAtMost10);
  bench.say(Bench::tick(kAsk, "10.5") + Bench::tick(kBid, "9"));
  CHECK_EQ(bench.received(), "");
  CHECK(bench.armed.state(handle) == ArmedState::Armed);
  const double before = monotonic_micros();
  bench.say(Bench::tick(kAsk, "10") + Bench::tick(kAsk, "9.5") + Bench::tick(kAsk, "9"));
  CHECK_EQ(bench.received(), framed("3|100|5|10|"));
  const std::vector<Seen> ends = bench.ends();
  REQUIRE(ends.size() == 1);
  CHECK_EQ(bench.c.seen.back().kind, RecordKind::Armed);
  CHECK_EQ(ends[0].req_id, 100);
  CHECK_EQ(ends[0].field, static_cast<std::int32_t>(handle));
  CHECK_EQ(ends[0].aux, static_cast<std::int32_t>(ArmedEnd::Written));
  CHECK_EQ(ends[0].numbers.at(1), 10.0);
  CHECK_EQ(ends[0].received_micros, bench.c.seen[2].received_micros);
  CHECK(ends[0].numbers.at(0) >= before);
  CHECK(ends[0].numbers.at(0) <= monotonic_micros());
  const auto outcome = bench.armed.outcome(handle);
  REQUIRE(outcome.has_value());
  CHECK_EQ(outcome->order_id, 100);
  CHECK(outcome->end == ArmedEnd::Written);
  bench.say(Bench::tick(kAsk, "8"));
  CHECK_EQ(bench.received(), "");
  CHECK_EQ(bench.ids.take().value_or(0), 101);
}

TEST("each operator holds where it should, and an absent value meets none") {
  struct Case {
    ArmedOp op;
    bool below, at, above;
  };
  for (const auto& [op, below, at, above] :
       {Case{ArmedOp::Less, true, false, false}, Case{ArmedOp::LessOrEqual, true, true, false},
        Case{ArmedOp::Greater, false, false, true}, Case{ArmedOp::GreaterOrEqual, false, true, true}}) {
    for (const auto& [price, fires] :
         {std::pair{"9.99", below}, std::pair{"10", at}, std::pair{"10.01", above}}) {
      Bench bench;
      bench.arm({kSlot, BoardValue::Bid, op, 10});
      bench.say(Bench::tick(kAsk, price));  // there is no bid
      CHECK_EQ(bench.received(), "");
      bench.say(Bench::tick(kBid, price));
      CHECK_EQ(!bench.received().empty(), fires);
    }
  }
}

TEST("only quotes of its own slot are judged; several orders on one slot each fire once") {
  Bench bench;
  bench.treat(8, 4);
  const std::uint32_t first = bench.arm(kAskAtMost10);
  bench.arm({kSlot, BoardValue::AskSize, ArmedOp::Greater, 299});
  bench.arm({4, BoardValue::Bid, ArmedOp::Greater, 1});
  bench.say(Bench::tick(kAsk, "10") + Bench::tick(kAsk, "9"));
  CHECK_EQ(bench.received(), framed("3|100|5|10|") + framed("3|101|5|10|"));
  CHECK_EQ(bench.ends().size(), 2u);
  CHECK_EQ(bench.ends()[0].field, static_cast<std::int32_t>(first));
  bench.say(Bench::tick(kBid, "2", 8));
  CHECK_EQ(bench.received(), framed("3|102|5|10|"));
}

TEST(
    "while the gateway cannot reach Interactive Brokers nothing fires, whatever is in the same read; "
    "afterwards it does") {
  const auto error = [](std::string_view code) {
    return text_frame("4|2|-1|" + std::string(code) + "|text||");
  };
  for (const char* const restored : {"1101", "1102"}) {
    Bench bench;
    const std::uint32_t handle = bench.arm(kAskAtMost10);
    bench.say(Bench::tick(kAsk, "11") + error("1100") + Bench::tick(kAsk, "9"));
    CHECK_EQ(bench.received(), "");
    CHECK(bench.armed.state(handle) == ArmedState::Armed);
    // What is armed meanwhile waits, too, and what is disarmed is.
    const std::uint32_t later = bench.arm(kAskAtMost10);
    const std::uint32_t third = bench.arm(kAskAtMost10);
    bench.say(Bench::tick(kAsk, "8") + error("2104") + Bench::tick(kAsk, "8"));
    CHECK_EQ(bench.received(), "");
    CHECK(bench.disarm(third));
    bench.say(error(restored));
    CHECK_EQ(bench.received(), "");
    bench.say(Bench::tick(kAsk, "10.5") + Bench::tick(kAsk, "7"));
    CHECK_EQ(bench.received(), framed("3|100|5|10|") + framed("3|101|5|10|"));
    CHECK(bench.armed.state(handle) == ArmedState::Fired);
    CHECK(bench.armed.state(later) == ArmedState::Fired);
  }
}

TEST("what is disarmed never fires, and what has fired cannot be disarmed") {
  Bench bench;
  const std::uint32_t first = bench.arm(kAskAtMost10);
  CHECK(bench.disarm(first));
  CHECK(!bench.armed.state(first).has_value());
  bench.say(Bench::tick(kAsk, "9"));
  CHECK_EQ(bench.received(), "");
  CHECK_EQ(bench.ends().size(), 0u);
  const std::uint32_t second = bench.arm(kAskAtMost10);
  bench.say(Bench::tick(kAsk, "9"));
  CHECK_EQ(bench.received(), framed("3|100|5|10|"));
  CHECK(bench.armed.disarm(second) == ArmedState::Fired);
  bench.armed.forget(second);
  CHECK(!bench.armed.disarm(second).has_value());
  CHECK(!bench.armed.disarm(99).has_value());
}

TEST("after its time it expires at the quote that would have fired it, and says so") {
  Bench bench;
  const std::uint32_t late = bench.arm(kAskAtMost10, monotonic_micros() - 1);
  const std::uint32_t early = bench.arm(kAskAtMost10, monotonic_micros() + 3600e6);
  bench.say(Bench::tick(kAsk, "9"));
  CHECK_EQ(bench.received(), framed("3|100|5|10|"));
  REQUIRE(bench.ends().size() == 2);
  CHECK_EQ(bench.ends()[0].field, static_cast<std::int32_t>(late));
  CHECK_EQ(bench.ends()[0].aux, static_cast<std::int32_t>(ArmedEnd::Expired));
  CHECK_EQ(bench.ends()[0].req_id, 0);
  CHECK(bench.armed.state(late) == ArmedState::Expired);
  CHECK_EQ(bench.ends()[1].field, static_cast<std::int32_t>(early));
}

TEST("where there is no order id left it is unsent, and still fires only once") {
  Bench bench;
  bench.ids.raise(kLastOrderId);
  bench.ids.take();
  const std::uint32_t handle = bench.arm(kAskAtMost10);
  bench.say(Bench::tick(kAsk, "9") + Bench::tick(kAsk, "8"));
  CHECK_EQ(bench.received(), "");
  REQUIRE(bench.ends().size() == 1);
  CHECK_EQ(bench.ends()[0].aux, static_cast<std::int32_t>(ArmedEnd::Unsent));
  CHECK(bench.armed.outcome(handle)->end == ArmedEnd::Unsent);
}

class Gate final : public SendGate {
 public:
  explicit Gate(bool open) : open_(open) {}
  bool before_send(const OutgoingOrder& order) override {
    log += "before " + std::to_string(order.id) + " " + std::string(order.payload) + " " +
           std::to_string(order.handle) + (order.source == OrderSource::Armed ? " armed;" : "?;");
    return open_;
  }
  void after_send(const OutgoingOrder& order, const SendResult& result) override {
    log += "after " + std::to_string(order.id) + " " + std::to_string(result.written) + ";";
  }
  std::string log;

 private:
  bool open_;
};

TEST("the gate sees an order before its bytes leave, and what became of it; what it denies does not leave") {
  for (const bool open : {true, false}) {
    Bench bench;
    Gate gate(open);
    bench.outlet.set_gate(&gate);
    bench.arm(kAskAtMost10);
    bench.say(Bench::tick(kAsk, "9"));
    CHECK_EQ(bench.received(), open ? framed("3|100|5|10|") : "");
    CHECK_EQ(gate.log, std::string("before 100 3|100|5|10| 1 armed;") + (open ? "after 100 15;" : ""));
    REQUIRE(bench.ends().size() == 1);
    CHECK_EQ(bench.ends()[0].aux, static_cast<std::int32_t>(open ? ArmedEnd::Written : ArmedEnd::Denied));
  }
}

TEST("the record of an order that fires into a full ring waits its turn, and the order does not") {
  Bench bench(64);
  bench.arm(kAskAtMost10);
  std::string ticks;
  for (int i = 0; i < 300; ++i) ticks += Bench::tick(kAsk, i < 40 ? "11" : "10");
  bench.c.peer.send(ticks);
  REQUIRE(ready(bench.c.connection.fd(), POLLIN));
  while (bench.c.read_once() == Connection::Turn::More) {
  }
  CHECK_EQ(bench.received(), framed("3|100|5|10|"));
  REQUIRE(bench.c.read_records(301));
  CHECK_EQ(bench.ends().size(), 1u);
}

TEST("the guard fires while the loop does not read") {
  Bench bench;
  StartedGuard guard(bench.c.connection, GuardDuty::Watch, 500, [] {});
  bench.arm(kAskAtMost10);
  bench.c.peer.send(Bench::tick(kAsk, "9"));
  const std::string expected = framed("3|100|5|10|");
  CHECK_EQ(bench.c.peer.receive(expected.size()), expected);
}

TEST("disarming against a reader on another thread: each order is either disarmed or sent, never both") {
  Random random(check::seed());
  Bench bench;
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop.load()) {
      if (!ready(bench.c.connection.fd(), POLLIN, 1)) continue;
      {
        const ReaderLock::Held held = bench.c.connection.reader_lock().try_take();
        if (held) bench.c.connection.read_once();
      }
      bench.c.connection.serve_wishes();
    }
  });
  constexpr int kOrders = 2000;
  int disarmed = 0, fired = 0, ends = 0;
  std::string wanted;
  const auto drain = [&] {
    bench.c.drain();
    for (const Seen& record : bench.c.seen) ends += record.kind == RecordKind::Armed;
    bench.c.seen.clear();
  };
  for (int i = 0; i < kOrders; ++i) {
    const std::uint32_t handle = bench.arm(kAskAtMost10);
    bench.c.peer.send(Bench::tick(kAsk, "9"));
    for (auto wait = random.below(20'000); wait > 0; --wait)
      std::atomic_signal_fence(std::memory_order_seq_cst);
    if (bench.disarm(handle)) {
      ++disarmed;
    } else {
      wanted += framed("3|" + std::to_string(100 + fired) + "|5|10|");
      ++fired;
    }
    drain();
  }
  CHECK_EQ(bench.c.peer.receive(wanted.size()), wanted);
  // Whatever the reader does with this, it has done with everything before it.
  const std::uint32_t last = bench.arm({kSlot, BoardValue::Ask, ArmedOp::Less, 2});
  bench.c.peer.send(Bench::tick(kAsk, "1"));
  const std::string final_order = framed("3|" + std::to_string(100 + fired) + "|5|10|");
  CHECK_EQ(bench.c.peer.receive(final_order.size()), final_order);
  stop.store(true);
  reader.join();
  drain();
  CHECK(bench.armed.state(last) == ArmedState::Fired);
  CHECK_EQ(bench.received(), "");
  CHECK_EQ(ends, fired + 1);
  CHECK_EQ(disarmed + fired, kOrders);
  CHECK(disarmed > 0);
}

}  // namespace
