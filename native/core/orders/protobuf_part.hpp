// One field of the PLACE_ORDER frame in the protobuf dialect.
#pragma once

#include <cstdint>
#include <string>

#include "orders/order_fields.hpp"

namespace ibkr {

/// How a field of the frame is filled in.
enum class PartKind : std::uint8_t {
  Fixed,    ///< always the same bytes
  Int32,    ///< from a whole number
  Double,   ///< from a number, as its eight bytes
  Text,     ///< from a text; from a number as its decimal digits (quantities)
  Flag,     ///< true, or left out
  NonZero,  ///< as Double; 0 says that there is none
};

/// One field of the contract or the order, in ascending order of number within each.
struct ProtobufPart {
  bool in_order = false;  ///< false: in the contract
  std::uint32_t field = 0;
  PartKind kind = PartKind::Fixed;
  std::uint8_t placeholder = 0;  ///< unless Fixed
  std::string otherwise{};       ///< the whole field as sent where the value is unset; may be nothing
};

/// Appends the field. False, and nothing appended, if format_number() does not write the number.
bool append_part(std::string& out, const ProtobufPart& part, const OrderFields& fields);

}  // namespace ibkr
