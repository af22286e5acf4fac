// Written by native/tools/write-layout.cjs from native/addon/layout_*.cpp: do not edit.
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
export const KIND_BARS_CHANGED = 14;
export const KIND_BOOK_CHANGED = 15;
export const KIND_COLD = 32;
export const KIND_RAW = 33;
export const KIND_MALFORMED = 34;
export const KIND_TRAILING = 35;
export const KIND_CONNECTED = 36;
export const KIND_CLOSED = 37;
export const KIND_NO_GUARD = 38;
export const KIND_ARMED = 39;
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
export const VALUE_ARMED_WRITTEN_MICROS = 0;
export const VALUE_ARMED_VALUE = 1;
export const VALUE_ARMED_ENCODED_MICROS = 2;
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
export const CARRIED_WRITTEN = 0;
export const CARRIED_PENDING = 1;
export const CARRIED_FAILED = 2;
export const SENT_TAKE_GENERAL_PATH = -1;
export const SENT_NO = 0;
export const SENT_WHOLE = 1;
export const SENT_QUEUED = 2;
export const SENT_BAD_SIZE = 3;
export const SENT_DENIED = 4;
export const SENT_OVERTAKEN = 5;
export const SENT_READ_ONLY = 6;
export const SHEET_BYTES = 2384;
export const SHEET_CHANGED = 0;
export const SHEET_MARKS = 32;
export const SHEET_NUMBERS = 64;
export const SHEET_TEXTS = 320;
export const SHEET_TEXT_BYTES = 64;
export const SHEET_STAMPS = 2368;
export const SHEET_UNSET = 0;
export const SHEET_SET = 1;
export const SHEET_FALSE = 1;
export const SHEET_TRUE = 2;
export const SHEET_KIND_TEXT = 0;
export const SHEET_KIND_NUMBER = 1;
export const SHEET_KIND_INTEGER = 2;
export const SHEET_KIND_FLAG = 3;
export const ORDER_IDS_BYTES = 64;
export const ORDER_IDS_NEW_FROM = 1;
export const ORDER_IDS_CHANGE = 3;
export const LAST_ORDER_ID = 2147483647;
export const TEMPLATE_SHEET_BYTES = 176;
export const TEMPLATE_HANDLE = 0;
export const TEMPLATE_QUANTITY = 1;
export const TEMPLATE_LIMIT_PRICE = 2;
export const TEMPLATE_ORDER_REF_BYTES = 3;
export const TEMPLATE_ORDER_ID = 4;
export const TEMPLATE_ENCODED_MICROS = 5;
export const TEMPLATE_WRITTEN_MICROS = 6;
export const TEMPLATE_SLOT = 7;
export const TEMPLATE_FIELD = 8;
export const TEMPLATE_OP = 9;
export const TEMPLATE_PRICE = 10;
export const TEMPLATE_EXPIRES_MS = 11;
export const TEMPLATE_RECEIVED_MICROS = 12;
export const TEMPLATE_VALUE = 13;
export const TEMPLATE_ORDER_REF = 112;
export const TEMPLATE_ORDER_REF_ROOM = 64;
export const ARMED_OP_LESS = 0;
export const ARMED_OP_LESS_OR_EQUAL = 1;
export const ARMED_OP_GREATER = 2;
export const ARMED_OP_GREATER_OR_EQUAL = 3;
export const ARMED_STATE_ARMED = 0;
export const ARMED_STATE_FIRING = 1;
export const ARMED_STATE_FIRED = 2;
export const ARMED_STATE_DISARMED = 3;
export const ARMED_STATE_EXPIRED = 4;
export const ARMED_END_EXPIRED = 0;
export const ARMED_END_UNSENT = 1;
export const ARMED_END_WRITTEN = 2;
export const ARMED_END_QUEUED = 3;
export const ARMED_END_DENIED = 4;
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
export const JOURNAL_OFFSET_CHECKSUM = 0;
export const JOURNAL_OFFSET_BYTES = 4;
export const JOURNAL_OFFSET_SEQUENCE = 8;
export const JOURNAL_OFFSET_KIND = 12;
export const JOURNAL_OFFSET_FLAGS = 14;
export const JOURNAL_OFFSET_ORDER_ID = 16;
export const JOURNAL_OFFSET_ARM_ID = 20;
export const JOURNAL_OFFSET_TIME_MICROS = 24;
export const JOURNAL_OFFSET_PERM_ID = 32;
export const JOURNAL_VERSION = 1;
export const JOURNAL_HEAD_BYTES = 40;
export const JOURNAL_ALIGNMENT = 8;
export const JOURNAL_MAX_TEXT_BYTES = 1024;
export const JOURNAL_MAX_RECORD_BYTES = 32768;
export const JOURNAL_MAX_ENDPOINT_BYTES = 280;
export const JOURNAL_FILE_HEADS_BYTES = 640;
export const JOURNAL_FLAG_MODIFY = 1;
export const JOURNAL_FLAG_HELD = 2;
export const JOURNAL_FLAG_OUTSIDE_RTH = 4;
export const JOURNAL_FLAG_HIDDEN = 8;
export const JOURNAL_KIND_SESSION_BEGIN = 1;
export const JOURNAL_KIND_SESSION_END = 2;
export const JOURNAL_KIND_ID_BLOCK = 3;
export const JOURNAL_KIND_INTENT = 4;
export const JOURNAL_KIND_ARMED = 5;
export const JOURNAL_KIND_FIRED = 6;
export const JOURNAL_KIND_DISARMED = 7;
export const JOURNAL_KIND_SENT = 8;
export const JOURNAL_KIND_ACKNOWLEDGED = 9;
export const JOURNAL_KIND_STATUS = 10;
export const JOURNAL_KIND_FILL = 11;
export const JOURNAL_KIND_COMMISSION = 12;
export const JOURNAL_KIND_CANCEL_REQUESTED = 13;
export const JOURNAL_KIND_UNKNOWN = 14;
export const JOURNAL_KIND_DONE = 15;
export const JOURNAL_KIND_DENIED = 16;
export const JOURNAL_KIND_RECONCILE_BEGIN = 17;
export const JOURNAL_KIND_RECONCILE_END = 18;
export const JOURNAL_SESSION_NUMBERS = 3;
export const JOURNAL_ID_BLOCK_NUMBERS = 1;
export const JOURNAL_INTENT_NUMBERS = 10;
export const JOURNAL_FIRED_NUMBERS = 2;
export const JOURNAL_SENT_NUMBERS = 1;
export const JOURNAL_STATUS_NUMBERS = 5;
export const JOURNAL_FILL_NUMBERS = 4;
export const JOURNAL_COMMISSION_NUMBERS = 3;
export const JOURNAL_DONE_NUMBERS = 3;
export const JOURNAL_DENIED_NUMBERS = 1;
export const JOURNAL_RECONCILE_NUMBERS = 3;
export const JOURNAL_SESSION_PROCESS_ID = 0;
export const JOURNAL_SESSION_SERVER_VERSION = 1;
export const JOURNAL_SESSION_NEXT_ORDER_ID = 2;
export const JOURNAL_ID_BLOCK_HIGH_WATER = 0;
export const JOURNAL_INTENT_CON_ID = 0;
export const JOURNAL_INTENT_STRIKE = 1;
export const JOURNAL_INTENT_MULTIPLIER = 2;
export const JOURNAL_INTENT_QUANTITY = 3;
export const JOURNAL_INTENT_LIMIT_PRICE = 4;
export const JOURNAL_INTENT_AUX_PRICE = 5;
export const JOURNAL_INTENT_PARENT_ID = 6;
export const JOURNAL_INTENT_CASH_QUANTITY = 7;
export const JOURNAL_INTENT_TRIGGER_PRICE = 8;
export const JOURNAL_INTENT_EXPIRES_MS = 9;
export const JOURNAL_FIRED_TRIGGER_PRICE = 0;
export const JOURNAL_FIRED_QUOTE_PRICE = 1;
export const JOURNAL_SENT_DISPOSITION = 0;
export const JOURNAL_STATUS_FILLED = 0;
export const JOURNAL_STATUS_REMAINING = 1;
export const JOURNAL_STATUS_AVERAGE_PRICE = 2;
export const JOURNAL_STATUS_LAST_PRICE = 3;
export const JOURNAL_STATUS_MARKET_CAP_PRICE = 4;
export const JOURNAL_FILL_QUANTITY = 0;
export const JOURNAL_FILL_PRICE = 1;
export const JOURNAL_FILL_CUMULATIVE_QUANTITY = 2;
export const JOURNAL_FILL_AVERAGE_PRICE = 3;
export const JOURNAL_COMMISSION_COMMISSION = 0;
export const JOURNAL_COMMISSION_REALIZED_PNL = 1;
export const JOURNAL_COMMISSION_YIELD = 2;
export const JOURNAL_DONE_GATEWAY_CODE = 0;
export const JOURNAL_DONE_FILLED = 1;
export const JOURNAL_DONE_AVERAGE_PRICE = 2;
export const JOURNAL_RECONCILE_OPEN_ORDERS = 0;
export const JOURNAL_RECONCILE_EXECUTIONS = 1;
export const JOURNAL_RECONCILE_UNKNOWN = 2;
export const JOURNAL_TEXT_ORDER_REF = 0;
export const JOURNAL_TEXT_ACCOUNT = 1;
export const JOURNAL_TEXT_SYMBOL = 2;
export const JOURNAL_TEXT_SEC_TYPE = 3;
export const JOURNAL_TEXT_LAST_TRADE_DATE = 4;
export const JOURNAL_TEXT_RIGHT = 5;
export const JOURNAL_TEXT_EXCHANGE = 6;
export const JOURNAL_TEXT_PRIMARY_EXCHANGE = 7;
export const JOURNAL_TEXT_CURRENCY = 8;
export const JOURNAL_TEXT_LOCAL_SYMBOL = 9;
export const JOURNAL_TEXT_TRADING_CLASS = 10;
export const JOURNAL_TEXT_ACTION = 11;
export const JOURNAL_TEXT_ORDER_TYPE = 12;
export const JOURNAL_TEXT_TIME_IN_FORCE = 13;
export const JOURNAL_TEXT_OCA_GROUP = 14;
export const JOURNAL_TEXT_GOOD_AFTER_TIME = 15;
export const JOURNAL_TEXT_GOOD_TILL_DATE = 16;
export const JOURNAL_TEXT_QUANTITY_TEXT = 17;
export const JOURNAL_TEXT_TRIGGER_FIELD = 18;
export const JOURNAL_TEXT_TRIGGER_OPERATOR = 19;
export const JOURNAL_INTENT_TEXTS = 20;
export const JOURNAL_SYNC_ALWAYS = 0;
export const JOURNAL_SYNC_INTERVAL = 1;
export const JOURNAL_SYNC_NEVER = 2;
export const JOURNAL_SENT_UNSENT = 0;
export const JOURNAL_SENT_WRITTEN = 1;
export const JOURNAL_SENT_UNKNOWN = 2;
export const JOURNAL_FAULT_NONE = 0;
export const JOURNAL_FAULT_SYSTEM = 1;
export const JOURNAL_FAULT_LOCKED = 2;
export const JOURNAL_FAULT_FOREIGN = 3;
export const JOURNAL_FAULT_OTHER_NAME = 4;
export const JOURNAL_FAULT_NEWER = 5;
export const JOURNAL_TAIL_TORN = 1;
export const JOURNAL_TAIL_DAMAGED = 2;
export const COUNTERS_BYTES = 192;
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
export const BOARD_VERSION = 2;
export const BOARD_SLOT_BYTES = 448;
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
export const BOARD_OPEN = 14;
export const BOARD_HIGH = 15;
export const BOARD_LOW = 16;
export const BOARD_CLOSE = 17;
export const BOARD_MARK = 18;
export const BOARD_VWAP = 19;
export const BOARD_LAST_TIME_MS = 12;
export const BOARD_HALTED = 13;
export const BOARD_DELAYED = 11;
export const BOARD_FROZEN = 20;
export const BOARD_AUCTION_PRICE = 21;
export const BOARD_AUCTION_VOLUME = 22;
export const BOARD_AUCTION_IMBALANCE = 23;
export const BOARD_SHORTABLE = 24;
export const BOARD_SHORTABLE_SHARES = 25;
export const BOARD_CALL_OPEN_INTEREST = 26;
export const BOARD_PUT_OPEN_INTEREST = 27;
export const BOARD_HISTORICAL_VOLATILITY = 28;
export const BOARD_IMPLIED_VOLATILITY = 29;
export const BOARD_AVERAGE_VOLUME = 30;
export const BOARD_GREEK_IMPLIED_VOLATILITY = 31;
export const BOARD_DELTA = 32;
export const BOARD_GAMMA = 33;
export const BOARD_VEGA = 34;
export const BOARD_THETA = 35;
export const BOARD_OPTION_PRICE = 36;
export const BOARD_UNDERLYING_PRICE = 37;
export const BOARD_PV_DIVIDEND = 38;
export const BOARD_BID_IMPLIED_VOLATILITY = 39;
export const BOARD_ASK_IMPLIED_VOLATILITY = 40;
export const BOARD_LAST_IMPLIED_VOLATILITY = 41;
export const BOARD_BID_MICROS = 7;
export const BOARD_ASK_MICROS = 8;
export const BOARD_LAST_MICROS = 9;
export const BOARD_UPDATED_MICROS = 10;
export const BAR_MEMORY_VERSION = 2;
export const BAR_CLOSED = 0;
export const BAR_CAPACITY = 4;
export const BAR_LOSSES_AT = 16;
export const BAR_RUN_USE = 12;
export const BAR_RUN_PLACE = 48;
export const BAR_RUN_USE_NONE = 0;
export const BAR_RUN_USE_MOVES_END = 2;
export const BAR_RUN_BYTES = 64;
export const BAR_RUN_SEQUENCE = 0;
export const BAR_RUN_PAUSE = 4;
export const BAR_RUN_VALUES_AT = 8;
export const BAR_RUN_VALUES = 5;
export const BAR_RUN_COUNT = 0;
export const BAR_RUN_HIGH = 1;
export const BAR_RUN_LOW = 2;
export const BAR_RUN_CLOSE = 3;
export const BAR_RUN_LAST_MS = 4;
export const BAR_RUN_SUMS_BYTES = 16;
export const BAR_SLOTS_AT = 64;
export const BAR_SLOT_BYTES = 128;
export const BAR_SEQUENCE = 0;
export const BAR_NUMBER = 4;
export const BAR_FLAGS = 8;
export const BAR_PAUSE = 12;
export const BAR_VALUES_AT = 16;
export const BAR_VALUES = 11;
export const BAR_START_MS = 0;
export const BAR_END_MS = 1;
export const BAR_OPEN = 2;
export const BAR_HIGH = 3;
export const BAR_LOW = 4;
export const BAR_CLOSE = 5;
export const BAR_VOLUME = 6;
export const BAR_NOTIONAL = 7;
export const BAR_COUNT = 8;
export const BAR_FIRST_MS = 9;
export const BAR_LAST_MS = 10;
export const BAR_FLAG_FIRST = 1;
export const BAR_FLAG_LAST = 2;
export const BAR_FLAG_GAP = 4;
export const BAR_FLAG_AMENDED = 8;
export const BAR_FLAG_CORRECTED = 16;
export const BAR_FLAG_CARRIED = 32;
export const BAR_FLAG_SHORT = 64;
export const BAR_LOSS_LATE = 0;
export const BAR_LOSS_OUTSIDE = 1;
export const BAR_LOSS_UNPRICED = 2;
export const BAR_LOSS_CORRECTION = 3;
export const FEWEST_BARS = 2;
export const MOST_BARS = 1048576;
export const BAR_BY_TIME = 0;
export const BAR_BY_TICKS = 1;
export const BAR_BY_VOLUME = 2;
export const BAR_BY_NOTIONAL = 3;
export const BAR_PRICE_TRADES = 0;
export const BAR_PRICE_MID = 1;
export const BAR_PRICE_BID = 2;
export const BAR_PRICE_ASK = 3;
export const TRADE_FEED_TICK_BY_TICK = 0;
export const TRADE_FEED_RT_VOLUME = 1;
export const TRADE_FEED_RT_TRADE_VOLUME = 2;
export const TRADE_FEED_LAST = 3;
export const QUOTE_FEED_LINE = 0;
export const QUOTE_FEED_BID_ASK = 1;
export const QUOTE_FEED_MID_POINT = 2;
export const ORDER_GAP = 0;
export const ORDER_CORRECT = 1;
export const ORDER_RESUME = 2;
export const ORDER_SESSIONS = 3;
export const ORDER_RESET_BOOK = 4;
export const BOOK_VERSION = 1;
export const BOOK_BYTES = 4032;
export const MAX_BOOK_ROWS = 60;
export const BOOK_MAKER_BYTES = 16;
export const BOOK_ROW_BYTES = 16;
export const BOOK_SEQUENCE = 0;
export const BOOK_REQUEST_ID = 4;
export const BOOK_PAUSE = 8;
export const BOOK_FLAGS = 12;
export const BOOK_DEPTH = 16;
export const BOOK_ROWS = 20;
export const BOOK_DAMAGE = 28;
export const BOOK_UPDATED_MICROS = 40;
export const BOOK_COUNTERS_AT = 64;
export const BOOK_COUNTER_UPDATES = 0;
export const BOOK_COUNTER_RESETS = 1;
export const BOOK_COUNTER_FORGIVEN = 2;
export const BOOK_COUNTER_IGNORED = 3;
export const BOOK_COUNTER_DAMAGES = 4;
export const BOOK_DAMAGES = 8;
export const BOOK_LEVELS_AT = 192;
export const BOOK_MAKERS_AT = 2112;
export const BOOK_ASK = 0;
export const BOOK_BID = 1;
export const BOOK_FLAG_DAMAGED = 1;
export const BOOK_FLAG_CROSSED = 2;
export const BOOK_FLAG_LOCKED = 4;
export const BOOK_FLAG_BIDS_MISORDERED = 8;
export const BOOK_FLAG_ASKS_MISORDERED = 16;
export const BOOK_FLAG_SMART = 32;
export const BOOK_FLAG_MAKERS = 64;
export const BOOK_FLAG_FORGIVES_DELETES = 128;
export const RISK_LIMITS_VERSION = 2;
export const RISK_LIMIT_COUNT = 66;
export const RISK_SCOPE_LIMIT_COUNT = 27;
export const RISK_LIMITS_ALL = 25;
export const RISK_SECURITY_TYPES = 14;
export const RISK_ORDER_TYPES = 14;
export const RISK_TIMES_IN_FORCE = 9;
export const RISK_STATE_ACTIVE = 0;
export const RISK_STATE_REDUCING = 1;
export const RISK_STATE_HALTED = 2;
export const RISK_UNIT_BRACKET = 1;
export const RISK_UNIT_OCA = 2;
export const RISK_SCOPE_ALL = 0;
export const RISK_SCOPE_ACCOUNT = 1;
export const RISK_SCOPE_STRATEGY = 2;
export const RISK_LISTING_NONE = 0;
export const RISK_LISTING_ALLOWED = 1;
export const RISK_LISTING_DENIED = 2;
export const RISK_TAKE_TAKEN = 0;
export const RISK_TAKE_REPEATED = 1;
export const RISK_TAKE_UNKNOWN = 2;
export const RISK_DECISION_COUNT = 16;
export const RISK_DECISION_TIME_MS = 0;
export const RISK_DECISION_SOURCE = 1;
export const RISK_DECISION_ORDER_ID = 2;
export const RISK_DECISION_CODE = 3;
export const RISK_DECISION_SCOPE = 4;
export const RISK_DECISION_MEASURED = 5;
export const RISK_DECISION_LIMIT = 6;
export const RISK_DECISION_SIDE = 7;
export const RISK_DECISION_QUANTITY = 8;
export const RISK_DECISION_LIMIT_PRICE = 9;
export const RISK_DECISION_AUX_PRICE = 10;
export const RISK_DECISION_BID = 11;
export const RISK_DECISION_ASK = 12;
export const RISK_DECISION_INSTRUMENT = 13;
export const RISK_DECISION_IS_CHANGE = 14;
export const RISK_DECISION_LIMITS_VERSION = 15;
export const RISK_FACTS_COUNT = 24;
export const RISK_FACTS_BANDS = 8;
export const RISK_MOST_BANDS = 8;
export const RISK_INSTRUMENTS = 4096;
export const RISK_SNAPSHOT_COUNT = 16;
export const RISK_DAY_COUNT = 8;
export const RISK_GUARD_RECONCILING = 1;
export const RISK_GUARD_UPSTREAM_LOST = 2;
export const RISK_GUARD_DATA_STALE = 4;

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
  KIND_BARS_CHANGED,
  KIND_BOOK_CHANGED,
  KIND_COLD,
  KIND_RAW,
  KIND_MALFORMED,
  KIND_TRAILING,
  KIND_CONNECTED,
  KIND_CLOSED,
  KIND_NO_GUARD,
  KIND_ARMED,
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
  VALUE_ARMED_WRITTEN_MICROS,
  VALUE_ARMED_VALUE,
  VALUE_ARMED_ENCODED_MICROS,
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
  CARRIED_WRITTEN,
  CARRIED_PENDING,
  CARRIED_FAILED,
  SENT_TAKE_GENERAL_PATH,
  SENT_NO,
  SENT_WHOLE,
  SENT_QUEUED,
  SENT_BAD_SIZE,
  SENT_DENIED,
  SENT_OVERTAKEN,
  SENT_READ_ONLY,
  SHEET_BYTES,
  SHEET_CHANGED,
  SHEET_MARKS,
  SHEET_NUMBERS,
  SHEET_TEXTS,
  SHEET_TEXT_BYTES,
  SHEET_STAMPS,
  SHEET_UNSET,
  SHEET_SET,
  SHEET_FALSE,
  SHEET_TRUE,
  SHEET_KIND_TEXT,
  SHEET_KIND_NUMBER,
  SHEET_KIND_INTEGER,
  SHEET_KIND_FLAG,
  ORDER_IDS_BYTES,
  ORDER_IDS_NEW_FROM,
  ORDER_IDS_CHANGE,
  LAST_ORDER_ID,
  TEMPLATE_SHEET_BYTES,
  TEMPLATE_HANDLE,
  TEMPLATE_QUANTITY,
  TEMPLATE_LIMIT_PRICE,
  TEMPLATE_ORDER_REF_BYTES,
  TEMPLATE_ORDER_ID,
  TEMPLATE_ENCODED_MICROS,
  TEMPLATE_WRITTEN_MICROS,
  TEMPLATE_SLOT,
  TEMPLATE_FIELD,
  TEMPLATE_OP,
  TEMPLATE_PRICE,
  TEMPLATE_EXPIRES_MS,
  TEMPLATE_RECEIVED_MICROS,
  TEMPLATE_VALUE,
  TEMPLATE_ORDER_REF,
  TEMPLATE_ORDER_REF_ROOM,
  ARMED_OP_LESS,
  ARMED_OP_LESS_OR_EQUAL,
  ARMED_OP_GREATER,
  ARMED_OP_GREATER_OR_EQUAL,
  ARMED_STATE_ARMED,
  ARMED_STATE_FIRING,
  ARMED_STATE_FIRED,
  ARMED_STATE_DISARMED,
  ARMED_STATE_EXPIRED,
  ARMED_END_EXPIRED,
  ARMED_END_UNSENT,
  ARMED_END_WRITTEN,
  ARMED_END_QUEUED,
  ARMED_END_DENIED,
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
  JOURNAL_OFFSET_CHECKSUM,
  JOURNAL_OFFSET_BYTES,
  JOURNAL_OFFSET_SEQUENCE,
  JOURNAL_OFFSET_KIND,
  JOURNAL_OFFSET_FLAGS,
  JOURNAL_OFFSET_ORDER_ID,
  JOURNAL_OFFSET_ARM_ID,
  JOURNAL_OFFSET_TIME_MICROS,
  JOURNAL_OFFSET_PERM_ID,
  JOURNAL_VERSION,
  JOURNAL_HEAD_BYTES,
  JOURNAL_ALIGNMENT,
  JOURNAL_MAX_TEXT_BYTES,
  JOURNAL_MAX_RECORD_BYTES,
  JOURNAL_MAX_ENDPOINT_BYTES,
  JOURNAL_FILE_HEADS_BYTES,
  JOURNAL_FLAG_MODIFY,
  JOURNAL_FLAG_HELD,
  JOURNAL_FLAG_OUTSIDE_RTH,
  JOURNAL_FLAG_HIDDEN,
  JOURNAL_KIND_SESSION_BEGIN,
  JOURNAL_KIND_SESSION_END,
  JOURNAL_KIND_ID_BLOCK,
  JOURNAL_KIND_INTENT,
  JOURNAL_KIND_ARMED,
  JOURNAL_KIND_FIRED,
  JOURNAL_KIND_DISARMED,
  JOURNAL_KIND_SENT,
  JOURNAL_KIND_ACKNOWLEDGED,
  JOURNAL_KIND_STATUS,
  JOURNAL_KIND_FILL,
  JOURNAL_KIND_COMMISSION,
  JOURNAL_KIND_CANCEL_REQUESTED,
  JOURNAL_KIND_UNKNOWN,
  JOURNAL_KIND_DONE,
  JOURNAL_KIND_DENIED,
  JOURNAL_KIND_RECONCILE_BEGIN,
  JOURNAL_KIND_RECONCILE_END,
  JOURNAL_SESSION_NUMBERS,
  JOURNAL_ID_BLOCK_NUMBERS,
  JOURNAL_INTENT_NUMBERS,
  JOURNAL_FIRED_NUMBERS,
  JOURNAL_SENT_NUMBERS,
  JOURNAL_STATUS_NUMBERS,
  JOURNAL_FILL_NUMBERS,
  JOURNAL_COMMISSION_NUMBERS,
  JOURNAL_DONE_NUMBERS,
  JOURNAL_DENIED_NUMBERS,
  JOURNAL_RECONCILE_NUMBERS,
  JOURNAL_SESSION_PROCESS_ID,
  JOURNAL_SESSION_SERVER_VERSION,
  JOURNAL_SESSION_NEXT_ORDER_ID,
  JOURNAL_ID_BLOCK_HIGH_WATER,
  JOURNAL_INTENT_CON_ID,
  JOURNAL_INTENT_STRIKE,
  JOURNAL_INTENT_MULTIPLIER,
  JOURNAL_INTENT_QUANTITY,
  JOURNAL_INTENT_LIMIT_PRICE,
  JOURNAL_INTENT_AUX_PRICE,
  JOURNAL_INTENT_PARENT_ID,
  JOURNAL_INTENT_CASH_QUANTITY,
  JOURNAL_INTENT_TRIGGER_PRICE,
  JOURNAL_INTENT_EXPIRES_MS,
  JOURNAL_FIRED_TRIGGER_PRICE,
  JOURNAL_FIRED_QUOTE_PRICE,
  JOURNAL_SENT_DISPOSITION,
  JOURNAL_STATUS_FILLED,
  JOURNAL_STATUS_REMAINING,
  JOURNAL_STATUS_AVERAGE_PRICE,
  JOURNAL_STATUS_LAST_PRICE,
  JOURNAL_STATUS_MARKET_CAP_PRICE,
  JOURNAL_FILL_QUANTITY,
  JOURNAL_FILL_PRICE,
  JOURNAL_FILL_CUMULATIVE_QUANTITY,
  JOURNAL_FILL_AVERAGE_PRICE,
  JOURNAL_COMMISSION_COMMISSION,
  JOURNAL_COMMISSION_REALIZED_PNL,
  JOURNAL_COMMISSION_YIELD,
  JOURNAL_DONE_GATEWAY_CODE,
  JOURNAL_DONE_FILLED,
  JOURNAL_DONE_AVERAGE_PRICE,
  JOURNAL_RECONCILE_OPEN_ORDERS,
  JOURNAL_RECONCILE_EXECUTIONS,
  JOURNAL_RECONCILE_UNKNOWN,
  JOURNAL_TEXT_ORDER_REF,
  JOURNAL_TEXT_ACCOUNT,
  JOURNAL_TEXT_SYMBOL,
  JOURNAL_TEXT_SEC_TYPE,
  JOURNAL_TEXT_LAST_TRADE_DATE,
  JOURNAL_TEXT_RIGHT,
  JOURNAL_TEXT_EXCHANGE,
  JOURNAL_TEXT_PRIMARY_EXCHANGE,
  JOURNAL_TEXT_CURRENCY,
  JOURNAL_TEXT_LOCAL_SYMBOL,
  JOURNAL_TEXT_TRADING_CLASS,
  JOURNAL_TEXT_ACTION,
  JOURNAL_TEXT_ORDER_TYPE,
  JOURNAL_TEXT_TIME_IN_FORCE,
  JOURNAL_TEXT_OCA_GROUP,
  JOURNAL_TEXT_GOOD_AFTER_TIME,
  JOURNAL_TEXT_GOOD_TILL_DATE,
  JOURNAL_TEXT_QUANTITY_TEXT,
  JOURNAL_TEXT_TRIGGER_FIELD,
  JOURNAL_TEXT_TRIGGER_OPERATOR,
  JOURNAL_INTENT_TEXTS,
  JOURNAL_SYNC_ALWAYS,
  JOURNAL_SYNC_INTERVAL,
  JOURNAL_SYNC_NEVER,
  JOURNAL_SENT_UNSENT,
  JOURNAL_SENT_WRITTEN,
  JOURNAL_SENT_UNKNOWN,
  JOURNAL_FAULT_NONE,
  JOURNAL_FAULT_SYSTEM,
  JOURNAL_FAULT_LOCKED,
  JOURNAL_FAULT_FOREIGN,
  JOURNAL_FAULT_OTHER_NAME,
  JOURNAL_FAULT_NEWER,
  JOURNAL_TAIL_TORN,
  JOURNAL_TAIL_DAMAGED,
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
  BAR_MEMORY_VERSION,
  BAR_CLOSED,
  BAR_CAPACITY,
  BAR_LOSSES_AT,
  BAR_RUN_USE,
  BAR_RUN_PLACE,
  BAR_RUN_USE_NONE,
  BAR_RUN_USE_MOVES_END,
  BAR_RUN_BYTES,
  BAR_RUN_SEQUENCE,
  BAR_RUN_PAUSE,
  BAR_RUN_VALUES_AT,
  BAR_RUN_VALUES,
  BAR_RUN_COUNT,
  BAR_RUN_HIGH,
  BAR_RUN_LOW,
  BAR_RUN_CLOSE,
  BAR_RUN_LAST_MS,
  BAR_RUN_SUMS_BYTES,
  BAR_SLOTS_AT,
  BAR_SLOT_BYTES,
  BAR_SEQUENCE,
  BAR_NUMBER,
  BAR_FLAGS,
  BAR_PAUSE,
  BAR_VALUES_AT,
  BAR_VALUES,
  BAR_START_MS,
  BAR_END_MS,
  BAR_OPEN,
  BAR_HIGH,
  BAR_LOW,
  BAR_CLOSE,
  BAR_VOLUME,
  BAR_NOTIONAL,
  BAR_COUNT,
  BAR_FIRST_MS,
  BAR_LAST_MS,
  BAR_FLAG_FIRST,
  BAR_FLAG_LAST,
  BAR_FLAG_GAP,
  BAR_FLAG_AMENDED,
  BAR_FLAG_CORRECTED,
  BAR_FLAG_CARRIED,
  BAR_FLAG_SHORT,
  BAR_LOSS_LATE,
  BAR_LOSS_OUTSIDE,
  BAR_LOSS_UNPRICED,
  BAR_LOSS_CORRECTION,
  FEWEST_BARS,
  MOST_BARS,
  BAR_BY_TIME,
  BAR_BY_TICKS,
  BAR_BY_VOLUME,
  BAR_BY_NOTIONAL,
  BAR_PRICE_TRADES,
  BAR_PRICE_MID,
  BAR_PRICE_BID,
  BAR_PRICE_ASK,
  TRADE_FEED_TICK_BY_TICK,
  TRADE_FEED_RT_VOLUME,
  TRADE_FEED_RT_TRADE_VOLUME,
  TRADE_FEED_LAST,
  QUOTE_FEED_LINE,
  QUOTE_FEED_BID_ASK,
  QUOTE_FEED_MID_POINT,
  ORDER_GAP,
  ORDER_CORRECT,
  ORDER_RESUME,
  ORDER_SESSIONS,
  ORDER_RESET_BOOK,
  BOOK_VERSION,
  BOOK_BYTES,
  MAX_BOOK_ROWS,
  BOOK_MAKER_BYTES,
  BOOK_ROW_BYTES,
  BOOK_SEQUENCE,
  BOOK_REQUEST_ID,
  BOOK_PAUSE,
  BOOK_FLAGS,
  BOOK_DEPTH,
  BOOK_ROWS,
  BOOK_DAMAGE,
  BOOK_UPDATED_MICROS,
  BOOK_COUNTERS_AT,
  BOOK_COUNTER_UPDATES,
  BOOK_COUNTER_RESETS,
  BOOK_COUNTER_FORGIVEN,
  BOOK_COUNTER_IGNORED,
  BOOK_COUNTER_DAMAGES,
  BOOK_DAMAGES,
  BOOK_LEVELS_AT,
  BOOK_MAKERS_AT,
  BOOK_ASK,
  BOOK_BID,
  BOOK_FLAG_DAMAGED,
  BOOK_FLAG_CROSSED,
  BOOK_FLAG_LOCKED,
  BOOK_FLAG_BIDS_MISORDERED,
  BOOK_FLAG_ASKS_MISORDERED,
  BOOK_FLAG_SMART,
  BOOK_FLAG_MAKERS,
  BOOK_FLAG_FORGIVES_DELETES,
  RISK_LIMITS_VERSION,
  RISK_LIMIT_COUNT,
  RISK_SCOPE_LIMIT_COUNT,
  RISK_LIMITS_ALL,
  RISK_SECURITY_TYPES,
  RISK_ORDER_TYPES,
  RISK_TIMES_IN_FORCE,
  RISK_STATE_ACTIVE,
  RISK_STATE_REDUCING,
  RISK_STATE_HALTED,
  RISK_UNIT_BRACKET,
  RISK_UNIT_OCA,
  RISK_SCOPE_ALL,
  RISK_SCOPE_ACCOUNT,
  RISK_SCOPE_STRATEGY,
  RISK_LISTING_NONE,
  RISK_LISTING_ALLOWED,
  RISK_LISTING_DENIED,
  RISK_TAKE_TAKEN,
  RISK_TAKE_REPEATED,
  RISK_TAKE_UNKNOWN,
  RISK_DECISION_COUNT,
  RISK_DECISION_TIME_MS,
  RISK_DECISION_SOURCE,
  RISK_DECISION_ORDER_ID,
  RISK_DECISION_CODE,
  RISK_DECISION_SCOPE,
  RISK_DECISION_MEASURED,
  RISK_DECISION_LIMIT,
  RISK_DECISION_SIDE,
  RISK_DECISION_QUANTITY,
  RISK_DECISION_LIMIT_PRICE,
  RISK_DECISION_AUX_PRICE,
  RISK_DECISION_BID,
  RISK_DECISION_ASK,
  RISK_DECISION_INSTRUMENT,
  RISK_DECISION_IS_CHANGE,
  RISK_DECISION_LIMITS_VERSION,
  RISK_FACTS_COUNT,
  RISK_FACTS_BANDS,
  RISK_MOST_BANDS,
  RISK_INSTRUMENTS,
  RISK_SNAPSHOT_COUNT,
  RISK_DAY_COUNT,
  RISK_GUARD_RECONCILING,
  RISK_GUARD_UPSTREAM_LOST,
  RISK_GUARD_DATA_STALE,
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

