// Each code of what one order is by itself: at its limit, one unit below, one above.
#include <limits>

#include "support/risk_desk.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;
using enum DenyCode;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST("INSTRUMENT_UNKNOWN: facts of the instrument next to it are not enough") {
  RiskDesk desk;
  OrderIntent order = desk.order();
  CHECK(desk.probe(order));
  for (const std::uint64_t other : {RiskDesk::kInstrument - 1, RiskDesk::kInstrument + 1, std::uint64_t{0}}) {
    order = desk.order();
    order.instrument = other;
    CHECK(denied(desk.place(order), InstrumentUnknown, 0, 0));
  }
}

TEST("ACCOUNT_UNKNOWN: an account that was not given, also none where there are two") {
  RiskDesk desk;
  OrderIntent order = desk.order();
  order.account = 0;  // the only one
  CHECK(desk.probe(order));
  for (const std::uint64_t other : {RiskDesk::kAccount - 1, RiskDesk::kAccount + 1}) {
    order.account = other;
    CHECK(denied(desk.place(order), AccountUnknown, 0, 0));
  }
  CHECK(desk.book.set_scope(ScopeKind::Account, 77, {}).has_value());
  order.account = 0;
  CHECK(denied(desk.place(order), AccountUnknown, 0, 0));
}

TEST("STRATEGY_UNKNOWN: a strategy that was not given; none is allowed") {
  RiskDesk desk;
  OrderIntent order = desk.order();
  order.strategy = 0;
  CHECK(desk.probe(order));
  for (const std::uint64_t other : {RiskDesk::kStrategy - 1, RiskDesk::kStrategy + 1}) {
    order.strategy = other;
    CHECK(denied(desk.place(order), StrategyUnknown, 0, 0));
  }
}

TEST("QUANTITY_INVALID: NaN, infinite, unset, negative, 0, and what is no 1e-8") {
  RiskDesk desk;
  CHECK(desk.probe(desk.order(1e-8)));
  CHECK(desk.probe(desk.order(2e-8)));
  for (const double bad : {0.4e-8, 0.0, -1.0, -0.0, kInfinity, -kInfinity, kUnset})
    CHECK(denied(desk.place(desk.order(bad)), QuantityInvalid, bad, 1e-8));
  CHECK(desk.place(desk.order(kNaN)).code == QuantityInvalid);
}

TEST("PRICE_INVALID: no limit price where the type has one, and no nonsense where it has none") {
  RiskDesk desk;
  desk.limits.collar_percent = kNoLimit;
  desk.renew();
  OrderIntent order = desk.order();
  for (const double good : {0.0, 0.01}) {
    order.limit_price = good;
    CHECK(desk.probe(order));
  }
  for (const double bad : {-0.01, kInfinity, -kInfinity, kUnset}) {
    order.limit_price = bad;
    CHECK(denied(desk.place(order), PriceInvalid, bad, 0));
  }
  order.limit_price = kNaN;
  CHECK(desk.place(order).code == PriceInvalid);
  OrderIntent market = desk.market();
  market.limit_price = kNaN;
  CHECK(desk.place(market).code == PriceInvalid);
  desk.facts.negative_prices = true;
  desk.renew();
  order.limit_price = -0.01;
  CHECK(desk.probe(order));
}

TEST("AUX_PRICE_INVALID: no auxiliary price where the type has one, and no nonsense where it has none") {
  RiskDesk desk;
  OrderIntent order = desk.market();
  order.type = OrderType::Stop;
  for (const double good : {0.0, 0.01, 101.0}) {
    order.aux_price = good;
    CHECK(desk.probe(order));
  }
  for (const double bad : {-0.01, kInfinity, -kInfinity, kUnset}) {
    order.aux_price = bad;
    CHECK(denied(desk.place(order), AuxPriceInvalid, bad, 0));
  }
  OrderIntent limit = desk.order();
  limit.aux_price = kNaN;
  CHECK(desk.place(limit).code == AuxPriceInvalid);
}

