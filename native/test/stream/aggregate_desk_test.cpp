// Bars and books at the desk: what goes into them, when the clock closes a bar, and which notices tell of it.
#include <memory>
#include <string>
#include <vector>

#include "check.hpp"
#include "support/desk_bench.hpp"
#include "support/tape_bench.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

struct BarRoom {
  alignas(64) std::byte bytes[sizeof(BarHeader) + 16 * kBarSlotBytes]{};
  BarMemory bars() { return BarMemory::make(bytes).value(); }
};

/// trade_frame() has this time.
constexpr double kTradeMs = 1'700'000'000'000;

AggregatePlan plan_of(std::vector<BarSeriesPlan> series, TradeFeed trades = TradeFeed::TickByTick) {
  AggregatePlan plan;
  plan.bars = BarPlan{.trades = trades, .since_ms = kTradeMs - 60'000, .series = std::move(series)};
  return plan;
}

AggregatePlan plan_of(BookMemory& memory, std::uint32_t depth = 3) {
  AggregatePlan plan;
  plan.book = BookPlan{.memory = &memory, .depth = depth};
  return plan;
}

std::string depth_frame(std::int32_t req_id, int position, int operation, int side,
                        const std::string& price) {
  return text_frame("12|1|" + std::to_string(req_id) + "|" + std::to_string(position) + "|" +
                    std::to_string(operation) + "|" + std::to_string(side) + "|" + price + "|10|");
}
std::string error_frame(std::int32_t req_id, int code) {
  return text_frame("4|2|" + std::to_string(req_id) + "|" + std::to_string(code) + "|reset||");
}

void treat(DeskBench& bench, std::int32_t req_id, AggregatePlan plan, Treatment treatment = {}) {
  treatment.aggregates = std::make_shared<AggregatePlan>(std::move(plan));
  bench.treat(req_id, std::move(treatment));
}

Bar bar_of(const BarMemory& bars, std::uint32_t number) {
  Bar bar{};
  CHECK(bars.read(number, bar) == BarMemory::Read::Ok);
  return bar;
}

/// The notices among what was shown; of bars with ~ where nothing has come since the one before.
std::string notices(DeskBench& bench) {
  bench.drain();
  std::string out;
  for (const Seen& record : bench.seen) {
    const char* const by_clock = record.field == 0 ? "~" : "";
    if (record.kind == RecordKind::BarsChanged)
      out += "bars" + std::to_string(record.req_id) + by_clock + " ";
    if (record.kind == RecordKind::BookChanged) out += "book" + std::to_string(record.req_id) + " ";
  }
  bench.seen.clear();
  return out;
}

TEST("no trade is lost to the filter or to conflation, and one notice tells of all bars of a read") {
  DeskBench bench;
  BarRoom room;
  treat(bench, 1, plan_of({{{.by = BarBy::Ticks, .size = 2}, room.bars()}}),
        {.conflate_micros = 1e6, .conflate_trades = true, .filter = FilterRule{.price_max = 1}});
  std::string frames;
  for (int i = 1; i <= 9; ++i) frames += trade_frame(1, std::to_string(i), 10);
  bench.feed(frames);
  CHECK_EQ(notices(bench), "bars1 ");
  CHECK_EQ(room.bars().closed(), 4u);
  const Bar bar = bar_of(room.bars(), 3);
  CHECK_EQ(bar.open, 7.0);
  CHECK_EQ(bar.close, 8.0);
  CHECK_EQ(bar.volume, 20.0);
  CHECK_EQ(bar_of(room.bars(), 4).count, 1.0);
  CHECK_EQ(bench.filtered(1), 8u);
  bench.feed(price_frame(1, 1, "1"));
  CHECK_EQ(notices(bench), "");
}

TEST("a bar closes on the clock though nothing comes, and the desk says when to look") {
  DeskBench bench;
  BarRoom room;
  StreamDesk& desk = bench.stream.desk();
  treat(bench, 1, plan_of({{{.by = BarBy::Time, .size = 1}, room.bars()}}, TradeFeed::Last));
  CHECK(desk.wants_clock());
  CHECK_EQ(desk.next_due_micros(), std::numeric_limits<double>::infinity());
  // The stream asks the system what time it is; the desk is then told another.
  bench.feed(price_frame(1, 4, "5"));
  const double start_ms = bar_of(room.bars(), 0).start_ms;
  desk.set_clock_offset(start_ms + 250 - bench.now / 1000);
  const double due = bench.now + 750'000;
  CHECK(std::abs(desk.next_due_micros() - due) < 1);
  bench.flush(due - 10);
  CHECK_EQ(notices(bench), "");
  bench.flush(due + 10);
  CHECK_EQ(room.bars().closed(), 1u);
  CHECK_EQ(notices(bench), "bars1 ");
  CHECK_EQ(desk.next_due_micros(), std::numeric_limits<double>::infinity());
}

TEST("the notice of bars that the clock alone has closed says so") {
  DeskBench bench;
  BarRoom room;
  treat(bench, 1,
        plan_of({{{.by = BarBy::Time, .size = 1, .empty = EmptyBars::Carry}, room.bars()}}, TradeFeed::Last));
  bench.feed(price_frame(1, 4, "5"));
  bench.stream.desk().set_clock_offset(bar_of(room.bars(), 0).start_ms + 250 - bench.now / 1000);
  const double due = bench.now + 750'000;
  bench.flush(due + 10);
  CHECK_EQ(notices(bench), "bars1 ");
  bench.flush(due + 1'000'010);
  CHECK_EQ(notices(bench), "bars1~ ");
  CHECK_EQ(room.bars().closed(), 2u);
}

TEST("the notice of a bar that a gap has cut says that nothing has come since") {
  DeskBench bench;
  BarRoom room;
  treat(bench, 1, plan_of({{{.by = BarBy::Time, .size = 1}, room.bars()}}, TradeFeed::Last));
  StreamDesk& desk = bench.stream.desk();
  bench.feed(price_frame(1, 4, "5"));
  desk.set_clock_offset(bar_of(room.bars(), 0).start_ms + 250 - bench.now / 1000);
  desk.order(1, GapOrder{});
  desk.take_commands();
  bench.flush(bench.now + 750'010);
  CHECK_EQ(room.bars().closed(), 1u);
  CHECK_EQ(notices(bench), "bars1~ ");
}

TEST("a notice that finds no room waits, and comes once") {
  DeskBench bench(64);
  BarRoom room;
  treat(bench, 1, plan_of({{{.by = BarBy::Ticks, .size = 1}, room.bars()}}),
        {.policy = FullPolicy::DropOldest});
  std::string frames;
  for (int i = 0; i < 500; ++i) frames += trade_frame(1, "1", 1);
  bench.feed(frames);
  CHECK_EQ(room.bars().closed(), 500u);
  CHECK_EQ(bench.stream.desk().next_due_micros(), 0.0);
  bench.drain();
  bench.flush(bench.now);
  CHECK_EQ(notices(bench), "bars1 ");
}

TEST("depth ends in the book, or goes on as well") {
  for (const bool passes : {false, true}) {
    DeskBench bench;
    BookMemory memory{};
    AggregatePlan plan = plan_of(memory);
    plan.book->passes_records = passes;
    treat(bench, 1, std::move(plan));
    bench.feed(depth_frame(1, 0, 0, 1, "9") + depth_frame(1, 0, 0, 0, "11"));
    bench.drain();
    CHECK_EQ(bench.seen.size(), passes ? 3u : 1u);
    CHECK_EQ(notices(bench), "book1 ");
    CHECK_EQ(bench.of(1).conflated, passes ? 0u : 2u);
    CHECK_EQ(bench.waiting(1), 0u);
    BookSnapshot book;
    CHECK(OrderBook(memory).read(book));
    CHECK_EQ(book.side(BookSide::Bid)[0].price, 9.0);
    CHECK_EQ(book.side(BookSide::Ask)[0].price, 11.0);
  }
}

TEST("a tape has the notices, behind the records that went on before them") {
  DeskBench bench;
  TapeBench tape(kMinTapeSlots);
  bench.stream.desk().record_on(tape.memory());
  BarRoom room;
  BookMemory memory{};
  AggregatePlan plan = plan_of({{{.by = BarBy::Ticks, .size = 2}, room.bars()}});
  plan.book = BookPlan{.memory = &memory, .depth = 3};
  treat(bench, 1, std::move(plan));
  TapeReader reader(tape.memory());
  bench.feed(trade_frame(1, "10", 5) + trade_frame(1, "11", 5) + depth_frame(1, 0, 0, 1, "9"));
  std::vector<Record> slots(kMaxTapeRecordSlots);
  slots.resize(reader.read(slots));
  std::vector<RecordKind> kinds;
  for (std::size_t at = 0; at < slots.size(); at += slots[at].slots) kinds.push_back(slots[at].kind);
  const std::vector wanted{RecordKind::TickByTickAllLast, RecordKind::TickByTickAllLast,
                           RecordKind::BarsChanged, RecordKind::BookChanged};
  CHECK(kinds == wanted);
  CHECK_EQ(bench.of(1).delivered, 2u);
}

TEST("error 317 empties the book in the order of the messages; other errors and requests do not") {
  DeskBench bench;
  BookMemory memory{};
  treat(bench, 1, plan_of(memory));
  bench.feed(depth_frame(1, 0, 0, 1, "9") + error_frame(2, 317) + error_frame(1, 316));
  BookSnapshot book;
  CHECK(OrderBook(memory).read(book));
  CHECK_EQ(book.side(BookSide::Bid).size(), 1u);
  // In one read with the rows behind it.
  bench.feed(error_frame(1, 317) + depth_frame(1, 0, 0, 1, "8"));
  CHECK(OrderBook(memory).read(book));
  REQUIRE(book.side(BookSide::Bid).size() == 1u);
  CHECK_EQ(book.side(BookSide::Bid)[0].price, 8.0);
  CHECK_EQ(memory.counters.resets, 1u);
}

TEST("a damaged book is told of once, and whole again after a reset") {
  DeskBench bench;
  BookMemory memory{};
  treat(bench, 1, plan_of(memory));
  bench.feed(depth_frame(1, 2, 1, 1, "9"));
  CHECK_EQ(notices(bench), "book1 ");
  CHECK((memory.flags & kBookDamaged) != 0);
  bench.feed(depth_frame(1, 0, 0, 1, "9"));
  CHECK_EQ(notices(bench), "");
  bench.stream.desk().order(1, ResetBookOrder{});
  bench.stream.desk().take_commands();
  bench.stream.channel().publish();
  CHECK_EQ(notices(bench), "book1 ");
  CHECK((memory.flags & kBookDamaged) == 0);
}

TEST("orders reach the bars in order with the records") {
  DeskBench bench;
  BarRoom room;
  treat(bench, 1, plan_of({{{.by = BarBy::Time, .size = 60}, room.bars()}}));
  bench.feed(trade_frame(1, "10", 5));
  StreamDesk& desk = bench.stream.desk();
  desk.order(1, GapOrder{});
  desk.order(1, BarCorrection{kTradeMs, 10, 5, 11, 6});
  desk.order(1, ResumeOrder{7, {}});  // no such series
  desk.order(2, GapOrder{});          // no such request
  bench.feed(trade_frame(1, "12", 1));
  const Bar bar = bar_of(room.bars(), 0);
  CHECK_EQ(bar.open, 11.0);
  CHECK_EQ(bar.close, 12.0);
  CHECK_EQ(bar.volume, 7.0);
  CHECK(bar.is(kBarGap) && bar.is(kBarCorrected));
}

TEST("who is forgotten closes its bars and lets go of the memory; a series goes on in it") {
  DeskBench bench;
  BarRoom room;
  const auto begin = [&](std::int32_t req_id) {
    AggregatePlan plan = plan_of({{{.by = BarBy::Ticks, .size = 10}, room.bars()}});
    auto let_go = plan.let_go;
    treat(bench, req_id, std::move(plan));
    return let_go;
  };
  const auto let_go = begin(1);
  bench.feed(trade_frame(1, "10", 5));
  CHECK(!let_go->load());
  bench.stream.desk().forget(1);
  begin(2);
  CHECK(let_go->load());
  CHECK_EQ(room.bars().closed(), 1u);
  CHECK(bar_of(room.bars(), 0).is(kBarShort));
  bench.feed(trade_frame(2, "11", 5));
  CHECK_EQ(bar_of(room.bars(), 1).open, 11.0);
}

}  // namespace
