// Words of orders as the gate counts them: each table is in the order of its enum.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gate/order_reader.hpp"
#include "risk/order_intent.hpp"

namespace ibkr {

inline constexpr std::array<std::string_view, static_cast<std::size_t>(SecurityType::Count)> kSecurityTypes =
    {"STK",  "OPT",  "FUT",   "FOP",    "CASH", "IND", "CFD",
     "BOND", "FUND", "CMDTY", "CRYPTO", "WAR",  "BAG", "OTHER"};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(OrderType::Count)> kOrderTypes = {
    "MKT", "LMT", "STP", "STP LMT", "TRAIL", "TRAIL LIMIT", "MIT",
    "LIT", "MOC", "LOC", "MTL",     "REL",   "MIDPRICE",    "OTHER"};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(TimeInForce::Count)> kTimesInForce = {
    "DAY", "GTC", "IOC", "FOK", "OPG", "GTD", "DTC", "AUC", "OTHER"};

/// What is none of them is the last one. Case does not matter.
SecurityType security_type_of(std::string_view name);
OrderType order_type_of(std::string_view name);
TimeInForce time_in_force_of(std::string_view name);
/// Nothing for what is neither a purchase nor a sale.
std::optional<OrderSide> side_of(std::string_view action);

/// The key of an instrument: its contract id, or what else names it.
std::uint64_t instrument_key(std::int32_t con_id);
std::uint64_t instrument_key(const ReadOrder& order);
/// Of an account, a strategy, an orderRef, an execution. Nothing has the key 0.
inline std::uint64_t name_key(std::string_view name) {
  return name.empty() ? 0 : FieldHash().text(name).value();
}
/// What an orderRef begins with, up to its colon; all of it where it has none.
constexpr std::string_view prefix_of(std::string_view order_ref) {
  return order_ref.substr(0, order_ref.find(':'));
}

}  // namespace ibkr
