// The thread behind the event loop: keeps the feed moving while JavaScript is busy, or reads it all the time.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "net/connection.hpp"
#include "system/fd.hpp"
#include "system/thread.hpp"

namespace ibkr {

/// What the thread is there for.
enum class GuardDuty : std::uint8_t {
  /// reads only when bytes have waited for `stall_micros` (up to eight times that where a feed is sparse)
  /// and the loop has not come
  Watch,
  Read,  ///< reads always; the loop only consumes
};

struct GuardOptions {
  GuardDuty duty = GuardDuty::Watch;
  std::int64_t stall_micros = 1000;
  /// Nice value of the thread, -20 to 19; without it the thread keeps what the process gave it.
  std::optional<int> nice;
};

/// Owns one thread, from start() until try_join() says that it is gone. It touches the connection only with
/// the reader lock held, and never calls into JavaScript: `wake` (uv_async_send) tells the loop that the ring
/// has something, or that the thread has ended.
class Guard {
 public:
  Guard(Connection& connection, const GuardOptions& options, std::function<void()> wake);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  /// Stops the thread and waits for it, unless try_join() has succeeded.
  ~Guard();

  /// 0, or the errno: out of descriptors or threads. Then there is no thread, and nothing else does anything.
  int start();
  /// Asks the thread to end: it reads no more soon, and calls `wake` once more. Never waits.
  void stop();
  /// True if there is no thread any more. Never waits (but for the thread's last instructions where the
  /// system has no pthread_tryjoin_np): call it again after the next wake.
  bool try_join();
  /// The thread has done its last work.
  bool finished() const { return finished_.load(std::memory_order_acquire); }  // acquire: pairs with run()

  /// The loop is back and reads by itself again.
  void loop_returned() {
    // A hint, seen soon enough; seq_cst for wait_for_room(), where it would be seen late.
    loop_turns_.fetch_add(1, std::memory_order_seq_cst);
    if (waits_for_room_.load(std::memory_order_seq_cst)) nudges_.wake();
  }
  /// JavaScript has drained a full ring: reading may go on.
  void drained() { nudges_.wake(); }

  /// Times the thread took over from a stalled loop, and reads it made; for any thread.
  std::uint64_t takeovers() const {
    return takeovers_.load(std::memory_order_relaxed);
  }                                                                               // relaxed: a statistic
  std::uint64_t reads() const { return reads_.load(std::memory_order_relaxed); }  // relaxed: a statistic

 private:
  bool stopping() const {
    return stop_.load(std::memory_order_acquire);
  }  // acquire: pairs with the destructor
  void run();
  void watch();
  void take_over();
  void read_always();
  std::int64_t micros_to_next_bar();
  /// Reads until nothing is left, the ring is full or the connection ended.
  Connection::Turn drain();
  /// The ring is full, or the lock is taken: until the loop is back behind `turns`, a nudge, or a while.
  void wait_for_room(std::uint32_t turns);
  /// Waits for the socket (if asked to), a nudge, or the time-out in µs (negative: no end). True if the
  /// socket is readable.
  bool wait(bool for_socket, std::int64_t micros);

  Connection& connection_;
  const GuardOptions options_;
  const std::function<void()> wake_;
  WakePipe nudges_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint32_t> loop_turns_{0};
  std::atomic<bool> waits_for_room_{false};
  std::int64_t retry_micros_ = 0;  // the thread's, as the next one
  std::uint64_t stops_then_ = 0;
  std::atomic<std::uint64_t> takeovers_{0};
  std::atomic<std::uint64_t> reads_{0};
  std::atomic<bool> finished_{false};
  // The owner's:
  Thread thread_;
};

}  // namespace ibkr
