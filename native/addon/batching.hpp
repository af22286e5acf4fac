// When JavaScript is called for messages that may wait for each other: its batches, and what conflated values
// need to be looked at.
#pragma once

#include <uv.h>

#include <atomic>
#include <cstdint>
#include <limits>

#include "net/connection.hpp"

namespace ibkr::addon {

/// Of one connection. What is not marked otherwise is for the loop's thread.
class Batching {
 public:
  explicit Batching(Connection& connection) : connection_(connection) {}
  Batching(const Batching&) = delete;
  Batching& operator=(const Batching&) = delete;
  ~Batching() = default;

  /// Its owner closes the handle, and gives `data` to it.
  uv_timer_t& timer() { return timer_; }

  /// See LoopSession::set_batching(). Holds from the next begin().
  void set_periods(std::uint64_t batch_ms, std::uint64_t flush_ms);
  /// The stream is open.
  void begin();
  void end();
  /// What has come may wait, so that more of it may be read before.
  bool holds() const { return holding_.load(std::memory_order_relaxed); }  // relaxed: as in is_due()

  /// For any thread: JavaScript is to be called now.
  bool is_due() const;
  /// For any thread: somebody has to look before the timer does.
  bool timer_is_late() const;
  /// The batch's time is over.
  bool is_over() const;
  /// Begins the next. True: what there was is due, and conflated values are to be looked at.
  bool next();
  /// What is in the ring goes, whatever its batch.
  void hurry() { batch_due_.store(true, std::memory_order_relaxed); }  // relaxed: as in is_due()
  /// JavaScript is called.
  void delivered();

  /// `look` is called when somebody has to look. Only while something waits: a timer wakes a processor that
  /// has nothing to do.
  void arm(uv_timer_cb look);
  void disarm();

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  std::uint64_t period_ms() const { return batch_ms_ != 0 ? batch_ms_ : flush_ms_; }
  double flush_early_micros() const { return static_cast<double>(period_ms()) * 500; }
  void set_next();
  double next_look_micros() const;

  Connection& connection_;
  std::uint64_t batch_ms_ = 0;
  std::uint64_t flush_ms_ = 0;
  uv_timer_t timer_{};
  // Read by the guard's thread, too:
  std::atomic<bool> holding_{false};             // begun, and batch_ms_ is not 0
  std::atomic<double> next_micros_{0};           // JavaScript was given what there was, and so much later
  std::atomic<double> timer_at_micros_{kNever};  // when the timer looks
  std::atomic<bool> batch_due_{false};           // a batch's time has come since
  std::atomic<std::uint32_t> seen_urgent_{0};    // Channel::urgent() when JavaScript was last called
};

}  // namespace ibkr::addon
