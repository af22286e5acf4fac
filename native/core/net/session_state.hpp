// The life of one session on an event loop, as a table: what happens to it, and where that leads.
#pragma once

#include <cstdint>

namespace ibkr {

enum class SessionState : std::uint8_t {
  Idle,
  Connecting,   ///< the socket is not connected yet
  Handshaking,  ///< the versions offered have been sent, the answer has not come
  Open,
  Draining,  ///< the connection is lost or given up: what the system still has is read and delivered
  Ended,     ///< a Closed record stands in the ring, JavaScript has yet to close
  Closing,   ///< JavaScript has closed: nothing is delivered any more, thread and handles are ending
  Closed,
};

enum class SessionEvent : std::uint8_t {
  ConnectBegun,
  ConnectFailed,  ///< before there was a socket to read from
  Connected,
  Handshaken,
  Failed,       ///< a send, a time-out, the socket: nothing more can be sent
  StreamEnded,  ///< a Closed record was written
  CloseCalled,
  AllReleased,  ///< the thread has ended and the last handle is closed
};

/// Where an event leads; the same state where it means nothing there (a late time-out, a second failure).
constexpr SessionState next(SessionState state, SessionEvent event) {
  using S = SessionState;
  const bool alive = state == S::Connecting || state == S::Handshaking || state == S::Open;
  switch (event) {
    case SessionEvent::ConnectBegun:
      return state == S::Idle ? S::Connecting : state;
    case SessionEvent::ConnectFailed:
      return state == S::Idle ? S::Ended : state;
    case SessionEvent::Connected:
      return state == S::Connecting ? S::Handshaking : state;
    case SessionEvent::Handshaken:
      return state == S::Handshaking ? S::Open : state;
    case SessionEvent::Failed:
      return alive ? S::Draining : state;
    case SessionEvent::StreamEnded:
      return alive || state == S::Draining ? S::Ended : state;
    case SessionEvent::CloseCalled:
      return state == S::Closed ? state : S::Closing;
    case SessionEvent::AllReleased:
      return state == S::Closing ? S::Closed : state;
  }
  return state;
}

}  // namespace ibkr
