#include "orders/order_fields.hpp"

#include <cfloat>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "check.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using test::Random;

/// What format_number writes; empty if it leaves the number to JavaScript.
std::string formatted(double value) {
  char out[32];
  return {out, format_number(value, out)};
}

/// String(value) of JavaScript, for the numbers that it writes without an exponent.
std::string javascript(double value) {
  char out[64];
  if (value == 0) return "0";
  const auto [end, error] = std::to_chars(out, out + sizeof out, value, std::chars_format::fixed);
  return {out, end};
}

void expect_as_javascript(double value) {
  const std::string got = formatted(value);
  if (got.empty() || got == javascript(value)) return check::count_check();
  const check::Note note("format_number(" + check::shown(value) + ")");
  CHECK_EQ(got, javascript(value));
}

TEST("prices of up to eight places are written, and as JavaScript writes them") {
  Random random(check::seed());
  double power = 1;
  for (int places = 0; places <= 8; ++places, power *= 10) {
    for (int i = 0; i < check::scaled(100'000, 10'000); ++i) {
      const auto digits =
          static_cast<double>(random.below(static_cast<std::uint64_t>(1e13)) >> random.below(40));
      const double value = (random.one_in(4) ? -1 : 1) * digits / power;
      if (std::fabs(value) >= 1e-6 || value == 0) {
        if (formatted(value).empty()) CHECK_EQ(formatted(value), javascript(value));
      }
      expect_as_javascript(value);
    }
  }
}

TEST("whatever double it is given, it writes what JavaScript writes or nothing") {
  Random random(check::seed() + 1);
  for (int i = 0; i < check::scaled(500'000, 50'000); ++i) {
    const double any = std::bit_cast<double>(random.bits());
    if (std::isfinite(any) && std::fabs(any) >= 1e-6 && std::fabs(any) < 1e21) expect_as_javascript(any);
    // Neighbours of short decimals: one bit away from a price is another number.
    const double price = static_cast<double>(random.below(100'000'000)) / 100;
    for (const double near : {std::nextafter(price, DBL_MAX), std::nextafter(price, -DBL_MAX)})
      if (std::fabs(near) >= 1e-6) expect_as_javascript(near);
  }
}

TEST("whole numbers are written up to 2^53, and zeros without a sign") {
  CHECK_EQ(formatted(0), "0");
  CHECK_EQ(formatted(-0.0), "0");
  CHECK_EQ(formatted(7), "7");
  CHECK_EQ(formatted(-100), "-100");
  CHECK_EQ(formatted(9007199254740991), "9007199254740991");
  CHECK_EQ(formatted(-9007199254740991), "-9007199254740991");
  CHECK_EQ(formatted(9007199254740992), "");
}

TEST("what JavaScript writes with an exponent, infinities, NaN and the unset value are left to it") {
  for (const double value :
       {1e-7, -9.9e-7, 1e21, DBL_MAX, -DBL_MAX, std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN(),
        std::numeric_limits<double>::denorm_min()})
    CHECK_EQ(formatted(value), "");
  CHECK_EQ(formatted(1e-6), "0.000001");
  CHECK_EQ(formatted(0.1), "0.1");
  CHECK_EQ(formatted(0.1 + 0.2), "");
  CHECK_EQ(formatted(150.25), "150.25");
  CHECK_EQ(formatted(-0.05), "-0.05");
}

OrderFields order(std::string_view type, std::string_view sec_type = "STK",
                  std::string_view exchange = "SMART") {
  OrderFields fields;
  fields.text[kFirstOrderHole + *find_field(kOrderFields, "orderType")] = type;
  fields.text[kFirstContractHole + *find_field(kContractFields, "secType")] = sec_type;
  fields.text[kFirstContractHole + *find_field(kContractFields, "exchange")] = exchange;
  return fields;
}

TEST("only order types without fields of their own are ordinary") {
  for (const char* type : {"LMT", "MKT", "STP", "STP LMT", "MIT", "LIT", "MOC", "LOC"})
    CHECK(is_ordinary(order(type)));
  for (const char* type :
       {"", "lmt", "LM", "LMTX", "PEG BENCH", "TRAIL", "TRAIL LIMIT", "VOL", "REL", "PEG BEST", "PEG MID"})
    CHECK(!is_ordinary(order(type)));
}

TEST("combinations and IBKRATS are not ordinary") {
  for (const char* sec_type : {"BAG", "bag", "Bag"}) CHECK(!is_ordinary(order("LMT", sec_type)));
  CHECK(!is_ordinary(order("LMT", "STK", "IBKRATS")));
  CHECK(is_ordinary(order("LMT", "BAGS")));
  CHECK(is_ordinary(order("LMT", "")));
}

TEST("a template puts each field into its hole, the same field into several") {
  OrderTemplate frame;
  CHECK(!frame.ready());
  const auto type = static_cast<std::uint8_t>(kFirstOrderHole + *find_field(kOrderFields, "orderType"));
  CHECK(frame.set({"3|", "|", "|", "|end"}, {kOrderIdHole, type, type}));
  CHECK(frame.ready());
  OrderFields fields = order("STP LMT");
  fields.text[kOrderIdHole] = "42";
  CHECK_EQ(frame.fill(fields), "3|42|STP LMT|STP LMT|end");
  fields.text[kOrderIdHole] = "43";
  fields.text[type] = {};
  CHECK_EQ(frame.fill(fields), "3|43|||end");
}

TEST("a template with a wrong number of pieces, or a hole that does not exist, changes nothing") {
  OrderTemplate frame;
  CHECK(frame.set({"a", "b"}, {kOrderIdHole}));
  CHECK(!frame.set({}, {}));
  CHECK(!frame.set({"x"}, {kOrderIdHole}));
  CHECK(!frame.set({"x", "y"}, {}));
  CHECK(!frame.set({"x", "y"}, {static_cast<std::uint8_t>(kHoles)}));
  OrderFields fields;
  fields.text[kOrderIdHole] = "1";
  CHECK_EQ(frame.fill(fields), "a1b");
}

TEST("every name of a field is found at its place, and no other") {
  for (std::size_t i = 0; i < kContractFields.size(); ++i)
    CHECK(find_field(kContractFields, kContractFields[i]) == i);
  for (std::size_t i = 0; i < kOrderFields.size(); ++i) CHECK(find_field(kOrderFields, kOrderFields[i]) == i);
  for (const char* name : {"", "conid", "symbol ", "orderId", "lmtPriceX"})
    CHECK(!find_field(kContractFields, name));
}

}  // namespace
