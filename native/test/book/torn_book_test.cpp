// One thread writes an order book, others read it: no book is torn. Run under the thread sanitizer, too.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "book/order_book.hpp"
#include "check.hpp"
#include "support/depth_records.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::uint32_t kDepth = 20;
/// Steps from one reset to the next.
constexpr std::uint64_t kRun = 64;
constexpr std::uint32_t kReaders = 2;

std::uint64_t rows_at(std::uint64_t step) { return std::min<std::uint64_t>(step % kRun + 1, kDepth); }

/// Step n: every 64th is a reset (arrival n - 0.25); then a bid of n, size 2n, goes on top (arrival n) and an
/// ask of -n, size 3n (arrival n + 0.5). Both words of the market maker are n.
class Writer {
 public:
  explicit Writer(OrderBook book) : book_(book) {}
  void step(std::uint64_t n) {
    const auto number = static_cast<double>(n);
    if (n % kRun == 0) book_.reset(number - 0.25);
    take(bid_, n, number, 2 * number, number);
    take(ask_, n, -number, 3 * number, number + 0.5);
  }

 private:
  void take(FeedRecord& record, std::uint64_t n, double price, double size, double micros) {
    Record& head = record.head();
    head.values[0] = price;
    head.values[1] = size;
    head.received_micros = micros;
    const std::uint64_t maker[] = {n, n};
    std::memcpy(reinterpret_cast<std::byte*>(&head) + strings_offset(2) + 2, maker, sizeof maker);
    book_.take(record);
  }

  OrderBook book_;
  FeedRecord bid_ = depth_l2(DepthOperation::Insert, BookSide::Bid, 0, 0, 0, "SIXTEEN-LETTERS!");
  FeedRecord ask_ = depth_l2(DepthOperation::Insert, BookSide::Ask, 0, 0, 0, "SIXTEEN-LETTERS!");
};

/// The rows of a side whose best is of step n: of n, n - 1, …
bool is_side(const BookSnapshot& book, BookSide side, std::uint64_t n) {
  const double sign = side == BookSide::Bid ? 1 : -1, times = side == BookSide::Bid ? 2 : 3;
  const auto rows = book.side(side);
  if (rows.size() != rows_at(n)) return false;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t of = n - i;
    const std::uint64_t expected[] = {of, of};
    const auto& maker = book.makers[static_cast<std::size_t>(side)][i];
    static_assert(sizeof expected == kBookMakerBytes);
    if (rows[i].price != sign * static_cast<double>(of) || rows[i].size != times * static_cast<double>(of) ||
        std::memcmp(maker.data(), expected, sizeof expected) != 0)
      return false;
  }
  return true;
}

/// Whether a book is one that the writer had at some moment.
bool is_whole(const BookSnapshot& book) {
  const auto bids = book.side(BookSide::Bid), asks = book.side(BookSide::Ask);
  if (book.depth != kDepth || book.damage != BookDamage::None) return false;
  if (bids.empty()) {
    const double n = book.updated_micros + 0.25;
    return asks.empty() && book.flags == 0 && static_cast<std::uint64_t>(n) % kRun == 0;
  }
  const auto n = static_cast<std::uint64_t>(bids[0].price);
  const bool both = !asks.empty() && -asks[0].price == bids[0].price;
  if (!is_side(book, BookSide::Bid, n) || book.updated_micros != static_cast<double>(n) + (both ? 0.5 : 0))
    return false;
  if (asks.empty()) return n % kRun == 0 && book.flags == kBookMakers;
  return is_side(book, BookSide::Ask, both ? n : n - 1) && book.flags == (kBookMakers | kBookCrossed);
}

/// Reads in all, of which none may be torn: IBKR_BOOK_READS, or a few for every day.
std::uint64_t reads_wanted() {
  const char* const text = std::getenv("IBKR_BOOK_READS");
  if (text == nullptr) return check::scaled(500'000u, 50'000u);
  char* end = nullptr;
  const std::uint64_t count = std::strtoull(text, &end, 10);
  if (!CHECK(end != text && *end == '\0' && count > 0)) return 1;
  return count;
}

TEST("several threads read while one writes: no book is torn, none is older than one seen before") {
  constexpr std::uint64_t kChanges = 100;
  constexpr std::uint64_t kLongestPause = check::scaled(512u, 8192u);
  const auto memory = std::make_unique<BookMemory>();
  OrderBook book(*memory);
  REQUIRE(book.open(1, kDepth));
  Writer writer(book);
  writer.step(kRun);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> steps{0};
  std::thread writing([&] {
    std::uint64_t n = kRun;
    // relaxed: nothing hangs on when it is seen, and the number is printed only.
    while (!stop.load(std::memory_order_relaxed)) {
      writer.step(++n);
      // Now and then a reader is to be faster.
      for (std::uint64_t i = 0; i < n % kLongestPause; ++i)
        std::atomic_signal_fence(std::memory_order_seq_cst);  // orders nothing here, but keeps the loop
    }
    steps.store(n - kRun, std::memory_order_relaxed);
  });
  const std::uint64_t each = reads_wanted() / kReaders + 1;
  std::array<std::uint64_t, kReaders> torn{}, older{}, changes{}, again{}, read{};
  std::vector<std::thread> readers;
  for (std::uint32_t reader = 0; reader < kReaders; ++reader) {
    readers.emplace_back([&, reader] {
      BookSnapshot out;
      double last = 0;
      // However the threads share the cores, each reads while the writer gets on.
      for (std::uint64_t i = 0; i < each || changes[reader] < kChanges;) {
        if (!book.read(out)) {
          ++again[reader];
          std::this_thread::yield();  // the writer was interrupted
          continue;
        }
        ++i;
        ++read[reader];
        torn[reader] += !is_whole(out);
        older[reader] += out.updated_micros < last;
        changes[reader] += out.updated_micros != last;
        last = out.updated_micros;
      }
    });
  }
  for (std::thread& reader : readers) reader.join();
  stop.store(true, std::memory_order_relaxed);
  writing.join();
  std::uint64_t seen = 0, retried = 0, reads = 0;
  for (std::uint32_t reader = 0; reader < kReaders; ++reader) {
    CHECK_EQ(torn[reader], 0u);
    CHECK_EQ(older[reader], 0u);
    seen += changes[reader];
    retried += again[reader];
    reads += read[reader];
  }
  std::printf("%llu reads, %llu of them of a new book, %llu given up and tried again; %llu steps\n",
              static_cast<unsigned long long>(reads), static_cast<unsigned long long>(seen),
              static_cast<unsigned long long>(retried), static_cast<unsigned long long>(steps.load()));
}

}  // namespace
