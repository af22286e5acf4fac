// The book beside the model, through random orders, changes, cancels, executions and answers.
#include <array>
#include <string>
#include <vector>

#include "check.hpp"
#include "support/random.hpp"
#include "support/risk_model.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::uint64_t kInstruments = 6, kAccounts = 2, kStrategies = 3;

class Run {
 public:
  explicit Run(std::uint64_t seed) : random_(seed), book_({16, 64, 128, 16, 64, 64, 64}) {
    RiskLimits limits;
    limits.collar_percent = kNoLimit;
    limits.prevent_self_trade = 0;
    limits.all = scope_limits(4);
    book_.set_limits(limits);
    scopes_.push_back({0, 0, limits.all});
    for (std::uint64_t i = 1; i <= kInstruments; ++i) {
      CHECK(book_.set_instrument(i, {}));
      model_.marks[i] = 0.25 * static_cast<double>(random_.between(40, 400));
      book_.mark(i, model_.marks[i]);
    }
    for (std::uint64_t i = 1; i <= kAccounts; ++i) add_scope(ScopeKind::Account, i);
    for (std::uint64_t i = 1; i <= kStrategies; ++i) add_scope(ScopeKind::Strategy, i);
  }

  void step() {
    switch (random_.below(10)) {
      case 0:
      case 1:
      case 2:
        return place();
      case 3:
      case 4:
        return change();
      case 5:
        return settle();
      case 6:
        return cancel();
      case 7:
        return mark();
      default:
        return fill();
    }
  }

  /// Every figure of every scope.
  bool compare() {
    bool good = true;
    for (std::uint16_t i = 0; i < scopes_.size(); ++i) {
      const ScopeSnapshot seen = book_.snapshot(i);
      const ModelFigures wanted = model_.figures(scopes_[i], 1);
      good &= CHECK_EQ(seen.gross_exposure, wanted.gross);
      good &= CHECK_EQ(seen.net_exposure, wanted.net);
      good &= CHECK_EQ(static_cast<double>(seen.open_orders), wanted.orders);
      for (std::uint64_t instrument = 1; instrument <= kInstruments; ++instrument) {
        const LineSnapshot line = book_.line(i, instrument);
        const double worst = std::max(std::fabs(line.position + line.working_buys),
                                      std::fabs(line.position - line.working_sales));
        good &= CHECK_EQ(worst, model_.figures(scopes_[i], instrument).worst_position);
        // Every position came of an order that was judged: the limit holds whatever happens.
        good &= CHECK(worst <= scopes_[i].limits.max_position);
      }
    }
    return good;
  }

  std::uint64_t allowed = 0, denied = 0;

 private:
  ScopeLimits scope_limits(double factor) {
    ScopeLimits out;
    out.max_position = static_cast<double>(random_.between(100, 400)) * factor;
    out.max_gross_exposure = static_cast<double>(random_.between(20'000, 90'000)) * factor;
    out.max_net_exposure = static_cast<double>(random_.between(10'000, 60'000)) * factor;
    out.max_open_orders = static_cast<double>(random_.between(4, 12));
    out.max_symbol_open_orders = static_cast<double>(random_.between(2, 5));
    return out;
  }
  void add_scope(ScopeKind kind, std::uint64_t key) {
    const ScopeLimits limits = scope_limits(1);
    CHECK(book_.set_scope(kind, key, limits).has_value());
    scopes_.push_back({kind == ScopeKind::Account ? key : 0, kind == ScopeKind::Strategy ? key : 0, limits});
  }

  OrderIntent intent_of(std::uint64_t key, const ModelOrder& order, const ModelTerms& terms) const {
    OrderIntent out;
    out.key = key;
    out.instrument = order.instrument;
    out.account = order.account;
    out.strategy = order.strategy;
    out.side = order.buy ? OrderSide::Buy : OrderSide::Sell;
    out.quantity = terms.quantity;
    out.limit_price = terms.price;
    return out;
  }
  ModelTerms random_terms() {
    return {static_cast<double>(random_.between(1, 150)),
            0.25 * static_cast<double>(random_.between(20, 500))};
  }

  /// Asks the book, and the model what it wants with `after` in the place of what there is.
  bool judge(std::uint64_t key, const ModelOrder& after, const ModelTerms& terms) {
    std::vector<ModelFigures> before;
    for (const ModelScope& scope : scopes_) before.push_back(model_.figures(scope, after.instrument));
    const auto known = model_.orders.find(key);
    const ModelOrder was = known == model_.orders.end() ? ModelOrder{} : known->second;
    const bool is_change = known != model_.orders.end();
    model_.orders[key] = after;
    DenyCode wanted = DenyCode::None;
    for (std::size_t i = 0; i < scopes_.size() && wanted == DenyCode::None; ++i) {
      const bool mine = (scopes_[i].account == 0 || scopes_[i].account == after.account) &&
                        (scopes_[i].strategy == 0 || scopes_[i].strategy == after.strategy);
      if (mine)
        wanted = RiskModel::judge(scopes_[i].limits, before[i], model_.figures(scopes_[i], after.instrument));
    }
    const Decision got = book_.check_and_reserve(intent_of(key, after, terms));
    CHECK_EQ(deny_row(got.code).name, deny_row(wanted).name);
    ++(wanted == DenyCode::None ? allowed : denied);
    if (wanted == DenyCode::None) return true;
    if (is_change) {
      model_.orders[key] = was;
    } else {
      model_.orders.erase(key);
    }
    return false;
  }

