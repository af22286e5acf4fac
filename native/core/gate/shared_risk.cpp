#include "gate/shared_risk.hpp"

#include <algorithm>
#include <map>

#include "gate/order_names.hpp"
#include "gate/risk_gate.hpp"

namespace ibkr {

std::shared_ptr<SharedRisk> SharedRisk::attach(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<SharedRisk>> all;
  const std::scoped_lock hold(mutex);
  std::erase_if(all, [](const auto& entry) { return entry.second.expired(); });
  std::weak_ptr<SharedRisk>& known = all[name];
  std::shared_ptr<SharedRisk> out = known.lock();
  if (out == nullptr) {
    out = std::make_shared<SharedRisk>(name);
    known = out;
  }
  return out;
}

std::uint8_t SharedRisk::exchange_bit(std::string_view exchange) const {
  const std::size_t count = exchange_count_.load(std::memory_order_acquire);  // acquire: the names are there
  for (std::size_t i = 0; i < count; ++i)
    if (exchanges_[i] == exchange) return static_cast<std::uint8_t>(i + 1);
  return 0;
}

void SharedRisk::list_exchanges(std::vector<std::string> names) {
  const std::scoped_lock hold(mutex_);
  if (exchange_count_.load(std::memory_order_relaxed) != 0) return;  // relaxed: under the lock
  names.resize(std::min<std::size_t>(names.size(), 51));
  exchanges_ = std::move(names);
  exchange_count_.store(exchanges_.size(), std::memory_order_release);  // release: pairs with exchange_bit()
}

bool SharedRisk::has_strategy(std::uint64_t key) const {
  const std::size_t count = strategy_count_.load(std::memory_order_acquire);  // acquire: the keys are there
  for (std::size_t i = 0; i < count; ++i)
    if (strategies_[i].load(std::memory_order_relaxed) == key) return true;  // relaxed: as of the count
  return false;
}

std::optional<std::uint16_t> SharedRisk::set_scope(ScopeKind kind, std::string_view name,
                                                   const ScopeLimits& limits, bool paper, Listing listing) {
  const std::scoped_lock hold(mutex_);
  const std::uint64_t key = name_key(name);
  const std::size_t count = strategy_count_.load(std::memory_order_relaxed);  // relaxed: under the lock
  const bool is_new_strategy = kind == ScopeKind::Strategy && !has_strategy(key);
  if (is_new_strategy && count == strategies_.size()) return std::nullopt;
  const auto scope = book_.set_scope(kind, key, limits, paper, listing);
  if (!scope) return std::nullopt;
  if (scope_names_.size() <= *scope) scope_names_.resize(*scope + std::size_t{1});
  scope_names_[*scope] = name;
  if (is_new_strategy) {
    strategies_[count].store(key, std::memory_order_relaxed);     // relaxed: the count shows it
    strategy_count_.store(count + 1, std::memory_order_release);  // release: pairs with has_strategy()
  }
  return scope;
}

std::string SharedRisk::scope_name(std::uint16_t scope) const {
  const std::scoped_lock hold(mutex_);
  return scope < scope_names_.size() ? scope_names_[scope] : std::string();
}

bool SharedRisk::stop(std::string_view reason) {
  // First, and without a lock.
  const bool is_quiet = book_.latch().stop();
  const std::scoped_lock hold(mutex_);
  if (stop_reason_.empty()) stop_reason_ = reason;
  for (RiskGate* const gate : gates_) gate->withdraw_orders();
  return is_quiet;
}

bool SharedRisk::resume() {
  // Without our own lock: the watcher's thread takes it while it holds the watcher's.
  if (watcher_.started()) {
    if (!watcher_.resume()) return false;
  } else {
    book_.latch().resume();
  }
  const std::scoped_lock hold(mutex_);
  // Somebody may have stopped it again, with a reason that has found this one here.
  if (!book_.latch().stopped()) stop_reason_.clear();
  return true;
}

int SharedRisk::watch_latch(std::string path) {
  watcher_.stop();
  return watcher_.start(
      std::move(path), book_.latch(),
      [](void* self, LatchCause cause) {
        static_cast<SharedRisk*>(self)->stop(cause == LatchCause::File ? "the latch file"
                                                                       : "the program was silent");
      },
      this);
}

std::string SharedRisk::stop_reason() const {
  const std::scoped_lock hold(mutex_);
  return stop_reason_;
}

std::string SharedRisk::day_ends(std::string_view boundary) {
  const std::scoped_lock hold(mutex_);
  if (day_ends_.empty()) day_ends_ = boundary;
  return day_ends_;
}

bool SharedRisk::begin_day(double start_ms) {
  const std::scoped_lock hold(mutex_);
  if (day_start_ms_ && start_ms <= *day_start_ms_) return false;
  // Under the lock: of two who tell it the second must not roll what has been counted since.
  const bool is_over = day_start_ms_.has_value();
  day_start_ms_ = start_ms;
  if (is_over) book_.roll_day();
  return is_over;
}

void SharedRisk::add(RiskGate* gate) {
  const std::scoped_lock hold(mutex_);
  gates_.push_back(gate);
}

void SharedRisk::remove(RiskGate* gate) {
  const std::scoped_lock hold(mutex_);
  std::erase(gates_, gate);
}

}  // namespace ibkr
