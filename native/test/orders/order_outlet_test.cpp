#include "orders/order_outlet.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/loopback.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

class Bench {
 public:
  Bench() {
    REQUIRE(c.connect_and_handshake());
    outlet.set_ids(ids);
    ids.raise(100);
  }
  OrderSent send(std::int32_t id) { return outlet.send({.id = id, .payload = payload_of(id)}); }
  /// As the core sends a prepared order, or an armed one.
  OrderSent send_next(OrderSource source, std::int32_t* id = nullptr) {
    OutgoingOrder order{.source = source};
    std::string& memory = source == OrderSource::Armed ? armed_ : prepared_;
    const OrderSent sent = outlet.send_next(order, [&](std::int32_t number) {
      memory = framed_of(number);
      return std::optional<std::string_view>(memory);
    });
    if (id != nullptr) *id = order.id;
    return sent;
  }
  static std::string framed_of(std::int32_t id) {
    std::string out(4, '\0');
    write_be32(out.data(), static_cast<std::uint32_t>(id));
    return out;
  }
  std::string_view payload_of(std::int32_t id) { return called_ = framed_of(id); }
  std::vector<std::int32_t> received() {
    int waiting = 0;
    ::ioctl(c.peer.fd(), FIONREAD, &waiting);
    bytes_ += c.peer.receive(static_cast<std::size_t>(waiting));
    std::vector<std::int32_t> out;
    std::size_t at = 0;
    for (; at + 8 <= bytes_.size(); at += 8)
      out.push_back(static_cast<std::int32_t>(read_be32(bytes_.data() + at + 4)));
    bytes_.erase(0, at);
    return out;
  }

  LoopbackConnection c;
  alignas(64) std::array<std::byte, kOrderIdsBytes> memory{};
  OrderIds ids{memory};
  OrderOutlet outlet{c.connection.send_queue()};

 private:
  std::string bytes_;  // of a frame that has not come whole
  std::string called_, prepared_, armed_;
};

TEST("an order whose number an armed one has passed does not leave, and one above it does") {
  Bench bench;
  const std::int32_t mine = bench.ids.take().value_or(0);
  std::int32_t armed = 0;
  CHECK(bench.send_next(OrderSource::Armed, &armed).outcome == OrderOutcome::Sent);
  CHECK_EQ(armed, 101);
  const OrderSent overtaken = bench.send(mine);
  CHECK(overtaken.outcome == OrderOutcome::Overtaken);
  CHECK(overtaken.result.disposition == Disposition::Unsent);
  const std::int32_t next = bench.ids.take().value_or(0);
  CHECK(bench.send(next).result.disposition == Disposition::Written);
  CHECK(bench.received() == std::vector<std::int32_t>({101, 102}));
}

TEST(
    "a change is sent whatever has fired since: of an order sent before, of one below the gateway's number, "
    "of a fired one") {
  Bench bench;
  const std::int32_t mine = bench.ids.take().value_or(0);
  CHECK(bench.send(mine).outcome == OrderOutcome::Sent);
  std::int32_t armed = 0;
  bench.send_next(OrderSource::Armed, &armed);
  CHECK(bench.send(mine).outcome == OrderOutcome::Sent);
  CHECK(bench.send(armed).outcome == OrderOutcome::Overtaken);
  // JavaScript has heard that it fired.
  const std::uint32_t known = static_cast<std::uint32_t>(armed) + 1;
  std::memcpy(bench.memory.data() + kOrderIdsChange * sizeof known, &known, sizeof known);
  CHECK(bench.send(armed).outcome == OrderOutcome::Sent);
  const std::uint32_t from = 100;
  Bench later;
  std::memcpy(later.memory.data() + kOrderIdsNewFrom * sizeof from, &from, sizeof from);
  later.send_next(OrderSource::Armed);
  CHECK(later.send(99).outcome == OrderOutcome::Sent);
}

TEST("a number of the caller's choice is not taken again") {
  Bench bench;
  CHECK(bench.send(500).outcome == OrderOutcome::Sent);
  std::int32_t id = 0;
  bench.send_next(OrderSource::Template, &id);
  CHECK_EQ(id, 501);
  bench.send_next(OrderSource::Armed, &id);
  CHECK_EQ(id, 502);
}

