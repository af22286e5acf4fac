"use strict";
// Numbers of text fields, read in place from the bytes.

/** Powers of ten that a double holds exactly. */
const POW10 = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const EXACT_DIGITS = 15; // any fifteen digits fit a double
const MINUS = 45;
const DOT = 46;
const ZERO = 48;

/**
 * Reads fields of any length that end in NUL; the array must hold a NUL behind its last field. `end` is where the last
 * field stopped: the index after its NUL. Up to 15 digits are read without a string.
 */
class NumberReader {
  constructor() {
    this.end = 0;
  }

  /** A price: an empty field is 0, text that is no number NaN. */
  decimal(bytes, at) {
    return bytes[at] === 0 ? this.empty(at, 0) : this.read(bytes, at, false);
  }

  /** A size: an empty field is NaN; thousands separators are passed over. */
  size(bytes, at) {
    return bytes[at] === 0 ? this.empty(at, Number.NaN) : this.read(bytes, at, true);
  }

  /** An integer; an empty field is 0. */
  integer(bytes, at) {
    return Math.trunc(this.decimal(bytes, at));
  }

  empty(at, value) {
    this.end = at + 1;
    return value;
  }

  read(bytes, at, grouped) {
    let p = at;
    if (bytes[p] === MINUS) p++;
    const start = p;
    let mantissa = 0;
    let dot = -1;
    let c = bytes[p];
    for (;;) {
      if (c >= ZERO && c <= ZERO + 9) mantissa = mantissa * 10 + (c - ZERO);
      else if (c === DOT && dot < 0) dot = p;
      else break;
      c = bytes[++p];
    }
    const digits = dot < 0 ? p - start : p - start - 1;
    if (c === 0 && digits > 0 && digits <= EXACT_DIGITS) {
      this.end = p + 1;
      const value = dot < 0 ? mantissa : mantissa / POW10[p - dot - 1];
      return start === at ? value : -value;
    }
    while (bytes[p] !== 0) p++;
    this.end = p + 1;
    const text = bytes.latin1Slice(at, p);
    return Number.parseFloat(grouped ? text.replaceAll(",", "") : text);
  }
}

module.exports = { NumberReader, POW10 };
