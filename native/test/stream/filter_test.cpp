// What each rule leaves out, at its limit and on both sides of it; and a plain model of all of them together.
#include "stream/filter.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "check.hpp"
#include "support/feed_records.hpp"
#include "support/filter_model.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int32_t kBidTick = 1, kAskTick = 2, kLastTick = 4, kHighTick = 6, kCloseTick = 9;
constexpr std::int32_t kDelayedBid = 66, kDelayedAsk = 67, kDelayedLast = 68;

std::string name_of(std::optional<FilterReason> reason) {
  constexpr const char* kNames[kFilterReasons] = {"kind", "session", "condition", "price",
                                                  "size", "outlier", "change"};
  return reason ? kNames[static_cast<std::size_t>(*reason)] : "passes";
}

/// The verdicts on records in turn, with spaces between.
std::string verdicts(const FilterRule& rule, const std::vector<FeedRecord>& records, double epoch_ms = 0) {
  Filter filter(rule);
  std::string out;
  for (const FeedRecord& record : records) {
    if (!out.empty()) out += ' ';
    out += name_of(filter.judge(record, epoch_ms));
  }
  return out;
}

std::string verdict(const FilterRule& rule, const FeedRecord& record, double epoch_ms = 0) {
  return verdicts(rule, {record}, epoch_ms);
}

TEST("a rule without anything in it leaves nothing out") {
  Filter filter(FilterRule{});
  for (const FeedRecord& record : one_of_each()) CHECK(!filter.judge(record, 0));
  for (const double odd : {-1.0, 0.0, -0.0, kUnset, kNaN, kInfinity, -kInfinity}) {
    CHECK(!filter.judge(price_tick(kBidTick, odd, odd), kNaN));
    CHECK(!filter.judge(price_tick(kAskTick, 10, odd), 0));
    CHECK(!filter.judge(size_tick(0, odd), 0));
    CHECK(!filter.judge(all_last(odd, odd), 0));
    CHECK(!filter.judge(bid_ask(odd, odd, odd, odd), 0));
  }
}

TEST("only the kinds of the rule pass") {
  for (const FeedRecord& wanted : one_of_each()) {
    Filter filter({.kinds = kind_bit(wanted.get().kind)});
    for (const FeedRecord& record : one_of_each()) {
      CHECK_EQ(name_of(filter.judge(record, 0)), record.get().kind == wanted.get().kind ? "passes" : "kind");
    }
  }
  CHECK_EQ(verdict({.kinds = 0}, rt_trade(1, 1)), "kind");
  CHECK_EQ(kind_bit(RecordKind::Cold), 0u);
}

TEST("a session begins with its first millisecond and ends before its last") {
  const FilterRule rule{.sessions = std::vector<SessionSpan>{{1000, 2000}}};
  for (const double in : {1000.0, 1000.5, 1999.999}) CHECK_EQ(verdict(rule, rt_trade(1, 1), in), "passes");
  for (const double out : {-kInfinity, 0.0, 999.999, 2000.0, 2000.5, kInfinity, kNaN})
    CHECK_EQ(verdict(rule, rt_trade(1, 1), out), "session");
}

TEST("sessions may come in any order, touch, overlap or be empty; without any of them nothing passes") {
  const FilterRule rule{
      .sessions = std::vector<SessionSpan>{
          {500, 600}, {100, 200}, {150, 180}, {200, 300}, {450, 400}, {350, 350}, {550, 700}, {kNaN, 5000}}};
  Filter filter(rule);
  // Forwards, backwards and from anywhere to anywhere: what was found before must not matter.
  std::vector<double> times;
  for (double t = 0; t <= 800; t += 25) times.push_back(t);
  for (double t = 800; t >= 0; t -= 25) times.push_back(t);
  Random random(check::seed());
  for (int i = 0; i < 1000; ++i) times.push_back(static_cast<double>(random.between(0, 800)));
  for (const double t : times) {
    const bool open = (t >= 100 && t < 300) || (t >= 500 && t < 700);
    const check::Note note(std::to_string(t));
    CHECK_EQ(name_of(filter.judge(mid_point(1), t)), open ? "passes" : "session");
  }
  CHECK_EQ(verdict({.sessions = std::vector<SessionSpan>{}}, mid_point(1)), "session");
}

