#include "market/fast_ticks.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "check.hpp"
#include "market/short_fields.hpp"
#include "support/decode_bench.hpp"
#include "support/protobuf_messages.hpp"
#include "support/reference_text.hpp"
#include "wire/framer.hpp"
#include "wire/number.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

constexpr std::int32_t kTextVersion = 176, kProtobufVersion = 225;

/// Runs the fast path on a frame that ends where its slack begins, with anything at all in the slack.
class FastBench {
 public:
  /// True if the fast path took it; then `record()` is what it wrote. Every set of instructions that this
  /// processor has must say the same.
  bool take(std::int32_t server_version, std::string_view payload, Random& random) {
    const bool protobuf = server_version >= kRawIdVersion;
    if (protobuf) return take_with(fast_protobuf_ticks(), payload, random);
    const bool taken = take_with(fast_text_ticks(Instructions::Portable), payload, random);
    if (best_instructions() == Instructions::Portable) return taken;
    const Record portable = record_;
    const bool wide = take_with(fast_text_ticks(best_instructions()), payload, random);
    // The portable one takes attributes of more digits too.
    if (wide) {
      CHECK(taken);
      CHECK_EQ(std::memcmp(&portable, &record_, kBytesOffset + doubles_of(record_.kind) * sizeof(double)), 0);
    } else if (taken) {
      record_ = portable;
    }
    unanimous_ = wide == taken;
    return taken;
  }
  /// All sets of instructions took the last text frame, or none did.
  bool unanimous() const { return unanimous_; }
  bool take_with(FastTicks fast, std::string_view payload, Random& random) {
    // A block of exactly frame and slack: the address sanitizer sees every byte too many.
    const std::size_t size = kFrameHeader + payload.size();
    const auto block = std::make_unique<char[]>(size + kFastTickSlack);
    write_be32(block.get(), static_cast<std::uint32_t>(payload.size()));
    payload.copy(block.get() + kFrameHeader, payload.size());
    for (std::size_t i = 0; i < kFastTickSlack; ++i)
      block[size + i] = random.one_in(2) ? '\0' : static_cast<char>(random.bits());
    std::memset(static_cast<void*>(&record_), 0xEE, sizeof record_);
    const FastRun run = fast({block.get(), size}, kReceived, {&record_, 1});
    CHECK_EQ(run.bytes, run.ticks == 0 ? 0 : size);
    return run.ticks == 1;
  }
  Seen record() const {
    Seen seen;
    seen.kind = record_.kind;
    seen.flags = record_.flags;
    seen.slots = record_.slots;
    seen.req_id = record_.req_id;
    seen.field = record_.field;
    seen.aux = record_.aux;
    seen.received_micros = record_.received_micros;
    seen.numbers.assign(record_.values, record_.values + doubles_of(record_.kind));
    return seen;
  }

 private:
  Record record_{};
  bool unanimous_ = true;
};

/// What the fast path takes must be what the general decoder makes of it. Returns whether it took it.
bool agree(std::int32_t server_version, std::string_view payload, FastBench& fast, DecodeBench& general,
           Random& random) {
  if (!fast.take(server_version, payload, random)) return false;
  const Decoded result = general.decode(server_version, payload);
  if (result == Decoded::Hot && general.records().size() == 1 && general.records()[0] == fast.record() &&
      fast.record().slots == 1) {
    check::count_check();
    return true;
  }
  const check::Note note("server version " + std::to_string(server_version) + ": " + check::shown(payload));
  CHECK_EQ(result, Decoded::Hot);
  CHECK_EQ(fast.record().slots, 1u);
  if (CHECK_EQ(general.records().size(), 1u)) compare(fast.record(), general.records()[0]);
  return true;
}

std::string text_payload(std::string fields) {
  std::replace(fields.begin(), fields.end(), '|', '\0');
  return fields;
}

TEST("the usual forms of TICK_PRICE and TICK_SIZE are taken") {
  FastBench fast;
  DecodeBench general;
  Random random(check::seed());
  for (const char* fields :
       {"1|6|1001|4|255.45|200|1|", "1|6|1|1|0.5|1|0|", "1|6|99999999|68|12345678|12345678|7|",
        "1|6|1073741825|4|255.45|200|1|", "1|6|2147483647|4|0.5|100|0|", "2|6|1073741825|8|12345678|",
        "1|6|7|2|.5|1.|0|", "1|6|7|2|1234567.|0.000001|0|", "2|6|1001|74|312894|", "2|6|1|0|0|",
        "2|6|1|0|100.5|"}) {
    const check::Note note(fields);
    CHECK(agree(kTextVersion, text_payload(fields), fast, general, random));
    CHECK(fast.unanimous());
  }
  const auto protobuf = [](char id, const ProtobufWriter& body) {
    return std::string{'\0', '\0', '\0', id} + body.str();
  };
  CHECK(agree(
      kProtobufVersion,
      protobuf('\xC9',
               ProtobufWriter().integer(1, 1).integer(2, 37).float64(3, 314.39).bytes(4, "0").integer(5, 0)),
      fast, general, random));
  CHECK(agree(kProtobufVersion,
              protobuf('\xC9', ProtobufWriter().integer(1, 1).integer(2, 4).float64(3, -1).bytes(4, "100.5")),
              fast, general, random));
  CHECK(agree(kProtobufVersion,
              protobuf('\xCA', ProtobufWriter().integer(1, 268435455).integer(2, 89).bytes(3, "87711628")),
              fast, general, random));
  CHECK(agree(kProtobufVersion,
              protobuf('\xCA', ProtobufWriter().integer(1, 0x7FFFFFFF).integer(2, 89).bytes(3, "0.5")), fast,
              general, random));
}

