// What a frame is, by its first bytes, and which of them only read.
#include "wire/outgoing.hpp"

#include <string>

#include "check.hpp"

namespace ibkr {
namespace {

std::string with_id(std::int32_t id) {
  std::string out(4, '\0');
  for (int i = 0; i < 4; ++i) out[static_cast<std::size_t>(i)] = static_cast<char>(id >> (24 - 8 * i) & 0xff);
  return out;
}

TEST("a frame says its id in text, in four bytes, and in four bytes of protobuf") {
  using namespace std::string_literals;
  const std::string order =
      "3\0"
      "7\0"s;
  const OutgoingFrame text = read_outgoing(order);
  CHECK(text.id == OutgoingId::PlaceOrder && text.is_text && !text.is_protobuf);
  CHECK_EQ(text.body, "7\0"s);
  const std::string four = with_id(3) + "7";
  CHECK(read_outgoing(four).id == OutgoingId::PlaceOrder && !read_outgoing(four).is_text);
  const std::string protobuf = with_id(203) + "body";
  CHECK(read_outgoing(protobuf).id == OutgoingId::PlaceOrder && read_outgoing(protobuf).is_protobuf);
  CHECK_EQ(read_outgoing(protobuf).body, "body");
}

TEST("what begins with no id is none, and does not only read") {
  using namespace std::string_literals;
  for (const std::string& frame :
       {""s, "\0"s, "\0\0\0"s, "x"s, "12"s, "1x\0"s, "-3\0"s, " 3\0"s, "3"s, "+3\0"s}) {
    CHECK(read_outgoing(frame).id == OutgoingId::None);
    CHECK(!ReadingIds::has(read_outgoing(frame).id));
  }
}

TEST("of all ids, in all three forms, only those on the list only read") {
  // Orders, cancels, settings, display groups that others see, verification.
  const auto changes = [](int id) {
    for (const int one : {3, 4, 14, 15, 19, 21, 58, 65, 66, 69, 72, 73, 109})
      if (id == one) return true;
    return false;
  };
  const auto exists = [](int id) {
    return (id >= 1 && id <= 25) || (id >= 49 && id <= 59) || (id >= 61 && id <= 109);
  };
  int reading = 0;
  for (int id = -1; id <= 1000; ++id) {
    const bool wanted = exists(id) && !changes(id);
    CHECK_EQ(ReadingIds::has(read_outgoing(std::to_string(id) + '\0').id), wanted);
    if (id >= 0 && id <= 200) CHECK_EQ(ReadingIds::has(read_outgoing(with_id(id)).id), wanted);
    if (id >= 0) CHECK_EQ(ReadingIds::has(read_outgoing(with_id(200 + id)).id), id == 0 ? false : wanted);
    reading += wanted ? 1 : 0;
  }
  CHECK_EQ(reading, 72);
}

}  // namespace
}  // namespace ibkr
