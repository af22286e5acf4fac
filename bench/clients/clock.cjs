"use strict";

/** CLOCK_MONOTONIC in µs, the clock of the feed. */
const nowMicros = () => Number(process.hrtime.bigint()) / 1e3;

module.exports = { nowMicros };
