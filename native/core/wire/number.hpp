// Numbers as the wire has them: read to the same bits as a correctly rounding strtod, written as JavaScript
// does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ibkr {

/// Reads a whole field as a double: [sign] digits [. digits] [e [sign] digits], or Infinity or NaN.
/// Up to 15 significant digits and powers of ten within ±22 take an exact fast path (both factors are exact
/// doubles, so one IEEE operation rounds correctly: Clinger 1990); everything else goes to strtod in the C
/// locale. False if the field is empty or anything else.
bool parse_double(std::string_view field, double& out);

/// Reads a whole field as an integer; a fraction is cut off as parseInt does. False if it does not fit.
bool parse_int32(std::string_view field, std::int32_t& out);

/// Writes a number exactly as JavaScript's String() does; returns its length, or 0 if it is none of the
/// common ones (whole numbers below 2^53, and decimals of at most 15 significant digits and 8 places): then
/// V8 has to do it. Shortest by construction: two different decimals of at most 15 digits are two different
/// doubles, so the one with the fewest places that gives back the same double is the only candidate.
std::size_t format_number(double value, std::span<char, 32> out);

}  // namespace ibkr
