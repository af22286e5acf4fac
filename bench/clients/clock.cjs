"use strict";

/** CLOCK_MONOTONIC in µs, the clock of the feed. */
const nowMicros = () => Number(process.hrtime.bigint()) / 1e3;

/** What lies between performance.now() and CLOCK_MONOTONIC, from the closest of many pairs: the first calls are slow. */
function clockOffset() {
  let closest = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < 1000; i++) {
    const before = performance.now() * 1e3;
    const between = nowMicros();
    const after = performance.now() * 1e3;
    if (after - before >= closest) continue;
    closest = after - before;
    offset = between - (before + after) / 2;
  }
  return offset;
}

const OFFSET = clockOffset();

/** The same clock without a BigInt: no allocation. */
const monotonicMicros = () => performance.now() * 1e3 + OFFSET;

module.exports = { monotonicMicros, nowMicros };
