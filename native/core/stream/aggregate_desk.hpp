// The bars and books of all subscriptions of a stream: their clock, and the notices that say which of them
// have changed.
//
// A notice is a record of a kind of its own in the ring: it says of which subscription the bars
// (RecordKind::BarsChanged) or the book (BookChanged) are others than before, and no more; what they are now
// lies in their memory. `field` of BarsChanged is 1 where records of the subscription have come since the
// notice before and since the last gap, 0 where the clock alone has closed a bar. So it is enough to write
// one for all changes until notify(), which is called once per read of the socket, and whenever the clock or
// JavaScript has changed something. It is no message of the gateway's, and counted nowhere.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "ring/channel.hpp"
#include "ring/tape.hpp"
#include "stream/aggregates.hpp"

namespace ibkr {

/// For the holder of the reader lock, but for what is marked otherwise.
class AggregateDesk {
 public:
  /// Nothing of an empty plan.
  Aggregates* add(std::int32_t req_id, const AggregatePlan& plan);
  void remove(Aggregates* aggregates);
  /// Somebody has bars or a book.
  bool any() const { return !all_.empty(); }
  /// Somebody has bars: set_clock_offset() is to be called now and then.
  bool wants_clock() const { return with_bars_ != 0; }

  /// Milliseconds since 1970 less CLOCK_MONOTONIC. Follows the system's clock when that is set.
  void set_clock_offset(double ms) {
    if (ms == epoch_minus_monotonic_ms_) return;
    epoch_minus_monotonic_ms_ = ms;
    arrival_micros_ = -1;
    show_due();
  }

  /// Aggregates::take().
  bool take(Aggregates& aggregates, const Record& record) {
    // All that one read has brought arrived at the same time.
    if (record.received_micros != arrival_micros_) {
      arrival_micros_ = record.received_micros;
      arrival_ms_ = arrival_micros_ / kMicrosPerMs + epoch_minus_monotonic_ms_;
    }
    const bool taken = aggregates.take(record, arrival_ms_);
    note(aggregates);
    return taken;
  }
  void run(Aggregates& aggregates, const AggregateOrder& order, double now_micros) {
    aggregates.run(order, now_micros);
    note(aggregates);
  }
  /// Closes what has ended by the clock. `now_micros`: CLOCK_MONOTONIC.
  void advance(double now_micros) {
    const double now_ms = now_micros / kMicrosPerMs + epoch_minus_monotonic_ms_;
    if (now_ms >= next_close_ms_) advance_all(now_ms);
  }

  /// Writes the notices as far as the ring has room, and to the tape, if there is one, behind the records
  /// that have gone on.
  void notify(Channel& channel, Tape* tape, double now_micros) {
    if (!changed_.empty()) write_notices(channel, tape, now_micros, false);
  }
  /// Outside the ring where they must.
  void notify_all(Channel& channel, Tape* tape, double now_micros) {
    if (!changed_.empty()) write_notices(channel, tape, now_micros, true);
  }

  /// For any thread: when advance() or notify() has something to do; CLOCK_MONOTONIC, infinity: never.
  double next_due_micros() const {
    return next_due_micros_.load(std::memory_order_relaxed);  // relaxed: a hint of when to look
  }

 private:
  static constexpr double kNever = std::numeric_limits<double>::infinity();
  static constexpr double kMicrosPerMs = 1000;

  void note(Aggregates& aggregates) {
    if (aggregates.changed() != 0 && !aggregates.is_listed()) list(aggregates);
    if (aggregates.next_close_ms() < next_close_ms_) {
      next_close_ms_ = aggregates.next_close_ms();
      show_due();
    }
  }
  void list(Aggregates& aggregates);
  void advance_all(double now_ms);
  void write_notices(Channel& channel, Tape* tape, double now_micros, bool outside);
  void show_due();

  std::vector<std::unique_ptr<Aggregates>> all_;
  std::vector<Aggregates*> changed_;  // since their last notice; room for all
  std::size_t with_bars_ = 0;
  double next_close_ms_ = kNever;
  double epoch_minus_monotonic_ms_ = 0;
  double arrival_micros_ = -1, arrival_ms_ = 0;  // of the newest record: CLOCK_MONOTONIC, and since 1970
  std::atomic<double> next_due_micros_{kNever};
};

}  // namespace ibkr
