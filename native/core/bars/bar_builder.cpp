#include "bars/bar_builder.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace ibkr {

namespace {

constexpr SessionSpan kNoSession{kNone, kNone};

constexpr bool has(const SessionSpan& span, double time_ms) {
  return time_ms >= span.start && time_ms < span.end;
}

/// The multiple of `length` not after `time`, both from `origin` on.
double interval_start(double origin, double length, double time) {
  const double start = origin + std::floor((time - origin) / length) * length;
  // The difference to a far origin may have been rounded up to a multiple.
  return start > time ? start - length : start;
}

/// A tick goes into a bar that is closed. The same rules as BarBuilder::add().
void amend(Bar& bar, BarBy by, double time_ms, double price, double size) {
  if (by != BarBy::Time) bar.end_ms = time_ms = std::max(time_ms, bar.last_ms);
  if (bar.is(kBarCarried)) {
    bar.flags &= ~std::uint32_t{kBarCarried};
    bar.open = bar.high = bar.low = bar.close = price;
    bar.first_ms = bar.last_ms = time_ms;
  }
  bar.volume += size;
  bar.notional += price * size;
  bar.count += 1;
  bar.high = std::max(bar.high, price);
  bar.low = std::min(bar.low, price);
  if (time_ms >= bar.last_ms) {
    bar.last_ms = time_ms;
    bar.close = price;
  } else if (time_ms < bar.first_ms) {
    bar.first_ms = time_ms;
    bar.open = price;
  }
  bar.flags |= kBarAmended;
}

void apply(Bar& bar, const BarCorrection& c) {
  bar.volume = bar.volume - c.old_size + c.size;
  bar.notional = bar.notional - c.old_price * c.old_size + c.price * c.size;
  bar.flags |= kBarCorrected;
  if (c.size == 0) {
    bar.count -= 1;
    return;
  }
  bar.high = std::max(bar.high, c.price);
  bar.low = std::min(bar.low, c.price);
  if (c.time_ms == bar.first_ms && c.old_price == bar.open) bar.open = c.price;
  if (c.time_ms == bar.last_ms && c.old_price == bar.close) bar.close = c.price;
}

}  // namespace

BarBuilder::BarBuilder(const BarSpec& spec, BarMemory memory, double since_ms)
    : size_(spec.size),
      memory_(memory),
      number_(memory.closed()),
      by_(spec.by),
      price_(spec.price),
      carries_(spec.empty == EmptyBars::Carry && spec.by == BarBy::Time),
      amends_(spec.late == LateTicks::Amend),
      wait_ms_(spec.wait_ms),
      length_ms_(spec.by == BarBy::Time ? std::round(spec.size * 1000) : kForever),
      sessions_(spec.sessions) {
  constexpr double kSecond = 1000;  // the resolution of many of the gateway's times
  Bar left;
  if (memory_.read(number_, left) == BarMemory::Read::Ok) {
    left.flags |= kBarShort;
    // Ticks of a run that was left are in it now; of the other series' bars the run stays.
    std::optional<BarRunWriting> run;
    if (memory_.run() != nullptr) run.emplace(*memory_.run());
    BarMemory::Writing(memory_, number_).set_all(left);
    memory_.close(number_++);
  }
  const SessionSpan session = session_at(since_ms);
  if (!(session.start < session.end)) {
    done_until_ = since_ms;
  } else if (by_ == BarBy::Time) {
    done_until_ = span_at(session, since_ms).start;
    gap_ = done_until_ < since_ms;
  } else {
    done_until_ = std::max(session.start, interval_start(0, kSecond, since_ms));
    gap_ = session.start < since_ms;
  }
}

SessionSpan BarBuilder::session_at(double time_ms) const {
  if (sessions_.empty()) return {-kForever, kForever};
  const auto after = std::ranges::upper_bound(sessions_, time_ms, {}, &SessionSpan::start);
  if (after == sessions_.begin() || time_ms >= std::prev(after)->end) return kNoSession;
  return *std::prev(after);
}

SessionSpan BarBuilder::span_at(const SessionSpan& session, double time_ms) const {
  if (by_ != BarBy::Time) return session;
  const double origin = sessions_.empty() ? 0 : session.start;
  const double start = interval_start(origin, length_ms_, time_ms);
  return {start, std::min(start + length_ms_, session.end)};
}

// --- ticks -------------------------------------------------------------------------------------------------

