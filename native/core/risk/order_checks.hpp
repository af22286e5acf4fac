// The checks that need nothing but the order, its instrument and the limits.
#pragma once

#include "risk/amounts.hpp"
#include "risk/instrument.hpp"
#include "risk/limits.hpp"
#include "risk/order_intent.hpp"

namespace ibkr {

/// What is reserved for an order.
struct OrderTerms {
  Quantity quantity = 0;
  double unit_value = 0;  ///< money of one unit at the price that it is valued at
  double price = 0;       ///< at which it rests; infinite: at any; NaN: it does not rest
  double margin = 0;      ///< of one unit; NaN: not known

  Money notional(Quantity of) const { return money_up(units_of(of) * unit_value); }
};

/// Quantity, prices, lists, hours, sizes, collar and quote. `terms` is set where nothing denies.
Decision check_order(const OrderIntent& order, const InstrumentFacts& facts, double mark,
                     const RiskLimits& limits, OrderTerms& terms);

/// What is reserved for an order that nobody judges, for it works already. The mark where no price is known.
OrderTerms terms_of(const OrderIntent& order, const InstrumentFacts& facts, double mark);

}  // namespace ibkr
