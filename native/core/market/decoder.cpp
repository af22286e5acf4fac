#include "market/decoder.hpp"

#include "wire/framer.hpp"

namespace ibkr {

bool is_hot(std::int32_t id) {
  switch (static_cast<MessageId>(id)) {
    case MessageId::TickPrice:
    case MessageId::TickSize:
    case MessageId::OrderStatus:
    case MessageId::MarketDepth:
    case MessageId::MarketDepthL2:
    case MessageId::TickOptionComputation:
    case MessageId::TickGeneric:
    case MessageId::TickString:
    case MessageId::RealTimeBars:
    case MessageId::TickByTick:
      return true;
  }
  return false;
}

FrameHead read_frame_head(std::int32_t server_version, std::string_view payload) {
  if (server_version >= kRawIdVersion) {
    if (payload.size() < 4) return {0, false, 0};
    const auto raw = static_cast<std::int32_t>(read_be32(payload.data()));
    const bool protobuf = raw > kProtobufOffset;
    return {protobuf ? raw - kProtobufOffset : raw, protobuf, 4};
  }
  std::int32_t id = 0;
  std::uint32_t i = 0;
  for (; i < payload.size() && i < 9; ++i) {
    const char c = payload[i];
    if (c == '\0') return {id, false, i + 1};
    if (c < '0' || c > '9') break;
    id = id * 10 + (c - '0');
  }
  return {0, false, 0};
}

Decoded decode_frame(std::int32_t server_version, std::string_view payload, double received_micros,
                     Channel& channel) {
  const FrameHead head = read_frame_head(server_version, payload);
  if (!is_hot(head.id)) return Decoded::Cold;
  const auto id = static_cast<MessageId>(head.id);
  const std::string_view body = payload.substr(head.body_at);
  return head.protobuf ? decode_protobuf(id, body, received_micros, channel)
                       : decode_text(id, server_version, body, received_micros, channel);
}

}  // namespace ibkr
