// Templates and orders made of any bytes through the encoders of both dialects, read back field by field.
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "fuzz_target.hpp"
#include "orders/order_encoder.hpp"
#include "support/input.hpp"
#include "wire/number.hpp"
#include "wire/protobuf_reader.hpp"

namespace ibkr::test {

namespace {

/// Values of orders.
struct Source : Input {
  std::string_view text() {
    const std::size_t size = byte() % 32;
    const std::string_view out = rest.substr(0, size);
    rest.remove_prefix(out.size());
    return out;
  }
  std::int32_t int32() {
    std::uint32_t out = 0;
    for (int i = 0; i < 4; ++i) out = out << 8 | byte();
    return static_cast<std::int32_t>(out);
  }
  double number() {
    if ((byte() & 1) != 0) return static_cast<double>(int32()) / std::pow(10.0, byte() % 9);
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | byte();
    double out = 0;
    std::memcpy(&out, &bits, sizeof out);
    return std::isfinite(out) && out != DBL_MAX ? out : 1.0;  // as OrderFields wants it
  }
};

OrderFields any_fields(Source& in) {
  static constexpr std::string_view kTypes[] = {"LMT", "MKT", "STP LMT", "TRAIL"};
  OrderFields fields;
  for (const Placeholder& placeholder : kPlaceholders) {
    if ((in.byte() & 3) == 0) continue;
    std::visit(
        [&](auto field) {
          using Field = decltype(field);
          if constexpr (std::is_same_v<Field, IntField>) {
            fields.*field = in.int32();
          } else if constexpr (std::is_same_v<Field, DoubleField>) {
            fields.*field = in.number();
          } else if constexpr (std::is_same_v<Field, FlagField>) {
            fields.*field = (in.byte() & 1) != 0;
          } else if constexpr (std::is_same_v<Field, TextField>) {
            fields.*field = in.text();
          }
        },
        placeholder.value);
  }
  fields.order_type = kTypes[in.byte() % 4];
  return fields;
}

/// The digits of a number, or nothing where format_number leaves it to JavaScript.
std::optional<std::string> digits_of(double value) {
  char digits[32];
  const std::size_t size = format_number(value, digits);
  if (size == 0) return std::nullopt;
  return std::string(digits, size);
}

std::optional<std::string> text_of(const Placeholder& placeholder, std::int32_t id,
                                   const OrderFields& fields) {
  return std::visit(
      [&](auto field) -> std::optional<std::string> {
        using Field = decltype(field);
        if constexpr (std::is_same_v<Field, OrderId>) {
          return std::to_string(id);
        } else if constexpr (std::is_same_v<Field, TextField>) {
          return std::string(fields.*field);
        } else {
          if (!(fields.*field)) return "";
          if constexpr (std::is_same_v<Field, IntField>) return std::to_string(*(fields.*field));
          if constexpr (std::is_same_v<Field, FlagField>) return *(fields.*field) ? "1" : "0";
          if constexpr (std::is_same_v<Field, DoubleField>) return digits_of(*(fields.*field));
        }
      },
      placeholder.value);
}

std::string judge_text(Source& in, std::int32_t id, const OrderFields& fields) {
  OrderEncoder encoder;
  std::vector<std::string> between{std::string(in.text())};
  std::vector<std::uint8_t> placeholders;
  bool exist = true;
  for (int count = in.byte() % 48; count > 0; --count) {
    placeholders.push_back(in.byte() % 36);
    exist &= placeholders.back() < kPlaceholders.size();
    between.emplace_back(in.text());
  }
  if (encoder.text_order().set(between, placeholders) != exist) return "a text template is judged wrongly";
  if (!exist) return encoder.ready() ? "a bad text template was kept" : "";
  std::optional<std::string> expected = between.front();
  for (std::size_t i = 0; i < placeholders.size() && expected; ++i) {
    const std::optional<std::string> value = text_of(kPlaceholders[placeholders[i]], id, fields);
    if (value)
      *expected += *value + between[i + 1];
    else
      expected.reset();
  }
  if (!is_ordinary(fields)) expected.reset();
  for (int again = 0; again < 2; ++again) {
    const auto got = encoder.place(id, fields);
    if (got.has_value() != expected.has_value()) return "text: the wrong path";
    if (got && *got != *expected) return "text: another frame";
  }
  return {};
}

/// Checks the next field of a message against a part; false where it does not fit.
bool reads_as(ProtobufReader& in, const ProtobufOrderTemplate::Part& part, const OrderFields& fields) {
  if (part.kind == PartKind::Fixed) return in.next() && in.field() == 1 && in.int32() == 1;
  return std::visit(
      [&](auto field) {
        using Field = decltype(field);
        const auto unset = [&] { return in.next() && in.field() == 1 && in.int32() == 1; };
        const auto next = [&] { return in.next() && in.field() == part.field; };
        if constexpr (std::is_same_v<Field, IntField>) {
          return fields.*field ? next() && in.int32() == *(fields.*field) : unset();
        } else if constexpr (std::is_same_v<Field, FlagField>) {
          if (!(fields.*field)) return unset();
          return !*(fields.*field) || (next() && in.boolean());
        } else if constexpr (std::is_same_v<Field, TextField>) {
          return (fields.*field).empty() ? unset() : next() && in.bytes() == fields.*field;
        } else if constexpr (std::is_same_v<Field, DoubleField>) {
          if (!(fields.*field) || (part.kind == PartKind::NonZero && *(fields.*field) == 0)) return unset();
          const double value = *(fields.*field);
          if (part.kind == PartKind::Text) return next() && in.bytes() == digits_of(value);
          const double got = next() ? in.float64() : 0;
          return std::memcmp(&got, &value, sizeof got) == 0;
        } else {
          return false;
        }
      },
      kPlaceholders[part.placeholder].value);
}

std::string judge_protobuf(Source& in, std::int32_t id, const OrderFields& fields) {
  OrderEncoder encoder;
  std::vector<ProtobufOrderTemplate::Part> parts;
  for (int count = in.byte() % 48; count > 0; --count) {
    // What is sent where a value is unset reads as field 1, the number 1.
    parts.push_back({(in.byte() & 1) != 0, 2u + in.byte(), static_cast<PartKind>(in.byte() % 7),
                     static_cast<std::uint8_t>(in.byte() % 36), std::string("\x08\x01")});
  }
  if (!encoder.protobuf_order().set("HEAD", "TAIL", parts) || parts.empty()) return {};
  const auto got = encoder.place(id, fields);
  if (!is_ordinary(fields)) return got ? "protobuf: an order that is not ordinary" : "";
  if (!got) {
    for (const auto& part : parts) {
      if (part.kind != PartKind::Text) continue;
      if (!text_of(kPlaceholders[part.placeholder], id, fields)) return {};
    }
    return "protobuf: the general path without a reason";
  }
  if (!got->starts_with("HEAD") || !got->ends_with("TAIL")) return "protobuf: another head or tail";
  ProtobufReader message(got->substr(4, got->size() - 8));
  if (!message.next() || message.field() != 1 || message.int32() != id) return "protobuf: another id";
  for (const bool in_order : {false, true}) {
    if (!message.next() || message.field() != (in_order ? 3u : 2u))
      return "protobuf: no contract or no order";
    ProtobufReader inner(message.bytes());
    for (const auto& part : parts) {
      if (part.in_order == in_order && !reads_as(inner, part, fields)) return "protobuf: another field";
    }
    if (inner.next() || !inner.ok()) return "protobuf: bytes behind the last field";
  }
  return message.next() || !message.ok() ? "protobuf: bytes behind the order" : "";
}

}  // namespace

std::string judge(std::string_view input) {
  Source in{{input}};
  const std::int32_t id = in.int32();
  const OrderFields fields = any_fields(in);
  if (std::string problem = judge_text(in, id, fields); !problem.empty()) return problem;
  return judge_protobuf(in, id, fields);
}

}  // namespace ibkr::test
