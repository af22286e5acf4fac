// The bars of a series as plainly as they can be said: every bar keeps what went into it, and its numbers are
// worked out from that each time they are asked for. Times are kept in whole intervals, by counting.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "bars/bar.hpp"
#include "bars/bar_builder.hpp"
#include "bars/bar_spec.hpp"

namespace ibkr::test {

class BarModel {
 public:
  BarModel(const BarSpec& spec, double since_ms) : spec_(spec) {
    const std::optional<SessionSpan> session = session_of(since_ms);
    if (!session)
      first_ms_ = since_ms;
    else if (spec.by == BarBy::Time)
      first_ms_ = span_of(*session, since_ms).start;
    else
      first_ms_ = std::fmax(session->start, std::floor(since_ms / 1000) * 1000);
    gap_ = session && (spec.by == BarBy::Time ? first_ms_ : session->start) < since_ms;
  }

  void take(double time_ms, double price, double size) {
    const std::optional<SessionSpan> session = session_of(time_ms);
    if (!session) return count(BarLoss::Outside);
    const SessionSpan span = span_of(*session, time_ms);
    Made* const newest = bars_.empty() ? nullptr : &bars_.back();
    const bool same = newest != nullptr && newest->span.start == span.start;
    if (time_ms >= first_ms_ && same && is_forming_) {
      newest->entries.push_back({time_ms, price, size, {}});
      gap_ = false;
      return close_if_full();
    }
    if (time_ms < first_ms_ || (newest != nullptr && span.start < newest->span.start) ||
        (same && newest->is_over)) {
      Made* const closed = newest_closed();
      if (time_ms < first_ms_ || !can_amend() || closed->span.start != span.start)
        return count(BarLoss::Late);
      closed->entries.push_back({time_ms, price, size, {}});
      closed->flags |= kBarAmended;
      return;
    }
    if (is_forming_) end_forming();
    carry_until(span.start);
    Made made{*session, span, {{time_ms, price, size, {}}}};
    if (!bars_.empty()) made.newest_ms = at(bars_.size() - 1).last_ms;
    if (gap_) made.flags |= kBarGap;
    gap_ = false;
    if (!spec_.sessions.empty() && (bars_.empty() || bars_.back().session.start != session->start))
      made.flags |= kBarFirst;
    mark_end(made);
    bars_.push_back(made);
    is_forming_ = true;
    close_if_full();
  }

  void advance(double now_ms) {
    const double limit = now_ms - spec_.wait_ms;
    if (is_forming_ && bars_.back().span.end <= limit) end_forming();
    carry_until(limit);
  }

  void gap() {
    gap_ = true;
    if (is_forming_) bars_.back().flags |= kBarGap;
  }

  void correct(const BarCorrection& c) {
    const auto is_in = [&](const Made& made, std::size_t index) {
      if (c.time_ms < first_ms_ || made.entries.empty()) return false;
      if (c.time_ms < made.span.start || c.time_ms >= made.span.end) return false;
      const Bar bar = at(index);
      return spec_.by == BarBy::Time || (c.time_ms >= bar.start_ms && c.time_ms <= bar.end_ms);
    };
    if (is_forming_ && is_in(bars_.back(), bars_.size() - 1)) {
      bars_.back().entries.push_back({c.time_ms, 0, 0, c});
      bars_.back().flags |= kBarCorrected;
      return close_if_full();
    }
    if (!can_amend() || !is_in(*newest_closed(), closed() - 1)) return count(BarLoss::Correction);
    newest_closed()->entries.push_back({c.time_ms, 0, 0, c});
    newest_closed()->flags |= kBarCorrected;
  }

  void finish() {
    if (!is_forming_) return;
    bars_.back().flags |= kBarShort;
    bars_.back().is_over = true;
    is_forming_ = false;
  }

  std::size_t size() const { return bars_.size(); }
  std::size_t closed() const { return bars_.size() - (is_forming_ ? 1 : 0); }
  std::uint64_t losses(BarLoss loss) const { return losses_[static_cast<std::size_t>(loss)]; }

