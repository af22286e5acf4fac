// The text of RTVolume: read as a gateway sends it, and left alone where it is anything else.
#include "stream/rt_volume.hpp"

#include <string>

#include "check.hpp"
#include "wire/unset.hpp"

namespace {

using namespace ibkr;

TEST("a trade is read") {
  const auto trade = read_rt_volume("701.28;1;1348075471534;67854;701.46918464;true");
  REQUIRE(trade.has_value());
  CHECK_EQ(trade->values.price, 701.28);
  CHECK_EQ(trade->values.size, 1.0);
  CHECK_EQ(trade->values.time, 1348075471534.0);
  CHECK_EQ(trade->values.volume, 67854.0);
  CHECK_EQ(trade->values.vwap, 701.46918464);
  CHECK(trade->single);
}

TEST("an odd lot has no price, and what is empty is unset") {
  const auto trade = read_rt_volume(";0;1348075476533;67854;701.46918464;false");
  REQUIRE(trade.has_value());
  CHECK_EQ(trade->values.price, kUnset);
  CHECK_EQ(trade->values.size, 0.0);
  CHECK(!trade->single);
}

TEST("anything else is none") {
  for (const char* text : {"", ";", ";;;;;", "1;1;1;1;1;", "1;1;1;1;1;maybe", "1;1;1;1;1;true;",
                           "1;1;1;1;true", "1;1;1;1;1;1;true", "x;1;1;1;1;true", "1;1;1;1; 1;true",
                           "1;1;1;1;1;TRUE", "1,5;1;1;1;1;true", "1;1;1;1;1;true "}) {
    const check::Note note(text);
    CHECK(!read_rt_volume(text).has_value());
  }
}

}  // namespace
