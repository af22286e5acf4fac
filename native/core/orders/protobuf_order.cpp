#include "orders/protobuf_order.hpp"

#include <limits>

#include "wire/number.hpp"
#include "wire/protobuf_writer.hpp"

namespace ibkr {

bool ProtobufOrderTemplate::set(std::string head, std::string tail, std::vector<Part> parts) {
  for (const Part& part : parts) {
    if (part.kind > Kind::Flag || (part.kind != Kind::Fixed && part.hole >= kHoles)) return false;
  }
  head_ = std::move(head);
  tail_ = std::move(tail);
  parts_ = std::move(parts);
  return true;
}

bool ProtobufOrderTemplate::append(std::string& out, const Part& part, std::string_view text) {
  if (part.kind == Kind::Fixed || text.empty()) {
    out.append(part.otherwise);
    return true;
  }
  ProtobufWriter writer(out);
  switch (part.kind) {
    case Kind::Text:
      writer.bytes(part.field, text);
      return true;
    case Kind::Flag:
      if (text != "0" && text != "1") return false;
      if (text == "1") writer.int32(part.field, 1);
      return true;
    case Kind::Int32: {
      std::int32_t value = 0;
      // A fraction is the codec's to refuse, and the largest value means "unset" to it.
      if (text.find('.') != text.npos || !parse_int32(text, value)) return false;
      if (value == std::numeric_limits<std::int32_t>::max()) return false;
      writer.int32(part.field, value);
      return true;
    }
    case Kind::Double: {
      double value = 0;
      if (!parse_double(text, value)) return false;
      writer.float64(part.field, value);
      return true;
    }
    case Kind::Fixed:
      break;
  }
  return false;
}

std::optional<std::string_view> ProtobufOrderTemplate::fill(const OrderFields& fields) {
  std::int32_t id = 0;
  if (!parse_int32(fields.text[kOrderIdHole], id)) return std::nullopt;
  contract_.clear();
  order_.clear();
  for (const Part& part : parts_) {
    const std::string_view text = part.kind == Kind::Fixed ? std::string_view{} : fields.text[part.hole];
    if (!append(part.in_order ? order_ : contract_, part, text)) return std::nullopt;
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
