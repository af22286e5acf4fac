// The ring, its records, and the connection that they tell of.
#include "layout_table.hpp"
#include "loop_session.hpp"
#include "ring/channel.hpp"
#include "ring/record.hpp"
#include "ring/record_values.hpp"
#include "ring/ring.hpp"

namespace ibkr::addon {

namespace {
constexpr LayoutEntry kEntries[] = {
    // The ring
    {"SLOT_BYTES", kSlotBytes},
    {"RING_ALIGNMENT", kRingAlignment},
    {"RING_HEAD", kRingHeadOffset},
    {"RING_TAIL", kRingTailOffset},
    {"RING_SLOTS", kRingSlotsOffset},
    {"RING_MIN_CAPACITY", kMinCapacity},
    {"RING_MAX_CAPACITY", kMaxCapacity},
    // A record's head
    {"OFFSET_REQ_ID", offsetof(Record, req_id)},
    {"OFFSET_FIELD", offsetof(Record, field)},
    {"OFFSET_AUX", offsetof(Record, aux)},
    {"OFFSET_RECEIVED_MICROS", offsetof(Record, received_micros)},
    {"OFFSET_VALUES", offsetof(Record, values)},
    // Its kinds
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
    {"KIND_RT_TRADE", as_number(RecordKind::RtTrade)},
    {"KIND_BARS_CHANGED", as_number(RecordKind::BarsChanged)},
    {"KIND_BOOK_CHANGED", as_number(RecordKind::BookChanged)},
    {"KIND_COLD", as_number(RecordKind::Cold)},
    {"KIND_RAW", as_number(RecordKind::Raw)},
    {"KIND_MALFORMED", as_number(RecordKind::Malformed)},
    {"KIND_TRAILING", as_number(RecordKind::Trailing)},
    {"KIND_CONNECTED", as_number(RecordKind::Connected)},
    {"KIND_CLOSED", as_number(RecordKind::Closed)},
    {"KIND_NO_GUARD", as_number(RecordKind::NoGuard)},
    {"KIND_ARMED", as_number(RecordKind::Armed)},
    // Its flags
    {"FLAG_NO_SIZE", kFlagNoSize},
    {"FLAG_NO_ATTRIB", kFlagNoAttrib},
    {"FLAG_SPILLED", kFlagSpilled},
    {"FLAG_SHORT_OPTION", kFlagShortOption},
    {"FLAG_TREATED", kFlagTreated},
    // Where the numbers of each kind lie
    IBKR_VALUE(TickPriceValues, "VALUE_TICK_PRICE_PRICE", price),
    IBKR_VALUE(TickPriceValues, "VALUE_TICK_PRICE_SIZE", size),
    IBKR_VALUE(TickSizeValues, "VALUE_TICK_SIZE_SIZE", size),
    IBKR_VALUE(TickGenericValues, "VALUE_TICK_GENERIC_VALUE", value),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_IMPLIED_VOL", implied_vol),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_DELTA", delta),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_OPT_PRICE", opt_price),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_PV_DIVIDEND", pv_dividend),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_GAMMA", gamma),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_VEGA", vega),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_THETA", theta),
    IBKR_VALUE(TickOptionComputationValues, "VALUE_OPTION_UND_PRICE", und_price),
    IBKR_VALUE(TickByTickAllLastValues, "VALUE_ALL_LAST_TIME", time),
    IBKR_VALUE(TickByTickAllLastValues, "VALUE_ALL_LAST_PRICE", price),
    IBKR_VALUE(TickByTickAllLastValues, "VALUE_ALL_LAST_SIZE", size),
    IBKR_VALUE(TickByTickBidAskValues, "VALUE_BID_ASK_TIME", time),
    IBKR_VALUE(TickByTickBidAskValues, "VALUE_BID_ASK_BID_PRICE", bid_price),
    IBKR_VALUE(TickByTickBidAskValues, "VALUE_BID_ASK_ASK_PRICE", ask_price),
    IBKR_VALUE(TickByTickBidAskValues, "VALUE_BID_ASK_BID_SIZE", bid_size),
    IBKR_VALUE(TickByTickBidAskValues, "VALUE_BID_ASK_ASK_SIZE", ask_size),
    IBKR_VALUE(TickByTickMidPointValues, "VALUE_MID_POINT_TIME", time),
    IBKR_VALUE(TickByTickMidPointValues, "VALUE_MID_POINT_PRICE", price),
    IBKR_VALUE(MarketDepthValues, "VALUE_DEPTH_PRICE", price),
    IBKR_VALUE(MarketDepthValues, "VALUE_DEPTH_SIZE", size),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_TIME", time),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_OPEN", open),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_HIGH", high),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_LOW", low),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_CLOSE", close),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_VOLUME", volume),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_WAP", wap),
    IBKR_VALUE(RealTimeBarValues, "VALUE_BAR_COUNT", count),
    IBKR_VALUE(RtTradeValues, "VALUE_RT_TRADE_TIME", time),
    IBKR_VALUE(RtTradeValues, "VALUE_RT_TRADE_PRICE", price),
    IBKR_VALUE(RtTradeValues, "VALUE_RT_TRADE_SIZE", size),
    IBKR_VALUE(RtTradeValues, "VALUE_RT_TRADE_VOLUME", volume),
    IBKR_VALUE(RtTradeValues, "VALUE_RT_TRADE_VWAP", vwap),
    IBKR_VALUE(OrderStatusValues, "VALUE_ORDER_STATUS_FILLED", filled),
    IBKR_VALUE(OrderStatusValues, "VALUE_ORDER_STATUS_REMAINING", remaining),
    IBKR_VALUE(OrderStatusValues, "VALUE_ORDER_STATUS_AVG_FILL_PRICE", avg_fill_price),
    IBKR_VALUE(OrderStatusValues, "VALUE_ORDER_STATUS_PERM_ID", perm_id),
    IBKR_VALUE(OrderStatusValues, "VALUE_ORDER_STATUS_LAST_FILL_PRICE", last_fill_price),
    IBKR_VALUE(OrderStatusValues, "VALUE_ORDER_STATUS_MKT_CAP_PRICE", mkt_cap_price),
    IBKR_VALUE(ArmedValues, "VALUE_ARMED_WRITTEN_MICROS", written_micros),
    IBKR_VALUE(ArmedValues, "VALUE_ARMED_VALUE", value),
    IBKR_VALUE(ArmedValues, "VALUE_ARMED_ENCODED_MICROS", encoded_micros),
    // How many they are: strings begin behind them
    {"ALL_LAST_DOUBLES", kDoublesOf<TickByTickAllLastValues>},
    {"DEPTH_DOUBLES", kDoublesOf<MarketDepthValues>},
    {"ORDER_STATUS_DOUBLES", kDoublesOf<OrderStatusValues>},
    // What depth packs into `aux`
    {"DEPTH_SIDE_SHIFT", kDepthSideShift},
    {"DEPTH_SMART_SHIFT", kDepthSmartShift},
    // Why a connection ended
    {"CLOSE_LOCAL", as_number(CloseReason::Local)},
    {"CLOSE_REFUSED", as_number(CloseReason::Refused)},
    {"CLOSE_CONNECT_TIMEOUT", as_number(CloseReason::ConnectTimeout)},
    {"CLOSE_HANDSHAKE_TIMEOUT", as_number(CloseReason::HandshakeTimeout)},
    {"CLOSE_END_OF_STREAM", as_number(CloseReason::EndOfStream)},
    {"CLOSE_SOCKET_ERROR", as_number(CloseReason::SocketError)},
    {"CLOSE_BAD_LENGTH", as_number(CloseReason::BadLength)},
    {"CLOSE_BAD_HANDSHAKE", as_number(CloseReason::BadHandshake)},
    {"CLOSE_SEND_OVERFLOW", as_number(CloseReason::SendOverflow)},
    {"CLOSE_NO_THREAD", as_number(CloseReason::NoThread)},
    // Options
    {"READ_MODE_LOOP", as_number(ReadMode::Loop)},
    {"READ_MODE_SPIN", as_number(ReadMode::Spin)},
    {"READ_MODE_THREAD", as_number(ReadMode::Thread)},
    {"RING_POLICY_BACKPRESSURE", as_number(FullPolicy::Backpressure)},
    {"RING_POLICY_CONFLATE", as_number(FullPolicy::Conflate)},
    {"RING_POLICY_DROP_OLDEST", as_number(FullPolicy::DropOldest)},
};

// JavaScript's RingRecord reads these through one property each, whatever the kind.
static_assert(offsetof(TickPriceValues, price) == offsetof(MarketDepthValues, price) &&
              offsetof(TickPriceValues, price) == offsetof(TickGenericValues, value));
static_assert(offsetof(TickPriceValues, size) == offsetof(MarketDepthValues, size));
static_assert(offsetof(TickByTickAllLastValues, price) == offsetof(TickByTickMidPointValues, price));
static_assert(offsetof(TickByTickAllLastValues, time) == offsetof(TickByTickBidAskValues, time) &&
              offsetof(TickByTickAllLastValues, time) == offsetof(TickByTickMidPointValues, time) &&
              offsetof(TickByTickAllLastValues, time) == offsetof(RealTimeBarValues, time));
}  // namespace

std::span<const LayoutEntry> ring_layout() { return kEntries; }

}  // namespace ibkr::addon
