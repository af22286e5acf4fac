// The risk gate's book: limits, positions, what is reserved for working orders, counters. One for all
// connections and threads of a process; docs/risk.md has its checks as a table.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "risk/flat_index.hpp"
#include "risk/limits.hpp"
#include "risk/order_intent.hpp"
#include "risk/recent_orders.hpp"
#include "risk/risk_lock.hpp"
#include "risk/scope.hpp"
#include "risk/stop_latch.hpp"
#include "risk/working_order.hpp"

namespace ibkr {

/// How much the book holds. What is over is denied (TABLE_FULL), never forgotten.
struct RiskCapacity {
  std::size_t instruments = 4'096;
  std::size_t orders = 16'384;      ///< working at once
  std::size_t lines = 16'384;       ///< instruments × scopes that have orders or positions
  std::size_t scopes = 32;          ///< accounts and strategies, and one for everything
  std::size_t refs = 65'536;        ///< orderRefs of a day
  std::size_t recent = 4'096;       ///< orders within duplicateWindowMs
  std::size_t executions = 65'536;  ///< ids that are remembered; the oldest go first
};

/// Why an order is no longer reserved.
enum class ReleaseReason : std::uint8_t {
  Unsent,  ///< no byte left: its orderRef and its place among the day's orders are free again
  Ended,   ///< rejected, cancelled, expired
};

/// Something was executed. Of an order that the book does not know its own words count.
struct RiskExecution {
  std::uint64_t key = 0;  ///< as OrderIntent's; 0: none of ours
  std::uint64_t id = 0;   ///< hash of its id; 0: none
  std::uint64_t instrument = 0;
  std::uint64_t account = 0;
  std::uint64_t strategy = 0;
  OrderSide side = OrderSide::Buy;
  double quantity = 0;
  double price = 0;
  double fee = 0;  ///< in the base currency
  double now_ms = 0;
};

enum class ExecutionTake : std::uint8_t {
  Taken,
  Repeated,  ///< it was taken before
  Unknown,   ///< no instrument or no scope, or no room: everything is halted
};

struct ScopeSnapshot {
  RiskState state = RiskState::Active;
  Decision cause{};
  double gross_exposure = 0, net_exposure = 0, profit = 0, realized = 0, drawdown = 0, margin = 0;
  double volume_today = 0;
  std::int64_t open_orders = 0;
  std::uint64_t orders_today = 0, trades_today = 0;
};
/// What a scope has counted in its day, for the next process; in units and in the base currency.
struct ScopeDay {
  RiskState state = RiskState::Active;
  DenyCode cause = DenyCode::None;  ///< of the state
  std::uint64_t orders = 0, trades = 0;
  double volume = 0, realized = 0;
  double profit = 0;  ///< at the marks of the moment; NaN: as it is
  double highest_profit = 0;
};
struct LineSnapshot {
  double position = 0, working_buys = 0, working_sales = 0;
  std::int64_t orders = 0;
};

/// All of it is for any thread. Allocates in its constructor and in roll_day() only.
class RiskBook {
 public:
  static constexpr std::uint16_t kAll = 0;

  explicit RiskBook(const RiskCapacity& capacity = {});
  RiskBook(const RiskBook&) = delete;
  RiskBook& operator=(const RiskBook&) = delete;

  // Before an order's bytes.

  /// Judges a new order, or a change of one it knows, and reserves for it: one step.
  Decision check_and_reserve(const OrderIntent& order) { return check_unit({&order, 1}, UnitKind::Single); }
  /// The same of parts that leave together: all or none.
  Decision check_unit(std::span<const OrderIntent> parts, UnitKind kind);
  /// A cancel is about to leave. It is never denied; it counts among the messages of its order's scopes.
  void count_cancel(std::uint64_t key, double now_ms);

  // Behind it.

  void release(std::uint64_t key, ReleaseReason reason);
  /// The gateway has taken the oldest change that was not settled, or has refused it, or it did not leave.
  void settle_change(std::uint64_t key, bool accepted);
  ExecutionTake execute(const RiskExecution& execution);

  // What the gateway says of orders: risk_book_gateway.cpp.

  /// An order that works already, whoever has sent it: it is reserved, and nobody judges it. An order that is
  /// known stays as it is. False: no instrument, no scope or no room, and everything is halted.
  bool adopt(const OrderIntent& order, double filled);
  /// It works as it was asked for last. Nothing where these are not the newest terms.
  void confirm_change(std::uint64_t key, double quantity, double limit_price);
  /// It has ended with so much executed; what executions have not told of that stays reserved.
  void finish(std::uint64_t key, double filled);
  /// What was executed is not what it was said to be: a correction has replaced it. Counts no trade.
  ExecutionTake correct(const RiskExecution& before, const RiskExecution& now);
  /// A commission that is told behind its execution, in the base currency.
  void charge(const RiskExecution& execution);
  /// The keys of working orders whose upper half is this one; as many as fit, and how many there are.
  std::size_t working(std::uint32_t upper, std::span<std::uint64_t> keys);

  // What it has to know.

