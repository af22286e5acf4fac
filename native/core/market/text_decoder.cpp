// The text layouts of the hot messages, gated by server version (docs/protocol.md 6.1).
#include <algorithm>

#include "market/decoder.hpp"
#include "market/record_writer.hpp"
#include "wire/text_scanner.hpp"
#include "wire/unset.hpp"

namespace ibkr {

namespace {

// Greeks the gateway has not computed yet arrive as -1 (prices, volatility) or -2 (the others).
double unless(double value, double sentinel) { return value == sentinel ? kUnset : value; }

struct Context {
  TextScanner& in;
  std::int32_t server_version;
  double received_micros;
  Channel& channel;
};

// Every decoder reads all fields first and writes only when they were all there.
Decoded outcome(const TextScanner& in) { return in.at_end() ? Decoded::Hot : Decoded::Trailing; }

Decoded tick_price(Context c) {
  const std::int32_t version = c.in.integer();
  const std::int32_t req_id = c.in.integer();
  const std::int32_t tick_type = c.in.integer();
  const double price = c.in.number();
  std::uint8_t flags = 0;
  double size = kUnset;
  std::int32_t attrib = 0;
  if (version >= 2)
    size = c.in.decimal();
  else
    flags |= kFlagNoSize;
  if (version >= 3)
    attrib = c.in.integer();
  else
    flags |= kFlagNoAttrib;
  if (!c.in.ok()) return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickPrice, req_id, tick_type, attrib, flags}, c.received_micros,
                TickPriceValues{.price = price, .size = size});
  return outcome(c.in);
}

Decoded tick_size(Context c) {
  c.in.integer();  // message version
  const std::int32_t req_id = c.in.integer();
  const std::int32_t tick_type = c.in.integer();
  const double size = c.in.decimal();
  if (!c.in.ok()) return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickSize, req_id, tick_type, 0}, c.received_micros,
                TickSizeValues{.size = size});
  return outcome(c.in);
}

Decoded tick_string(Context c) {
  c.in.integer();
  const std::int32_t req_id = c.in.integer();
  const std::int32_t tick_type = c.in.integer();
  const std::string_view value = c.in.string();
  if (!c.in.ok()) return Decoded::Malformed;
  c.channel.push_bytes(RecordKind::TickString, req_id, tick_type, c.received_micros, value);
  return outcome(c.in);
}

Decoded tick_generic(Context c) {
  c.in.integer();
  const std::int32_t req_id = c.in.integer();
  const std::int32_t tick_type = c.in.integer();
  const double value = c.in.number();
  if (!c.in.ok()) return Decoded::Malformed;
  write_numbers(c.channel, {RecordKind::TickGeneric, req_id, tick_type, 0}, c.received_micros,
                TickGenericValues{.value = value});
  return outcome(c.in);
}

Decoded tick_option_computation(Context c) {
  constexpr std::int32_t kModelOption = 13, kDelayedModelOption = 83;
  const bool versionless = c.server_version >= kPriceBasedVolatilityVersion;
  const std::int32_t version = versionless ? 6 : c.in.integer();
  const std::int32_t req_id = c.in.integer();
  const std::int32_t tick_type = c.in.integer();
  const std::int32_t attrib = versionless ? c.in.integer() : 0;
  std::uint8_t flags = versionless ? 0 : kFlagNoAttrib;
  const double implied_vol = unless(c.in.number(), -1);
  const double delta = unless(c.in.number(), -2);
  double opt_price = kUnset, pv_dividend = kUnset;
  double gamma = kUnset, vega = kUnset, theta = kUnset, und_price = kUnset;
  if (version >= 6 || tick_type == kModelOption || tick_type == kDelayedModelOption) {
    opt_price = unless(c.in.number(), -1);
    pv_dividend = unless(c.in.number(), -1);
  }
  if (version >= 6) {
    gamma = unless(c.in.number(), -2);
    vega = unless(c.in.number(), -2);
    theta = unless(c.in.number(), -2);
    und_price = unless(c.in.number(), -1);
  } else {
    flags |= kFlagShortOption;
  }
  if (!c.in.ok()) return Decoded::Malformed;
  if (!write_mixed(c.channel, {RecordKind::TickOptionComputation, req_id, tick_type, attrib, flags},
                   c.received_micros,
                   TickOptionComputationValues{.implied_vol = implied_vol,
                                               .delta = delta,
                                               .opt_price = opt_price,
                                               .pv_dividend = pv_dividend,
                                               .gamma = gamma,
                                               .vega = vega,
                                               .theta = theta,
                                               .und_price = und_price},
                   {}))
    return Decoded::Malformed;
  return outcome(c.in);
}

