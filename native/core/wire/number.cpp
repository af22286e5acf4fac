#include "wire/number.hpp"

#include <clocale>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#if defined(__APPLE__)
#include <xlocale.h>
#else
#include <locale.h>
#endif

namespace ibkr {

namespace {

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Made once per process and never freed: strtod must not follow the user's decimal comma.
locale_t c_locale() {
  static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
  return locale;
}

bool parse_slow(std::string_view field, double& out) {
  if (field == "Infinity") return out = std::numeric_limits<double>::infinity(), true;
  if (field == "-Infinity") return out = -std::numeric_limits<double>::infinity(), true;
  if (field == "NaN") return out = std::numeric_limits<double>::quiet_NaN(), true;
  // strtod also knows hexadecimal, "inf" and leading blanks: only plain decimal characters get there.
  if (field.empty() || field.find_first_not_of("+-.0123456789eE") != std::string_view::npos) return false;
  char small[64];
  std::string large;
  const char* text = small;
  if (field.size() < sizeof small) {
    std::memcpy(small, field.data(), field.size());
    small[field.size()] = '\0';
  } else {
    large.assign(field);
    text = large.c_str();
  }
  char* end = nullptr;
  const double value = strtod_l(text, &end, c_locale());
  if (end != text + field.size()) return false;
  out = value;
  return true;
}

std::size_t write_digits(std::uint64_t value, std::size_t at_least, char* out) {
  char reversed[20];
  std::size_t n = 0;
  do {
    reversed[n++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0 || n < at_least);
  for (std::size_t i = 0; i < n; ++i) out[i] = reversed[n - 1 - i];
  return n;
}

// The most places format_number() writes.
constexpr std::size_t kMostPlaces = 8;

}  // namespace

bool parse_double(std::string_view field, double& out) {
  const char* p = field.data();
  const char* const end = p + field.size();
  const bool negative = p != end && *p == '-';
  if (negative) ++p;
  std::uint64_t mantissa = 0;
  const char* const first = p;
  while (p != end && static_cast<unsigned char>(*p - '0') < 10)
    mantissa = mantissa * 10 + static_cast<unsigned>(*p++ - '0');
  std::ptrdiff_t digits = p - first;
  int exponent = 0;
  if (p != end && *p == '.') {
    const char* const fraction = ++p;
    while (p != end && static_cast<unsigned char>(*p - '0') < 10)
      mantissa = mantissa * 10 + static_cast<unsigned>(*p++ - '0');
    exponent = -static_cast<int>(p - fraction);
    digits += p - fraction;
  }
  if (digits == 0 || digits > 15) return parse_slow(field, out);
  if (p != end) {
    if (*p != 'e' && *p != 'E') return parse_slow(field, out);
    ++p;
    const bool down = p != end && *p == '-';
    if (p != end && (*p == '-' || *p == '+')) ++p;
    int shift = 0;
    const char* const power = p;
    while (p != end && static_cast<unsigned char>(*p - '0') < 10 && p - power < 4)
      shift = shift * 10 + (*p++ - '0');
    if (p != end || p == power) return parse_slow(field, out);
    exponent += down ? -shift : shift;
  }
  if (exponent < -22 || exponent > 22) return parse_slow(field, out);
  // At most 15 digits: the mantissa is below 2^53 and exact, and so is the power.
  double value = static_cast<double>(mantissa);
  value = exponent < 0 ? value / kPowersOfTen[-exponent] : value * kPowersOfTen[exponent];
  out = negative ? -value : value;
  return true;
}

bool parse_int32(std::string_view field, std::int32_t& out) {
  const char* p = field.data();
  const char* const end = p + field.size();
  const bool negative = p != end && *p == '-';
  if (negative || (p != end && *p == '+')) ++p;
  if (p == end) return false;
  std::int64_t value = 0;
  const char* const first = p;
  while (p != end && static_cast<unsigned char>(*p - '0') < 10) {
    value = value * 10 + (*p++ - '0');
    if (value > std::int64_t{1} << 31) return false;
  }
  if (p == first) return false;
  if (p != end) {  // parseInt("3.7") is 3
    if (*p++ != '.') return false;
    while (p != end && static_cast<unsigned char>(*p - '0') < 10) ++p;
    if (p != end) return false;
  }
  if (negative) value = -value;
  if (value > std::numeric_limits<std::int32_t>::max()) return false;
  out = static_cast<std::int32_t>(value);
  return true;
}

std::size_t format_number(double value, std::span<char, 32> out) {
  const double magnitude = std::fabs(value);
  if (!(magnitude < 9007199254740992.0)) return 0;  // 2^53; also NaN and infinities
  char* p = out.data();
  if (value < 0) *p++ = '-';
  const auto whole = static_cast<std::uint64_t>(magnitude);
  if (static_cast<double>(whole) == magnitude) {  // -0 is "0" in JavaScript too
    p += write_digits(whole, 1, p);
    return static_cast<std::size_t>(p - out.data());
  }
  if (magnitude < 1e-6) return 0;  // JavaScript changes to an exponent there
  for (std::size_t places = 1; places <= kMostPlaces; ++places) {
    const double power = kPowersOfTen[places];
    const double scaled = std::nearbyint(magnitude * power);
    if (scaled >= 1e15) return 0;
    if (scaled / power != magnitude) continue;
    const auto digits = static_cast<std::uint64_t>(scaled);
    const auto unit = static_cast<std::uint64_t>(power);
    p += write_digits(digits / unit, 1, p);
    *p++ = '.';
    p += write_digits(digits % unit, places, p);
    return static_cast<std::size_t>(p - out.data());
  }
  return 0;
}

}  // namespace ibkr
