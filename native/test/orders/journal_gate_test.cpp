#include "orders/journal_gate.hpp"

#include <errno.h>

#include <cmath>
#include <thread>
#include <vector>

#include "check.hpp"
#include "journal/journal_record.hpp"
#include "orders/armed_orders.hpp"
#include "orders/order_encoder.hpp"
#include "support/journal_run.hpp"
#include "support/loopback.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

OrderFields fields_of(std::string_view order_ref = "acme:1") {
  OrderFields out;
  out.con_id = 265598;
  out.symbol = "AAPL";
  out.action = "BUY";
  out.order_type = "LMT";
  out.order_ref = order_ref;
  out.total_quantity = 100;
  out.limit_price = 187.25;
  out.transmit = false;
  return out;
}

/// A connection whose orders pass the gate of a journal.
class Bench {
 public:
  Bench() {
    REQUIRE(c.connect_and_handshake());
    JournalRecovery recovery;
    REQUIRE(!journal->open(options_in(folder, JournalSync::Never), recovery));
    outlet.set_gate(&gate);
  }

  OrderSent send(std::int32_t id, const IntentValues* intent, double price = std::nan("")) {
    return outlet.send(
        {.id = id, .payload = "order", .quantity = std::nan(""), .limit_price = price, .intent = intent});
  }
  /// All records so far, without closing the journal.
  std::vector<Bytes> records() {
    JournalRecovery found;
    CHECK(!read_journal(options_in(folder, JournalSync::Never).name, found));
    std::vector<Bytes> out;
    for (std::span<const std::byte> rest = found.taken; !rest.empty();) {
      const std::uint32_t size = journal_head_of(rest).bytes;
      out.emplace_back(rest.begin(), rest.begin() + size);
      rest = rest.subspan(size);
    }
    return out;
  }
  std::string received() {
    int waiting = 0;
    ::ioctl(c.peer.fd(), FIONREAD, &waiting);
    return c.peer.receive(static_cast<std::size_t>(waiting));
  }

  Folder folder;
  LoopbackConnection c;
  std::shared_ptr<Journal> journal = std::make_shared<Journal>();
  JournalGate gate{journal, 40};
  OrderOutlet outlet{c.connection.send_queue()};
};

std::vector<Bytes> of_kind(const std::vector<Bytes>& records, JournalKind kind) {
  std::vector<Bytes> out;
  for (const Bytes& record : records)
    if (journal_head_of(record).kind == kind) out.push_back(record);
  return out;
}

TEST("an order is on record as it leaves, and a second one under its id as a change of it") {
  Bench bench;
  const IntentValues intent = IntentValues::of(fields_of());
  CHECK(bench.send(7, &intent).result.disposition == Disposition::Written);
  CHECK(bench.send(7, &intent, 188).result.disposition == Disposition::Written);
  CHECK_EQ(bench.received(), framed("order") + framed("order"));
  const std::vector<Bytes> intents = of_kind(bench.records(), JournalKind::Intent);
  REQUIRE(intents.size() == 2);
  const JournalHead head = journal_head_of(intents[0]);
  CHECK_EQ(head.order_id, 7);
  CHECK_EQ(head.flags, kJournalHeld);
  CHECK(head.time_micros > 1.6e15);
  CHECK_EQ(journal_number(intents[0], 0), 265598.0);
  CHECK_EQ(journal_number(intents[0], kIntentQuantity), 100.0);
  CHECK_EQ(journal_number(intents[0], kIntentLimitPrice), 187.25);
  CHECK(std::isnan(journal_number(intents[0], kIntentTriggerPrice)));
  CHECK_EQ(journal_text(intents[0], static_cast<std::size_t>(IntentText::OrderRef)), "acme:1");
  CHECK_EQ(journal_text(intents[0], static_cast<std::size_t>(IntentText::Symbol)), "AAPL");
  CHECK_EQ(journal_text(intents[0], static_cast<std::size_t>(IntentText::OrderType)), "LMT");
  CHECK_EQ(journal_head_of(intents[1]).flags, kJournalHeld | kJournalModify);
  CHECK_EQ(journal_number(intents[1], kIntentLimitPrice), 188.0);
}

