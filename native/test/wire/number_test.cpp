#include "wire/number.hpp"

#include <locale.h>

#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>

#include "check.hpp"
#include "support/random.hpp"
#include "wire/text_scanner.hpp"
#include "wire/unset.hpp"

namespace {

using namespace ibkr;
using test::Random;

/// What std::from_chars makes of a plain decimal number: true and its value, where it takes the whole text.
/// A number too large or too small is an infinity or a zero, as strtod and parseFloat have it.
bool from_chars(std::string_view text, double& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error == std::errc::invalid_argument || end != text.data() + text.size()) return false;
  if (error == std::errc::result_out_of_range) {
    // Too large if the first digit that counts stands left of the point, by place and exponent.
    const std::size_t e = text.find_first_of("eE");
    const bool negative_exponent = e != std::string_view::npos && text[e + 1] == '-';
    const std::size_t digits = text.find_first_of(".eE");
    const bool large =
        e == std::string_view::npos ? digits > 300 || digits == std::string_view::npos : !negative_exponent;
    out = large ? std::numeric_limits<double>::infinity() : 0.0;
    if (text.front() == '-') out = -out;
  }
  return true;
}

void compare(std::string_view text) {
  double ours = 0, theirs = 0;
  const bool good = parse_double(text, ours);
  const bool expected = from_chars(text, theirs);
  if (good != expected || (good && !check::same(ours, theirs))) {
    const check::Note note("parse_double(" + check::shown(text) + ")");
    if (CHECK_EQ(good, expected)) CHECK_EQ(ours, theirs);
  }
}

void append_digits(std::string& out, Random& random, std::uint64_t n) {
  for (; n > 0; --n) out.push_back(static_cast<char>('0' + random.below(10)));
}

/// A number as it could stand on the wire: 1 to 20 digits around a point, an exponent at times.
void random_number(std::string& out, Random& random) {
  out.clear();
  if (random.one_in(4)) out.push_back('-');
  const std::uint64_t digits = 1 + random.below(20);
  const std::uint64_t point = random.below(digits + 1);
  append_digits(out, random, point);
  if (point != digits || random.one_in(8)) out.push_back('.');
  append_digits(out, random, digits - point);
  if (random.one_in(3)) {
    out.push_back(random.one_in(2) ? 'e' : 'E');
    if (const std::uint64_t sign = random.below(3)) out.push_back("+-"[sign - 1]);
    append_digits(out, random, 1 + random.below(random.one_in(20) ? 5 : 3));
  }
}

