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
      // release: what this reader did to buffer, decoder and ring happens before the next reader's acquire.
      if (lock_ != nullptr) lock_->taken_.store(false, std::memory_order_release);
    }
    explicit operator bool() const { return lock_ != nullptr; }

   private:
    ReaderLock* lock_;
  };

  [[nodiscard]] Held try_take() {
    // acquire: sees everything the reader before us did.
    return Held(taken_.exchange(true, std::memory_order_acquire) ? nullptr : this);
  }

 private:
  std::atomic<bool> taken_{false};
};

}  // namespace ibkr