/** What the risk gate denies for, by its number. */
export const DENY_CODES = [
  { name: "NONE", unit: "", limit: "" },
  { name: "STOPPED", unit: "", limit: "" },
  { name: "HALTED", unit: "state", limit: "" },
  { name: "REDUCING", unit: "state", limit: "" },
  { name: "BUSY", unit: "attempts", limit: "" },
  { name: "TABLE_FULL", unit: "entries", limit: "capacity" },
  { name: "RECONCILING", unit: "", limit: "denyWhile" },
  { name: "UPSTREAM_LOST", unit: "", limit: "denyWhile" },
  { name: "DATA_STALE", unit: "", limit: "denyWhile" },
  { name: "INSTRUMENT_UNKNOWN", unit: "", limit: "" },
  { name: "ACCOUNT_UNKNOWN", unit: "", limit: "" },
  { name: "STRATEGY_UNKNOWN", unit: "", limit: "" },
  { name: "QUANTITY_INVALID", unit: "units", limit: "smallest quantity, 1e-8" },
  { name: "PRICE_INVALID", unit: "price", limit: "negativePrices" },
  { name: "AUX_PRICE_INVALID", unit: "price", limit: "negativePrices" },
  {
    name: "AMOUNT_TOO_LARGE",
    unit: "units or money",
    limit: "what the book can count: 1e9 units, 1e13 of the base currency",
  },
  { name: "IDENTITY_CHANGED", unit: "", limit: "" },
  { name: "UNIT_INVALID", unit: "parts", limit: "" },
  { name: "ORDER_UNREADABLE", unit: "", limit: "" },
  { name: "ACCOUNT_ENVIRONMENT", unit: "environment", limit: "environment" },
  { name: "ACCOUNT_DENIED", unit: "", limit: "" },
  { name: "SYMBOL_DENIED", unit: "", limit: "onlyAllowedSymbols" },
  { name: "SECURITY_TYPE_DENIED", unit: "bit", limit: "securityTypes" },
  { name: "EXCHANGE_DENIED", unit: "bit", limit: "exchanges" },
  { name: "ORDER_TYPE_DENIED", unit: "bit", limit: "orderTypes" },
  { name: "TIME_IN_FORCE_DENIED", unit: "bit", limit: "timesInForce" },
  { name: "OUTSIDE_HOURS", unit: "ms", limit: "tradeFromMs, tradeToMs" },
  { name: "EXERCISE_DENIED", unit: "", limit: "allowExercise" },
  { name: "TICK_SIZE", unit: "price", limit: "increment" },
  { name: "MAX_QUANTITY", unit: "units", limit: "maxOrderQuantity" },
  { name: "MAX_TYPE_QUANTITY", unit: "units", limit: "maxTypeQuantity" },
  { name: "MAX_SYMBOL_QUANTITY", unit: "units", limit: "instrument's maxQuantity" },
  { name: "REFERENCE_MISSING", unit: "", limit: "collarReference" },
  { name: "REFERENCE_STALE", unit: "ms", limit: "maxQuoteAgeMs" },
  { name: "MAX_NOTIONAL", unit: "money", limit: "maxOrderNotional" },
  { name: "COLLAR_PERCENT", unit: "%", limit: "collarPercent" },
  { name: "COLLAR_TICKS", unit: "ticks", limit: "collarTicks" },
  { name: "MARKET_QUOTE_STALE", unit: "ms", limit: "marketQuoteAgeMs" },
  { name: "SPREAD_PERCENT", unit: "%", limit: "maxSpreadPercent" },
  { name: "SPREAD_TICKS", unit: "ticks", limit: "maxSpreadTicks" },
  { name: "DUPLICATE_ORDER", unit: "ms", limit: "duplicateWindowMs" },
  { name: "DUPLICATE_REF", unit: "orders", limit: "1, where uniqueRefs" },
  { name: "SELF_TRADE", unit: "price", limit: "preventSelfTrade" },
  { name: "REDUCE_ONLY", unit: "units", limit: "the account's position on the other side" },
  { name: "SHORT_SALE", unit: "units", limit: "shortSale; instrument's shortableShares" },
  { name: "MAX_POSITION", unit: "units", limit: "maxPosition" },
  { name: "MAX_SYMBOL_POSITION", unit: "units", limit: "instrument's maxPosition" },
  { name: "GROSS_EXPOSURE", unit: "money", limit: "maxGrossExposure" },
  { name: "NET_EXPOSURE", unit: "money", limit: "maxNetExposure" },
  { name: "LEVERAGE", unit: "×", limit: "maxLeverage" },
  { name: "ACCOUNT_VALUES_STALE", unit: "ms", limit: "maxAccountAgeMs" },
  { name: "BUYING_POWER", unit: "money", limit: "buyingPowerPercent of the available funds" },
  { name: "OPEN_ORDERS", unit: "orders", limit: "maxOpenOrders" },
  { name: "SYMBOL_OPEN_ORDERS", unit: "orders", limit: "maxSymbolOpenOrders" },
  { name: "ORDER_RATE", unit: "orders", limit: "maxOrderRate" },
  { name: "MODIFY_RATE", unit: "changes", limit: "maxModifyRate" },
  { name: "MESSAGE_RATE", unit: "messages", limit: "maxMessageRate" },
  { name: "REPEATED_EXECUTIONS", unit: "executions", limit: "maxExecutionRate" },
  { name: "DAILY_ORDERS", unit: "orders", limit: "softDailyOrders, maxDailyOrders" },
  { name: "DAILY_TRADES", unit: "executions", limit: "softDailyTrades, maxDailyTrades" },
  { name: "DAILY_VOLUME", unit: "units", limit: "softDailyVolume, maxDailyVolume" },
  { name: "DAILY_REALIZED_LOSS", unit: "money", limit: "softDailyRealizedLoss, maxDailyRealizedLoss" },
  { name: "DAILY_LOSS", unit: "money", limit: "softDailyLoss, maxDailyLoss" },
  { name: "DRAWDOWN", unit: "money", limit: "softDrawdown, maxDrawdown" },
] as const;