TEST("AMOUNT_TOO_LARGE: 1e9 units and 1e13 of the base currency are counted, more is not") {
  RiskDesk desk;
  desk.limits.collar_percent = kNoLimit;
  desk.renew();
  CHECK(desk.probe(desk.order(1e9 - 1)));
  CHECK(desk.probe(desk.order(1e9)));
  CHECK(denied(desk.place(desk.order(1e9 + 1)), AmountTooLarge, 1e9 + 1, 1e9));
  OrderIntent dear = desk.order(1e9);
  for (const double good : {9'999.99, 10'000.0}) {
    dear.limit_price = good;
    CHECK(desk.probe(dear));
  }
  dear.limit_price = 10'000.01;
  CHECK(denied(desk.place(dear), AmountTooLarge, 1e9 * 10'000.01, 1e13));
}

TEST("ACCOUNT_ENVIRONMENT: a paper account passes in paper only, another one in live only") {
  RiskDesk desk;  // its account is one of paper
  const OrderIntent order = desk.order();
  for (const RiskEnvironment good : {RiskEnvironment::Any, RiskEnvironment::Paper}) {
    desk.limits.environment = static_cast<double>(good);
    desk.renew();
    CHECK(desk.probe(order));
  }
  desk.limits.environment = static_cast<double>(RiskEnvironment::Live);
  desk.renew();
  CHECK(denied(desk.place(order), AccountEnvironment, 1, 2));
  CHECK(desk.book.set_scope(ScopeKind::Account, RiskDesk::kAccount, {}, false).has_value());
  CHECK(desk.probe(order));
}

TEST("ACCOUNT_DENIED: an account on the deny list") {
  RiskDesk desk;
  for (const Listing listing : {Listing::None, Listing::Allowed, Listing::Denied}) {
    CHECK(desk.book.set_scope(ScopeKind::Account, RiskDesk::kAccount, {}, true, listing).has_value());
    const Decision decision = desk.probe(desk.order());
    CHECK(listing == Listing::Denied ? denied(decision, AccountDenied, 0, 0) : static_cast<bool>(decision));
  }
}

TEST("SYMBOL_DENIED: an instrument on the deny list, or not on the allow list where one is required") {
  for (const bool required : {false, true}) {
    for (const Listing listing : {Listing::None, Listing::Allowed, Listing::Denied}) {
      RiskDesk desk;
      desk.limits.only_allowed_symbols = required;
      desk.facts.listing = listing;
      desk.renew();
      const bool good = required ? listing == Listing::Allowed : listing != Listing::Denied;
      const Decision decision = desk.probe(desk.order());
      CHECK(good ? static_cast<bool>(decision) : denied(decision, SymbolDenied, 0, 0));
    }
  }
}

/// A mask with the bit of an order and its neighbours, without it, and with it alone.
template <typename Set>
void try_mask(DenyCode code, unsigned bit, Set set) {
  RiskDesk desk;
  for (const double good : {kAllBits, std::exp2(bit)}) {
    set(desk.limits) = good;
    desk.renew();
    CHECK(desk.probe(desk.order()));
  }
  for (const double bad :
       {kAllBits - std::exp2(bit), std::exp2(bit + 1), bit > 0 ? std::exp2(bit - 1) : 0.0}) {
    set(desk.limits) = bad;
    desk.renew();
    CHECK(denied(desk.place(desk.order()), code, bit, bad));
  }
}

TEST("SECURITY_TYPE_DENIED: the bit of the type decides") {
  try_mask(SecurityTypeDenied, 0, [](RiskLimits& limits) -> double& { return limits.security_types; });
}
TEST("ORDER_TYPE_DENIED: the bit of the type decides") {
  try_mask(OrderTypeDenied, 1, [](RiskLimits& limits) -> double& { return limits.order_types; });
}
TEST("TIME_IN_FORCE_DENIED: the bit of the time in force decides") {
  try_mask(TimeInForceDenied, 0, [](RiskLimits& limits) -> double& { return limits.times_in_force; });
}
TEST("EXCHANGE_DENIED: the bit of the exchange decides, and there are 52") {
  try_mask(ExchangeDenied, 0, [](RiskLimits& limits) -> double& { return limits.exchanges; });
  RiskDesk desk;
  OrderIntent order = desk.order();
  order.exchange = 51;
  CHECK(desk.probe(order));
  order.exchange = 52;
  CHECK(denied(desk.place(order), ExchangeDenied, 52, kAllBits));
}

TEST("OUTSIDE_HOURS: from the first millisecond up to the last, and not at the end") {
  RiskDesk desk;
  desk.limits.trade_from_ms = 2'000'000;
  desk.limits.trade_to_ms = 3'000'000;
  desk.renew();
  OrderIntent order = desk.order();
  const auto at = [&](double now_ms) {
    order.now_ms = now_ms;
    return desk.probe(order);
  };
  CHECK(denied(at(1'999'999), OutsideHours, 1'999'999, 2'000'000));
  CHECK(at(2'000'000));
  CHECK(at(2'999'999));
  CHECK(denied(at(3'000'000), OutsideHours, 3'000'000, 3'000'000));
  CHECK(desk.place([&] {
              order.now_ms = kNaN;
              return order;
            }())
            .code == OutsideHours);
}

TEST("TICK_SIZE: a multiple of its band's increment, within what a decimal fraction is wrong by") {
  RiskDesk desk;
  desk.limits.collar_percent = kNoLimit;
  desk.facts.bands = {{{0, 0.0001}, {1, 0.01}, {1000, 0.05}}};
  desk.renew();
  OrderIntent order = desk.order();
  for (const double good : {100.0, 100.01, 99.99, 0.9999, 0.1 + 0.2, 1000.05, 999.99, 1e8 + 0.05}) {
    order.limit_price = good;
    CHECK(desk.probe(order));
  }
  const std::pair<double, double> bad[] = {
      {100.001, 0.01}, {99.999, 0.01}, {1.0001, 0.01}, {0.99999, 0.0001}, {1000.01, 0.05}};
  for (const auto& [price, increment] : bad) {
    order.limit_price = price;
    CHECK(denied(desk.place(order), TickSize, price, increment));
  }
  OrderIntent stop = desk.market();
  stop.type = OrderType::Stop;
  stop.aux_price = 100.005;
  CHECK(denied(desk.place(stop), TickSize, 100.005, 0.01));
}

/// 99 and 100 pass, 101 is denied.
void try_hundred(RiskDesk& desk, DenyCode code) {
  desk.renew();
  CHECK(desk.probe(desk.order(99)));
  CHECK(desk.probe(desk.order(100)));
  CHECK(denied(desk.place(desk.order(101)), code, 101, 100));
}

TEST("MAX_QUANTITY: the limit of every order") {
  RiskDesk desk;
  desk.limits.max_quantity = 100;
  try_hundred(desk, MaxQuantity);
}
TEST("MAX_TYPE_QUANTITY: the limit of the security type") {
  RiskDesk desk;
  desk.limits.max_type_quantity[static_cast<std::size_t>(SecurityType::Future)] = 1;
  desk.limits.max_type_quantity[static_cast<std::size_t>(SecurityType::Stock)] = 100;
  try_hundred(desk, MaxTypeQuantity);
}
TEST("MAX_SYMBOL_QUANTITY: the instrument's own limit") {
  RiskDesk desk;
  desk.facts.max_quantity = 100;
  try_hundred(desk, MaxSymbolQuantity);
}

TEST("MAX_NOTIONAL: quantity, price, multiplier and rate of the currency, to the smallest amount") {
  RiskDesk desk;
  desk.facts.multiplier = 50;
  desk.facts.rate = 1.25;
  for (const double limit : {625'000.0, 625'000.0001}) {
    desk.limits.max_notional = limit;
    desk.renew();
    CHECK(desk.probe(desk.order(100)));  // 100 × 100 × 50 × 1.25
  }
  desk.limits.max_notional = 624'999.9999;
  desk.renew();
  CHECK(denied(desk.place(desk.order(100)), MaxNotional, 625'000, 624'999.9999));
}

TEST("MAX_NOTIONAL: a sale below the bid is worth the bid, a market order the highest of the quote") {
  RiskDesk desk;
  desk.limits.max_notional = 9'999;
  desk.limits.collar_percent = kNoLimit;
  desk.renew();
  OrderIntent sale = desk.order(100, OrderSide::Sell);
  sale.limit_price = 1;
  CHECK(desk.probe(sale));  // 100 × 99.99
  sale.quote.bid = 99.995;
  CHECK(denied(desk.place(sale), MaxNotional, 9'999.5, 9'999));
  CHECK(denied(desk.place(desk.market(100)), MaxNotional, 10'001, 9'999));
}

TEST("REFERENCE_MISSING: no price to compare with, or to value the order by") {
  RiskDesk desk;
  OrderIntent order = desk.order();
  order.quote.ask = kNaN;
  CHECK(denied(desk.place(order), ReferenceMissing, 0, 0));
  order.quote.ask = kInfinity;
  CHECK(denied(desk.place(order), ReferenceMissing, 0, 0));
  order.side = OrderSide::Sell;  // looks at the bid
  CHECK(desk.probe(order));
  RiskDesk bare;
  InstrumentFacts facts;
  CHECK(bare.book.set_instrument(5, facts));
  OrderIntent later = bare.market();
  later.instrument = 5;
  later.type = OrderType::MarketOnClose;
  later.quote = {};
  CHECK(denied(bare.place(later), ReferenceMissing, 0, 0));
  bare.book.mark(5, 100);
  CHECK(bare.probe(later));
}

TEST("REFERENCE_STALE: a quote as old as the limit is one, an older one is not") {
  RiskDesk desk;
  desk.limits.max_quote_age_ms = 500;
  desk.renew();
  OrderIntent order = desk.order();
  for (const double good : {499.0, 500.0}) {
    order.quote.age_ms = good;
    CHECK(desk.probe(order));
  }
  order.quote.age_ms = 501;
  CHECK(denied(desk.place(order), ReferenceStale, 501, 500));
  order.quote.age_ms = kNaN;
  CHECK(desk.place(order).code == ReferenceStale);
}

TEST("COLLAR_PERCENT: so many percent beyond each of the references, on the bad side") {
  struct Case {
    CollarReference reference;
    OrderSide side;
    double at;
  };
  using enum CollarReference;
  const Case cases[] = {{Far, OrderSide::Buy, 110.0}, {Far, OrderSide::Sell, 72.0},
                        {Near, OrderSide::Buy, 88.0}, {Near, OrderSide::Sell, 90.0},
                        {Mid, OrderSide::Buy, 99.0},  {Last, OrderSide::Buy, 93.5},
                        {Last, OrderSide::Sell, 76.5}};
  for (const auto& [reference, side, at] : cases) {
    RiskDesk desk;
    desk.limits.collar_percent = 10;
    desk.limits.collar_reference = static_cast<double>(reference);
    desk.renew();
    OrderIntent order = desk.order(100, side);
    order.quote = {80, 100, 85, 1};
    const double worse = side == OrderSide::Buy ? 0.01 : -0.01;
    for (const double good : {at, at - worse, at - 30 * worse}) {
      order.limit_price = std::round(good * 100) / 100;
      CHECK(desk.probe(order));
    }
    order.limit_price = std::round((at + worse) * 100) / 100;
    CHECK(desk.place(order).code == CollarPercent);
  }
}

TEST("COLLAR_PERCENT: what is better than the reference is judged where both sides are") {
  RiskDesk desk;
  OrderIntent order = desk.order();
  order.quote = {100, 100, 100, 1};
  order.limit_price = 89.99;
  CHECK(desk.probe(order));
  desk.limits.collar_both_sides = 1;
  desk.renew();
  CHECK(denied(desk.place(order), CollarPercent, 10.01, 10));
  order.limit_price = 90;
  CHECK(desk.probe(order));
}

TEST("COLLAR_TICKS: so many increments beyond the reference") {
  RiskDesk desk;
  desk.limits.collar_ticks = 3;
  desk.renew();
  OrderIntent order = desk.order();
  for (const double good : {100.03, 100.04}) {  // the ask is 100.01
    order.limit_price = good;
    CHECK(desk.probe(order));
  }
  order.limit_price = 100.05;
  CHECK(denied(desk.place(order), CollarTicks, 4, 3, 1e-6));
}

TEST("MARKET_QUOTE_STALE: a market order needs both sides, as fresh as the limit") {
  RiskDesk desk;
  desk.limits.market_quote_age_ms = 200;
  desk.renew();
  OrderIntent order = desk.market();
  for (const double good : {199.0, 200.0}) {
    order.quote.age_ms = good;
    CHECK(desk.probe(order));
  }
  order.quote.age_ms = 201;
  CHECK(denied(desk.place(order), MarketQuoteStale, 201, 200));
  order.quote.age_ms = 1;
  order.quote.bid = kNaN;
  CHECK(denied(desk.place(order), MarketQuoteStale, kInfinity, 200));
}

TEST("SPREAD_PERCENT: the spread of a market order's quote") {
  RiskDesk desk;
  desk.limits.max_spread_percent = 4;
  desk.renew();
  OrderIntent order = desk.market();
  for (const double half : {1.99, 2.0}) {
    order.quote = {100 - half, 100 + half, 100, 1};
    CHECK(desk.probe(order));
  }
  order.quote = {97.99, 102.01, 100, 1};
  CHECK(denied(desk.place(order), SpreadPercent, 4.02, 4));
}

TEST("SPREAD_TICKS: the spread of a market order's quote in increments") {
  RiskDesk desk;
  desk.limits.max_spread_ticks = 5;
  desk.renew();
  OrderIntent order = desk.market();
  for (const double ask : {100.04, 100.05}) {
    order.quote = {100, ask, 100, 1};
    CHECK(desk.probe(order));
  }
  order.quote = {100, 100.06, 100, 1};
  CHECK(denied(desk.place(order), SpreadTicks, 6, 5, 1e-6));
}

TEST("the table names each code once, and each limit that it names is one") {
  for (std::size_t i = 1; i < kDenyCodes; ++i) {
    CHECK(!kDenyRows[i].name.empty() && !kDenyRows[i].measured.empty());
    for (std::size_t j = 0; j < i; ++j) CHECK(kDenyRows[i].name != kDenyRows[j].name);
  }
  const RiskLimits limits;
  const double* values = reinterpret_cast<const double*>(&limits);
  for (const LimitRow& row : kLimitRows) CHECK_EQ(values[row.index], row.initial);
  const double* of_scope = reinterpret_cast<const double*>(&limits.all);
  for (std::size_t i = 0; i < kScopeLimitRows.size(); ++i) {
    CHECK_EQ(of_scope[kScopeLimitRows[i].index], kScopeLimitRows[i].initial);
    CHECK_EQ(kScopeLimitRows[i].index, i);
  }
}

}  // namespace
