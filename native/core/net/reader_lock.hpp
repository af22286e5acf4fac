// Who may read the socket and write the ring right now: the event loop or the guard thread.
#pragma once

#include <atomic>

namespace ibkr {

/// A lock that is only ever tried: nobody waits on it, least of all JavaScript.
class ReaderLock {
 public:
  class Held {
   public:
    explicit Held(ReaderLock* lock) : lock_(lock) {}
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held() {
      // seq_cst: a release, for what this reader did to buffer, decoder and ring; and who failed to take the
      // lock just before has left its wish (Connection::serve_wishes) where this thread sees it from here on.
      if (lock_ != nullptr) lock_->taken_.store(false, std::memory_order_seq_cst);
    }
    explicit operator bool() const { return lock_ != nullptr; }

   private:
    ReaderLock* lock_;
  };

  [[nodiscard]] Held try_take() {
    // seq_cst: an acquire, for everything the reader before us did; and as above.
    return Held(taken_.exchange(true, std::memory_order_seq_cst) ? nullptr : this);
  }

 private:
  std::atomic<bool> taken_{false};
};

}  // namespace ibkr
