// A connection on an event loop: the libuv handles, the guard thread, and the order in which they end.
#pragma once

#include <uv.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/connection.hpp"
#include "net/guard.hpp"

namespace ibkr::addon {

enum class ReadMode : std::uint8_t {
  Loop,    ///< uv_poll on the loop, the guard thread behind it
  Spin,    ///< uv_idle: the loop never sleeps; the guard thread behind it
  Thread,  ///< the guard thread reads always
};

struct LoopOptions {
  ReadMode mode = ReadMode::Loop;
  FullPolicy policy = FullPolicy::Backpressure;
  std::int64_t stall_micros = 1000;
  SocketOptions socket;
};

/// What became of a frame, as JavaScript is told.
enum class Sent : std::int8_t {
  TakeGeneralPath = -1,  ///< nothing was sent: the fast path of orders has no answer for this one
  No = 0,                ///< nothing of the frame was sent, and the connection is ending (or was never open)
  Whole,                 ///< every byte is with the system
  Queued,   ///< the socket would not take all of it: the rest goes out, in order, when it is writable
  BadSize,  ///< an empty payload or one above 0xFFFFFF bytes: not sent, the connection is fine
};

/// Keeps itself alive from start() until close() and the last handle's close callback, which calls
/// `on_finished`. Everything runs on the loop's thread, except what Guard does.
class LoopSession : public std::enable_shared_from_this<LoopSession> {
 public:
  /// `pump`: the ring has something to read. `on_finished`: the handles are closed.
  LoopSession(uv_loop_t* loop, const LoopOptions& options, Ring ring, std::function<void()> pump,
              std::function<void()> on_finished);
  LoopSession(const LoopSession&) = delete;
  LoopSession& operator=(const LoopSession&) = delete;
  ~LoopSession() = default;

  /// Opens the handles; from here on close() must be called.
  void start();
  void connect(const std::string& address, std::uint16_t port, std::string versions,
               std::uint64_t connect_timeout_ms, std::uint64_t handshake_timeout_ms);
  Sent send(std::string_view payload);
  void close();

  Connection& connection() { return connection_; }
  EffectiveOptions effective() const { return effective_; }
  std::uint64_t takeovers() const { return guard_ ? guard_->takeovers() : 0; }
  std::uint64_t guard_reads() const { return guard_ ? guard_->reads() : 0; }

 private:
  enum class Phase : std::uint8_t { Idle, Connecting, Handshaking, Open, Closed };

  void on_poll(int status, int events);
  void on_wake();
  void spin();
  void on_timeout();
  void finish_connect();
  void read_on_loop();
  /// True if the session is still open afterwards.
  bool pump();
  void opened();
  void want_events();
  void fail(CloseReason reason, int error);
  void handle_closed();

  std::shared_ptr<LoopSession> alive_;
  uv_loop_t* loop_;
  LoopOptions options_;
  Connection connection_;
  std::function<void()> pump_;
  std::function<void()> on_finished_;
  std::optional<Guard> guard_;
  EffectiveOptions effective_;
  std::string versions_;
  std::uint64_t handshake_timeout_ms_ = 0;
  Phase phase_ = Phase::Idle;
  bool pumping_ = false;
  bool assisted_ = false;  // the guard reads in the loop's place
  int full_reads_ = 0;     // in a row
  bool has_poll_ = false;
  int open_handles_ = 0;
  uv_poll_t poll_{};
  uv_async_t wake_{};
  uv_timer_t timer_{};
  uv_idle_t spin_{};
};

}  // namespace ibkr::addon
