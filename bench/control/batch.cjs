"use strict";

/** A row: request id, tick type and kind as integers; price, size and arrival as doubles. Two rows fill a cache line. */
const ROW_BYTES = 32;

/**
 * Ticks handed over together: columns behind one object that is used again for every call. A handler copies what it wants
 * to keep.
 */
class Batch {
  constructor(capacity) {
    const buffer = new ArrayBuffer(capacity * ROW_BYTES);
    this.capacity = capacity;
    this.length = 0;
    this.doubles = new Float64Array(buffer);
    this.integers = new Int32Array(buffer);
  }

  kind(i) {
    return this.integers[(i << 3) | 1] & 0xff;
  }

  field(i) {
    return this.integers[(i << 3) | 1] >> 8;
  }

  reqId(i) {
    return this.integers[i << 3];
  }

  price(i) {
    return this.doubles[(i << 2) | 1];
  }

  size(i) {
    return this.doubles[(i << 2) | 2];
  }

  receivedMicros(i) {
    return this.doubles[(i << 2) | 3];
  }
}

module.exports = { Batch };
