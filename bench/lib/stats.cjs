"use strict";

/** Nearest-rank percentile of an ascending array. */
function percentile(sorted, q) {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)];
}

/** p50, p95, p99 and the maximum of the first `count` samples. */
function summary(samples, count = samples.length) {
  const sorted = samples.slice(0, count).sort();
  const at = (q) => Math.round(percentile(sorted, q) * 100) / 100;
  return count === 0 ? null : { count, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** The middle value; of an even number of values the mean of the two. NaN of none. */
function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

module.exports = { median, percentile, summary };
