// A session whose bytes somebody else carries: no socket, no guard, and everything on the loop's thread.
#include "loop_session.hpp"

namespace ibkr::addon {

void LoopSession::open(std::string versions, std::uint64_t handshake_timeout_ms) {
  if (state_ != SessionState::Idle || !fed_) return;
  advance(SessionEvent::ConnectBegun);
  if (const int error = connection_.greet(versions)) return fail(CloseReason::SocketError, error);
  start_timer(handshake_timeout_ms);
  advance(SessionEvent::Connected);
}

bool LoopSession::feed(std::string_view bytes) {
  if (!fed_ || state_ >= SessionState::Ended) return true;
  fed_->feed(bytes, monotonic_micros());
  read_turn();
  const bool is_read = fed_->keep();
  owes_more_ = !is_read;
  return is_read;
}

void LoopSession::feed_end(int error) {
  if (!fed_ || state_ >= SessionState::Ended) return;
  fed_->end(error);
  // What a full ring holds up comes first, in turns of its own.
  if (state_ == SessionState::Handshaking || state_ == SessionState::Open) read_turn();
}

bool LoopSession::delivered() {
  if (!fed_) return true;
  fed_->delivered();
  if (state_ != SessionState::Open) return true;
  if (const int error = connection_.send_queue().flush()) {
    fail(CloseReason::SocketError, error);
    return true;
  }
  return fed_->confirmed() && !connection_.send_queue().has_unsent();
}

void LoopSession::ask_for_more() {
  if (!owes_more_ || fed_->unread_bytes() > 0 || state_ > SessionState::Open) return;
  owes_more_ = false;
  wants_more_();
}

}  // namespace ibkr::addon
