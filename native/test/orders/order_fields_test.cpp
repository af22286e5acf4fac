#include "orders/order_fields.hpp"

#include <string>

#include "check.hpp"

namespace {

using namespace ibkr;

OrderFields order(std::string_view type, std::string_view sec_type = "STK",
                  std::string_view exchange = "SMART") {
  OrderFields fields;
  fields.text[kFirstOrderHole + *find_field(kOrderFields, "orderType")] = type;
  fields.text[kFirstContractHole + *find_field(kContractFields, "secType")] = sec_type;
  fields.text[kFirstContractHole + *find_field(kContractFields, "exchange")] = exchange;
  return fields;
}

TEST("only order types without fields of their own are ordinary") {
  for (const char* type : {"LMT", "MKT", "STP", "STP LMT", "MIT", "LIT", "MOC", "LOC"})
    CHECK(is_ordinary(order(type)));
  for (const char* type :
       {"", "lmt", "LM", "LMTX", "PEG BENCH", "TRAIL", "TRAIL LIMIT", "VOL", "REL", "PEG BEST", "PEG MID"})
    CHECK(!is_ordinary(order(type)));
}

TEST("combinations and IBKRATS are not ordinary") {
  for (const char* sec_type : {"BAG", "bag", "Bag"}) CHECK(!is_ordinary(order("LMT", sec_type)));
  CHECK(!is_ordinary(order("LMT", "STK", "IBKRATS")));
  CHECK(is_ordinary(order("LMT", "BAGS")));
  CHECK(is_ordinary(order("LMT", "")));
}

TEST("a template puts each field into its hole, the same field into several") {
  OrderTemplate frame;
  CHECK(!frame.ready());
  const auto type = static_cast<std::uint8_t>(kFirstOrderHole + *find_field(kOrderFields, "orderType"));
  CHECK(frame.set({"3|", "|", "|", "|end"}, {kOrderIdHole, type, type}));
  CHECK(frame.ready());
  OrderFields fields = order("STP LMT");
  fields.text[kOrderIdHole] = "42";
  CHECK_EQ(frame.fill(fields), "3|42|STP LMT|STP LMT|end");
  fields.text[kOrderIdHole] = "43";
  fields.text[type] = {};
  CHECK_EQ(frame.fill(fields), "3|43|||end");
}

TEST("a template with a wrong number of pieces, or a hole that does not exist, changes nothing") {
  OrderTemplate frame;
  CHECK(frame.set({"a", "b"}, {kOrderIdHole}));
  CHECK(!frame.set({}, {}));
  CHECK(!frame.set({"x"}, {kOrderIdHole}));
  CHECK(!frame.set({"x", "y"}, {}));
  CHECK(!frame.set({"x", "y"}, {static_cast<std::uint8_t>(kHoles)}));
  OrderFields fields;
  fields.text[kOrderIdHole] = "1";
  CHECK_EQ(frame.fill(fields), "a1b");
}

TEST("every name of a field is found at its place, and no other") {
  for (std::size_t i = 0; i < kContractFields.size(); ++i)
    CHECK(find_field(kContractFields, kContractFields[i]) == i);
  for (std::size_t i = 0; i < kOrderFields.size(); ++i) CHECK(find_field(kOrderFields, kOrderFields[i]) == i);
  for (const char* name : {"", "conid", "symbol ", "orderId", "lmtPriceX"})
    CHECK(!find_field(kContractFields, name));
}

}  // namespace