  /// The numbers of one bar, from what went into it.
  Bar at(std::size_t index) const {
    const Made& made = bars_[index];
    Bar bar{};
    bar.number = static_cast<std::uint32_t>(index);
    bar.flags = made.flags;
    if (made.entries.empty()) {
      bar.open = bar.high = bar.low = bar.close = at(index - 1).close;
      bar.first_ms = bar.last_ms = kNone;
      bar.flags |= kBarCarried;
    }
    struct Price {
      double time_ms, price;
    };
    std::vector<Price> prices;  // of trades as they now are
    double newest_ms = made.newest_ms;
    for (const Entry& entry : made.entries) {
      if (entry.correction) {
        const BarCorrection& c = *entry.correction;
        bar.volume = bar.volume - c.old_size + c.size;
        bar.notional = bar.notional - c.old_price * c.old_size + c.price * c.size;
        if (c.size == 0) {
          bar.count -= 1;
          continue;
        }
        bar.high = std::fmax(bar.high, c.price);
        bar.low = std::fmin(bar.low, c.price);
        Price* const open = &prices[earliest(prices)];
        Price* const close = &prices[latest(prices)];
        const bool opened = open->time_ms == c.time_ms && open->price == c.old_price;
        const bool closed = close->time_ms == c.time_ms && close->price == c.old_price;
        if (opened) open->price = c.price;
        if (closed) close->price = c.price;
        continue;
      }
      const double time_ms = spec_.by == BarBy::Time ? entry.time_ms : std::fmax(entry.time_ms, newest_ms);
      newest_ms = std::fmax(newest_ms, time_ms);
      bar.high = prices.empty() ? entry.price : std::fmax(bar.high, entry.price);
      bar.low = prices.empty() ? entry.price : std::fmin(bar.low, entry.price);
      prices.push_back({time_ms, entry.price});
      bar.volume += entry.size;
      bar.notional += entry.price * entry.size;
      bar.count += 1;
    }
    if (!prices.empty()) {
      const Price &open = prices[earliest(prices)], &close = prices[latest(prices)];
      bar.open = open.price;
      bar.first_ms = open.time_ms;
      bar.close = close.price;
      bar.last_ms = close.time_ms;
    }
    bar.start_ms = spec_.by == BarBy::Time ? made.span.start : bar.first_ms;
    bar.end_ms = spec_.by == BarBy::Time ? made.span.end : bar.last_ms;
    return bar;
  }

 private:
  struct Entry {
    double time_ms, price, size;
    std::optional<BarCorrection> correction;
  };
  struct Made {
    SessionSpan session, span;
    std::vector<Entry> entries;
    std::uint32_t flags = 0;
    bool is_over = false;          // its span is
    double newest_ms = -INFINITY;  // of the ticks before it
  };

  template <typename Prices>
  static std::size_t earliest(const Prices& prices) {
    std::size_t found = 0;
    for (std::size_t i = 1; i < prices.size(); ++i)
      if (prices[i].time_ms < prices[found].time_ms) found = i;
    return found;
  }
  template <typename Prices>
  static std::size_t latest(const Prices& prices) {
    std::size_t found = 0;
    for (std::size_t i = 1; i < prices.size(); ++i)
      if (prices[i].time_ms >= prices[found].time_ms) found = i;
    return found;
  }

  std::optional<SessionSpan> session_of(double time_ms) const {
    if (spec_.sessions.empty()) return SessionSpan{-INFINITY, INFINITY};
    for (const SessionSpan& session : spec_.sessions)
      if (time_ms >= session.start && time_ms < session.end) return session;
    return std::nullopt;
  }
  SessionSpan span_of(const SessionSpan& session, double time_ms) const {
    if (spec_.by != BarBy::Time) return session;
    const auto length = static_cast<std::int64_t>(std::lround(spec_.size * 1000));
    const auto origin = spec_.sessions.empty() ? 0 : static_cast<std::int64_t>(session.start);
    const std::int64_t passed = static_cast<std::int64_t>(std::floor(time_ms)) - origin;
    const std::int64_t whole = (passed >= 0 ? passed : passed - length + 1) / length;
    const auto start = static_cast<double>(origin + whole * length);
    return {start, std::fmin(start + static_cast<double>(length), session.end)};
  }

  bool can_amend() const { return spec_.late == LateTicks::Amend && closed() > 0; }
  Made* newest_closed() { return closed() == 0 ? nullptr : &bars_[closed() - 1]; }

  void mark_end(Made& made) const {
    if (spec_.by != BarBy::Time) return;
    if (made.span.end == made.session.end) made.flags |= kBarLast;
    if (made.span.end - made.span.start < spec_.size * 1000) made.flags |= kBarShort;
  }
  void end_forming() {
    if (spec_.by != BarBy::Time) bars_.back().flags |= kBarShort | kBarLast;
    bars_.back().is_over = true;
    is_forming_ = false;
  }
  void close_if_full() {
    const Bar bar = at(bars_.size() - 1);
    const bool full = (spec_.by == BarBy::Ticks && bar.count >= spec_.size) ||
                      (spec_.by == BarBy::Volume && bar.volume >= spec_.size) ||
                      (spec_.by == BarBy::Notional && std::fabs(bar.notional) >= spec_.size);
    if (full) is_forming_ = false;
  }
  void carry_until(double time_ms) {
    if (spec_.empty != EmptyBars::Carry || spec_.by != BarBy::Time || bars_.empty() || is_forming_) return;
    for (;;) {
      const Made& newest = bars_.back();
      if (newest.span.end >= newest.session.end) return;
      Made made{newest.session, span_of(newest.session, newest.span.end), {}};
      if (made.span.end > time_ms) return;
      if (gap_) made.flags |= kBarGap;
      mark_end(made);
      made.is_over = true;
      bars_.push_back(made);
    }
  }
  void count(BarLoss loss) { ++losses_[static_cast<std::size_t>(loss)]; }

  BarSpec spec_;
  std::vector<Made> bars_;
  bool is_forming_ = false;
  bool gap_ = false;
  double first_ms_;  // of earlier ones nothing is known
  std::uint64_t losses_[kBarLosses]{};
};

}  // namespace ibkr::test