TEST("trades of excluded conditions are left out, whatever stands around the letter") {
  const FilterRule rule{.excluded_conditions = "T U"};
  for (const char* special : {"T", "U", " T", "T  ", "@ FTI", "4U"})
    CHECK_EQ(verdict(rule, all_last(1, 1, 0, special)), "condition");
  for (const char* ordinary : {"", " ", "   ", "t", "@ F I", "V", "S", "\xD4"})
    CHECK_EQ(verdict(rule, all_last(1, 1, 0, ordinary)), "passes");
  // Far behind the first slot, and not the exchange's letters.
  const std::string far = std::string(200, 'x') + "T";
  CHECK_EQ(verdict(rule, all_last(1, 1, 0, far)), "condition");
  CHECK_EQ(verdict({.excluded_conditions = "ARC"}, all_last(1, 1)), "passes");
  CHECK_EQ(verdict(rule, FeedRecord(48, "TTTTTTTTTTTTTTTTTTTTTT")), "passes");
  // No letter outside ASCII is a condition.
  CHECK_EQ(verdict({.excluded_conditions = "\xC3\xA9"}, all_last(1, 1, 0, "\xC3\xA9")), "passes");
}

TEST("past the limit and unreported are bits of trades, past the limit another one of prices") {
  const FilterRule past{.exclude_past_limit = true}, unreported{.exclude_unreported = true};
  for (std::int32_t mask = 0; mask < 8; ++mask) {
    const check::Note note(std::to_string(mask));
    CHECK_EQ(verdict(past, all_last(1, 1, mask)), (mask & 1) != 0 ? "condition" : "passes");
    CHECK_EQ(verdict(unreported, all_last(1, 1, mask)), (mask & 2) != 0 ? "condition" : "passes");
    CHECK_EQ(verdict(past, price_tick(kHighTick, 1, 1, mask)), (mask & 2) != 0 ? "condition" : "passes");
    CHECK_EQ(verdict(unreported, price_tick(kBidTick, 1, 1, mask)), "passes");
    CHECK_EQ(verdict(past, {RecordKind::TickByTickBidAsk, 3, mask, {0, 1, 2, 3, 4}}), "passes");
  }
}

TEST("prices at the limits pass, those beyond do not") {
  const FilterRule rule{.price_min = 10, .price_max = 20};
  const double below = std::nextafter(10, 0), above = std::nextafter(20, 30);
  for (const double price : {10.0, std::nextafter(10, 20), 15.0, std::nextafter(20, 0), 20.0}) {
    CHECK_EQ(verdicts(rule, {price_tick(kBidTick, price), price_tick(kDelayedAsk, price), all_last(price, 1),
                             rt_trade(price, 1), mid_point(price), bid_ask(price, price)}),
             "passes passes passes passes passes passes");
  }
  for (const double price : {below, above, -1.0, 0.0}) {
    CHECK_EQ(verdicts(rule, {price_tick(kLastTick, price), price_tick(kDelayedLast, price),
                             all_last(price, 1), rt_trade(price, 1), bid_ask(price, 15), bid_ask(15, price)}),
             "price price price price price price");
  }
  for (const double price : {below, above}) CHECK_EQ(verdict(rule, mid_point(price)), "price");
  // Prices of other fields are not looked at.
  CHECK_EQ(verdicts(rule, {price_tick(kHighTick, 1),
                           price_tick(kCloseTick, 100),
                           {RecordKind::MarketDepth, 0, 0, {1, 5}},
                           {RecordKind::RealTimeBar, 0, 0, {1, 1, 1, 1, 1, 1, 1, 1}}}),
           "passes passes passes passes");
}

