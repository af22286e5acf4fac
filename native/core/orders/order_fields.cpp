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

constexpr std::size_t hole_of(std::span<const std::string_view> names, std::size_t first,
                              std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return first + i;
  }
  return kHoles;
}
constexpr std::size_t kOrderType = hole_of(kOrderFields, kFirstOrderHole, "orderType");
constexpr std::size_t kSecType = hole_of(kContractFields, kFirstContractHole, "secType");
constexpr std::size_t kExchange = hole_of(kContractFields, kFirstContractHole, "exchange");
static_assert(kOrderType < kHoles && kSecType < kHoles && kExchange < kHoles);

}  // namespace

std::optional<std::size_t> find_field(std::span<const std::string_view> names, std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  return std::nullopt;
}

bool is_ordinary(const OrderFields& fields) {
  static constexpr std::string_view kPlain[] = {"LMT", "MKT", "STP", "STP LMT", "MIT", "LIT", "MOC", "LOC"};
  if (equal_ignoring_case(fields.text[kSecType], "BAG") || fields.text[kExchange] == "IBKRATS") return false;
  return find_field(kPlain, fields.text[kOrderType]).has_value();
}

bool OrderTemplate::set(std::vector<std::string> between, std::vector<std::uint8_t> holes) {
  if (between.size() != holes.size() + 1) return false;
  for (const std::uint8_t hole : holes) {
    if (hole >= kHoles) return false;
  }
  between_ = std::move(between);
  holes_ = std::move(holes);
  frame_.reserve(4096);
  return true;
}

std::string_view OrderTemplate::fill(const OrderFields& fields) {
  frame_.assign(between_.front());
  for (std::size_t i = 0; i < holes_.size(); ++i) {
    frame_.append(fields.text[holes_[i]]).append(between_[i + 1]);
  }
  return frame_;
}

}  // namespace ibkr
