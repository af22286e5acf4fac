#include "orders/order_sheet.hpp"

#include <cstring>
#include <string_view>
#include <vector>

#include "check.hpp"

namespace {

using namespace ibkr;

/// Writes as src/native/order-sheet.ts does.
struct Writer {
  alignas(8) std::array<std::byte, kSheetBytes> memory{};
  std::uint32_t changed = 0;

  static std::size_t place(std::string_view name) { return find_placeholder(name).value_or(0); }
  void mark(std::size_t index, unsigned mark) {
    memory[kSheetMarksOffset + index] = static_cast<std::byte>(mark);
    changed |= 1u << index;
    std::memcpy(memory.data() + kSheetChangedOffset, &changed, sizeof changed);
  }
  void number(std::string_view name, double value) {
    std::memcpy(memory.data() + kSheetNumbersOffset + place(name) * sizeof value, &value, sizeof value);
    mark(place(name), kSheetSet);
  }
  void text(std::string_view name, std::string_view value) {
    std::memcpy(memory.data() + kSheetTextsOffset + place(name) * kSheetTextBytes, value.data(),
                value.size());
    mark(place(name), static_cast<unsigned>(value.size()));
  }
};

TEST("an empty sheet is an order without values") {
  Writer writer;
  OrderSheet sheet(writer.memory);
  sheet.read();
  CHECK_EQ(sheet.id(), 0);
  CHECK(sheet.fields().symbol.empty());
  CHECK(!sheet.fields().limit_price.has_value() && !sheet.fields().transmit.has_value() &&
        !sheet.fields().con_id.has_value());
}

TEST("each kind of value arrives, and goes when it is unset") {
  Writer writer;
  OrderSheet sheet(writer.memory);
  writer.number("id", 2147483646);
  writer.text("contract.symbol", "AAPL");
  writer.number("order.lmtPrice", 187.25);
  writer.number("order.parentId", -41);
  writer.mark(Writer::place("order.transmit"), kSheetFalse);
  writer.mark(Writer::place("order.hidden"), kSheetTrue);
  sheet.read();
  CHECK_EQ(sheet.id(), 2147483646);
  CHECK_EQ(sheet.fields().symbol, std::string_view("AAPL"));
  CHECK(sheet.fields().limit_price == 187.25);
  CHECK(sheet.fields().parent_id == -41);
  CHECK(sheet.fields().transmit == false && sheet.fields().hidden == true);
  for (const char* name :
       {"contract.symbol", "order.lmtPrice", "order.parentId", "order.transmit", "order.hidden"})
    writer.mark(Writer::place(name), kSheetUnset);
  sheet.read();
  CHECK(sheet.fields().symbol.empty());
  CHECK(!sheet.fields().limit_price.has_value() && !sheet.fields().parent_id.has_value());
  CHECK(!sheet.fields().transmit.has_value() && !sheet.fields().hidden.has_value());
}

TEST("what is not marked as changed stays as it was") {
  Writer writer;
  OrderSheet sheet(writer.memory);
  writer.number("order.lmtPrice", 1);
  writer.number("order.auxPrice", 2);
  sheet.read();
  std::uint32_t taken = 1;
  std::memcpy(&taken, writer.memory.data() + kSheetChangedOffset, sizeof taken);
  CHECK_EQ(taken, 0u);
  writer.changed = 0;
  const double unseen = 9;
  std::memcpy(writer.memory.data() + kSheetNumbersOffset + Writer::place("order.lmtPrice") * sizeof unseen,
              &unseen, sizeof unseen);
  writer.number("order.auxPrice", 3);
  sheet.read();
  CHECK(sheet.fields().limit_price == 1.0);
  CHECK(sheet.fields().aux_price == 3.0);
}

TEST("a text fills its place and no more, whatever the mark says") {
  Writer writer;
  OrderSheet sheet(writer.memory);
  const std::string longest(kSheetTextBytes, 'x');
  writer.text("order.orderRef", longest);
  sheet.read();
  CHECK_EQ(sheet.fields().order_ref, std::string_view(longest));
  writer.mark(Writer::place("order.orderRef"), 255);
  sheet.read();
  CHECK_EQ(sheet.fields().order_ref.size(), kSheetTextBytes);
}

}  // namespace
