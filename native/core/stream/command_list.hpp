// Commands of one thread to another, which neither waits for.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace ibkr {

/// `Command` has a member `Command* next`, which is the list's. One thread submits; one at a time takes.
template <typename Command>
class CommandList {
 public:
  CommandList() = default;
  CommandList(const CommandList&) = delete;
  CommandList& operator=(const CommandList&) = delete;
  /// Nobody submits any more.
  ~CommandList() {
    take([](Command&) {});
  }

  void submit(std::unique_ptr<Command> command) {
    Command* const fresh = command.release();  // the list's
    // relaxed: only this thread adds, so that a change can only be the taker's taking all of them.
    fresh->next = newest_.load(std::memory_order_relaxed);
    // release: the command's content happens before the taker follows the pointer.
    while (!newest_.compare_exchange_weak(fresh->next, fresh, std::memory_order_release,
                                          std::memory_order_relaxed)) {
    }
  }

  /// For the taker: false, nothing was there a moment ago.
  bool any() const {
    // relaxed: what is missed here is found at the next look; what counts is taken with an acquire.
    return newest_.load(std::memory_order_relaxed) != nullptr;
  }

  /// Calls `run(Command&)` for all of them, the oldest first.
  template <typename Run>
  void take(Run&& run) {
    // acquire: pairs with submit().
    Command* newest = newest_.exchange(nullptr, std::memory_order_acquire);
    Command* oldest = nullptr;
    while (newest != nullptr) {
      Command* const next = std::exchange(newest->next, oldest);
      oldest = std::exchange(newest, next);
    }
    while (oldest != nullptr) {
      const std::unique_ptr<Command> command(std::exchange(oldest, oldest->next));
      run(*command);
    }
  }

 private:
  std::atomic<Command*> newest_{nullptr};
};

}  // namespace ibkr
