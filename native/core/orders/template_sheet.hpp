// What JavaScript says of a prepared order that is to be sent or armed, and what it is told: in memory that
// both know, so that a call has no arguments.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>

#include "orders/order_template.hpp"

namespace ibkr {

/// Zeros at first; src/native/template-sheet.ts writes it.
struct TemplateSheet {
  double handle;
  double quantity;  ///< NaN: as prepared; so are those below
  double limit_price;
  double order_ref_bytes;
  double order_id;        ///< NaN: the next one. Afterwards: which it was
  double encoded_micros;  ///< out: CLOCK_MONOTONIC, as the next
  double written_micros;  ///< out
  // Of an armed order:
  double slot;
  double field;  ///< BoardValue
  double op;     ///< ArmedOp
  double price;
  double expires_ms;       ///< from now on; infinity: never
  double received_micros;  ///< out: of the quote
  double value;            ///< out: of the quote
  char order_ref[64];

  OrderChange change() const {
    OrderChange out;
    if (!std::isnan(quantity)) out.quantity = quantity;
    if (!std::isnan(limit_price)) out.limit_price = limit_price;
    if (order_ref_bytes >= 0 && order_ref_bytes <= sizeof order_ref)
      out.order_ref = std::string_view(order_ref, static_cast<std::size_t>(order_ref_bytes));
    return out;
  }
};
inline constexpr std::size_t kTemplateSheetBytes = sizeof(TemplateSheet);
static_assert(kTemplateSheetBytes % 8 == 0);

}  // namespace ibkr