  void set_limits(const RiskLimits& limits);
  RiskLimits limits();
  /// Of the limits that count, without the lock: what a record of a decision says.
  double limits_version() const {
    return version_.load(std::memory_order_relaxed);
  }  // relaxed: stands for itself
  /// Facts that were there are replaced. False: no room, or numbers that are none.
  bool set_instrument(std::uint64_t key, const InstrumentFacts& facts);
  /// Another key of an instrument. False: there is no such instrument, no room, or the key is another's.
  bool add_alias(std::uint64_t alias, std::uint64_t key);
  /// Its number, from 0 on; nothing where it is not known, or the lock is not to be had.
  std::optional<std::uint32_t> place_of(std::uint64_t instrument);
  /// Of an account (`paper`: its name begins with D) or a strategy; nothing: no room.
  std::optional<std::uint16_t> set_scope(ScopeKind kind, std::uint64_t key, const ScopeLimits& limits,
                                         bool paper = false, Listing listing = Listing::None);
  void set_account_values(std::uint16_t scope, const AccountValues& values);
  /// The gateway's word on a position; `average_price` as fills have it.
  bool set_position(std::uint64_t instrument, std::uint64_t account, double quantity, double average_price);
  /// Values all positions in an instrument; goes on to the limits of losses.
  void mark(std::uint64_t instrument, double price);
  /// The same by its number; nothing where it is valued so already.
  void mark_at(std::uint32_t place, double price);
  std::size_t instruments();

  // States.

  StopLatch& latch() { return latch_; }
  /// By hand; Active takes back whatever had set it.
  void set_state(std::uint16_t scope, RiskState state);
  void roll_day();

  // Over the end of a process: risk_book_day.cpp.

  ScopeDay day(std::uint16_t scope);
  /// The stricter of what was counted and this, in each respect; but the profit is this. Positions of that
  /// moment may be set before or behind it, each behind mark() with the price it was valued at then: neither
  /// changes the profit, and what prices have done since does. False: there is no such scope.
  bool restore_day(std::uint16_t scope, const ScopeDay& day);
  /// It was counted before: told again it is Repeated.
  void remember_execution(std::uint64_t id, double now_ms);

  // One copy under the lock.

  ScopeSnapshot snapshot(std::uint16_t scope);
  LineSnapshot line(std::uint16_t scope, std::uint64_t instrument);

 private:
  static constexpr std::uint32_t kNone = Instrument::kNone;

  struct Found {
    std::uint32_t instrument = kNone;
    OrderScopes scopes{};
  };

  Decision find_scopes(std::uint64_t account, std::uint64_t strategy, OrderScopes& out) const;
  Decision find(const OrderIntent& order, Found& out);
  static bool is_change_of(const WorkingOrder& known, const OrderIntent& order, const Found& found);
  bool ensure_lines(std::uint32_t instrument, OrderScopes& scopes);
  std::optional<std::uint16_t> scope_of(ScopeKind kind, std::uint64_t key) const;

  Decision judge_parts(std::span<const OrderIntent> parts, UnitKind kind, const Found& found,
                       std::span<OrderTerms> terms);
  Decision judge_alone(const OrderIntent& order, const Found& found, OrderTerms& terms);
  Decision judge_doubles(std::span<const OrderIntent> parts, const Found& found) const;
  Decision judge_new(std::span<const OrderIntent> parts, UnitKind kind, const Found& found,
                     std::span<const OrderTerms> terms);
  Decision judge_change(const OrderIntent& order, std::uint32_t at, const Found& found,
                        const OrderTerms& terms);
  Decision judge_unit(const OrderIntent& first, const Found& found, const Contribution& more,
                      std::size_t orders, std::size_t changes, double now_ms, bool reduce_only);
  Decision judge_sides(const OrderIntent& first, const Found& found, const Contribution& more,
                       bool reduce_only) const;

  void count(const OrderScopes& scopes, std::size_t orders, std::size_t changes, double now_ms);
  void apply(std::uint32_t leader);
  void link(std::uint32_t at);
  void unlink(std::uint32_t at);
  void find_best(Instrument& instrument);
  void extend_best(const WorkingOrder& order);
  void halt_uncounted();
  void value_at(Instrument& instrument, double price);
  bool find_lines(const RiskExecution& execution, std::uint32_t& instrument, OrderScopes& scopes);
  void end(std::uint32_t at);
  void remember(const OrderIntent& order, const OrderScopes& scopes, double now_ms);

  RiskLock lock_;
  StopLatch latch_;
  RiskLimits limits_{};
  std::atomic<double> version_{0};
  double now_ms_ = -kNoLimit;  // of all orders: it never falls
  FlatIndex instrument_index_, line_index_, account_index_, strategy_index_, refs_;
  std::vector<Instrument> instruments_;
  std::vector<RiskLine> lines_;
  std::vector<Scope> scopes_;
  WorkingOrders orders_;
  RecentOrders recent_;
  RecentOrders executions_;
};

/// What orders that are the same have in common, for duplicateWindowMs.
std::uint64_t print_of(const OrderIntent& order, const OrderScopes& scopes);

}  // namespace ibkr