TEST("where the journal cannot be written no byte leaves, and the errno is kept") {
  Bench bench;
  const IntentValues intent = IntentValues::of(fields_of());
  CHECK_EQ(bench.gate.error(), 0);
  bench.journal->close();
  const OrderSent sent = bench.send(7, &intent);
  CHECK(sent.outcome == OrderOutcome::Denied);
  CHECK_EQ(bench.received(), "");
  CHECK_EQ(bench.gate.error(), EBADF);
}

TEST("an order of which nothing is known does not leave") {
  Bench bench;
  CHECK(bench.send(7, nullptr).outcome == OrderOutcome::Denied);
  CHECK_EQ(bench.received(), "");
  CHECK_EQ(bench.gate.error(), EINVAL);
}

TEST("a record that JavaScript has made is written as it is") {
  Bench bench;
  Bytes memory(kMaxJournalRecordBytes);
  JournalRecordMaker maker(memory);
  JournalHead head;
  head.kind = JournalKind::Intent;
  head.order_id = 9;
  maker.begin(head);
  maker.text("theirs");
  const OrderSent sent = bench.outlet.send({.id = 9, .payload = "order", .record = maker.finish()});
  CHECK(sent.outcome == OrderOutcome::Sent);
  const std::vector<Bytes> intents = of_kind(bench.records(), JournalKind::Intent);
  REQUIRE(intents.size() == 1);
  CHECK_EQ(journal_text(intents[0], 0), "theirs");
  CHECK_EQ(journal_head_of(intents[0]).order_id, 9);
}

TEST("of an order whose bytes did not leave the record says so") {
  Bench bench;
  const IntentValues intent = IntentValues::of(fields_of());
  const std::string too_long((1u << 24) + 1, 'x');
  const OrderSent sent = bench.outlet.send({.id = 7,
                                            .payload = too_long,
                                            .quantity = std::nan(""),
                                            .limit_price = std::nan(""),
                                            .intent = &intent});
  CHECK(sent.result.disposition == Disposition::Unsent);
  const std::vector<Bytes> told = of_kind(bench.records(), JournalKind::Sent);
  REQUIRE(told.size() == 1);
  CHECK_EQ(journal_head_of(told[0]).order_id, 7);
  CHECK_EQ(journal_number(told[0], 0), static_cast<double>(JournalDisposition::Unsent));
}

TEST("ids are reserved in blocks, ahead of the order that would pass the mark") {
  Bench bench;
  const IntentValues intent = IntentValues::of(fields_of());
  for (std::int32_t id = 1; id <= 1200; ++id) bench.send(id, &intent);
  double mark = 0;
  for (const Bytes& record : bench.records()) {
    const JournalHead head = journal_head_of(record);
    if (head.kind == JournalKind::IdBlock) mark = journal_number(record, 0);
    if (head.kind == JournalKind::Intent) CHECK(head.order_id + JournalGate::kIdBlock / 2 < mark);
  }
  CHECK_EQ(of_kind(bench.records(), JournalKind::IdBlock).size(), 3u);
}

