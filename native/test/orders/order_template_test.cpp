#include "orders/order_template.hpp"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "check.hpp"
#include "orders/order_encoder.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using ibkr::test::Random;

/// Prices and quantities of every length, and some that only JavaScript writes.
double any_number(Random& random) {
  if (random.one_in(12)) return 1.0 / static_cast<double>(random.between(3, 900));
  return static_cast<double>(random.between(-9'999'999, 99'999'999)) /
         std::pow(10.0, static_cast<double>(random.below(9)));
}

std::int32_t any_id(Random& random) {
  static constexpr std::int64_t kBounds[] = {1, 10, 127, 128, 16'384, 2'097'152, 0x7fffffff};
  const std::int64_t bound = random.pick(kBounds);
  return static_cast<std::int32_t>(random.between(random.one_in(9) ? -bound : 0, bound));
}

/// Texts lie here: as long as the fields are used.
struct Texts {
  std::array<std::string, kPlaceholders.size()> of;
};

OrderFields any_fields(Random& random, Texts& texts) {
  OrderFields fields;
  for (std::size_t i = 0; i < kPlaceholders.size(); ++i) {
    if (random.one_in(3)) continue;
    visit_value(kPlaceholderValues[i], [&](auto field) {
      using Field = decltype(field);
      if constexpr (std::is_same_v<Field, IntField>) {
        fields.*field = any_id(random);
      } else if constexpr (std::is_same_v<Field, DoubleField>) {
        fields.*field = any_number(random);
      } else if constexpr (std::is_same_v<Field, FlagField>) {
        fields.*field = random.one_in(2);
      } else if constexpr (std::is_same_v<Field, TextField>) {
        fields.*field = texts.of[i] = random.bytes(random.below(60));
      }
    });
  }
  static constexpr std::string_view kTypes[] = {"LMT", "LMT", "MKT", "STP LMT", "TRAIL"};
  fields.order_type = random.pick(kTypes);
  return fields;
}

void set_text(OrderEncoder& encoder, Random& random) {
  std::vector<std::string> between{random.bytes(random.below(9))};
  std::vector<std::uint8_t> placeholders;
  for (auto count = random.below(60); count > 0; --count) {
    placeholders.push_back(static_cast<std::uint8_t>(random.below(kPlaceholders.size())));
    between.push_back(random.bytes(random.below(5)));
  }
  REQUIRE(encoder.text_order().set(between, placeholders));
}

void set_protobuf(OrderEncoder& encoder, Random& random) {
  std::vector<ProtobufPart> parts;
  while (parts.size() < 40) {
    ProtobufPart part{random.one_in(2), static_cast<std::uint32_t>(random.between(1, 300)),
                      static_cast<PartKind>(random.below(6)),
                      static_cast<std::uint8_t>(random.below(kPlaceholders.size())),
                      random.bytes(random.below(9))};
    const FieldOf& value = kPlaceholderValues[part.placeholder];
    part.in_order |= value == FieldOf(&OrderFields::total_quantity) ||
                     value == FieldOf(&OrderFields::limit_price) || value == FieldOf(&OrderFields::order_ref);
    // Only one that fits is taken.
    if (encoder.protobuf_order().set("", "", {part})) parts.push_back(std::move(part));
  }
  REQUIRE(encoder.protobuf_order().set(random.bytes(4), random.bytes(random.below(9)), std::move(parts)));
}

/// Counts how often there was something to compare.
void compare(void (*set)(OrderEncoder&, Random&), std::uint64_t salt) {
  Random random(check::seed() + salt);
  int compared = 0, refused = 0;
  for (int round = 0; round < 400; ++round) {
    OrderEncoder encoder;
    set(encoder, random);
    Texts texts;
    OrderFields fields = any_fields(random, texts);
    auto prepared = encoder.prepare(fields);
    CHECK_EQ(prepared.has_value(), encoder.place(1, fields).has_value());
    if (!prepared) continue;
    for (int order = 0; order < 12; ++order) {
      OrderChange change;
      OrderFields changed = fields;
      std::string order_ref = random.bytes(random.below(64));
      if (!random.one_in(3)) changed.total_quantity = change.quantity = any_number(random);
      if (!random.one_in(3)) changed.limit_price = change.limit_price = any_number(random);
      if (random.one_in(2)) changed.order_ref = *(change.order_ref = order_ref);
      const std::int32_t id = any_id(random);
      const auto expected = encoder.place(id, changed);
      const std::optional<std::string> wanted =
          expected ? std::optional(std::string(*expected)) : std::nullopt;
      const auto got = prepared->fill(id, change);
      const auto other = prepared->changed(change);
      if (!CHECK_EQ(got.has_value(), wanted.has_value()) || !CHECK_EQ(other.has_value(), wanted.has_value()))
        return;
      if (!wanted) {
        ++refused;
        continue;
      }
      order_ref.assign(order_ref.size(), '?');  // the changed template has its own
      OrderTemplate own = *other;
      if (!CHECK(*got == *wanted) || !CHECK(*own.fill(id) == *wanted)) return;
      ++compared;
    }
  }
  CHECK(compared > 1000);
  CHECK(refused > 10);
}

TEST("text: a template's frame is the encoder's of the changed order, whatever changes its length") {
  compare(set_text, 1);
}

TEST("protobuf: a template's frame is the encoder's of the changed order, whatever changes its lengths") {
  compare(set_protobuf, 2);
}

TEST("an order that is not ordinary, or of a connection without templates, is not prepared") {
  OrderEncoder encoder;
  OrderFields fields;
  fields.order_type = "LMT";
  CHECK(!encoder.prepare(fields).has_value());
  REQUIRE(encoder.text_order().set({"", ""}, {0}));
  CHECK(encoder.prepare(fields).has_value());
  fields.order_type = "TRAIL";
  CHECK(!encoder.prepare(fields).has_value());
}

}  // namespace
