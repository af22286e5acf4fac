// One thread writes a tape, others read it at speeds of their own: no record is torn, and what is lost is
// counted to the last one. Run under the thread sanitizer, too.
#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/tape_bench.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::uint32_t kReaders = 4;

struct Result {
  std::uint64_t began = 0, read = 0, lost = 0, torn = 0, out_of_order = 0;
};

/// Reader 0 reads all the time; the others sleep in between, the longer the later they come.
Result read_all(TapeReader& reader, std::uint32_t which, const std::atomic<bool>& done) {
  Result result{.began = reader.next_number()};
  std::vector<Record> out(kMaxTapeRecordSlots);
  for (bool last = false;;) {
    const std::uint64_t expected = reader.next_number() + 0;
    const std::uint64_t lost_before = reader.lost();
    const std::size_t slots = reader.read(out);
    auto number = static_cast<std::int64_t>(expected + reader.lost() - lost_before);
    std::span<const Record> rest = std::span<const Record>(out).first(slots);
    for (; !rest.empty(); rest = rest.subspan(rest[0].slots), ++number, ++result.read) {
      const std::int64_t seen = number_of_whole(rest);
      result.torn += seen < 0;
      result.out_of_order += seen >= 0 && seen != number;
      if (seen < 0) return result;  // its length says nothing
    }
    if (slots > 0) {
      for (std::uint32_t i = 0; i < which * which; ++i) std::this_thread::yield();
      continue;
    }
    if (last) break;
    last = done.load(std::memory_order_acquire);  // acquire: what was published before is seen
    std::this_thread::yield();
  }
  result.lost = reader.lost();
  return result;
}

TEST("several threads read while one writes and waits for nobody") {
  const std::uint64_t records = check::scaled(6'000'000u, 300'000u);
  TapeBench bench(kMinTapeSlots);
  Tape tape(bench.memory());
  std::atomic<bool> done{false};
  std::vector<Result> results(kReaders);
  std::vector<TapeReader> ends(kReaders, TapeReader(bench.memory()));
  std::vector<std::thread> readers;
  for (std::uint32_t i = 0; i < kReaders; ++i)
    readers.emplace_back([&, i] { results[i] = read_all(ends[i], i, done); });
  for (std::uint64_t n = 0; n < records; ++n) {
    tape.write(NumberedRecord(n).get());
    if (n % 16 == 0) tape.publish();
    // Gaps in which a reader can follow, and bursts in which none can.
    if (n % 4096 == 0) std::this_thread::yield();
  }
  tape.publish();
  done.store(true, std::memory_order_release);  // release: the last publish() comes before it
  for (std::thread& reader : readers) reader.join();
  std::uint64_t lost = 0, read = 0;
  for (const Result& result : results) {
    CHECK_EQ(result.torn, 0u);
    CHECK_EQ(result.out_of_order, 0u);
    CHECK_EQ(result.began, 0u);
    CHECK_EQ(result.read + result.lost, records);
    lost += result.lost;
    read += result.read;
  }
  CHECK(read > 0 && lost > 0);  // both have happened
  std::printf("%llu records read, %llu lost\n", static_cast<unsigned long long>(read),
              static_cast<unsigned long long>(lost));
}

}  // namespace