TEST("no price is not a price below the limit; a negative one with a size is") {
  const FilterRule rule{.price_min = 10};
  for (const FeedRecord& none :
       {price_tick(kBidTick, -1, 0), price_tick(kBidTick, -1, -1), price_tick(kBidTick, -1, kUnset),
        price_tick(kBidTick, 0, 0), price_tick(kBidTick, -0.0, -0.0), price_tick(kBidTick, kUnset),
        all_last(-1, 0), rt_trade(kUnset, 50), mid_point(-1), bid_ask(-1, 11, 0, 5), bid_ask(11, 0, 5, 0)})
    CHECK_EQ(verdict(rule, none), "passes");
  for (const FeedRecord& some :
       {price_tick(kBidTick, -1, 1), price_tick(kBidTick, 0, 1), price_tick(kBidTick, 0, kUnset),
        price_tick(kBidTick, -37.63, 0), all_last(-1, 1), mid_point(0), bid_ask(-1, 11, 1, 5)})
    CHECK_EQ(verdict(rule, some), "price");
}

TEST("sizes at the minimum pass, those below do not") {
  const FilterRule rule{.min_size = 100};
  for (const double size : {100.0, std::nextafter(100, 200), 1e9, kUnset}) {
    CHECK_EQ(verdicts(rule, {price_tick(kBidTick, 1, size), size_tick(0, size), size_tick(3, size),
                             size_tick(70, size), all_last(1, size), rt_trade(1, size)}),
             "passes passes passes passes passes passes");
  }
  for (const double size : {std::nextafter(100, 0), 1.0, 0.0, -1.0}) {
    CHECK_EQ(verdicts(rule, {price_tick(kDelayedBid, 1, size), size_tick(5, size), size_tick(69, size),
                             size_tick(71, size), all_last(1, size), rt_trade(1, size)}),
             "size size size size size size");
    // Volume is no size of a quote, and neither is what a high price comes with.
    CHECK_EQ(verdicts(rule, {size_tick(8, size),
                             size_tick(74, size),
                             price_tick(kHighTick, 1, size),
                             bid_ask(1, 2, size, size),
                             {RecordKind::MarketDepth, 0, 0, {1, size}}}),
             "passes passes passes passes passes");
  }
}

TEST("a change is against the last price of its field let through") {
  const FilterRule rule{.price_min = 5, .min_price_change = 0.5};
  CHECK_EQ(verdicts(rule, {price_tick(kBidTick, 10),                       // the first one
                           price_tick(kBidTick, std::nextafter(10.5, 0)),  // one below
                           price_tick(kBidTick, 10.25),                    // against 10 still
                           price_tick(kBidTick, 10.5),                     // at the limit
                           price_tick(kBidTick, std::nextafter(10, 20)),   // against 10.5 now
                           price_tick(kBidTick, 10),                       // and downwards
                           price_tick(kBidTick, std::nextafter(9.5, 0))}),
           "passes change change passes change passes passes");
  // Bid, ask and last each have their own; delayed ones and quotes tick by tick are theirs, trades are not.
  CHECK_EQ(
      verdicts(rule, {price_tick(kBidTick, 10), price_tick(kAskTick, 10.25), price_tick(kLastTick, 10.25),
                      price_tick(kDelayedBid, 10.25), price_tick(kHighTick, 10), price_tick(kHighTick, 10)}),
      "passes passes passes change passes passes");
  CHECK_EQ(verdicts(rule, {bid_ask(10, 11), bid_ask(10.1, 11), price_tick(kBidTick, 10.5),
                           price_tick(kBidTick, 10.6), price_tick(kAskTick, 11.25)}),
           "passes passes change passes change");
  CHECK_EQ(verdicts(rule, {all_last(10, 1), all_last(10, 1), price_tick(kLastTick, 10), mid_point(10),
                           rt_trade(10, 5), price_tick(kLastTick, 10)}),
           "passes passes passes passes passes change");
  // What another rule left out is not remembered; that there was no price is.
  CHECK_EQ(verdicts(rule, {price_tick(kBidTick, 10), price_tick(kBidTick, 1), price_tick(kBidTick, 10.1)}),
           "passes price change");
  CHECK_EQ(
      verdicts(rule, {price_tick(kBidTick, 10), price_tick(kBidTick, -1, 0), price_tick(kBidTick, 10.1)}),
      "passes passes passes");
}