TEST("unset and empty values, signs, exponents and separators are left to the general decoder") {
  FastBench fast;
  Random random(check::seed());
  for (const char* fields : {"1|6|1001|4||200|1|",
                             "1|6|1001|4|255.45||1|",
                             "1|6|1001|4|-1|200|1|",
                             "1|6|1001|4|1e5|200|1|",
                             "1|6|1001|4|1.7976931348623157E308|200|1|",
                             "1|6|1001|4|255.45|1,200|1|",
                             "1|6|-1|4|255.45|200|1|",
                             "1|6||4|255.45|200|1|",
                             "1|6|1001||255.45|200|1|",
                             "1|6|1001|4|255.45|200||",
                             "1|6|1001|4|.|200|1|",
                             "1|6|1001|4|1.2.3|200|1|",
                             "1|2|1001|4|255.45|200|",
                             "2|6|1|0||",
                             "2|6|1|0|NaN|",
                             "2|5|1|0|7|",
                             "2|6|1|0|+7|",
                             "2|6|2147483648|0|7|",
                             "2|6|9999999999|0|7|",
                             "2|6|10737418251|0|7|",
                             "3|6|1|0|7|",
                             "46|6|1|45|7|",
                             "2|6|1|0|7|8|",
                             "2|6|1|0|7",
                             "2|6|1|0|",
                             "2|6|1|",
                             "2|6|",
                             "2|"}) {
    const check::Note note(fields);
    CHECK(!fast.take(kTextVersion, text_payload(fields), random));
  }
}

TEST("whatever text message the fast path takes, it writes what the general decoder writes") {
  FastBench fast;
  DecodeBench general;
  Random random(check::seed() + 1);
  int taken = 0;
  for (int i = 0; i < check::scaled(300'000, 40'000); ++i) {
    const MessageId id = random.one_in(2) ? MessageId::TickPrice : MessageId::TickSize;
    const auto sv = static_cast<std::int32_t>(random.between(100, 200));
    TextMessage message = random_text_message(id, sv, kReceived, random);
    if (!random.one_in(4)) message.fields[0] = "6";
    std::string payload = message.payload();
    // Half of them with a few bytes changed, to others that numbers are made of.
    for (std::uint64_t n = random.one_in(2) ? 1 + random.below(3) : 0; n > 0; --n) {
      const std::size_t at = random.below(payload.size());
      switch (random.below(3)) {
        case 0:
          payload[at] = random.pick(std::string_view("0123456789.-/:,\0", 16));
          break;
        case 1:
          payload.erase(at, 1);
          break;
        default:
          payload.insert(at, 1, random.pick(std::string_view("0123456789.-/:,\0", 16)));
      }
      if (payload.empty()) payload = "1";
    }
    taken += agree(sv, payload, fast, general, random);
  }
  CHECK(taken > 1000);
}

TEST("whatever protobuf message the fast path takes, it writes what the general decoder writes") {
  FastBench fast;
  DecodeBench general;
  Random random(check::seed() + 2);
  int taken = 0;
  for (int i = 0; i < check::scaled(300'000, 40'000); ++i) {
    const auto sv = static_cast<std::int32_t>(random.between(201, 226));
    const ProtobufMessage message =
        random_protobuf_message(static_cast<int>(random.below(2)), kReceived, random,
                                random.one_in(3) ? Presence::Random : Presence::All, random.one_in(6));
    std::string payload =
        std::string{'\0', '\0', '\0', static_cast<char>(200 + static_cast<int>(message.id))} + message.body;
    for (std::uint64_t n = random.one_in(2) ? 1 + random.below(3) : 0; n > 0; --n) {
      const std::size_t at = random.below(payload.size());
      switch (random.below(4)) {
        case 0:
          payload[at] = static_cast<char>(random.bits());
          break;
        case 1:
          payload[at] = static_cast<char>(payload[at] ^ (1 << random.below(8)));
          break;
        case 2:
          payload.erase(at, 1);
          break;
        default:
          payload.insert(at, 1, static_cast<char>(random.bits()));
      }
      if (payload.empty()) payload = "x";
    }
    taken += agree(sv, payload, fast, general, random);
  }
  CHECK(taken > 1000);
}

