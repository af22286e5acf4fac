#include "wire/protobuf_reader.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "check.hpp"
#include "support/protobuf_writer.hpp"
#include "support/random.hpp"

namespace {

using namespace ibkr;
using test::ProtobufWriter;
using test::Random;
using Wire = ProtobufReader::Wire;

TEST("fields of every wire type come in order with their numbers") {
  const std::string message = ProtobufWriter()
                                  .integer(1, 300)
                                  .float64(2, -0.1)
                                  .bytes(3, std::string_view("a\0b", 3))
                                  .fixed32(4, 7)
                                  .integer(16, 1)
                                  .integer(536870911, 2)
                                  .str();
  ProtobufReader in(message);
  REQUIRE(in.next());
  CHECK_EQ(in.field(), 1u);
  CHECK_EQ(in.wire(), Wire::Varint);
  CHECK_EQ(in.int32(), 300);
  REQUIRE(in.next());
  CHECK_EQ(in.field(), 2u);
  CHECK_EQ(in.float64(), -0.1);
  REQUIRE(in.next());
  CHECK_EQ(in.field(), 3u);
  CHECK(in.bytes() == std::string_view("a\0b", 3));
  REQUIRE(in.next());
  CHECK_EQ(in.field(), 4u);
  in.skip();
  REQUIRE(in.next());
  CHECK_EQ(in.field(), 16u);
  CHECK(in.boolean());
  REQUIRE(in.next());
  CHECK_EQ(in.field(), 536870911u);
  CHECK_EQ(in.int64(), 2);
  CHECK(!in.next());
  CHECK(in.ok());
}

TEST("integers of any sign and size are read back") {
  Random random(check::seed());
  const auto back = [](std::int64_t value) {
    const std::string message = ProtobufWriter().integer(1, value).str();
    ProtobufReader wide(message), narrow(message);
    CHECK(wide.next() && narrow.next());
    CHECK_EQ(wide.int64(), value);
    CHECK_EQ(narrow.int32(), static_cast<std::int32_t>(value));
    CHECK(wide.ok() && narrow.ok() && !wide.next());
  };
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{127}, std::int64_t{128}, std::int64_t{INT32_MAX},
        std::int64_t{INT32_MIN}, std::int64_t{-1}, INT64_MAX, INT64_MIN})
    back(value);
  for (int i = 0; i < 10'000; ++i) back(static_cast<std::int64_t>(random.bits() >> random.below(64)));
}

TEST("minus one takes ten bytes on the wire") {
  const std::string message = ProtobufWriter().integer(1, -1).str();
  CHECK_EQ(message.size(), 11u);
  ProtobufReader in(std::string_view("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
  REQUIRE(in.next());
  CHECK_EQ(in.int32(), -1);
  CHECK(!in.next());
  CHECK(in.ok());
}

TEST("a varint of more than ten bytes is no varint") {
  const std::string eleven = "\x08" + std::string(10, '\xff') + "\x01";
  ProtobufReader in(eleven);
  REQUIRE(in.next());
  in.int64();
  CHECK(!in.ok());
  CHECK(!in.next());
}

TEST("a varint may carry zeros that do not count") {
  ProtobufReader in(std::string_view("\x08\x85\x80\x80\x00", 5));
  REQUIRE(in.next());
  CHECK_EQ(in.int32(), 5);
  CHECK(in.ok());
}

TEST("field 0, field numbers above 2^29 - 1, groups and wire types 6 and 7 are errors") {
  for (const std::uint64_t tag : {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{1} << 32, UINT64_MAX}) {
    ProtobufWriter out;
    out.raw_varint(tag);
    ProtobufReader in(out.str());
    CHECK(!in.next());
    CHECK(!in.ok());
  }
  for (const std::uint32_t wire : {3u, 4u, 6u, 7u}) {
    ProtobufWriter out;
    out.tag(9, wire);
    const std::string message = out.str() + std::string(8, '\1');
    ProtobufReader in(message);
    REQUIRE(in.next());
    in.skip();
    CHECK(!in.ok());
  }
}

TEST("a field of another wire type than asked for is an error, never a wrong value") {
  const std::string message = ProtobufWriter().integer(1, 1).str();
  {
    ProtobufReader in(message);
    CHECK(in.next());
    CHECK_EQ(in.float64(), 0.0);
    CHECK(!in.ok());
  }
  {
    ProtobufReader in(message);
    CHECK(in.next());
    CHECK(in.bytes().empty());
    CHECK(!in.ok());
  }
  const std::string text = ProtobufWriter().bytes(1, "x").str();
  ProtobufReader in(text);
  CHECK(in.next());
  CHECK_EQ(in.int32(), 0);
  CHECK(!in.ok());
}

TEST("a length beyond the message is an error, also one near 2^64") {
  for (const std::uint64_t size :
       {std::uint64_t{4}, std::uint64_t{1} << 31, std::uint64_t{1} << 63, UINT64_MAX}) {
    ProtobufWriter out;
    out.tag(1, 2);
    out.raw_varint(size);
    const std::string message = out.str() + "abc";
    ProtobufReader in(message);
    CHECK(in.next());
    CHECK(in.bytes().empty());
    CHECK(!in.ok());
  }
}

/// Walks a message to its end, reading each field by its wire type.
bool walk(std::string_view message) {
  ProtobufReader in(message);
  while (in.next()) {
    switch (in.wire()) {
      case Wire::Varint:
        in.int64();
        break;
      case Wire::Fixed64:
        in.float64();
        break;
      case Wire::Bytes:
        in.bytes();
        break;
      default:
        in.skip();
    }
  }
  return in.ok();
}

/// The same bytes at the end of a block of their own size: the address sanitizer sees every byte too many.
bool walk_exact(const std::string& message) {
  const auto block = std::make_unique<char[]>(message.size());
  message.copy(block.get(), message.size());
  return walk({block.get(), message.size()});
}

TEST("a message cut within a field is an error, one cut between fields is not") {
  const ProtobufWriter parts[] = {ProtobufWriter().integer(1, -5), ProtobufWriter().float64(2, 1.5),
                                  ProtobufWriter().bytes(3, "abcdef"), ProtobufWriter().fixed32(4, 9)};
  std::string whole;
  std::string ends;
  for (const auto& part : parts) {
    whole += part.str();
    ends.resize(whole.size(), '.');
    ends.back() = '|';
  }
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const check::Note note("cut to " + std::to_string(size) + " of " + std::to_string(whole.size()) +
                           " bytes");
    CHECK_EQ(walk_exact(whole.substr(0, size)), size == 0 || ends[size - 1] == '|');
  }
}

TEST("random bytes never lead the reader out of the message") {
  Random random(check::seed() + 1);
  int good = 0;
  for (int i = 0; i < check::scaled(300'000, 40'000); ++i) good += walk_exact(random.bytes(random.below(40)));
  CHECK(good > 0);  // the empty message at least
}

TEST("an empty message has no field and is well formed") {
  ProtobufReader in({});
  CHECK(!in.next());
  CHECK(in.ok());
}

}  // namespace
