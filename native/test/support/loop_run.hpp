// A session on an event loop against a gateway that does what bytes say: pieces of frames, stalls, resets,
// ends.
#pragma once

#include <linux/sockios.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "loop_session.hpp"
#include "support/input.hpp"
#include "support/loopback.hpp"
#include "support/ring_reader.hpp"

namespace ibkr::test {

/// One connection from connect() to the last handle. Empty: every tick that the gateway sent whole was
/// delivered once and in order (or counted as dropped), the end was told once and with its true errno, and
/// nothing is left.
class LoopRun {
 public:
  explicit LoopRun(std::string_view input)
      : input_{input},
        how_(input_.byte()),
        policy_(static_cast<FullPolicy>(how_ / 3 % 3)),
        memory_(capacity()) {
    addon::LoopOptions options;
    options.mode = static_cast<addon::ReadMode>(how_ % 3);
    options.policy = policy_;
    options.stall_micros = 50;
    options.socket.send_buffer = 1 << 12;     // and the gateway's is as small: a few frames fill both
    options.socket.receive_buffer = 1 << 20;  // all that is ever sent: a reset takes nothing back
    session_ = std::make_shared<addon::LoopSession>(
        loop_, options, memory_.ring(), [this] { pump(); }, [this] { finished_ = true; });
    reader_ = std::make_unique<RingReader>(memory_, &stream().channel().spill());
  }

  std::string run() {
    if (!listener_.good() || session_->start() != 0) return "no listener, or no handles";
    session_->connect("127.0.0.1", listener_.port(), "v100..193", 60'000, 60'000);
    peer_ = Peer(listener_.accept());
    until([&] { return session_->state() == SessionState::Handshaking; });
    out_ = text_frame("176|20260824 22:27:46 CET|");
    while (!input_.empty() && problem_.empty()) step();
    finish();
    session_->close();
    session_->close();
    until([&] { return finished_; });
    if (!finished_) std::abort();  // the loop still holds what would be freed now
    bool left = false;
    uv_walk(
        loop_, [](uv_handle_t*, void* any) { *static_cast<bool*>(any) = true; }, &left);
    if (left && problem_.empty()) problem_ = "a handle is left";
    if (problem_.empty() && session_.use_count() != 1) problem_ = "the session is still held";
    return problem_;
  }

 private:
  static constexpr std::size_t kMostSent = 12u << 10;

  // One loop for all runs: each leaves it as it found it, and making it costs as much as a run. A listener
  // serves some: the ports of connections that have just ended are not to be had again at once.
  static uv_loop_t* shared_loop() {
    static uv_loop_t loop;
    static const int error = uv_loop_init(&loop);
    return error == 0 ? &loop : nullptr;
  }
  static Listener& shared_listener() {
    static std::unique_ptr<Listener> listener;
    static int served = 0;
    if (listener == nullptr || ++served % 32 == 0) {
      listener = std::make_unique<Listener>();
      listener->set_receive_buffer(1 << 12);
    }
    return *listener;
  }

  StreamReader& stream() { return session_->connection().stream(); }
  std::uint32_t capacity() const { return how_ >= 128 ? 64u : 256u; }