BarEvent BarBuilder::take_elsewhere(double time_ms, double price, double size) {
  if (!is_time(time_ms)) return lose(BarLoss::Unpriced), BarEvent::None;
  const SessionSpan session = session_at(time_ms);
  if (!(session.start < session.end)) return lose(BarLoss::Outside), BarEvent::None;
  if (time_ms < done_until_ || (is_forming() && time_ms < from_)) return take_late(time_ms, price, size);
  const std::uint32_t before = number_;
  const SessionSpan span = span_at(session, time_ms);
  if (is_forming()) close(by_ == BarBy::Time ? 0 : kBarShort | kBarLast);
  carry_until(span.start);
  open(session, span, time_ms, price, size);
  if (by_ != BarBy::Time && is_full()) close(0);
  return number_ != before ? BarEvent::Closed : BarEvent::None;
}

BarEvent BarBuilder::take_late(double time_ms, double price, double size) {
  Bar bar;
  if (!amends_ || !has(previous_, time_ms) || memory_.read(number_ - 1, bar) != BarMemory::Read::Ok)
    return lose(BarLoss::Late), BarEvent::None;
  amend(bar, by_, time_ms, price, size);
  BarMemory::Writing(memory_, number_ - 1).set_all(bar);
  return BarEvent::Amended;
}

void BarBuilder::open(SessionSpan session, SessionSpan span, double time_ms, double price, double size) {
  flags_ = gap_ ? std::uint32_t{kBarGap} : 0;
  gap_ = false;
  if (!sessions_.empty() && session.start != session_.start) flags_ |= kBarFirst;
  if (by_ == BarBy::Time) {
    if (span.end == session.end) flags_ |= kBarLast;
    if (span.end - span.start < length_ms_) flags_ |= kBarShort;
  } else {
    time_ms = std::max(time_ms, last_ms_);
    done_until_ = span.start = std::max(span.start, done_until_);
  }
  session_ = session;
  from_ = span.start;
  until_ = span.end;
  high_ = low_ = price;
  volume_ = 0 + size;
  notional_ = 0 + price * size;
  count_ = 1;
  first_ms_ = last_ms_ = time_ms;
  const bool by_time = by_ == BarBy::Time;
  BarMemory::Writing(memory_, number_)
      .set_all({by_time ? from_ : time_ms, by_time ? until_ : time_ms, price, price, price, price, volume_,
                notional_, count_, time_ms, time_ms, number_, flags_});
}

void BarBuilder::take_run(const RunTicks& ticks, const BarRunSums* sums) {
  BarMemory::Writing bar(memory_, number_);
  if (sums != nullptr) {
    bar.set(BarValue::Volume, volume_ = sums->volume);
    bar.set(BarValue::Notional, notional_ = sums->notional);
  }
  bar.set(BarValue::Count, count_ += ticks.count);
  if (ticks.high > high_) bar.set(BarValue::High, high_ = ticks.high);
  if (ticks.low < low_) bar.set(BarValue::Low, low_ = ticks.low);
  bar.set(BarValue::LastMs, last_ms_ = ticks.last_ms);
  bar.set(BarValue::Close, ticks.close);
  if (by_ != BarBy::Time) bar.set(BarValue::EndMs, ticks.last_ms);
}

bool BarBuilder::resume(const Bar& bar) {
  if (by_ != BarBy::Time || is_forming() || !is_time(bar.start_ms) || bar.start_ms < done_until_)
    return false;
  const SessionSpan session = session_at(bar.start_ms);
  const SessionSpan span = span_at(session, bar.start_ms);  // of no session: NaN, which equals nothing
  if (span.start != bar.start_ms || span.end != bar.end_ms) return false;
  if (!has(span, bar.first_ms) || !has(span, bar.last_ms) || !(bar.first_ms <= bar.last_ms)) return false;
  if (!(bar.low <= std::min(bar.open, bar.close) && bar.high >= std::max(bar.open, bar.close))) return false;
  if (!(bar.volume >= 0 && bar.count >= 0 && std::isfinite(bar.notional))) return false;
  gap_ = false;
  open(session, span, bar.first_ms, bar.open, 0);
  constexpr std::uint32_t kKept = kBarFirst | kBarGap;
  flags_ = (flags_ & ~kKept) | (bar.flags & kKept);
  high_ = bar.high;
  low_ = bar.low;
  volume_ = bar.volume;
  notional_ = bar.notional;
  count_ = bar.count;
  last_ms_ = bar.last_ms;
  Bar mine = bar;
  mine.number = number_;
  mine.flags = flags_;
  BarMemory::Writing(memory_, number_).set_all(mine);
  return true;
}

