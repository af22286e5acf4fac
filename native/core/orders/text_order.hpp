// The PLACE_ORDER frame of an ordinary order in the text dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orders/order_fields.hpp"
#include "orders/order_template.hpp"

namespace ibkr {

/// A frame with placeholders, made once per connection from the layout of its server version.
class TextOrderTemplate {
 public:
  /// `between` has one piece more than there are placeholders. False, and nothing changed, if that is wrong
  /// or a placeholder does not exist.
  bool set(std::vector<std::string> between, std::vector<std::uint8_t> placeholders);
  bool ready() const { return !between_.empty(); }

  /// The payload, its memory is reused by the next call; nothing if a number is none of those that
  /// format_number() writes.
  std::optional<std::string_view> fill(std::int32_t id, const OrderFields& fields);
  /// Nothing as above.
  std::optional<OrderTemplate> prepare(const OrderFields& fields) const {
    return OrderTemplate::text(between_, placeholders_, fields);
  }

 private:
  std::vector<std::string> between_;
  std::vector<std::uint8_t> placeholders_;
  std::string frame_;
};

/// Appends a value as the text dialect has it: numbers as JavaScript writes them, flags as 1 and 0, what is
/// unset as nothing. False, and nothing appended, if format_number() does not write the number.
bool append_text(std::string& out, const FieldOf& value, std::int32_t id, const OrderFields& fields);

}  // namespace ibkr
