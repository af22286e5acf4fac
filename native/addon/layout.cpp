#include "layout.hpp"

#include "aggregate_value.hpp"
#include "journal/journal.hpp"
#include "loop_session.hpp"
#include "metrics/histogram_layout.hpp"
#include "orders/armed_orders.hpp"
#include "orders/order_fields.hpp"
#include "orders/order_sheet.hpp"
#include "orders/protobuf_order.hpp"
#include "orders/template_sheet.hpp"
#include "ring/channel.hpp"
#include "ring/record.hpp"
#include "ring/ring.hpp"
#include "ring/tape_layout.hpp"
#include "stream/board_layout.hpp"
#include "stream/treatment.hpp"
#include "values.hpp"

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

/// The index of a number among those of a record's kind.
#define IBKR_VALUE(values, name, member) \
  { name, offsetof(values, member) / sizeof(double) }

constexpr Entry kEntries[] = {
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
    // What became of a frame
    {"SENT_TAKE_GENERAL_PATH", as_number(Sent::TakeGeneralPath)},
    {"SENT_NO", as_number(Sent::No)},
    {"SENT_WHOLE", as_number(Sent::Whole)},
    {"SENT_QUEUED", as_number(Sent::Queued)},
    {"SENT_BAD_SIZE", as_number(Sent::BadSize)},
    {"SENT_DENIED", as_number(Sent::Denied)},
    // The sheet that an order's values are written to
    {"SHEET_BYTES", kSheetBytes},
    {"SHEET_CHANGED", kSheetChangedOffset},
    {"SHEET_MARKS", kSheetMarksOffset},
    {"SHEET_NUMBERS", kSheetNumbersOffset},
    {"SHEET_TEXTS", kSheetTextsOffset},
    {"SHEET_TEXT_BYTES", kSheetTextBytes},
    {"SHEET_UNSET", kSheetUnset},
    {"SHEET_SET", kSheetSet},
    {"SHEET_FALSE", kSheetFalse},
    {"SHEET_TRUE", kSheetTrue},
    {"SHEET_KIND_TEXT", as_number(SheetKind::Text)},
    {"SHEET_KIND_NUMBER", as_number(SheetKind::Number)},
    {"SHEET_KIND_INTEGER", as_number(SheetKind::Integer)},
    {"SHEET_KIND_FLAG", as_number(SheetKind::Flag)},
    // Order ids, and the sheet of prepared orders: numbers of eight bytes
    {"ORDER_IDS_BYTES", kOrderIdsBytes},
    {"LAST_ORDER_ID", kLastOrderId},
    {"TEMPLATE_SHEET_BYTES", kTemplateSheetBytes},
    IBKR_VALUE(TemplateSheet, "TEMPLATE_HANDLE", handle),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_QUANTITY", quantity),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_LIMIT_PRICE", limit_price),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_ORDER_REF_BYTES", order_ref_bytes),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_ORDER_ID", order_id),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_WRITTEN_MICROS", written_micros),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_SLOT", slot),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_FIELD", field),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_OP", op),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_PRICE", price),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_EXPIRES_MS", expires_ms),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_RECEIVED_MICROS", received_micros),
    IBKR_VALUE(TemplateSheet, "TEMPLATE_VALUE", value),
    {"TEMPLATE_ORDER_REF", offsetof(TemplateSheet, order_ref)},
    {"TEMPLATE_ORDER_REF_ROOM", sizeof(TemplateSheet::order_ref)},
    // Armed orders
    {"ARMED_OP_LESS", as_number(ArmedOp::Less)},
    {"ARMED_OP_LESS_OR_EQUAL", as_number(ArmedOp::LessOrEqual)},
    {"ARMED_OP_GREATER", as_number(ArmedOp::Greater)},
    {"ARMED_OP_GREATER_OR_EQUAL", as_number(ArmedOp::GreaterOrEqual)},
    {"ARMED_STATE_ARMED", as_number(ArmedState::Armed)},
    {"ARMED_STATE_FIRING", as_number(ArmedState::Firing)},
    {"ARMED_STATE_FIRED", as_number(ArmedState::Fired)},
    {"ARMED_STATE_DISARMED", as_number(ArmedState::Disarmed)},
    {"ARMED_STATE_EXPIRED", as_number(ArmedState::Expired)},
    {"ARMED_END_EXPIRED", as_number(ArmedEnd::Expired)},
    {"ARMED_END_UNSENT", as_number(ArmedEnd::Unsent)},
    {"ARMED_END_WRITTEN", as_number(ArmedEnd::Written)},
    {"ARMED_END_QUEUED", as_number(ArmedEnd::Queued)},
    {"ARMED_END_DENIED", as_number(ArmedEnd::Denied)},
    // Parts of an order's frame in protobuf
    {"PART_FIXED", as_number(PartKind::Fixed)},
    {"PART_INT32", as_number(PartKind::Int32)},
    {"PART_DOUBLE", as_number(PartKind::Double)},
    {"PART_TEXT", as_number(PartKind::Text)},
    {"PART_FLAG", as_number(PartKind::Flag)},
    {"PART_NON_ZERO", as_number(PartKind::NonZero)},
    // A histogram
    {"HISTOGRAM_RANGE_BITS", kHistogramRangeBits},
    {"HISTOGRAM_ABOVE", kHistogramAbove},
    {"HISTOGRAM_COUNT", kHistogramCount},
    {"HISTOGRAM_SUM", kHistogramSum},
    {"HISTOGRAM_MIN", kHistogramMin},
    {"HISTOGRAM_MAX", kHistogramMax},
    {"HISTOGRAM_BUCKETS", kHistogramBuckets},
    {"HISTOGRAM_ALIGNMENT", kHistogramAlignment},
    {"HISTOGRAM_SUB_BITS", kHistogramSubBits},
    {"MIN_HISTOGRAM_BITS", kMinHistogramBits},
    {"MAX_HISTOGRAM_BITS", kMaxHistogramBits},
    {"FULL_HISTOGRAM_BITS", kFullHistogramBits},
    {"SMALL_HISTOGRAM_BITS", kSmallHistogramBits},
    // The journal of orders: a record's head, in bytes
    {"JOURNAL_OFFSET_CHECKSUM", offsetof(JournalHead, checksum)},
    {"JOURNAL_OFFSET_BYTES", offsetof(JournalHead, bytes)},
    {"JOURNAL_OFFSET_SEQUENCE", offsetof(JournalHead, sequence)},
    {"JOURNAL_OFFSET_KIND", offsetof(JournalHead, kind)},
    {"JOURNAL_OFFSET_FLAGS", offsetof(JournalHead, flags)},
    {"JOURNAL_OFFSET_ORDER_ID", offsetof(JournalHead, order_id)},
    {"JOURNAL_OFFSET_ARM_ID", offsetof(JournalHead, arm_id)},
    {"JOURNAL_OFFSET_TIME_MICROS", offsetof(JournalHead, time_micros)},
    {"JOURNAL_OFFSET_PERM_ID", offsetof(JournalHead, perm_id)},
    {"JOURNAL_HEAD_BYTES", sizeof(JournalHead)},
    {"JOURNAL_ALIGNMENT", kJournalAlignment},
    {"JOURNAL_MAX_TEXT_BYTES", kMaxJournalTextBytes},
    {"JOURNAL_MAX_RECORD_BYTES", kMaxJournalRecordBytes},
    {"JOURNAL_MAX_ENDPOINT_BYTES", kMaxEndpointBytes},
    {"JOURNAL_FILE_HEADS_BYTES", kJournalRecordsOffset},
    {"JOURNAL_FLAG_MODIFY", kJournalModify},
    {"JOURNAL_FLAG_HELD", kJournalHeld},
    {"JOURNAL_FLAG_OUTSIDE_RTH", kJournalOutsideRth},
    {"JOURNAL_FLAG_HIDDEN", kJournalHidden},
    // Its kinds
    {"JOURNAL_KIND_SESSION_BEGIN", as_number(JournalKind::SessionBegin)},
    {"JOURNAL_KIND_SESSION_END", as_number(JournalKind::SessionEnd)},
    {"JOURNAL_KIND_ID_BLOCK", as_number(JournalKind::IdBlock)},
    {"JOURNAL_KIND_INTENT", as_number(JournalKind::Intent)},
    {"JOURNAL_KIND_ARMED", as_number(JournalKind::Armed)},
    {"JOURNAL_KIND_FIRED", as_number(JournalKind::Fired)},
    {"JOURNAL_KIND_DISARMED", as_number(JournalKind::Disarmed)},
    {"JOURNAL_KIND_SENT", as_number(JournalKind::Sent)},
    {"JOURNAL_KIND_ACKNOWLEDGED", as_number(JournalKind::Acknowledged)},
    {"JOURNAL_KIND_STATUS", as_number(JournalKind::Status)},
    {"JOURNAL_KIND_FILL", as_number(JournalKind::Fill)},
    {"JOURNAL_KIND_COMMISSION", as_number(JournalKind::Commission)},
    {"JOURNAL_KIND_CANCEL_REQUESTED", as_number(JournalKind::CancelRequested)},
    {"JOURNAL_KIND_UNKNOWN", as_number(JournalKind::Unknown)},
    {"JOURNAL_KIND_DONE", as_number(JournalKind::Done)},
    {"JOURNAL_KIND_DENIED", as_number(JournalKind::Denied)},
    {"JOURNAL_KIND_RECONCILE_BEGIN", as_number(JournalKind::ReconcileBegin)},
    {"JOURNAL_KIND_RECONCILE_END", as_number(JournalKind::ReconcileEnd)},
    // Where the numbers of each kind lie
    IBKR_VALUE(SessionBeginNumbers, "JOURNAL_SESSION_PROCESS_ID", process_id),
    IBKR_VALUE(SessionBeginNumbers, "JOURNAL_SESSION_SERVER_VERSION", server_version),
    IBKR_VALUE(SessionBeginNumbers, "JOURNAL_SESSION_NEXT_ORDER_ID", next_order_id),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_CON_ID", con_id),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_STRIKE", strike),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_MULTIPLIER", multiplier),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_QUANTITY", quantity),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_LIMIT_PRICE", limit_price),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_AUX_PRICE", aux_price),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_PARENT_ID", parent_id),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_CASH_QUANTITY", cash_quantity),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_TRIGGER_PRICE", trigger_price),
    IBKR_VALUE(IntentNumbers, "JOURNAL_INTENT_EXPIRES_MS", expires_ms),
    IBKR_VALUE(FiredNumbers, "JOURNAL_FIRED_TRIGGER_PRICE", trigger_price),
    IBKR_VALUE(FiredNumbers, "JOURNAL_FIRED_QUOTE_PRICE", quote_price),
    IBKR_VALUE(StatusNumbers, "JOURNAL_STATUS_FILLED", filled),
    IBKR_VALUE(StatusNumbers, "JOURNAL_STATUS_REMAINING", remaining),
    IBKR_VALUE(StatusNumbers, "JOURNAL_STATUS_AVERAGE_PRICE", average_price),
    IBKR_VALUE(StatusNumbers, "JOURNAL_STATUS_LAST_PRICE", last_price),
    IBKR_VALUE(StatusNumbers, "JOURNAL_STATUS_MARKET_CAP_PRICE", market_cap_price),
    IBKR_VALUE(FillNumbers, "JOURNAL_FILL_QUANTITY", quantity),
    IBKR_VALUE(FillNumbers, "JOURNAL_FILL_PRICE", price),
    IBKR_VALUE(FillNumbers, "JOURNAL_FILL_CUMULATIVE_QUANTITY", cumulative_quantity),
    IBKR_VALUE(FillNumbers, "JOURNAL_FILL_AVERAGE_PRICE", average_price),
    IBKR_VALUE(CommissionNumbers, "JOURNAL_COMMISSION_COMMISSION", commission),
    IBKR_VALUE(CommissionNumbers, "JOURNAL_COMMISSION_REALIZED_PNL", realized_pnl),
    IBKR_VALUE(CommissionNumbers, "JOURNAL_COMMISSION_YIELD", yield),
    IBKR_VALUE(DoneNumbers, "JOURNAL_DONE_GATEWAY_CODE", gateway_code),
    IBKR_VALUE(DoneNumbers, "JOURNAL_DONE_FILLED", filled),
    IBKR_VALUE(DoneNumbers, "JOURNAL_DONE_AVERAGE_PRICE", average_price),
    IBKR_VALUE(ReconcileEndNumbers, "JOURNAL_RECONCILE_OPEN_ORDERS", open_orders),
    IBKR_VALUE(ReconcileEndNumbers, "JOURNAL_RECONCILE_EXECUTIONS", executions),
    IBKR_VALUE(ReconcileEndNumbers, "JOURNAL_RECONCILE_UNKNOWN", unknown),
    // Texts of an intent
    {"JOURNAL_TEXT_ORDER_REF", as_number(IntentText::OrderRef)},
    {"JOURNAL_TEXT_ACCOUNT", as_number(IntentText::Account)},
    {"JOURNAL_TEXT_SYMBOL", as_number(IntentText::Symbol)},
    {"JOURNAL_TEXT_SEC_TYPE", as_number(IntentText::SecType)},
    {"JOURNAL_TEXT_LAST_TRADE_DATE", as_number(IntentText::LastTradeDate)},
    {"JOURNAL_TEXT_RIGHT", as_number(IntentText::Right)},
    {"JOURNAL_TEXT_EXCHANGE", as_number(IntentText::Exchange)},
    {"JOURNAL_TEXT_PRIMARY_EXCHANGE", as_number(IntentText::PrimaryExchange)},
    {"JOURNAL_TEXT_CURRENCY", as_number(IntentText::Currency)},
    {"JOURNAL_TEXT_LOCAL_SYMBOL", as_number(IntentText::LocalSymbol)},
    {"JOURNAL_TEXT_TRADING_CLASS", as_number(IntentText::TradingClass)},
    {"JOURNAL_TEXT_ACTION", as_number(IntentText::Action)},
    {"JOURNAL_TEXT_ORDER_TYPE", as_number(IntentText::OrderType)},
    {"JOURNAL_TEXT_TIME_IN_FORCE", as_number(IntentText::TimeInForce)},
    {"JOURNAL_TEXT_OCA_GROUP", as_number(IntentText::OcaGroup)},
    {"JOURNAL_TEXT_GOOD_AFTER_TIME", as_number(IntentText::GoodAfterTime)},
    {"JOURNAL_TEXT_GOOD_TILL_DATE", as_number(IntentText::GoodTillDate)},
    {"JOURNAL_TEXT_QUANTITY_TEXT", as_number(IntentText::QuantityText)},
    {"JOURNAL_TEXT_TRIGGER_FIELD", as_number(IntentText::TriggerField)},
    {"JOURNAL_TEXT_TRIGGER_OPERATOR", as_number(IntentText::TriggerOperator)},
    {"JOURNAL_INTENT_TEXTS", as_number(IntentText::Count)},
    // Its options, and what is found
    {"JOURNAL_SYNC_ALWAYS", as_number(JournalSync::Always)},
    {"JOURNAL_SYNC_INTERVAL", as_number(JournalSync::Interval)},
    {"JOURNAL_SYNC_NEVER", as_number(JournalSync::Never)},
    {"JOURNAL_SENT_UNSENT", as_number(JournalDisposition::Unsent)},
    {"JOURNAL_SENT_WRITTEN", as_number(JournalDisposition::Written)},
    {"JOURNAL_SENT_UNKNOWN", as_number(JournalDisposition::Unknown)},
    {"JOURNAL_FAULT_NONE", as_number(JournalFault::None)},
    {"JOURNAL_FAULT_SYSTEM", as_number(JournalFault::System)},
    {"JOURNAL_FAULT_LOCKED", as_number(JournalFault::Locked)},
    {"JOURNAL_FAULT_FOREIGN", as_number(JournalFault::Foreign)},
    {"JOURNAL_FAULT_OTHER_NAME", as_number(JournalFault::OtherName)},
    {"JOURNAL_FAULT_NEWER", as_number(JournalFault::Newer)},
    {"JOURNAL_TAIL_TORN", as_number(JournalTail::Torn)},
    {"JOURNAL_TAIL_DAMAGED", as_number(JournalTail::Damaged)},
    // The counters of a treatment, in words of eight bytes
    {"COUNTERS_BYTES", kCountersBytes},
    {"COUNTER_RECEIVED", offsetof(TreatmentCounters, received) / 8},
    {"COUNTER_DELIVERED", offsetof(TreatmentCounters, delivered) / 8},
    {"COUNTER_CONFLATED", offsetof(TreatmentCounters, conflated) / 8},
    {"COUNTER_DROPPED", offsetof(TreatmentCounters, dropped) / 8},
    {"COUNTER_FILTERED", offsetof(TreatmentCounters, filtered) / 8},
    {"COUNTER_MALFORMED", offsetof(TreatmentCounters, malformed) / 8},
    {"COUNTER_GONE", offsetof(TreatmentCounters, gone) / 8},
    {"FILTER_REASONS", kFilterReasons},
    {"OUTLIER_BY_NONE", as_number(OutlierBy::None)},
    {"OUTLIER_BY_PRICE", as_number(OutlierBy::Price)},
    {"OUTLIER_BY_PERCENT", as_number(OutlierBy::Percent)},
    // A tape
    {"TAPE_VERSION", kTapeVersion},
    {"TAPE_INTENT", kTapeIntentOffset},
    {"TAPE_HEAD", kTapeHeadOffset},
    {"TAPE_SLOTS", kTapeSlotsOffset},
    {"TAPE_MARK_BYTES", kTapeMarkBytes},
    {"TAPE_MARK_SHIFT", kTapeMarkShift},
    {"MIN_TAPE_SLOTS", kMinTapeSlots},
    {"MAX_TAPE_SLOTS", kMaxTapeSlots},
    {"MAX_TAPE_RECORD_SLOTS", kMaxTapeRecordSlots},
    // The quote board
    {"BOARD_VERSION", kBoardVersion},
    {"BOARD_SLOT_BYTES", kBoardSlotBytes},
    {"BOARD_SEQUENCE", offsetof(BoardSlot, sequence)},
    {"BOARD_REQUEST_ID", offsetof(BoardSlot, request_id)},
    {"BOARD_PAUSE", offsetof(BoardSlot, pause)},
    {"BOARD_VALUES_AT", offsetof(BoardSlot, values)},
    {"BOARD_VALUES", kBoardValues},
    {"MAX_BOARD_SLOTS", kMaxBoardSlots},
    // Where each value of a quote lies among those of its slot
    {"BOARD_BID", as_number(BoardValue::Bid)},
    {"BOARD_ASK", as_number(BoardValue::Ask)},
    {"BOARD_LAST", as_number(BoardValue::Last)},
    {"BOARD_BID_SIZE", as_number(BoardValue::BidSize)},
    {"BOARD_ASK_SIZE", as_number(BoardValue::AskSize)},
    {"BOARD_LAST_SIZE", as_number(BoardValue::LastSize)},
    {"BOARD_VOLUME", as_number(BoardValue::Volume)},
    {"BOARD_OPEN", as_number(BoardValue::Open)},
    {"BOARD_HIGH", as_number(BoardValue::High)},
    {"BOARD_LOW", as_number(BoardValue::Low)},
    {"BOARD_CLOSE", as_number(BoardValue::Close)},
    {"BOARD_MARK", as_number(BoardValue::Mark)},
    {"BOARD_VWAP", as_number(BoardValue::Vwap)},
    {"BOARD_LAST_TIME_MS", as_number(BoardValue::LastTimeMs)},
    {"BOARD_HALTED", as_number(BoardValue::Halted)},
    {"BOARD_DELAYED", as_number(BoardValue::Delayed)},
    {"BOARD_FROZEN", as_number(BoardValue::Frozen)},
    {"BOARD_AUCTION_PRICE", as_number(BoardValue::AuctionPrice)},
    {"BOARD_AUCTION_VOLUME", as_number(BoardValue::AuctionVolume)},
    {"BOARD_AUCTION_IMBALANCE", as_number(BoardValue::AuctionImbalance)},
    {"BOARD_SHORTABLE", as_number(BoardValue::Shortable)},
    {"BOARD_SHORTABLE_SHARES", as_number(BoardValue::ShortableShares)},
    {"BOARD_CALL_OPEN_INTEREST", as_number(BoardValue::CallOpenInterest)},
    {"BOARD_PUT_OPEN_INTEREST", as_number(BoardValue::PutOpenInterest)},
    {"BOARD_HISTORICAL_VOLATILITY", as_number(BoardValue::HistoricalVolatility)},
    {"BOARD_IMPLIED_VOLATILITY", as_number(BoardValue::ImpliedVolatility)},
    {"BOARD_AVERAGE_VOLUME", as_number(BoardValue::AverageVolume)},
    {"BOARD_GREEK_IMPLIED_VOLATILITY", as_number(BoardValue::GreekImpliedVolatility)},
    {"BOARD_DELTA", as_number(BoardValue::Delta)},
    {"BOARD_GAMMA", as_number(BoardValue::Gamma)},
    {"BOARD_VEGA", as_number(BoardValue::Vega)},
    {"BOARD_THETA", as_number(BoardValue::Theta)},
    {"BOARD_OPTION_PRICE", as_number(BoardValue::OptionPrice)},
    {"BOARD_UNDERLYING_PRICE", as_number(BoardValue::UnderlyingPrice)},
    {"BOARD_PV_DIVIDEND", as_number(BoardValue::PvDividend)},
    {"BOARD_BID_IMPLIED_VOLATILITY", as_number(BoardValue::BidImpliedVolatility)},
    {"BOARD_ASK_IMPLIED_VOLATILITY", as_number(BoardValue::AskImpliedVolatility)},
    {"BOARD_LAST_IMPLIED_VOLATILITY", as_number(BoardValue::LastImpliedVolatility)},
    {"BOARD_BID_MICROS", as_number(BoardValue::BidMicros)},
    {"BOARD_ASK_MICROS", as_number(BoardValue::AskMicros)},
    {"BOARD_LAST_MICROS", as_number(BoardValue::LastMicros)},
    {"BOARD_UPDATED_MICROS", as_number(BoardValue::UpdatedMicros)},
    // Bars of a series
    {"BAR_MEMORY_VERSION", kBarMemoryVersion},
    {"BAR_CLOSED", offsetof(BarHeader, closed)},
    {"BAR_CAPACITY", offsetof(BarHeader, capacity)},
    {"BAR_LOSSES_AT", offsetof(BarHeader, losses)},
    {"BAR_SLOTS_AT", sizeof(BarHeader)},
    {"BAR_SLOT_BYTES", kBarSlotBytes},
    {"BAR_SEQUENCE", offsetof(BarSlot, sequence)},
    {"BAR_NUMBER", offsetof(BarSlot, number)},
    {"BAR_FLAGS", offsetof(BarSlot, flags)},
    {"BAR_PAUSE", offsetof(BarSlot, pause)},
    {"BAR_VALUES_AT", offsetof(BarSlot, values)},
    {"BAR_VALUES", kBarValues},
    {"BAR_START_MS", as_number(BarValue::StartMs)},
    {"BAR_END_MS", as_number(BarValue::EndMs)},
    {"BAR_OPEN", as_number(BarValue::Open)},
    {"BAR_HIGH", as_number(BarValue::High)},
    {"BAR_LOW", as_number(BarValue::Low)},
    {"BAR_CLOSE", as_number(BarValue::Close)},
    {"BAR_VOLUME", as_number(BarValue::Volume)},
    {"BAR_NOTIONAL", as_number(BarValue::Notional)},
    {"BAR_COUNT", as_number(BarValue::Count)},
    {"BAR_FIRST_MS", as_number(BarValue::FirstMs)},
    {"BAR_LAST_MS", as_number(BarValue::LastMs)},
    {"BAR_FLAG_FIRST", kBarFirst},
    {"BAR_FLAG_LAST", kBarLast},
    {"BAR_FLAG_GAP", kBarGap},
    {"BAR_FLAG_AMENDED", kBarAmended},
    {"BAR_FLAG_CORRECTED", kBarCorrected},
    {"BAR_FLAG_CARRIED", kBarCarried},
    {"BAR_FLAG_SHORT", kBarShort},
    {"BAR_LOSS_LATE", as_number(BarLoss::Late)},
    {"BAR_LOSS_OUTSIDE", as_number(BarLoss::Outside)},
    {"BAR_LOSS_UNPRICED", as_number(BarLoss::Unpriced)},
    {"BAR_LOSS_CORRECTION", as_number(BarLoss::Correction)},
    {"FEWEST_BARS", kFewestBars},
    {"MOST_BARS", kMostBars},
    // What bars are made of
    {"BAR_BY_TIME", as_number(BarBy::Time)},
    {"BAR_BY_TICKS", as_number(BarBy::Ticks)},
    {"BAR_BY_VOLUME", as_number(BarBy::Volume)},
    {"BAR_BY_NOTIONAL", as_number(BarBy::Notional)},
    {"BAR_PRICE_TRADES", as_number(BarPrice::Trades)},
    {"BAR_PRICE_MID", as_number(BarPrice::Mid)},
    {"BAR_PRICE_BID", as_number(BarPrice::Bid)},
    {"BAR_PRICE_ASK", as_number(BarPrice::Ask)},
    {"TRADE_FEED_TICK_BY_TICK", as_number(TradeFeed::TickByTick)},
    {"TRADE_FEED_RT_VOLUME", as_number(TradeFeed::RtVolume)},
    {"TRADE_FEED_RT_TRADE_VOLUME", as_number(TradeFeed::RtTradeVolume)},
    {"TRADE_FEED_LAST", as_number(TradeFeed::Last)},
    {"QUOTE_FEED_LINE", as_number(QuoteFeed::Line)},
    {"QUOTE_FEED_BID_ASK", as_number(QuoteFeed::BidAsk)},
    {"QUOTE_FEED_MID_POINT", as_number(QuoteFeed::MidPoint)},
    // What is to be done with them
    {"ORDER_GAP", as_number(OrderKind::Gap)},
    {"ORDER_CORRECT", as_number(OrderKind::Correct)},
    {"ORDER_RESUME", as_number(OrderKind::Resume)},
    {"ORDER_SESSIONS", as_number(OrderKind::Sessions)},
    {"ORDER_RESET_BOOK", as_number(OrderKind::ResetBook)},
    // An order book
    {"BOOK_VERSION", kBookVersion},
    {"BOOK_BYTES", kBookBytes},
    {"MAX_BOOK_ROWS", kMaxBookRows},
    {"BOOK_MAKER_BYTES", kBookMakerBytes},
    {"BOOK_ROW_BYTES", sizeof(BookRow)},
    {"BOOK_SEQUENCE", offsetof(BookMemory, sequence)},
    {"BOOK_REQUEST_ID", offsetof(BookMemory, request_id)},
    {"BOOK_PAUSE", offsetof(BookMemory, pause)},
    {"BOOK_FLAGS", offsetof(BookMemory, flags)},
    {"BOOK_DEPTH", offsetof(BookMemory, depth)},
    {"BOOK_ROWS", offsetof(BookMemory, rows)},
    {"BOOK_DAMAGE", offsetof(BookMemory, damage)},
    {"BOOK_UPDATED_MICROS", offsetof(BookMemory, updated_micros)},
    {"BOOK_COUNTERS_AT", offsetof(BookMemory, counters)},
    {"BOOK_COUNTER_UPDATES", offsetof(BookCounters, updates) / 8},
    {"BOOK_COUNTER_RESETS", offsetof(BookCounters, resets) / 8},
    {"BOOK_COUNTER_FORGIVEN", offsetof(BookCounters, forgiven) / 8},
    {"BOOK_COUNTER_IGNORED", offsetof(BookCounters, ignored) / 8},
    {"BOOK_COUNTER_DAMAGES", offsetof(BookCounters, damages) / 8},
    {"BOOK_DAMAGES", kBookDamages},
    {"BOOK_LEVELS_AT", offsetof(BookMemory, levels)},
    {"BOOK_MAKERS_AT", offsetof(BookMemory, makers)},
    {"BOOK_ASK", as_number(BookSide::Ask)},
    {"BOOK_BID", as_number(BookSide::Bid)},
    {"BOOK_FLAG_DAMAGED", kBookDamaged},
    {"BOOK_FLAG_CROSSED", kBookCrossed},
    {"BOOK_FLAG_LOCKED", kBookLocked},
    {"BOOK_FLAG_BIDS_MISORDERED", kBookBidsMisordered},
    {"BOOK_FLAG_ASKS_MISORDERED", kBookAsksMisordered},
    {"BOOK_FLAG_SMART", kBookSmart},
    {"BOOK_FLAG_MAKERS", kBookMakers},
    {"BOOK_FLAG_FORGIVES_DELETES", kBookForgivesDeletes},
};

