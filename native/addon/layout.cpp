#include "layout.hpp"

#include <string>

#include "orders/order_fields.hpp"
#include "ring/record.hpp"
#include "ring/ring.hpp"

namespace ibkr::addon {

namespace {
struct Entry {
  const char* name;
  double value;
};

template <typename T>
constexpr double as_number(T value) {
  return static_cast<double>(value);
}

constexpr Entry kEntries[] = {
    {"SLOT_BYTES", kSlotBytes},
    {"RING_ALIGNMENT", kRingAlignment},
    {"RING_HEAD", kRingHeadOffset},
    {"RING_TAIL", kRingTailOffset},
    {"RING_SLOTS", kRingSlotsOffset},
    {"OFFSET_REQ_ID", offsetof(Record, req_id)},
    {"OFFSET_FIELD", offsetof(Record, field)},
    {"OFFSET_AUX", offsetof(Record, aux)},
    {"OFFSET_RECEIVED", offsetof(Record, received_micros)},
    {"OFFSET_VALUES", offsetof(Record, values)},
    {"KIND_PAD", as_number(RecordKind::Pad)},
    {"KIND_TICK_PRICE", as_number(RecordKind::TickPrice)},
    {"KIND_TICK_SIZE", as_number(RecordKind::TickSize)},
    {"KIND_TICK_STRING", as_number(RecordKind::TickString)},
    {"KIND_TICK_GENERIC", as_number(RecordKind::TickGeneric)},
    {"KIND_TICK_OPTION_COMPUTATION", as_number(RecordKind::TickOptionComputation)},
    {"KIND_TICK_BY_TICK_ALL_LAST", as_number(RecordKind::TickByTickAllLast)},
    {"KIND_TICK_BY_TICK_BID_ASK", as_number(RecordKind::TickByTickBidAsk)},
    {"KIND_TICK_BY_TICK_MID_POINT", as_number(RecordKind::TickByTickMidPoint)},
    {"KIND_MARKET_DEPTH", as_number(RecordKind::MarketDepth)},
    {"KIND_MARKET_DEPTH_L2", as_number(RecordKind::MarketDepthL2)},
    {"KIND_REAL_TIME_BAR", as_number(RecordKind::RealTimeBar)},
    {"KIND_ORDER_STATUS", as_number(RecordKind::OrderStatus)},
    {"KIND_COLD", as_number(RecordKind::Cold)},
    {"KIND_RAW", as_number(RecordKind::Raw)},
    {"KIND_MALFORMED", as_number(RecordKind::Malformed)},
    {"KIND_TRAILING", as_number(RecordKind::Trailing)},
    {"KIND_CONNECTED", as_number(RecordKind::Connected)},
    {"KIND_CLOSED", as_number(RecordKind::Closed)},
    {"FLAG_NO_SIZE", kFlagNoSize},
    {"FLAG_NO_ATTRIB", kFlagNoAttrib},
    {"FLAG_SPILLED", kFlagSpilled},
    {"FLAG_SHORT_OPTION", kFlagShortOption},
    {"TICK_BY_TICK_DOUBLES", kTickByTickDoubles},
    {"DEPTH_DOUBLES", kDepthDoubles},
    {"ORDER_STATUS_DOUBLES", kOrderStatusDoubles},
    {"DEPTH_SIDE_SHIFT", kDepthSideShift},
    {"DEPTH_SMART_SHIFT", kDepthSmartShift},
    {"CLOSE_LOCAL", as_number(CloseReason::Local)},
    {"CLOSE_REFUSED", as_number(CloseReason::Refused)},
    {"CLOSE_CONNECT_TIMEOUT", as_number(CloseReason::ConnectTimeout)},
    {"CLOSE_HANDSHAKE_TIMEOUT", as_number(CloseReason::HandshakeTimeout)},
    {"CLOSE_END_OF_STREAM", as_number(CloseReason::EndOfStream)},
    {"CLOSE_SOCKET_ERROR", as_number(CloseReason::SocketError)},
    {"CLOSE_BAD_LENGTH", as_number(CloseReason::BadLength)},
    {"CLOSE_BAD_HANDSHAKE", as_number(CloseReason::BadHandshake)},
    {"CLOSE_SEND_OVERFLOW", as_number(CloseReason::SendOverflow)},
};
}  // namespace

Napi::Object layout(Napi::Env env) {
  Napi::Object out = Napi::Object::New(env);
  for (const Entry& entry : kEntries) out.Set(entry.name, Napi::Number::New(env, entry.value));
  return out;
}

Napi::Array order_placeholders(Napi::Env env) {
  Napi::Array out = Napi::Array::New(env, kPlaceholders.size());
  for (std::uint32_t i = 0; i < kPlaceholders.size(); ++i)
    out.Set(i, Napi::String::New(env, std::string(kPlaceholders[i].name)));
  return out;
}

}  // namespace ibkr::addon
