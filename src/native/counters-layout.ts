// Places of the core's counters and of an RtTrade's numbers, until native/addon/layout.cpp names them.
/** Bytes of the counters of one request. */
export const COUNTERS_BYTES = 128;
// Indexes of 64-bit words.
export const COUNTER_RECEIVED = 0;
export const COUNTER_DELIVERED = 1;
export const COUNTER_CONFLATED = 2;
export const COUNTER_DROPPED = 3;
/** The first of seven, in the order in which the filter looks. */
export const COUNTER_FILTERED = 4;
export const COUNTER_MALFORMED = 11;
/** 1: nothing is written there any more. */
export const COUNTER_GONE = 12;

export const KIND_RT_TRADE = 13;
export const VALUE_RT_TRADE_TIME = 0;
export const VALUE_RT_TRADE_PRICE = 1;
export const VALUE_RT_TRADE_SIZE = 2;
export const VALUE_RT_TRADE_VOLUME = 3;
export const VALUE_RT_TRADE_VWAP = 4;

export const OUTLIER_BY_NONE = 0;
export const OUTLIER_BY_PRICE = 1;
export const OUTLIER_BY_PERCENT = 2;
