// The fields of an ordinary order, and the frame they go into.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ibkr {

/// Where a hole of the frame takes its text from: the order id, the contract's fields, then the order's.
/// JavaScript gets these names from here (addon: `orderFields`).
inline constexpr std::array<std::string_view, 12> kContractFields = {
    "conId",       "symbol",   "secType",     "lastTradeDateOrContractMonth",
    "strike",      "right",    "multiplier",  "exchange",
    "primaryExch", "currency", "localSymbol", "tradingClass"};
inline constexpr std::array<std::string_view, 19> kOrderFields = {
    "action",  "totalQuantity", "orderType",    "lmtPrice", "auxPrice", "tif",           "ocaGroup",
    "account", "openClose",     "orderRef",     "transmit", "parentId", "triggerMethod", "outsideRth",
    "hidden",  "goodAfterTime", "goodTillDate", "ocaType",  "cashQty"};
inline constexpr std::size_t kOrderIdHole = 0;
inline constexpr std::size_t kFirstContractHole = 1;
inline constexpr std::size_t kFirstOrderHole = kFirstContractHole + kContractFields.size();
inline constexpr std::size_t kHoles = kFirstOrderHole + kOrderFields.size();

/// The index of a name, or nothing.
std::optional<std::size_t> find_field(std::span<const std::string_view> names, std::string_view name);

/// The text of every field, by hole; what an order does not have stays empty.
struct OrderFields {
  std::array<std::string_view, kHoles> text{};
};

/// Order types without fields of their own beyond limit and auxiliary price.
bool is_ordinary(const OrderFields& fields);

/// A text PLACE_ORDER frame with holes, made once per connection from the layout of its server version.
class OrderTemplate {
 public:
  /// `between` has one piece more than there are holes. False, and nothing changed, if that or a hole is
  /// wrong.
  bool set(std::vector<std::string> between, std::vector<std::uint8_t> holes);
  bool ready() const { return !between_.empty(); }
  /// The payload; its memory is reused by the next call.
  std::string_view fill(const OrderFields& fields);

 private:
  std::vector<std::string> between_;
  std::vector<std::uint8_t> holes_;
  std::string frame_;
};

}  // namespace ibkr
