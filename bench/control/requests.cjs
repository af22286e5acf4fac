"use strict";
// The few requests the control client sends, as ready bytes (text as latin-1 strings, protobuf as buffers).

/** A text message: length and fields, each ended by NUL. */
function text(body) {
  const n = body.length;
  return String.fromCharCode(n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff) + body;
}

/** A protobuf message of that id. */
function protobuf(id, body) {
  const out = Buffer.alloc(8 + body.length);
  out.writeUInt32BE(4 + body.length, 0);
  out.writeUInt32BE(200 + id, 4);
  out.set(body, 8);
  return out;
}

function varint(value) {
  const out = [];
  for (; value >= 0x80; value >>>= 7) out.push((value & 0x7f) | 0x80);
  out.push(value);
  return out;
}

const integer = (number, value) => [number << 3, ...varint(value)];
const message = (number, body) => [...varint((number << 3) | 2), ...varint(body.length), ...body];
const string = (number, value) => message(number, Buffer.from(value, "latin1"));

const EMPTY = "\0";
const ORDER_UP_TO_LIMIT = `${EMPTY}AAPL\0STK\0${EMPTY.repeat(4)}SMART\0${EMPTY}USD\0${EMPTY.repeat(4)}BUY\x001\0LMT\0`;
const ORDER_FROM_LIMIT = `${EMPTY}DAY\0${EMPTY}DU1234567\0${EMPTY.repeat(3)}1\0${EMPTY.repeat(53)}0\0${EMPTY.repeat(7)}0\0${EMPTY.repeat(28)}`;

const textRequests = {
  startApi: (clientId) => text(`71\x002\0${clientId}\0${EMPTY}`),
  marketDataType: (type) => text(`59\x001\0${type}\0`),
  marketData: (reqId, symbol) =>
    text(
      `1\x0011\0${reqId}\0${EMPTY}${symbol}\0STK\0${EMPTY.repeat(4)}SMART\0${EMPTY}USD\0${EMPTY.repeat(2)}0\0${EMPTY}0\x000\0${EMPTY}`,
    ),
  /** BUY 1 AAPL LMT, server version 193: the bytes @stoqey/ib sends for the order of the benchmark. */
  order: (orderId, limitPrice) =>
    text(`3\0${orderId}\0${ORDER_UP_TO_LIMIT}${limitPrice}\0${ORDER_FROM_LIMIT}`),
};

const protobufRequests = {
  startApi: (clientId) => protobuf(71, Buffer.from(integer(1, clientId))),
  marketDataType: (type) => protobuf(59, Buffer.from(integer(1, type))),
  marketData: (reqId, symbol) => {
    const contract = [...string(2, symbol), ...string(3, "STK"), ...string(8, "SMART"), ...string(10, "USD")];
    return protobuf(1, Buffer.from([...integer(1, reqId), ...message(2, contract)]));
  },
};

module.exports = { textRequests, protobufRequests };
