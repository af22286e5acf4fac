// Live mode: ticks on a schedule, each with its send time as its price, and orders stamped on arrival.
#pragma once

#include <poll.h>

#include <vector>

#include "clock.hpp"
#include "peer.hpp"
#include "percentiles.hpp"
#include "replies.hpp"
#include "stamp.hpp"

namespace bench {

struct LiveOptions {
  int symbols;
  int64_t ticks;          ///< to send, 0 for no end
  double rate;            ///< ticks per second, 0 for none
  int64_t orders_warmup;  ///< orders at the beginning that are answered and not measured
  bool from_tick;         ///< an order's latency is from the newest tick, not from the stamp in its price
  bool spin;              ///< poll without sleeping: exact arrival stamps at the price of a core
};

class Live {
 public:
  Live(Peer& peer, const Replies& replies, bool protobuf, const LiveOptions& o)
      : peer_(peer), replies_(replies), protobuf_(protobuf), o_(o) {
    order_latency_.reserve(1 << 16);
  }

  void run() {
    while (read_requests()) {
      if (ticking() && now_ns() >= due_)
        send_tick();
      else
        wait();
    }
    report();
  }

 private:
  bool ticking() const { return due_ && (!o_.ticks || sent_ < o_.ticks); }

  /// False when the client has closed.
  bool read_requests() {
    // Between two ticks of a schedule nobody measures requests, so a spinning feed need not ask the kernel
    // each turn.
    if (o_.spin && ticking() && order_count_ == 0 && o_.ticks && (++turn_ & 63)) return true;
    Request r;
    for (;;) {
      switch (peer_.next(protobuf_, false, r)) {
        case Peer::Read::kClosed:
          return false;
        case Peer::Read::kNothing:
          return true;
        case Peer::Read::kFrame:
          break;
      }
      if (r.kind == RequestKind::kPlaceOrder) {
        take_order(r, now_ns());
      } else if (r.kind == RequestKind::kMarketData && int(ids_.size()) < o_.symbols) {
        ids_.push_back(r.id);
        if (int(ids_.size()) == o_.symbols && o_.rate > 0) due_ = now_ns() + kSettleNs;
      }
    }
  }

  void take_order(const Request& r, int64_t arrived) {
    // The first now_ns() after the recv that brought the frame; decoding it came between, 0.1 µs.
    if (order_count_++ >= o_.orders_warmup)
      order_latency_.push_back(double(arrived) / 1e3 - (o_.from_tick ? tick_us_ : r.limit));
    out_.clear();
    replies_.order_status(out_, r.id, "Submitted", 1'000'000 + r.id);
    send_counted();
  }

  void send_tick() {
    constexpr int kFields[] = {1, 2, 4};
    out_.clear();
    int64_t now = now_ns();
    lateness_ = std::max(lateness_, now - due_);
    Stamp stamp(now);
    tick_us_ = stamp.value();
    replies_.tick_price(out_, ids_[size_t(sent_) % ids_.size()], kFields[sent_ % 3], stamp.text(),
                        stamp.value(), "100", 1);
    ++sent_;
    due_ += int64_t(1e9 / o_.rate);
    if (o_.ticks && sent_ == o_.ticks) replies_.tick_snapshot_end(out_, ids_[0]);
    send_counted();
  }

  /// Sends `out_`; a full socket is counted, and the time until it takes bytes again.
  void send_counted() {
    const char* p = out_.data();
    size_t n = out_.size();
    while (n) {
      ssize_t k = send(peer_.fd(), p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (k >= 0) {
        p += k;
        n -= size_t(k);
      } else if (errno == EAGAIN) {
        ++eagain_;
        int64_t start = now_ns();
        pollfd f{peer_.fd(), POLLOUT, 0};
        poll(&f, 1, 1000);
        blocked_ns_ += now_ns() - start;
      } else if (errno != EINTR) {
        return;  // the next recv sees the end
      }
    }
  }

  void wait() {
    if (o_.spin) {
      cpu_relax();
      return;
    }
    int64_t left = ticking() ? due_ - now_ns() : 100'000'000;
    if (left <= 0) return;
    timespec t{time_t(left / 1'000'000'000), long(left % 1'000'000'000)};
    pollfd f{peer_.fd(), POLLIN, 0};
    ppoll(&f, 1, &t, nullptr);
  }

  void report() {
    printf("{\"sent\":%ld,\"eagain\":%ld,\"blockedMicros\":%.1f,\"maxLateMicros\":%.1f,\"orders\":%ld,",
           long(sent_), long(eagain_), double(blocked_ns_) / 1e3, double(lateness_) / 1e3,
           long(order_count_));
    print_percentiles("orderMicros", order_latency_);
    printf("}\n");
  }

  static constexpr int64_t kSettleNs = 50'000'000;

  Peer& peer_;
  const Replies& replies_;
  bool protobuf_;
  LiveOptions o_;
  std::vector<int> ids_;
  std::vector<double> order_latency_;
  std::string out_;
  int64_t due_ = 0, sent_ = 0, order_count_ = 0, eagain_ = 0, blocked_ns_ = 0, lateness_ = 0;
  double tick_us_ = 0;
  unsigned turn_ = 0;
};

}  // namespace bench