TEST("an armed order is on record when it is armed, when it fires and when it is disarmed") {
  Bench bench;
  const IntentValues intent = IntentValues::of(fields_of("acme:armed"));
  const ArmingOrder arming{.intent = intent, .field = "ask", .op = "<=", .price = 187.2, .expires_ms = 5000};
  const auto first = bench.gate.before_arm(arming);
  const auto second = bench.gate.before_arm(arming);
  CHECK(first == 41);
  CHECK(second == 42);
  const OrderSent sent = bench.outlet.send({.id = 8,
                                            .source = OrderSource::Armed,
                                            .payload = "order",
                                            .intent = &intent,
                                            .arm_id = *first,
                                            .value = 187.1});
  CHECK(sent.result.disposition == Disposition::Written);
  bench.gate.never_fires(*second, "expired");
  const std::vector<Bytes> all = bench.records();
  const auto armed = of_kind(all, JournalKind::Armed), fired = of_kind(all, JournalKind::Fired),
             disarmed = of_kind(all, JournalKind::Disarmed);
  REQUIRE(armed.size() == 2 && fired.size() == 1 && disarmed.size() == 1);
  CHECK_EQ(journal_head_of(armed[0]).arm_id, 41);
  CHECK_EQ(journal_number(armed[0], kIntentTriggerPrice), 187.2);
  CHECK(journal_number(armed[0], kIntentExpiresMs) > 1.6e12);
  CHECK_EQ(journal_text(armed[0], static_cast<std::size_t>(IntentText::OrderRef)), "acme:armed");
  CHECK_EQ(journal_text(armed[0], static_cast<std::size_t>(IntentText::TriggerField)), "ask");
  CHECK_EQ(journal_text(armed[0], static_cast<std::size_t>(IntentText::TriggerOperator)), "<=");
  CHECK_EQ(journal_head_of(fired[0]).arm_id, 41);
  CHECK_EQ(journal_head_of(fired[0]).order_id, 8);
  CHECK_EQ(journal_number(fired[0], 1), 187.1);
  CHECK_EQ(journal_head_of(disarmed[0]).arm_id, 42);
  CHECK_EQ(journal_text(disarmed[0], 0), "expired");
}

TEST("two threads send at once: each order that left is on record, once") {
  Bench bench;
  constexpr std::int32_t kEach = 300;
  const IntentValues intent = IntentValues::of(fields_of());
  const auto send_all = [&](OrderSource source) {
    for (std::int32_t i = 0; i < kEach; ++i) {
      OutgoingOrder order{
          .source = source, .quantity = std::nan(""), .limit_price = std::nan(""), .intent = &intent};
      bench.outlet.send_next(order, [](std::int32_t) { return std::optional<std::string_view>("order"); });
    }
  };
  std::thread other([&] { send_all(OrderSource::Armed); });
  send_all(OrderSource::Template);
  other.join();
  std::vector<bool> seen(2 * kEach);
  for (const Bytes& record : of_kind(bench.records(), JournalKind::Intent)) {
    const auto id = static_cast<std::size_t>(journal_head_of(record).order_id);
    REQUIRE(id < seen.size() && !seen[id]);
    seen[id] = true;
  }
  for (std::size_t id = 0; id < seen.size(); ++id) CHECK(seen[id]);
}

TEST("a prepared order remembers what it says, changed or not, when its fields are gone") {
  OrderEncoder encoder;
  REQUIRE(encoder.text_order().set({"3|", "|"}, {*find_placeholder("id")}));
  std::optional<OrderTemplate> changed;
  {
    std::string symbol = "A symbol that is too long for the small string", ref = "acme:first one of them all";
    OrderFields fields = fields_of(ref);
    fields.symbol = symbol;
    const auto prepared = encoder.prepare(fields);
    REQUIRE(prepared.has_value());
    std::string other = "acme:another one, longer than before";
    changed = prepared->changed({.quantity = 5, .limit_price = std::nullopt, .order_ref = other});
    symbol.assign(symbol.size(), '?');
    ref.assign(ref.size(), '?');
    other.assign(other.size(), '?');
    CHECK_EQ(prepared->intent().texts[0], "acme:first one of them all");
  }
  REQUIRE(changed.has_value());
  const OrderTemplate copy = *changed;
  changed.reset();
  CHECK_EQ(copy.intent().texts[0], "acme:another one, longer than before");
  CHECK_EQ(copy.intent().texts[2], "A symbol that is too long for the small string");
  CHECK_EQ(copy.intent().numbers[kIntentQuantity], 5.0);
  CHECK_EQ(copy.intent().numbers[kIntentLimitPrice], 187.25);
}

}  // namespace