TEST("parse_double gives the same bits as from_chars for random numbers of 1 to 20 digits") {
  Random random(check::seed());
  std::string text;
  const int count = check::scaled(2'500'000, 300'000);
  for (int i = 0; i < count; ++i) {
    random_number(text, random);
    compare(text);
  }
  CHECK(count > 0);
}

TEST("parse_double gives the same bits as from_chars for the shortest text of random doubles") {
  Random random(check::seed() + 1);
  char text[64];
  for (int i = 0; i < check::scaled(300'000, 50'000); ++i) {
    const double value = std::bit_cast<double>(random.bits());
    if (!std::isfinite(value)) continue;
    const auto [end, error] = std::to_chars(text, text + sizeof text, value);
    const std::string_view shortest(text, static_cast<std::size_t>(end - text));
    compare(shortest);
    double back = 0;
    if (!parse_double(shortest, back) || !check::same(back, value)) CHECK_EQ(back, value);
  }
}

TEST("parse_double reads and refuses what from_chars does, for random short strings") {
  Random random(check::seed() + 2);
  static constexpr char kAlphabet[] = "0123456789.-eE05";
  std::string text;
  for (int i = 0; i < check::scaled(500'000, 100'000); ++i) {
    text.clear();
    for (std::uint64_t n = random.below(8); n > 0; --n) text.push_back(kAlphabet[random.below(16)]);
    compare(text);
  }
}

TEST("parse_double rounds halfway cases and the borders of the fast path correctly") {
  for (const char* text : {"9007199254740993",
                           "9007199254740992",
                           "900719925474099.3",
                           "999999999999999",
                           "99999999999999.9",
                           "0.000000000000001",
                           "1e22",
                           "1e23",
                           "1e-22",
                           "1e-23",
                           "123456789012345e22",
                           "999999999999999e22",
                           "999999999999999e-22",
                           "1.00000000000000011102230246251565",
                           "2.2250738585072011e-308",
                           "0.1",
                           "0.3",
                           "8.5",
                           "255.45",
                           "100000000000000e-15",
                           "0.100000000000000000000000000000000000000000000000000000000001",
                           "179769313486231580793728971405301e276",
                           "4.35",
                           "0.1e1",
                           "00000000000000000001",
                           "0.00e22",
                           "0e999"})
    compare(text);
}

TEST("parse_double reads the largest double, denormals, zeros and what overflows") {
  const auto reads = [](std::string_view text, double expected) {
    const check::Note note("parse_double(" + check::shown(text) + ")");
    double value = 42;
    if (CHECK(parse_double(text, value))) CHECK_EQ(value, expected);
  };
  reads("1.7976931348623157E308", DBL_MAX);
  reads("1.7976931348623157e+308", DBL_MAX);
  reads("-1.7976931348623157E308", -DBL_MAX);
  reads("4.9E-324", std::numeric_limits<double>::denorm_min());
  reads("5e-324", std::numeric_limits<double>::denorm_min());
  reads("2.2250738585072009e-308", 2.2250738585072009e-308);
  reads("2.2250738585072014e-308", DBL_MIN);
  reads("1e-400", 0.0);
  reads("-1e-400", -0.0);
  reads("1e400", std::numeric_limits<double>::infinity());
  reads("-1e400", -std::numeric_limits<double>::infinity());
  reads(std::string(400, '9'), std::numeric_limits<double>::infinity());
  reads("0." + std::string(400, '0') + "1", 0.0);
  reads("0", 0.0);
  reads("-0", -0.0);
  reads("-0.0", -0.0);
  reads("0.0", 0.0);
  reads("1.", 1.0);
  reads(".5", 0.5);
  reads("-.5", -0.5);
  reads("1E+3", 1000.0);
  reads("1e3", 1000.0);
  reads("1e0000000000000000000003", 1000.0);
  reads("9223372036854775807", 9223372036854775807.0);
  reads("Infinity", std::numeric_limits<double>::infinity());
  reads("-Infinity", -std::numeric_limits<double>::infinity());
  double nan = 0;
  CHECK(parse_double("NaN", nan) && std::isnan(nan));
}

TEST("parse_double refuses what is no plain number and leaves the output alone") {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {""sv,      "."sv,   "-"sv,      "+"sv,     "-."sv,       "1e"sv,      "1e+"sv,   "1e-"sv,
        "e5"sv,    ".e5"sv, "--5"sv,    "1.2.3"sv, "1-2"sv,      "5-"sv,      "0x1F"sv,  "0x1p3"sv,
        "inf"sv,   "nan"sv, "nan(1)"sv, "INF"sv,   "infinity"sv, "Infinit"sv, " 1"sv,    "1 "sv,
        "1 2"sv,   "\t1"sv, "1,200"sv,  "1_000"sv, "12abc"sv,    "abc"sv,     "1e5.5"sv, "1\0"sv,
        "\0001"sv, "1\n"sv, "-e"sv,     "1ee5"sv,  "\xD9\xA1"sv, "1.5f"sv,    "1d"sv}) {
    const check::Note note("parse_double(" + check::shown(text) + ")");
    double value = 42;
    CHECK(!parse_double(text, value));
    CHECK_EQ(value, 42.0);
  }
}

