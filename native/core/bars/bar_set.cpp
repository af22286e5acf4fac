#include "bars/bar_set.hpp"

#include <algorithm>
#include <cmath>

#include "ring/record_values.hpp"
#include "wire/price.hpp"

namespace ibkr {

namespace {

enum TickType : std::int32_t {
  kBid = 1,
  kAsk = 2,
  kLast = 4,
  kRtVolumeTick = 48,
  kDelayedBid = 66,
  kDelayedAsk = 67,
  kDelayedLast = 68,
  kRtTradeVolumeTick = 77
};

/// The exchange's time, or the arrival where it has none that can be.
double time_of(double exchange_ms, double arrival_ms) {
  return exchange_ms > 0 && exchange_ms <= arrival_ms + BarSet::kMostAheadMs ? exchange_ms : arrival_ms;
}

double size_of(double size) { return size > 0 && size < kUnset ? size : 0; }

}  // namespace

std::size_t BarSet::add(const BarSpec& spec, BarMemory memory, double since_ms) {
  const auto at = static_cast<std::uint32_t>(series_.size());
  const BarBuilder& bars = series_.emplace_back(spec, memory, since_ms);
  if (joins_run(bars, at)) return at;
  if (memory.run() != nullptr) memory.use_run(BarRunUse::None, 0);
  singles_.push_back(at);
  return at;
}

bool BarSet::joins_run(const BarBuilder& bars, std::uint32_t at) {
  constexpr std::uint32_t kNoPlace = 0xFFFF'FFFF;
  BarMemory memory = bars.memory();
  const bool has_sums = bars.price() == BarPrice::Trades;
  if (memory.run() == nullptr || !bars.can_run() || (has_sums && memory.run_sums().empty())) return false;
  std::uint8_t& run = run_of_[static_cast<std::size_t>(bars.price())];
  if (run == kNoRun) {
    run = runs_++;
    runners_[run] = BarRunner(*memory.run(), has_sums ? memory.run_sums().data() : nullptr);
  }
  BarRunner& runner = runners_[run];
  const auto place = static_cast<std::uint32_t>(members_[run].size());
  if (runner.run() != memory.run() || (has_sums && place >= memory.run_sums().size())) return false;
  memory.use_run(bars.run_use(), has_sums ? place : kNoPlace);
  members_[run].push_back(at);
  runner.grow();
  return true;
}

void BarSet::settle() {
  for (std::size_t run = 0; run < runs_; ++run) runners_[run].settle(series_, members_[run]);
}

template <typename Do>
bool BarSet::all(Do&& act) {
  settle();
  bool changed = false;
  next_close_ms_ = std::numeric_limits<double>::infinity();
  for (BarBuilder& bars : series_) {
    changed |= act(bars) != BarEvent::None;
    next_close_ms_ = std::min(next_close_ms_, bars.next_close_ms());
  }
  return changed;
}

bool BarSet::give(BarPrice which, double time_ms, double price, double size) {
  bool changed = false;
  const std::uint8_t run = run_of_[static_cast<std::size_t>(which)];
  if (run != kNoRun && !runners_[run].take(time_ms, price, size))
    changed = give_each(run, time_ms, price, size);
  if (!singles_.empty()) changed |= give_single(which, time_ms, price, size);
  return changed;
}

bool BarSet::give_each(std::size_t run, double time_ms, double price, double size) {
  const std::span<const std::uint32_t> members = members_[run];
  // Of thousands of series none is in the caches: all at once takes no longer than one.
  for (const std::uint32_t member : members) series_[member].prefetch();
  for (const std::uint32_t member : members) series_[member].prefetch_bar();
  runners_[run].settle(series_, members);
  bool changed = false;
  for (const std::uint32_t member : members) changed |= give_one(series_[member], time_ms, price, size);
  runners_[run].arm(series_, members);
  return changed;
}

bool BarSet::give_single(BarPrice which, double time_ms, double price, double size) {
  bool changed = false;
  for (const std::uint32_t single : singles_)
    if (series_[single].price() == which) changed |= give_one(series_[single], time_ms, price, size);
  return changed;
}

bool BarSet::give_one(BarBuilder& bars, double time_ms, double price, double size) {
  const bool changed = bars.take(time_ms, price, size) != BarEvent::None;
  next_close_ms_ = std::min(next_close_ms_, bars.next_close_ms());
  return changed;
}

bool BarSet::take_trade(double exchange_ms, double arrival_ms, double price, double size) {
  if (std::isfinite(price))
    return give(BarPrice::Trades, time_of(exchange_ms, arrival_ms), price, size_of(size));
  for (BarBuilder& bars : series_)
    if (bars.price() == BarPrice::Trades) bars.lose(BarLoss::Unpriced);
  return false;
}

bool BarSet::take_side(double& side, BarPrice which, double price, double arrival_ms) {
  side = std::isfinite(price) ? price : kNone;
  bool changed = false;
  if (std::isfinite(price)) changed = give(which, arrival_ms, price, 0);
  if (const double mid = BidAsk{.bid = bid_, .ask = ask_}.mid(); std::isfinite(mid))
    changed |= give(BarPrice::Mid, arrival_ms, mid, 0);
  return changed;
}

bool BarSet::take(const Record& record, double arrival_ms) {
  switch (record.kind) {
    case RecordKind::RtTrade: {
      if (record.field == kRtVolumeTick ? trades_ != TradeFeed::RtVolume
                                        : trades_ != TradeFeed::RtTradeVolume)
        return false;
      const auto values = values_of<RtTradeValues>(record);
      return take_trade(values.time, arrival_ms, number_of(values.price), values.size);
    }
    case RecordKind::TickByTickAllLast: {
      if (trades_ != TradeFeed::TickByTick) return false;
      const auto values = values_of<TickByTickAllLastValues>(record);
      return take_trade(values.time * 1000, arrival_ms, number_of(values.price), values.size);
    }
    case RecordKind::TickPrice: {
      const auto [price, size] = values_of<TickPriceValues>(record);
      const double known = price_of(price, size);
      switch (record.field) {
        case kLast:
        case kDelayedLast:
          return trades_ == TradeFeed::Last && take_trade(arrival_ms, arrival_ms, known, size);
        case kBid:
        case kDelayedBid:
          return quotes_ == QuoteFeed::Line && take_side(bid_, BarPrice::Bid, known, arrival_ms);
        case kAsk:
        case kDelayedAsk:
          return quotes_ == QuoteFeed::Line && take_side(ask_, BarPrice::Ask, known, arrival_ms);
        default:
          return false;
      }
    }
    case RecordKind::TickByTickBidAsk: {
      if (quotes_ != QuoteFeed::BidAsk) return false;
      const auto values = values_of<TickByTickBidAskValues>(record);
      const double time_ms = time_of(values.time * 1000, arrival_ms);
      const double bid = price_of(values.bid_price, values.bid_size);
      const double ask = price_of(values.ask_price, values.ask_size);
      bool changed = false;
      if (std::isfinite(bid)) changed |= give(BarPrice::Bid, time_ms, bid, 0);
      if (std::isfinite(ask)) changed |= give(BarPrice::Ask, time_ms, ask, 0);
      if (const double mid = (bid + ask) / 2; std::isfinite(mid))
        changed |= give(BarPrice::Mid, time_ms, mid, 0);
      return changed;
    }
    case RecordKind::TickByTickMidPoint: {
      if (quotes_ != QuoteFeed::MidPoint) return false;
      const auto [time, price] = values_of<TickByTickMidPointValues>(record);
      const double mid = number_of(price);
      return std::isfinite(mid) && give(BarPrice::Mid, time_of(time * 1000, arrival_ms), mid, 0);
    }
    default:
      return false;
  }
}

bool BarSet::advance(double now_ms) {
  if (!(now_ms >= next_close_ms_)) return false;
  return all([now_ms](BarBuilder& bars) { return bars.advance(now_ms); });
}

void BarSet::gap() {
  settle();
  for (BarBuilder& bars : series_) bars.gap();
}

bool BarSet::correct(const BarCorrection& correction) {
  return all([&](BarBuilder& bars) {
    return bars.price() == BarPrice::Trades ? bars.correct(correction) : BarEvent::None;
  });
}

bool BarSet::set_sessions(const std::vector<SessionSpan>& sessions) {
  if (problem_of(std::span(sessions))) return false;
  all([&](BarBuilder& bars) {
    bars.set_sessions(sessions);
    return BarEvent::None;
  });
  return true;
}

bool BarSet::resume(std::size_t place, const Bar& bar) {
  settle();
  const bool resumed = series_[place].resume(bar);
  next_close_ms_ = std::min(next_close_ms_, series_[place].next_close_ms());
  return resumed;
}

bool BarSet::finish() {
  return all([](BarBuilder& bars) { return bars.finish(); });
}

}  // namespace ibkr