TEST("no truncation of a tick is taken, whatever lies behind it") {
  FastBench fast;
  Random random(check::seed() + 3);
  const std::string text = text_payload("1|6|1001|4|255.45|200|1|");
  const std::string protobuf =
      std::string("\0\0\0\xC9", 4) +
      ProtobufWriter().integer(1, 300).integer(2, 4).float64(3, 255.45).bytes(4, "200").integer(5, 1).str();
  for (int round = 0; round < 200; ++round) {
    for (std::size_t size = 0; size < text.size(); ++size)
      CHECK(!fast.take(kTextVersion, std::string_view(text).substr(0, size), random));
    for (std::size_t size = 0; size < protobuf.size(); ++size) {
      // Without its last field the message is whole: the attributes may be absent.
      const bool whole = size == protobuf.size() - 2;
      CHECK_EQ(fast.take(kProtobufVersion, std::string_view(protobuf).substr(0, size), random), whole);
    }
  }
}

template <typename Value>
struct ShortField {
  Value value;
  bool good;
};

/// Reads a field at the start of a block that goes on behind it.
template <typename Value>
ShortField<Value> read_short(const std::string& field, Value (*read)(const char*, std::uint32_t, bool&)) {
  char block[32];
  std::memset(block, '7', sizeof block);
  field.copy(block, sizeof block);
  bool good = true;
  const Value value = read(block, static_cast<std::uint32_t>(field.size()), good);
  return {value, good};
}

TEST("short numbers of every length and place of the point are read to parse_double's bits") {
  Random random(check::seed() + 4);
  for (int i = 0; i < check::scaled(300'000, 50'000); ++i) {
    std::string field;
    for (std::uint64_t n = 1 + random.below(8); n > 0; --n)
      field.push_back(static_cast<char>('0' + random.below(10)));
    if (random.one_in(2)) field[random.below(field.size())] = '.';
    double expected = 0;
    const bool good = parse_double(field, expected);
    const auto got = read_short(field, short_decimal);
    if (got.good != good || (good && !check::same(got.value, expected))) {
      const check::Note note(field);
      CHECK_EQ(got.good, good);
      CHECK_EQ(got.value, expected);
    }
  }
}

TEST(
    "numbers of up to sixteen characters are read to the same bits as in general, if they have fifteen "
    "digits at most") {
  Random random(check::seed() + 5);
  for (int i = 0; i < check::scaled(300'000, 50'000); ++i) {
    std::string field;
    for (std::uint64_t n = 1 + random.below(17); n > 0; --n)
      field.push_back(static_cast<char>('0' + random.below(10)));
    for (std::uint64_t n = random.below(3); n > 0; --n) field[random.below(field.size())] = '.';
    if (random.one_in(20)) field[random.below(field.size())] = static_cast<char>(random.bits());
    double expected = 0;
    const auto digits =
        std::count_if(field.begin(), field.end(), [](char c) { return c >= '0' && c <= '9'; });
    const auto points = std::count(field.begin(), field.end(), '.');
    const bool good = field.size() <= 16 && digits <= 15 && points <= 1 && digits >= 1 &&
                      digits + points == static_cast<std::ptrdiff_t>(field.size()) &&
                      parse_double(field, expected) && expected != kUnsetInt;
    const auto got = read_short(field, long_decimal);
    if (got.good != good || (good && !check::same(got.value, expected))) {
      const check::Note note(check::shown(field));
      CHECK_EQ(got.good, good);
      CHECK_EQ(got.value, expected);
    }
  }
}

TEST("of short fields with any byte in any place only numbers are read") {
  for (std::size_t length = 1; length <= 8; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string field(length, '5');
        field[at] = static_cast<char>(byte);
        const bool digit = byte >= '0' && byte <= '9';
        const check::Note note(check::shown(field));
        const auto integer = read_short(field, short_integer);
        CHECK_EQ(integer.good, digit);
        if (digit) CHECK_EQ(integer.value, static_cast<std::uint32_t>(std::stoul(field)));
        double expected = 0;
        const bool number = (digit || byte == '.') && parse_double(field, expected);
        const auto decimal = read_short(field, short_decimal);
        CHECK_EQ(decimal.good, number);
        if (number) CHECK_EQ(decimal.value, expected);
      }
    }
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{9}, std::size_t{20}}) {
    CHECK(!read_short(std::string(length, '5'), short_integer).good);
    CHECK(!read_short(std::string(length, '5'), short_decimal).good);
  }
}

}  // namespace
