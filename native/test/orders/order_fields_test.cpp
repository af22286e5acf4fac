#include "orders/order_fields.hpp"

#include <cstdlib>
#include <string>

#include "check.hpp"

namespace {

using namespace ibkr;

OrderFields order(std::string_view type, std::string_view sec_type = "STK",
                  std::string_view exchange = "SMART") {
  OrderFields fields;
  fields.order_type = type;
  fields.sec_type = sec_type;
  fields.exchange = exchange;
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

TEST("every placeholder is found by its name, and no two have one name or one field") {
  for (std::size_t i = 0; i < kPlaceholders.size(); ++i) {
    CHECK(find_placeholder(kPlaceholders[i].name) == i);
    for (std::size_t j = 0; j <= i; ++j) CHECK_EQ(kPlaceholders[i].value == kPlaceholders[j].value, i == j);
  }
  for (const char* name : {"", "ID", "contract.", "conId", "order.lmtPriceX", "contract.conid"})
    CHECK(!find_placeholder(name).has_value());
}

}  // namespace
