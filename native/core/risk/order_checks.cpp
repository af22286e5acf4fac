#include "risk/order_checks.hpp"

#include <cmath>

namespace ibkr {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool is_unset(double value) { return value == kUnset; }

bool has_bit(double mask, unsigned bit) { return (static_cast<std::uint64_t>(mask) >> bit & 1) != 0; }

/// A price where one is needed, and no nonsense where none is.
bool valid_price(double price, bool needed, bool may_be_negative) {
  if (is_unset(price)) return !needed;
  return std::isfinite(price) && (may_be_negative || price >= 0);
}

Decision check_sanity(const OrderIntent& order, const InstrumentFacts& facts) {
  if (is_unset(order.quantity) || !std::isfinite(order.quantity) || order.quantity * kQuantityScale < 0.5)
    return deny(DenyCode::QuantityInvalid, order.quantity, 1 / kQuantityScale);
  if (!valid_price(order.limit_price, has_limit_price(order.type), facts.negative_prices))
    return deny(DenyCode::PriceInvalid, order.limit_price);
  if (!valid_price(order.aux_price, has_aux_price(order.type), facts.negative_prices))
    return deny(DenyCode::AuxPriceInvalid, order.aux_price);
  if (order.quantity > kMaxOrderQuantity)
    return deny(DenyCode::AmountTooLarge, order.quantity, kMaxOrderQuantity);
  return {};
}

Decision check_lists(const OrderIntent& order, const InstrumentFacts& facts, const RiskLimits& limits) {
  if (facts.listing == Listing::Denied ||
      (limits.only_allowed_symbols != 0 && facts.listing != Listing::Allowed))
    return deny(DenyCode::SymbolDenied);
  const auto type = static_cast<unsigned>(facts.type);
  if (!has_bit(limits.security_types, type))
    return deny(DenyCode::SecurityTypeDenied, type, limits.security_types);
  if (order.exchange > 51 || !has_bit(limits.exchanges, order.exchange))
    return deny(DenyCode::ExchangeDenied, order.exchange, limits.exchanges);
  if (const auto bit = static_cast<unsigned>(order.type); !has_bit(limits.order_types, bit))
    return deny(DenyCode::OrderTypeDenied, bit, limits.order_types);
  if (const auto bit = static_cast<unsigned>(order.tif); !has_bit(limits.times_in_force, bit))
    return deny(DenyCode::TimeInForceDenied, bit, limits.times_in_force);
  if (!(order.now_ms >= limits.trade_from_ms))
    return deny(DenyCode::OutsideHours, order.now_ms, limits.trade_from_ms);
  if (!(order.now_ms < limits.trade_to_ms))
    return deny(DenyCode::OutsideHours, order.now_ms, limits.trade_to_ms);
  return {};
}

Decision check_size(const OrderIntent& order, const InstrumentFacts& facts, const RiskLimits& limits) {
  for (const double price : {order.limit_price, order.aux_price})
    if (!is_unset(price) && !facts.on_tick(price))
      return deny(DenyCode::TickSize, price, facts.increment_at(price));
  if (order.quantity > limits.max_quantity)
    return deny(DenyCode::MaxQuantity, order.quantity, limits.max_quantity);
  const double of_type = limits.max_type_quantity[static_cast<std::size_t>(facts.type)];
  if (order.quantity > of_type) return deny(DenyCode::MaxTypeQuantity, order.quantity, of_type);
  if (order.quantity > facts.max_quantity)
    return deny(DenyCode::MaxSymbolQuantity, order.quantity, facts.max_quantity);
  return {};
}

double reference_of(const OrderIntent& order, const RiskLimits& limits) {
  const RiskQuote& quote = order.quote;
  const bool buy = order.side == OrderSide::Buy;
  switch (static_cast<CollarReference>(limits.collar_reference)) {
    case CollarReference::Near:
      return buy ? quote.bid : quote.ask;
    case CollarReference::Mid:
      return (quote.bid + quote.ask) / 2;
    case CollarReference::Last:
      return quote.last;
    case CollarReference::Far:
      break;
  }
  return buy ? quote.ask : quote.bid;
}

Decision check_collar(const OrderIntent& order, const InstrumentFacts& facts, const RiskLimits& limits) {
  if (!std::isfinite(limits.collar_percent) && !std::isfinite(limits.collar_ticks)) return {};
  const double reference = reference_of(order, limits);
  if (!std::isfinite(reference)) return deny(DenyCode::ReferenceMissing);
  if (!(order.quote.age_ms <= limits.max_quote_age_ms))
    return deny(DenyCode::ReferenceStale, order.quote.age_ms, limits.max_quote_age_ms);
  double distance =
      order.side == OrderSide::Buy ? order.limit_price - reference : reference - order.limit_price;
  if (limits.collar_both_sides != 0) distance = std::fabs(distance);
  if (distance <= 0) return {};
  // A reference of 0 is a price like any other: everything above it is infinitely far in percent.
  if (const double percent = 100 * distance / std::fabs(reference); percent > limits.collar_percent)
    return deny(DenyCode::CollarPercent, percent, limits.collar_percent);
  if (const double increment = facts.increment_at(reference); increment > 0) {
    const double ticks = distance / increment;
    if (ticks > limits.collar_ticks * (1 + 1e-9))
      return deny(DenyCode::CollarTicks, ticks, limits.collar_ticks);
  }
  return {};
}

Decision check_market(const OrderIntent& order, const InstrumentFacts& facts, const RiskLimits& limits) {
  const RiskQuote& quote = order.quote;
  const double spread = quote.ask - quote.bid;
  const double age = std::isfinite(spread) ? quote.age_ms : kNoLimit;
  if (!(age <= limits.market_quote_age_ms))
    return deny(DenyCode::MarketQuoteStale, age, limits.market_quote_age_ms);
  if (!std::isfinite(spread)) return {};  // an infinite age is allowed
  const double percent = 100 * spread / std::fabs((quote.bid + quote.ask) / 2);
  if (percent > limits.max_spread_percent)
    return deny(DenyCode::SpreadPercent, percent, limits.max_spread_percent);
  if (const double increment = facts.increment_at(quote.bid); increment > 0) {
    const double ticks = spread / increment;
    if (ticks > limits.max_spread_ticks * (1 + 1e-9))
      return deny(DenyCode::SpreadTicks, ticks, limits.max_spread_ticks);
  }
  return {};
}

/// What a unit may cost at worst, as far as a price is known; NaN: none is. A buy pays its limit at most; a
/// sale executes at its limit or above, so at the bid if that is higher; everything else anywhere.
double valuation_price(const OrderIntent& order, double mark) {
  double out = kNone;
  const auto take = [&out](double price) {
    if (std::isfinite(price) && !is_unset(price) && !(std::fabs(price) <= std::fabs(out))) out = price;
  };
  if (has_limit_price(order.type)) {
    take(order.limit_price);
    if (order.side == OrderSide::Sell) take(order.quote.bid);
    return out;
  }
  for (const double price : {order.aux_price, order.quote.bid, order.quote.ask, order.quote.last})
    take(price);
  if (std::isnan(out)) take(mark);
  return out;
}

/// The price at which it rests in a book, or takes from one; NaN: not before something else happens.
double resting_price(const OrderIntent& order) {
  if (order.type == OrderType::Limit) return order.limit_price;
  if (is_market(order.type)) return order.side == OrderSide::Buy ? kNoLimit : -kNoLimit;
  return kNone;
}

}  // namespace

