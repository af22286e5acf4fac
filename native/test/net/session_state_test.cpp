#include "net/session_state.hpp"

#include "check.hpp"

namespace {

using namespace ibkr;
using S = SessionState;
using E = SessionEvent;

constexpr S kStates[] = {S::Idle,     S::Connecting, S::Handshaking, S::Open,
                         S::Draining, S::Ended,      S::Closing,     S::Closed};
constexpr E kEvents[] = {E::ConnectBegun, E::ConnectFailed, E::Connected,   E::Handshaken,
                         E::Failed,       E::StreamEnded,   E::CloseCalled, E::AllReleased};

TEST("a session comes up, streams, ends and is closed") {
  S state = S::Idle;
  const std::pair<E, S> way[] = {{E::ConnectBegun, S::Connecting}, {E::Connected, S::Handshaking},
                                 {E::Handshaken, S::Open},         {E::StreamEnded, S::Ended},
                                 {E::CloseCalled, S::Closing},     {E::AllReleased, S::Closed}};
  for (const auto& [event, wanted] : way) {
    state = next(state, event);
    CHECK(state == wanted);
  }
}

TEST("whatever fails, what has arrived is read first") {
  for (const S alive : {S::Connecting, S::Handshaking, S::Open}) {
    CHECK(next(alive, E::Failed) == S::Draining);
    CHECK(next(next(alive, E::Failed), E::StreamEnded) == S::Ended);
  }
  // Nothing but the end of the stream, or JavaScript, ends the draining: not a second failure, not a late
  // time-out.
  for (const E event : kEvents) {
    const S then = next(S::Draining, event);
    const bool leaves = event == E::StreamEnded || event == E::CloseCalled;
    CHECK((then != S::Draining) == leaves);
  }
}

TEST("JavaScript may close at any moment, and nothing is delivered after that") {
  for (const S state : kStates) {
    if (state == S::Closed) continue;
    const S closing = next(state, E::CloseCalled);
    CHECK(closing == S::Closing);
    for (const E event : kEvents) {
      const S then = next(closing, event);
      CHECK(then == S::Closing || (then == S::Closed && event == E::AllReleased));
    }
  }
  for (const E event : kEvents) CHECK(next(S::Closed, event) == S::Closed);
}

TEST("no event leads back") {
  for (const S state : kStates) {
    for (const E event : kEvents) CHECK(next(state, event) >= state);
  }
}

}  // namespace
