// The text layouts of the hot messages written down a second time, slowly and plainly (docs/protocol.md 6.1),
// to judge the core's decoder. One walk over a layout both makes messages (Generator) and reads them
// (FieldReader).
#pragma once

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "market/decoder.hpp"
#include "support/random.hpp"
#include "support/ring_reader.hpp"
#include "wire/unset.hpp"

namespace ibkr::test {

inline constexpr std::int32_t kFirstTextVersion = 100;
inline constexpr std::int32_t kLastTextVersion = 193;

inline constexpr std::array kHotMessages = {
    MessageId::TickPrice,   MessageId::TickSize,      MessageId::OrderStatus,
    MessageId::MarketDepth, MessageId::MarketDepthL2, MessageId::TickOptionComputation,
    MessageId::TickGeneric, MessageId::TickString,    MessageId::RealTimeBars,
    MessageId::TickByTick,
};

/// [sign] digits [. digits] [e [sign] digits], or the three words; read by strtod (the tests run in the C
/// locale).
inline bool reference_double(const std::string& text, double& out) {
  if (text == "Infinity" || text == "-Infinity" || text == "NaN") {
    out = text == "NaN" ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    if (text[0] == '-') out = -out;
    return true;
  }
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - from;
  };
  const auto sign = [&] {
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
  };
  sign();
  std::size_t mantissa = digits();
  if (i < text.size() && text[i] == '.') {
    ++i;
    mantissa += digits();
  }
  if (mantissa == 0) return false;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    sign();
    if (digits() == 0) return false;
  }
  if (i != text.size()) return false;
  out = std::strtod(text.c_str(), nullptr);
  return true;
}

inline bool reference_int32(const std::string& text, std::int32_t& out) {
  std::size_t i = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t first = i;
  while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
  if (i == first) return false;
  const long double value = std::strtold(text.substr(0, i).c_str(), nullptr);
  if (i < text.size() && (text[i] != '.' || text.find_first_not_of("0123456789", i + 1) != std::string::npos))
    return false;
  if (value > 2147483647.0L || value < -2147483648.0L) return false;
  out = static_cast<std::int32_t>(value);
  return true;
}

/// A field's value from its text, for each of the ways a field may be read. Empty: the text is no such value.
inline std::optional<std::int32_t> integer_of(const std::string& text) {
  std::int32_t value = 0;
  if (text.empty() || reference_int32(text, value)) return value;
  return std::nullopt;
}
inline std::optional<double> number_of(const std::string& text) {
  double value = 0;
  if (text.empty() || reference_double(text, value)) return value;
  return std::nullopt;
}
inline std::optional<double> decimal_of(std::string text) {
  if (text.empty()) return kUnset;
  // The core joins at most 64 characters around separators; no quantity is longer.
  if (text.find(',') != std::string::npos && text.size() > 64 &&
      text.size() - static_cast<std::size_t>(std::count(text.begin(), text.end(), ',')) > 64)
    return std::nullopt;
  std::erase(text, ',');
  double value = 0;
  if (!reference_double(text, value)) return std::nullopt;
  return value == std::numeric_limits<double>::infinity() ? kUnset : value;
}

