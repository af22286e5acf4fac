// The PLACE_ORDER frame of an ordinary order in the protobuf dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// Made once per connection: what the codec sends for an order that has nothing set, cut into fields, and
/// where the fields of an ordinary order go between them.
class ProtobufOrderTemplate {
 public:
  /// One field of the contract or the order, in ascending order of number within each.
  struct Part {
    bool in_order = false;  ///< false: in the contract
    std::uint32_t field = 0;
    PartKind kind = PartKind::Fixed;
    std::uint8_t placeholder = 0;  ///< unless Fixed
    std::string otherwise;         ///< the whole field as sent where the value is unset; may be nothing
  };

  /// `head` is the message id, `tail` what follows the order. False, and nothing changed, if a placeholder
  /// does not exist or has no value of the part's kind.
  bool set(std::string head, std::string tail, std::vector<Part> parts);
  bool ready() const { return !parts_.empty(); }

  /// The payload, its memory is reused by the next call; nothing if a quantity is no number that
  /// format_number() writes.
  std::optional<std::string_view> fill(std::int32_t id, const OrderFields& fields);

 private:
  static bool append(std::string& out, const Part& part, const OrderFields& fields);

  std::string head_, tail_;
  std::vector<Part> parts_;
  std::string contract_, order_, frame_;
};

}  // namespace ibkr
