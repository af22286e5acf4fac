// Written by native/tools/write-layout.cjs from native/addon/layout.cpp: do not edit.
// Compared with the addon when it is loaded.
export const SLOT_BYTES = 64;
export const RING_ALIGNMENT = 128;
export const RING_HEAD = 0;
export const RING_TAIL = 128;
export const RING_SLOTS = 256;
export const RING_MIN_CAPACITY = 64;
export const RING_MAX_CAPACITY = 16777216;
export const OFFSET_REQ_ID = 4;
export const OFFSET_FIELD = 8;
export const OFFSET_AUX = 12;
export const OFFSET_RECEIVED_MICROS = 16;
export const OFFSET_VALUES = 24;
export const KIND_PAD = 0;
export const KIND_TICK_PRICE = 1;
export const KIND_TICK_SIZE = 2;
export const KIND_TICK_STRING = 3;
export const KIND_TICK_GENERIC = 4;
export const KIND_TICK_OPTION_COMPUTATION = 5;
export const KIND_TICK_BY_TICK_ALL_LAST = 6;
export const KIND_TICK_BY_TICK_BID_ASK = 7;
export const KIND_TICK_BY_TICK_MID_POINT = 8;
export const KIND_MARKET_DEPTH = 9;
export const KIND_MARKET_DEPTH_L2 = 10;
export const KIND_REAL_TIME_BAR = 11;
export const KIND_ORDER_STATUS = 12;
export const KIND_RT_TRADE = 13;
export const KIND_COLD = 32;
export const KIND_RAW = 33;
export const KIND_MALFORMED = 34;
export const KIND_TRAILING = 35;
export const KIND_CONNECTED = 36;
export const KIND_CLOSED = 37;
export const KIND_NO_GUARD = 38;
export const FLAG_NO_SIZE = 1;
export const FLAG_NO_ATTRIB = 2;
export const FLAG_SPILLED = 4;
export const FLAG_SHORT_OPTION = 8;
export const FLAG_TREATED = 16;
export const VALUE_TICK_PRICE_PRICE = 0;
export const VALUE_TICK_PRICE_SIZE = 1;
export const VALUE_TICK_SIZE_SIZE = 0;
export const VALUE_TICK_GENERIC_VALUE = 0;
export const VALUE_OPTION_IMPLIED_VOL = 0;
export const VALUE_OPTION_DELTA = 1;
export const VALUE_OPTION_OPT_PRICE = 2;
export const VALUE_OPTION_PV_DIVIDEND = 3;
export const VALUE_OPTION_GAMMA = 4;
export const VALUE_OPTION_VEGA = 5;
export const VALUE_OPTION_THETA = 6;
export const VALUE_OPTION_UND_PRICE = 7;
export const VALUE_ALL_LAST_TIME = 0;
export const VALUE_ALL_LAST_PRICE = 1;
export const VALUE_ALL_LAST_SIZE = 2;
export const VALUE_BID_ASK_TIME = 0;
export const VALUE_BID_ASK_BID_PRICE = 1;
export const VALUE_BID_ASK_ASK_PRICE = 2;
export const VALUE_BID_ASK_BID_SIZE = 3;
export const VALUE_BID_ASK_ASK_SIZE = 4;
export const VALUE_MID_POINT_TIME = 0;
export const VALUE_MID_POINT_PRICE = 1;
export const VALUE_DEPTH_PRICE = 0;
export const VALUE_DEPTH_SIZE = 1;
export const VALUE_BAR_TIME = 0;
export const VALUE_BAR_OPEN = 1;
export const VALUE_BAR_HIGH = 2;
export const VALUE_BAR_LOW = 3;
export const VALUE_BAR_CLOSE = 4;
export const VALUE_BAR_VOLUME = 5;
export const VALUE_BAR_WAP = 6;
export const VALUE_BAR_COUNT = 7;
export const VALUE_RT_TRADE_TIME = 0;
export const VALUE_RT_TRADE_PRICE = 1;
export const VALUE_RT_TRADE_SIZE = 2;
export const VALUE_RT_TRADE_VOLUME = 3;
export const VALUE_RT_TRADE_VWAP = 4;
export const VALUE_ORDER_STATUS_FILLED = 0;
export const VALUE_ORDER_STATUS_REMAINING = 1;
export const VALUE_ORDER_STATUS_AVG_FILL_PRICE = 2;
export const VALUE_ORDER_STATUS_PERM_ID = 3;
export const VALUE_ORDER_STATUS_LAST_FILL_PRICE = 4;
export const VALUE_ORDER_STATUS_MKT_CAP_PRICE = 5;
export const ALL_LAST_DOUBLES = 3;
export const DEPTH_DOUBLES = 2;
export const ORDER_STATUS_DOUBLES = 6;
export const DEPTH_SIDE_SHIFT = 8;
export const DEPTH_SMART_SHIFT = 16;
export const CLOSE_LOCAL = 0;
export const CLOSE_REFUSED = 1;
export const CLOSE_CONNECT_TIMEOUT = 2;
export const CLOSE_HANDSHAKE_TIMEOUT = 3;
export const CLOSE_END_OF_STREAM = 4;
export const CLOSE_SOCKET_ERROR = 5;
export const CLOSE_BAD_LENGTH = 6;
export const CLOSE_BAD_HANDSHAKE = 7;
export const CLOSE_SEND_OVERFLOW = 8;
export const CLOSE_NO_THREAD = 9;
export const READ_MODE_LOOP = 0;
export const READ_MODE_SPIN = 1;
export const READ_MODE_THREAD = 2;
export const RING_POLICY_BACKPRESSURE = 0;
export const RING_POLICY_CONFLATE = 1;
export const RING_POLICY_DROP_OLDEST = 2;
export const SENT_TAKE_GENERAL_PATH = -1;
export const SENT_NO = 0;
export const SENT_WHOLE = 1;
export const SENT_QUEUED = 2;
export const SENT_BAD_SIZE = 3;
export const SHEET_BYTES = 2368;
export const SHEET_CHANGED = 0;
export const SHEET_MARKS = 32;
export const SHEET_NUMBERS = 64;
export const SHEET_TEXTS = 320;
export const SHEET_TEXT_BYTES = 64;
export const SHEET_UNSET = 0;
export const SHEET_SET = 1;
export const SHEET_FALSE = 1;
export const SHEET_TRUE = 2;
export const SHEET_KIND_TEXT = 0;
export const SHEET_KIND_NUMBER = 1;
export const SHEET_KIND_INTEGER = 2;
export const SHEET_KIND_FLAG = 3;
export const PART_FIXED = 0;
export const PART_INT32 = 1;
export const PART_DOUBLE = 2;
export const PART_TEXT = 3;
export const PART_FLAG = 4;
export const PART_NON_ZERO = 5;
export const HISTOGRAM_RANGE_BITS = 0;
export const HISTOGRAM_ABOVE = 4;
export const HISTOGRAM_COUNT = 8;
export const HISTOGRAM_SUM = 16;
export const HISTOGRAM_MIN = 24;
export const HISTOGRAM_MAX = 32;
export const HISTOGRAM_BUCKETS = 64;
export const HISTOGRAM_ALIGNMENT = 8;
export const HISTOGRAM_SUB_BITS = 6;
export const MIN_HISTOGRAM_BITS = 7;
export const MAX_HISTOGRAM_BITS = 52;
export const FULL_HISTOGRAM_BITS = 40;
export const SMALL_HISTOGRAM_BITS = 24;
export const COUNTERS_BYTES = 128;
export const COUNTER_RECEIVED = 0;
export const COUNTER_DELIVERED = 1;
export const COUNTER_CONFLATED = 2;
export const COUNTER_DROPPED = 3;
export const COUNTER_FILTERED = 4;
export const COUNTER_MALFORMED = 11;
export const COUNTER_GONE = 12;
export const FILTER_REASONS = 7;
export const OUTLIER_BY_NONE = 0;
export const OUTLIER_BY_PRICE = 1;
export const OUTLIER_BY_PERCENT = 2;
export const TAPE_VERSION = 1;
export const TAPE_INTENT = 0;
export const TAPE_HEAD = 128;
export const TAPE_SLOTS = 256;
export const TAPE_MARK_BYTES = 8;
export const TAPE_MARK_SHIFT = 16;
export const MIN_TAPE_SLOTS = 1024;
export const MAX_TAPE_SLOTS = 16777216;
export const MAX_TAPE_RECORD_SLOTS = 256;
export const BOARD_VERSION = 1;
export const BOARD_SLOT_BYTES = 512;
export const BOARD_SEQUENCE = 0;
export const BOARD_REQUEST_ID = 4;
export const BOARD_PAUSE = 8;
export const BOARD_VALUES_AT = 16;
export const BOARD_VALUES = 42;
export const MAX_BOARD_SLOTS = 65536;
export const BOARD_BID = 0;
export const BOARD_ASK = 1;
export const BOARD_LAST = 2;
export const BOARD_BID_SIZE = 3;
export const BOARD_ASK_SIZE = 4;
export const BOARD_LAST_SIZE = 5;
export const BOARD_VOLUME = 6;
export const BOARD_OPEN = 7;
export const BOARD_HIGH = 8;
export const BOARD_LOW = 9;
export const BOARD_CLOSE = 10;
export const BOARD_MARK = 11;
export const BOARD_VWAP = 12;
export const BOARD_LAST_TIME_MS = 13;
export const BOARD_HALTED = 14;
export const BOARD_DELAYED = 15;
export const BOARD_FROZEN = 16;
export const BOARD_AUCTION_PRICE = 17;
export const BOARD_AUCTION_VOLUME = 18;
export const BOARD_AUCTION_IMBALANCE = 19;
export const BOARD_SHORTABLE = 20;
export const BOARD_SHORTABLE_SHARES = 21;
export const BOARD_CALL_OPEN_INTEREST = 22;
export const BOARD_PUT_OPEN_INTEREST = 23;
export const BOARD_HISTORICAL_VOLATILITY = 24;
export const BOARD_IMPLIED_VOLATILITY = 25;
export const BOARD_AVERAGE_VOLUME = 26;
export const BOARD_GREEK_IMPLIED_VOLATILITY = 27;
export const BOARD_DELTA = 28;
export const BOARD_GAMMA = 29;
export const BOARD_VEGA = 30;
export const BOARD_THETA = 31;
export const BOARD_OPTION_PRICE = 32;
export const BOARD_UNDERLYING_PRICE = 33;
export const BOARD_PV_DIVIDEND = 34;
export const BOARD_BID_IMPLIED_VOLATILITY = 35;
export const BOARD_ASK_IMPLIED_VOLATILITY = 36;
export const BOARD_LAST_IMPLIED_VOLATILITY = 37;
export const BOARD_BID_MICROS = 38;
export const BOARD_ASK_MICROS = 39;
export const BOARD_LAST_MICROS = 40;
export const BOARD_UPDATED_MICROS = 41;

