// Bars in memory of the caller's: numbers, what is gone, and reading while they are written.
#include "bars/bar_memory.hpp"

#include <atomic>
#include <cstdio>
#include <thread>

#include "bars/bar_bench.hpp"
#include "check.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using Read = BarMemory::Read;

/// Every number of it tells n, and none is another's.
Bar bar_of(std::uint32_t number, double n) {
  return {n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9, n + 10, number, number % 128};
}
void write(const BarMemory& memory, std::uint32_t number, double n) {
  BarMemory::Writing(memory, number).set_all(bar_of(number, n));
}

TEST("memory is taken as far as powers of two of bars fit, and refused where none do") {
  MadeBars made(7);
  const auto bytes = made.bytes();
  CHECK(!BarMemory::make(bytes.first(BarMemory::bytes_for(2) - 1)));
  CHECK(!BarMemory::make(bytes.subspan(8)));
  CHECK(!BarMemory::make({}));
  CHECK_EQ(made.header().version, 0u);
  const auto memory = BarMemory::make(bytes);
  REQUIRE(memory.has_value());
  CHECK_EQ(memory->capacity(), 4u);
  CHECK(BarMemory::make(bytes).has_value());
  CHECK(!BarMemory::make(bytes.first(BarMemory::bytes_for(2))));  // of four bars it was
  made.header().version = kBarMemoryVersion + 1;
  CHECK(!BarMemory::make(bytes));
}

TEST("the forming bar can be read where it stays, and closed ones until their slot is taken") {
  MadeBars made(4);
  BarMemory memory = made.memory();
  Bar bar;
  for (std::uint32_t number = 0; number < 4; ++number) CHECK_EQ(memory.read(number, bar), Read::NotThere);
  for (std::uint32_t number = 0; number < 10; ++number) {
    const check::Note note("bar " + std::to_string(number));
    CHECK_EQ(memory.closed(), number);
    CHECK_EQ(memory.read(number, bar), Read::NotThere);
    write(memory, number, 100.0 * number);
    REQUIRE(memory.read(number, bar) == Read::Ok);
    CHECK(same_bar(bar, bar_of(number, 100.0 * number)));
    CHECK_EQ(memory.closed(), number);
    memory.close(number);
    for (std::uint32_t older = 0; older <= number; ++older)
      CHECK_EQ(memory.read(older, bar), older + 4 > number ? Read::Ok : Read::NotThere);
  }
}

TEST("numbers go round past the largest one") {
  MadeBars made(4);
  BarMemory memory = made.memory();
  made.header().closed = 0xFFFF'FFFEu;
  Bar bar;
  for (int i = 0; i < 4; ++i) {
    const std::uint32_t number = memory.closed();
    write(memory, number, i);
    memory.close(number);
    REQUIRE(memory.read(memory.closed() - 1, bar) == Read::Ok);
    CHECK(same_bar(bar, bar_of(number, i)));
  }
  CHECK_EQ(memory.closed(), 2u);
}

TEST("a slot's sequence goes round past 0, which is that of a slot never written") {
  MadeBars made(2);
  BarMemory memory = made.memory();
  made.slot(0).sequence = 0xFFFF'FFFEu;
  write(memory, 0, 5);
  CHECK_EQ(made.slot(0).sequence, 2u);
  Bar bar;
  CHECK_EQ(memory.read(0, bar), Read::Ok);
  ++made.slot(0).sequence;  // a writer that was interrupted
  CHECK_EQ(memory.read(0, bar), Read::Busy);
}

TEST("losses are counted each for itself") {
  MadeBars made(2);
  BarMemory memory = made.memory();
  for (std::size_t loss = 0; loss < kBarLosses; ++loss)
    for (std::size_t i = 0; i <= loss; ++i) memory.count(static_cast<BarLoss>(loss));
  for (std::size_t loss = 0; loss < kBarLosses; ++loss)
    CHECK_EQ(memory.losses(static_cast<BarLoss>(loss)), loss + 1);
}

TEST("several threads read while one writes: no bar is torn, a closed one is there and complete") {
  MadeBars made(4);
  BarMemory memory = made.memory();
  std::atomic<bool> stop{false};
  std::uint64_t written = 0;
  // Bar n is changed three times: its numbers begin with 1000 n, 1000 n + 20, 1000 n + 40; then it is closed.
  std::thread writer([&] {
    // relaxed: nothing hangs on when it is seen.
    for (std::uint32_t number = 0; !stop.load(std::memory_order_relaxed); ++number, ++written) {
      for (int i = 0; i < 3; ++i) write(memory, number, 1000.0 * number + 20 * i);
      memory.close(number);
    }
  });
  constexpr std::uint32_t kReaders = 3;
  constexpr std::uint64_t kChanges = 100;
  const std::uint64_t each = check::scaled(500'000u, 50'000u);
  std::uint64_t torn[kReaders]{}, unfinished[kReaders]{}, ok[kReaders]{}, forming[kReaders]{};
  std::vector<std::thread> readers;
  for (std::uint32_t reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      std::uint32_t last = 0;
      std::uint64_t changes = 0;
      for (std::uint64_t i = 0; i < each || changes < kChanges; ++i) {
        const std::uint32_t closed = memory.closed();
        changes += closed != last;
        last = closed;
        const bool wants_forming = i % 2 == 0;
        const std::uint32_t number = wants_forming ? closed : closed - 1;
        Bar bar;
        if (closed == 0 || memory.read(number, bar) != Read::Ok) {
          std::this_thread::yield();
          continue;
        }
        const double n = bar.start_ms;
        const Bar whole = bar_of(number, n);
        torn[reader] += bar.number != whole.number || bar.flags != whole.flags ||
                        bar.end_ms != whole.end_ms || bar.open != whole.open || bar.high != whole.high ||
                        bar.low != whole.low || bar.close != whole.close || bar.volume != whole.volume ||
                        bar.notional != whole.notional || bar.count != whole.count ||
                        bar.first_ms != whole.first_ms || bar.last_ms != whole.last_ms;
        unfinished[reader] += !wants_forming && n != 1000.0 * number + 40;
        forming[reader] += wants_forming;
        ++ok[reader];
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  stop.store(true, std::memory_order_relaxed);
  writer.join();
  for (std::uint32_t reader = 0; reader < kReaders; ++reader) {
    CHECK_EQ(torn[reader], 0u);
    CHECK_EQ(unfinished[reader], 0u);
    CHECK(ok[reader] > forming[reader]);
  }
  std::printf("%llu bars written; read %llu, of them forming %llu\n",
              static_cast<unsigned long long>(written),
              static_cast<unsigned long long>(ok[0] + ok[1] + ok[2]),
              static_cast<unsigned long long>(forming[0] + forming[1] + forming[2]));
}

}  // namespace
