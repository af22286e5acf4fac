"use strict";
// Times in µs, counted in whole ones: no allocation per sample, exact to one µs up to a fifth of a second.

const MOST = 200_000;

class Lags {
  constructor() {
    this.counts = new Uint32Array(MOST + 1);
    this.max = -1;
  }

  add(micros) {
    const whole = micros > 0 ? micros | 0 : 0;
    this.counts[whole < MOST ? whole : MOST]++;
    if (micros > this.max) this.max = micros;
  }

  clear() {
    this.counts.fill(0);
    this.max = -1;
  }

  /** Nearest-rank percentiles, each the upper end of its µs; beyond the range it is the maximum. */
  summary() {
    const count = this.counts.reduce((sum, n) => sum + n, 0);
    if (count === 0) return null;
    const at = (q) => {
      let left = Math.ceil(q * count);
      for (let i = 0; i < MOST; i++) {
        left -= this.counts[i];
        if (left <= 0) return Math.min(i + 1, this.max);
      }
      return this.max;
    };
    return { count, p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999), max: this.max };
  }
}

module.exports = { Lags };
