#include "orders/text_order.hpp"

#include <charconv>
#include <utility>

#include "wire/number.hpp"

namespace ibkr {

namespace {

/// One overload for each kind of value.
struct Append {
  std::string& out;
  std::int32_t id;
  const OrderFields& fields;

  bool operator()(OrderId) const { return integer(id); }
  bool operator()(IntField field) const {
    const std::optional<std::int32_t> value = fields.*field;
    return !value || integer(*value);
  }
  bool operator()(DoubleField field) const {
    const std::optional<double> value = fields.*field;
    if (!value) return true;
    char digits[32];
    const std::size_t size = format_number(*value, digits);
    out.append(digits, size);
    return size != 0;
  }
  bool operator()(FlagField field) const {
    const std::optional<bool> value = fields.*field;
    if (value) out.push_back(*value ? '1' : '0');
    return true;
  }
  bool operator()(TextField field) const {
    out.append(fields.*field);
    return true;
  }

 private:
  bool integer(std::int32_t value) const {
    char digits[12];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    return true;
  }
};

}  // namespace

bool append_text(std::string& out, const FieldOf& value, std::int32_t id, const OrderFields& fields) {
  return visit_value(value, Append{out, id, fields});
}

bool TextOrderTemplate::set(std::vector<std::string> between, std::vector<std::uint8_t> placeholders) {
  if (between.size() != placeholders.size() + 1) return false;
  for (const std::uint8_t placeholder : placeholders) {
    if (placeholder >= kPlaceholders.size()) return false;
  }
  between_ = std::move(between);
  placeholders_ = std::move(placeholders);
  frame_.reserve(4096);
  return true;
}

std::optional<std::string_view> TextOrderTemplate::fill(std::int32_t id, const OrderFields& fields) {
  frame_.assign(between_.front());
  for (std::size_t i = 0; i < placeholders_.size(); ++i) {
    if (!append_text(frame_, kPlaceholderValues[placeholders_[i]], id, fields)) return std::nullopt;
    frame_.append(between_[i + 1]);
  }
  return frame_;
}

}  // namespace ibkr
