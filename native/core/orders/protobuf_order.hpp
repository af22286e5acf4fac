// The PLACE_ORDER frame of an ordinary order in the protobuf dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orders/order_fields.hpp"

namespace ibkr {

/// Made once per connection: what the codec sends for an order that has nothing set, cut into fields, and
/// where the fields of an ordinary order go between them.
class ProtobufOrderTemplate {
 public:
  enum class Kind : std::uint8_t { Fixed, Int32, Double, Text, Flag };

  /// One field of the contract or the order, in ascending order of number within each.
  struct Part {
    bool in_order = false;  ///< false: in the contract
    std::uint32_t field = 0;
    Kind kind = Kind::Fixed;
    std::uint8_t hole = 0;  ///< of order_fields.hpp; unless Fixed
    std::string otherwise;  ///< the whole field as sent where the hole is empty; may be nothing
  };

  /// `head` is the message id, `tail` what follows the order. False, and nothing changed, if a hole is wrong.
  bool set(std::string head, std::string tail, std::vector<Part> parts);
  bool ready() const { return !parts_.empty(); }

  /// The payload, its memory is reused by the next call; nothing if a value is no number where one is wanted.
  std::optional<std::string_view> fill(const OrderFields& fields);

 private:
  static bool append(std::string& out, const Part& part, std::string_view text);

  std::string head_, tail_;
  std::vector<Part> parts_;
  std::string contract_, order_, frame_;
};

}  // namespace ibkr
