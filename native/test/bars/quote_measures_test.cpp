#include "bars/quote_measures.hpp"

#include <cmath>

#include "check.hpp"

namespace {

using namespace ibkr;

TEST("mid, spread, microprice and imbalance of a quote") {
  const BidAsk quote{10, 11, 300, 100};
  CHECK_EQ(quote.mid(), 10.5);
  CHECK_EQ(quote.spread(), 1.0);
  CHECK_EQ(quote.microprice(), 10.75);  // fewer at the ask: nearer to it
  CHECK_EQ(quote.imbalance(), 0.5);
  const BidAsk crossed{11, 10, 0, 5};
  CHECK_EQ(crossed.mid(), 10.5);
  CHECK_EQ(crossed.spread(), -1.0);
  CHECK_EQ(crossed.microprice(), 11.0);
  CHECK_EQ(crossed.imbalance(), -1.0);
}

TEST("what is not there makes none") {
  for (const BidAsk quote : {BidAsk{}, BidAsk{.bid = 10}, BidAsk{.ask = 10, .ask_size = 5}}) {
    CHECK(std::isnan(quote.mid()));
    CHECK(std::isnan(quote.spread()));
    CHECK(std::isnan(quote.microprice()));
    CHECK(std::isnan(quote.imbalance()));
  }
  const BidAsk no_sizes{10, 11, 0, 0};
  CHECK_EQ(no_sizes.mid(), 10.5);
  CHECK(std::isnan(no_sizes.microprice()));
  CHECK(std::isnan(no_sizes.imbalance()));
  const BidAsk one_unknown{10, 11, 5, kNone};
  CHECK(std::isnan(one_unknown.microprice()));
  CHECK(std::isnan(one_unknown.imbalance()));
}

}  // namespace
