// What is left out of a subscription's records before they are conflated or passed on. The board is not
// filtered: it has what the gateway last said.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bars/session_span.hpp"
#include "ring/record.hpp"

namespace ibkr {

/// Why a filter left something out, in the order in which it looks.
enum class FilterReason : std::uint8_t { Kind, Session, Condition, Price, Size, Outlier, Change };
inline constexpr std::size_t kFilterReasons = 7;

/// What the outlier's limit is.
enum class OutlierBy : std::uint8_t { None, Price, Percent };

/// The bit of a kind in FilterRule::kinds; none for kinds that are no messages of a feed.
constexpr std::uint32_t kind_bit(RecordKind kind) {
  const auto number = static_cast<std::uint32_t>(kind);
  return number < 32 ? std::uint32_t{1} << number : 0;
}

/// As it is, it leaves nothing out. Delayed ticks are judged as the live ones they stand for; where the
/// gateway says that there is no price, no rule about prices looks.
struct FilterRule {
  /// Only these kinds.
  std::uint32_t kinds = ~std::uint32_t{0};
  /// Bid, ask, last and trades below or above are left out.
  double price_min = -std::numeric_limits<double>::infinity();
  double price_max = std::numeric_limits<double>::infinity();
  /// Trades, and bid, ask and last with their size, of less are left out. In shares or contracts.
  double min_size = -std::numeric_limits<double>::infinity();
  /// TickPrice of bid, ask and last: left out unless it differs by this much from the last price of that
  /// field let through.
  double min_price_change = 0;
  /// Bid, ask, last and trades farther than this from the mid of the last bid and ask let through.
  OutlierBy outlier_by = OutlierBy::None;
  double outlier = 0;
  /// Only what arrives within one of these; in any order. Empty lets nothing through.
  std::optional<std::vector<SessionSpan>> sessions{};
  /// Tick-by-tick trades with one of these letters in their special conditions are left out. ASCII; a space
  /// is no condition.
  std::string excluded_conditions{};
  /// Tick-by-tick trades and prices past the limit are left out.
  bool exclude_past_limit = false;
  /// Tick-by-tick trades that are not reported are left out.
  bool exclude_unreported = false;
};

/// The rules for kinds, prices and sizes alone, for TickPrice and TickSize: small enough to lie beside what
/// every record needs.
struct TickFilter {
  double price_min, price_max, min_size;
  std::uint32_t kinds;

  static bool is_for(const Record& record) {
    return record.kind == RecordKind::TickPrice || record.kind == RecordKind::TickSize;
  }
  /// As Filter::judge(), of a record that it is for.
  std::optional<FilterReason> judge(const Record& record) const;
};

/// Judges the records of one subscription by its rule and by what was let through before. One thread at a
/// time.
class Filter {
 public:
  explicit Filter(const FilterRule& rule);

  /// Why a decoded record is left out; nothing lets it through, and its prices are remembered. `epoch_ms`:
  /// when it arrived. Allocates nothing.
  std::optional<FilterReason> judge(const Record& record, double epoch_ms);

  /// What may judge ticks in its place: nothing if what was let through before counts, or more than a tick's
  /// kind, price and size does.
  std::optional<TickFilter> for_ticks() const;

 private:
  /// Whose last accepted price is remembered; all others share one place that no rule reads.
  enum Field : std::uint8_t { kBid, kAsk, kLast, kOther, kFields };
  /// What the rules see of a record. NaN, which no comparison holds for, where it has none.
  struct View {
    Field fields[2];
    double prices[2];
    double size;
  };
  static View view_of(const Record& record);

  std::optional<FilterReason> reason(const Record& record, const View& view, double epoch_ms);
  bool in_session(double epoch_ms);
  bool is_special(const Record& record) const;
  bool is_special(std::string_view conditions) const;
  bool is_outlier(const View& view) const;

  FilterRule rule_;
  std::bitset<128> excluded_;
  double accepted_[kFields];
  // What in_session() found is so from here on, before there.
  double known_from_ = 0, known_until_ = 0;
  bool known_open_ = false;
};

}  // namespace ibkr
