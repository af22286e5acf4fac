// Several threads on one book: limits hold under any interleaving. Under the thread sanitizer, too.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"
#include "support/risk_desk.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr int kThreads = 4;

template <typename Body>
void on_threads(Body body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

TEST("BUSY: an order that does not get the lock in so many attempts is denied, and passes afterwards") {
  RiskLock lock;
  {
    const RiskLock::Held held = lock.take();
    CHECK(!lock.try_take());
  }
  CHECK(static_cast<bool>(lock.try_take()));
}

TEST(
    "threads that place, change, cancel and execute at once never exceed a limit, and leave nothing "
    "reserved") {
  RiskDesk desk({64, 4096, 512, 8, 16, 64, 1 << 16});
  desk.limits.prevent_self_trade = 0;
  desk.limits.all.max_position = 1'000;
  desk.limits.all.max_open_orders = 40;
  desk.account_limits.max_gross_exposure = 80'000;
  desk.renew();
  std::atomic<bool> over{false}, done{false};
  std::atomic<std::uint64_t> busy{0}, allowed{0}, denied_count{0};
  std::thread watcher([&] {
    while (!done.load()) {
      const LineSnapshot line = desk.book.line(RiskBook::kAll, RiskDesk::kInstrument);
      const double worst = std::max(std::fabs(line.position + line.working_buys),
                                    std::fabs(line.position - line.working_sales));
      const ScopeSnapshot all = desk.book.snapshot(RiskBook::kAll);
      if (worst > 1'000 || all.open_orders > 40 || desk.book.snapshot(desk.account).gross_exposure > 80'000)
        over.store(true);
      std::this_thread::yield();
    }
  });
  const std::uint64_t seed = check::seed();
  on_threads([&](int thread) {
    Random random(seed + static_cast<std::uint64_t>(thread));
    std::vector<OrderIntent> mine;
    const auto key_base = static_cast<std::uint64_t>(thread + 1) << 32;
    const int steps = check::scaled(60'000, 6'000);
    for (int i = 1; i <= steps; ++i) {
      const std::uint64_t what = random.below(8);
      if (what < 4 || mine.empty()) {
        OrderIntent order;
        order.key = key_base + static_cast<std::uint64_t>(i);
        order.instrument = RiskDesk::kInstrument;
        order.account = RiskDesk::kAccount;
        order.strategy = random.one_in(2) ? RiskDesk::kStrategy : 0;
        order.side = random.one_in(2) ? OrderSide::Buy : OrderSide::Sell;
        order.quantity = static_cast<double>(random.between(1, 200));
        order.limit_price = 100;
        order.now_ms = i;
        order.quote = {100, 100, 100, 1};
        const Decision decision = desk.book.check_and_reserve(order);
        busy += decision.code == DenyCode::Busy;
        ++(decision ? allowed : denied_count);
        if (decision) mine.push_back(order);
        continue;
      }
      const std::size_t at = static_cast<std::size_t>(random.below(mine.size()));
      if (what == 4) {
        OrderIntent change = mine[at];
        change.quantity = static_cast<double>(random.between(1, 200));
        if (desk.book.check_and_reserve(change)) desk.book.settle_change(change.key, random.one_in(2));
        continue;
      }
      if (what == 5) {
        // At the mark, so that what it is worth does not change by being executed.
        const RiskExecution part{.key = mine[at].key,
                                 .instrument = RiskDesk::kInstrument,
                                 .account = RiskDesk::kAccount,
                                 .strategy = mine[at].strategy,
                                 .side = mine[at].side,
                                 .quantity = 1,
                                 .price = 100};
        if (desk.book.execute(part) != ExecutionTake::Taken) over.store(true);
      }
      desk.book.release(mine[at].key, ReleaseReason::Ended);
      mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (const OrderIntent& order : mine) desk.book.release(order.key, ReleaseReason::Ended);
  });
  done.store(true);
  watcher.join();
  CHECK(!over.load());
  CHECK(allowed.load() > 1'000u);
  CHECK(denied_count.load() > busy.load());
  const ScopeSnapshot all = desk.book.snapshot(RiskBook::kAll);
  const LineSnapshot line = desk.book.line(RiskBook::kAll, RiskDesk::kInstrument);
  CHECK_EQ(all.open_orders, 0);
  CHECK_EQ(all.margin, 0.0);
  CHECK_EQ(line.working_buys, 0.0);
  CHECK_EQ(line.working_sales, 0.0);
  CHECK_EQ(all.gross_exposure, std::fabs(line.position) * 100);
}

TEST("of orders that race for the last room exactly as many pass as have room") {
  for (int round = 0; round < check::scaled(200, 20); ++round) {
    RiskDesk desk;
    desk.limits.all.max_position = 1'050;
    desk.renew();
    std::atomic<int> passed{0};
    on_threads([&](int thread) {
      OrderIntent order;
      order.instrument = RiskDesk::kInstrument;
      order.account = RiskDesk::kAccount;
      order.quantity = 100;
      order.limit_price = 100;
      order.quote = {100, 100, 100, 1};
      for (std::uint64_t i = 1; i <= 5; ++i) {
        order.key = static_cast<std::uint64_t>(thread + 1) << 32 | i;
        Decision decision = desk.book.check_and_reserve(order);
        while (decision.code == DenyCode::Busy) decision = desk.book.check_and_reserve(order);
        passed += static_cast<bool>(decision);
      }
    });
    CHECK_EQ(passed.load(), 10);
  }
}

TEST("no sender is inside, and none begins, once stop() has returned") {
  for (int round = 0; round < check::scaled(300, 30); ++round) {
    StopLatch latch;
    std::atomic<bool> returned{false}, late{false};
    std::atomic<int> began{0};
    std::uint64_t frames = 0;  // not atomic: the latch alone orders who is inside and who has stopped it
    RiskLock one_at_a_time;
    std::thread stopper([&] {
      while (began.load() < 50) std::this_thread::yield();
      if (!latch.stop(10'000'000)) late.store(true);
      frames += 1;
      returned.store(true);
    });
    on_threads([&](int) {
      for (;;) {
        const StopLatch::Passage passage = latch.enter();
        if (!passage) return;
        if (returned.load()) late.store(true);
        ++began;
        const RiskLock::Held held = one_at_a_time.take();
        frames += 1;
      }
    });
    stopper.join();
    CHECK(!late.load());
    CHECK_EQ(frames, static_cast<std::uint64_t>(began.load()) + 1);
    CHECK(!latch.enter());
    latch.resume();
    CHECK(static_cast<bool>(latch.enter()));
  }
}

}  // namespace