TEST("an outlier is farther from the mid than the limit, by price or by percent") {
  const auto rest = [](double price, const FilterRule& rule) {
    return verdicts(rule, {price_tick(kBidTick, 99), price_tick(kAskTick, 101), all_last(price, 1)});
  };
  const FilterRule price{.outlier_by = OutlierBy::Price, .outlier = 2};
  const FilterRule percent{.outlier_by = OutlierBy::Percent, .outlier = 2};
  for (const FilterRule& rule : {price, percent}) {
    for (const double near : {100.0, 98.0, 102.0, std::nextafter(102, 0)})
      CHECK_EQ(rest(near, rule), "passes passes passes");
    for (const double far : {std::nextafter(102, 200), std::nextafter(98, 0), -100.0, 0.0})
      CHECK_EQ(rest(far, rule), "passes passes outlier");
    CHECK_EQ(rest(kUnset, rule), "passes passes passes");
  }
  // The mid of negative prices has a distance, too.
  CHECK_EQ(verdicts(percent, {bid_ask(-101, -99), mid_point(-102), mid_point(-103)}),
           "passes passes outlier");
  CHECK_EQ(
      verdicts({.outlier_by = OutlierBy::Price, .outlier = 0}, {bid_ask(1, 3), mid_point(2), mid_point(2.1)}),
      "passes passes outlier");
}

TEST("the mid is that of the last bid and ask let through; without both nothing is an outlier") {
  const FilterRule rule{.outlier_by = OutlierBy::Price, .outlier = 2};
  CHECK_EQ(verdicts(rule, {price_tick(kBidTick, 100), all_last(500, 1), price_tick(kAskTick, 900)}),
           "passes passes passes");
  CHECK_EQ(verdicts(rule, {bid_ask(99, 101), price_tick(kBidTick, 50), all_last(99, 1), bid_ask(100, 102),
                           all_last(103, 1), price_tick(kDelayedAsk, 103.5), bid_ask(100, 200)}),
           "passes outlier passes passes passes outlier outlier");
  // No bid, no mid.
  CHECK_EQ(
      verdicts(rule, {bid_ask(99, 101), all_last(500, 1), price_tick(kBidTick, -1, 0), all_last(500, 1)}),
      "passes outlier passes passes");
  // High and close are as far as they like.
  CHECK_EQ(
      verdicts(rule, {bid_ask(99, 101), price_tick(kHighTick, 500), {RecordKind::MarketDepth, 0, 0, {1, 5}}}),
      "passes passes passes");
}

TEST("reasons come in their order: the first one that holds is told") {
  FilterRule rule{.kinds = 0,
                  .price_min = 50,
                  .min_size = 1000,
                  .min_price_change = 1000,
                  .outlier_by = OutlierBy::Price,
                  .outlier = 1,
                  .sessions = std::vector<SessionSpan>{},
                  .exclude_past_limit = true};
  const auto judged = [&rule](double price = 10) {
    Filter filter(rule);
    filter.judge(bid_ask(100, 100), 0);
    return name_of(filter.judge(price_tick(kBidTick, price, 1, 2), 0));
  };
  CHECK_EQ(judged(), "kind");
  rule.kinds = FilterRule{}.kinds;
  CHECK_EQ(judged(), "session");
  rule.sessions.reset();
  CHECK_EQ(judged(), "condition");
  rule.exclude_past_limit = false;
  CHECK_EQ(judged(), "price");
  CHECK_EQ(judged(60), "size");
  rule.min_size = 0;
  CHECK_EQ(judged(60), "outlier");
  rule.outlier_by = OutlierBy::None;
  CHECK_EQ(judged(60), "change");
  rule.min_price_change = 0;
  CHECK_EQ(judged(60), "passes");
}

