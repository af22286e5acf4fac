#include "stream/filter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "ring/record_values.hpp"
#include "wire/price.hpp"

namespace ibkr {

namespace {

// Bits of `aux`.
constexpr std::int32_t kPricePastLimit = 2;
constexpr std::int32_t kTradePastLimit = 1;
constexpr std::int32_t kTradeUnreported = 2;

/// The second string of a tick-by-tick trade, behind its exchange.
std::string_view conditions_of(const Record& trade) {
  const char* at =
      reinterpret_cast<const char*>(&trade) + strings_offset(kDoublesOf<TickByTickAllLastValues>);
  std::uint16_t length = 0;
  std::memcpy(&length, at, sizeof length);
  at += sizeof length + length;
  std::memcpy(&length, at, sizeof length);
  return {at + sizeof length, length};
}

/// In order, and none of them empty or touching another.
void tidy(std::vector<SessionSpan>& spans) {
  std::erase_if(spans, [](const SessionSpan& span) { return !(span.start < span.end); });
  std::ranges::sort(spans, {}, &SessionSpan::start);
  std::size_t kept = 0;
  for (const SessionSpan& span : spans) {
    if (kept > 0 && span.start <= spans[kept - 1].end) {
      spans[kept - 1].end = std::max(spans[kept - 1].end, span.end);
    } else {
      spans[kept++] = span;
    }
  }
  spans.resize(kept);
}

/// Tick types of the API, live and delayed; what lies beyond has no price and no size of a side.
constexpr std::size_t kTypes = 128;

/// Bid size, ask size and last size.
constexpr std::array<bool, kTypes> kSized = [] {
  std::array<bool, kTypes> sized{};
  for (const std::size_t type : {0, 3, 5, 69, 70, 71}) sized[type] = true;
  return sized;
}();

/// Bid, ask and last, in the order of Filter::Field; 3 for all others.
constexpr std::uint8_t kNoPrice = 3;
constexpr std::array<std::uint8_t, kTypes> kPriced = [] {
  std::array<std::uint8_t, kTypes> priced{};
  priced.fill(kNoPrice);
  priced[1] = priced[66] = 0;
  priced[2] = priced[67] = 1;
  priced[4] = priced[68] = 2;
  return priced;
}();

bool is_sized(std::int32_t type) { return static_cast<std::uint32_t>(type) < kTypes && kSized[type]; }
std::uint8_t priced(std::int32_t type) {
  return static_cast<std::uint32_t>(type) < kTypes ? kPriced[type] : kNoPrice;
}

}  // namespace

std::optional<FilterReason> TickFilter::judge(const Record& record) const {
  if ((kinds & kind_bit(record.kind)) == 0) return FilterReason::Kind;
  if (record.kind == RecordKind::TickSize) {
    const bool small = is_sized(record.field) && number_of(values_of<TickSizeValues>(record).size) < min_size;
    return small ? std::optional(FilterReason::Size) : std::nullopt;
  }
  if (priced(record.field) == kNoPrice) return std::nullopt;
  const auto tick = values_of<TickPriceValues>(record);
  const double price = price_of(tick.price, tick.size);
  if (price < price_min || price > price_max) return FilterReason::Price;
  if (number_of(tick.size) < min_size) return FilterReason::Size;
  return std::nullopt;
}

Filter::Filter(const FilterRule& rule) : rule_(rule) {
  static_assert(kOther == kNoPrice);
  std::ranges::fill(accepted_, kNone);
  if (rule_.sessions) tidy(*rule_.sessions);
  for (const char c : rule_.excluded_conditions) {
    const auto letter = static_cast<unsigned char>(c);
    if (letter != ' ' && letter < excluded_.size()) excluded_.set(letter);
  }
}

std::optional<TickFilter> Filter::for_ticks() const {
  if (rule_.sessions || excluded_.any() || rule_.exclude_past_limit || rule_.exclude_unreported ||
      rule_.outlier_by != OutlierBy::None || rule_.min_price_change != 0)
    return std::nullopt;
  return TickFilter{rule_.price_min, rule_.price_max, rule_.min_size, rule_.kinds};
}

std::optional<FilterReason> Filter::judge(const Record& record, double epoch_ms) {
  const View view = view_of(record);
  const auto why = reason(record, view, epoch_ms);
  if (!why) {
    for (int i = 0; i < 2; ++i) accepted_[view.fields[i]] = view.prices[i];
  }
  return why;
}

std::optional<FilterReason> Filter::reason(const Record& record, const View& view, double epoch_ms) {
  if ((rule_.kinds & kind_bit(record.kind)) == 0) return FilterReason::Kind;
  if (rule_.sessions && !in_session(epoch_ms)) return FilterReason::Session;
  if (is_special(record)) return FilterReason::Condition;
  for (const double price : view.prices)
    if (price < rule_.price_min || price > rule_.price_max) return FilterReason::Price;
  if (view.size < rule_.min_size) return FilterReason::Size;
  if (rule_.outlier_by != OutlierBy::None && is_outlier(view)) return FilterReason::Outlier;
  if (record.kind == RecordKind::TickPrice &&
      std::abs(view.prices[0] - accepted_[view.fields[0]]) < rule_.min_price_change)
    return FilterReason::Change;
  return std::nullopt;
}

Filter::View Filter::view_of(const Record& record) {
  View view{{kOther, kOther}, {kNone, kNone}, kNone};
  switch (record.kind) {
    case RecordKind::TickPrice: {
      const auto field = static_cast<Field>(priced(record.field));
      if (field == kOther) break;
      const auto tick = values_of<TickPriceValues>(record);
      return {{field, kOther}, {price_of(tick.price, tick.size), kNone}, number_of(tick.size)};
    }
    case RecordKind::TickSize:
      if (is_sized(record.field)) view.size = number_of(values_of<TickSizeValues>(record).size);
      break;
    case RecordKind::TickByTickAllLast: {
      const auto trade = values_of<TickByTickAllLastValues>(record);
      view.prices[0] = price_of(trade.price, trade.size);
      view.size = number_of(trade.size);
      break;
    }
    case RecordKind::RtTrade: {
      const auto trade = values_of<RtTradeValues>(record);
      view.prices[0] = price_of(trade.price, trade.size);
      view.size = number_of(trade.size);
      break;
    }
    case RecordKind::TickByTickMidPoint:
      view.prices[0] = price_of(values_of<TickByTickMidPointValues>(record).price, kUnset);
      break;
    case RecordKind::TickByTickBidAsk: {
      const auto quote = values_of<TickByTickBidAskValues>(record);
      return {{kBid, kAsk},
              {price_of(quote.bid_price, quote.bid_size), price_of(quote.ask_price, quote.ask_size)},
              kNone};
    }
    default:
      break;
  }
  return view;
}

bool Filter::in_session(double epoch_ms) {
  if (epoch_ms >= known_from_ && epoch_ms < known_until_) return known_open_;
  constexpr double kForever = std::numeric_limits<double>::infinity();
  const std::vector<SessionSpan>& spans = *rule_.sessions;
  const auto next = std::ranges::upper_bound(spans, epoch_ms, {}, &SessionSpan::start);
  known_open_ = next != spans.begin() && epoch_ms < std::prev(next)->end;
  if (known_open_) {
    known_from_ = std::prev(next)->start;
    known_until_ = std::prev(next)->end;
  } else {
    known_from_ = next == spans.begin() ? -kForever : std::prev(next)->end;
    known_until_ = next == spans.end() ? kForever : next->start;
  }
  return known_open_;
}

bool Filter::is_special(const Record& record) const {
  switch (record.kind) {
    case RecordKind::TickPrice:
      return rule_.exclude_past_limit && (record.aux & kPricePastLimit) != 0;
    case RecordKind::TickByTickAllLast:
      return (rule_.exclude_past_limit && (record.aux & kTradePastLimit) != 0) ||
             (rule_.exclude_unreported && (record.aux & kTradeUnreported) != 0) ||
             (excluded_.any() && is_special(conditions_of(record)));
    default:
      return false;
  }
}

bool Filter::is_special(std::string_view conditions) const {
  return std::ranges::any_of(conditions, [this](char c) {
    const auto letter = static_cast<unsigned char>(c);
    return letter < excluded_.size() && excluded_[letter];
  });
}

bool Filter::is_outlier(const View& view) const {
  const double mid = (accepted_[kBid] + accepted_[kAsk]) / 2;
  const double limit =
      rule_.outlier_by == OutlierBy::Price ? rule_.outlier : std::abs(mid) * rule_.outlier / 100;
  return std::ranges::any_of(view.prices,
                             [mid, limit](double price) { return std::abs(price - mid) > limit; });
}

}  // namespace ibkr
