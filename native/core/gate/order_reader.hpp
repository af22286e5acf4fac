// An order as its frame says it, in either dialect: what is judged is what leaves, whoever made the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "wire/unset.hpp"

namespace ibkr {

/// The fields of a PLACE_ORDER frame that the risk gate looks at. Texts lie in the frame.
struct ReadOrder {
  std::int32_t id = 0;
  // Contract
  std::int32_t con_id = 0;
  std::string_view symbol;
  std::string_view sec_type;
  std::string_view last_trade_date;
  double strike = 0;
  std::string_view right;
  std::string_view exchange;
  std::string_view primary_exchange;
  std::string_view currency;
  std::string_view local_symbol;
  std::string_view trading_class;
  std::string_view security_id;
  std::uint64_t legs = 0;  ///< hash of a combination's legs; 0: there are none
  // Order; kUnset: it says none
  std::string_view action;
  double quantity = kUnset;
  std::string_view order_type;
  double limit_price = kUnset;
  double aux_price = kUnset;
  double discretionary = 0;
  double cash_quantity = kUnset;
  std::string_view time_in_force;
  std::string_view oca_group;
  std::string_view account;
  std::string_view order_ref;
  /// Of an advisor's order, that goes to accounts which it does not name.
  std::string_view allocation;
  std::int32_t parent_id = 0;
  bool what_if = false;
  /// Orders that the gateway makes of it by itself.
  bool attaches = false;
};

/// The numbers with which fields are hashed, here and by whoever gives names to the gate.
class FieldHash {
 public:
  FieldHash& text(std::string_view value) {
    for (const char c : value) step(static_cast<unsigned char>(c));
    step(0x100);
    return *this;
  }
  FieldHash& number(std::uint64_t value) {
    for (int i = 0; i < 64; i += 8) step(value >> i & 0xff);
    return *this;
  }
  /// Never 0.
  std::uint64_t value() const { return hash_ == 0 ? 1 : hash_; }

 private:
  void step(std::uint64_t byte) { hash_ = (hash_ ^ byte) * 0x100000001B3u; }  // FNV-1a
  std::uint64_t hash_ = 0xCBF29CE484222325u;
};

/// What follows the id of a PLACE_ORDER frame. Nothing where it cannot be read: it must not leave.
std::optional<ReadOrder> read_text_order(std::string_view body, std::int32_t server_version);
std::optional<ReadOrder> read_protobuf_order(std::string_view body);

}  // namespace ibkr