TEST("parse_double does not follow a locale with a decimal comma") {
  // Any locale with a comma will do; where none is installed the C locale is what there is.
  locale_t comma = nullptr;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"})
    if (comma == nullptr) comma = newlocale(LC_ALL_MASK, name, nullptr);
  const locale_t before = comma != nullptr ? uselocale(comma) : nullptr;
  double value = 0;
  CHECK(parse_double("0.12345678901234567", value));
  CHECK_EQ(value, 0.12345678901234567);
  CHECK(!parse_double("0,12345678901234567", value));
  if (comma != nullptr) {
    uselocale(before);
    freelocale(comma);
  }
}

TEST("parse_int32 reads the limits and nothing beyond them") {
  const auto reads = [](std::string_view text, std::int32_t expected) {
    const check::Note note("parse_int32(" + check::shown(text) + ")");
    std::int32_t value = 42;
    if (CHECK(parse_int32(text, value))) CHECK_EQ(value, expected);
  };
  reads("0", 0);
  reads("-0", 0);
  reads("+7", 7);
  reads("2147483647", 2147483647);
  reads("-2147483648", std::numeric_limits<std::int32_t>::min());
  reads("00000000000000000012", 12);
  reads("3.7", 3);  // as parseInt
  reads("-3.7", -3);
  reads("5.", 5);
  for (const std::string_view text : {"",
                                      "-",
                                      "+",
                                      ".",
                                      ".5",
                                      "-.5",
                                      "2147483648",
                                      "-2147483649",
                                      "4294967296",
                                      "9223372036854775808",
                                      "99999999999999999999999999",
                                      "-99999999999999999999999999",
                                      "1e5",
                                      "abc",
                                      "12abc",
                                      "1.2.3",
                                      "1.x",
                                      "--1",
                                      "+-1",
                                      " 1",
                                      "1 ",
                                      "0x10",
                                      "1,200"}) {
    const check::Note note("parse_int32(" + check::shown(text) + ")");
    std::int32_t value = 42;
    CHECK(!parse_int32(text, value));
    CHECK_EQ(value, 42);
  }
}

TEST("parse_int32 reads every power of ten and its neighbours of either sign") {
  for (std::int64_t power = 1; power <= 1'000'000'000'000; power *= 10) {
    for (std::int64_t value : {power - 1, power, power + 1, -power, 1 - power}) {
      const bool fits = value >= INT32_MIN && value <= INT32_MAX;
      std::int32_t out = 0;
      CHECK_EQ(parse_int32(std::to_string(value), out), fits);
      if (fits) CHECK_EQ(out, value);
    }
  }
}

// The scanner reads numbers by a path of its own where a field lies far enough from the end of its frame.

/// Reads one field out of a block of exactly its size, so that the address sanitizer sees every byte too
/// many.
template <typename Read>
auto scan(const std::string& frame, Read read) {
  const auto block = std::make_unique<char[]>(frame.size());
  frame.copy(block.get(), frame.size());
  TextScanner in({block.get(), frame.size()});
  const auto value = read(in);
  struct Result {
    decltype(read(in)) value;
    bool ok, at_end;
  };
  return Result{value, in.ok(), in.at_end()};
}

TEST("the scanner reads a number to the same bits wherever it stands in the frame") {
  Random random(check::seed() + 3);
  std::string text;
  for (int i = 0; i < check::scaled(200'000, 20'000); ++i) {
    random_number(text, random);
    double expected = 0;
    const bool good = parse_double(text, expected);
    for (const std::size_t behind : {std::size_t{0}, std::size_t{1 + random.below(24)}, std::size_t{40}}) {
      const auto got =
          scan(text + std::string(1 + behind, '\0'), [](TextScanner& in) { return in.number(); });
      if (got.ok != good || (good && !check::same(got.value, expected))) {
        const check::Note note("number " + check::shown(text) + " with " + std::to_string(behind) +
                               " bytes behind");
        CHECK_EQ(got.ok, good);
        CHECK_EQ(got.value, expected);
      }
    }
  }
}

