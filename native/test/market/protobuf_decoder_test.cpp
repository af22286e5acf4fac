#include <algorithm>
#include <string>

#include "check.hpp"
#include "support/decode_bench.hpp"
#include "support/protobuf_messages.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::int32_t kProtobufVersion = 225;

std::string payload_of(MessageId id, std::string_view body) {
  const std::uint32_t raw = static_cast<std::uint32_t>(id) + 200;
  const std::string head = {'\0', '\0', static_cast<char>(raw >> 8), static_cast<char>(raw)};
  return head + std::string(body);
}

std::string name_of(const ProtobufMessage& message) {
  return "message " + std::to_string(static_cast<int>(message.id)) + " " + check::shown(message.body);
}

void expect(DecodeBench& bench, const ProtobufMessage& message) {
  const check::Note note(name_of(message));
  CHECK_EQ(bench.decode(kProtobufVersion, payload_of(message.id, message.body)),
           message.whole ? Decoded::Hot : Decoded::Malformed);
  if (CHECK_EQ(bench.records().size(), message.whole ? 1u : 0u) && message.whole)
    compare(bench.records()[0], message.expected);
}

template <typename Judge>
void each_kind(int rounds, Judge judge) {
  for (int round = 0; round < rounds; ++round)
    for (int kind = 0; kind < kProtobufKinds; ++kind) judge(kind);
}

TEST("messages with all their fields become their records") {
  DecodeBench bench;
  Random random(check::seed());
  each_kind(check::scaled(5000, 500), [&](int kind) {
    expect(bench, random_protobuf_message(kind, kReceived, random, Presence::All));
  });
}

TEST("absent fields take their defaults, whichever are absent") {
  DecodeBench bench;
  Random random(check::seed() + 1);
  each_kind(check::scaled(5000, 500), [&](int kind) {
    expect(bench, random_protobuf_message(kind, kReceived, random, Presence::Random));
  });
}

TEST("a message without any field has request -1, zeros, empty strings and unset sizes") {
  DecodeBench bench;
  Random random(check::seed());
  each_kind(1, [&](int kind) {
    const ProtobufMessage message = random_protobuf_message(kind, kReceived, random, Presence::None);
    expect(bench, message);
    CHECK_EQ(message.expected.req_id, -1);
  });
}

TEST("unknown fields of every wire type are skipped, wherever they stand") {
  DecodeBench bench;
  Random random(check::seed() + 2);
  each_kind(check::scaled(5000, 500), [&](int kind) {
    expect(bench, random_protobuf_message(kind, kReceived, random, Presence::Random, true));
  });
}

TEST("a message cut within a field is malformed; cut between fields, the rest is absent") {
  DecodeBench bench;
  Random random(check::seed() + 3);
  each_kind(check::scaled(100, 20), [&](int kind) {
    const ProtobufMessage message = random_protobuf_message(kind, kReceived, random, Presence::All, true);
    for (std::size_t size = 0; size < message.body.size(); ++size) {
      const bool between =
          size == 0 || std::find(message.ends.begin(), message.ends.end(), size) != message.ends.end();
      const Decoded result = bench.decode(
          kProtobufVersion, payload_of(message.id, std::string_view(message.body).substr(0, size)));
      // What is left may lack the nested message that says it all: malformed is right for that as well.
      const bool good = between ? (result == Decoded::Hot) == (bench.records().size() == 1)
                                : result == Decoded::Malformed && bench.records().empty();
      if (good) continue;
      const check::Note note(name_of(message) + " cut to " + std::to_string(size) + " bytes");
      CHECK_EQ(result, between ? Decoded::Hot : Decoded::Malformed);
      CHECK_EQ(bench.records().size(), between ? 1u : 0u);
    }
  });
}

TEST("a known field of another wire type, or a decimal that is no number, makes the message malformed") {
  DecodeBench bench;
  const auto malformed = [&](MessageId id, const ProtobufWriter& body) {
    const check::Note note("message " + std::to_string(static_cast<int>(id)) + " " +
                           check::shown(body.str()));
    CHECK_EQ(bench.decode(kProtobufVersion, payload_of(id, body.str())), Decoded::Malformed);
    CHECK(bench.records().empty());
  };
  for (const MessageId id : kHotMessages) {
    malformed(id, ProtobufWriter().float64(1, 1));
    malformed(id, ProtobufWriter().bytes(1, "1"));
    malformed(id, ProtobufWriter().fixed32(1, 1));
  }
  malformed(MessageId::TickPrice, ProtobufWriter().integer(3, 1));
  for (const char* text : {"abc", "1,200", "-", ".", " 1", "0x10", "1e"}) {
    malformed(MessageId::TickPrice, ProtobufWriter().integer(1, 1).bytes(4, text).integer(5, 1));
    malformed(MessageId::TickSize, ProtobufWriter().bytes(3, text).integer(2, 1));
    malformed(MessageId::OrderStatus, ProtobufWriter().bytes(3, text).bytes(2, "Filled"));
    malformed(MessageId::OrderStatus, ProtobufWriter().bytes(4, text));
    malformed(MessageId::RealTimeBars, ProtobufWriter().bytes(7, text));
    malformed(MessageId::RealTimeBars, ProtobufWriter().bytes(8, text));
    malformed(MessageId::MarketDepth, ProtobufWriter().message(2, ProtobufWriter().bytes(5, text)));
    malformed(MessageId::TickByTick,
              ProtobufWriter().integer(2, 1).message(3, ProtobufWriter().bytes(4, text)));
    malformed(MessageId::TickByTick,
              ProtobufWriter().integer(2, 3).message(4, ProtobufWriter().bytes(6, text).integer(1, 5)));
  }
}

