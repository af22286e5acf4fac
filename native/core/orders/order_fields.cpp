#include "orders/order_fields.hpp"

namespace ibkr {

namespace {
bool equal_ignoring_case(std::string_view a, std::string_view upper) {
  if (a.size() != upper.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const char c = a[i] >= 'a' && a[i] <= 'z' ? static_cast<char>(a[i] - 'a' + 'A') : a[i];
    if (c != upper[i]) return false;
  }
  return true;
}
}  // namespace

std::optional<std::uint8_t> find_placeholder(std::string_view name) {
  for (std::size_t i = 0; i < kPlaceholders.size(); ++i) {
    if (kPlaceholders[i].name == name) return static_cast<std::uint8_t>(i);
  }
  return std::nullopt;
}

bool is_ordinary(const OrderFields& fields) {
  static constexpr std::string_view kPlain[] = {"LMT", "MKT", "STP", "STP LMT", "MIT", "LIT", "MOC", "LOC"};
  if (equal_ignoring_case(fields.sec_type, "BAG") || fields.exchange == "IBKRATS") return false;
  for (const std::string_view type : kPlain) {
    if (fields.order_type == type) return true;
  }
  return false;
}

}  // namespace ibkr