/// A time that JavaScript shows as the text it came as: at most 15 digits, and no zero before another digit.
inline std::optional<double> seconds_of(const std::string& text) {
  const bool plain = !text.empty() && text.size() <= 15 && text.find_first_not_of("0123456789") == text.npos;
  if (!plain || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  return number_of(text);
}

/// Reads the fields of a body in order.
class FieldReader {
 public:
  explicit FieldReader(std::string_view body) {
    for (std::size_t end; (end = body.find('\0')) != std::string_view::npos; body.remove_prefix(end + 1))
      fields_.emplace_back(body.substr(0, end));
    unterminated_ = !body.empty();
  }
  bool good() const { return good_; }
  bool at_end() const { return at_ == fields_.size() && !unterminated_; }

  std::string text(const char*) {
    if (at_ == fields_.size()) return good_ = false, std::string();
    return fields_[at_++];
  }
  std::int32_t integer(const char* name) { return value(integer_of(text(name))); }
  double number(const char* name) { return value(number_of(text(name))); }
  double decimal(const char* name) { return value(decimal_of(text(name))); }
  double seconds(const char* name) { return value(seconds_of(text(name))); }

 private:
  template <typename T>
  T value(const std::optional<T>& read) {
    if (!read) good_ = false;
    return good_ && read ? *read : T{};
  }
  std::vector<std::string> fields_;
  std::size_t at_ = 0;
  bool unterminated_ = false, good_ = true;
};

/// Invents the fields of a message: values of every shape that the wire has been seen to carry.
class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  std::string text(const char*) {
    static const std::vector<std::string> kTexts = {"",
                                                    "NASDAQ",
                                                    "ARCA",
                                                    "Filled",
                                                    "PreSubmitted",
                                                    " TI",
                                                    "locate,trailing",
                                                    "1787685059",
                                                    "a;b;c=1",
                                                    "\xC3\x89tat",
                                                    "\xE6\x97\xA5\xE6\x9C\xAC",
                                                    std::string(70, 'x'),
                                                    std::string(600, 'y')};
    return add(random_.pick(kTexts));
  }
  std::int32_t integer(const char* name) {
    const std::string_view field = name;
    if (field == "version") return integer_from({"1", "2", "3", "4", "5", "6", "7", "0", ""});
    if (field == "tickByTickType") return integer_from({"1", "2", "3", "4"});
    if (field == "operation") return integer_from({"0", "1", "2", "255", ""});
    if (field == "side") return integer_from({"0", "1", ""});
    if (field == "isSmartDepth") return integer_from({"0", "1", "", "-1"});
    if (field == "tickType")
      return integer_from({"0", "1", "2", "4", "9", "10", "13", "83", "45", "110", ""});
    if (field == "attrMask" || field == "mask") return integer_from({"0", "1", "2", "3", "7", ""});
    return integer_from({"0", "1", "7", "1001", "", "-1", "2147483647", "-2147483648", "99999999",
                         "999999999", "1000000000", "+5", "3.0", "007"});
  }
  double number(const char* name) {
    const std::string text = some_number(false);
    return *number_of(add_named(name, text));
  }
  double decimal(const char* name) {
    const std::string text = some_number(true);
    return *decimal_of(add_named(name, text));
  }
  double seconds(const char*) {
    static const std::vector<std::string> kTimes = {"1787685055", "0", "1", "999999999999999",
                                                    "1787685055123"};
    return *seconds_of(add(random_.pick(kTimes)));
  }
  const std::vector<std::string>& fields() const { return fields_; }

 private:
  std::int32_t integer_from(std::initializer_list<const char*> values) {
    return *integer_of(add(values.begin()[random_.below(values.size())]));
  }
  std::string some_number(bool decimal) {
    static const std::vector<std::string> kOdd = {"",
                                                  "0",
                                                  "-1",
                                                  "-2",
                                                  "-0",
                                                  "0.0",
                                                  "1.7976931348623157E308",
                                                  "1.7976931348623157e+308",
                                                  "2147483647",
                                                  "9223372036854775807",
                                                  "1E+3",
                                                  "1e-7",
                                                  "-2.5E-10",
                                                  "4.9E-324",
                                                  "Infinity",
                                                  "-Infinity",
                                                  "NaN",
                                                  ".5",
                                                  "7.",
                                                  "-1234567.123456789",
                                                  "-123456789012345.6",
                                                  "12345678901234567890",
                                                  "0.00000000000000000001",
                                                  "+3"};
    static const std::vector<std::string> kSeparated = {"1,200", "1,234,567.5", "-1,000"};
    if (decimal && random_.one_in(8)) return random_.pick(kSeparated);
    if (random_.one_in(3)) return random_.pick(kOdd);
    std::string out = random_.one_in(5) ? "-" : "";
    for (std::uint64_t n = 1 + random_.below(7); n > 0; --n)
      out.push_back(static_cast<char>('0' + random_.below(10)));
    if (random_.one_in(3)) return out;
    out.push_back('.');
    for (std::uint64_t n = 1 + random_.below(9); n > 0; --n)
      out.push_back(static_cast<char>('0' + random_.below(10)));
    return out;
  }
  const std::string& add_named(const char*, const std::string& text) { return add(text); }
  const std::string& add(const std::string& text) { return fields_.emplace_back(text); }

  Random& random_;
  std::vector<std::string> fields_;
};

