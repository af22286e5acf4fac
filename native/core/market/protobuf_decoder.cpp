// The protobuf bodies of the hot messages (field numbers: docs/protocol.md 6.2). Unknown fields are skipped;
// absent ones take the defaults of docs/protocol.md 5.1: reqId -1, numbers 0, strings empty, decimals unset.
#include "market/decoder.hpp"
#include "market/record_writer.hpp"
#include "wire/protobuf_fields.hpp"
#include "wire/unset.hpp"

namespace ibkr {

namespace {

Decimal decimal(double& to) { return {to, kUnset}; }

double unless(double value, double sentinel) { return value == sentinel ? kUnset : value; }

Decoded written(bool fits) { return fits ? Decoded::Hot : Decoded::Malformed; }

struct Context {
  std::string_view body;
  double received_micros;
  Channel& channel;
};

Decoded tick_price(Context c) {
  std::int32_t req_id = -1, tick_type = 0, attrib = 0;
  double price = 0, size = kUnset;
  if (!read_message(c.body, field<1>(req_id), field<2>(tick_type), field<3>(price), field<4>(decimal(size)),
                    field<5>(attrib)))
    return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickPrice, req_id, tick_type, attrib}, c.received_micros,
                TickPriceValues{.price = price, .size = size});
  return Decoded::Hot;
}

Decoded tick_size(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  double size = kUnset;
  if (!read_message(c.body, field<1>(req_id), field<2>(tick_type), field<3>(decimal(size))))
    return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickSize, req_id, tick_type, 0}, c.received_micros,
                TickSizeValues{.size = size});
  return Decoded::Hot;
}

Decoded tick_string(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  std::string_view value;
  if (!read_message(c.body, field<1>(req_id), field<2>(tick_type), field<3>(value)))
    return Decoded::Malformed;
  c.channel.push_bytes(RecordKind::TickString, req_id, tick_type, c.received_micros, value);
  return Decoded::Hot;
}

Decoded tick_generic(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  double value = 0;
  if (!read_message(c.body, field<1>(req_id), field<2>(tick_type), field<3>(value)))
    return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickGeneric, req_id, tick_type, 0}, c.received_micros,
                TickGenericValues{.value = value});
  return Decoded::Hot;
}

Decoded tick_option_computation(Context c) {
  std::int32_t req_id = -1, tick_type = 0, attrib = 0;
  double implied_vol = kUnset, delta = kUnset, opt_price = kUnset, pv_dividend = kUnset;
  double gamma = kUnset, vega = kUnset, theta = kUnset, und_price = kUnset;
  if (!read_message(c.body, field<1>(req_id), field<2>(tick_type), field<3>(attrib), field<4>(implied_vol),
                    field<5>(delta), field<6>(opt_price), field<7>(pv_dividend), field<8>(gamma),
                    field<9>(vega), field<10>(theta), field<11>(und_price)))
    return Decoded::Malformed;
  return written(write_mixed(c.channel, {RecordKind::TickOptionComputation, req_id, tick_type, attrib},
                             c.received_micros,
                             TickOptionComputationValues{.implied_vol = unless(implied_vol, -1),
                                                         .delta = unless(delta, -2),
                                                         .opt_price = unless(opt_price, -1),
                                                         .pv_dividend = unless(pv_dividend, -1),
                                                         .gamma = unless(gamma, -2),
                                                         .vega = unless(vega, -2),
                                                         .theta = unless(theta, -2),
                                                         .und_price = unless(und_price, -1)},
                             {}));
}

struct TickByTick {
  double time = 0, price = 0, price2 = 0, size = kUnset, size2 = kUnset;
  bool flag1 = false, flag2 = false;
  std::string_view exchange, conditions;

  std::int32_t mask() const { return (flag1 ? 1 : 0) | (flag2 ? 2 : 0); }
  auto flags() {
    return [this](std::string_view body) { return read_message(body, field<1>(flag1), field<2>(flag2)); };
  }
};

/// HistoricalTickLast 1 time, 2 {1 pastLimit, 2 unreported}, 3 price, 4 size, 5 exchange, 6
/// specialConditions.
bool read_last(std::string_view body, TickByTick& t) {
  return read_message(body, field<1>(Int64{t.time}), field<2>(t.flags()), field<3>(t.price),
                      field<4>(decimal(t.size)), field<5>(t.exchange), field<6>(t.conditions));
}

/// HistoricalTickBidAsk 1 time, 2 {1 bidPastLow, 2 askPastHigh}, 3 priceBid, 4 priceAsk, 5 sizeBid, 6
/// sizeAsk.
bool read_bid_ask(std::string_view body, TickByTick& t) {
  return read_message(body, field<1>(Int64{t.time}), field<2>(t.flags()), field<3>(t.price),
                      field<4>(t.price2), field<5>(decimal(t.size)), field<6>(decimal(t.size2)));
}

/// HistoricalTick 1 time, 2 price.
bool read_mid_point(std::string_view body, TickByTick& t) {
  return read_message(body, field<1>(Int64{t.time}), field<2>(t.price));
}