/** Limits of the risk gate: `index` counts doubles. */
export const RISK_LIMITS = [
  { name: "version", unit: "", index: 0, initial: 0 },
  { name: "maxOrderQuantity", unit: "units", index: 1, initial: Number.POSITIVE_INFINITY },
  { name: "maxOrderNotional", unit: "money", index: 2, initial: Number.POSITIVE_INFINITY },
  { name: "collarPercent", unit: "%", index: 3, initial: 10 },
  { name: "collarTicks", unit: "ticks", index: 4, initial: Number.POSITIVE_INFINITY },
  { name: "collarReference", unit: "0 far side, 1 near side, 2 mid, 3 last", index: 5, initial: 0 },
  { name: "collarBothSides", unit: "0 or 1", index: 6, initial: 0 },
  { name: "maxQuoteAgeMs", unit: "ms", index: 7, initial: 10000 },
  { name: "marketQuoteAgeMs", unit: "ms", index: 8, initial: 5000 },
  { name: "maxSpreadPercent", unit: "%", index: 9, initial: 5 },
  { name: "maxSpreadTicks", unit: "ticks", index: 10, initial: Number.POSITIVE_INFINITY },
  { name: "duplicateWindowMs", unit: "ms", index: 11, initial: 0 },
  { name: "uniqueRefs", unit: "0 or 1", index: 12, initial: 1 },
  { name: "preventSelfTrade", unit: "0 or 1", index: 13, initial: 1 },
  { name: "shortSale", unit: "0 free, 1 what can be borrowed, 2 forbidden", index: 14, initial: 0 },
  { name: "environment", unit: "0 any, 1 paper, 2 live", index: 15, initial: 0 },
  { name: "denyWhile", unit: "bits: 1 reconciling, 2 upstream lost, 4 data stale", index: 16, initial: 7 },
  { name: "onlyAllowedSymbols", unit: "0 or 1", index: 17, initial: 0 },
  { name: "allowExercise", unit: "0 or 1", index: 18, initial: 0 },
  { name: "securityTypes", unit: "bits", index: 19, initial: 9007199254740991 },
  { name: "exchanges", unit: "bits", index: 20, initial: 9007199254740991 },
  { name: "orderTypes", unit: "bits", index: 21, initial: 9007199254740991 },
  { name: "timesInForce", unit: "bits", index: 22, initial: 9007199254740991 },
  { name: "tradeFromMs", unit: "ms", index: 23, initial: Number.NEGATIVE_INFINITY },
  { name: "tradeToMs", unit: "ms", index: 24, initial: Number.POSITIVE_INFINITY },
  {
    name: "maxTypeQuantity",
    unit: "units, of each security type",
    index: 52,
    initial: Number.POSITIVE_INFINITY,
  },
] as const;

