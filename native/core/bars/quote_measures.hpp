// What a bid and an ask with their sizes say. NaN in, or nothing to divide by: NaN out.
#pragma once

#include "wire/price.hpp"

namespace ibkr {

struct BidAsk {
  double bid = kNone, ask = kNone;
  double bid_size = kNone, ask_size = kNone;

  double mid() const { return (bid + ask) / 2; }
  /// Below 0 where bid and ask cross.
  double spread() const { return ask - bid; }
  /// The mid, drawn to the side that has less: each price weighted with the other side's size.
  double microprice() const {
    const double sizes = bid_size + ask_size;
    return sizes > 0 ? (bid * ask_size + ask * bid_size) / sizes : kNone;
  }
  /// From -1, all at the ask, to 1, all at the bid.
  double imbalance() const {
    const double sizes = bid_size + ask_size;
    return sizes > 0 ? (bid_size - ask_size) / sizes : kNone;
  }
};

}  // namespace ibkr
