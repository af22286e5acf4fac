// The emergency stop: one word that every sender enters before its order's first byte.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace ibkr {

/// stop() sets the latch before anything else happens, and returns when no sender is inside: whoever was is
/// done, whoever comes finds the latch. So no order begins after it has returned. Senders are inside for the
/// time of one send() that does not block.
///
/// Memory orders: latch and count are one word, so that its modification order alone decides: an entry is
/// before the stop, and the stop waits for it, or behind it, and sees it. acquire on entry and while waiting,
/// release when leaving and stopping: what was done before the stop is seen by who is refused, and what a
/// sender did by who has stopped it.
class StopLatch {
 public:
  /// One sender on its way. Empty: stopped.
  class Passage {
   public:
    explicit Passage(StopLatch* latch) : latch_(latch) {}
    Passage(Passage&& other) noexcept : latch_(other.latch_) { other.latch_ = nullptr; }
    Passage& operator=(Passage&&) = delete;
    ~Passage() {
      if (latch_ != nullptr) latch_->word_.fetch_sub(1, std::memory_order_release);
    }
    explicit operator bool() const { return latch_ != nullptr; }

   private:
    StopLatch* latch_;
  };

  [[nodiscard]] Passage enter() {
    if ((word_.fetch_add(1, std::memory_order_acquire) & kStopped) == 0) return Passage(this);
    word_.fetch_sub(1, std::memory_order_release);
    return Passage(nullptr);
  }

  /// For orders that flatten: they are counted, and pass.
  [[nodiscard]] Passage enter_flattening() {
    word_.fetch_add(1, std::memory_order_acquire);
    return Passage(this);
  }

  /// The same without an object to hold: leave() ends what said true.
  [[nodiscard]] bool try_pass() {
    if ((word_.fetch_add(1, std::memory_order_acquire) & kStopped) == 0) return true;
    leave();
    return false;
  }
  [[nodiscard]] bool pass() {
    word_.fetch_add(1, std::memory_order_acquire);
    return true;
  }
  void leave() { word_.fetch_sub(1, std::memory_order_release); }

  /// Sets the latch alone: for signal handlers, and for a thread that is inside itself.
  void set() { word_.fetch_or(kStopped, std::memory_order_acq_rel); }

  /// Sets it and waits for who is inside, `turns` of this thread at most. False: somebody still is.
  bool stop(int turns = 100'000) {
    set();
    for (int i = 0; i < turns; ++i) {
      if ((word_.load(std::memory_order_acquire) & kInside) == 0) return true;
      std::this_thread::yield();
    }
    return false;
  }

  void resume() { word_.fetch_and(~kStopped, std::memory_order_acq_rel); }
  bool stopped() const { return (word_.load(std::memory_order_acquire) & kStopped) != 0; }

 private:
  static constexpr std::uint32_t kStopped = 1u << 31;
  static constexpr std::uint32_t kInside = kStopped - 1;
  alignas(64) std::atomic<std::uint32_t> word_{0};
};

}  // namespace ibkr