/// Walks the layout of one message behind its id. False: the values make no sense together.
template <typename Source>
bool walk_layout(Source& in, MessageId id, std::int32_t sv, Seen& out) {
  const auto unless = [](double value, double sentinel) { return value == sentinel ? kUnset : value; };
  switch (id) {
    case MessageId::TickPrice: {
      const std::int32_t version = in.integer("version");
      out.kind = RecordKind::TickPrice;
      out.req_id = in.integer("reqId");
      out.field = in.integer("tickType");
      out.numbers = {in.number("price"), kUnset};
      out.flags =
          static_cast<std::uint8_t>((version < 2 ? kFlagNoSize : 0) | (version < 3 ? kFlagNoAttrib : 0));
      if (version >= 2) out.numbers[1] = in.decimal("size");
      if (version >= 3) out.aux = in.integer("attrMask");
      return true;
    }
    case MessageId::TickSize:
    case MessageId::TickGeneric:
      in.integer("version");
      out.kind = id == MessageId::TickSize ? RecordKind::TickSize : RecordKind::TickGeneric;
      out.req_id = in.integer("reqId");
      out.field = in.integer("tickType");
      out.numbers = {id == MessageId::TickSize ? in.decimal("size") : in.number("value")};
      return true;
    case MessageId::TickString:
      in.integer("version");
      out.kind = RecordKind::TickString;
      out.req_id = in.integer("reqId");
      out.field = in.integer("tickType");
      out.bytes = in.text("value");
      out.aux = static_cast<std::int32_t>(out.bytes.size());
      return true;
    case MessageId::TickOptionComputation: {
      const bool versionless = sv >= 156;
      const std::int32_t version = versionless ? sv : in.integer("version");
      out.kind = RecordKind::TickOptionComputation;
      out.req_id = in.integer("reqId");
      out.field = in.integer("tickType");
      if (versionless)
        out.aux = in.integer("tickAttrib");
      else
        out.flags = kFlagNoAttrib;
      out.numbers.assign(8, kUnset);
      out.numbers[0] = unless(in.number("impliedVol"), -1);
      out.numbers[1] = unless(in.number("delta"), -2);
      if (version >= 6 || out.field == 13 || out.field == 83) {
        out.numbers[2] = unless(in.number("optPrice"), -1);
        out.numbers[3] = unless(in.number("pvDividend"), -1);
      }
      if (version >= 6) {
        out.numbers[4] = unless(in.number("gamma"), -2);
        out.numbers[5] = unless(in.number("vega"), -2);
        out.numbers[6] = unless(in.number("theta"), -2);
        out.numbers[7] = unless(in.number("undPrice"), -1);
      } else {
        out.flags |= kFlagShortOption;
      }
      return true;
    }
    case MessageId::TickByTick: {
      out.req_id = in.integer("reqId");
      out.field = in.integer("tickByTickType");
      out.numbers = {in.seconds("time")};
      const auto number = [&](const char* name) { out.numbers.push_back(in.number(name)); };
      const auto decimal = [&](const char* name) { out.numbers.push_back(in.decimal(name)); };
      if (out.field == 1 || out.field == 2) {
        out.kind = RecordKind::TickByTickAllLast;
        number("price");
        decimal("size");
        out.aux = in.integer("mask");
        out.strings = {in.text("exchange"), ""};
        out.strings[1] = in.text("specialConditions");
      } else if (out.field == 3) {
        out.kind = RecordKind::TickByTickBidAsk;
        number("bidPrice");
        number("askPrice");
        decimal("bidSize");
        decimal("askSize");
        out.aux = in.integer("mask");
      } else if (out.field == 4) {
        out.kind = RecordKind::TickByTickMidPoint;
        number("midPoint");
      } else {
        return false;
      }
      return true;
    }
    case MessageId::MarketDepth:
    case MessageId::MarketDepthL2: {
      const bool level2 = id == MessageId::MarketDepthL2;
      in.integer("version");
      out.kind = level2 ? RecordKind::MarketDepthL2 : RecordKind::MarketDepth;
      out.req_id = in.integer("reqId");
      out.field = in.integer("position");
      if (level2) out.strings = {in.text("marketMaker")};
      const std::int32_t operation = in.integer("operation");
      const std::int32_t side = in.integer("side");
      out.numbers = {in.number("price"), 0};
      out.numbers[1] = in.decimal("size");
      std::int32_t smart = 0;
      if (level2 && sv >= 146) smart = in.integer("isSmartDepth") != 0 ? 2 : 1;
      if (operation < 0 || operation > 255 || side < 0 || side > 255) return false;
      out.aux = operation + 256 * side + 65536 * smart;
      return true;
    }
    case MessageId::RealTimeBars:
      in.integer("version");
      out.kind = RecordKind::RealTimeBar;
      out.req_id = in.integer("reqId");
      for (const char* name : {"time", "open", "high", "low", "close"})
        out.numbers.push_back(in.number(name));
      for (const char* name : {"volume", "wap"}) out.numbers.push_back(in.decimal(name));
      out.field = in.integer("count");
      out.numbers.push_back(out.field);
      return true;
    case MessageId::OrderStatus: {
      const bool versionless = sv >= 131;
      const std::int32_t version = versionless ? sv : in.integer("version");
      out.kind = RecordKind::OrderStatus;
      out.flags = static_cast<std::uint8_t>(std::clamp(version, 0, 6));
      out.req_id = in.integer("orderId");
      out.strings = {in.text("status"), ""};
      out.numbers.assign(6, kUnset);
      out.numbers[0] = in.decimal("filled");
      out.numbers[1] = in.decimal("remaining");
      out.numbers[2] = in.number("avgFillPrice");
      if (version >= 2) out.numbers[3] = in.number("permId");
      if (version >= 3) out.field = in.integer("parentId");
      if (version >= 4) out.numbers[4] = in.number("lastFillPrice");
      if (version >= 5) out.aux = in.integer("clientId");
      if (version >= 6) out.strings[1] = in.text("whyHeld");
      if (versionless) out.numbers[5] = in.number("mktCapPrice");
      return true;
    }
  }
  return false;
}

