#include "orders/order_fields.hpp"

#include <cmath>

namespace ibkr {

namespace {

constexpr double kPowersOfTen[] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};

std::size_t write_digits(std::uint64_t value, std::size_t at_least, char* out) {
  char reversed[20];
  std::size_t n = 0;
  do {
    reversed[n++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0 || n < at_least);
  for (std::size_t i = 0; i < n; ++i) out[i] = reversed[n - 1 - i];
  return n;
}

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

std::size_t format_number(double value, std::span<char, 32> out) {
  const double magnitude = std::fabs(value);
  if (!(magnitude < 9007199254740992.0)) return 0;  // 2^53; also NaN and infinities
  char* p = out.data();
  if (value < 0) *p++ = '-';
  const auto whole = static_cast<std::uint64_t>(magnitude);
  if (static_cast<double>(whole) == magnitude) {  // -0 is "0" in JavaScript too
    p += write_digits(whole, 1, p);
    return static_cast<std::size_t>(p - out.data());
  }
  if (magnitude < 1e-6) return 0;  // JavaScript changes to an exponent there
  for (std::size_t places = 1; places < std::size(kPowersOfTen); ++places) {
    const double power = kPowersOfTen[places];
    const double scaled = std::nearbyint(magnitude * power);
    if (scaled >= 1e15) return 0;
    if (scaled / power != magnitude) continue;
    const auto digits = static_cast<std::uint64_t>(scaled);
    const auto unit = static_cast<std::uint64_t>(power);
    p += write_digits(digits / unit, 1, p);
    *p++ = '.';
    p += write_digits(digits % unit, places, p);
    return static_cast<std::size_t>(p - out.data());
  }
  return 0;
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