Decision check_order(const OrderIntent& order, const InstrumentFacts& facts, double mark,
                     const RiskLimits& limits, OrderTerms& terms) {
  if (const Decision no = check_sanity(order, facts); !no) return no;
  // What only closes, under the stop, is held up by no list, size or quote.
  if (!order.flattens) {
    if (const Decision no = check_lists(order, facts, limits); !no) return no;
    if (const Decision no = check_size(order, facts, limits); !no) return no;
    if (has_limit_price(order.type)) {
      if (const Decision no = check_collar(order, facts, limits); !no) return no;
    } else if (is_market(order.type)) {
      if (const Decision no = check_market(order, facts, limits); !no) return no;
    }
  }
  double price = valuation_price(order, mark);
  if (std::isnan(price) && order.flattens) price = 0;
  if (std::isnan(price)) return deny(DenyCode::ReferenceMissing);
  terms.quantity = quantity_of(order.quantity);
  terms.unit_value = facts.unit_value(price);
  const double notional = order.quantity * terms.unit_value;
  if (!(notional <= kMaxOrderMoney)) return deny(DenyCode::AmountTooLarge, notional, kMaxOrderMoney);
  if (const double counted = amount_of(money_up(notional)); counted > limits.max_notional && !order.flattens)
    return deny(DenyCode::MaxNotional, counted, limits.max_notional);
  terms.price = resting_price(order);
  terms.margin =
      is_unset(order.margin) || !std::isfinite(order.margin) ? kNone : order.margin / order.quantity;
  return {};
}

OrderTerms terms_of(const OrderIntent& order, const InstrumentFacts& facts, double mark) {
  const double price = valuation_price(order, mark);
  OrderTerms out;
  out.quantity = quantity_of(std::fmin(order.quantity, kMaxOrderQuantity));
  out.unit_value = std::isnan(price) ? 0 : facts.unit_value(price);
  out.price = resting_price(order);
  out.margin = kNone;
  return out;
}

}  // namespace ibkr
