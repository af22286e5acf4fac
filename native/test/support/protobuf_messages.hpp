// Random protobuf bodies of the hot messages with the records they must become (docs/protocol.md 6.2).
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "support/protobuf_writer.hpp"
#include "support/random.hpp"
#include "support/reference_text.hpp"
#include "support/ring_reader.hpp"
#include "wire/unset.hpp"

namespace ibkr::test {

struct ProtobufMessage {
  MessageId id{};
  const char* name = "";
  std::string body;
  std::vector<std::size_t> ends;  ///< where the outermost fields end
  Seen expected;
  bool whole = true;  ///< false: what makes the message one is absent, nothing can be told
};

/// How many of the fields are there.
enum class Presence { All, Random, None };

/// Writes fields, each present or absent, and keeps what the record must hold.
class ProtobufGenerator {
 public:
  ProtobufGenerator(Random& random, Presence presence) : random_(random), presence_(presence) {}

  /// Unknown fields of every wire type between the known ones, as a newer gateway sends them.
  bool with_unknown = false;

  std::int32_t int32(std::uint32_t field, std::int32_t absent) {
    if (!begin()) return absent;
    static const std::vector<std::int32_t> kOdd = {0, 1, -1, INT32_MAX, INT32_MIN, 127, 128};
    return small(field,
                 random_.one_in(3) ? random_.pick(kOdd) : static_cast<std::int32_t>(random_.below(100'000)));
  }
  std::int32_t int32_from(std::uint32_t field, std::int32_t absent,
                          std::initializer_list<std::int32_t> values) {
    return begin() ? small(field, values.begin()[random_.below(values.size())]) : absent;
  }
  std::int32_t always(std::uint32_t field, std::int32_t value) {
    begin_always();
    return small(field, value);
  }
  double int64(std::uint32_t field) {
    if (!begin()) return 0;
    const auto value = static_cast<std::int64_t>(random_.bits() >> random_.below(64));
    out_.integer(field, value);
    end();
    return static_cast<double>(value);
  }
  bool boolean(std::uint32_t field) {
    if (!begin()) return false;
    const bool value = random_.one_in(2);
    out_.varint(field, value);
    end();
    return value;
  }
  double float64(std::uint32_t field, double absent = 0) {
    if (!begin()) return absent;
    static const std::vector<double> kOdd = {
        0, -0.0, -1, -2, 1, DBL_MAX, std::numeric_limits<double>::infinity()};
    const double value =
        random_.one_in(3) ? random_.pick(kOdd) : static_cast<double>(random_.below(1'000'000)) / 64;
    out_.float64(field, value);
    end();
    return value;
  }
  double decimal(std::uint32_t field) {
    if (!begin()) return kUnset;
    struct Value {
      const char* text;
      double number;
    };
    static const std::vector<Value> kValues = {{"", kUnset},
                                               {"2147483647", kUnset},
                                               {"9223372036854775807", kUnset},
                                               {"-9223372036854775808", kUnset},
                                               {"1.7976931348623157E308", kUnset},
                                               {"1.7976931348623157e+308", kUnset},
                                               {"Infinity", kUnset},
                                               {"0", 0},
                                               {"-0", -0.0},
                                               {"100", 100},
                                               {"0.5", 0.5},
                                               {"7500000", 7500000},
                                               {"87711628", 87711628},
                                               {"1E-7", 1e-7},
                                               {"-3.25", -3.25},
                                               {"2147483646", 2147483646}};
    const Value& value = random_.pick(kValues);
    out_.bytes(field, value.text);
    end();
    return value.number;
  }
  std::string text(std::uint32_t field) {
    if (!begin()) return {};
    static const std::vector<std::string> kTexts = {
        "", "NASDAQ", "PreSubmitted", "\xE6\x97\xA5", std::string(130, 'y'), std::string("a\0b", 3)};
    const std::string& value = random_.pick(kTexts);
    out_.bytes(field, value);
    end();
    return value;
  }
  /// A nested message, written by `fields`; true if it is there.
  bool nested(std::uint32_t field, const std::function<void(ProtobufGenerator&)>& fields) {
    if (!begin()) return false;
    ProtobufGenerator inner(random_, presence_);
    inner.with_unknown = with_unknown;
    fields(inner);
    inner.unknown();
    out_.message(field, inner.out_);
    end();
    return true;
  }
  void unknown() {
    if (!with_unknown) return;
    const auto field = static_cast<std::uint32_t>(random_.one_in(2) ? random_.between(40, 70)
                                                                    : random_.between(5000, 536870911));
    switch (random_.below(4)) {
      case 0:
        out_.integer(field, -1);
        break;
      case 1:
        out_.float64(field, 1.5);
        break;
      case 2:
        out_.bytes(field, std::string(random_.below(20), '\x08'));
        break;
      default:
        out_.fixed32(field, 0xFFFFFFFF);
    }
    ends_.push_back(out_.str().size());
  }
  const std::string& body() const { return out_.str(); }
  const std::vector<std::size_t>& ends() const { return ends_; }

 private:
  bool begin() {
    if (presence_ == Presence::None || (presence_ == Presence::Random && random_.one_in(4))) return false;
    begin_always();
    return true;
  }
  void begin_always() {
    if (random_.one_in(2)) unknown();
  }
  std::int32_t small(std::uint32_t field, std::int32_t value) {
    out_.integer(field, value);
    end();
    return value;
  }
  void end() { ends_.push_back(out_.str().size()); }

  Random& random_;
  Presence presence_;
  ProtobufWriter out_;
  std::vector<std::size_t> ends_;
};

inline constexpr int kProtobufKinds = 13;

/// The n-th kind of message: the ten of kHotMessages, tick by tick once for each of its four types.
inline ProtobufMessage random_protobuf_message(int kind, double received_micros, Random& random,
                                               Presence presence, bool with_unknown = false) {
  ProtobufGenerator g(random, presence);
  g.with_unknown = with_unknown;
  ProtobufMessage out;
  Seen& r = out.expected;
  r.received_micros = received_micros;
  const auto unless = [](double value, double sentinel) { return value == sentinel ? kUnset : value; };
  switch (kind) {
    case 0:
      out.id = MessageId::TickPrice;
      r.kind = RecordKind::TickPrice;
      r.req_id = g.int32(1, -1);
      r.field = g.int32(2, 0);
      r.numbers = {g.float64(3), 0};
      r.numbers[1] = g.decimal(4);
      r.aux = g.int32(5, 0);
      break;
    case 1:
      out.id = MessageId::TickSize;
      r.kind = RecordKind::TickSize;
      r.req_id = g.int32(1, -1);
      r.field = g.int32(2, 0);
      r.numbers = {g.decimal(3)};
      break;
    case 2:
      out.id = MessageId::TickString;
      r.kind = RecordKind::TickString;
      r.req_id = g.int32(1, -1);
      r.field = g.int32(2, 0);
      r.bytes = g.text(3);
      r.aux = static_cast<std::int32_t>(r.bytes.size());
      break;
    case 3:
      out.id = MessageId::TickGeneric;
      r.kind = RecordKind::TickGeneric;
      r.req_id = g.int32(1, -1);
      r.field = g.int32(2, 0);
      r.numbers = {g.float64(3)};
      break;
    case 4:
      out.id = MessageId::TickOptionComputation;
      r.kind = RecordKind::TickOptionComputation;
      r.req_id = g.int32(1, -1);
      r.field = g.int32(2, 0);
      r.aux = g.int32(3, 0);
      for (std::uint32_t field = 4; field <= 11; ++field) {
        const bool greek = field == 5 || (field >= 8 && field <= 10);  // delta, gamma, vega, theta
        r.numbers.push_back(unless(g.float64(field, kUnset), greek ? -2 : -1));
      }
      break;
    case 5:
    case 6: {
      const bool level2 = kind == 6;
      out.id = level2 ? MessageId::MarketDepthL2 : MessageId::MarketDepth;
      r.kind = level2 ? RecordKind::MarketDepthL2 : RecordKind::MarketDepth;
      r.req_id = g.int32(1, -1);
      r.numbers = {0, kUnset};
      std::int32_t smart = 1;
      std::string maker;
      out.whole = g.nested(2, [&](ProtobufGenerator& data) {
        r.field = data.int32(1, 0);
        r.aux = data.int32_from(2, 0, {0, 1, 2}) + 256 * data.int32_from(3, 0, {0, 1});
        r.numbers[0] = data.float64(4);
        r.numbers[1] = data.decimal(5);
        maker = data.text(6);
        smart = data.boolean(7) ? 2 : 1;
      });
      if (level2) {
        r.aux += smart << 16;
        r.strings = {maker};
      }
      break;
    }
    case 7:
      out.id = MessageId::RealTimeBars;
      r.kind = RecordKind::RealTimeBar;
      r.req_id = g.int32(1, -1);
      r.numbers = {g.int64(2)};
      for (std::uint32_t field = 3; field <= 6; ++field) r.numbers.push_back(g.float64(field));
      for (std::uint32_t field = 7; field <= 8; ++field) r.numbers.push_back(g.decimal(field));
      r.field = g.int32(9, 0);
      r.numbers.push_back(r.field);
      break;
    case 8:
      out.id = MessageId::OrderStatus;
      r.kind = RecordKind::OrderStatus;
      r.flags = 6;
      r.req_id = g.int32(1, -1);
      r.strings = {g.text(2), ""};
      r.numbers = {g.decimal(3)};
      r.numbers.push_back(g.decimal(4));
      r.numbers.push_back(g.float64(5));
      r.numbers.push_back(g.int64(6));
      r.field = g.int32(7, 0);
      r.numbers.push_back(g.float64(8));
      r.aux = g.int32(9, 0);
      r.strings[1] = g.text(10);
      r.numbers.push_back(g.float64(11));
      break;
    default: {
      out.id = MessageId::TickByTick;
      const int type = kind - 8;
      r.req_id = g.int32(1, -1);
      r.field = g.always(2, type);
      const auto mask = [&](ProtobufGenerator& tick) {
        tick.nested(2, [&](ProtobufGenerator& attributes) {
          r.aux = attributes.boolean(1) ? 1 : 0;
          r.aux |= attributes.boolean(2) ? 2 : 0;
        });
      };
      if (type <= 2) {
        r.kind = RecordKind::TickByTickAllLast;
        r.strings = {"", ""};
        out.whole = g.nested(3, [&](ProtobufGenerator& tick) {
          r.numbers = {tick.int64(1)};
          mask(tick);
          r.numbers.push_back(tick.float64(3));
          r.numbers.push_back(tick.decimal(4));
          r.strings[0] = tick.text(5);
          r.strings[1] = tick.text(6);
        });
      } else if (type == 3) {
        r.kind = RecordKind::TickByTickBidAsk;
        out.whole = g.nested(4, [&](ProtobufGenerator& tick) {
          r.numbers = {tick.int64(1)};
          mask(tick);
          r.numbers.push_back(tick.float64(3));
          r.numbers.push_back(tick.float64(4));
          r.numbers.push_back(tick.decimal(5));
          r.numbers.push_back(tick.decimal(6));
        });
      } else {
        r.kind = RecordKind::TickByTickMidPoint;
        out.whole = g.nested(5, [&](ProtobufGenerator& tick) {
          r.numbers = {tick.int64(1)};
          r.numbers.push_back(tick.float64(2));
          tick.decimal(3);  // a size that midpoints carry but nobody shows
        });
      }
    }
  }
  g.unknown();
  out.body = g.body();
  out.ends = g.ends();
  return out;
}

}  // namespace ibkr::test
