// The protobuf bodies of the hot messages (field numbers: PROTOCOL 2.6 and appendix A). Unknown fields are
// skipped; absent ones take the defaults of PROTOCOL 2.3: reqId -1, numbers 0, strings empty, decimals unset.
#include <limits>

#include "market/decoder.hpp"
#include "market/record_writer.hpp"
#include "wire/number.hpp"
#include "wire/protobuf_reader.hpp"

namespace ibkr {

namespace {

double unless(double value, double sentinel) { return value == sentinel ? kUnset : value; }

/// Decimals travel as strings; some stand for "no value" (the largest int, long and double).
bool decimal(std::string_view text, double& out) {
  if (text.empty() || text == "2147483647" || text == "9223372036854775807" ||
      text == "-9223372036854775808") {
    out = kUnset;
    return true;
  }
  if (!parse_double(text, out)) return false;
  if (out == std::numeric_limits<double>::infinity()) out = kUnset;
  return true;
}

/// Reads the fields of one message: `take(in)` reads the fields it knows and returns false for the others.
template <typename Take>
bool read_fields(std::string_view body, Take take) {
  ProtobufReader in(body);
  while (in.next()) {
    if (!take(in)) in.skip();
  }
  return in.ok();
}

struct Context {
  std::string_view body;
  double received;
  Channel& channel;
};

Decoded tick_price(Context c) {
  std::int32_t req_id = -1, tick_type = 0, attrib = 0;
  double price = 0, size = kUnset;
  bool good = true;
  good &= read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        tick_type = in.int32();
        return true;
      case 3:
        price = in.float64();
        return true;
      case 4:
        good &= decimal(in.bytes(), size);
        return true;
      case 5:
        attrib = in.int32();
        return true;
      default:
        return false;
    }
  });
  if (!good) return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickPrice, req_id, tick_type, attrib}, c.received, {price, size});
  return Decoded::Hot;
}

Decoded tick_size(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  double size = kUnset;
  bool good = true;
  good &= read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        tick_type = in.int32();
        return true;
      case 3:
        good &= decimal(in.bytes(), size);
        return true;
      default:
        return false;
    }
  });
  if (!good) return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickSize, req_id, tick_type, 0}, c.received, {size});
  return Decoded::Hot;
}

Decoded tick_string(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  std::string_view value;
  const bool good = read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        tick_type = in.int32();
        return true;
      case 3:
        value = in.bytes();
        return true;
      default:
        return false;
    }
  });
  if (!good) return Decoded::Malformed;
  c.channel.push_bytes(RecordKind::TickString, req_id, tick_type, c.received, value);
  return Decoded::Hot;
}

Decoded tick_generic(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  double value = 0;
  const bool good = read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        tick_type = in.int32();
        return true;
      case 3:
        value = in.float64();
        return true;
      default:
        return false;
    }
  });
  if (!good) return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickGeneric, req_id, tick_type, 0}, c.received, {value});
  return Decoded::Hot;
}

Decoded tick_option_computation(Context c) {
  std::int32_t req_id = -1, tick_type = 0, attrib = 0;
  double v[kOptionDoubles];  // impliedVol, delta, optPrice, pvDividend, gamma, vega, theta, undPrice
  for (double& value : v) value = kUnset;
  const bool good = read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        tick_type = in.int32();
        return true;
      case 3:
        attrib = in.int32();
        return true;
      case 4:
      case 6:
      case 7:
      case 11:
        v[in.field() == 11 ? 7 : in.field() - 4] = unless(in.float64(), -1);
        return true;
      case 5:
      case 8:
      case 9:
      case 10:
        v[in.field() - 4] = unless(in.float64(), -2);
        return true;
      default:
        return false;
    }
  });
  if (!good) return Decoded::Malformed;
  if (!write_mixed(c.channel, {RecordKind::TickOptionComputation, req_id, tick_type, attrib}, c.received,
                   {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]}, {}))
    return Decoded::Malformed;
  return Decoded::Hot;
}

/// HistoricalTickLast 1 time, 2 {1 pastLimit, 2 unreported}, 3 price, 4 size, 5 exchange, 6
/// specialConditions; HistoricalTickBidAsk 1 time, 2 {1 bidPastLow, 2 askPastHigh}, 3 priceBid, 4 priceAsk, 5
/// sizeBid, 6 sizeAsk; HistoricalTick 1 time, 2 price, 3 size.
struct TickByTick {
  double time = 0, price = 0, price2 = 0, size = kUnset, size2 = kUnset;
  std::int32_t mask = 0;
  std::string_view exchange, conditions;
};

