#include "orders/order_encoder.hpp"

#include <cfloat>
#include <string>

#include "check.hpp"
#include "wire/protobuf_writer.hpp"

namespace {

using namespace ibkr;

std::uint8_t place_of(std::string_view name) {
  const auto place = find_placeholder(name);
  CHECK(place.has_value());
  return place.value_or(0);
}

OrderFields limit_order(double price = 187.25) {
  OrderFields fields;
  fields.symbol = "AAPL";
  fields.sec_type = "STK";
  fields.exchange = "SMART";
  fields.order_type = "LMT";
  fields.total_quantity = 100;
  fields.limit_price = price;
  return fields;
}

/// Empty where the encoder leaves the order to the general path.
std::string placed(OrderEncoder& encoder, std::int32_t id, const OrderFields& fields) {
  return std::string(encoder.place(id, fields).value_or(""));
}

TEST("without a template everything takes the general path") {
  OrderEncoder encoder;
  CHECK(!encoder.ready());
  CHECK(!encoder.place(1, limit_order()).has_value());
  CHECK(!encoder.cancel(1).has_value());
}

TEST("text: each value goes to its placeholder, one value to several, and what is unset leaves nothing") {
  OrderEncoder encoder;
  const auto type = place_of("order.orderType");
  REQUIRE(encoder.text_order().set({"3|", "|", "|", "|end"}, {place_of("id"), type, type}));
  CHECK(encoder.ready());
  CHECK_EQ(placed(encoder, 42, limit_order()), "3|42|LMT|LMT|end");
  REQUIRE(encoder.text_order().set(
      {"", "|", "|", "|", "|", "|"},
      {place_of("order.totalQuantity"), place_of("order.lmtPrice"), place_of("order.auxPrice"),
       place_of("order.transmit"), place_of("order.parentId")}));
  OrderFields fields = limit_order();
  CHECK_EQ(placed(encoder, 43, fields), "100|187.25||||");
  fields.aux_price = -0.5;
  fields.transmit = false;
  fields.parent_id = -7;
  CHECK_EQ(placed(encoder, 43, fields), "100|187.25|-0.5|0|-7|");
  fields.transmit = true;
  CHECK_EQ(placed(encoder, 43, fields), "100|187.25|-0.5|1|-7|");
}

TEST(
    "text: a number that format_number leaves to JavaScript takes the general path, and the next order does "
    "not") {
  OrderEncoder encoder;
  REQUIRE(encoder.text_order().set({"", "|", "|"}, {place_of("id"), place_of("order.lmtPrice")}));
  for (const double price : {1.0 / 3, 1e-7, 1e21, 0.1 + 0.2})
    CHECK(!encoder.place(1, limit_order(price)).has_value());
  CHECK_EQ(placed(encoder, 2, limit_order()), "2|187.25|");
}

TEST("text: a wrong number of pieces, or a placeholder that does not exist, changes nothing") {
  OrderEncoder encoder;
  TextOrderTemplate& text = encoder.text_order();
  REQUIRE(text.set({"a", "b"}, {place_of("id")}));
  CHECK(!text.set({}, {}));
  CHECK(!text.set({"x"}, {place_of("id")}));
  CHECK(!text.set({"x", "y"}, {}));
  CHECK(!text.set({"x", "y"}, {static_cast<std::uint8_t>(kPlaceholders.size())}));
  CHECK_EQ(placed(encoder, 1, limit_order()), "a1b");
}

/// The bytes of a message made by `write`.
template <typename Write>
std::string message(Write write) {
  std::string out;
  ProtobufWriter writer(out);
  write(writer);
  return out;
}

TEST("protobuf: numbers go as they are, quantities as digits, false and unset as what the codec leaves") {
  OrderEncoder encoder;
  const auto part = [](bool in_order, std::uint32_t field, PartKind kind, std::string_view name,
                       std::string otherwise = {}) {
    return ProtobufOrderTemplate::Part{in_order, field, kind,
                                       kind == PartKind::Fixed ? std::uint8_t{0} : place_of(name),
                                       std::move(otherwise)};
  };
  REQUIRE(encoder.protobuf_order().set(
      "HEAD", "TAIL",
      {part(false, 1, PartKind::Int32, "contract.conId"), part(false, 2, PartKind::Text, "contract.symbol"),
       part(false, 5, PartKind::Double, "contract.strike", "strike?"),
       part(false, 7, PartKind::NonZero, "contract.multiplier", "multiplier?"),
       part(true, 6, PartKind::Text, "order.totalQuantity"),
       part(true, 8, PartKind::Double, "order.lmtPrice"), part(true, 9, PartKind::Fixed, "", "FIXED"),
       part(true, 66, PartKind::Flag, "order.transmit", "transmit?"),
       part(true, 31, PartKind::Int32, "order.triggerMethod", "trigger?")}));
  const auto expected = [](std::int32_t id, const std::string& contract, const std::string& order) {
    return "HEAD" + message([&](ProtobufWriter& out) {
             out.int32(1, id);
             out.bytes(2, contract);
             out.bytes(3, order);
           }) +
           "TAIL";
  };
  OrderFields fields = limit_order(1.0 / 3);
  CHECK_EQ(placed(encoder, -5, fields),
           expected(-5, message([](ProtobufWriter& out) { out.bytes(2, "AAPL"); }) + "strike?multiplier?",
                    message([](ProtobufWriter& out) {
                      out.bytes(6, "100");
                      out.float64(8, 1.0 / 3);
                    }) + "FIXEDtransmit?trigger?"));
  fields.con_id = 265598;
  fields.strike = 0;
  fields.multiplier = 0.5;
  fields.transmit = false;
  fields.trigger_method = 0;
  fields.total_quantity = 0.5;
  fields.limit_price = 5e-324;
  CHECK_EQ(placed(encoder, 6, fields), expected(6, message([](ProtobufWriter& out) {
                                                  out.int32(1, 265598);
                                                  out.bytes(2, "AAPL");
                                                  out.float64(5, 0);
                                                  out.float64(7, 0.5);
                                                }),
                                                message([](ProtobufWriter& out) {
                                                  out.bytes(6, "0.5");
                                                  out.float64(8, 5e-324);
                                                }) + "FIXED" +
                                                    message([](ProtobufWriter& out) { out.int32(31, 0); })));
  fields.transmit = true;
  CHECK(placed(encoder, 6, fields).find(message([](ProtobufWriter& out) { out.int32(66, 1); })) !=
        std::string::npos);
  for (const double none : {0.0, -0.0}) {
    fields.multiplier = none;
    CHECK(placed(encoder, 6, fields).find("multiplier?") != std::string::npos);
  }
  fields.total_quantity = 1e-9;  // digits that only JavaScript writes
  CHECK(!encoder.place(7, fields).has_value());
}

TEST(
    "protobuf: a part whose kind its placeholder has no value of, or that has no placeholder, changes "
    "nothing") {
  ProtobufOrderTemplate frame;
  const auto count = static_cast<std::uint8_t>(kPlaceholders.size());
  const auto set = [&](PartKind kind, std::uint8_t placeholder) {
    return frame.set("", "", {{false, 1, kind, placeholder, ""}});
  };
  for (const PartKind kind :
       {PartKind::Int32, PartKind::Double, PartKind::Text, PartKind::Flag, PartKind::NonZero}) {
    CHECK(!set(kind, count));
    CHECK(!set(kind, place_of("id")));
  }
  CHECK(!set(PartKind::Int32, place_of("order.lmtPrice")));
  CHECK(!set(PartKind::Double, place_of("contract.conId")));
  CHECK(!set(PartKind::Double, place_of("contract.symbol")));
  CHECK(!set(PartKind::NonZero, place_of("contract.symbol")));
  CHECK(!set(PartKind::Text, place_of("order.transmit")));
  CHECK(!set(PartKind::Flag, place_of("contract.symbol")));
  CHECK(!set(static_cast<PartKind>(9), place_of("contract.symbol")));
  CHECK(!frame.ready());
  CHECK(set(PartKind::Fixed, count));
  CHECK(frame.ready());
  CHECK(frame.fill(1, limit_order()).has_value());
}

TEST("an order that is not ordinary takes the general path in both dialects") {
  OrderEncoder encoder;
  REQUIRE(encoder.text_order().set({"", ""}, {place_of("id")}));
  OrderFields fields = limit_order();
  fields.order_type = "TRAIL";
  CHECK(!encoder.place(1, fields).has_value());
  OrderEncoder protobuf;
  REQUIRE(
      protobuf.protobuf_order().set("H", "T", {{false, 2, PartKind::Text, place_of("contract.symbol"), ""}}));
  CHECK(!protobuf.place(1, fields).has_value());
}

TEST("cancels: the id as digits in text, as a varint in protobuf") {
  OrderEncoder encoder;
  encoder.cancel_template().set("4|1|", "|", false);
  CHECK_EQ(encoder.cancel(123).value_or(""), "4|1|123|");
  CHECK_EQ(encoder.cancel(-1).value_or(""), "4|1|-1|");
  encoder.cancel_template().set("\x08", "\x12", true);
  CHECK_EQ(encoder.cancel(300).value_or(""), "\x08\xAC\x02\x12");
  CHECK_EQ(encoder.cancel(-1).value_or(""), "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x12");
}

}  // namespace
