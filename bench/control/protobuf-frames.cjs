"use strict";

const { TICK_PRICE, TICK_SIZE } = require("./tick.cjs");

const MAX_FRAME = 0xffffff;
const RAW_TICK_PRICE = 201;
const RAW_TICK_SIZE = 202;

// Keys of the fields: number << 3 | wire type.
const REQ_ID = 0x08;
const TICK_TYPE = 0x10;
const PRICE = 0x19;
const SIZE_OF_SIZE = 0x1a;
const SIZE_OF_PRICE = 0x22;
const ATTR_MASK = 0x28;

/** A size in full generality; NaN when it is one of the "unset" values. */
function decimalOf(text) {
  const value = Number.parseFloat(text.replaceAll(",", ""));
  return value === Number.MAX_VALUE || value === Number.POSITIVE_INFINITY ? Number.NaN : value;
}

/** Finds the frames of a protobuf conversation and decodes their ticks in place. */
class ProtobufFrames {
  /** Parameters as those of TextFrames. */
  constructor(tick, sink, cold) {
    this.tick = tick;
    this.sink = sink;
    this.cold = cold;
    /** Where the last varint ended. */
    this.end = 0;
    /** Messages that ran past their frame. */
    this.malformed = 0;
    this.viewed = null;
    this.view = null;
  }

  /** Decodes the whole frames of bytes[from, to) and returns where the first incomplete one begins. */
  decode(bytes, from, to) {
    if (this.viewed !== bytes) {
      this.viewed = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const view = this.view;
    let p = from;
    while (to - p >= 4) {
      const length = view.getUint32(p);
      if (length > MAX_FRAME) throw new Error(`a frame of ${length} bytes; at most ${MAX_FRAME}`);
      const body = p + 4;
      p = body + length;
      if (p > to) return body - 4;
      const rawId = length >= 4 ? view.getUint32(body) : 0;
      if (rawId === RAW_TICK_PRICE) this.decodePrice(bytes, view, body + 4, p);
      else if (rawId === RAW_TICK_SIZE) this.decodeSize(bytes, body + 4, p);
      else this.cold(bytes, body, p);
    }
    return p;
  }

  /**
   * A price as gateways write it: the five fields in their order, a size of up to nine digits. Anything else, fields
   * unknown today included, goes the general way.
   */
  decodePrice(bytes, view, at, end) {
    let p = at;
    let reqId = bytes[p + 1];
    p += 2;
    if (reqId >= 0x80) reqId = (reqId & 0x7f) | (bytes[p++] << 7);
    const field = bytes[p + 1];
    if (
      bytes[at] !== REQ_ID ||
      reqId > 0x3fff ||
      bytes[p] !== TICK_TYPE ||
      field >= 0x80 ||
      bytes[p + 2] !== PRICE ||
      bytes[p + 11] !== SIZE_OF_PRICE
    )
      return this.decodeAnyPrice(bytes, view, at, end);
    const price = view.getFloat64(p + 3, true);
    const length = bytes[p + 12];
    p += 13;
    const stop = p + length;
    const mask = bytes[stop + 1];
    if ((length - 1) >>> 0 > 8 || bytes[stop] !== ATTR_MASK || mask >= 0x80 || stop + 2 !== end)
      return this.decodeAnyPrice(bytes, view, at, end);
    let size = 0;
    for (let digit = 0; p < stop; p++) {
      digit = bytes[p] - 48;
      if (digit >>> 0 > 9) return this.decodeAnyPrice(bytes, view, at, end);
      size = (size * 10 + digit) | 0;
    }
    const tick = this.tick;
    tick.kind = TICK_PRICE;
    tick.reqId = reqId;
    tick.field = field;
    tick.price = price === Number.MAX_VALUE ? Number.NaN : price;
    tick.size = size;
    tick.mask = mask;
    this.sink(tick);
  }

  decodeAnyPrice(bytes, view, at, end) {
    let p = at;
    let reqId = -1;
    let field = 0;
    let price = 0;
    let size = Number.NaN;
    let mask = 0;
    while (p < end) {
      switch (bytes[p++]) {
        case REQ_ID:
          reqId = this.varint(bytes, p);
          p = this.end;
          break;
        case TICK_TYPE:
          field = this.varint(bytes, p);
          p = this.end;
          break;
        case PRICE:
          if (p + 8 > end) return this.reject();
          price = view.getFloat64(p, true);
          p += 8;
          break;
        case SIZE_OF_PRICE: {
          const length = bytes[p++];
          if (p + length > end) return this.reject();
          size = this.decimalString(bytes, p, length);
          p += length;
          break;
        }
        case ATTR_MASK:
          mask = this.varint(bytes, p);
          p = this.end;
          break;
        default:
          p = this.skip(bytes, p - 1);
      }
    }
    if (p !== end) return this.reject();
    const tick = this.tick;
    tick.kind = TICK_PRICE;
    tick.reqId = reqId;
    tick.field = field;
    tick.price = price === Number.MAX_VALUE ? Number.NaN : price;
    tick.size = size;
    tick.mask = mask;
    this.sink(tick);
  }

  decodeSize(bytes, at, end) {
    let p = at;
    let reqId = -1;
    let field = 0;
    let size = Number.NaN;
    while (p < end) {
      switch (bytes[p++]) {
        case REQ_ID:
          reqId = this.varint(bytes, p);
          p = this.end;
          break;
        case TICK_TYPE:
          field = this.varint(bytes, p);
          p = this.end;
          break;
        case SIZE_OF_SIZE: {
          const length = bytes[p++];
          if (p + length > end) return this.reject();
          size = this.decimalString(bytes, p, length);
          p += length;
          break;
        }
        default:
          p = this.skip(bytes, p - 1);
      }
    }
    if (p !== end) return this.reject();
    const tick = this.tick;
    tick.kind = TICK_SIZE;
    tick.reqId = reqId;
    tick.field = field;
    tick.size = size;
    this.sink(tick);
  }

  /** The low 32 bits of a varint: all fields of a tick are int32, negative ones have ten bytes. */
  varint(bytes, at) {
    let p = at;
    let b = bytes[p++];
    let value = b & 0x7f;
    for (let shift = 7; b >= 0x80; shift += 7) {
      b = bytes[p++];
      if (shift < 32) value |= (b & 0x7f) << shift;
    }
    this.end = p;
    return value;
  }

  /** A decimal string of `length` bytes; strings of a tick are far shorter than 128 bytes. */
  decimalString(bytes, at, length) {
    if (length === 0) return Number.NaN;
    const end = at + length;
    let value = 0;
    for (let p = at; p < end; p++) {
      const digit = bytes[p] - 48;
      if (digit >>> 0 > 9 || length > 9) return decimalOf(bytes.latin1Slice(at, end));
      value = (value * 10 + digit) | 0;
    }
    return value;
  }

  /** Passes over an unknown field whose key is at `at`. */
  skip(bytes, at) {
    const wireType = this.varint(bytes, at) & 7;
    const p = this.end;
    if (wireType === 1) return p + 8;
    if (wireType === 5) return p + 4;
    const value = this.varint(bytes, p);
    if (wireType === 0) return this.end;
    return wireType === 2 ? this.end + value : Number.MAX_SAFE_INTEGER;
  }

  reject() {
    this.malformed++;
  }
}

module.exports = { ProtobufFrames };
