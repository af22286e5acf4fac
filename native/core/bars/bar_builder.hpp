// Makes the bars of one series from the ticks of one subscription.
//
// Which bar a tick goes into
//  - By time: the one whose interval [start, end) has the tick's time. Intervals begin at the session's start
//    (or at 1970); the last one of a session ends with it, and is marked short if that cuts it.
//  - By ticks, volume, notional: the forming one, in order of arrival. The tick that brings it to its size or
//    beyond closes it and is in it whole: trades are not split, so that a bar may hold more than its size.
//    Notional is measured without its sign. A tick with a time before the newest one's counts as of that
//    time.
//
// When a bar closes: by the clock (advance) once its end and wait_ms are over, though no tick came; or by the
// first tick of a later bar. The clock must run as the ticks' times do: one that is ahead of the exchange's
// by more than wait_ms makes the last ticks of each bar late.
//
// A late tick is one whose bar is closed, or lies before the newest bar. LateTicks says what becomes of it.
// The only bar that is ever amended is the newest closed one; it then is what it would be if the tick had
// come in time, and marked amended. Within the forming bar no tick is late. An interval that the clock has
// passed but that got no bar (EmptyBars::Skip) still gets one from its first tick, as long as there is no
// later bar.
//
// Open and close are by the ticks' times: open is the price of the earliest, the first to arrive of equal
// ones; close that of the latest, the last to arrive of equal ones. Sums are in order of arrival.
//
// Sessions: ticks outside all of them are counted (BarLoss::Outside) and left out. No bar spans two sessions.
// The first bar made in one is marked first, also if the session began without ticks. The bar that ends with
// the session is marked last; of bars by ticks, volume or notional that is the one which the session's end
// closes short of its size, if there is one.
//
// Gaps: after gap(), and from the start of a series that begins inside an interval or session, ticks may be
// missing until the next one comes. The bar that forms, each carried until then, and the one that the next
// tick goes into are marked.
//
// Corrections (and cancelled trades, which are corrections to size 0) reach the forming bar and, with
// LateTicks::Amend, the newest closed one. Volume and notional are set right: the old trade is taken out of
// the sums and the new one put in. The new price can become high or low; an old price that was high or low
// stays, since what was below or above it is not kept. Open or close follow if the old trade made them. A
// cancelled trade counts no more, but its price stays in all four. The bar is marked corrected.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "bars/bar_memory.hpp"
#include "bars/bar_spec.hpp"

namespace ibkr {

/// What a call did to bars that were or are closed.
enum class BarEvent : std::uint8_t {
  None,
  Closed,   ///< one or more were closed: compare BarMemory::closed()
  Amended,  ///< the newest closed one was changed
};

/// A trade that was reported wrongly. New size 0: it is cancelled.
struct BarCorrection {
  double time_ms;  ///< of the old trade
  double old_price, old_size;
  double price, size;
};

/// One thread at a time. Nothing but the constructor and set_sessions() allocates.
class alignas(64) BarBuilder {
 public:
  /// `spec` has no problem_of(). `since_ms`: when the ticks begin, a time; those of bars
  /// before (of bars not by time: those before its second) are late. A bar that
  /// was forming in `memory` is closed short.
  BarBuilder(const BarSpec& spec, BarMemory memory, double since_ms);

  /// One trade, or a quote's price with size 0. Price and size are finite, size is not below 0.
  BarEvent take(double time_ms, double price, double size) {
    if (!(time_ms >= from_ && time_ms < until_)) return take_elsewhere(time_ms, price, size);
    add(time_ms, price, size);
    if (by_ == BarBy::Time || !is_full()) return BarEvent::None;
    close(0);
    return BarEvent::Closed;
  }

  /// Closes what has ended, and makes the empty bars that have. Of a time that is none nothing happens.
  BarEvent advance(double now_ms);

  /// Of a series by time to which nothing has come yet: a bar of history's that is not over goes on. Its
  /// first_ms and last_ms lie in it and say from when on a tick's price is the close, and before when the
  /// open; of its flags first and gap count. Then no gap is before it but what gap() tells. False, and
  /// nothing happens, if it is no interval of the series, or one that is over, or its numbers are none.
  bool resume(const Bar& bar);
  /// Before this advance() has nothing to do; infinite if it never will without another tick.
  double next_close_ms() const {
    if (is_forming()) return until_ + wait_ms_;
    return carries_ && done_until_ < session_.end ? next_end() + wait_ms_ : kForever;
  }

  /// Ticks may be missing between the newest and the next one.
  void gap();
  BarEvent correct(const BarCorrection& correction);
  /// Something came that is no tick.
  void lose(BarLoss loss) { memory_.count(loss); }
  /// Other sessions from now on, as BarSpec::sessions; the forming bar keeps its end. False, and nothing
  /// happens, if there is a problem_of() them.
  bool set_sessions(std::vector<SessionSpan> sessions);
  /// No tick comes any more: the forming bar is closed short.
  BarEvent finish();