bool read_mask(std::string_view body, std::int32_t& mask) {
  return read_fields(body, [&](ProtobufReader& in) {
    if (in.field() != 1 && in.field() != 2) return false;
    if (in.boolean()) mask |= static_cast<std::int32_t>(in.field());
    return true;
  });
}

bool read_last(std::string_view body, TickByTick& t) {
  bool good = true;
  good &= read_fields(body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        t.time = static_cast<double>(in.int64());
        return true;
      case 2:
        good &= read_mask(in.bytes(), t.mask);
        return true;
      case 3:
        t.price = in.float64();
        return true;
      case 4:
        good &= decimal(in.bytes(), t.size);
        return true;
      case 5:
        t.exchange = in.bytes();
        return true;
      case 6:
        t.conditions = in.bytes();
        return true;
      default:
        return false;
    }
  });
  return good;
}

bool read_bid_ask(std::string_view body, TickByTick& t) {
  bool good = true;
  good &= read_fields(body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        t.time = static_cast<double>(in.int64());
        return true;
      case 2:
        good &= read_mask(in.bytes(), t.mask);
        return true;
      case 3:
        t.price = in.float64();
        return true;
      case 4:
        t.price2 = in.float64();
        return true;
      case 5:
        good &= decimal(in.bytes(), t.size);
        return true;
      case 6:
        good &= decimal(in.bytes(), t.size2);
        return true;
      default:
        return false;
    }
  });
  return good;
}

bool read_mid_point(std::string_view body, TickByTick& t) {
  return read_fields(body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        t.time = static_cast<double>(in.int64());
        return true;
      case 2:
        t.price = in.float64();
        return true;
      default:
        return false;
    }
  });
}

Decoded tick_by_tick(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  TickByTick t;
  bool good = true;
  std::uint32_t body_field = 0;
  good &= read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        tick_type = in.int32();
        return true;
      case 3:
        body_field = in.field();
        good &= read_last(in.bytes(), t);
        return true;
      case 4:
        body_field = in.field();
        good &= read_bid_ask(in.bytes(), t);
        return true;
      case 5:
        body_field = in.field();
        good &= read_mid_point(in.bytes(), t);
        return true;
      default:
        return false;
    }
  });
  // The tick type names the sub-message; without it there is nothing to tell anybody.
  const std::uint32_t wanted = tick_type == 1 || tick_type == 2 ? 3
                               : tick_type == 3                 ? 4
                               : tick_type == 4                 ? 5
                                                                : 99;
  if (!good || body_field != wanted) return Decoded::Malformed;
  if (wanted == 3) {
    if (!write_mixed(c.channel, {RecordKind::TickByTickAllLast, req_id, tick_type, t.mask}, c.received,
                     {t.time, t.price, t.size}, {t.exchange, t.conditions}))
      return Decoded::Malformed;
  } else if (wanted == 4) {
    write_numbers(c.channel, {RecordKind::TickByTickBidAsk, req_id, tick_type, t.mask}, c.received,
                  {t.time, t.price, t.price2, t.size, t.size2});
  } else {
    write_numbers(c.channel, {RecordKind::TickByTickMidPoint, req_id, tick_type, 0}, c.received,
                  {t.time, t.price});
  }
  return Decoded::Hot;
}

