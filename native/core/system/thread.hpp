// A thread of the core's own.
#pragma once

#include <pthread.h>

namespace ibkr {

/// One thread, from start() until it is joined. For its owner's thread.
class Thread {
 public:
  Thread() = default;
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  /// Waits for it.
  ~Thread() { join(); }

  /// Runs `Owner::*Body` of `owner` with all signals blocked but SIGBUS: those of the process belong to its
  /// main thread. 0, or the errno: then there is no thread.
  template <auto Body, typename Owner>
  int start(Owner* owner) {
    return start([](void* self) -> void* { return (static_cast<Owner*>(self)->*Body)(), nullptr; }, owner);
  }
  /// It was started, and has not been joined.
  bool there() const { return there_; }
  /// Waits for it, if it is there.
  void join();
  /// Waits for nothing. False: it is still about to end. Where the system cannot ask, it waits all the same:
  /// only to be called when nothing but its last instructions is missing.
  bool try_join();

 private:
  int start(void* (*body)(void*), void* owner);

  pthread_t thread_{};
  bool there_ = false;
};

}  // namespace ibkr