  void step() {
    const std::uint8_t what = input_.byte();
    const std::size_t n = what / 16;
    switch (what % 16) {
      case 0:  // the gateway falls silent, and the program is busy elsewhere: the guard's time
        busy_elsewhere(std::chrono::microseconds(40 * n));
        break;
      case 1:
      case 2:
        for (std::size_t i = 0; i <= n; ++i) uv_run(loop_, UV_RUN_NOWAIT);
        break;
      case 3:
        client_sends(n, 5);
        break;
      case 4:
        if (!ended()) ::recv(peer_.fd(), scrap_, sizeof scrap_, MSG_DONTWAIT);
        break;
      case 5:
        if (n == 0) end_of_stream();
        break;
      case 6:
        if (n == 0) reset();
        break;
      case 7:
        if (n == 0) session_->close(), closed_ = true;
        break;
      case 8:
        if (n == 0) bad_length();
        break;
      case 9:
        if (session_->connection().send_queue().unsent_bytes() < (1u << 17)) client_sends(1, n * 2'000 + 1);
        break;
      case 10:
        make_ticks(n * n);
        gateway_sends(out_.size());
        break;
      case 11:
        out_ += framed("9" + std::string(n * 40 + 1, '\0'));
        gateway_sends(out_.size());
        break;
      default:  // some bytes, wherever that cuts a frame
        make_ticks(n);
        gateway_sends(input_.byte());
    }
    if (wrong_) problem_ = "a tick that is not the next";
    if (!reader_->broken().empty()) problem_ = reader_->broken();
  }

  /// The guard may read meanwhile; once it has, waiting longer shows nothing more.
  void busy_elsewhere(std::chrono::microseconds most) {
    const auto until = std::chrono::steady_clock::now() + most;
    int unread = 1;
    while (std::chrono::steady_clock::now() < until &&
           ::ioctl(session_->connection().fd(), FIONREAD, &unread) == 0 && unread > 0)
      std::this_thread::sleep_for(std::chrono::microseconds(20));
  }

  void make_ticks(std::size_t count) {
    if (ended() || out_.size() + sent_ > kMostSent) return;
    for (; count > 0; --count) {
      // "2|6|number|0|number|", as text_frame() would make it: there are hundreds in a run.
      const std::string number = std::to_string(tick_ends_.size());
      char length[kFrameHeader];
      write_be32(length, static_cast<std::uint32_t>(8 + 2 * number.size()));
      out_.append(length, kFrameHeader).append("2\0006\0", 4).append(number).append("\0000\0", 3);
      out_.append(number).append("\0", 1);
      tick_ends_.push_back(sent_ + out_.size());
    }
  }
  void gateway_sends(std::size_t count) {
    if (ended()) return;
    const std::string_view piece = std::string_view(out_).substr(0, count);
    if (!peer_.send(piece) && !closed_) problem_ = "the gateway could not send";
    sent_ += piece.size();
    out_.erase(0, piece.size());
  }
  std::uint64_t whole_ticks() const {
    return static_cast<std::uint64_t>(std::upper_bound(tick_ends_.begin(), tick_ends_.end(), sent_) -
                                      tick_ends_.begin());
  }
  void client_sends(std::size_t count, std::size_t size) {
    client_sent_ |= count > 0;
    static const std::string ones(30'001, '1');
    for (; count > 0; --count) session_->send(std::string_view(ones).substr(0, size));
  }
  bool ended() const { return fin_ || reset_ || bad_; }
  void end_of_stream() {
    if (ended()) return;
    fin_ = true;
    ::shutdown(peer_.fd(), SHUT_WR);
  }
  void reset() {
    if (ended()) return;
    reset_ = true;
    // What the gateway's system had not sent goes with it.
    int unsent = 0;
    certain_ = ::ioctl(peer_.fd(), SIOCOUTQNSD, &unsent) == 0 && unsent == 0;
    peer_.abort();
  }
  /// Behind half a frame it is that frame's content instead.
  void bad_length() {
    if (ended()) return;
    gateway_sends(out_.size());
    if (!problem_.empty()) return;
    bad_ = true;
    peer_.send(std::string_view("\0\0\0\0", 4));
  }

  void finish() {
    if (!ended() && (how_ & 64) != 0)
      reset();
    else
      end_of_stream();
    if (closed_ || !problem_.empty()) return;
    until([&] { return closings_ > 0; });
    if (!problem_.empty()) return;
    const std::uint64_t dropped = stream().channel().counters().dropped.load();
    if (policy_ != FullPolicy::DropOldest && dropped != 0) problem_ = "ticks were dropped";
    if (certain_ ? ticks_ + dropped != whole_ticks() : ticks_ + dropped > whole_ticks())
      problem_ = std::to_string(ticks_) + " ticks of " + std::to_string(whole_ticks()) + " arrived";
    if (wrong_) problem_ = "a tick that is not the next";
    if (closings_ != 1) problem_ = "the end was told more than once";
    const bool told = bad_     ? reason_ == CloseReason::BadLength
                      : reset_ ? reason_ == CloseReason::SocketError &&
                                     (error_ == ECONNRESET || (client_sent_ && error_ == EPIPE))
                               : reason_ == CloseReason::EndOfStream && error_ == 0;
    if (!told && problem_.empty())
      problem_ = "ended with reason " + std::to_string(static_cast<int>(reason_)) + ", errno " +
                 std::to_string(error_);
  }

  template <typename Done>
  void until(Done done) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::milliseconds(kForever);
    for (bool first = true; !done(); first = false) {
      if (std::chrono::steady_clock::now() > limit) {
        problem_ = "it never comes: state " + std::to_string(static_cast<int>(session_->state())) + ", " +
                   std::to_string(ticks_) + " ticks";
        return;
      }
      // Sleeps where the loop would, but not for ever: a wake-up that was lost is a finding of ours.
      if (!first && uv_backend_timeout(loop_) != 0) ready(uv_backend_fd(loop_), POLLIN, 1);
      uv_run(loop_, UV_RUN_NOWAIT);
    }
  }

  void pump() {
    reader_->visit([&](const Record& record) {
      if (record.kind == RecordKind::TickSize) {
        const auto tick = static_cast<std::uint32_t>(record.req_id);
        if (policy_ == FullPolicy::DropOldest ? tick < next_ : tick != next_) wrong_ = true;
        next_ = tick + 1;
        ++ticks_;
      }
      if (record.kind == RecordKind::Cold && (record.flags & kFlagSpilled) != 0)
        stream().channel().spill().pop();
      if (record.kind != RecordKind::Closed) return;
      ++closings_;
      reason_ = static_cast<CloseReason>(record.field);
      error_ = record.req_id;
    });
  }

  Input input_;
  std::uint8_t how_;
  FullPolicy policy_;
  Listener& listener_ = shared_listener();
  uv_loop_t* loop_ = shared_loop();
  RingMemory memory_;
  std::shared_ptr<addon::LoopSession> session_;
  std::unique_ptr<RingReader> reader_;
  Peer peer_;
  std::string out_;  // of the gateway, not yet sent
  std::size_t sent_ = 0;
  std::vector<std::size_t> tick_ends_;  // where they end in the stream
  bool fin_ = false, reset_ = false, bad_ = false, closed_ = false, client_sent_ = false, certain_ = true;
  char scrap_[4096];
  // What the consumer saw:
  std::uint32_t ticks_ = 0, next_ = 0;
  int closings_ = 0;
  CloseReason reason_{};
  int error_ = 0;
  bool wrong_ = false, finished_ = false;
  std::string problem_;
};

}  // namespace ibkr::test
