// Which records go into which series of a subscription, at what time and with what price and size.
#include "bars/bar_set.hpp"

#include <cmath>
#include <deque>
#include <string>

#include "bars/bar_bench.hpp"
#include "check.hpp"
#include "support/feed_records.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// A set with its memories; each series is a bar of a minute unless it says otherwise.
class Subscription {
 public:
  Subscription(TradeFeed trades, QuoteFeed quotes) : set_(trades, quotes) {
    for (const BarPrice price : {BarPrice::Trades, BarPrice::Mid, BarPrice::Bid, BarPrice::Ask})
      add({.size = 60, .price = price});
  }
  std::size_t add(const BarSpec& spec) {
    memories_.emplace_back(4u);
    return set_.add(spec, memories_.back().memory(), 0);
  }
  BarSet* operator->() { return &set_; }

  /// Of the forming bars what was taken last: "price at time x count", and the volume where there is one.
  std::string forming(BarPrice which) {
    const BarMemory& memory = set_.at(static_cast<std::size_t>(which)).memory();
    Bar bar;
    if (memory.read(memory.closed(), bar) != BarMemory::Read::Ok) return "none";
    char text[100];
    __builtin_snprintf(text, sizeof text, "%g at %g x%g", bar.close, bar.last_ms, bar.count);
    return std::string(text) + (bar.volume == 0 ? "" : " of " + std::to_string(static_cast<int>(bar.volume)));
  }
  std::string trades() { return forming(BarPrice::Trades); }
  std::string quotes() {
    return forming(BarPrice::Mid) + ", " + forming(BarPrice::Bid) + ", " + forming(BarPrice::Ask);
  }
  std::uint64_t unpriced(BarPrice which) {
    return set_.at(static_cast<std::size_t>(which)).memory().losses(BarLoss::Unpriced);
  }

 private:
  std::deque<MadeBars> memories_;
  BarSet set_;
};

/// What each feed makes of one record of each kind that arrives at 1,010,000; the exchange's time is
/// 1,000,000.
std::string trades_of(TradeFeed feed) {
  Subscription s(feed, QuoteFeed::Line);
  for (const FeedRecord& record : one_of_each()) s->take(record, 1'010'000);
  s->take(price_tick(4, 12, 300), 1'010'000);
  s->take(FeedRecord(RecordKind::RtTrade, 77, 0, {1'000'001, 13, 6, 5000, 10}), 1'010'000);
  return s.trades();
}

TEST("the trades of one feed are taken, and no others: the same trade comes by several") {
  CHECK_EQ(trades_of(TradeFeed::TickByTick), "10 at 1e+06 x1 of 5");
  CHECK_EQ(trades_of(TradeFeed::RtVolume), "10 at 1e+06 x1 of 5");
  CHECK_EQ(trades_of(TradeFeed::RtTradeVolume), "13 at 1e+06 x1 of 6");
  CHECK_EQ(trades_of(TradeFeed::Last), "12 at 1.01e+06 x1 of 300");
}

TEST(
    "quotes of the line come at their arrival; mid once both sides are known, and no more when one is gone") {
  Subscription s(TradeFeed::Last, QuoteFeed::Line);
  s->take(price_tick(1, 10), 1000);
  CHECK_EQ(s.quotes(), "none, 10 at 1000 x1, none");
  s->take(price_tick(2, 12), 2000);
  CHECK_EQ(s.quotes(), "11 at 2000 x1, 10 at 1000 x1, 12 at 2000 x1");
  s->take(price_tick(66, 11), 3000);  // delayed ones mean the same
  s->take(price_tick(67, 12), 4000);  // the same price is a tick, too
  CHECK_EQ(s.quotes(), "11.5 at 4000 x3, 11 at 3000 x2, 12 at 4000 x2");
  s->take(price_tick(1, -1, 0), 5000);
  s->take(price_tick(2, 13), 6000);
  CHECK_EQ(s.quotes(), "11.5 at 4000 x3, 11 at 3000 x2, 13 at 6000 x3");
  for (const FeedRecord& other : {size_tick(0, 5), price_tick(9, 99), bid_ask(1, 2), mid_point(50)})
    CHECK(!s->take(other, 7000));
  CHECK_EQ(s.quotes(), "11.5 at 4000 x3, 11 at 3000 x2, 13 at 6000 x3");
}

TEST("quotes tick by tick have the exchange's time") {
  Subscription both(TradeFeed::Last, QuoteFeed::BidAsk);
  both->take(bid_ask(10, 12), 1'000'300);
  both->take(bid_ask(11, 0, 100, 0), 1'000'400);  // no ask
  both->take(price_tick(1, 99), 1'000'500);
  both->take(mid_point(99), 1'000'500);
  CHECK_EQ(both.quotes(), "11 at 1e+06 x1, 11 at 1e+06 x2, 12 at 1e+06 x1");
  Subscription mid(TradeFeed::Last, QuoteFeed::MidPoint);
  mid->take(mid_point(10.5), 1'000'300);
  mid->take(bid_ask(10, 12), 1'000'300);
  CHECK_EQ(mid.quotes(), "10.5 at 1e+06 x1, none, none");
}

