#include "batching.hpp"

#include <algorithm>
#include <cmath>

namespace ibkr::addon {

namespace {
constexpr double kMicrosPerMs = 1000;
constexpr double kMostTimerMs = 60'000;
/// The timer may be so much behind: one look the more would cost as much as it saves.
constexpr double kLateMicros = 500;
}  // namespace

void Batching::set_periods(std::uint64_t batch_ms, std::uint64_t flush_ms) {
  batch_ms_ = batch_ms;
  flush_ms_ = flush_ms;
  // A timer that comes a little early must not cost a whole period.
  connection_.set_flush_early(flush_early_micros());
}

void Batching::begin() {
  holding_.store(batch_ms_ > 0, std::memory_order_relaxed);  // relaxed: as in is_due()
  set_next();
  disarm();
}

void Batching::end() {
  // relaxed: a guard that ends is told so behind this, with a release.
  holding_.store(false, std::memory_order_relaxed);
  disarm();
}

bool Batching::is_due() const {
  // relaxed: what has changed meanwhile is seen by the timer, or at the next read.
  if (!holding_.load(std::memory_order_relaxed)) return true;
  if (batch_due_.load(std::memory_order_relaxed)) return true;
  StreamReader& stream = connection_.stream();
  Channel& channel = stream.channel();
  // Half a ring is left for what comes until JavaScript is there.
  return channel.urgent() != seen_urgent_.load(std::memory_order_relaxed) ||
         channel.ring().unread() >= channel.ring().capacity() / 2 || stream.ended() || stream.wants_room();
}

/// When somebody has to look: for what is in the ring at the batch's time, for what waits at the desk at its
/// own.
double Batching::next_look_micros() const {
  // relaxed: as in is_due().
  const double next = next_micros_.load(std::memory_order_relaxed);
  StreamReader& stream = connection_.stream();
  const bool held = holding_.load(std::memory_order_relaxed) && stream.channel().ring().has_unread();
  return held ? next : std::max(next, stream.desk().next_due_micros());
}

bool Batching::timer_is_late() const {
  // relaxed: as in is_due().
  return next_look_micros() + kLateMicros < timer_at_micros_.load(std::memory_order_relaxed);
}

bool Batching::is_over() const {
  return monotonic_micros() >= next_micros_.load(std::memory_order_relaxed);  // relaxed: as in is_due()
}

bool Batching::next() {
  set_next();
  // Where there is nothing to give nothing is due: what comes next would be early, and a batch of its own.
  StreamReader& stream = connection_.stream();
  if (!stream.channel().ring().has_unread() &&
      monotonic_micros() + flush_early_micros() < stream.desk().next_due_micros())
    return false;
  hurry();
  return true;
}

void Batching::delivered() {
  // relaxed: the guard may see it late, and wake us once more than it has to.
  seen_urgent_.store(connection_.stream().channel().urgent(), std::memory_order_relaxed);
  batch_due_.store(false, std::memory_order_relaxed);
}

void Batching::set_next() {
  const double at = monotonic_micros() + static_cast<double>(period_ms()) * kMicrosPerMs;
  next_micros_.store(at, std::memory_order_relaxed);  // relaxed: as in is_due()
}

void Batching::arm(uv_timer_cb look) {
  if (period_ms() == 0) return;
  const double at = next_look_micros();
  const double ms = std::clamp(std::round((at - monotonic_micros()) / kMicrosPerMs), 1.0, kMostTimerMs);
  timer_at_micros_.store(at, std::memory_order_relaxed);  // relaxed: as in is_due()
  uv_update_time(timer_.loop);                            // the loop's time is that of its last turn
  uv_timer_start(&timer_, look, static_cast<std::uint64_t>(ms), 0);
}

void Batching::disarm() {
  timer_at_micros_.store(kNever, std::memory_order_relaxed);  // relaxed: as in is_due()
  uv_timer_stop(&timer_);
}

}  // namespace ibkr::addon
