// The fields of an ordinary order, typed, and their names and numbers as placeholders of a frame.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace ibkr {

/// What an ordinary order says, beside its id. Unset is nothing, or an empty text. Prices and quantities are
/// as the user gave them: finite, and not the largest double, which means "unset" on the wire.
struct OrderFields {
  // Contract
  std::optional<std::int32_t> con_id;
  std::string_view symbol;
  std::string_view sec_type;
  std::string_view last_trade_date;
  std::optional<double> strike;
  std::string_view right;
  std::optional<double> multiplier;
  std::string_view exchange;
  std::string_view primary_exchange;
  std::string_view currency;
  std::string_view local_symbol;
  std::string_view trading_class;
  // Order
  std::string_view action;
  std::optional<double> total_quantity;
  std::string_view order_type;
  std::optional<double> limit_price;
  std::optional<double> aux_price;
  std::string_view time_in_force;
  std::string_view oca_group;
  std::string_view account;
  std::string_view open_close;
  std::string_view order_ref;
  std::optional<bool> transmit;
  std::optional<std::int32_t> parent_id;
  std::optional<std::int32_t> trigger_method;
  std::optional<bool> outside_rth;
  std::optional<bool> hidden;
  std::string_view good_after_time;
  std::string_view good_till_date;
  std::optional<std::int32_t> oca_type;
  std::optional<double> cash_quantity;
};

using IntField = std::optional<std::int32_t> OrderFields::*;
using DoubleField = std::optional<double> OrderFields::*;
using FlagField = std::optional<bool> OrderFields::*;
using TextField = std::string_view OrderFields::*;
/// The order id, which is not among the fields: it changes where they stay.
struct OrderId {
  bool operator==(const OrderId&) const = default;
};

using FieldOf = std::variant<OrderId, IntField, DoubleField, FlagField, TextField>;

/// A place in a frame that one value of an order goes to. JavaScript gets the names from here (addon:
/// `orderPlaceholders`), and counts placeholders, and their places in the sheet, by this order.
struct Placeholder {
  std::string_view name;
  FieldOf value;
};

inline constexpr std::array<Placeholder, 32> kPlaceholders = {{
    {"id", OrderId{}},
    {"contract.conId", &OrderFields::con_id},
    {"contract.symbol", &OrderFields::symbol},
    {"contract.secType", &OrderFields::sec_type},
    {"contract.lastTradeDateOrContractMonth", &OrderFields::last_trade_date},
    {"contract.strike", &OrderFields::strike},
    {"contract.right", &OrderFields::right},
    {"contract.multiplier", &OrderFields::multiplier},
    {"contract.exchange", &OrderFields::exchange},
    {"contract.primaryExch", &OrderFields::primary_exchange},
    {"contract.currency", &OrderFields::currency},
    {"contract.localSymbol", &OrderFields::local_symbol},
    {"contract.tradingClass", &OrderFields::trading_class},
    {"order.action", &OrderFields::action},
    {"order.totalQuantity", &OrderFields::total_quantity},
    {"order.orderType", &OrderFields::order_type},
    {"order.lmtPrice", &OrderFields::limit_price},
    {"order.auxPrice", &OrderFields::aux_price},
    {"order.tif", &OrderFields::time_in_force},
    {"order.ocaGroup", &OrderFields::oca_group},
    {"order.account", &OrderFields::account},
    {"order.openClose", &OrderFields::open_close},
    {"order.orderRef", &OrderFields::order_ref},
    {"order.transmit", &OrderFields::transmit},
    {"order.parentId", &OrderFields::parent_id},
    {"order.triggerMethod", &OrderFields::trigger_method},
    {"order.outsideRth", &OrderFields::outside_rth},
    {"order.hidden", &OrderFields::hidden},
    {"order.goodAfterTime", &OrderFields::good_after_time},
    {"order.goodTillDate", &OrderFields::good_till_date},
    {"order.ocaType", &OrderFields::oca_type},
    {"order.cashQty", &OrderFields::cash_quantity},
}};

/// The values alone, without their names: half as much memory to touch for an order.
inline constexpr std::array<FieldOf, kPlaceholders.size()> kPlaceholderValues = [] {
  std::array<FieldOf, kPlaceholders.size()> out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = kPlaceholders[i].value;
  return out;
}();

/// std::visit by comparisons, texts first. Orders are made between system calls, where an indirect jump for
/// each of thirty fields is often mispredicted.
template <typename Take>
auto visit_value(const FieldOf& value, Take take) {
  if (const TextField* text = std::get_if<TextField>(&value)) return take(*text);
  if (const DoubleField* number = std::get_if<DoubleField>(&value)) return take(*number);
  if (const IntField* integer = std::get_if<IntField>(&value)) return take(*integer);
  if (const FlagField* flag = std::get_if<FlagField>(&value)) return take(*flag);
  return take(OrderId{});
}

/// The index of a placeholder, or nothing.
std::optional<std::uint8_t> find_placeholder(std::string_view name);

/// Order types without fields of their own beyond limit and auxiliary price; no combinations.
bool is_ordinary(const OrderFields& fields);

}  // namespace ibkr
