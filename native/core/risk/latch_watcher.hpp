// What pulls the emergency stop while JavaScript is busy, from a thread of its own: a file that another
// process makes, and a program that does not say any more that it is alive.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "risk/stop_latch.hpp"
#include "system/fd.hpp"
#include "system/thread.hpp"

namespace ibkr {

enum class LatchCause : std::uint8_t {
  None,
  File,     ///< the latch file is there
  Silence,  ///< alive() was not called again in time
};

/// Sets a latch, and never takes it back by itself. start(), stop() and destruction are for one thread; the
/// rest is for any.
class LatchWatcher {
 public:
  /// Of a file that another computer makes on a shared disk, or where the system cannot tell of new files.
  static constexpr int kLookMs = 50;

  /// Told once for each cause, on the watcher's thread, with the latch set: wakes who is to write it down.
  using Notice = void (*)(void* context, LatchCause cause);

  LatchWatcher() = default;
  LatchWatcher(const LatchWatcher&) = delete;
  LatchWatcher& operator=(const LatchWatcher&) = delete;
  ~LatchWatcher() { stop(); }

  /// Watches for `path`, in a folder that is there. A file that is there already has set the latch when it
  /// returns. `latch` and `context` have to outlive stop(). 0, or an errno: nothing is watched.
  [[nodiscard]] int start(std::string path, StopLatch& latch, Notice notice = nullptr,
                          void* context = nullptr);
  /// Waits for the thread.
  void stop();
  bool started() const { return thread_.there(); }

  /// The program lives: unless it says so again within `timeout_ms` (above 0; at most kLookMs later), the
  /// latch is set. 0: it need not any more.
  void alive(double timeout_ms);

  /// Takes the latch back where the file is gone. False: it is still there, and nothing has changed. The only
  /// way back while a watcher is there: one that has just seen the file would set the latch again behind it.
  [[nodiscard]] bool resume();

  /// What has set it, since the last resume().
  LatchCause cause() const { return cause_.load(std::memory_order_relaxed); }
  /// Why the file could not be looked for the last time, an errno: a stop would not be seen.
  int error() const { return error_.load(std::memory_order_relaxed); }

 private:
  void run();
  /// How many ms until it has to look again.
  int look();
  bool there();
  void pull(LatchCause cause);

  std::string path_;
  StopLatch* latch_ = nullptr;
  Notice notice_ = nullptr;
  void* context_ = nullptr;
  Fd folder_;  // inotify of the file's folder; not valid: looking has to do
  WakePipe wake_;
  Thread thread_;
  // Held while looking and setting, and by resume(): nobody sets the latch for a file that was gone before
  // it.
  std::mutex looking_;
  bool seen_ = false;  // the file, since the last resume(); under looking_

  // Each stands for itself: relaxed. What is to be seen with the latch is ordered by the latch.
  std::atomic<bool> ending_{false};
  std::atomic<std::int64_t> deadline_ns_{0};  // on the monotonic clock; 0: none
  std::atomic<LatchCause> cause_{LatchCause::None};
  std::atomic<int> error_{0};
};

}  // namespace ibkr