void BarBuilder::close(std::uint32_t flags) {
  // One that came after the gap went in: the gap is over.
  if (gap_ && count_ > gap_count_) gap_ = false;
  write_flags(flags_ | flags);
  memory_.close(number_++);
  previous_ = {from_, until_};
  // A bar by time is done with its interval, another with its session only if that closed it.
  if (by_ == BarBy::Time || (flags & kBarShort) != 0) done_until_ = until_;
  from_ = kForever;
  until_ = -kForever;
}

void BarBuilder::write_flags(std::uint32_t flags) {
  if (flags == flags_) return;
  BarMemory::Writing(memory_, number_).set_flags(flags_ = flags);
}

// --- the clock ---------------------------------------------------------------------------------------------

BarEvent BarBuilder::advance(double now_ms) {
  if (!is_time(now_ms)) return BarEvent::None;
  const double limit = now_ms - wait_ms_;
  const std::uint32_t before = number_;
  if (is_forming()) {
    if (until_ > limit) return BarEvent::None;
    close(by_ == BarBy::Time ? 0 : kBarShort | kBarLast);
  }
  carry_until(limit);
  return number_ != before ? BarEvent::Closed : BarEvent::None;
}

void BarBuilder::carry_until(double time_ms) {
  if (!carries_ || is_forming() || !(done_until_ < session_.end) || next_end() > time_ms) return;
  Bar bar;
  if (memory_.read(number_ - 1, bar) != BarMemory::Read::Ok) return;
  // Of more than fit only the newest are made; the others have their numbers.
  const double intervals = std::floor((std::min(time_ms, session_.end) - done_until_) / length_ms_);
  const double left_out = intervals - memory_.capacity();
  if (left_out > 0) {
    done_until_ += left_out * length_ms_;
    number_ += static_cast<std::uint32_t>(static_cast<std::uint64_t>(left_out));
  }
  bar.open = bar.high = bar.low = bar.close;
  bar.volume = bar.notional = bar.count = 0;
  bar.first_ms = bar.last_ms = kNone;
  while (done_until_ < session_.end && next_end() <= time_ms) {
    bar.start_ms = done_until_;
    bar.end_ms = next_end();
    bar.number = number_;
    bar.flags = kBarCarried | (gap_ ? std::uint32_t{kBarGap} : 0);
    if (bar.end_ms == session_.end) bar.flags |= kBarLast;
    if (bar.end_ms - bar.start_ms < length_ms_) bar.flags |= kBarShort;
    BarMemory::Writing(memory_, number_).set_all(bar);
    memory_.close(number_++);
    previous_ = {bar.start_ms, bar.end_ms};
    done_until_ = bar.end_ms;
  }
}

// --- what goes wrong ---------------------------------------------------------------------------------------

void BarBuilder::gap() {
  gap_ = true;
  gap_count_ = count_;
  if (is_forming()) write_flags(flags_ | kBarGap);
}

BarEvent BarBuilder::correct(const BarCorrection& correction) {
  const double time_ms = correction.time_ms;
  Bar bar;
  const auto is_in = [&](std::uint32_t number, const SessionSpan& span) {
    return has(span, time_ms) && memory_.read(number, bar) == BarMemory::Read::Ok && !bar.is(kBarCarried) &&
           (by_ == BarBy::Time || (time_ms >= bar.start_ms && time_ms <= bar.end_ms));
  };
  if (is_forming() && is_in(number_, {from_, until_})) {
    apply(bar, correction);
    flags_ = bar.flags;
    high_ = bar.high;
    low_ = bar.low;
    volume_ = bar.volume;
    notional_ = bar.notional;
    gap_count_ -= count_ - bar.count;
    count_ = bar.count;
    BarMemory::Writing(memory_, number_).set_all(bar);
    if (by_ == BarBy::Time || !is_full()) return BarEvent::None;
    close(0);
    return BarEvent::Closed;
  }
  if (!amends_ || !is_in(number_ - 1, previous_)) return lose(BarLoss::Correction), BarEvent::None;
  apply(bar, correction);
  BarMemory::Writing(memory_, number_ - 1).set_all(bar);
  return BarEvent::Amended;
}

bool BarBuilder::set_sessions(std::vector<SessionSpan> sessions) {
  if (problem_of(std::span<const SessionSpan>(sessions))) return false;
  sessions_ = std::move(sessions);
  const auto same = std::ranges::find(sessions_, session_.start, &SessionSpan::start);
  if (same != sessions_.end()) session_ = *same;
  return true;
}

BarEvent BarBuilder::finish() {
  if (!is_forming()) return BarEvent::None;
  close(kBarShort);
  return BarEvent::Closed;
}

}  // namespace ibkr
