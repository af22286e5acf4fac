#include "loop_session.hpp"

#include <cerrno>

namespace ibkr::addon {

namespace {
// One full read is a burst; this many in a row are more than the loop gets done.
constexpr int kFullReadsBeforeAssist = 4;

template <typename Handle>
LoopSession* owner(Handle* handle) {
  return static_cast<LoopSession*>(handle->data);
}
template <typename Handle>
uv_handle_t* base(Handle* handle) {
  return reinterpret_cast<uv_handle_t*>(handle);
}
}  // namespace

LoopSession::LoopSession(uv_loop_t* loop, const LoopOptions& options, Ring ring, std::function<void()> pump,
                         std::function<void()> on_finished)
    : loop_(loop),
      options_(options),
      connection_(ring, options.policy),
      pump_(std::move(pump)),
      on_finished_(std::move(on_finished)) {}

void LoopSession::start() {
  alive_ = shared_from_this();
  uv_async_init(loop_, &wake_, [](uv_async_t* h) { owner(h)->on_wake(); });
  uv_timer_init(loop_, &timer_);
  uv_idle_init(loop_, &spin_);
  wake_.data = timer_.data = spin_.data = this;
  open_handles_ = 3;
}

void LoopSession::connect(const std::string& address, std::uint16_t port, std::string versions,
                          std::uint64_t connect_timeout_ms, std::uint64_t handshake_timeout_ms) {
  if (phase_ != Phase::Idle) return;  // one connection each
  versions_ = std::move(versions);
  handshake_timeout_ms_ = handshake_timeout_ms;
  phase_ = Phase::Connecting;
  int error = connection_.begin_connect(address, port, options_.socket);
  if (error == 0) {
    error = -uv_poll_init_socket(loop_, &poll_, connection_.fd());
    if (error == 0) {
      poll_.data = this;
      has_poll_ = true;
      ++open_handles_;
    }
  }
  if (error != 0) {
    // Never from inside the caller's stack: the failure arrives like every other, through the ring.
    if (const ReaderLock::Held held = connection_.reader_lock().try_take())
      connection_.stream().end(CloseReason::Refused, error, {});
    uv_async_send(&wake_);
    return;
  }
  want_events();
  uv_timer_start(
      &timer_, [](uv_timer_t* h) { owner(h)->on_timeout(); }, connect_timeout_ms, 0);
}

void LoopSession::want_events() {
  if (!has_poll_ || phase_ == Phase::Closed) return;
  int events = 0;
  const bool loop_reads = !connection_.stream().ended() &&
                          (phase_ == Phase::Handshaking ||
                           (phase_ == Phase::Open && options_.mode == ReadMode::Loop && !assisted_));
  if (loop_reads) events |= UV_READABLE;
  if (phase_ == Phase::Connecting || connection_.send_queue().has_unsent()) events |= UV_WRITABLE;
  if (events == 0) {
    uv_poll_stop(&poll_);
  } else {
    uv_poll_start(&poll_, events, [](uv_poll_t* h, int status, int got) { owner(h)->on_poll(status, got); });
  }
}

void LoopSession::on_poll(int status, int events) {
  if (phase_ == Phase::Connecting) return finish_connect();
  if (status < 0) return fail(CloseReason::SocketError, -status);
  if ((events & UV_WRITABLE) != 0) {
    if (const int error = connection_.send_queue().flush()) return fail(CloseReason::SocketError, error);
    want_events();
  }
  if ((events & UV_READABLE) != 0) read_on_loop();
}

void LoopSession::finish_connect() {
  if (const int error = connection_.finish_connect(versions_)) return fail(CloseReason::Refused, error);
  effective_ = connection_.effective();
  phase_ = Phase::Handshaking;
  want_events();
  uv_timer_start(
      &timer_, [](uv_timer_t* h) { owner(h)->on_timeout(); }, handshake_timeout_ms_, 0);
}

void LoopSession::on_timeout() {
  fail(phase_ == Phase::Connecting ? CloseReason::ConnectTimeout : CloseReason::HandshakeTimeout, ETIMEDOUT);
}

void LoopSession::opened() {
  uv_timer_stop(&timer_);
  phase_ = Phase::Open;
  const GuardDuty duty = options_.mode == ReadMode::Thread ? GuardDuty::Read : GuardDuty::Watch;
  want_events();
  if (options_.mode == ReadMode::Spin) spin();
  guard_.emplace(connection_, duty, options_.stall_micros, [this] { uv_async_send(&wake_); });
}

void LoopSession::read_on_loop() {
  if (guard_) guard_->loop_returned();
  Connection::Turn turn = Connection::Turn::Idle;
  bool handshaken = false;
  // If the lock is taken, the guard reads at this moment.
  if (const ReaderLock::Held held = connection_.reader_lock().try_take()) {
    turn = connection_.read_once();
    handshaken = connection_.stream().handshaken();
  }
  if (turn == Connection::Turn::Ended) {
    // libuv would call for an ended stream again and again until JavaScript closes it.
    if (has_poll_) uv_poll_stop(&poll_);
    uv_idle_stop(&spin_);
  }
  if (phase_ == Phase::Handshaking && handshaken) opened();
  full_reads_ = turn == Connection::Turn::Flood ? full_reads_ + 1 : 0;
  if (full_reads_ >= kFullReadsBeforeAssist && guard_ && !assisted_) {
    assisted_ = true;
    guard_->assist();
    uv_idle_stop(&spin_);
    want_events();
  }
  if (!pump()) return;
  // What waited for the room that JavaScript has just made comes in a turn of its own: timers and other
  // sockets have theirs in between, however fast the gateway sends.
  if (connection_.stream().wants_room()) uv_async_send(&wake_);
}

void LoopSession::spin() {
  // libuv runs idle handles once per turn and does not sleep while one is active.
  uv_idle_start(&spin_, [](uv_idle_t* h) { owner(h)->read_on_loop(); });
}

void LoopSession::on_wake() {
  if (guard_) guard_->loop_returned();
  if (!pump()) return;
  if (assisted_ && guard_ && !guard_->assisting()) {
    assisted_ = false;
    full_reads_ = 0;
    if (options_.mode == ReadMode::Spin && !connection_.stream().ended()) spin();
    want_events();
  }
  if (!connection_.stream().wants_room()) return;
  if (assisted_ && !connection_.stream().ended()) {
    if (guard_) guard_->drained();
    return;
  }
  // A thread that has read the end of the stream is gone: what waits outside the ring is then the loop's.
  if (options_.mode != ReadMode::Thread || connection_.stream().ended()) {
    read_on_loop();
  } else if (guard_) {
    guard_->drained();
  }
}

bool LoopSession::pump() {
  // A listener may turn the loop's inner wheels (nested close, send): one pump at a time.
  if (!pumping_ && phase_ != Phase::Closed && connection_.stream().channel().ring().has_unread()) {
    pumping_ = true;
    pump_();
    pumping_ = false;
  }
  return phase_ != Phase::Closed;
}

Sent LoopSession::send(std::string_view payload) {
  if (phase_ != Phase::Open) return Sent::No;
  const SendResult result = connection_.send_queue().send(payload);
  if (result.error == EMSGSIZE) return Sent::BadSize;
  if (result.error != 0)
    fail(result.error == ENOBUFS ? CloseReason::SendOverflow : CloseReason::SocketError, result.error);
  switch (result.disposition) {
    case Disposition::Unsent:
      return Sent::No;
    case Disposition::Written:
      return Sent::Whole;
    case Disposition::Queued:
      break;
  }
  want_events();
  return Sent::Queued;
}

void LoopSession::fail(CloseReason reason, int error) {
  uv_timer_stop(&timer_);
  if (has_poll_) uv_poll_stop(&poll_);
  uv_idle_stop(&spin_);
  connection_.shut_down();
  assisted_ = false;
  guard_.reset();  // joined: the lock is free, unless we are called from inside a pump that holds nothing
  if (const ReaderLock::Held held = connection_.reader_lock().try_take())
    connection_.stream().end(reason, error, {});
  uv_async_send(&wake_);  // the Closed record is read in a turn of its own, never inside a caller's send()
}

void LoopSession::close() {
  if (phase_ == Phase::Closed) return;
  phase_ = Phase::Closed;
  connection_.shut_down();
  guard_.reset();
  const auto closed = [](uv_handle_t* h) { owner(h)->handle_closed(); };
  if (has_poll_) uv_close(base(&poll_), closed);
  uv_close(base(&wake_), closed);
  uv_close(base(&timer_), closed);
  uv_close(base(&spin_), closed);
}

void LoopSession::handle_closed() {
  if (--open_handles_ > 0) return;
  connection_.close_socket();  // not earlier: libuv must have let go of the descriptor
  const std::shared_ptr<LoopSession> last = std::move(alive_);
  on_finished_();
}

}  // namespace ibkr::addon
