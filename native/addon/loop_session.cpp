#include "loop_session.hpp"

#include <cerrno>

namespace ibkr::addon {

namespace {
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
                         std::function<void()> on_finished, std::optional<Carrier> carrier)
    : loop_(loop),
      options_(options),
      fed_(carrier ? std::optional<FedStream>(std::in_place, std::move(carrier->carry)) : std::nullopt),
      wants_more_(carrier ? std::move(carrier->wants_more) : nullptr),
      connection_(ring, options.policy, fed_ ? &*fed_ : nullptr),
      pump_(std::move(pump)),
      on_finished_(std::move(on_finished)) {
  if (fed_) options_.mode = ReadMode::Loop;
}

int LoopSession::start() {
  // The only one of the three that can fail: it may need a descriptor.
  if (const int error = uv_async_init(loop_, &wake_, [](uv_async_t* h) { owner(h)->on_wake(); }))
    return error;
  uv_timer_init(loop_, &timer_);
  uv_timer_init(loop_, &batching_.timer());
  uv_idle_init(loop_, &spin_);
  wake_.data = timer_.data = batching_.timer().data = spin_.data = this;
  open_handles_ = 4;
  alive_ = shared_from_this();
  return 0;
}

// --- what happens ------------------------------------------------------------------------------------------

void LoopSession::advance(SessionEvent event) {
  const SessionState before = state_;
  state_ = next(before, event);
  if (state_ != before) entered(state_);
}

void LoopSession::entered(SessionState state) {
  if (state != SessionState::Open) {
    batching_.end();
    // acq_rel: as in pump().
    held_.exchange(false, std::memory_order_acq_rel);
  }
  switch (state) {
    case SessionState::Idle:
    case SessionState::Closed:
      break;
    case SessionState::Connecting:
    case SessionState::Handshaking:
      watch_socket();
      break;
    case SessionState::Open:
      uv_timer_stop(&timer_);
      start_guard();
      watch_socket();
      batching_.begin();
      break;
    case SessionState::Draining:
    case SessionState::Ended:
      // libuv would call for an ended stream again and again; what is left is read in turns of our own.
      uv_timer_stop(&timer_);
      spin(false);
      watch_socket();
      if (guard_) guard_->stop();
      wake();  // never inside a caller's send()
      break;
    case SessionState::Closing:
      spin(false);
      connection_.shut_down();
      if (fed_) fed_->close();
      if (guard_) guard_->stop();
      for (uv_handle_t* const handle : {base(&timer_), base(&batching_.timer()), base(&spin_)})
        uv_close(handle, [](uv_handle_t* h) { owner(h)->handle_closed(); });
      if (has_poll_) uv_close(base(&poll_), [](uv_handle_t* h) { owner(h)->handle_closed(); });
      release();
      break;
  }
}

void LoopSession::connect(const std::string& address, std::uint16_t port, std::string versions,
                          std::uint64_t connect_timeout_ms, std::uint64_t handshake_timeout_ms) {
  if (state_ != SessionState::Idle) return;  // one connection each
  versions_ = std::move(versions);
  handshake_timeout_ms_ = handshake_timeout_ms;
  int error = connection_.begin_connect(address, port, options_.socket);
  if (error == 0) error = -uv_poll_init_socket(loop_, &poll_, connection_.fd());
  if (error != 0) {
    // Never from inside the caller's stack: the failure arrives like every other, through the ring.
    if (const ReaderLock::Held held = connection_.reader_lock().try_take())
      connection_.stream().end(CloseReason::Refused, error, {});
    advance(SessionEvent::ConnectFailed);
    return;
  }
  poll_.data = this;
  has_poll_ = true;
  ++open_handles_;
  start_timer(connect_timeout_ms);
  advance(SessionEvent::ConnectBegun);
}

void LoopSession::finish_connect() {
  if (const int error = connection_.finish_connect(versions_)) return fail(CloseReason::Refused, error);
  effective_ = connection_.effective();
  start_timer(handshake_timeout_ms_);
  advance(SessionEvent::Connected);
}

void LoopSession::on_poll(int status, int events) {
  if (state_ == SessionState::Connecting) return finish_connect();
  // libuv says EBADF for every POLLERR. The true errno is the socket's last word, behind the bytes it still
  // has.
  if (status < 0) return fail(CloseReason::SocketError, 0);
  if ((events & UV_WRITABLE) != 0) {
    if (const int error = connection_.send_queue().flush()) return fail(CloseReason::SocketError, error);
    watch_socket();
  }
  if ((events & UV_READABLE) != 0) read_turn();
}

void LoopSession::start_timer(std::uint64_t timeout_ms) {
  last_look_taken_ = false;
  uv_update_time(
      loop_);  // the loop's time is that of its last turn: JavaScript may have worked for long since
  uv_timer_start(
      &timer_, [](uv_timer_t* h) { owner(h)->on_timeout(); }, timeout_ms, 0);
}

void LoopSession::on_timeout() {
  // Timers run before sockets are looked at: after a long stall the answer may be there already.
  if (!last_look_taken_) {
    last_look_taken_ = true;
    uv_timer_start(
        &timer_, [](uv_timer_t* h) { owner(h)->on_timeout(); }, 1, 0);
    return;
  }
  fail(state_ == SessionState::Connecting ? CloseReason::ConnectTimeout : CloseReason::HandshakeTimeout,
       ETIMEDOUT);
}

void LoopSession::start_guard() {
  if (fed_) return;  // it would have nothing to read from
  const GuardDuty duty = options_.mode == ReadMode::Thread ? GuardDuty::Read : GuardDuty::Watch;
  guard_.emplace(connection_, GuardOptions{duty, options_.stall_micros, options_.guard_nice}, [this] {
    // Where JavaScript leaves what there is, drained() wakes the loop. Not a load, and acq_rel: pump(), which
    // takes the hold away, finds what we have published, or we find that there is no hold.
    bool held = true;
    if (held_.compare_exchange_strong(held, true, std::memory_order_acq_rel)) return;
    if (batching_.is_due() || batching_.timer_is_late()) wake();
  });
  const int error = guard_->start();
  if (error == 0) {
    spin(options_.mode == ReadMode::Spin);
    return;
  }
  guard_.reset();
  if (options_.mode == ReadMode::Thread) return fail(CloseReason::NoThread, error);
  // The loop reads alone: nothing takes over while it is busy.
  if (const ReaderLock::Held held = connection_.reader_lock().try_take())
    connection_.stream().note(RecordKind::NoGuard, error);
  spin(options_.mode == ReadMode::Spin);
}

// --- reading -----------------------------------------------------------------------------------------------

void LoopSession::read_turn() {
  if (guard_) guard_->loop_returned();
  const std::optional<Connection::Turn> turn = read();
  if (owes_more_) ask_for_more();
  if (!pump_if_due()) return;
  // What waited for the room that JavaScript has just made, and the rest of a lost connection, come in turns
  // of their own: timers and other sockets have theirs in between, however fast the gateway sends.
  const bool more = connection_.stream().wants_room() || (turn && state_ == SessionState::Draining);
  if (more && !is_held()) wake();
}

std::optional<Connection::Turn> LoopSession::read() {
  Connection::Turn turn = Connection::Turn::Idle;
  bool handshaken = false;
  {
    const ReaderLock::Held held = connection_.reader_lock().try_take();
    if (!held) return std::nullopt;
    turn = state_ == SessionState::Draining ? connection_.read_rest(ending_) : read_some();
    handshaken = connection_.stream().handshaken();
  }
  if (handshaken) advance(SessionEvent::Handshaken);
  if (turn == Connection::Turn::Ended) advance(SessionEvent::StreamEnded);
  return turn;
}

Connection::Turn LoopSession::read_some() {
  Connection::Turn turn = connection_.read_once();
  // What was fed is at hand, and nothing calls for the rest of it.
  if (fed_)
    while (turn == Connection::Turn::More || (turn == Connection::Turn::Idle && fed_->readable()))
      turn = connection_.read_once();
  // Who waits for batches gains nothing from a turn of the loop for each piece of a backlog.
  for (int more = kReadsPerTurn; more > 1 && turn == Connection::Turn::More && batching_.holds(); --more)
    turn = connection_.read_once();
  return turn;
}

void LoopSession::on_wake() {
  if (state_ == SessionState::Closing) return release();
  if (guard_) guard_->loop_returned();
  // An order that the guard sent may have found the socket full.
  if (connection_.send_queue().has_unsent()) watch_socket();
  if (!pump_if_due() || is_held()) return;
  if (state_ == SessionState::Draining || state_ == SessionState::Ended) {
    // In Ended, what waits outside a full ring still moves up; a ring that is read empty needs no more turns.
    if (state_ == SessionState::Draining || connection_.stream().wants_room()) read_turn();
    return;
  }
  if (connection_.stream().ended()) return advance(SessionEvent::StreamEnded);  // the guard read it
  if (!connection_.stream().wants_room()) return;
  if (options_.mode == ReadMode::Thread) {
    if (guard_) guard_->drained();
  } else {
    read_turn();
  }
}

bool LoopSession::pump_if_due() {
  if (batching_.is_due()) {
    pump();
  } else if (batching_.is_over()) {
    // What comes no more often than batches do needs no timer: one wake-up brings and delivers it.
    on_batch_time();
  }
  if (state_ == SessionState::Open && !is_held() && batching_.timer_is_late()) {
    batching_.arm([](uv_timer_t* h) {
      owner(h)->batching_.disarm();
      owner(h)->on_batch_time();
      owner(h)->pump_if_due();
    });
  }
  return state_ < SessionState::Closing;
}

void LoopSession::set_batching(std::uint64_t batch_ms, std::uint64_t flush_ms) {
  batching_.set_periods(batch_ms, flush_ms);
  if (state_ != SessionState::Open) return;
  batching_.begin();
  drained();  // what was held back until now
}

// Only here, so that nothing is flushed while JavaScript is busy: what it gets then is the newest.
void LoopSession::on_batch_time() {
  // The guard, if it has the lock, sees that it is due with the wish.
  if (batching_.next() && connection_.wish(Connection::Wish::Flush)) pump();
}

void LoopSession::take_desk_commands() {
  // What waited under an older treatment may be in the ring now, and nothing else may come. Never inside the
  // caller's treat().
  if (connection_.wish(Connection::Wish::Commands) && state_ == SessionState::Open &&
      connection_.stream().channel().ring().has_unread())
    wake();
}

void LoopSession::drained() {
  if (connection_.stream().channel().ring().has_unread()) batching_.hurry();
  wake();
}

bool LoopSession::pump() {
  bool held = false;
  // A listener may turn the loop's inner wheels (nested close, send): one pump at a time.
  if (!pumping_ && state_ < SessionState::Closing && connection_.stream().channel().ring().has_unread()) {
    pumping_ = true;
    batching_.delivered();
    Ring& ring = connection_.stream().channel().ring();
    const std::uint32_t before = ring.read_index();
    pump_();
    pumping_ = false;
    // Somebody holds what is there: drained() will say when to go on.
    held = ring.read_index() == before && ring.has_unread();
  }
  if (held || is_held()) {
    held_.exchange(held, std::memory_order_acq_rel);  // acq_rel: pairs with the guard's wake
    watch_socket();     // also where it was held before: the ring may have become full meanwhile
    if (!held) wake();  // for what the guard has read and not told
  }
  return state_ < SessionState::Closing;
}

void LoopSession::spin(bool on) {
  if (!on) {
    uv_idle_stop(&spin_);
    return;
  }
  // libuv runs idle handles once per turn and does not sleep while one is active.
  uv_idle_start(&spin_, [](uv_idle_t* h) { owner(h)->read_turn(); });
}

void LoopSession::watch_socket() {
  if (!has_poll_ || state_ >= SessionState::Closing) return;
  int events = 0;
  const bool open = state_ == SessionState::Open;
  // libuv would call again and again for what a full ring that is held has no room for.
  const bool reads =
      open && options_.mode == ReadMode::Loop && !(is_held() && connection_.stream().blocked());
  if (state_ == SessionState::Handshaking || reads) events |= UV_READABLE;
  if (state_ == SessionState::Connecting || (open && connection_.send_queue().has_unsent()))
    events |= UV_WRITABLE;
  if (events == 0) {
    uv_poll_stop(&poll_);
  } else {
    uv_poll_start(&poll_, events, [](uv_poll_t* h, int status, int got) { owner(h)->on_poll(status, got); });
  }
}

// --- sending and ending ------------------------------------------------------------------------------------

Sent LoopSession::send(std::string_view payload) {
  if (state_ != SessionState::Open) return Sent::No;
  if (risk_ != nullptr) {
    switch (risk_->judge_plain(payload)) {
      case RiskGate::Plain::Passes:
        break;
      case RiskGate::Plain::Denied:
        return Sent::Denied;
      case RiskGate::Plain::IsOrder: {
        double written_micros = 0;
        const OutgoingOrder order{.id = risk_->order_id_of(payload).value_or(-1), .payload = payload};
        return send_order(order, written_micros, false);
      }
    }
  }
  return settle(connection_.send_queue().send(payload));
}

Sent LoopSession::send_order(const OutgoingOrder& order, double& written_micros, bool is_gated) {
  if (state_ != SessionState::Open) return Sent::No;
  const OrderSent sent = is_gated ? outlet_.send(order) : outlet_.send_past_gate(order);
  written_micros = sent.written_micros;
  return settle(sent);
}

Sent LoopSession::settle(const OrderSent& sent) {
  switch (sent.outcome) {
    case OrderOutcome::Sent:
      break;
    case OrderOutcome::Denied:
      return Sent::Denied;
    case OrderOutcome::Overtaken:
      return Sent::Overtaken;
    case OrderOutcome::NoNumber:
      return Sent::No;
    case OrderOutcome::NoFrame:
      return Sent::TakeGeneralPath;
  }
  return settle(sent.result);
}

Sent LoopSession::settle(const SendResult& result) {
  if (result.error == EMSGSIZE) return Sent::BadSize;
  if (result.error == EPERM) return Sent::ReadOnly;
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
  watch_socket();
  return Sent::Queued;
}

void LoopSession::fail(CloseReason reason, int error) {
  if (state_ >= SessionState::Draining) return;  // the first cause counts
  ending_ = {reason, error};
  advance(SessionEvent::Failed);
}

void LoopSession::close() {
  if (open_handles_ > 0) advance(SessionEvent::CloseCalled);
}

void LoopSession::release() {
  if (guard_) {
    past_takeovers_ = guard_->takeovers();
    past_guard_reads_ = guard_->reads();
    if (!guard_->try_join()) {
      // It wakes us when it ends; after that only its last instructions are missing.
      if (guard_->finished()) wake();
      return;
    }
    guard_.reset();
  }
  if (uv_is_closing(base(&wake_)) == 0)
    uv_close(base(&wake_), [](uv_handle_t* h) { owner(h)->handle_closed(); });
}

void LoopSession::handle_closed() {
  if (--open_handles_ > 0) return;
  connection_.close_socket();  // not earlier: thread and libuv must have let go of the descriptor
  advance(SessionEvent::AllReleased);
  const std::shared_ptr<LoopSession> last = std::move(alive_);
  on_finished_();
}

}  // namespace ibkr::addon