// Few values, so that they meet the limits.
double random_price(Random& random) {
  if (random.one_in(8)) return random.pick(std::vector<double>{-1, 0, kUnset, -2, 1000});
  return 98 + 0.25 * static_cast<double>(random.below(17));
}
double random_size(Random& random) {
  return random.pick(std::vector<double>{-1, 0, 1, 99, 100, 101, 500, kUnset});
}

FilterRule random_rule(Random& random) {
  FilterRule rule;
  if (random.one_in(4)) rule.kinds = static_cast<std::uint32_t>(random.bits() | random.bits());
  if (random.one_in(3)) rule.price_min = random_price(random);
  if (random.one_in(3)) rule.price_max = random_price(random);
  if (random.one_in(3)) rule.min_size = random_size(random);
  if (random.one_in(2)) rule.min_price_change = 0.25 * static_cast<double>(random.below(4));
  if (random.one_in(2)) {
    rule.outlier_by = random.one_in(2) ? OutlierBy::Price : OutlierBy::Percent;
    rule.outlier = 0.25 * static_cast<double>(random.below(8));
  }
  if (random.one_in(4)) {
    rule.sessions.emplace();
    for (std::uint64_t i = random.below(5); i > 0; --i)
      rule.sessions->push_back(
          {static_cast<double>(random.below(20)), static_cast<double>(random.below(40))});
  }
  if (random.one_in(3)) rule.excluded_conditions = random.one_in(2) ? "T" : " IT";
  rule.exclude_past_limit = random.one_in(3);
  rule.exclude_unreported = random.one_in(3);
  return rule;
}

FeedRecord random_record(Random& random) {
  const double price = random_price(random), size = random_size(random);
  const auto mask = static_cast<std::int32_t>(random.below(4));
  switch (random.below(8)) {
    case 0:
      return size_tick(random.pick(std::vector<std::int32_t>{0, 3, 5, 8, 69, 70, 71, 74}), size);
    case 1:
      return all_last(price, size, mask, random.pick(std::vector<const char*>{"", " ", "T", " TI", "@F"}));
    case 2:
      return rt_trade(price, size);
    case 3:
      return mid_point(price);
    case 4:
      return bid_ask(price, random_price(random), size, random_size(random));
    case 5:
      return random.pick(one_of_each());
    default:
      return price_tick(random.pick(std::vector<std::int32_t>{1, 2, 4, 6, 9, 66, 67, 68, 72}), price, size,
                        mask);
  }
}

TEST("random records are judged as the plain model judges them") {
  Random random(check::seed());
  std::map<std::string, int> seen;
  for (int run = 0; run < check::scaled(2000, 200); ++run) {
    const check::Note note("run " + std::to_string(run));
    const FilterRule rule = random_rule(random);
    Filter filter(rule);
    FilterModel model(rule);
    double now = 0;
    for (int i = 0; i < 200; ++i) {
      const FeedRecord record = random_record(random);
      now += random.one_in(20) ? -5.0 : static_cast<double>(random.below(2));
      const std::string expected = model.judge(record, now);
      ++seen[expected];
      if (!CHECK_EQ(name_of(filter.judge(record, now)), expected)) return;
    }
  }
  // All of them came up, and often.
  CHECK_EQ(seen.size(), kFilterReasons + 1);
  for (const auto& [reason, count] : seen) CHECK(count > check::scaled(500, 20));
}

}  // namespace
