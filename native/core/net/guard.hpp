// The thread behind the event loop: keeps the feed moving while JavaScript is busy, or reads it all the time.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

#include "net/connection.hpp"

namespace ibkr {

/// What the thread is there for.
enum class GuardDuty : std::uint8_t {
  /// reads only when bytes have waited for `stall_micros` (up to eight times that where a feed is sparse)
  /// and the loop has not come
  Watch,
  Read,  ///< reads always; the loop only consumes
};

/// Owns one thread from construction to destruction. It touches the connection only with the reader lock
/// held, and never calls into JavaScript: `wake` (uv_async_send) tells the loop that the ring has something.
class Guard {
 public:
  Guard(Connection& connection, GuardDuty duty, std::int64_t stall_micros, std::function<void()> wake);
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard();

  /// The loop is back and reads by itself again.
  void loop_returned() {
    loop_turns_.fetch_add(1, std::memory_order_relaxed);
  }  // relaxed: a hint, seen soon enough
  /// The loop cannot keep up with the socket (read after read fills the buffer): the thread reads in its
  /// place, so that decoding and JavaScript run side by side, until there is nothing to read for a moment.
  /// Then it wakes the loop, which sees assisting() false and reads by itself again. Meanwhile the loop must
  /// not watch the socket.
  void assist();
  bool assisting() const {
    return assisting_.load(std::memory_order_acquire);
  }  // acquire: pairs with the thread's store
  /// JavaScript has drained a full ring: reading may go on.
  void drained() { nudge(); }

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
  void read_for_a_busy_loop();
  /// Reads until nothing is left, the ring is full or the connection ended.
  Connection::Turn drain();
  /// Waits for the socket (if asked to), a nudge, or the time-out in µs (negative: no end). True if the
  /// socket is readable.
  bool wait(bool for_socket, std::int64_t micros);
  void nudge();

  Connection& connection_;
  const GuardDuty duty_;
  const std::int64_t stall_micros_;
  const std::function<void()> wake_;
  Fd nudge_read_, nudge_write_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> assisting_{false};
  std::atomic<std::uint32_t> loop_turns_{0};
  std::atomic<std::uint64_t> takeovers_{0};
  std::atomic<std::uint64_t> reads_{0};
  std::thread thread_;  // last: everything above exists before it runs
};

}  // namespace ibkr