TEST("a trade without a price is counted, one without a size has size 0") {
  Subscription s(TradeFeed::RtVolume, QuoteFeed::Line);
  s->take(rt_trade(kUnset, 5), 1'010'000);
  s->take(rt_trade(std::nan(""), 5), 1'010'000);
  s->take(rt_trade(kInfinity, 5), 1'010'000);
  CHECK_EQ(s.unpriced(BarPrice::Trades), 3u);
  CHECK_EQ(s.unpriced(BarPrice::Bid), 0u);
  CHECK_EQ(s.trades(), "none");
  for (const double size : {kUnset, -1.0, std::nan(""), kInfinity}) s->take(rt_trade(10, size), 1'010'000);
  CHECK_EQ(s.trades(), "10 at 1e+06 x4");
}

TEST("a time that is none, or far ahead of the arrival, is the arrival") {
  for (const double time : {0.0, -5.0, std::nan(""), kUnset, 1'060'001.0}) {
    Subscription s(TradeFeed::RtVolume, QuoteFeed::Line);
    s->take(FeedRecord(RecordKind::RtTrade, 48, 0, {time, 10, 5, 5000, 10}), 1'000'000);
    CHECK_EQ(s.trades(), "10 at 1e+06 x1 of 5");
  }
  Subscription s(TradeFeed::RtVolume, QuoteFeed::Line);
  s->take(FeedRecord(RecordKind::RtTrade, 48, 0, {1'060'000, 10, 5, 5000, 10}), 1'000'000);
  CHECK_EQ(s.trades(), "10 at 1.06e+06 x1 of 5");
}

TEST("the clock does nothing before something is due, and tells whether a bar was closed") {
  Subscription s(TradeFeed::Last, QuoteFeed::Line);
  const std::size_t second = s.add({.size = 1});
  CHECK_EQ(s->next_close_ms(), kInfinity);
  CHECK(!s->take(price_tick(4, 10), 60'500));
  CHECK_EQ(s->next_close_ms(), 61'000.0);
  CHECK(!s->advance(60'999));
  CHECK(s->advance(61'000));
  CHECK_EQ(s->at(second).memory().closed(), 1u);
  CHECK_EQ(s->next_close_ms(), 120'000.0);
  CHECK(s->take(price_tick(4, 11), 120'000));
  CHECK(s->advance(121'000));
  CHECK_EQ(s->next_close_ms(), 180'000.0);
  CHECK(s->finish());
  CHECK(!s->finish());
  CHECK_EQ(s->next_close_ms(), kInfinity);
}

TEST("a bar of history's that goes on is closed by the clock") {
  Subscription s(TradeFeed::Last, QuoteFeed::Line);
  const Bar history{60'000, 120'000, 10, 10, 10, 10, 5, 50, 1, 61'000, 61'000, 0, 0};
  CHECK(s->resume(0, history));
  CHECK(!s->resume(0, history));
  CHECK_EQ(s.trades(), "10 at 61000 x1 of 5");
  CHECK_EQ(s->next_close_ms(), 120'000.0);
  CHECK(s->advance(120'000));
}

TEST("gaps are for all series, corrections for those of trades, sessions for all or none") {
  Subscription s(TradeFeed::Last, QuoteFeed::Line);
  const auto flags = [&](BarPrice which) {
    const BarMemory& memory = s->at(static_cast<std::size_t>(which)).memory();
    Bar bar;
    return memory.read(memory.closed(), bar) == BarMemory::Read::Ok ? bar.flags : ~0u;
  };
  for (const std::int32_t field : {1, 2, 4}) s->take(price_tick(field, 10), 1000);
  s->gap();
  CHECK(!s->correct({1000, 10, 100, 11, 100}));
  CHECK_EQ(flags(BarPrice::Trades), std::uint32_t{kBarGap | kBarCorrected});
  for (const BarPrice quotes : {BarPrice::Bid, BarPrice::Ask, BarPrice::Mid})
    CHECK_EQ(flags(quotes), std::uint32_t{kBarGap});
  CHECK(s->advance(60'000));
  CHECK(s->correct({1000, 11, 100, 12, 100}));
  CHECK(!s->set_sessions({{5, 4}}));
  CHECK(s->set_sessions({{90'000, 100'000}}));
  s->take(price_tick(4, 10), 80'000);
  CHECK_EQ(s.trades(), "none");
  s->take(price_tick(4, 10), 90'000);
  CHECK_EQ(s.trades(), "10 at 90000 x1 of 100");
}

}  // namespace
