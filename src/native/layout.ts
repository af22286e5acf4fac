// Written by native/tools/write-layout.cjs from native/core/market/record.hpp and ring.hpp: do not edit.
// Compared with the addon when it is loaded.
export const SLOT_BYTES = 64;
export const RING_ALIGNMENT = 128;
export const RING_HEAD = 0;
export const RING_TAIL = 128;
export const RING_SLOTS = 256;
export const OFFSET_REQ_ID = 4;
export const OFFSET_FIELD = 8;
export const OFFSET_AUX = 12;
export const OFFSET_RECEIVED = 16;
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
export const KIND_COLD = 32;
export const KIND_RAW = 33;
export const KIND_MALFORMED = 34;
export const KIND_TRAILING = 35;
export const KIND_CONNECTED = 36;
export const KIND_CLOSED = 37;
export const FLAG_NO_SIZE = 1;
export const FLAG_NO_ATTRIB = 2;
export const FLAG_SPILLED = 4;
export const FLAG_SHORT_OPTION = 8;
export const TICK_BY_TICK_DOUBLES = 3;
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

/** Every constant above by its name, for the comparison. */
export const LAYOUT: Readonly<Record<string, number>> = {
  SLOT_BYTES,
  RING_ALIGNMENT,
  RING_HEAD,
  RING_TAIL,
  RING_SLOTS,
  OFFSET_REQ_ID,
  OFFSET_FIELD,
  OFFSET_AUX,
  OFFSET_RECEIVED,
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
  KIND_COLD,
  KIND_RAW,
  KIND_MALFORMED,
  KIND_TRAILING,
  KIND_CONNECTED,
  KIND_CLOSED,
  FLAG_NO_SIZE,
  FLAG_NO_ATTRIB,
  FLAG_SPILLED,
  FLAG_SHORT_OPTION,
  TICK_BY_TICK_DOUBLES,
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
};