TEST("the scanner never reads beyond the frame, however a number is cut") {
  Random random(check::seed() + 4);
  std::string text;
  const auto cut_everywhere = [](const std::string& field) {
    for (std::size_t size = 0; size <= field.size(); ++size) {
      const std::string cut = field.substr(0, size);
      const check::Note note("unterminated " + check::shown(cut));
      const auto number = scan(cut, [](TextScanner& in) { return in.number(); });
      const auto decimal = scan(cut, [](TextScanner& in) { return in.decimal(); });
      const auto integer = scan(cut, [](TextScanner& in) { return in.integer(); });
      CHECK(!number.ok && !decimal.ok && !integer.ok);
    }
  };
  for (const char* field :
       {"-1234567890123456.", "-1234567.123456789", "-123456789012345.6", "-.1234567890123456",
        "-12345678901234567890.123456789", "12345678901234567", "-0.1234567890123456"})
    cut_everywhere(field);
  for (int i = 0; i < check::scaled(20'000, 4'000); ++i) {
    random_number(text, random);
    cut_everywhere(text);
  }
}

TEST("an empty field is 0 as an integer or a double and unset as a decimal") {
  const std::string frame(1, '\0');
  for (const std::size_t behind : {0, 30}) {
    const std::string field = frame + std::string(behind, '\0');
    CHECK_EQ(scan(field, [](TextScanner& in) { return in.integer(); }).value, 0);
    CHECK_EQ(scan(field, [](TextScanner& in) { return in.number(); }).value, 0.0);
    CHECK_EQ(scan(field, [](TextScanner& in) { return in.decimal(); }).value, kUnset);
  }
}

TEST("a decimal skips thousands separators, and is unset where it is infinite or the largest double") {
  const auto decimal = [](const char* text) {
    return scan(std::string(text) + '\0', [](TextScanner& in) { return in.decimal(); });
  };
  CHECK_EQ(decimal("1,200").value, 1200.0);
  CHECK_EQ(decimal("1,234,567.5").value, 1234567.5);
  CHECK_EQ(decimal("Infinity").value, kUnset);
  CHECK_EQ(decimal("1.7976931348623157E308").value, kUnset);
  CHECK_EQ(decimal("1e999").value, kUnset);
  CHECK_EQ(decimal("-Infinity").value, -std::numeric_limits<double>::infinity());
  CHECK_EQ(decimal("-0").value, -0.0);
  CHECK(!decimal(",").ok);
  CHECK(!decimal("1,x").ok);
  CHECK(!decimal(std::string(200, '1').append(",").c_str()).ok);
}

TEST("after the first bad field the scanner stays bad and gives zeros") {
  const std::string frame(
      "1\0x\0"
      "7\0"
      "8\0",
      8);
  TextScanner in(frame);
  CHECK_EQ(in.integer(), 1);
  CHECK_EQ(in.integer(), 0);
  CHECK(!in.ok());
  CHECK_EQ(in.integer(), 0);
  CHECK_EQ(in.number(), 0.0);
  CHECK(in.string().empty());
  CHECK(!in.ok());
}

TEST("the scanner's integers are parse_int32's for every width") {
  Random random(check::seed() + 5);
  std::string text;
  for (int i = 0; i < check::scaled(200'000, 20'000); ++i) {
    text = random.one_in(2) ? "-" : "";
    append_digits(text, random, random.below(13));
    std::int32_t expected = 0;
    const bool good = text.empty() || parse_int32(text, expected);
    const auto got = scan(text + '\0', [](TextScanner& in) { return in.integer(); });
    if (got.ok != good || got.value != (good ? expected : 0)) {
      const check::Note note("integer " + check::shown(text));
      CHECK_EQ(got.ok, good);
      CHECK_EQ(got.value, expected);
    }
  }
}

}  // namespace