/** The same of a scope; those of everything together begin at RISK_LIMITS_ALL. */
export const RISK_SCOPE_LIMITS = [
  { name: "maxPosition", unit: "units", index: 0, initial: Number.POSITIVE_INFINITY },
  { name: "maxGrossExposure", unit: "money", index: 1, initial: Number.POSITIVE_INFINITY },
  { name: "maxNetExposure", unit: "money", index: 2, initial: Number.POSITIVE_INFINITY },
  { name: "maxLeverage", unit: "×", index: 3, initial: Number.POSITIVE_INFINITY },
  {
    name: "buyingPowerPercent",
    unit: "% of the available funds",
    index: 4,
    initial: Number.POSITIVE_INFINITY,
  },
  { name: "marginPercent", unit: "% of the notional", index: 5, initial: 100 },
  { name: "maxAccountAgeMs", unit: "ms", index: 6, initial: 300000 },
  { name: "maxOpenOrders", unit: "orders", index: 7, initial: Number.POSITIVE_INFINITY },
  { name: "maxSymbolOpenOrders", unit: "orders", index: 8, initial: Number.POSITIVE_INFINITY },
  { name: "rateWindowMs", unit: "ms", index: 9, initial: 1000 },
  { name: "maxOrderRate", unit: "orders", index: 10, initial: Number.POSITIVE_INFINITY },
  { name: "maxModifyRate", unit: "changes", index: 11, initial: Number.POSITIVE_INFINITY },
  { name: "maxMessageRate", unit: "messages", index: 12, initial: Number.POSITIVE_INFINITY },
  { name: "executionWindowMs", unit: "ms", index: 13, initial: 1000 },
  { name: "maxExecutionRate", unit: "executions", index: 14, initial: Number.POSITIVE_INFINITY },
  { name: "softDailyOrders", unit: "orders", index: 15, initial: Number.POSITIVE_INFINITY },
  { name: "maxDailyOrders", unit: "orders", index: 16, initial: Number.POSITIVE_INFINITY },
  { name: "softDailyTrades", unit: "executions", index: 17, initial: Number.POSITIVE_INFINITY },
  { name: "maxDailyTrades", unit: "executions", index: 18, initial: Number.POSITIVE_INFINITY },
  { name: "softDailyVolume", unit: "units", index: 19, initial: Number.POSITIVE_INFINITY },
  { name: "maxDailyVolume", unit: "units", index: 20, initial: Number.POSITIVE_INFINITY },
  { name: "softDailyRealizedLoss", unit: "money", index: 21, initial: Number.POSITIVE_INFINITY },
  { name: "maxDailyRealizedLoss", unit: "money", index: 22, initial: Number.POSITIVE_INFINITY },
  { name: "softDailyLoss", unit: "money", index: 23, initial: Number.POSITIVE_INFINITY },
  { name: "maxDailyLoss", unit: "money", index: 24, initial: Number.POSITIVE_INFINITY },
  { name: "softDrawdown", unit: "money", index: 25, initial: Number.POSITIVE_INFINITY },
  { name: "maxDrawdown", unit: "money", index: 26, initial: Number.POSITIVE_INFINITY },
] as const;

/** What the gate knows of orders by its word, by the bit that it has; the last one is for all others. */
export const RISK_NAMES = {
  securityTypes: [
    "STK",
    "OPT",
    "FUT",
    "FOP",
    "CASH",
    "IND",
    "CFD",
    "BOND",
    "FUND",
    "CMDTY",
    "CRYPTO",
    "WAR",
    "BAG",
    "OTHER",
  ],
  orderTypes: [
    "MKT",
    "LMT",
    "STP",
    "STP LMT",
    "TRAIL",
    "TRAIL LIMIT",
    "MIT",
    "LIT",
    "MOC",
    "LOC",
    "MTL",
    "REL",
    "MIDPRICE",
    "OTHER",
  ],
  timesInForce: ["DAY", "GTC", "IOC", "FOK", "OPG", "GTD", "DTC", "AUC", "OTHER"],
} as const;
