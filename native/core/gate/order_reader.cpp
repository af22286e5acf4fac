#include "gate/order_reader.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "wire/number.hpp"
#include "wire/protobuf_reader.hpp"
#include "wire/text_scanner.hpp"

namespace ibkr {

namespace {

/// Server versions that change what lies where (docs/protocol.md 6.1).
constexpr std::int32_t kPeggedToBenchmark = 102;
constexpr std::int32_t kModels = 103;
constexpr std::int32_t kExtOperator = 105;
constexpr std::int32_t kSoftDollarTier = 106;
constexpr std::int32_t kCashQuantity = 111;
constexpr std::int32_t kOrderContainer = 145;
constexpr std::int32_t kNoFaProfile = 177;

/// More legs, conditions or parameters than any order has: a count that is none.
constexpr std::int32_t kMostEntries = 1'000;

bool equals(std::string_view text, std::string_view upper) {
  if (text.size() != upper.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    if (c != upper[i]) return false;
  }
  return true;
}

/// The text dialect's fields, one behind the other.
class TextOrderReader {
 public:
  TextOrderReader(std::string_view body, std::int32_t server_version)
      : scan_(body), version_(server_version) {}

  std::optional<ReadOrder> read() {
    if (version_ < kOrderContainer) skip(1);
    out_.id = scan_.integer();
    read_contract();
    read_main_fields();
    if (equals(out_.sec_type, "BAG")) read_legs();
    read_allocation();
    skip(19);  // short sale … override of percentage constraints
    read_volatility();
    read_scale_and_hedge();
    if (scan_.string() == "1") skip(3);  // a delta-neutral contract
    if (!scan_.string().empty()) skip_list(2);
    skip(1);  // the algorithm's id
    // Only what every gateway takes for yes: everything else is an order.
    out_.what_if = scan_.string() == "1";
    skip(4);
    if (version_ >= kPeggedToBenchmark) read_conditions();
    if (version_ >= kExtOperator) skip(1);
    if (version_ >= kSoftDollarTier) skip(2);
    if (version_ >= kCashQuantity) out_.cash_quantity = scan_.decimal();
    return scan_.ok() ? std::optional(out_) : std::nullopt;
  }

 private:
  void skip(int fields) {
    for (int i = 0; i < fields; ++i) scan_.string();
  }
  /// The number of entries of a list, 0 where there are none.
  std::int32_t count() {
    const std::int32_t entries = scan_.integer();
    if (entries >= 0 && entries <= kMostEntries) return entries;
    is_sound_ = false;
    return 0;
  }
  void skip_list(int fields) {
    for (std::int32_t left = count(); left > 0 && scan_.ok(); --left) skip(fields);
  }

  void read_contract() {
    out_.con_id = scan_.integer();
    out_.symbol = scan_.string();
    out_.sec_type = scan_.string();
    out_.last_trade_date = scan_.string();
    out_.strike = scan_.number();
    out_.right = scan_.string();
    skip(1);  // the multiplier is a fact of the instrument
    out_.exchange = scan_.string();
    out_.primary_exchange = scan_.string();
    out_.currency = scan_.string();
    out_.local_symbol = scan_.string();
    out_.trading_class = scan_.string();
    skip(1);
    out_.security_id = scan_.string();
  }

  void read_main_fields() {
    out_.action = scan_.string();
    out_.quantity = scan_.decimal();
    out_.order_type = scan_.string();
    out_.limit_price = scan_.decimal();
    out_.aux_price = scan_.decimal();
    out_.time_in_force = scan_.string();
    out_.oca_group = scan_.string();
    out_.account = scan_.string();
    skip(2);
    out_.order_ref = scan_.string();
    skip(1);
    out_.parent_id = scan_.integer();
    skip(6);
  }

  void read_legs() {
    FieldHash legs;
    const std::int32_t entries = count();
    for (std::int32_t i = 0; i < entries && scan_.ok(); ++i) {
      legs.number(static_cast<std::uint32_t>(scan_.integer()));
      legs.number(static_cast<std::uint32_t>(scan_.integer()));
      legs.text(scan_.string());
      skip(5);
    }
    if (entries > 0) out_.legs = legs.value();
    skip_list(1);
    skip_list(2);
  }

  void read_allocation() {
    skip(1);
    out_.discretionary = scan_.number();
    skip(2);
    out_.allocation = scan_.string();
    skip(2);
    if (version_ < kNoFaProfile) {
      const std::string_view profile = scan_.string();
      if (out_.allocation.empty()) out_.allocation = profile;
    }
    if (version_ >= kModels) skip(1);
  }

  void read_volatility() {
    skip(2);
    const bool is_delta_neutral = !scan_.string().empty();
    skip(1);
    if (is_delta_neutral) skip(8);
    skip(4);
  }

  void read_scale_and_hedge() {
    skip(2);
    const double increment = scan_.decimal();
    if (increment != kUnset && increment > 0) skip(7);
    skip(3);
    if (!scan_.string().empty()) skip(1);
    skip(4);
  }

