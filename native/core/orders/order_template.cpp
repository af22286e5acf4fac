#include "orders/order_template.hpp"

#include <charconv>
#include <utility>

#include "orders/text_order.hpp"
#include "wire/protobuf_writer.hpp"

namespace ibkr {

namespace {
constexpr FieldOf kQuantity = &OrderFields::total_quantity;
constexpr FieldOf kLimitPrice = &OrderFields::limit_price;
constexpr FieldOf kOrderRef = &OrderFields::order_ref;
}  // namespace

std::optional<OrderTemplate::What> OrderTemplate::what_changes(const FieldOf& value) {
  if (std::holds_alternative<OrderId>(value)) return What::Id;
  if (value == kQuantity) return What::Quantity;
  if (value == kLimitPrice) return What::LimitPrice;
  if (value == kOrderRef) return What::OrderRef;
  return std::nullopt;
}

std::optional<OrderTemplate> OrderTemplate::text(const std::vector<std::string>& between,
                                                 const std::vector<std::uint8_t>& placeholders,
                                                 const OrderFields& fields) {
  if (between.empty()) return std::nullopt;
  OrderTemplate out;
  out.intent_ = std::make_shared<const KeptIntent>(IntentValues::of(fields));
  out.behind_ = between.front();
  for (std::size_t i = 0; i < placeholders.size(); ++i) {
    const FieldOf& value = kPlaceholderValues[placeholders[i]];
    if (const auto what = what_changes(value)) {
      Patch patch{.what = *what, .before = std::exchange(out.behind_, {})};
      if (*what != What::Id && !append_text(patch.prepared, value, 0, fields)) return std::nullopt;
      out.patches_.push_back(std::move(patch));
    } else if (!append_text(out.behind_, value, 0, fields)) {
      return std::nullopt;
    }
    out.behind_ += between[i + 1];
  }
  return out;
}

std::optional<OrderTemplate> OrderTemplate::protobuf(std::string_view head, std::string_view tail,
                                                     const std::vector<ProtobufPart>& parts,
                                                     const OrderFields& fields) {
  if (parts.empty()) return std::nullopt;
  OrderTemplate out;
  out.is_protobuf_ = true;
  out.intent_ = std::make_shared<const KeptIntent>(IntentValues::of(fields));
  out.head_ = head;
  ProtobufWriter(out.head_).tag(1, 0);
  out.tail_ = tail;
  std::string contract;
  for (const ProtobufPart& part : parts) {
    const bool fixed = part.kind == PartKind::Fixed;
    const auto what = fixed ? std::nullopt : what_changes(kPlaceholderValues[part.placeholder]);
    if (what && !part.in_order) return std::nullopt;  // no contract has them
    if (!what) {
      if (!append_part(part.in_order ? out.behind_ : contract, part, fields)) return std::nullopt;
      continue;
    }
    Patch patch{.what = *what, .before = std::exchange(out.behind_, {}), .part = part};
    if (!append_part(patch.prepared, part, fields)) return std::nullopt;
    out.patches_.push_back(std::move(patch));
  }
  ProtobufWriter writer(out.contract_);
  writer.bytes(2, contract);
  writer.tag(3, 2);
  return out;
}

bool OrderTemplate::append(std::string& out, const Patch& patch, const OrderChange& change) {
  const auto changed = [&](auto field, const auto& value) {
    if (!value) return out += patch.prepared, true;
    values_.*field = *value;
    return is_protobuf_ ? append_part(out, patch.part, values_) : append_text(out, field, 0, values_);
  };
  switch (patch.what) {
    case What::Quantity:
      return changed(&OrderFields::total_quantity, change.quantity);
    case What::LimitPrice:
      return changed(&OrderFields::limit_price, change.limit_price);
    case What::OrderRef:
      return changed(&OrderFields::order_ref, change.order_ref);
    case What::Id:
      break;
  }
  return false;
}

bool OrderTemplate::append_patches(std::string& out, std::int32_t id, const OrderChange& change) {
  for (const Patch& patch : patches_) {
    out += patch.before;
    if (patch.what == What::Id) {
      char digits[12];
      out.append(digits, std::to_chars(digits, digits + sizeof digits, id).ptr);
    } else if (!append(out, patch, change)) {
      return false;
    }
  }
  out += behind_;
  return true;
}

std::optional<std::string_view> OrderTemplate::fill(std::int32_t id, const OrderChange& change) {
  frame_.clear();
  if (!is_protobuf_) {
    if (!append_patches(frame_, id, change)) return std::nullopt;
    return frame_;
  }
  order_.clear();
  if (!append_patches(order_, id, change)) return std::nullopt;
  frame_ += head_;
  ProtobufWriter writer(frame_);
  writer.varint(static_cast<std::uint64_t>(static_cast<std::int64_t>(id)));
  frame_ += contract_;
  writer.varint(order_.size());
  frame_ += order_;
  frame_ += tail_;
  return frame_;
}

std::optional<OrderTemplate> OrderTemplate::changed(const OrderChange& change) const {
  OrderTemplate out = *this;
  for (Patch& patch : out.patches_) {
    if (patch.what == What::Id) continue;
    std::string value;
    if (!out.append(value, patch, change)) return std::nullopt;
    patch.prepared = std::move(value);
  }
  out.values_ = {};  // its text is the caller's
  IntentValues intent = out.intent();
  if (change.quantity) intent.numbers[kIntentQuantity] = *change.quantity;
  if (change.limit_price) intent.numbers[kIntentLimitPrice] = *change.limit_price;
  if (change.order_ref) intent.text(IntentText::OrderRef) = *change.order_ref;
  out.intent_ = std::make_shared<const KeptIntent>(intent);
  return out;
}

}  // namespace ibkr