#undef IBKR_VALUE

// JavaScript's RingRecord reads these through one property each, whatever the kind.
static_assert(offsetof(TickPriceValues, price) == offsetof(MarketDepthValues, price) &&
              offsetof(TickPriceValues, price) == offsetof(TickGenericValues, value));
static_assert(offsetof(TickPriceValues, size) == offsetof(MarketDepthValues, size));
static_assert(offsetof(TickByTickAllLastValues, price) == offsetof(TickByTickMidPointValues, price));
static_assert(offsetof(TickByTickAllLastValues, time) == offsetof(TickByTickBidAskValues, time) &&
              offsetof(TickByTickAllLastValues, time) == offsetof(TickByTickMidPointValues, time) &&
              offsetof(TickByTickAllLastValues, time) == offsetof(RealTimeBarValues, time));
}  // namespace

napi_value layout(napi_env env) {
  napi_value out = nullptr;
  if (napi_create_object(env, &out) != napi_ok) return nullptr;
  for (const Entry& entry : kEntries) set(env, out, entry.name, number(env, entry.value));
  return out;
}

namespace {
/// One value for each placeholder.
template <typename Value>
napi_value of_placeholders(napi_env env, Value value) {
  napi_value out = nullptr;
  if (napi_create_array_with_length(env, kPlaceholders.size(), &out) != napi_ok) return nullptr;
  for (std::uint32_t i = 0; i < kPlaceholders.size(); ++i) {
    napi_value const element = value(kPlaceholders[i]);
    if (element == nullptr || napi_set_element(env, out, i, element) != napi_ok) return nullptr;
  }
  return out;
}
}  // namespace

napi_value order_placeholders(napi_env env) {
  return of_placeholders(env, [env](const Placeholder& place) { return text(env, place.name); });
}

napi_value sheet_kinds(napi_env env) {
  return of_placeholders(env, [env](const Placeholder& place) {
    return number(env, static_cast<double>(sheet_kind(place.value)));
  });
}

}  // namespace ibkr::addon
