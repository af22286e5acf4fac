#include "gate/order_names.hpp"

#include <bit>

namespace ibkr {

namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (upper(a[i]) != upper(b[i])) return false;
  return true;
}

template <typename Enum, std::size_t N>
Enum one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i + 1 < N; ++i)
    if (same(names[i], name)) return static_cast<Enum>(i);
  return static_cast<Enum>(N - 1);
}

}  // namespace

SecurityType security_type_of(std::string_view name) { return one_of<SecurityType>(kSecurityTypes, name); }

OrderType order_type_of(std::string_view name) {
  // The gateway takes these for the same.
  if (same(name, "STPLMT")) return OrderType::StopLimit;
  if (same(name, "TRAILLIMIT")) return OrderType::TrailLimit;
  if (same(name, "MARKET")) return OrderType::Market;
  return one_of<OrderType>(kOrderTypes, name);
}

TimeInForce time_in_force_of(std::string_view name) {
  return name.empty() ? TimeInForce::Day : one_of<TimeInForce>(kTimesInForce, name);
}

std::optional<OrderSide> side_of(std::string_view action) {
  if (same(action, "BUY")) return OrderSide::Buy;
  if (same(action, "SELL") || same(action, "SSHORT") || same(action, "SLONG")) return OrderSide::Sell;
  return std::nullopt;
}

std::uint64_t instrument_key(std::int32_t con_id) {
  return FieldHash().text("conId").number(static_cast<std::uint32_t>(con_id)).value();
}

std::uint64_t instrument_key(const ReadOrder& order) {
  if (order.legs != 0)
    return FieldHash().text("legs").number(order.legs).text(order.symbol).text(order.currency).value();
  if (order.con_id > 0) return instrument_key(order.con_id);
  FieldHash out;
  for (const std::string_view text :
       {order.symbol, order.sec_type, order.last_trade_date, order.right, order.exchange,
        order.primary_exchange, order.currency, order.local_symbol, order.trading_class, order.security_id})
    out.text(text);
  return out.number(std::bit_cast<std::uint64_t>(order.strike + 0.0)).value();
}

}  // namespace ibkr
