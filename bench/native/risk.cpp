// The risk gate's core with every limit set and none reached: orders are judged and reserved while as many
// others work, and the oldest is released. Prints one JSON line; nanoseconds.
//
//   risk --orders N --working N --instruments N --gate on|off
//
// "off" makes the same orders and asks nobody: what the loop costs by itself.

#include <time.h>

#include <random>
#include <string_view>
#include <vector>

#include "options.hpp"
#include "percentiles.hpp"
#include "risk/risk_book.hpp"

#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

using namespace bench;
using namespace ibkr;

namespace {

double nanos() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return double(now.tv_sec) * 1e9 + double(now.tv_nsec);
}

/// Instructions of this thread in user space; −1 where the system does not tell.
class Instructions {
 public:
  Instructions() {
#ifdef __linux__
    perf_event_attr attr{};
    attr.type = PERF_TYPE_HARDWARE;
    attr.size = sizeof attr;
    attr.config = PERF_COUNT_HW_INSTRUCTIONS;
    attr.exclude_kernel = attr.exclude_hv = 1;
    fd_ = int(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0));
#endif
  }
  double count() const {
    long long value = -1;
#ifdef __linux__
    if (fd_ < 0 || read(fd_, &value, sizeof value) != sizeof value) return -1;
#endif
    return double(value);
  }

 private:
  int fd_ = -1;
};

RiskLimits all_limits() {
  RiskLimits out;
  out.max_quantity = 1e6;
  out.max_notional = 1e9;
  out.collar_ticks = 1000;
  out.max_spread_ticks = 1000;
  out.duplicate_window_ms = 100;
  out.short_sale = double(ShortSale::Available);
  out.environment = double(RiskEnvironment::Paper);
  out.only_allowed_symbols = 1;
  out.trade_from_ms = 0;
  out.trade_to_ms = 1e15;
  out.max_type_quantity.fill(1e6);
  return out;
}

ScopeLimits scope_limits() {
  ScopeLimits out;
  out.max_position = out.max_gross_exposure = out.max_net_exposure = 1e12;
  out.max_leverage = out.buying_power_percent = 1e6;
  out.max_account_age_ms = 1e12;
  out.max_open_orders = out.max_symbol_open_orders = 1e6;
  out.rate_window_ms = out.execution_window_ms = 10;
  out.max_order_rate = out.max_modify_rate = out.max_message_rate = out.max_execution_rate = 1000;
  for (double* limit = &out.daily_orders_soft; limit <= &out.drawdown_hard; ++limit) *limit = 1e12;
  return out;
}

class Desk {
 public:
  Desk(int instruments, int working)
      : instruments_(instruments),
        book_({size_t(instruments), size_t(working) + 16, size_t(instruments) * 3 + 16}) {
    RiskLimits limits = all_limits();
    limits.all = scope_limits();
    book_.set_limits(limits);
    InstrumentFacts facts;
    facts.listing = Listing::Allowed;
    facts.max_quantity = facts.max_position = 1e9;
    facts.shortable_shares = 1e9;
    facts.bands = {{{0, 0.0001}, {1, 0.01}, {1e5, 0.05}}};
    for (int i = 1; i <= instruments; ++i) {
      book_.set_instrument(uint64_t(i) * 7919, facts);
      book_.mark(uint64_t(i) * 7919, 100);
    }
    const auto account = book_.set_scope(ScopeKind::Account, 1, scope_limits(), true);
    const auto strategy = book_.set_scope(ScopeKind::Strategy, 2, scope_limits());
    for (const auto& scope : {std::optional<uint16_t>(RiskBook::kAll), account, strategy})
      book_.set_account_values(*scope, {1e12, 1e12, 0});
  }

  OrderIntent next() {
    OrderIntent out;
    out.key = ++key_;
    out.ref = key_ * 0x9E3779B97F4A7C15u;
    out.instrument = uint64_t(1 + random_() % uint64_t(instruments_)) * 7919;
    out.account = 1;
    out.strategy = 2;
    out.side = key_ % 2 ? OrderSide::Buy : OrderSide::Sell;
    out.quantity = double(1 + key_ % 5000);
    out.limit_price = key_ % 2 ? 99.99 : 100.01;
    out.now_ms = double(key_) * 0.05;
    out.quote = {99.99, 100.01, 100, 5};
    return out;
  }
  RiskBook& book() { return book_; }
  /// Unsent: a reference is used once a day, and this is longer than one.
  void release_oldest(int working) { book_.release(key_ - uint64_t(working), ReleaseReason::Unsent); }

 private:
  int instruments_;
  RiskBook book_;
  std::mt19937_64 random_{1};
  uint64_t key_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Arguments args(argc, argv);
  const int orders = args.integer("orders", 200'000, 1000, 100'000'000);
  const int working = args.integer("working", 10'000, 1, 1'000'000);
  const int instruments = args.integer("instruments", 2'000, 1, 100'000);
  const bool gate = std::string_view(args.choice("gate", "on", {"on", "off"})) == "on";
  args.finish();

  Desk desk(instruments, working);
  int64_t denied = 0;
  const auto place = [&](const OrderIntent& order) {
    if (!gate) {
      asm volatile("" : : "r"(&order) : "memory");
      return;
    }
    denied += !desk.book().check_and_reserve(order);
  };
  const auto release = [&] {
    if (gate) desk.release_oldest(working);
  };
  for (int i = 0; i < working; ++i) place(desk.next());
  for (int i = 0; i < working + 20'000; ++i) {
    place(desk.next());
    release();
  }

  // Each alone between two looks at the clock.
  std::vector<double> place_ns, release_ns, clock_ns;
  for (auto* samples : {&place_ns, &release_ns, &clock_ns}) samples->reserve(size_t(orders));
  for (int i = 0; i < orders; ++i) {
    const OrderIntent order = desk.next();
    const double begin = nanos();
    place(order);
    const double placed = nanos();
    release();
    const double released = nanos();
    const double looked = nanos();
    place_ns.push_back(placed - begin);
    release_ns.push_back(released - placed);
    clock_ns.push_back(looked - released);
  }
  // Without the clock, sixteen at a time: time and instructions of what is between.
  constexpr int kBatch = 16;
  std::vector<OrderIntent> batch(kBatch);
  const Instructions counter;
  double spent = 0, instructions = 0, nothing = 0;
  int64_t placed = 0;
  for (int i = 0; i < orders / kBatch; ++i) {
    for (OrderIntent& order : batch) order = desk.next();
    const double first = counter.count();
    const double second = counter.count();
    const double begin = nanos();
    for (const OrderIntent& order : batch) place(order);
    spent += nanos() - begin;
    instructions += counter.count() - second;
    nothing += second - first;
    placed += kBatch;
    if (gate)
      for (const OrderIntent& order : batch) desk.book().release(order.key, ReleaseReason::Unsent);
  }
  printf("{\"denied\":%lld,\"place\":{\"mean\":%.2f,\"p50\":%.2f,\"p99\":%.2f},", (long long)denied,
         spent / double(placed), (std::sort(place_ns.begin(), place_ns.end()), percentile(place_ns, .5)),
         percentile(place_ns, .99));
  print_percentiles("release", release_ns);
  printf(",");
  print_percentiles("clock", clock_ns);
  if (counter.count() < 0)
    printf(",\"instructions\":null}\n");
  else
    printf(",\"instructions\":%.0f}\n", (instructions - nothing) / double(placed));
}
