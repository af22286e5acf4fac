// The PLACE_ORDER frame of an ordinary order in the protobuf dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orders/order_fields.hpp"
#include "orders/order_template.hpp"
#include "orders/protobuf_part.hpp"

namespace ibkr {

/// Made once per connection: what the codec sends for an order that has nothing set, cut into fields, and
/// where the fields of an ordinary order go between them.
class ProtobufOrderTemplate {
 public:
  using Part = ProtobufPart;

  /// `head` is the message id, `tail` what follows the order. False, and nothing changed, if a placeholder
  /// does not exist or has no value of the part's kind.
  bool set(std::string head, std::string tail, std::vector<Part> parts);
  bool ready() const { return !parts_.empty(); }

  /// The payload, its memory is reused by the next call; nothing if a quantity is no number that
  /// format_number() writes.
  std::optional<std::string_view> fill(std::int32_t id, const OrderFields& fields);
  /// Nothing as above.
  std::optional<OrderTemplate> prepare(const OrderFields& fields) const {
    return OrderTemplate::protobuf(head_, tail_, parts_, fields);
  }

 private:
  std::string head_, tail_;
  std::vector<Part> parts_;
  std::string contract_, order_, frame_;
};

}  // namespace ibkr