  void read_conditions() {
    if (equals(out_.order_type, "PEG BENCH") || equals(out_.order_type, "PEGBENCH")) skip(5);
    const std::int32_t entries = count();
    for (std::int32_t i = 0; i < entries && scan_.ok(); ++i) {
      const std::int32_t type = scan_.integer();
      skip(1);
      switch (type) {
        case 1:  // price
          skip(5);
          break;
        case 3:  // time
        case 4:  // margin
          skip(2);
          break;
        case 5:  // execution
          skip(3);
          break;
        case 6:  // volume
        case 7:  // change in percent
          skip(4);
          break;
        default:
          is_sound_ = false;
      }
    }
    if (entries > 0) skip(2);
    skip(7);
    if (!is_sound_) skip_everything();
  }
  void skip_everything() {
    while (scan_.ok()) scan_.string();
  }

  TextScanner scan_;
  std::int32_t version_;
  bool is_sound_ = true;
  ReadOrder out_{};
};

/// Moves over the fields of a message; `take` reads those that it knows and says so.
template <typename Take>
bool read_message(std::string_view message, Take take) {
  ProtobufReader reader(message);
  while (reader.next())
    if (!take(reader)) reader.skip();
  return reader.ok();
}

bool read_leg(std::string_view message, FieldHash& legs) {
  std::int32_t con_id = 0, ratio = 0;
  std::string_view action;
  const bool ok = read_message(message, [&](ProtobufReader& reader) {
    switch (reader.field()) {
      case 1:
        con_id = reader.int32();
        return true;
      case 2:
        ratio = reader.int32();
        return true;
      case 3:
        action = reader.bytes();
        return true;
      default:
        return false;
    }
  });
  legs.number(static_cast<std::uint32_t>(con_id)).number(static_cast<std::uint32_t>(ratio)).text(action);
  return ok;
}

bool read_protobuf_contract(std::string_view message, ReadOrder& out) {
  FieldHash legs;
  bool has_legs = false;
  bool legs_ok = true;
  const bool ok = read_message(message, [&](ProtobufReader& reader) {
    switch (reader.field()) {
      case 1:
        out.con_id = reader.int32();
        return true;
      case 2:
        out.symbol = reader.bytes();
        return true;
      case 3:
        out.sec_type = reader.bytes();
        return true;
      case 4:
        out.last_trade_date = reader.bytes();
        return true;
      case 5:
        out.strike = reader.float64();
        return true;
      case 6:
        out.right = reader.bytes();
        return true;
      case 8:
        out.exchange = reader.bytes();
        return true;
      case 9:
        out.primary_exchange = reader.bytes();
        return true;
      case 10:
        out.currency = reader.bytes();
        return true;
      case 11:
        out.local_symbol = reader.bytes();
        return true;
      case 12:
        out.trading_class = reader.bytes();
        return true;
      case 14:
        out.security_id = reader.bytes();
        return true;
      case 20:
        has_legs = true;
        legs_ok = read_leg(reader.bytes(), legs) && legs_ok;
        return true;
      default:
        return false;
    }
  });
  if (has_legs) out.legs = legs.value();
  return ok && legs_ok;
}

bool read_protobuf_fields(std::string_view message, ReadOrder& out) {
  bool quantity_ok = true;
  const bool ok = read_message(message, [&](ProtobufReader& reader) {
    switch (reader.field()) {
      case 4:
        out.parent_id = reader.int32();
        return true;
      case 5:
        out.action = reader.bytes();
        return true;
      case 6: {
        const std::string_view text = reader.bytes();
        quantity_ok = text.empty() || parse_double(text, out.quantity);
        return true;
      }
      case 8:
        out.order_type = reader.bytes();
        return true;
      case 9:
        out.limit_price = reader.float64();
        return true;
      case 10:
        out.aux_price = reader.float64();
        return true;
      case 11:
        out.time_in_force = reader.bytes();
        return true;
      case 12:
        out.account = reader.bytes();
        return true;
      case 27:
        out.oca_group = reader.bytes();
        return true;
      case 28:
        out.order_ref = reader.bytes();
        return true;
      case 34:
        out.allocation = reader.bytes();
        return true;
      case 65:
        out.what_if = reader.boolean();
        return true;
      case 76:
        out.discretionary = reader.float64();
        return true;
      case 106:
        out.cash_quantity = reader.float64();
        return true;
      default:
        return false;
    }
  });
  return ok && quantity_ok;
}

bool read_attached(std::string_view message, ReadOrder& out) {
  return read_message(message, [&](ProtobufReader& reader) {
    if (reader.field() != 1 && reader.field() != 3) return false;
    if (const std::int32_t id = reader.int32(); id != std::numeric_limits<std::int32_t>::max())
      out.attaches = true;
    return true;
  });
}

}  // namespace

std::optional<ReadOrder> read_text_order(std::string_view body, std::int32_t server_version) {
  return TextOrderReader(body, server_version).read();
}

std::optional<ReadOrder> read_protobuf_order(std::string_view body) {
  ReadOrder out;
  bool parts_ok = true;
  const bool ok = read_message(body, [&](ProtobufReader& reader) {
    switch (reader.field()) {
      case 1:
        out.id = reader.int32();
        return true;
      case 2:
        parts_ok = read_protobuf_contract(reader.bytes(), out) && parts_ok;
        return true;
      case 3:
        parts_ok = read_protobuf_fields(reader.bytes(), out) && parts_ok;
        return true;
      case 4:
        parts_ok = read_attached(reader.bytes(), out) && parts_ok;
        return true;
      default:
        return false;
    }
  });
  if (!ok || !parts_ok) return std::nullopt;
  return out;
}

}  // namespace ibkr
