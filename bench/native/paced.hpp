// Stream mode: ticks of many symbols on one or several connections at a total rate, each with the moment at
// which it was due. Stamps are those of the schedule, not of the sending: a feed that is held up does not
// hide it.
#pragma once

#include <poll.h>

#include <memory>
#include <vector>

#include "clock.hpp"
#include "peer.hpp"
#include "percentiles.hpp"
#include "replies.hpp"
#include "tick_cycle.hpp"

namespace bench {

struct PacedOptions {
  int symbols;        ///< in all
  int64_t ticks;      ///< in all
  double rate;        ///< ticks per second in all
  double quantum_us;  ///< time between two sendings on one connection; the connections take turns in it
  double settle_ms;   ///< from the last subscription to the first tick
  uint32_t seed;
};

/// One connection of a paced feed.
struct PacedLine {
  std::unique_ptr<Peer> peer;
  std::vector<int> ids;
  std::unique_ptr<TickCycle> cycle;
  int64_t target = 0;  ///< ticks to send
  int64_t sent = 0;
  bool open = true;
};

class Paced {
 public:
  Paced(std::vector<std::unique_ptr<Peer>> peers, const Replies& replies, bool protobuf, int64_t epoch_ns,
        const PacedOptions& o)
      : replies_(replies), protobuf_(protobuf), epoch_ns_(epoch_ns), o_(o) {
    for (auto& peer : peers) {
      lines_.emplace_back();
      lines_.back().peer = std::move(peer);
    }
  }

  /// False when a client went away before the ticks began.
  bool run() {
    if (!read_subscriptions()) return false;
    auto count = int64_t(lines_.size());
    for (int64_t i = 0; i < count; ++i) {
      PacedLine& line = lines_[size_t(i)];
      line.cycle = std::make_unique<TickCycle>(replies_, protobuf_, line.ids, o_.seed + uint32_t(i));
      line.target = line.ids.empty() ? 0 : o_.ticks / count + (i < o_.ticks % count);
    }
    start_ns_ = now_ns() + int64_t(o_.settle_ms * 1e6);
    int64_t cpu = process_cpu_ns();
    send_all_ticks();
    seconds_ = double(now_ns() - start_ns_) / 1e9;
    cpu_ns_ = process_cpu_ns() - cpu;
    Request r;
    for (PacedLine& line : lines_)
      while (line.peer->next(protobuf_, true, r) == Peer::Read::kFrame) {
      }
    report();
    return true;
  }

 private:
  bool read_subscriptions() {
    std::vector<pollfd> fds;
    for (PacedLine& line : lines_) fds.push_back({line.peer->fd(), POLLIN, 0});
    int subscribed = 0;
    while (subscribed < o_.symbols) {
      poll(fds.data(), fds.size(), 1000);
      for (PacedLine& line : lines_) {
        Request r;
        Peer::Read read;
        while ((read = line.peer->next(protobuf_, false, r)) == Peer::Read::kFrame)
          if (r.kind == RequestKind::kMarketData && subscribed < o_.symbols) {
            line.ids.push_back(r.id);
            ++subscribed;
          }
        if (read == Peer::Read::kClosed) {
          fprintf(stderr, "a client closed after %d of %d subscriptions\n", subscribed, o_.symbols);
          return false;
        }
      }
    }
    return true;
  }

  /// Turn k belongs to connection k mod n and is due k + 1 n-ths of a quantum after the start; the connection
  /// then gets what the rate owes it since its turn before.
  void send_all_ticks() {
    double step_ns = o_.quantum_us * 1e3 / double(lines_.size());
    double per_ns = o_.rate / double(lines_.size()) / 1e9;
    size_t finished = 0;
    for (PacedLine& line : lines_) finished += line.target == 0;
    for (int64_t turn = 0; finished < lines_.size(); ++turn) {
      PacedLine& line = lines_[size_t(turn) % lines_.size()];
      if (line.sent == line.target || !line.open) continue;
      double due = double(turn + 1) * step_ns;
      // Half a tick more, so that what comes out a hair below a whole number is that number.
      auto owed = std::min(line.target, int64_t(std::max(due * per_ns, 0.0) + 0.5));
      if (owed == line.sent) continue;
      int64_t due_ns = start_ns_ + int64_t(due);
      sleep_until(due_ns);
      late_us_.push_back(double(now_ns() - due_ns) / 1e3);
      CycleStamp stamp((due_ns - epoch_ns_) / 1000);
      while (line.sent < owed && line.open) {
        line.sent += int64_t(line.cycle->stamp(size_t(owed - line.sent), stamp));
        send_counted(line);
      }
      finished += line.sent == line.target || !line.open;
    }
  }

  static void sleep_until(int64_t ns) {
    timespec t{time_t(ns / 1'000'000'000), long(ns % 1'000'000'000)};
    if (now_ns() < ns)
      while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
      }
  }

  void send_counted(PacedLine& line) {
    std::string_view bytes = line.cycle->stamped();
    ++sends_;
    while (!bytes.empty()) {
      ssize_t k = send(line.peer->fd(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (k >= 0) {
        bytes.remove_prefix(size_t(k));
      } else if (errno == EAGAIN) {
        ++eagain_;
        int64_t from = now_ns();
        pollfd f{line.peer->fd(), POLLOUT, 0};
        poll(&f, 1, 1000);
        blocked_ns_ += now_ns() - from;
      } else if (errno != EINTR) {
        line.open = false;
        return;
      }
    }
  }

  void report() {
    CycleTotals sum;
    printf("{\"connections\":[");
    for (size_t i = 0; i < lines_.size(); ++i) {
      CycleTotals t = lines_[i].cycle->totals();
      printf("%s{\"symbols\":%zu,", i ? "," : "", lines_[i].ids.size());
      print(t);
      printf("}");
      sum.ticks += t.ticks;
      sum.prices += t.prices;
      sum.stamp_sum += t.stamp_sum;
      sum.size_sum += t.size_sum;
      sum.newest_sum += t.newest_sum;
    }
    printf("],");
    print(sum);
    printf(",\"seconds\":%.6f,\"perSecond\":%.0f,\"cpuNs\":%ld,\"sends\":%ld,\"eagain\":%ld,", seconds_,
           double(sum.ticks) / seconds_, long(cpu_ns_), long(sends_), long(eagain_));
    printf("\"blockedMicros\":%.1f,", double(blocked_ns_) / 1e3);
    print_percentiles("lateMicros", late_us_);
    printf("}\n");
  }

  static void print(const CycleTotals& t) {
    printf("\"ticks\":%ld,\"prices\":%ld,\"stampSum\":%ld,\"sizeSum\":%ld,\"newestSum\":%ld", long(t.ticks),
           long(t.prices), long(t.stamp_sum), long(t.size_sum), long(t.newest_sum));
  }

  std::vector<PacedLine> lines_;
  const Replies& replies_;
  bool protobuf_;
  int64_t epoch_ns_;
  PacedOptions o_;
  std::vector<double> late_us_;
  int64_t start_ns_ = 0, cpu_ns_ = 0, sends_ = 0, eagain_ = 0, blocked_ns_ = 0;
  double seconds_ = 0;
};

}  // namespace bench
