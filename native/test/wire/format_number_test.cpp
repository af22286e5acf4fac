#include <cfloat>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "check.hpp"
#include "support/random.hpp"
#include "wire/number.hpp"

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

}  // namespace