  // For a run of ticks that several series have in common, see BarRunner.
  /// What a run may have: ticks of times in [from_ms, until_ms), and so many.
  struct RunBounds {
    double from_ms = -kForever, until_ms = kForever, most = kForever;
  };
  /// Volume and notional bars are filled by what they cannot tell beforehand.
  bool can_run() const { return by_ == BarBy::Time || by_ == BarBy::Ticks; }
  BarRunUse run_use() const { return by_ == BarBy::Time ? BarRunUse::Keeps : BarRunUse::MovesEnd; }
  /// Narrows `bounds` to ticks that change none but the forming bar, none of its start, and do not fill it.
  void bound(RunBounds& bounds) const {
    bounds.from_ms = std::max({bounds.from_ms, from_, last_ms_});
    bounds.until_ms = std::min(bounds.until_ms, until_);
    if (by_ == BarBy::Ticks) bounds.most = std::min(bounds.most, size_ - count_ - 1);
  }
  BarRunSums sums() const { return {volume_, notional_}; }
  struct RunTicks {
    double count, high, low, close, last_ms;
  };
  /// All ticks of a run, which were within the bounds; while the run is being written. `sums`: with them in;
  /// of quotes null.
  void take_run(const RunTicks& ticks, const BarRunSums* sums);

  BarPrice price() const { return price_; }
  const BarMemory& memory() const { return memory_; }
  void prefetch() const {
    for (std::size_t at = 0; at < sizeof(BarBuilder); at += 64)
      __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + at, 1);
  }
  void prefetch_bar() const { memory_.prefetch(number_); }

 private:
  static constexpr double kForever = std::numeric_limits<double>::infinity();

  void add(double time_ms, double price, double size) {
    BarMemory::Writing bar(memory_, number_);
    bar.set(BarValue::Volume, volume_ += size);
    bar.set(BarValue::Notional, notional_ += price * size);
    bar.set(BarValue::Count, count_ += 1);
    if (price > high_) bar.set(BarValue::High, high_ = price);
    if (price < low_) bar.set(BarValue::Low, low_ = price);
    if (by_ != BarBy::Time) {
      if (time_ms < last_ms_) time_ms = last_ms_;
      bar.set(BarValue::EndMs, time_ms);
    }
    if (time_ms >= last_ms_) {
      bar.set(BarValue::LastMs, last_ms_ = time_ms);
      bar.set(BarValue::Close, price);
    } else if (time_ms < first_ms_) {
      bar.set(BarValue::FirstMs, first_ms_ = time_ms);
      bar.set(BarValue::Open, price);
    }
  }
  bool is_full() const {
    switch (by_) {
      case BarBy::Ticks:
        return count_ >= size_;
      case BarBy::Volume:
        return volume_ >= size_;
      case BarBy::Notional:
        return (notional_ < 0 ? -notional_ : notional_) >= size_;
      default:
        return false;
    }
  }

  BarEvent take_elsewhere(double time_ms, double price, double size);
  BarEvent take_late(double time_ms, double price, double size);
  void open(SessionSpan session, SessionSpan span, double time_ms, double price, double size);
  void close(std::uint32_t flags);
  void carry_until(double time_ms);
  void write_flags(std::uint32_t flags);
  /// The session that has this time; of none start and end are NaN.
  SessionSpan session_at(double time_ms) const;
  /// What a bar at this time of the session spans: its interval, or all of the session.
  SessionSpan span_at(const SessionSpan& session, double time_ms) const;
  bool is_forming() const { return until_ > from_; }
  /// Where the interval after the newest bar ends, or its session does.
  double next_end() const {
    return done_until_ + length_ms_ < session_.end ? done_until_ + length_ms_ : session_.end;
  }

  // The forming bar: what a tick needs lies in two lines. It takes times in [from_, until_).
  double from_ = kForever, until_ = -kForever;
  double high_ = 0, low_ = 0, volume_ = 0, notional_ = 0, count_ = 0;
  double last_ms_ = -kForever;  // of the newest tick; stays when the bar is closed
  double first_ms_ = 0;
  double size_;
  BarMemory memory_;
  std::uint32_t number_;
  std::uint32_t flags_ = 0;
  BarBy by_;
  BarPrice price_;
  bool carries_;
  bool amends_;
  bool gap_ = false;  // and no tick since
  double wait_ms_;

  double gap_count_ = 0;                       // the forming bar's ticks when the gap began
  double length_ms_;                           // by time
  double done_until_ = -kForever;              // times before are those of closed bars, or of none
  SessionSpan session_{kForever, -kForever};   // of the newest bar
  SessionSpan previous_{kForever, -kForever};  // what the newest closed bar took
  std::vector<SessionSpan> sessions_;
};

}  // namespace ibkr