/// MarketDepthData 1 position, 2 operation, 3 side, 4 price, 5 size, 6 marketMaker, 7 isSmartDepth.
Decoded market_depth(Context c, bool level2) {
  std::int32_t req_id = -1, position = 0, operation = 0, side = 0, smart = 1;
  double price = 0, size = kUnset;
  std::string_view market_maker;
  bool good = true, has_data = false;
  const auto read_data = [&](std::string_view body) {
    good &= read_fields(body, [&](ProtobufReader& data) {
      switch (data.field()) {
        case 1:
          position = data.int32();
          return true;
        case 2:
          operation = data.int32();
          return true;
        case 3:
          side = data.int32();
          return true;
        case 4:
          price = data.float64();
          return true;
        case 5:
          good &= decimal(data.bytes(), size);
          return true;
        case 6:
          market_maker = data.bytes();
          return true;
        case 7:
          smart = data.boolean() ? 2 : 1;
          return true;
        default:
          return false;
      }
    });
  };
  good &= read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        has_data = true;
        read_data(in.bytes());
        return true;
      default:
        return false;
    }
  });
  if (!good || !has_data || operation < 0 || operation > 0xFF || side < 0 || side > 0xFF)
    return Decoded::Malformed;
  const std::int32_t aux = operation | side << kDepthSideShift | (level2 ? smart << kDepthSmartShift : 0);
  if (level2) {
    if (!write_mixed(c.channel, {RecordKind::MarketDepthL2, req_id, position, aux}, c.received, {price, size},
                     {market_maker}))
      return Decoded::Malformed;
  } else {
    write_numbers(c.channel, {RecordKind::MarketDepth, req_id, position, aux}, c.received, {price, size});
  }
  return Decoded::Hot;
}

Decoded real_time_bar(Context c) {
  std::int32_t req_id = -1, count = 0;
  double time = 0, ohlc[4] = {}, volume = kUnset, wap = kUnset;
  bool good = true;
  good &= read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        req_id = in.int32();
        return true;
      case 2:
        time = static_cast<double>(in.int64());
        return true;
      case 3:
      case 4:
      case 5:
      case 6:
        ohlc[in.field() - 3] = in.float64();
        return true;
      case 7:
        good &= decimal(in.bytes(), volume);
        return true;
      case 8:
        good &= decimal(in.bytes(), wap);
        return true;
      case 9:
        count = in.int32();
        return true;
      default:
        return false;
    }
  });
  if (!good) return Decoded::Malformed;
  if (!write_mixed(c.channel, {RecordKind::RealTimeBar, req_id, count, 0}, c.received,
                   {time, ohlc[0], ohlc[1], ohlc[2], ohlc[3], volume, wap, static_cast<double>(count)}, {}))
    return Decoded::Malformed;
  return Decoded::Hot;
}

Decoded order_status(Context c) {
  std::int32_t order_id = -1, parent_id = 0, client_id = 0;
  double filled = kUnset, remaining = kUnset, avg_fill_price = 0, perm_id = 0, last_fill_price = 0,
         mkt_cap_price = 0;
  std::string_view status, why_held;
  bool good = true;
  good &= read_fields(c.body, [&](ProtobufReader& in) {
    switch (in.field()) {
      case 1:
        order_id = in.int32();
        return true;
      case 2:
        status = in.bytes();
        return true;
      case 3:
        good &= decimal(in.bytes(), filled);
        return true;
      case 4:
        good &= decimal(in.bytes(), remaining);
        return true;
      case 5:
        avg_fill_price = in.float64();
        return true;
      case 6:
        perm_id = static_cast<double>(in.int64());
        return true;
      case 7:
        parent_id = in.int32();
        return true;
      case 8:
        last_fill_price = in.float64();
        return true;
      case 9:
        client_id = in.int32();
        return true;
      case 10:
        why_held = in.bytes();
        return true;
      case 11:
        mkt_cap_price = in.float64();
        return true;
      default:
        return false;
    }
  });
  if (!good) return Decoded::Malformed;
  if (!write_mixed(c.channel, {RecordKind::OrderStatus, order_id, parent_id, client_id, 6}, c.received,
                   {filled, remaining, avg_fill_price, perm_id, last_fill_price, mkt_cap_price},
                   {status, why_held}))
    return Decoded::Malformed;
  return Decoded::Hot;
}

}  // namespace

Decoded decode_protobuf(MessageId id, std::string_view body, double received, Channel& channel) {
  const Context c{body, received, channel};
  switch (id) {
    case MessageId::TickPrice:
      return tick_price(c);
    case MessageId::TickSize:
      return tick_size(c);
    case MessageId::OrderStatus:
      return order_status(c);
    case MessageId::MarketDepth:
      return market_depth(c, false);
    case MessageId::MarketDepthL2:
      return market_depth(c, true);
    case MessageId::TickOptionComputation:
      return tick_option_computation(c);
    case MessageId::TickGeneric:
      return tick_generic(c);
    case MessageId::TickString:
      return tick_string(c);
    case MessageId::RealTimeBars:
      return real_time_bar(c);
    case MessageId::TickByTick:
      return tick_by_tick(c);
  }
  return Decoded::Cold;
}

}  // namespace ibkr
