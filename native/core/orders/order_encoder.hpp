// The frames of ordinary orders and plain cancels on one connection, in its dialect.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "orders/cancel_template.hpp"
#include "orders/order_fields.hpp"
#include "orders/order_template.hpp"
#include "orders/protobuf_order.hpp"
#include "orders/text_order.hpp"

namespace ibkr {

/// The fast path of orders. Its templates are set once the server version is known; what it has no answer for
/// takes the general path, through the dialect's own encoder. A payload is valid until the next call.
class OrderEncoder {
 public:
  /// Which of the two is set decides the dialect.
  TextOrderTemplate& text_order() { return text_order_; }
  ProtobufOrderTemplate& protobuf_order() { return protobuf_order_; }
  CancelTemplate& cancel_template() { return cancel_; }

  bool ready() const { return text_order_.ready() || protobuf_order_.ready(); }

  /// PLACE_ORDER. Nothing if the order is not ordinary, or no template is set.
  std::optional<std::string_view> place(std::int32_t id, const OrderFields& fields) {
    if (!is_ordinary(fields)) return std::nullopt;
    if (text_order_.ready()) return text_order_.fill(id, fields);
    if (protobuf_order_.ready()) return protobuf_order_.fill(id, fields);
    return std::nullopt;
  }

  /// The same order again and again, each with another id. Nothing as above.
  std::optional<OrderTemplate> prepare(const OrderFields& fields) const {
    if (!is_ordinary(fields)) return std::nullopt;
    if (text_order_.ready()) return text_order_.prepare(fields);
    if (protobuf_order_.ready()) return protobuf_order_.prepare(fields);
    return std::nullopt;
  }

  /// CANCEL_ORDER. Nothing if no template is set.
  std::optional<std::string_view> cancel(std::int32_t id) {
    if (!cancel_.ready()) return std::nullopt;
    return cancel_.fill(id);
  }

 private:
  TextOrderTemplate text_order_;
  ProtobufOrderTemplate protobuf_order_;
  CancelTemplate cancel_;
};

}  // namespace ibkr