/** Every constant above by its name, for the comparison. */
export const LAYOUT: Readonly<Record<string, number>> = {
  SLOT_BYTES,
  RING_ALIGNMENT,
  RING_HEAD,
  RING_TAIL,
  RING_SLOTS,
  RING_MIN_CAPACITY,
  RING_MAX_CAPACITY,
  OFFSET_REQ_ID,
  OFFSET_FIELD,
  OFFSET_AUX,
  OFFSET_RECEIVED_MICROS,
  OFFSET_VALUES,
  KIND_PAD,
  KIND_TICK_PRICE,
  KIND_TICK_SIZE,
  KIND_TICK_STRING,
  KIND_TICK_GENERIC,
  KIND_TICK_OPTION_COMPUTATION,
  KIND_TICK_BY_TICK_ALL_LAST,
  KIND_TICK_BY_TICK_BID_ASK,
  KIND_TICK_BY_TICK_MID_POINT,
  KIND_MARKET_DEPTH,
  KIND_MARKET_DEPTH_L2,
  KIND_REAL_TIME_BAR,
  KIND_ORDER_STATUS,
  KIND_RT_TRADE,
  KIND_COLD,
  KIND_RAW,
  KIND_MALFORMED,
  KIND_TRAILING,
  KIND_CONNECTED,
  KIND_CLOSED,
  KIND_NO_GUARD,
  FLAG_NO_SIZE,
  FLAG_NO_ATTRIB,
  FLAG_SPILLED,
  FLAG_SHORT_OPTION,
  FLAG_TREATED,
  VALUE_TICK_PRICE_PRICE,
  VALUE_TICK_PRICE_SIZE,
  VALUE_TICK_SIZE_SIZE,
  VALUE_TICK_GENERIC_VALUE,
  VALUE_OPTION_IMPLIED_VOL,
  VALUE_OPTION_DELTA,
  VALUE_OPTION_OPT_PRICE,
  VALUE_OPTION_PV_DIVIDEND,
  VALUE_OPTION_GAMMA,
  VALUE_OPTION_VEGA,
  VALUE_OPTION_THETA,
  VALUE_OPTION_UND_PRICE,
  VALUE_ALL_LAST_TIME,
  VALUE_ALL_LAST_PRICE,
  VALUE_ALL_LAST_SIZE,
  VALUE_BID_ASK_TIME,
  VALUE_BID_ASK_BID_PRICE,
  VALUE_BID_ASK_ASK_PRICE,
  VALUE_BID_ASK_BID_SIZE,
  VALUE_BID_ASK_ASK_SIZE,
  VALUE_MID_POINT_TIME,
  VALUE_MID_POINT_PRICE,
  VALUE_DEPTH_PRICE,
  VALUE_DEPTH_SIZE,
  VALUE_BAR_TIME,
  VALUE_BAR_OPEN,
  VALUE_BAR_HIGH,
  VALUE_BAR_LOW,
  VALUE_BAR_CLOSE,
  VALUE_BAR_VOLUME,
  VALUE_BAR_WAP,
  VALUE_BAR_COUNT,
  VALUE_RT_TRADE_TIME,
  VALUE_RT_TRADE_PRICE,
  VALUE_RT_TRADE_SIZE,
  VALUE_RT_TRADE_VOLUME,
  VALUE_RT_TRADE_VWAP,
  VALUE_ORDER_STATUS_FILLED,
  VALUE_ORDER_STATUS_REMAINING,
  VALUE_ORDER_STATUS_AVG_FILL_PRICE,
  VALUE_ORDER_STATUS_PERM_ID,
  VALUE_ORDER_STATUS_LAST_FILL_PRICE,
  VALUE_ORDER_STATUS_MKT_CAP_PRICE,
  ALL_LAST_DOUBLES,
  DEPTH_DOUBLES,
  ORDER_STATUS_DOUBLES,
  DEPTH_SIDE_SHIFT,
  DEPTH_SMART_SHIFT,
  CLOSE_LOCAL,
  CLOSE_REFUSED,
  CLOSE_CONNECT_TIMEOUT,
  CLOSE_HANDSHAKE_TIMEOUT,
  CLOSE_END_OF_STREAM,
  CLOSE_SOCKET_ERROR,
  CLOSE_BAD_LENGTH,
  CLOSE_BAD_HANDSHAKE,
  CLOSE_SEND_OVERFLOW,
  CLOSE_NO_THREAD,
  READ_MODE_LOOP,
  READ_MODE_SPIN,
  READ_MODE_THREAD,
  RING_POLICY_BACKPRESSURE,
  RING_POLICY_CONFLATE,
  RING_POLICY_DROP_OLDEST,
  SENT_TAKE_GENERAL_PATH,
  SENT_NO,
  SENT_WHOLE,
  SENT_QUEUED,
  SENT_BAD_SIZE,
  SHEET_BYTES,
  SHEET_CHANGED,
  SHEET_MARKS,
  SHEET_NUMBERS,
  SHEET_TEXTS,
  SHEET_TEXT_BYTES,
  SHEET_UNSET,
  SHEET_SET,
  SHEET_FALSE,
  SHEET_TRUE,
  SHEET_KIND_TEXT,
  SHEET_KIND_NUMBER,
  SHEET_KIND_INTEGER,
  SHEET_KIND_FLAG,
  PART_FIXED,
  PART_INT32,
  PART_DOUBLE,
  PART_TEXT,
  PART_FLAG,
  PART_NON_ZERO,
  HISTOGRAM_RANGE_BITS,
  HISTOGRAM_ABOVE,
  HISTOGRAM_COUNT,
  HISTOGRAM_SUM,
  HISTOGRAM_MIN,
  HISTOGRAM_MAX,
  HISTOGRAM_BUCKETS,
  HISTOGRAM_ALIGNMENT,
  HISTOGRAM_SUB_BITS,
  MIN_HISTOGRAM_BITS,
  MAX_HISTOGRAM_BITS,
  FULL_HISTOGRAM_BITS,
  SMALL_HISTOGRAM_BITS,
  COUNTERS_BYTES,
  COUNTER_RECEIVED,
  COUNTER_DELIVERED,
  COUNTER_CONFLATED,
  COUNTER_DROPPED,
  COUNTER_FILTERED,
  COUNTER_MALFORMED,
  COUNTER_GONE,
  FILTER_REASONS,
  OUTLIER_BY_NONE,
  OUTLIER_BY_PRICE,
  OUTLIER_BY_PERCENT,
  TAPE_VERSION,
  TAPE_INTENT,
  TAPE_HEAD,
  TAPE_SLOTS,
  TAPE_MARK_BYTES,
  TAPE_MARK_SHIFT,
  MIN_TAPE_SLOTS,
  MAX_TAPE_SLOTS,
  MAX_TAPE_RECORD_SLOTS,
  BOARD_VERSION,
  BOARD_SLOT_BYTES,
  BOARD_SEQUENCE,
  BOARD_REQUEST_ID,
  BOARD_PAUSE,
  BOARD_VALUES_AT,
  BOARD_VALUES,
  MAX_BOARD_SLOTS,
  BOARD_BID,
  BOARD_ASK,
  BOARD_LAST,
  BOARD_BID_SIZE,
  BOARD_ASK_SIZE,
  BOARD_LAST_SIZE,
  BOARD_VOLUME,
  BOARD_OPEN,
  BOARD_HIGH,
  BOARD_LOW,
  BOARD_CLOSE,
  BOARD_MARK,
  BOARD_VWAP,
  BOARD_LAST_TIME_MS,
  BOARD_HALTED,
  BOARD_DELAYED,
  BOARD_FROZEN,
  BOARD_AUCTION_PRICE,
  BOARD_AUCTION_VOLUME,
  BOARD_AUCTION_IMBALANCE,
  BOARD_SHORTABLE,
  BOARD_SHORTABLE_SHARES,
  BOARD_CALL_OPEN_INTEREST,
  BOARD_PUT_OPEN_INTEREST,
  BOARD_HISTORICAL_VOLATILITY,
  BOARD_IMPLIED_VOLATILITY,
  BOARD_AVERAGE_VOLUME,
  BOARD_GREEK_IMPLIED_VOLATILITY,
  BOARD_DELTA,
  BOARD_GAMMA,
  BOARD_VEGA,
  BOARD_THETA,
  BOARD_OPTION_PRICE,
  BOARD_UNDERLYING_PRICE,
  BOARD_PV_DIVIDEND,
  BOARD_BID_IMPLIED_VOLATILITY,
  BOARD_ASK_IMPLIED_VOLATILITY,
  BOARD_LAST_IMPLIED_VOLATILITY,
  BOARD_BID_MICROS,
  BOARD_ASK_MICROS,
  BOARD_LAST_MICROS,
  BOARD_UPDATED_MICROS,
};

/** The values of an order, in the order in which they lie in the sheet. */
export const ORDER_PLACEHOLDERS = [
  "id",
  "contract.conId",
  "contract.symbol",
  "contract.secType",
  "contract.lastTradeDateOrContractMonth",
  "contract.strike",
  "contract.right",
  "contract.multiplier",
  "contract.exchange",
  "contract.primaryExch",
  "contract.currency",
  "contract.localSymbol",
  "contract.tradingClass",
  "order.action",
  "order.totalQuantity",
  "order.orderType",
  "order.lmtPrice",
  "order.auxPrice",
  "order.tif",
  "order.ocaGroup",
  "order.account",
  "order.openClose",
  "order.orderRef",
  "order.transmit",
  "order.parentId",
  "order.triggerMethod",
  "order.outsideRth",
  "order.hidden",
  "order.goodAfterTime",
  "order.goodTillDate",
  "order.ocaType",
  "order.cashQty",
] as const;

/** What each of them is in the sheet: SHEET_KIND_… */
export const SHEET_KINDS: Readonly<Uint8Array> = new Uint8Array([
  2, 2, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 3, 2, 2, 3, 3, 0, 0, 2, 1,
]);
