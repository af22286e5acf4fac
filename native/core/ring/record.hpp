// The record that carries one decoded message through the ring: the only place that says what lies where.
// JavaScript reads the same numbers from src/native/layout.ts, which the build writes from
// native/addon/layout_ring.cpp and which is compared with the binary when that is loaded.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ibkr {

/// Slots are one cache line; a record takes one or more neighbouring slots.
inline constexpr std::size_t kSlotBytes = 64;

enum class RecordKind : std::uint8_t {
  Pad = 0,  ///< fills the end of the ring where the next record would not fit
  TickPrice = 1,
  TickSize = 2,
  TickString = 3,
  TickGeneric = 4,
  TickOptionComputation = 5,
  TickByTickAllLast = 6,
  TickByTickBidAsk = 7,
  TickByTickMidPoint = 8,
  MarketDepth = 9,
  MarketDepthL2 = 10,
  RealTimeBar = 11,
  OrderStatus = 12,
  RtTrade = 13,      ///< RTVolume (233, tick type 48) or RTTrdVolume (375, tick type 77), read
  BarsChanged = 14,  ///< a notice of the desk's: bars of the request were closed or amended
  BookChanged = 15,  ///< a notice of the desk's: the book of the request has changed, or is damaged
  // Everything from here on is not a hot message.
  Cold = 32,  ///< a whole frame payload, for the control plane
  Raw = 33,   ///< the payload of the hot message that follows (only while somebody listens to `received`)
  Malformed = 34,  ///< a hot message that could not be decoded: its payload
  Trailing =
      35,  ///< a hot message with bytes behind its last known field: its payload (the record itself precedes)
  Connected = 36,  ///< handshake done: field = server version, bytes = the server's connection time
  Closed = 37,     ///< the connection ended: field = CloseReason, req_id = errno, bytes = detail
  NoGuard = 38,    ///< the thread behind the event loop could not be started: req_id = errno
  /// An armed order is not armed any more: req_id = order id, field = handle, aux = ArmedEnd, received_micros
  /// of the quote.
  Armed = 39,
};

/// Values of a subscription to market data, by tick type: of each only the newest counts.
constexpr bool is_tick(RecordKind kind) {
  return kind >= RecordKind::TickPrice && kind <= RecordKind::TickOptionComputation;
}

/// Record flags (byte 1). For OrderStatus the low nibble is the message's version, 6 at most.
enum RecordFlags : std::uint8_t {
  kFlagNoSize = 1,  ///< TickPrice of a message version without a size
  kFlagNoAttrib =
      2,             ///< TickPrice of a message version without the attribute mask; option without tickAttrib
  kFlagSpilled = 4,  ///< any record of bytes: they wait outside the ring (take_spill), too large for it
  kFlagShortOption = 8,  ///< TickOptionComputation without gamma, vega, theta, undPrice
  kFlagTreated = 16,     ///< of a subscription with a treatment: goes to batches
};

/// Every record begins with this; `values` runs on into the next slots where a kind needs more than five.
struct Record {
  RecordKind kind;
  std::uint8_t flags;
  std::uint16_t slots;
  std::int32_t req_id;
  std::int32_t field;      ///< tick type; position for depth; count for bars; parentId for order status
  std::int32_t aux;        ///< attribute mask, operation and side, clientId, byte length of a string
  double received_micros;  ///< CLOCK_MONOTONIC when the bytes arrived
  double values[5];
};
static_assert(sizeof(Record) == kSlotBytes);
static_assert(offsetof(Record, req_id) == 4 && offsetof(Record, field) == 8 && offsetof(Record, aux) == 12);
static_assert(offsetof(Record, received_micros) == 16 && offsetof(Record, values) == 24);

/// Bytes of a string-only record (TickString, Cold, …) start here.
inline constexpr std::size_t kBytesOffset = offsetof(Record, values);

/// Where the strings of a record with numbers start: behind its doubles, each as u16 length and bytes.
inline constexpr std::size_t strings_offset(std::size_t doubles) { return kBytesOffset + doubles * 8; }

// The numbers of each kind, in the order they lie at `values`, and the strings behind them. A price or
// quantity that the gateway left unset is the largest double.
struct TickPriceValues {
  double price, size;
};
struct TickSizeValues {
  double size;
};
struct TickGenericValues {
  double value;
};
struct TickOptionComputationValues {
  double implied_vol, delta, opt_price, pv_dividend, gamma, vega, theta, und_price;
};
struct TickByTickAllLastValues {  // then exchange, specialConditions
  double time, price, size;
};
struct TickByTickBidAskValues {
  double time, bid_price, ask_price, bid_size, ask_size;
};
struct TickByTickMidPointValues {
  double time, price;
};
struct MarketDepthValues {  // MarketDepthL2: then marketMaker
  double price, size;
};
struct RealTimeBarValues {
  double time, open, high, low, close, volume, wap, count;
};
struct RtTradeValues {
  double time, price, size, volume, vwap;
};
struct ArmedValues {
  double written_micros;  ///< CLOCK_MONOTONIC when the system had the order
  double value;           ///< of the quote
  double encoded_micros;  ///< when its frame was made
};
struct OrderStatusValues {  // then status, whyHeld
  double filled, remaining, avg_fill_price, perm_id, last_fill_price, mkt_cap_price;
};
/// How many numbers a kind has.
template <typename Values>
inline constexpr std::size_t kDoublesOf = sizeof(Values) / sizeof(double);

/// Depth packs operation, side and the smart flag into `aux`.
inline constexpr std::int32_t kDepthSideShift = 8;
inline constexpr std::int32_t kDepthSmartShift = 16;  ///< 0 absent, 1 false, 2 true

enum class CloseReason : std::int32_t {
  Local = 0,    ///< we closed it
  Refused = 1,  ///< connect failed (errno)
  ConnectTimeout = 2,
  HandshakeTimeout = 3,
  EndOfStream = 4,   ///< the gateway closed it
  SocketError = 5,   ///< recv or send failed (errno)
  BadLength = 6,     ///< a frame length outside 1..0xFFFFFF (bytes = the length in decimal)
  BadHandshake = 7,  ///< the first frame is no version frame (bytes = hex of it)
  SendOverflow = 8,  ///< more unsent bytes than the limit: the gateway stopped reading
  NoThread = 9,      ///< the reading thread could not be started (errno)
};

}  // namespace ibkr