  void place() {
    ModelOrder order{.instrument = 1 + random_.below(kInstruments),
                     .account = 1 + random_.below(kAccounts),
                     .strategy = 1 + random_.below(kStrategies),
                     .buy = random_.one_in(2)};
    order.settled = order.newest = order.worst = random_terms();
    judge(++last_key_, order, order.worst);
  }

  std::uint64_t any() {
    if (model_.orders.empty()) return 0;
    auto it = model_.orders.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random_.below(model_.orders.size())));
    return it->first;
  }

  void change() {
    const std::uint64_t key = any();
    if (key == 0) return;
    ModelOrder after = model_.orders[key];
    after.newest = random_terms();
    after.worst = {std::max(after.worst.quantity, after.newest.quantity),
                   std::max(after.worst.price, after.newest.price)};
    ++after.unsettled;
    judge(key, after, after.newest);
  }

  void settle() {
    const std::uint64_t key = any();
    if (key == 0) return;
    const bool accepted = random_.one_in(2);
    book_.settle_change(key, accepted);
    ModelOrder& order = model_.orders[key];
    if (order.unsettled == 0) return;
    if (--order.unsettled > 0) {
      if (accepted)
        order.settled = {std::max(order.settled.quantity, order.newest.quantity),
                         std::max(order.settled.price, order.newest.price)};
      return;
    }
    if (accepted) order.settled = order.newest;
    order.newest = order.worst = order.settled;
    if (order.remaining() == 0) model_.orders.erase(key);
  }

  void cancel() {
    const std::uint64_t key = any();
    if (key == 0) return;
    book_.count_cancel(key, 0);
    book_.release(key, random_.one_in(3) ? ReleaseReason::Unsent : ReleaseReason::Ended);
    model_.orders.erase(key);
    book_.release(key, ReleaseReason::Ended);  // what ends twice ends once
  }

  void fill() {
    const std::uint64_t key = any();
    if (key == 0) return;
    ModelOrder& order = model_.orders[key];
    const double quantity =
        static_cast<double>(random_.between(1, static_cast<std::int64_t>(order.remaining())));
    const RiskExecution execution{.key = key,
                                  .id = ++last_execution_,
                                  .instrument = order.instrument,
                                  .account = order.account,
                                  .strategy = order.strategy,
                                  .side = order.buy ? OrderSide::Buy : OrderSide::Sell,
                                  .quantity = quantity,
                                  .price = order.worst.price};
    CHECK(book_.execute(execution) == ExecutionTake::Taken);
    if (random_.one_in(4)) CHECK(book_.execute(execution) == ExecutionTake::Repeated);
    model_.positions[{order.instrument, order.account, order.strategy}] += order.buy ? quantity : -quantity;
    order.filled += quantity;
    if (order.remaining() == 0) model_.orders.erase(key);
  }

  void mark() {
    const std::uint64_t instrument = 1 + random_.below(kInstruments);
    model_.marks[instrument] = 0.25 * static_cast<double>(random_.between(40, 400));
    book_.mark(instrument, model_.marks[instrument]);
  }

  Random random_;
  RiskBook book_;
  RiskModel model_;
  std::vector<ModelScope> scopes_;
  std::uint64_t last_key_ = 0, last_execution_ = 0;
};

TEST(
    "the book decides and counts as the model does, through random orders, changes, cancels and executions") {
  Random seeds(check::seed());
  const int runs = check::scaled(40, 6), steps = check::scaled(1'500, 500);
  std::uint64_t allowed = 0, denied = 0;
  for (int run = 0; run < runs; ++run) {
    const std::uint64_t seed = seeds.bits();
    const check::Note note("run " + std::to_string(run) + ", seed " + std::to_string(seed));
    Run both(seed);
    for (int i = 0; i < steps; ++i) {
      both.step();
      if (!both.compare()) return;
    }
    allowed += both.allowed;
    denied += both.denied;
  }
  // Neither side of the limits is left out.
  CHECK(allowed > static_cast<std::uint64_t>(runs * steps / 20));
  CHECK(denied > static_cast<std::uint64_t>(runs * steps / 20));
}

}  // namespace
