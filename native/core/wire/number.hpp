// Numbers as the gateway writes them, read to the same bits as a correctly rounding strtod.
#pragma once

#include <cstdint>
#include <string_view>

namespace ibkr {

/// Reads a whole field as a double: [sign] digits [. digits] [e [sign] digits], or Infinity or NaN.
/// Up to 15 significant digits and powers of ten within ±22 take an exact fast path (both factors are exact
/// doubles, so one IEEE operation rounds correctly: Clinger 1990); everything else goes to strtod in the C
/// locale. False if the field is empty or anything else.
bool parse_double(std::string_view field, double& out);

/// Reads a whole field as an integer; a fraction is cut off as parseInt does. False if it does not fit.
bool parse_int32(std::string_view field, std::int32_t& out);

}  // namespace ibkr
