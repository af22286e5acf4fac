// The fields of one protobuf message, bound to the variables they go to:
//
//   read_message(body, field<1>(req_id), field<3>(price), field<4>(Decimal{size}))
//
// Fields that are not named are skipped (schemas grow), absent ones leave their variable as it is, and of one
// that comes twice the last counts.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <type_traits>
#include <utility>

#include "wire/number.hpp"
#include "wire/protobuf_reader.hpp"

namespace ibkr {

/// A decimal number as text. What stands for "no value" (docs/protocol.md 5.1: the largest int, the largest
/// and smallest long, the largest double) and an empty text become `unset`.
struct Decimal {
  double& to;
  double unset;
};
/// An int64 that fits a double: seconds, permanent ids.
struct Int64 {
  double& to;
};

inline bool take(ProtobufReader& in, std::int32_t& to) { return to = in.int32(), true; }
inline bool take(ProtobufReader& in, bool& to) { return to = in.boolean(), true; }
inline bool take(ProtobufReader& in, double& to) { return to = in.float64(), true; }
inline bool take(ProtobufReader& in, std::string_view& to) { return to = in.bytes(), true; }
inline bool take(ProtobufReader& in, Int64& number) {
  return number.to = static_cast<double>(in.int64()), true;
}
inline bool take(ProtobufReader& in, Decimal& decimal) {
  const std::string_view text = in.bytes();
  if (text.empty() || text == "2147483647" || text == "9223372036854775807" ||
      text == "-9223372036854775808") {
    decimal.to = decimal.unset;
    return true;
  }
  if (!parse_double(text, decimal.to)) return false;
  if (decimal.to == std::numeric_limits<double>::infinity()) decimal.to = decimal.unset;
  return true;
}
/// A message within: `read(body)` says whether it could be read.
template <typename Read>
requires std::is_invocable_r_v<bool, Read&, std::string_view>
bool take(ProtobufReader& in, Read& read) { return read(in.bytes()); }

template <std::uint32_t Number, typename To>
struct Field {
  static constexpr std::uint32_t number = Number;
  To to;
};

template <std::uint32_t Number, typename To>
Field<Number, To> field(To&& to) {
  return {std::forward<To>(to)};
}

/// False if the message was cut off, is no protobuf, or has a value that does not fit its variable.
template <typename... Fields>
bool read_message(std::string_view body, Fields... fields) {
  ProtobufReader in(body);
  bool good = true;
  while (in.next()) {
    const bool named = ((in.field() == fields.number && (good &= take(in, fields.to), true)) || ...);
    if (!named) in.skip();
  }
  return good && in.ok();
}

}  // namespace ibkr