TEST("a tick by tick whose type and content do not fit is malformed") {
  DecodeBench bench;
  const ProtobufWriter tick = ProtobufWriter().integer(1, 1787685055);
  for (std::int32_t type = -1; type <= 6; ++type) {
    for (std::uint32_t field = 3; field <= 5; ++field) {
      const bool fits =
          (field == 3 && (type == 1 || type == 2)) || (field == 4 && type == 3) || (field == 5 && type == 4);
      const check::Note note("type " + std::to_string(type) + " with field " + std::to_string(field));
      const std::string body = ProtobufWriter().integer(2, type).message(field, tick).str();
      CHECK_EQ(bench.decode(kProtobufVersion, payload_of(MessageId::TickByTick, body)),
               fits ? Decoded::Hot : Decoded::Malformed);
    }
  }
}

TEST("fields may come in any order, and of a field that comes twice the last one counts") {
  DecodeBench bench;
  const std::string body = ProtobufWriter()
                               .integer(5, 3)
                               .bytes(4, "7")
                               .float64(3, 1.5)
                               .integer(2, 4)
                               .integer(1, 9)
                               .float64(3, 2.5)
                               .bytes(4, "")
                               .str();
  CHECK_EQ(bench.decode(kProtobufVersion, payload_of(MessageId::TickPrice, body)), Decoded::Hot);
  REQUIRE(bench.records().size() == 1);
  const Seen& record = bench.records()[0];
  CHECK_EQ(record.req_id, 9);
  CHECK_EQ(record.field, 4);
  CHECK_EQ(record.aux, 3);
  CHECK_EQ(record.numbers[0], 2.5);
  CHECK_EQ(record.numbers[1], kUnset);
}

TEST("random bytes in the place of a message never crash, and never leave a record's bounds") {
  DecodeBench bench;
  Random random(check::seed() + 4);
  int hot = 0;
  for (int i = 0; i < check::scaled(400'000, 60'000); ++i)
    hot += bench.decode(kProtobufVersion, payload_of(random.pick(kHotMessages),
                                                     random.bytes(random.below(60)))) == Decoded::Hot;
  CHECK(hot > 0);
}

TEST("good messages with some bytes changed never crash, and never leave a record's bounds") {
  DecodeBench bench;
  Random random(check::seed() + 5);
  each_kind(check::scaled(5000, 1000), [&](int kind) {
    ProtobufMessage message =
        random_protobuf_message(kind, kReceived, random, Presence::All, random.one_in(2));
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n)
      message.body[random.below(message.body.size())] = static_cast<char>(random.bits());
    const Decoded result = bench.decode(kProtobufVersion, payload_of(message.id, message.body));
    CHECK_EQ(bench.records().size(), result == Decoded::Hot ? 1u : 0u);
  });
}

std::string from_hex(std::string_view hex) {
  std::string out;
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1])));
  return out;
}

TEST("frames that a gateway sent decode to the values that are in their bytes") {
  DecodeBench bench;
  const auto first = [&](std::string_view hex) {
    const check::Note note{std::string(hex)};
    CHECK_EQ(bench.decode(206, from_hex(hex)), Decoded::Hot);
    return bench.records().size() == 1 ? bench.records()[0] : Seen{};
  };
  const Seen price = first("000000c9080110251935baff9f45a673402201302800");
  CHECK_EQ(price.kind, RecordKind::TickPrice);
  CHECK_EQ(price.req_id, 1);
  CHECK_EQ(price.field, 37);
  CHECK_EQ(price.numbers.at(0), std::bit_cast<double>(0x4073a6459fffba35u));
  CHECK(price.numbers.at(0) > 314.39 && price.numbers.at(0) < 314.40);
  CHECK_EQ(price.numbers.at(1), 0.0);
  CHECK_EQ(price.aux, 0);
  const Seen size = first("000000ca080110591a083837373131363238");
  CHECK_EQ(size.kind, RecordKind::TickSize);
  CHECK_EQ(size.field, 89);
  CHECK_EQ(size.numbers.at(0), 87711628.0);
  const Seen generic = first("000000f50801101819d5e9981b57a5d13f");
  CHECK_EQ(generic.kind, RecordKind::TickGeneric);
  CHECK_EQ(generic.field, 24);
  CHECK_EQ(generic.numbers.at(0), std::bit_cast<double>(0x3fd1a5571b98e9d5u));
  const Seen depth = first("000000d40886a1011218080010001801216458c51b9947f23f2a0737353030303030");
  CHECK_EQ(depth.kind, RecordKind::MarketDepth);
  CHECK_EQ(depth.req_id, 20614);
  CHECK_EQ(depth.field, 0);
  CHECK_EQ(depth.aux, 1 << 8);
  CHECK_EQ(depth.numbers.at(0), std::bit_cast<double>(0x3ff247991bc55864u));
  CHECK_EQ(depth.numbers.at(1), 7500000.0);
}

TEST("below server version 201 nothing is protobuf, and an id of 200 and less never is") {
  DecodeBench bench;
  const std::string body = ProtobufWriter().integer(1, 1).integer(2, 1).str();
  CHECK_EQ(bench.decode(200, payload_of(MessageId::TickPrice, body)), Decoded::Cold);
  CHECK_EQ(bench.decode(201, payload_of(MessageId::TickPrice, body)), Decoded::Hot);
  const std::string text_id = std::string("\0\0\0\x01", 4) + body;
  CHECK_EQ(bench.decode(201, text_id), Decoded::Malformed);
  CHECK_EQ(bench.decode(226, std::string("\0\0\0\xC8", 4) + body), Decoded::Cold);  // 200: text of no hot id
}

}  // namespace
