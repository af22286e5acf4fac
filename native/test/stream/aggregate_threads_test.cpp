// Bars and a book are read by threads of their own while the desk writes them, and orders come from another.
#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/desk_bench.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr double kTradeSize = 10;
constexpr double kBarTicks = 5;
constexpr int kReaders = 2;

struct BarRoom {
  alignas(64) std::byte bytes[sizeof(BarHeader) + 16 * kBarSlotBytes]{};
  BarMemory bars() { return BarMemory::make(bytes).value(); }
};

/// Of a bid, whose size is its price.
std::string row_frame(int position, int operation, int price) {
  const std::string number = std::to_string(price);
  return text_frame("12|1|1|" + std::to_string(position) + "|" + std::to_string(operation) + "|1|" + number +
                    "|" + number + "|");
}

bool is_whole(const Bar& bar) {
  return bar.count >= 1 && bar.count <= kBarTicks && bar.volume == bar.count * kTradeSize &&
         bar.low <= bar.open && bar.low <= bar.close && bar.open <= bar.high && bar.close <= bar.high &&
         bar.notional >= bar.low * bar.volume && bar.notional <= bar.high * bar.volume;
}

struct Found {
  std::atomic<int> bars{0}, books{0}, torn{0};
};

void look(BarMemory bars, OrderBook book, const std::atomic<bool>& ended, Found& found) {
  std::uint32_t seen = 0;
  // acquire: the writer's last bars are there then.
  while (!ended.load(std::memory_order_acquire)) {
    const std::uint32_t closed = bars.closed();
    if (closed < seen) ++found.torn;
    seen = closed;
    for (const std::uint32_t number : {closed - 1, closed}) {
      Bar bar{};
      if (bars.read(number, bar) != BarMemory::Read::Ok) continue;
      ++found.bars;
      if (!is_whole(bar) || (number < closed && bar.count != kBarTicks)) ++found.torn;
    }
    BookSnapshot snapshot;
    if (!book.read(snapshot)) continue;
    ++found.books;
    for (const BookRow& row : snapshot.side(BookSide::Bid))
      if (row.price != row.size) ++found.torn;
  }
}

TEST("readers in other threads see whole bars and rows, whatever is fed and ordered meanwhile") {
  const int rounds = check::scaled(3000, 300);
  DeskBench bench;
  BarRoom room;
  BookMemory memory{};
  AggregatePlan plan;
  plan.bars = BarPlan{.since_ms = 0, .series = {{{.by = BarBy::Ticks, .size = kBarTicks}, room.bars()}}};
  plan.book = BookPlan{.memory = &memory, .depth = 3};
  Treatment treatment;
  treatment.aggregates = std::make_shared<AggregatePlan>(std::move(plan));
  bench.treat(1, std::move(treatment));

  std::atomic<bool> ended{false};
  Found found;
  std::vector<std::thread> threads;
  for (int i = 0; i < kReaders; ++i)
    threads.emplace_back([&] { look(room.bars(), OrderBook(memory), ended, found); });
  threads.emplace_back([&] {
    StreamDesk& desk = bench.stream.desk();
    while (!ended.load(std::memory_order_acquire)) {  // acquire: as above
      desk.order(1, GapOrder{});
      desk.order(1, ResetBookOrder{});
      desk.order(2, ResetBookOrder{});
      std::this_thread::yield();
    }
  });
  int round = 0;
  // On a busy machine the thread with the orders may begin late.
  for (; round < rounds || memory.counters.resets == 0; ++round) {
    const int price = 100 + round % 50;
    bench.feed(trade_frame(1, std::to_string(price), static_cast<int>(kTradeSize)) + row_frame(0, 0, price) +
               row_frame(0, 1, price + 1));
    bench.drain();
    bench.seen.clear();
    if (round % 64 == 0) std::this_thread::yield();
  }
  ended.store(true, std::memory_order_release);  // release: pairs with the loops above
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(room.bars().closed(), static_cast<std::uint32_t>(round) / static_cast<std::uint32_t>(kBarTicks));
  CHECK_EQ(found.torn.load(), 0);
  CHECK(memory.counters.resets > 0);
  std::printf("%d bars and %d books read\n", found.bars.load(), found.books.load());
}

}  // namespace