Decoded tick_by_tick(Context c) {
  const std::int32_t req_id = c.in.integer();
  const std::int32_t tick_type = c.in.integer();
  const double time = c.in.seconds();
  switch (tick_type) {
    case 1:
    case 2: {
      const double price = c.in.number();
      const double size = c.in.decimal();
      const std::int32_t mask = c.in.integer();
      const std::string_view exchange = c.in.string();
      const std::string_view conditions = c.in.string();
      if (!c.in.ok()) return Decoded::Malformed;
      if (!write_mixed(c.channel, {RecordKind::TickByTickAllLast, req_id, tick_type, mask}, c.received_micros,
                       TickByTickAllLastValues{.time = time, .price = price, .size = size},
                       {exchange, conditions}))
        return Decoded::Malformed;
      return outcome(c.in);
    }
    case 3: {
      const double bid = c.in.number();
      const double ask = c.in.number();
      const double bid_size = c.in.decimal();
      const double ask_size = c.in.decimal();
      const std::int32_t mask = c.in.integer();
      if (!c.in.ok()) return Decoded::Malformed;
      write_numbers(
          c.channel, {RecordKind::TickByTickBidAsk, req_id, tick_type, mask}, c.received_micros,
          TickByTickBidAskValues{
              .time = time, .bid_price = bid, .ask_price = ask, .bid_size = bid_size, .ask_size = ask_size});
      return outcome(c.in);
    }
    case 4: {
      const double mid_point = c.in.number();
      if (!c.in.ok()) return Decoded::Malformed;
      write_numbers(c.channel, {RecordKind::TickByTickMidPoint, req_id, tick_type, 0}, c.received_micros,
                    TickByTickMidPointValues{.time = time, .price = mid_point});
      return outcome(c.in);
    }
    default:
      return Decoded::Malformed;
  }
}

Decoded market_depth(Context c, bool level2) {
  c.in.integer();
  const std::int32_t req_id = c.in.integer();
  const std::int32_t position = c.in.integer();
  const std::string_view market_maker = level2 ? c.in.string() : std::string_view{};
  const std::int32_t operation = c.in.integer();
  const std::int32_t side = c.in.integer();
  const double price = c.in.number();
  const double size = c.in.decimal();
  std::int32_t smart = 0;
  if (level2 && c.server_version >= kSmartDepthVersion) smart = c.in.integer() != 0 ? 2 : 1;
  if (!c.in.ok() || operation < 0 || operation > 0xFF || side < 0 || side > 0xFF) return Decoded::Malformed;
  const std::int32_t aux = operation | side << kDepthSideShift | smart << kDepthSmartShift;
  if (level2) {
    if (!write_mixed(c.channel, {RecordKind::MarketDepthL2, req_id, position, aux}, c.received_micros,
                     MarketDepthValues{.price = price, .size = size}, {market_maker}))
      return Decoded::Malformed;
  } else {
    write_numbers(c.channel, {RecordKind::MarketDepth, req_id, position, aux}, c.received_micros,
                  MarketDepthValues{.price = price, .size = size});
  }
  return outcome(c.in);
}

Decoded real_time_bar(Context c) {
  c.in.integer();
  const std::int32_t req_id = c.in.integer();
  const double time = c.in.number();
  const double open = c.in.number();
  const double high = c.in.number();
  const double low = c.in.number();
  const double close = c.in.number();
  const double volume = c.in.decimal();
  const double wap = c.in.decimal();
  const std::int32_t count = c.in.integer();
  if (!c.in.ok()) return Decoded::Malformed;
  if (!write_mixed(c.channel, {RecordKind::RealTimeBar, req_id, count, 0}, c.received_micros,
                   RealTimeBarValues{.time = time,
                                     .open = open,
                                     .high = high,
                                     .low = low,
                                     .close = close,
                                     .volume = volume,
                                     .wap = wap,
                                     .count = static_cast<double>(count)},
                   {}))
    return Decoded::Malformed;
  return outcome(c.in);
}

Decoded order_status(Context c) {
  const bool versionless = c.server_version >= kMarketCapPriceVersion;
  const std::int32_t version = versionless ? 6 : c.in.integer();
  const std::int32_t order_id = c.in.integer();
  const std::string_view status = c.in.string();
  const double filled = c.in.decimal();
  const double remaining = c.in.decimal();
  const double avg_fill_price = c.in.number();
  double perm_id = kUnset, last_fill_price = kUnset, mkt_cap_price = kUnset;
  std::int32_t parent_id = 0, client_id = 0;
  std::string_view why_held;
  if (version >= 2) perm_id = c.in.number();
  if (version >= 3) parent_id = c.in.integer();
  if (version >= 4) last_fill_price = c.in.number();
  if (version >= 5) client_id = c.in.integer();
  if (version >= 6) why_held = c.in.string();
  if (versionless) mkt_cap_price = c.in.number();
  if (!c.in.ok()) return Decoded::Malformed;
  const auto flags = static_cast<std::uint8_t>(std::clamp(version, 0, 6));
  if (!write_mixed(c.channel, {RecordKind::OrderStatus, order_id, parent_id, client_id, flags},
                   c.received_micros,
                   OrderStatusValues{.filled = filled,
                                     .remaining = remaining,
                                     .avg_fill_price = avg_fill_price,
                                     .perm_id = perm_id,
                                     .last_fill_price = last_fill_price,
                                     .mkt_cap_price = mkt_cap_price},
                   {status, why_held}))
    return Decoded::Malformed;
  return outcome(c.in);
}

}  // namespace

Decoded decode_text(MessageId id, std::int32_t server_version, std::string_view body, double received_micros,
                    Channel& channel) {
  TextScanner in(body);
  const Context c{in, server_version, received_micros, channel};
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