Decoded tick_by_tick(Context c) {
  std::int32_t req_id = -1, tick_type = 0;
  TickByTick t;
  int body_field = 0;
  const auto inner = [&](int number, bool (*read)(std::string_view, TickByTick&)) {
    return [&t, &body_field, number, read](std::string_view body) {
      body_field = number;
      return read(body, t);
    };
  };
  const bool good = read_message(c.body, field<1>(req_id), field<2>(tick_type), field<3>(inner(3, read_last)),
                                 field<4>(inner(4, read_bid_ask)), field<5>(inner(5, read_mid_point)));
  // The tick type names the sub-message; without it there is nothing to tell anybody.
  const int wanted = tick_type == 1 || tick_type == 2 ? 3 : tick_type == 3 ? 4 : tick_type == 4 ? 5 : 99;
  if (!good || body_field != wanted) return Decoded::Malformed;
  if (wanted == 3)
    return written(write_mixed(c.channel, {RecordKind::TickByTickAllLast, req_id, tick_type, t.mask()},
                               c.received_micros,
                               TickByTickAllLastValues{.time = t.time, .price = t.price, .size = t.size},
                               {t.exchange, t.conditions}));
  if (wanted == 4)
    write_numbers(c.channel, {RecordKind::TickByTickBidAsk, req_id, tick_type, t.mask()}, c.received_micros,
                  TickByTickBidAskValues{.time = t.time,
                                         .bid_price = t.price,
                                         .ask_price = t.price2,
                                         .bid_size = t.size,
                                         .ask_size = t.size2});
  else
    write_numbers(c.channel, {RecordKind::TickByTickMidPoint, req_id, tick_type, 0}, c.received_micros,
                  TickByTickMidPointValues{.time = t.time, .price = t.price});
  return Decoded::Hot;
}

/// MarketDepthData 1 position, 2 operation, 3 side, 4 price, 5 size, 6 marketMaker, 7 isSmartDepth.
Decoded market_depth(Context c, bool level2) {
  std::int32_t req_id = -1, position = 0, operation = 0, side = 0;
  double price = 0, size = kUnset;
  std::string_view market_maker;
  bool smart = false, has_data = false;
  const auto data = [&](std::string_view body) {
    has_data = true;
    return read_message(body, field<1>(position), field<2>(operation), field<3>(side), field<4>(price),
                        field<5>(decimal(size)), field<6>(market_maker), field<7>(smart));
  };
  if (!read_message(c.body, field<1>(req_id), field<2>(data))) return Decoded::Malformed;
  if (!has_data || operation < 0 || operation > 0xFF || side < 0 || side > 0xFF) return Decoded::Malformed;
  std::int32_t aux = operation | side << kDepthSideShift;
  if (!level2) {
    write_numbers(c.channel, {RecordKind::MarketDepth, req_id, position, aux}, c.received_micros,
                  MarketDepthValues{.price = price, .size = size});
    return Decoded::Hot;
  }
  aux |= (smart ? 2 : 1) << kDepthSmartShift;
  return written(write_mixed(c.channel, {RecordKind::MarketDepthL2, req_id, position, aux}, c.received_micros,
                             MarketDepthValues{.price = price, .size = size}, {market_maker}));
}

Decoded real_time_bar(Context c) {
  std::int32_t req_id = -1, count = 0;
  double time = 0, open = 0, high = 0, low = 0, close = 0, volume = kUnset, wap = kUnset;
  if (!read_message(c.body, field<1>(req_id), field<2>(Int64{time}), field<3>(open), field<4>(high),
                    field<5>(low), field<6>(close), field<7>(decimal(volume)), field<8>(decimal(wap)),
                    field<9>(count)))
    return Decoded::Malformed;
  return written(write_mixed(c.channel, {RecordKind::RealTimeBar, req_id, count, 0}, c.received_micros,
                             RealTimeBarValues{.time = time,
                                               .open = open,
                                               .high = high,
                                               .low = low,
                                               .close = close,
                                               .volume = volume,
                                               .wap = wap,
                                               .count = static_cast<double>(count)},
                             {}));
}

Decoded order_status(Context c) {
  std::int32_t order_id = -1, parent_id = 0, client_id = 0;
  double filled = kUnset, remaining = kUnset;
  double avg_fill_price = 0, perm_id = 0, last_fill_price = 0, mkt_cap_price = 0;
  std::string_view status, why_held;
  if (!read_message(c.body, field<1>(order_id), field<2>(status), field<3>(decimal(filled)),
                    field<4>(decimal(remaining)), field<5>(avg_fill_price), field<6>(Int64{perm_id}),
                    field<7>(parent_id), field<8>(last_fill_price), field<9>(client_id), field<10>(why_held),
                    field<11>(mkt_cap_price)))
    return Decoded::Malformed;
  return written(write_mixed(c.channel, {RecordKind::OrderStatus, order_id, parent_id, client_id, 6},
                             c.received_micros,
                             OrderStatusValues{.filled = filled,
                                               .remaining = remaining,
                                               .avg_fill_price = avg_fill_price,
                                               .perm_id = perm_id,
                                               .last_fill_price = last_fill_price,
                                               .mkt_cap_price = mkt_cap_price},
                             {status, why_held}));
}

}  // namespace

Decoded decode_protobuf(MessageId id, std::string_view body, double received_micros, Channel& channel) {
  const Context c{body, received_micros, channel};
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
