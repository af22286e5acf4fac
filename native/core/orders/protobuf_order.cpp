#include "orders/protobuf_order.hpp"

#include <utility>

#include "wire/number.hpp"
#include "wire/protobuf_writer.hpp"

namespace ibkr {

namespace {

bool fits(const ProtobufOrderTemplate::Part& part) {
  if (part.kind == PartKind::Fixed) return true;
  if (part.placeholder >= kPlaceholders.size()) return false;
  const auto& value = kPlaceholderValues[part.placeholder];
  switch (part.kind) {
    case PartKind::Int32:
      return std::holds_alternative<IntField>(value);
    case PartKind::Double:
    case PartKind::NonZero:
      return std::holds_alternative<DoubleField>(value);
    case PartKind::Text:
      return std::holds_alternative<TextField>(value) || std::holds_alternative<DoubleField>(value);
    case PartKind::Flag:
      return std::holds_alternative<FlagField>(value);
    default:
      return false;
  }
}

}  // namespace

bool ProtobufOrderTemplate::set(std::string head, std::string tail, std::vector<Part> parts) {
  for (const Part& part : parts) {
    if (!fits(part)) return false;
  }
  head_ = std::move(head);
  tail_ = std::move(tail);
  parts_ = std::move(parts);
  return true;
}

bool append_part(std::string& out, const ProtobufPart& part, const OrderFields& fields) {
  if (part.kind == PartKind::Fixed) return out.append(part.otherwise), true;  // has no placeholder
  const auto& place = kPlaceholderValues[part.placeholder];
  ProtobufWriter writer(out);
  switch (part.kind) {
    case PartKind::Fixed:
      break;
    case PartKind::Int32:
      if (const auto value = fields.*std::get<IntField>(place)) return writer.int32(part.field, *value), true;
      break;
    case PartKind::Double:
      if (const auto value = fields.*std::get<DoubleField>(place))
        return writer.float64(part.field, *value), true;
      break;
    case PartKind::NonZero:
      if (const auto value = fields.*std::get<DoubleField>(place); value && *value != 0)
        return writer.float64(part.field, *value), true;
      break;
    case PartKind::Flag:
      if (const auto value = fields.*std::get<FlagField>(place)) {
        if (*value) writer.int32(part.field, 1);
        return true;
      }
      break;
    case PartKind::Text:
      if (const DoubleField* number = std::get_if<DoubleField>(&place)) {
        const std::optional<double> value = fields.**number;
        if (!value) break;
        char digits[32];
        const std::size_t size = format_number(*value, digits);
        if (size == 0) return false;
        return writer.bytes(part.field, {digits, size}), true;
      }
      if (const std::string_view text = fields.*std::get<TextField>(place); !text.empty())
        return writer.bytes(part.field, text), true;
      break;
  }
  out.append(part.otherwise);
  return true;
}

std::optional<std::string_view> ProtobufOrderTemplate::fill(std::int32_t id, const OrderFields& fields) {
  contract_.clear();
  order_.clear();
  for (const Part& part : parts_) {
    if (!append_part(part.in_order ? order_ : contract_, part, fields)) return std::nullopt;
  }
  frame_.assign(head_);
  ProtobufWriter writer(frame_);
  writer.int32(1, id);
  writer.bytes(2, contract_);
  writer.bytes(3, order_);
  frame_.append(tail_);
  return frame_;
}

}  // namespace ibkr