/// A text message behind its id, and the record it must become.
struct TextMessage {
  MessageId id{};
  std::int32_t server_version = 0;
  std::vector<std::string> fields;
  Seen expected;

  /// The fields, each terminated.
  static std::string joined(const std::vector<std::string>& fields) {
    std::string out;
    for (const std::string& field : fields) out.append(field).push_back('\0');
    return out;
  }
  std::string body() const { return joined(fields); }
  /// As it stands in a frame: with its id, as a field below server version 201 and as four bytes above.
  std::string payload() const { return head() + body(); }
  std::string head() const {
    const auto number = static_cast<std::uint32_t>(id);
    if (server_version < 201) return std::to_string(number) + '\0';
    return {'\0', '\0', '\0', static_cast<char>(number)};
  }
  std::string name() const {
    std::string out =
        "server version " + std::to_string(server_version) + ": " + std::to_string(static_cast<int>(id));
    for (const std::string& field : fields) out += '|' + field;
    return out;
  }
};

inline TextMessage random_text_message(MessageId id, std::int32_t server_version, double received_micros,
                                       Random& random) {
  TextMessage message;
  message.id = id;
  message.server_version = server_version;
  Generator fields(random);
  walk_layout(fields, id, server_version, message.expected);
  message.fields = fields.fields();
  message.expected.received_micros = received_micros;
  return message;
}

/// What the slow way makes of a body.
struct Reference {
  Decoded outcome = Decoded::Cold;
  Seen record;
};

inline Reference reference_decode_text(MessageId id, std::int32_t server_version, std::string_view body,
                                       double received_micros, std::uint32_t max_record_slots) {
  Reference out;
  FieldReader in(body);
  const bool sensible = walk_layout(in, id, server_version, out.record);
  out.record.received_micros = received_micros;
  std::size_t size = strings_offset(out.record.numbers.size());
  bool fits = true;
  for (const std::string& text : out.record.strings) {
    fits &= text.size() <= 0xFFFF;
    size += 2 + text.size();
  }
  fits &= out.record.strings.empty() || (size + kSlotBytes - 1) / kSlotBytes <= max_record_slots;
  if (!sensible || !in.good() || !fits)
    out.outcome = Decoded::Malformed;
  else
    out.outcome = in.at_end() ? Decoded::Hot : Decoded::Trailing;
  return out;
}

}  // namespace ibkr::test
