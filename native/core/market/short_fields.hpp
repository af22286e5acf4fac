// Fields of at most eight characters, eight bytes at a time: the numbers of nearly every tick.
// The arithmetic is the well-known one of three multiplications for eight digits (Lemire, "Quickly parsing
// eight digits", 2018); a shift aligns shorter numbers, so that their length costs no branch.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "wire/unset.hpp"

namespace ibkr {

inline constexpr std::uint32_t kShortField = 8;

/// What TICK_PRICE and TICK_SIZE begin with as text: id, message version 6 and their terminators, the first
/// byte lowest.
inline constexpr std::uint32_t kTickPriceHead = 0x00360031;
inline constexpr std::uint32_t kTickSizeHead = 0x00360032;
/// Bytes of such a payload in its usual form: seven fields at the most.
inline constexpr std::uint32_t kShortestTextTick = 8, kLongestTextTick = 48;

/// The eight bytes at `p`, the first one lowest; all eight must be readable.
inline std::uint64_t load_eight(const char* p) {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
  return bytes;
}

/// `digits` holds values 0..9 in its upper `count` bytes, most significant lowest, and zeros below.
inline std::uint32_t combine_digits(std::uint64_t digits) {
  digits = digits * 10 + (digits >> 8);
  constexpr std::uint64_t kPairs = 0x000000FF000000FF;
  constexpr std::uint64_t kUpper = 0x000F424000000064;  // 100 and 1,000,000
  constexpr std::uint64_t kLower = 0x0000271000000001;  // 1 and 10,000
  return static_cast<std::uint32_t>(((digits & kPairs) * kUpper + ((digits >> 16) & kPairs) * kLower) >> 32);
}

inline bool all_digits(std::uint64_t values) {
  // A byte above 9 carries into its top bit when 0x76 is added; a byte above 0x7F has it already.
  return ((values | (values + 0x7676767676767676)) & 0x8080808080808080) == 0;
}

/// A whole number of `length` digits, 1 to 8. Anything else clears `good` and gives nonsense.
inline std::uint32_t short_integer(const char* p, std::uint32_t length, bool& good) {
  if (length == 1) {
    const auto digit = static_cast<std::uint32_t>(static_cast<unsigned char>(*p)) - '0';
    good &= digit <= 9;
    return digit;
  }
  if (length - 1 >= kShortField) return good = false, 0;
  const std::uint64_t values = (load_eight(p) ^ 0x3030303030303030) << (64 - 8 * length);
  good &= all_digits(values);
  return combine_digits(values);
}

/// A whole number of `length` digits, 1 to 10, below 2^31. Anything else clears `good` and gives nonsense.
inline std::uint32_t id_integer(const char* p, std::uint32_t length, bool& good) {
  if (length <= kShortField) return short_integer(p, length, good);
  if (length > kShortField + 2) return good = false, 0;
  const std::uint32_t upper = length - kShortField;
  const std::uint64_t value = std::uint64_t{short_integer(p, upper, good)} * 100'000'000 +
                              short_integer(p + upper, kShortField, good);
  good &= value <= 0x7FFFFFFF;
  return static_cast<std::uint32_t>(value);
}

/// Powers of ten that are exact doubles.
inline constexpr double kPowersOfTen[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// What a number or a part of one is made of: digits, and a point among them perhaps.
struct NumberPart {
  std::uint32_t digits = 0;
  std::uint32_t count = 0;         // of digits
  std::uint32_t behind_point = 0;  // digits behind it
  bool has_point = false;
};

/// 1 to 8 characters: digits with a point in them perhaps, no sign. Anything else clears `good`.
inline NumberPart number_part(const char* p, std::uint32_t length, bool& good) {
  const std::uint64_t values = (load_eight(p) ^ 0x3030303030303030) << (64 - 8 * length);
  // The point is 0x1E after the exclusive or. Its lowest occurrence, if any, shows as the lowest top bit set
  // here.
  const std::uint64_t gap = values ^ 0x1E1E1E1E1E1E1E1E;
  const std::uint64_t found = (gap - 0x0101010101010101) & ~gap & 0x8080808080808080;
  if (found == 0) {
    good &= all_digits(values);
    return {combine_digits(values), length, 0, false};
  }
  const auto at =
      static_cast<std::uint32_t>(std::countr_zero(found)) & ~7u;  // bit where the point's byte begins
  // The digits before the point move up over it; those behind it stay.
  const std::uint64_t before = values & ((std::uint64_t{1} << at) - 1);
  const std::uint64_t digits = before << 8 | (values & ~((std::uint64_t{0x100} << at) - 1));
  good &= all_digits(digits);
  return {combine_digits(digits), length - 1, (56 - at) / 8, true};
}

/// A number of 1 to 8 characters; otherwise as number_part(). Exact: at most eight digits, divided by a power
/// of ten that is an exact double.
inline double short_decimal(const char* p, std::uint32_t length, bool& good) {
  if (length - 1 >= kShortField) return good = false, 0;
  const NumberPart part = number_part(p, length, good);
  if (!part.has_point) return part.digits;
  good &= part.count != 0;
  return part.digits / kPowersOfTen[part.behind_point];
}

/// As short_decimal(), of up to 16 characters: quantities and prices of crypto, and of what trades above
/// 100,000. Exact: at most fifteen digits, divided by a power of ten that is an exact double.
inline double long_decimal(const char* p, std::uint32_t length, bool& good) {
  if (length <= kShortField) return short_decimal(p, length, good);
  if (length > 2 * kShortField) return good = false, 0;
  static constexpr std::uint64_t kShift[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  const std::uint32_t upper_length = length - kShortField;
  const NumberPart upper = number_part(p, upper_length, good);
  const NumberPart lower = number_part(p + upper_length, kShortField, good);
  good &= !(upper.has_point && lower.has_point) & (upper.count + lower.count <= 15);
  if (!good) return 0;
  const std::uint32_t behind = upper.has_point ? upper.behind_point + lower.count : lower.behind_point;
  const double value =
      static_cast<double>(upper.digits * kShift[lower.count] + lower.digits) / kPowersOfTen[behind];
  // "No value" where a size is meant: what becomes of it is for the general decoders to say.
  good &= value != kUnsetInt;
  return value;
}

}  // namespace ibkr