TEST("without a frame, and behind the last number, nothing is sent and nobody waits for it") {
  Bench bench;
  OutgoingOrder order{.source = OrderSource::Template};
  const auto none = [](std::int32_t) { return std::optional<std::string_view>(); };
  CHECK(bench.outlet.send_next(order, none).outcome == OrderOutcome::NoFrame);
  CHECK_EQ(order.id, 100);
  CHECK(bench.send_next(OrderSource::Armed).result.disposition == Disposition::Written);
  bench.ids.raise(kLastOrderId);
  CHECK(bench.send_next(OrderSource::Template).result.disposition == Disposition::Written);
  CHECK(bench.send_next(OrderSource::Template).outcome == OrderOutcome::NoNumber);
  CHECK(bench.send_next(OrderSource::Armed).outcome == OrderOutcome::NoNumber);
  CHECK(!bench.c.connection.send_queue().has_unsent());
}

/// Refuses every tenth order, and takes its time.
class SlowGate final : public SendGate {
 public:
  bool before_send(const OutgoingOrder& order) override {
    for (int left = order.id % 7 * 40; left > 0; --left) std::atomic_signal_fence(std::memory_order_seq_cst);
    if (order.id % 64 < 2) std::this_thread::yield();
    return order.id % 10 != 3;
  }
  void after_send(const OutgoingOrder&, const SendResult&) override {}
};

TEST(
    "two threads place and fire at once: the gateway gets every number once, in order, and none is "
    "stranded") {
  Bench bench;
  SlowGate gate;
  bench.outlet.set_gate(&gate);
  const std::int32_t each = check::scaled(30'000, 6'000);
  Random random(check::seed());
  std::vector<std::int32_t> sent, fired, got;
  std::uint64_t overtaken = 0;
  std::atomic<bool> over{false};
  std::atomic<std::size_t> arrived{0};
  std::thread gateway([&] {
    while (!over.load(std::memory_order_acquire)) {
      if (!ready(bench.c.peer.fd(), POLLIN, 1)) continue;
      for (const std::int32_t number : bench.received()) got.push_back(number);
      arrived.store(got.size(), std::memory_order_release);
    }
  });
  std::thread reader([&] {
    for (std::int32_t i = 0; i < each; ++i) {
      std::int32_t id = 0;
      if (bench.send_next(OrderSource::Armed, &id).outcome == OrderOutcome::Sent) fired.push_back(id);
      if (i % 16 == 0) std::this_thread::yield();
    }
  });
  // JavaScript's thread: prepared orders, and orders whose number was taken before they were encoded.
  for (std::int32_t i = 0; i < each; ++i) {
    std::int32_t id = 0;
    if (random.below(2) == 0) {
      if (bench.send_next(OrderSource::Template, &id).outcome == OrderOutcome::Sent) sent.push_back(id);
      continue;
    }
    id = bench.ids.take().value_or(0);
    // It is encoded; now and then long enough for anything.
    for (std::uint32_t left = random.below(300); left > 0; --left)
      std::atomic_signal_fence(std::memory_order_seq_cst);
    if (i % 64 == 1) std::this_thread::yield();
    const OrderOutcome outcome = bench.send(id).outcome;
    overtaken += outcome == OrderOutcome::Overtaken;
    if (outcome == OrderOutcome::Sent) sent.push_back(id);
  }
  reader.join();
  sent.insert(sent.end(), fired.begin(), fired.end());
  std::ranges::sort(sent);
  SendQueue& queue = bench.c.connection.send_queue();
  while (queue.has_unsent() && ready(bench.c.connection.fd(), POLLOUT)) REQUIRE(queue.flush() == 0);
  const double end = monotonic_micros() + 20e6;
  while (arrived.load(std::memory_order_acquire) < sent.size() && monotonic_micros() < end)
    std::this_thread::yield();
  over.store(true, std::memory_order_release);
  gateway.join();
  CHECK_EQ(got.size(), sent.size());
  CHECK(std::ranges::is_sorted(got));
  CHECK(got == sent);
  std::printf("%zu left, %zu of them fired, %llu overtaken\n", sent.size(), fired.size(),
              static_cast<unsigned long long>(overtaken));
}

}  // namespace
