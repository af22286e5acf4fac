// Walks the NUL-terminated fields of a text frame.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include "wire/number.hpp"
#include "wire/unset.hpp"

namespace ibkr {

/// Each read consumes one field. The first field that is missing or is no such value turns `ok()` false for
/// good, and further reads give zeros: decoders check once, at the end.
class TextScanner {
 public:
  explicit TextScanner(std::string_view payload) : p_(payload.data()), end_(p_ + payload.size()) {}

  bool ok() const { return ok_; }
  bool at_end() const { return p_ == end_; }

  std::string_view string() {
    const char* const start = p_;
    const auto* stop = static_cast<const char*>(
        p_ == end_ ? nullptr : std::memchr(p_, 0, static_cast<std::size_t>(end_ - p_)));
    if (stop == nullptr) return fail(), std::string_view{};
    p_ = stop + 1;
    return {start, static_cast<std::size_t>(stop - start)};
  }

  /// An integer; an empty field is 0.
  std::int32_t integer() {
    // The common case, up to nine digits, without a second pass over the field.
    const char* q = p_;
    const bool negative = q != end_ && *q == '-';
    if (negative) ++q;
    const char* const first = q;
    std::int32_t value = 0;
    while (q != end_ && static_cast<unsigned char>(*q - '0') < 10 && q - first < 9)
      value = value * 10 + (*q++ - '0');
    if (q != end_ && *q == '\0' && (q != first || !negative)) {
      p_ = q + 1;
      return negative ? -value : value;
    }
    const std::string_view field = string();
    if (ok_ && !parse_int32(field, value)) fail();
    return ok_ ? value : 0;
  }

  /// A double; an empty field is 0, the largest double is kUnset by itself.
  double number() {
    double value = 0;
    if (plain_number(value)) return value;
    const std::string_view field = string();
    if (!field.empty() && !parse_double(field, value)) fail();
    return value;
  }

  /// Seconds since 1970: digits as String() writes them back, at most 15.
  double seconds() {
    const std::string_view field = string();
    double value = 0;
    const bool plain = !field.empty() && field.size() <= 15 &&
                       field.find_first_not_of("0123456789") == field.npos &&
                       (field.size() == 1 || field.front() != '0');
    if (!plain || !parse_double(field, value)) fail();
    return value;
  }

  /// A decimal (sizes, quantities): empty, infinite or the largest double is kUnset; thousands separators are
  /// skipped.
  double decimal() {
    double value = 0;
    if (plain_number(value)) return value;
    const std::string_view field = string();
    if (field.empty()) return kUnset;
    if (!parse_double(field, value) && !without_commas(field, value)) fail();
    return value == std::numeric_limits<double>::infinity() ? kUnset : value;
  }

 private:
  /// The common case in one pass: at most 15 digits, a point perhaps, then the terminator (exact, see
  /// number.hpp).
  bool plain_number(double& out) {
    const char* q = p_;
    if (end_ - q < 19) {  // a sign, 16 digits, a point, and the character behind them
      // Near the end of the frame the loops below would need a bound each; the general path has them.
      return false;
    }
    const bool negative = *q == '-';
    q += negative;
    std::uint64_t mantissa = 0;
    const char* const first = q;
    while (static_cast<unsigned char>(*q - '0') < 10 && q - first < 16)
      mantissa = mantissa * 10 + static_cast<unsigned>(*q++ - '0');
    std::ptrdiff_t digits = q - first;
    std::ptrdiff_t fraction = 0;
    if (*q == '.') {
      const char* const point = ++q;
      while (static_cast<unsigned char>(*q - '0') < 10 && q - point < 16 - digits)
        mantissa = mantissa * 10 + static_cast<unsigned>(*q++ - '0');
      fraction = q - point;
      digits += fraction;
    }
    if (*q != '\0' || digits == 0 || digits > 15) return false;
    p_ = q + 1;
    const double value = static_cast<double>(mantissa) / kExactPowers[fraction];
    out = negative ? -value : value;
    return true;
  }
  static constexpr double kExactPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

  static bool without_commas(std::string_view field, double& value) {
    char plain[64];
    std::size_t n = 0;
    if (field.find(',') == std::string_view::npos) return false;
    for (const char c : field) {
      if (c == ',') continue;
      if (n == sizeof plain) return false;
      plain[n++] = c;
    }
    return parse_double({plain, n}, value);
  }
  void fail() {
    ok_ = false;
    p_ = end_;
  }

  const char* p_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace ibkr
