// The lock of the risk book: short, and for orders bounded.
//
// The rule. Under the lock there is no system call, no allocation, no callback and no loop over a table:
// searches in an index, at most three scopes, at most eight parts of a unit, a copy of one snapshot. The one
// walk that is longer, over the working orders of one instrument, is made where the best of them ends, and
// never by a check. So whoever waits waits for a few hundred nanoseconds, unless the system has taken the
// processor from the holder.
//
// An order does not wait for that: after kAttempts it is denied (BUSY). What must not be lost, releases and
// executions, gives its turn away until the holder is back. JavaScript waits for nothing else.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ibkr {

class RiskLock {
 public:
  static constexpr int kSpins = 2'000;
  static constexpr int kYields = 200;
  static constexpr int kAttempts = kSpins + kYields;

  class Held {
   public:
    explicit Held(RiskLock* lock) : lock_(lock) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() {
      // release: what was done under the lock is seen by who takes it next.
      if (lock_ != nullptr) lock_->taken_.store(false, std::memory_order_release);
    }
    explicit operator bool() const { return lock_ != nullptr; }

   private:
    RiskLock* lock_;
  };

  /// For orders: may fail.
  [[nodiscard]] Held try_take() {
    for (int i = 0; i < kAttempts; ++i)
      if (attempt(i)) return Held(this);
    return Held(nullptr);
  }

  /// For what must not be lost.
  [[nodiscard]] Held take() {
    for (int i = 0; !attempt(i);) i += i < kAttempts;
    return Held(this);
  }

 private:
  bool attempt(int turn) {
    // relaxed: only a look, so that who waits does not take the line from who works; the exchange decides.
    // acquire: pairs with the release of the one before.
    if (!taken_.load(std::memory_order_relaxed) && !taken_.exchange(true, std::memory_order_acquire))
      return true;
    if (turn >= kSpins) {
      std::this_thread::yield();
    } else {
#if defined(__x86_64__)
      _mm_pause();
#elif defined(__aarch64__)
      asm volatile("yield");
#endif
    }
    return false;
  }

  alignas(64) std::atomic<bool> taken_{false};
};

}  // namespace ibkr
