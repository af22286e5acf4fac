"use strict";

const { NumberReader, POW10 } = require("./number.cjs");
const { TICK_PRICE, TICK_SIZE, UNSET } = require("./tick.cjs");

const MAX_FRAME = 0xffffff;
const ONE = 49;
const TWO = 50;
const ZERO = 48;
// Bytes as they look after ZERO is taken from them.
const END = -ZERO;
const POINT = 46 - ZERO;

/** Finds the frames of a text conversation and decodes their ticks in place. */
class TextFrames {
  /**
   * @param tick the flyweight every tick is written to
   * @param sink called with it after each tick
   * @param cold called with (bytes, start, end) for every other message
   */
  constructor(tick, sink, cold) {
    this.tick = tick;
    this.sink = sink;
    this.cold = cold;
    this.numbers = new NumberReader();
    /** Messages that ran past their frame. */
    this.malformed = 0;
  }

  /**
   * Decodes the whole frames of bytes[from, to) and returns where the first incomplete one begins.
   * bytes[to] must exist and be NUL, so that no field runs on for ever.
   */
  decode(bytes, from, to) {
    let p = from;
    while (to - p >= 4) {
      const length = (bytes[p] << 24) | (bytes[p + 1] << 16) | (bytes[p + 2] << 8) | bytes[p + 3];
      if (length >>> 0 > MAX_FRAME) throw new Error(`a frame of ${length >>> 0} bytes; at most ${MAX_FRAME}`);
      const body = p + 4;
      p = body + length;
      if (p > to) return body - 4;
      const first = bytes[body];
      if (bytes[body + 1] === 0 && (first === ONE || first === TWO))
        this.decodeTick(bytes, body + 2, p, first);
      else this.cold(bytes, body, p);
    }
    return p;
  }

  /**
   * The usual tick: digits, one point, at most nine digits a field. Everything is in this one function because a call
   * that V8 does not inline boxes the double it returns. A mantissa of nine digits and its power of ten are exact, so
   * the one division rounds as IEEE asks and the value equals `Number(text)`.
   */
  decodeTick(bytes, at, end, first) {
    let p = at;
    let digit = 0;
    while (bytes[p] !== 0) p++; // the message's own version
    p++;
    let reqId = 0;
    for (digit = bytes[p++] - ZERO; digit >>> 0 <= 9; digit = bytes[p++] - ZERO)
      reqId = (reqId * 10 + digit) | 0;
    if (digit !== END) return this.decodeUnusual(bytes, at, end, first);
    let field = 0;
    for (digit = bytes[p++] - ZERO; digit >>> 0 <= 9; digit = bytes[p++] - ZERO)
      field = (field * 10 + digit) | 0;
    if (digit !== END) return this.decodeUnusual(bytes, at, end, first);

    const tick = this.tick;
    if (first === ONE) {
      let start = p;
      let mantissa = 0;
      for (digit = bytes[p++] - ZERO; digit >>> 0 <= 9; digit = bytes[p++] - ZERO)
        mantissa = (mantissa * 10 + digit) | 0;
      let digits = p - 1 - start;
      let decimals = 0;
      if (digit === POINT) {
        start = p;
        for (digit = bytes[p++] - ZERO; digit >>> 0 <= 9; digit = bytes[p++] - ZERO)
          mantissa = (mantissa * 10 + digit) | 0;
        decimals = p - 1 - start;
        digits += decimals;
      }
      if (digit !== END || (digits - 1) >>> 0 > 8) return this.decodeUnusual(bytes, at, end, first);
      start = p;
      let size = 0;
      for (digit = bytes[p++] - ZERO; digit >>> 0 <= 9; digit = bytes[p++] - ZERO)
        size = (size * 10 + digit) | 0;
      if (digit !== END || (p - start - 2) >>> 0 > 8) return this.decodeUnusual(bytes, at, end, first);
      let mask = 0;
      for (digit = bytes[p++] - ZERO; digit >>> 0 <= 9; digit = bytes[p++] - ZERO)
        mask = (mask * 10 + digit) | 0;
      if (digit !== END || p > end) return this.decodeUnusual(bytes, at, end, first);
      tick.kind = TICK_PRICE;
      tick.price = mantissa / POW10[decimals];
      tick.size = size;
      tick.mask = mask;
    } else {
      const start = p;
      let size = 0;
      for (digit = bytes[p++] - ZERO; digit >>> 0 <= 9; digit = bytes[p++] - ZERO)
        size = (size * 10 + digit) | 0;
      if (digit !== END || (p - start - 2) >>> 0 > 8 || p > end)
        return this.decodeUnusual(bytes, at, end, first);
      tick.kind = TICK_SIZE;
      tick.size = size;
    }
    tick.reqId = reqId;
    tick.field = field;
    this.sink(tick);
  }

  /** Signs, long numbers, exponents, empty fields. */
  decodeUnusual(bytes, at, end, first) {
    const { numbers, tick } = this;
    let p = at;
    while (bytes[p] !== 0) p++;
    const reqId = numbers.integer(bytes, p + 1);
    const field = numbers.integer(bytes, numbers.end);
    const price = first === ONE ? numbers.decimal(bytes, numbers.end) : 0;
    const size = numbers.size(bytes, numbers.end);
    const mask = first === ONE ? numbers.integer(bytes, numbers.end) : 0;
    if (numbers.end > end) {
      this.malformed++;
      return;
    }
    tick.kind = first === ONE ? TICK_PRICE : TICK_SIZE;
    tick.reqId = reqId;
    tick.field = field;
    tick.price = price === UNSET ? Number.NaN : price;
    tick.size = size === UNSET || size === Number.POSITIVE_INFINITY ? Number.NaN : size;
    tick.mask = mask;
    this.sink(tick);
  }
}

module.exports = { TextFrames };
