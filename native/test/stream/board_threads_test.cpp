// A quote board that threads read while one writes.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <thread>
#include <vector>

#include "check.hpp"
#include "stream/board.hpp"

namespace {

using namespace ibkr;
using enum BoardValue;

/// Reads in all, of which none may be torn: IBKR_BOARD_READS, or a few for every day.
std::uint64_t reads_wanted() {
  const char* const text = std::getenv("IBKR_BOARD_READS");
  if (text == nullptr) return check::scaled(2'000'000u, 200'000u);
  char* end = nullptr;
  const std::uint64_t count = std::strtoull(text, &end, 10);
  if (!CHECK(end != text && *end == '\0' && count > 0)) return 1;
  return count;
}

TEST("several threads read while one writes: no quote is torn, none is older than one seen before") {
  constexpr std::uint32_t kSlots = 3;
  constexpr std::uint32_t kReaders = 3;
  constexpr std::uint64_t kChanges = 100;
  std::vector<BoardSlot> memory(kSlots);
  Board board(std::as_writable_bytes(std::span(memory)));
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> writes{0};
  // Of step n: bid n, ask n + 1, sizes 2n and 3n, all in one record; arrival n.
  const auto write = [&](double n) {
    Record both{};
    both.kind = RecordKind::TickByTickBidAsk;
    both.received_micros = n;
    const double values[] = {n, n, n + 1, 2 * n, 3 * n};
    std::ranges::copy(values, both.values);
    for (std::uint32_t slot = 0; slot < kSlots; ++slot) board.take(slot, both);
  };
  write(1);
  std::thread writer([&] {
    double n = 1;
    // relaxed: nothing hangs on when it is seen, and the number is printed only.
    while (!stop.load(std::memory_order_relaxed)) write(++n);
    writes.store(static_cast<std::uint64_t>(n) * kSlots, std::memory_order_relaxed);
  });
  const std::uint64_t each = reads_wanted() / kReaders + 1;
  std::array<std::uint64_t, kReaders> torn{}, older{}, changes{}, again{}, read{};
  std::vector<std::thread> readers;
  for (std::uint32_t reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      std::array<double, kSlots> last{};
      std::array<double, kBoardValues> q;
      const auto of = [&q](BoardValue value) { return q[static_cast<std::size_t>(value)]; };
      // However the threads share the cores, each reads while the writer gets on.
      for (std::uint64_t i = 0; i < each || changes[reader] < kChanges;) {
        const auto slot = static_cast<std::uint32_t>(i % kSlots);
        if (!board.read(slot, q)) {
          ++again[reader];
          std::this_thread::yield();  // the writer was interrupted
          continue;
        }
        ++i;
        ++read[reader];
        const double n = of(Bid);
        torn[reader] += of(Ask) != n + 1 || of(BidSize) != 2 * n || of(AskSize) != 3 * n ||
                        of(BidMicros) != n || of(AskMicros) != n || of(UpdatedMicros) != n;
        older[reader] += n < last[slot];
        changes[reader] += n != last[slot];
        last[slot] = n;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  stop.store(true, std::memory_order_relaxed);
  writer.join();
  std::uint64_t seen = 0, retried = 0, reads = 0;
  for (std::uint32_t reader = 0; reader < kReaders; ++reader) {
    CHECK_EQ(torn[reader], 0u);
    CHECK_EQ(older[reader], 0u);
    seen += changes[reader];
    retried += again[reader];
    reads += read[reader];
  }
  std::printf("%llu reads, %llu of them of a new quote, %llu given up and tried again; %llu writes\n",
              static_cast<unsigned long long>(reads), static_cast<unsigned long long>(seen),
              static_cast<unsigned long long>(retried), static_cast<unsigned long long>(writes.load()));
}

}  // namespace
