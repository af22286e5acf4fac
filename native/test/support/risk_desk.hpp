// A risk book with one instrument, one account and one strategy, and an order that nothing denies.
#pragma once

#include <string>

#include "check.hpp"
#include "risk/risk_book.hpp"

namespace ibkr::test {

struct RiskDesk {
  static constexpr std::uint64_t kInstrument = 1001, kAccount = 2001, kStrategy = 3001;

  RiskBook book;
  RiskLimits limits{};
  InstrumentFacts facts{};
  ScopeLimits account_limits{}, strategy_limits{};
  std::uint16_t account = 0, strategy = 0;
  std::uint64_t last_key = 0;
  std::uint64_t last_execution = 0;
  double now_ms = 1'000'000;

  explicit RiskDesk(const RiskCapacity& capacity = {64, 256, 512, 8, 256, 64, 256}) : book(capacity) {
    limits.duplicate_window_ms = 0;
    facts.bands[0] = {0, 0.01};
    renew();
    book.mark(kInstrument, 100);
  }

  /// Gives the book what stands in the members.
  void renew() {
    book.set_limits(limits);
    CHECK(book.set_instrument(kInstrument, facts));
    account = book.set_scope(ScopeKind::Account, kAccount, account_limits, true).value_or(0);
    strategy = book.set_scope(ScopeKind::Strategy, kStrategy, strategy_limits).value_or(0);
    CHECK(account != 0 && strategy != 0);
  }

  /// Buys 100 at 100, with a fresh quote of 99.99 to 100.01.
  OrderIntent order(double quantity = 100, OrderSide side = OrderSide::Buy) {
    OrderIntent out;
    out.key = ++last_key;
    out.instrument = kInstrument;
    out.account = kAccount;
    out.strategy = kStrategy;
    out.side = side;
    out.quantity = quantity;
    out.limit_price = 100;
    out.now_ms = now_ms;
    out.quote = {99.99, 100.01, 100, 10};
    return out;
  }
  OrderIntent market(double quantity = 100, OrderSide side = OrderSide::Buy) {
    OrderIntent out = order(quantity, side);
    out.type = OrderType::Market;
    out.limit_price = kUnset;
    return out;
  }

  Decision place(const OrderIntent& intent) { return book.check_and_reserve(intent); }
  /// Judges it and takes the reservation back.
  Decision probe(const OrderIntent& intent) {
    const Decision out = place(intent);
    if (out) book.release(intent.key, ReleaseReason::Unsent);
    return out;
  }

  ExecutionTake fill(const OrderIntent& intent, double quantity, double price, double fee = 0) {
    return book.execute({.key = intent.key,
                         .id = ++last_execution,
                         .instrument = intent.instrument,
                         .account = intent.account,
                         .strategy = intent.strategy,
                         .side = intent.side,
                         .quantity = quantity,
                         .price = price,
                         .fee = fee,
                         .now_ms = now_ms});
  }
  /// A position that nobody judged.
  void trade(double quantity, double price) {
    OrderIntent whole = order(std::abs(quantity), quantity < 0 ? OrderSide::Sell : OrderSide::Buy);
    CHECK(fill(whole, whole.quantity, price) == ExecutionTake::Taken);
  }
};

/// A denial with this code, and what it measured beside what it may.
inline bool denied(const Decision& decision, DenyCode code, double measured, double limit,
                   double within = 1e-9) {
  const auto near = [within](double a, double b) {
    return a == b || std::fabs(a - b) <= within * std::fmax(1, std::fabs(b));
  };
  const bool out = decision.code == code && near(decision.measured, measured) && near(decision.limit, limit);
  if (!out)
    check::report(false, __FILE__, __LINE__, "denied",
                  std::string(deny_row(decision.code).name) + " " + std::to_string(decision.measured) +
                      " of " + std::to_string(decision.limit) + ", not " + std::string(deny_row(code).name));
  return out;
}

}  // namespace ibkr::test
