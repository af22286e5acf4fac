// The one thing that connections and threads of a process share: a risk book by its name, and what it needs
// beside it. Locked on attach and detach, and where names are given; never by an order.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "risk/latch_watcher.hpp"
#include "risk/risk_book.hpp"

namespace ibkr {

class RiskGate;

class SharedRisk {
 public:
  /// The one of this name, made where there is none. It lives as long as somebody holds it.
  static std::shared_ptr<SharedRisk> attach(const std::string& name);

  explicit SharedRisk(std::string name) : name_(std::move(name)) {}
  SharedRisk(const SharedRisk&) = delete;
  SharedRisk& operator=(const SharedRisk&) = delete;
  ~SharedRisk() = default;

  RiskBook& book() { return book_; }
  const std::string& name() const { return name_; }
  /// The first who attaches gives the limits. True for one caller.
  bool is_to_be_set_up() { return !is_set_up_.exchange(true, std::memory_order_acq_rel); }

  /// Bits of RiskLimits::exchanges: 0 for what is not on the list.
  std::uint8_t exchange_bit(std::string_view exchange) const;
  /// Once, before orders: the exchanges that have a bit of their own, from 1 on.
  void list_exchanges(std::vector<std::string> names);

  /// The strategies that have limits, by the key of their name. For any thread.
  bool has_strategy(std::uint64_t key) const;
  std::optional<std::uint16_t> set_scope(ScopeKind kind, std::string_view name, const ScopeLimits& limits,
                                         bool paper, Listing listing);
  /// Of a scope; empty for the one of everything.
  std::string scope_name(std::uint16_t scope) const;

  /// The stop: of all gates that share it. What has not begun to leave does not leave. False: somebody is
  /// still on the way.
  bool stop(std::string_view reason);
  /// False: the latch file that is watched is there; nothing has changed.
  bool resume();
  /// Stops where the file comes, on a thread of its own: LatchWatcher. One that is watched already is let go
  /// of. 0, or an errno: nothing is watched.
  int watch_latch(std::string path);
  void unwatch_latch() { watcher_.stop(); }
  LatchWatcher& watcher() { return watcher_; }
  std::string stop_reason() const;

  /// When its day ends, as a text: that of the first who says so, for all.
  std::string day_ends(std::string_view boundary);
  /// A day has begun then: once for all of them, whoever tells it first. True: one before it is over.
  bool begin_day(double start_ms);

  void add(RiskGate* gate);
  void remove(RiskGate* gate);

 private:
  const std::string name_;
  std::atomic<bool> is_set_up_{false};
  RiskBook book_;
  mutable std::mutex mutex_;  // of what follows
  std::vector<std::string> scope_names_{""};
  std::vector<RiskGate*> gates_;
  std::string stop_reason_;
  std::string day_ends_;
  std::optional<double> day_start_ms_;
  // Read by orders. Written before the first one, and behind that only grown: acquire and release of the
  // count.
  std::vector<std::string> exchanges_;
  std::atomic<std::size_t> exchange_count_{0};
  std::array<std::atomic<std::uint64_t>, 64> strategies_{};
  std::atomic<std::size_t> strategy_count_{0};
  LatchWatcher watcher_;  // the last: its thread ends before what it stops
};

}  // namespace ibkr
