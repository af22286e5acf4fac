// Numbers as text, read and written in every way the core has, against strtod and to_chars.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include "fuzz_target.hpp"
#include "wire/number.hpp"
#include "wire/text_scanner.hpp"

namespace ibkr::test {

namespace {

bool same(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

std::optional<double> slow_double(std::string_view text) {
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text.empty() || text.find_first_not_of("+-.0123456789eE") != text.npos) return std::nullopt;
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end != copy.c_str() + copy.size()) return std::nullopt;
  return value;
}

/// [sign] digits [. [digits]], cut off at the point.
std::optional<std::int32_t> slow_int(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const std::string_view whole = text.substr(0, text.find('.'));
  if (whole.empty() || whole.find_first_not_of("0123456789") != whole.npos) return std::nullopt;
  if (whole.size() < text.size() &&
      text.substr(whole.size() + 1).find_first_not_of("0123456789") != text.npos)
    return std::nullopt;
  long double value = 0;
  for (const char c : whole) value = value * 10 + (c - '0');
  if (negative) value = -value;
  if (value < std::numeric_limits<std::int32_t>::min() || value > std::numeric_limits<std::int32_t>::max())
    return std::nullopt;
  return static_cast<std::int32_t>(value);
}

std::string judge_reading(std::string_view text) {
  double number = 0;
  const std::optional<double> expected = slow_double(text);
  if (parse_double(text, number) != expected.has_value()) return "parse_double accepts something else";
  if (expected && !same(number, *expected)) return "parse_double reads another number";
  std::int32_t integer = 0;
  const std::optional<std::int32_t> expected_int = slow_int(text);
  if (parse_int32(text, integer) != expected_int.has_value()) return "parse_int32 accepts something else";
  if (expected_int && integer != *expected_int) return "parse_int32 reads another number";
  return {};
}

/// The first field of a frame by each of the scanner's ways, which have their own fast paths.
std::string judge_scanner(std::string_view frame) {
  const std::size_t end = frame.find('\0');
  const bool whole = end != frame.npos;
  const std::string_view field = frame.substr(0, end);
  const std::optional<double> value = field.empty() ? std::optional<double>(0) : slow_double(field);
  {
    TextScanner in(frame);
    const double got = in.number();
    if (in.ok() != (whole && value.has_value())) return "number() accepts something else";
    if (in.ok() && !same(got, *value)) return "number() reads another number";
  }
  {
    TextScanner in(frame);
    const std::int32_t got = in.integer();
    const std::optional<std::int32_t> integer = field.empty() ? std::optional(0) : slow_int(field);
    if (in.ok() != (whole && integer.has_value())) return "integer() accepts something else";
    if (in.ok() && got != *integer) return "integer() reads another number";
  }
  {
    TextScanner in(frame);
    const double got = in.decimal();
    if (value && whole && !in.ok()) return "decimal() refuses a number";
    if (value && in.ok() && !field.empty() && !same(got, std::isinf(*value) && *value > 0 ? kUnset : *value))
      return "decimal() reads another number";
  }
  return {};
}

std::string judge_writing(double value) {
  char digits[32];
  const std::string_view text(digits, format_number(value, digits));
  if (text.empty()) return {};
  if (value == 0) return text == "0" ? "" : "zero is not written as 0";
  char shortest[512];
  const auto [end, error] =
      std::to_chars(shortest, shortest + sizeof shortest, value, std::chars_format::fixed);
  if (error != std::errc{} || text != std::string_view(shortest, static_cast<std::size_t>(end - shortest)))
    return "format_number writes something else than JavaScript";
  return {};
}

}  // namespace

std::string judge(std::string_view input) {
  if (std::string problem = judge_reading(input); !problem.empty()) return problem;
  if (std::string problem = judge_scanner(input); !problem.empty()) return problem;
  double value = 0;
  if (input.size() < sizeof value) return {};
  std::memcpy(&value, input.data(), sizeof value);
  if (std::string problem = judge_writing(value); !problem.empty()) return problem;
  // Random bits are hardly ever a price: the same bits as a number of a few places are.
  std::int64_t places = 0;
  std::memcpy(&places, input.data(), sizeof places);
  return judge_writing(static_cast<double>(places % 1'000'000'000'000) / std::pow(10.0, input[7] & 7));
}

}  // namespace ibkr::test
