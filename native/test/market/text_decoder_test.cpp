#include <map>
#include <set>
#include <string>

#include "check.hpp"
#include "market/decoder.hpp"
#include "support/decode_bench.hpp"
#include "support/reference_text.hpp"

namespace {

using namespace ibkr;
using namespace ibkr::test;

/// Runs `judge` over random messages of every layout at every server version that speaks text.
template <typename Judge>
void each_message(std::uint64_t seed, int per_layout, Judge judge) {
  Random random(seed);
  for (std::int32_t sv = kFirstTextVersion; sv <= kLastTextVersion; ++sv) {
    for (const MessageId id : kHotMessages) {
      for (int i = 0; i < per_layout; ++i) judge(random_text_message(id, sv, kReceived, random), random);
    }
  }
}

TEST("every layout of every server version from 100 to 193 becomes its record") {
  DecodeBench bench;
  std::set<std::pair<MessageId, std::size_t>> layouts;
  each_message(check::seed(), check::scaled(40, 8), [&](const TextMessage& message, Random&) {
    const check::Note note(message.name());
    CHECK_EQ(bench.decode(message.server_version, message.payload()), Decoded::Hot);
    if (!CHECK_EQ(bench.records().size(), 1u)) return;
    compare(bench.records()[0], message.expected);
    layouts.emplace(message.id, message.fields.size());
  });
  CHECK(layouts.size() >= 18);
}

TEST("messages have as many fields as the protocol says, and change at 131, 146 and 156 only") {
  // Fields behind the id for the message version that servers of today send (6), from docs/protocol.md 6.1 by
  // hand.
  const auto count = [](MessageId id, std::int32_t sv) -> std::size_t {
    switch (id) {
      case MessageId::TickPrice:
        return 6;
      case MessageId::TickSize:
      case MessageId::TickString:
      case MessageId::TickGeneric:
        return 4;
      case MessageId::TickOptionComputation:
        return 11;  // the attribute takes the version's place
      case MessageId::MarketDepth:
        return 7;
      case MessageId::MarketDepthL2:
        return sv >= 146 ? 9 : 8;
      case MessageId::RealTimeBars:
        return 10;
      case MessageId::OrderStatus:
        return 11;  // mktCapPrice comes when the version goes
      case MessageId::TickByTick:
        return 0;
    }
    return 0;
  };
  DecodeBench bench;
  for (std::int32_t sv = kFirstTextVersion; sv <= kLastTextVersion; ++sv) {
    for (const MessageId id : kHotMessages) {
      std::size_t fields = count(id, sv);
      if (id == MessageId::TickByTick) continue;
      // All sixes: a valid value of every field, also of a version.
      const check::Note note("message " + std::to_string(static_cast<int>(id)) + " at " + std::to_string(sv));
      std::string payload = std::to_string(static_cast<int>(id)) + '\0';
      for (std::size_t i = 0; i + 1 < fields; ++i) payload.append("6", 2);
      CHECK_EQ(bench.decode(sv, payload), Decoded::Malformed);
      CHECK_EQ(bench.decode(sv, payload + std::string("6", 2)), Decoded::Hot);
      CHECK_EQ(bench.decode(sv, payload + std::string("6\0006", 4)), Decoded::Trailing);
    }
    for (const auto& [type, fields] : std::map<int, int>{{1, 8}, {2, 8}, {3, 8}, {4, 4}}) {
      std::string payload = "99" + std::string("\0007", 2) + '\0' + std::to_string(type) + '\0';
      for (int i = 2; i + 1 < fields; ++i) payload.append("6", 2);
      CHECK_EQ(bench.decode(sv, payload), Decoded::Malformed);
      CHECK_EQ(bench.decode(sv, payload + std::string("6", 2)), Decoded::Hot);
      CHECK_EQ(bench.decode(sv, payload + std::string("6\0006", 4)), Decoded::Trailing);
    }
  }
}

TEST("every truncation of every message is malformed and writes nothing") {
  DecodeBench bench;
  each_message(check::seed() + 1, check::scaled(4, 1), [&](const TextMessage& message, Random&) {
    const std::string payload = message.payload();
    const std::size_t head = message.head().size();
    for (std::size_t size = 0; size < payload.size(); ++size) {
      const Decoded result = bench.decode(message.server_version, std::string_view(payload).substr(0, size));
      const Decoded expected = size < head ? Decoded::Cold : Decoded::Malformed;
      if (result != expected || !bench.records().empty()) {
        const check::Note note(message.name() + " cut to " + std::to_string(size) + " bytes");
        CHECK_EQ(result, expected);
        CHECK(bench.records().empty());
      }
    }
  });
}

TEST("fields or bytes behind the last known field are trailing, and change nothing in the record") {
  DecodeBench bench;
  each_message(check::seed() + 2, 2, [&](const TextMessage& message, Random& random) {
    static const std::vector<std::string> kExtra = {std::string(1, '\0'), std::string("7\0", 2), "x",
                                                    std::string("1\0002\0", 4), std::string(300, 'y')};
    const std::string& extra = random.pick(kExtra);
    const check::Note note(message.name() + " and " + check::shown(extra));
    CHECK_EQ(bench.decode(message.server_version, message.payload() + extra), Decoded::Trailing);
    if (CHECK_EQ(bench.records().size(), 1u)) CHECK(bench.records()[0] == message.expected);
  });
}

TEST("a number field that holds no number makes the message malformed and writes nothing") {
  static const std::vector<std::string> kGarbage = {"abc",
                                                    "12abc",
                                                    "1.2.3",
                                                    "--5",
                                                    "-",
                                                    "+",
                                                    ".",
                                                    "e5",
                                                    "1e",
                                                    "0x1F",
                                                    " ",
                                                    " 12",
                                                    "12 ",
                                                    "1 2",
                                                    "null",
                                                    "\xE2\x88\x9E",
                                                    "99999999999999999999x"};
  DecodeBench bench;
  each_message(check::seed() + 3, 2, [&](const TextMessage& good, Random& random) {
    for (std::size_t i = 0; i < good.fields.size(); ++i) {
      TextMessage bad = good;
      bad.fields[i] = random.pick(kGarbage);
      const Reference expected =
          reference_decode_text(bad.id, bad.server_version, bad.body(), kReceived, bench.max_record_slots());
      const Decoded result = bench.decode(bad.server_version, bad.payload());
      if (result == expected.outcome && (result == Decoded::Malformed) == bench.records().empty()) continue;
      const check::Note note(bad.name());
      CHECK_EQ(result, expected.outcome);
      CHECK_EQ(bench.records().empty(), expected.outcome == Decoded::Malformed);
    }
  });
}

TEST("messages with random bytes in them are decoded as the slow reference decodes them") {
  DecodeBench bench;
  each_message(check::seed() + 4, check::scaled(60, 10), [&](const TextMessage& good, Random& random) {
    std::string payload = good.payload();
    const std::size_t head = good.head().size();
    for (std::uint64_t n = 1 + random.below(3); n > 0; --n) {
      const std::size_t at = head + random.below(payload.size() - head);
      switch (random.below(4)) {
        case 0:
          payload[at] = static_cast<char>(random.bits());
          break;
        case 1:
          payload[at] = random.pick(std::string_view("0123456789.-+eE,\0", 17));
          break;
        case 2:
          payload.insert(at, 1, random.pick(std::string_view("0123456789.-+eE,\0", 17)));
          break;
        default:
          payload.erase(at, 1);
          if (payload.size() == head) payload += '\0';
      }
    }
    const Reference expected =
        reference_decode_text(good.id, good.server_version, std::string_view(payload).substr(head), kReceived,
                              bench.max_record_slots());
    const Decoded result = bench.decode(good.server_version, payload);
    const bool written = expected.outcome != Decoded::Malformed;
    if (result == expected.outcome && bench.records().size() == std::size_t{written} &&
        (!written || bench.records()[0] == expected.record))
      return;
    const check::Note note("server version " + std::to_string(good.server_version) + ": " +
                           check::shown(payload));
    CHECK_EQ(result, expected.outcome);
    if (CHECK_EQ(bench.records().size(), std::size_t{written}) && written)
      compare(bench.records()[0], expected.record);
  });
}

/// A frame written as 1|6|1001|…| and what must come of it.
struct Known {
  std::int32_t server_version;
  const char* frame;
  Seen expected;
};

Seen seen(RecordKind kind, std::int32_t req_id, std::int32_t field, std::int32_t aux,
          std::vector<double> numbers, std::vector<std::string> strings = {}, std::uint8_t flags = 0) {
  Seen out;
  out.kind = kind;
  out.req_id = req_id;
  out.field = field;
  out.aux = aux;
  out.numbers = std::move(numbers);
  out.strings = std::move(strings);
  out.flags = flags;
  out.received_micros = kReceived;
  return out;
}

TEST("frames written down by hand decode to the values written beside them") {
  constexpr double kNone = kUnset;
  using K = RecordKind;
  Seen text = seen(K::TickString, 8, 45, 10, {});
  text.bytes = "1787685059";
  const Known known[] = {
      {176, "1|6|1001|68|255.45|200|0|", seen(K::TickPrice, 1001, 68, 0, {255.45, 200})},
      {176, "1|6|1001|4|255.45|1,200|3|", seen(K::TickPrice, 1001, 4, 3, {255.45, 1200})},
      {176, "1|6|1001|9|1.7976931348623157E308||0|", seen(K::TickPrice, 1001, 9, 0, {kNone, kNone})},
      {176, "1|6|1001|1|-1||0|", seen(K::TickPrice, 1001, 1, 0, {-1, kNone})},
      {176, "1|6|1001|1|||0|", seen(K::TickPrice, 1001, 1, 0, {0, kNone})},
      {100, "1|2|5|1|10.5|3|", seen(K::TickPrice, 5, 1, 0, {10.5, 3}, {}, kFlagNoAttrib)},
      {100, "1|1|5|1|10.5|", seen(K::TickPrice, 5, 1, 0, {10.5, kNone}, {}, kFlagNoSize | kFlagNoAttrib)},
      {176, "2|6|1001|74|312894|", seen(K::TickSize, 1001, 74, 0, {312894})},
      {176, "2|6|1001|74||", seen(K::TickSize, 1001, 74, 0, {kNone})},
      {176, "46|6|8|45|1787685059|", text},
      {176, "45|6|8|46|3.0|", seen(K::TickGeneric, 8, 46, 0, {3})},
      {155, "21|5|8|10|-1|-2|",
       seen(K::TickOptionComputation, 8, 10, 0, {kNone, kNone, kNone, kNone, kNone, kNone, kNone, kNone}, {},
            kFlagNoAttrib | kFlagShortOption)},
      {155, "21|5|8|83|0.5|0.25|-1|0|",
       seen(K::TickOptionComputation, 8, 83, 0, {0.5, 0.25, kNone, 0, kNone, kNone, kNone, kNone}, {},
            kFlagNoAttrib | kFlagShortOption)},
      {155, "21|6|8|10|0.5|-1|2|3|-1|5|6|-2|",
       seen(K::TickOptionComputation, 8, 10, 0, {0.5, -1, 2, 3, -1, 5, 6, -2}, {}, kFlagNoAttrib)},
      {156, "21|8|13|1|0.5|0.25|2|-1|0.1|-2|-0.3|400|",
       seen(K::TickOptionComputation, 8, 13, 1, {0.5, 0.25, 2, kNone, 0.1, kNone, -0.3, 400})},
      {176, "99|8|1|1787685055|10.5|100|3|NASDAQ| TI|",
       seen(K::TickByTickAllLast, 8, 1, 3, {1787685055, 10.5, 100}, {"NASDAQ", " TI"})},
      {176, "99|8|2|1787685055|10.5|100|0|||",
       seen(K::TickByTickAllLast, 8, 2, 0, {1787685055, 10.5, 100}, {"", ""})},
      {176, "99|8|3|1787685055|10|11|100|200|2|",
       seen(K::TickByTickBidAsk, 8, 3, 2, {1787685055, 10, 11, 100, 200})},
      {176, "99|8|4|1787685055|10.25|", seen(K::TickByTickMidPoint, 8, 4, 0, {1787685055, 10.25})},
      {100, "12|1|5|3|2|1|10.5|300|", seen(K::MarketDepth, 5, 3, 2 | 1 << 8, {10.5, 300})},
      {145, "13|1|5|0|ARCA|1|0|10.5|300|", seen(K::MarketDepthL2, 5, 0, 1, {10.5, 300}, {"ARCA"})},
      {146, "13|1|5|0|ARCA|1|1|10.5|300|1|",
       seen(K::MarketDepthL2, 5, 0, 1 | 1 << 8 | 2 << 16, {10.5, 300}, {"ARCA"})},
      {146, "13|1|5|0||0|1|10.5|300|0|", seen(K::MarketDepthL2, 5, 0, 1 << 8 | 1 << 16, {10.5, 300}, {""})},
      {176, "50|3|8|1787685055|1|4|0.5|2|1E+3|1.25|7|",
       seen(K::RealTimeBar, 8, 7, 0, {1787685055, 1, 4, 0.5, 2, 1000, 1.25, 7})},
      {130, "3|6|7|Filled|10|0|1.5|9007199254740993|3|1.25|2|x|",
       seen(K::OrderStatus, 7, 3, 2, {10, 0, 1.5, 9007199254740992, 1.25, kNone}, {"Filled", "x"}, 6)},
      {131, "3|7|Filled|10|0|1.5|99|0|1.5|2||0.25|",
       seen(K::OrderStatus, 7, 0, 2, {10, 0, 1.5, 99, 1.5, 0.25}, {"Filled", ""}, 6)},
      {100, "3|1|7|Submitted||10|0|",
       seen(K::OrderStatus, 7, 0, 0, {kNone, 10, 0, kNone, kNone, kNone}, {"Submitted", ""}, 1)},
      {100, "3|4|7|Submitted|0|10|0|99|5|1.5|",
       seen(K::OrderStatus, 7, 5, 0, {0, 10, 0, 99, 1.5, kNone}, {"Submitted", ""}, 4)},
  };
  DecodeBench bench;
  for (const Known& k : known) {
    const check::Note note("server version " + std::to_string(k.server_version) + ": " + k.frame);
    std::string payload = k.frame;
    std::replace(payload.begin(), payload.end(), '|', '\0');
    CHECK_EQ(bench.decode(k.server_version, payload), Decoded::Hot);
    if (CHECK_EQ(bench.records().size(), 1u)) compare(bench.records()[0], k.expected);
  }
}

TEST("from server version 201 the id of a text message is four bytes, and the layout stays") {
  DecodeBench bench;
  Random random(check::seed() + 5);
  for (std::int32_t sv = 201; sv <= 226; ++sv) {
    for (const MessageId id : kHotMessages) {
      const TextMessage message = random_text_message(id, sv, kReceived, random);
      const check::Note note(message.name());
      CHECK_EQ(bench.decode(sv, message.payload()), Decoded::Hot);
      if (CHECK_EQ(bench.records().size(), 1u)) CHECK(bench.records()[0] == message.expected);
    }
  }
}

TEST("only the ten hot message ids are hot") {
  DecodeBench bench;
  for (std::int32_t id = 0; id <= 300; ++id) {
    const bool hot =
        std::find(kHotMessages.begin(), kHotMessages.end(), static_cast<MessageId>(id)) != kHotMessages.end();
    const check::Note note("message id " + std::to_string(id));
    CHECK_EQ(is_hot(id), hot);
    CHECK_EQ(bench.decode(176, std::to_string(id) + '\0'), hot ? Decoded::Malformed : Decoded::Cold);
  }
  for (const std::int32_t id : {-1, INT32_MIN, INT32_MAX, 1 << 24}) CHECK(!is_hot(id));
}

TEST("a payload without a readable id is cold") {
  using namespace std::string_view_literals;
  DecodeBench bench;
  for (const auto payload : {""sv, "\0"sv, "1"sv, "-1\0"sv, "abc\0"sv, " 1\0"sv, "1 \0"sv, "+1\0"sv,
                             "1000000000000\0"sv, "999999999\0"sv, "1.0\0"sv}) {
    const check::Note note(check::shown(payload));
    CHECK_EQ(bench.decode(176, payload), Decoded::Cold);
    CHECK(bench.records().empty());
  }
  for (const auto payload :
       {""sv, "\0"sv, "\0\0\0"sv, "\0\0\0\0"sv, "\xff\xff\xff\xff"sv, "\x80\0\0\x01"sv}) {
    const check::Note note("at 201: " + check::shown(payload));
    CHECK_EQ(bench.decode(201, payload), Decoded::Cold);
  }
}

TEST("a tick-by-tick type that does not exist, and a depth operation beyond a byte, are malformed") {
  DecodeBench bench;
  for (const char* frame : {"99|8|5|1787685055|1|", "99|8|-1|1787685055|1|", "12|1|5|0|256|0|1|1|",
                            "12|1|5|0|-1|0|1|1|", "12|1|5|0|0|256|1|1|", "13|1|5|0|X|0|-1|1|1|1|"}) {
    const check::Note note(frame);
    std::string payload = frame;
    std::replace(payload.begin(), payload.end(), '|', '\0');
    CHECK_EQ(bench.decode(176, payload), Decoded::Malformed);
    CHECK(bench.records().empty());
  }
}

TEST("a tick-by-tick time that its number would not give back as text is malformed") {
  DecodeBench bench;
  for (const char* time : {"", "01", "1.0", "-1", "1e9", "1787685055 ", "1234567890123456", "+5", "NaN"}) {
    const check::Note note(time);
    std::string payload = std::string("99|8|4|") + time + "|10.25|";
    std::replace(payload.begin(), payload.end(), '|', '\0');
    CHECK_EQ(bench.decode(176, payload), Decoded::Malformed);
    CHECK(bench.records().empty());
  }
}

TEST("strings longer than a record can hold make the message malformed; shorter ones arrive whole") {
  DecodeBench bench;
  for (const std::size_t size : {1u, 63u, 64u, 1000u, 5000u, 8000u, 8200u, 65535u, 65536u, 70000u}) {
    const check::Note note(std::to_string(size) + " characters");
    const std::string name(size, 'm');
    const std::string payload =
        "13" + std::string("\0001\0005\0000\000", 7) + name + std::string("\0001\0000\0002\0003\0001\0", 11);
    const Decoded result = bench.decode(176, payload);
    const bool fits = size <= 128 * kSlotBytes - strings_offset(kDoublesOf<MarketDepthValues>) - 2;
    CHECK_EQ(result, fits ? Decoded::Hot : Decoded::Malformed);
    if (CHECK_EQ(bench.records().size(), fits ? 1u : 0u) && fits)
      CHECK(bench.records()[0].strings[0] == name);
  }
}

}  // namespace
