// What the records of one subscription make beside its quote: bars and an order book.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "bars/bar_set.hpp"
#include "book/order_book.hpp"
#include "ring/record.hpp"

namespace ibkr {

struct BarSeriesPlan {
  BarSpec spec;      ///< has no problem_of()
  BarMemory memory;  ///< outlives what is made of the plan
};
struct BarPlan {
  TradeFeed trades = TradeFeed::TickByTick;
  QuoteFeed quotes = QuoteFeed::Line;
  double since_ms = 0;  ///< when the ticks begin, since 1970
  std::vector<BarSeriesPlan> series{};
};
struct BookPlan {
  BookMemory* memory = nullptr;  ///< as BarSeriesPlan's
  std::uint32_t depth = 1;       ///< 1 … kMaxBookRows
  DeletePolicy deletes = DeletePolicy::Forgive;
  /// Depth goes on as records, too; otherwise it ends in the book.
  bool passes_records = false;
};

/// As JavaScript asks for it, once for a subscription.
struct AggregatePlan {
  std::optional<BarPlan> bars{};
  std::optional<BookPlan> book{};
  /// Set when nothing is written to the memory any more.
  std::shared_ptr<std::atomic<bool>> let_go = std::make_shared<std::atomic<bool>>(false);

  bool empty() const { return !bars && !book; }
};

// What JavaScript wants done with them, in order with the records.
struct GapOrder {};
struct ResumeOrder {
  std::size_t place;
  Bar bar;
};
using SessionsOrder = std::vector<SessionSpan>;
struct ResetBookOrder {};
using AggregateOrder = std::variant<GapOrder, BarCorrection, ResumeOrder, SessionsOrder, ResetBookOrder>;

/// One thread at a time. take() and advance() allocate nothing.
class alignas(64) Aggregates {
 public:
  /// Begins in the plan's memory. Where a series of an ended subscription goes on, that one is no longer
  /// written.
  Aggregates(std::int32_t req_id, const AggregatePlan& plan);
  /// Touches no memory: that may be gone with the connection. finish() before, where it is not.
  ~Aggregates();
  Aggregates(const Aggregates&) = delete;
  Aggregates& operator=(const Aggregates&) = delete;

  /// A decoded record of the subscription. True if it goes no further: depth that has ended in the book.
  bool take(const Record& record, double arrival_ms) {
    if (record.kind == RecordKind::MarketDepth || record.kind == RecordKind::MarketDepthL2)
      return take_depth(record);
    if (!bars_) return false;
    has_ticked_ = true;
    if (bars_->take(record, arrival_ms)) changed_ |= kBars;
    return false;
  }
  /// The clock says that it is so late, in milliseconds since 1970.
  void advance(double now_ms) {
    if (bars_ && bars_->advance(now_ms)) changed_ |= kBars;
  }
  /// Before this advance() has nothing to do; it may be too early, never too late.
  double next_close_ms() const {
    return bars_ ? bars_->next_close_ms() : std::numeric_limits<double>::infinity();
  }
  /// No record comes any more: the forming bars are closed short, the book keeps its last rows.
  void finish() {
    if (bars_) bars_->finish();
  }
  void run(const AggregateOrder& order, double now_micros);

  /// What has changed since it was reset to 0.
  enum Changes : std::uint8_t { kBars = 1, kBook = 2 };
  std::uint8_t changed() const { return changed_; }
  void set_told(std::uint8_t changes) {
    changed_ &= static_cast<std::uint8_t>(~changes);
    if ((changes & kBars) != 0) has_ticked_ = false;
  }
  /// Records came since changed bars were told of, and since the last gap; otherwise it was the clock, or an
  /// order.
  bool has_ticked() const { return has_ticked_; }

  bool has_bars() const { return bars_.has_value(); }
  std::int32_t req_id() const { return req_id_; }
  bool is_listed() const { return listed_; }  ///< for AggregateDesk
  void set_listed(bool listed) { listed_ = listed; }

  /// Fetches the memory that take() needs, in three steps with time between them.
  void prefetch() const {
    for (std::size_t line = 0; line < kLinesOfTick; ++line)
      __builtin_prefetch(reinterpret_cast<const std::byte*>(this) + line * 64, 1);
  }
  void prefetch_series() const {
    if (bars_) bars_->prefetch();
    if (plan_of_book_) __builtin_prefetch(plan_of_book_->memory, 1);
  }
  void prefetch_bars() const {
    if (bars_) bars_->prefetch_bars();
  }

 private:
  bool take_depth(const Record& record);

  // What a tick needs lies in the first line, and in one for each run behind it; few have more than one.
  static constexpr std::size_t kLinesOfTick = 2;
  std::int32_t req_id_;
  std::uint8_t changed_ = 0;
  bool has_ticked_ = false;
  bool listed_ = false;
  std::optional<BarSet> bars_;
  std::optional<BookPlan> plan_of_book_;
  std::shared_ptr<std::atomic<bool>> let_go_;
};

}  // namespace ibkr
