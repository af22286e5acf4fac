// A connection on an event loop: the libuv handles, the guard thread, and the order in which they end.
#pragma once

#include <uv.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "batching.hpp"
#include "gate/risk_gate.hpp"
#include "net/connection.hpp"
#include "net/guard.hpp"
#include "net/session_state.hpp"
#include "orders/order_outlet.hpp"

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
  std::optional<int> guard_nice;
  SocketOptions socket;
};

/// What became of a frame, as JavaScript is told.
enum class Sent : std::int8_t {
  TakeGeneralPath = -1,  ///< nothing was sent: the fast path of orders has no answer for this one
  No = 0,                ///< nothing of the frame was sent, and the connection is ending (or was never open)
  Whole,                 ///< every byte is with the system
  Queued,     ///< the socket would not take all of it: the rest goes out, in order, when it is writable
  BadSize,    ///< an empty payload or one above 0xFFFFFF bytes: not sent, the connection is fine
  Denied,     ///< the gate before orders said no: nothing was sent, the connection is fine
  Overtaken,  ///< an armed order took a higher number: nothing was sent, the connection is fine
  ReadOnly,   ///< the connection only reads: nothing was sent, the connection is fine
};

/// For a session whose bytes somebody else carries.
struct Carrier {
  FedStream::Carry carry;
  /// What was left over of a feed() has been read: more may be fed.
  std::function<void()> wants_more;
};

/// One connection from connect() or open() to close(), never reused. Everything runs on the loop's thread,
/// except what Guard does, and nothing waits for that thread. Keeps itself alive from start() until, after
/// close(), first the thread and then the handles are gone; then it calls `on_finished`.
class LoopSession : public std::enable_shared_from_this<LoopSession> {
 public:
  /// `pump`: the ring has something to read. With a carrier there is no socket and no guard: the loop reads
  /// what it is fed, whatever the mode.
  LoopSession(uv_loop_t* loop, const LoopOptions& options, Ring ring, std::function<void()> pump,
              std::function<void()> on_finished, std::optional<Carrier> carrier = std::nullopt);
  LoopSession(const LoopSession&) = delete;
  LoopSession& operator=(const LoopSession&) = delete;
  ~LoopSession() = default;

  /// Opens the handles; from here on close() must be called. 0, or libuv's error: then there is nothing to
  /// close.
  int start();
  void connect(const std::string& address, std::uint16_t port, std::string versions,
               std::uint64_t connect_timeout_ms, std::uint64_t handshake_timeout_ms);
  // With a carrier, in the place of connect():
  /// It is connected: begins the handshake.
  void open(std::string versions, std::uint64_t handshake_timeout_ms);
  /// Takes bytes that have arrived. False: some are left, and `wants_more` will say when they are read.
  bool feed(std::string_view bytes);
  /// Nothing more comes. `error`: an errno; 0: the gateway has ended the stream in good order.
  void feed_end(int error);
  /// The system has what was handed over last. True: and nothing waits.
  bool delivered();
  /// Bytes that the carrier has, and of which it has not said that the system has them.
  std::size_t pending_bytes() const { return fed_ ? fed_->pending_bytes() : 0; }
  bool is_fed() const { return fed_.has_value(); }

  Sent send(std::string_view payload);
  /// Through the outlet of orders. `is_gated`: through the gate before orders, too.
  /// `written_micros`: when the system had it.
  Sent send_order(const OutgoingOrder& order, double& written_micros, bool is_gated = true);
  /// Under the next number, which is the order's afterwards; `fill` as OrderOutlet::send_next() has it.
  template <typename Fill>
  Sent send_next_order(OutgoingOrder& order, double& written_micros, Fill&& fill) {
    if (state_ != SessionState::Open) return Sent::No;
    const OrderSent sent = outlet_.send_next(order, std::forward<Fill>(fill));
    written_micros = sent.written_micros;
    return settle(sent);
  }
  /// Before connect(): every frame is looked at by it; it outlives this.
  void set_risk(RiskGate* risk) {
    risk_ = risk;
    outlet_.set_judge(risk);
  }
  void close();
  /// JavaScript is called at most so often for messages that come in batches alone; 0: after every read.
  /// `flush_ms`: how often conflated values are looked at where batch_ms is 0; 0: there are none.
  void set_batching(std::uint64_t batch_ms, std::uint64_t flush_ms);
  /// What the stream's desk was asked for is done now, or by whoever reads at this moment.
  void take_desk_commands();
  /// JavaScript has read what it left in the ring until now.
  void drained();

  SessionState state() const { return state_; }
  Connection& connection() { return connection_; }
  OrderOutlet& outlet() { return outlet_; }
  EffectiveOptions effective() const { return effective_; }
  std::uint64_t takeovers() const { return guard_ ? guard_->takeovers() : past_takeovers_; }
  std::uint64_t guard_reads() const { return guard_ ? guard_->reads() : past_guard_reads_; }

 private:
  void advance(SessionEvent event);
  void entered(SessionState state);
  void fail(CloseReason reason, int error);
  Sent settle(const SendResult& result);
  Sent settle(const OrderSent& sent);

  void on_poll(int status, int events);
  void on_wake();
  void on_timeout();
  void finish_connect();
  void start_guard();
  void read_turn();
  /// Nothing if the guard reads at this moment; one that is ending wakes us when it has.
  std::optional<Connection::Turn> read();
  /// Once; where batches are waited for, more often, so that a burst costs one turn of the loop.
  Connection::Turn read_some();
  static constexpr int kReadsPerTurn = 8;  // of 1 KiB and then of twice as much each
  /// True if JavaScript may be given more afterwards.
  bool pump();
  /// The same, unless what has come may wait for the end of its batch.
  bool pump_if_due();
  void on_batch_time();
  bool is_held() const { return held_.load(std::memory_order_relaxed); }  // relaxed: one writer, this thread
  void spin(bool on);
  void watch_socket();
  /// Tells the carrier to go on, if it waits and everything is read.
  void ask_for_more();
  void start_timer(std::uint64_t timeout_ms);
  void wake() { uv_async_send(&wake_); }
  /// The steps of ending: thread first, then the handle that it wakes.
  void release();
  void handle_closed();

  std::shared_ptr<LoopSession> alive_;
  uv_loop_t* loop_;
  LoopOptions options_;
  std::optional<FedStream> fed_;
  std::function<void()> wants_more_;
  bool owes_more_ = false;  // the carrier waits for it
  Connection connection_;
  Batching batching_{connection_};
  OrderOutlet outlet_{connection_.send_queue()};
  RiskGate* risk_ = nullptr;
  std::function<void()> pump_;
  std::function<void()> on_finished_;
  std::optional<Guard> guard_;
  std::uint64_t past_takeovers_ = 0;
  std::uint64_t past_guard_reads_ = 0;
  EffectiveOptions effective_;
  std::string versions_;
  std::uint64_t handshake_timeout_ms_ = 0;
  SessionState state_ = SessionState::Idle;
  Ending ending_;  // Draining: why
  bool pumping_ = false;
  std::atomic<bool> held_{false};  // JavaScript leaves in the ring what is there; the guard reads it, too
  bool last_look_taken_ = false;   // the timer has run out, and the socket is looked at once more
  bool has_poll_ = false;
  int open_handles_ = 0;
  uv_poll_t poll_{};
  uv_async_t wake_{};
  uv_timer_t timer_{};
  uv_idle_t spin_{};
};

}  // namespace ibkr::addon
