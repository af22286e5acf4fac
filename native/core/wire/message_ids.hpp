// Ids of the hot incoming messages and the server versions that gate their layouts (docs/protocol.md 4
// and 6.1).
#pragma once

#include <cstdint>

namespace ibkr {

enum class MessageId : std::int32_t {
  TickPrice = 1,
  TickSize = 2,
  OrderStatus = 3,
  MarketDepth = 12,
  MarketDepthL2 = 13,
  TickOptionComputation = 21,
  TickGeneric = 45,
  TickString = 46,
  RealTimeBars = 50,
  TickByTick = 99,
};

/// At and above, message ids are four big-endian bytes; an id above kProtobufOffset has a protobuf body.
inline constexpr std::int32_t kRawIdVersion = 201;
inline constexpr std::int32_t kProtobufOffset = 200;

inline constexpr std::int32_t kMarketCapPriceVersion = 131;
inline constexpr std::int32_t kSmartDepthVersion = 146;
inline constexpr std::int32_t kPriceBasedVolatilityVersion = 156;

}  // namespace ibkr
