// A filter's rules as plainly as they can be said: what the core is compared with.
#pragma once

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stream/filter.hpp"
#include "wire/unset.hpp"

namespace ibkr::test {

class FilterModel {
 public:
  explicit FilterModel(FilterRule rule) : rule_(std::move(rule)) {}

  std::string judge(const Record& record, double now) {
    const auto prices = prices_in(record);
    const std::string reason = reason_of(record, prices, now);
    if (reason == "passes")
      for (const auto& [field, price] : prices) accepted_[field] = price;
    return reason;
  }

 private:
  static constexpr double kNoPrice = std::numeric_limits<double>::quiet_NaN();
  using Prices = std::vector<std::pair<std::int32_t, double>>;

  static std::int32_t live(std::int32_t field) {
    static const std::map<std::int32_t, std::int32_t> kLive{{66, 1}, {67, 2}, {68, 4},
                                                            {69, 0}, {70, 3}, {71, 5}};
    return kLive.contains(field) ? kLive.at(field) : field;
  }
  static bool is_quote(std::int32_t field) {
    return live(field) == 1 || live(field) == 2 || live(field) == 4;
  }
  static bool is_none(double price, double size) {
    const bool no_size = size == kUnset || size == 0 || size == -1;
    return price == kUnset || std::isnan(price) || (price == -1 && no_size) || (price == 0 && size == 0);
  }
  static double value(const Record& record, std::size_t n) {
    double out;
    std::memcpy(&out, reinterpret_cast<const char*>(&record) + kBytesOffset + n * sizeof out, sizeof out);
    return out;
  }
  static Prices prices_in(const Record& r) {
    const auto one = [](std::int32_t field, double price, double size) {
      return std::pair{field, is_none(price, size) ? kNoPrice : price};
    };
    switch (r.kind) {
      case RecordKind::TickPrice:
        return is_quote(r.field) ? Prices{one(live(r.field), value(r, 0), value(r, 1))} : Prices{};
      case RecordKind::TickByTickAllLast:
      case RecordKind::RtTrade:
        return {one(-1, value(r, 1), value(r, 2))};
      case RecordKind::TickByTickMidPoint:
        return {one(-1, value(r, 1), kUnset)};
      case RecordKind::TickByTickBidAsk:
        return {one(1, value(r, 1), value(r, 3)), one(2, value(r, 2), value(r, 4))};
      default:
        return {};
    }
  }
  static bool is_smaller(const Record& r, double least) {
    const auto less = [least](double size) { return size != kUnset && size < least; };
    switch (r.kind) {
      case RecordKind::TickPrice:
        return is_quote(r.field) && less(value(r, 1));
      case RecordKind::TickSize:
        return (live(r.field) == 0 || live(r.field) == 3 || live(r.field) == 5) && less(value(r, 0));
      case RecordKind::TickByTickAllLast:
      case RecordKind::RtTrade:
        return less(value(r, 2));
      default:
        return false;
    }
  }
  bool is_special(const Record& r) const {
    if (r.kind == RecordKind::TickPrice) return rule_.exclude_past_limit && (r.aux & 2) != 0;
    if (r.kind != RecordKind::TickByTickAllLast) return false;
    if (rule_.exclude_past_limit && (r.aux & 1) != 0) return true;
    if (rule_.exclude_unreported && (r.aux & 2) != 0) return true;
    const std::string_view strings(reinterpret_cast<const char*>(&r) + strings_offset(3),
                                   r.slots * kSlotBytes);
    const std::size_t exchange = 2 + static_cast<unsigned char>(strings[0]);
    const std::string_view conditions =
        strings.substr(exchange + 2, static_cast<unsigned char>(strings[exchange]));
    for (const char c : conditions)
      if (c != ' ' && rule_.excluded_conditions.find(c) != std::string::npos) return true;
    return false;
  }
  double accepted(std::int32_t field) const {
    return accepted_.contains(field) ? accepted_.at(field) : kNoPrice;
  }

  std::string reason_of(const Record& r, const Prices& prices, double now) const {
    if ((rule_.kinds >> static_cast<int>(r.kind) & 1) == 0) return "kind";
    if (rule_.sessions) {
      bool open = false;
      for (const auto& [start, end] : *rule_.sessions) open |= now >= start && now < end;
      if (!open) return "session";
    }
    if (is_special(r)) return "condition";
    for (const auto& [field, price] : prices)
      if (!std::isnan(price) && (price < rule_.price_min || price > rule_.price_max)) return "price";
    if (is_smaller(r, rule_.min_size)) return "size";
    const double mid = (accepted(1) + accepted(2)) / 2;
    for (const auto& [field, price] : prices) {
      if (rule_.outlier_by == OutlierBy::None || std::isnan(mid) || std::isnan(price)) continue;
      const double limit =
          rule_.outlier_by == OutlierBy::Price ? rule_.outlier : std::abs(mid) * rule_.outlier / 100;
      if (std::abs(price - mid) > limit) return "outlier";
    }
    if (r.kind == RecordKind::TickPrice)
      for (const auto& [field, price] : prices)
        if (std::abs(price - accepted(field)) < rule_.min_price_change) return "change";
    return "passes";
  }

  FilterRule rule_;
  std::map<std::int32_t, double> accepted_;
};

}  // namespace ibkr::test
