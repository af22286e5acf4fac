/** A small seeded generator (mulberry32), as test/support/seeded-random.ts: the same seed, the same numbers. */
class Random {
  constructor(seed) {
    this.state = seed | 0;
  }
  /** From 0 up to, not including, 1. */
  next() {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  }
  below(limit) {
    return Math.floor(this.next() * limit);
  }
  oneIn(n) {
    return this.below(n) === 0;
  }
  pick(from) {
    return from[this.below(from.length)];
  }
  bytes(count) {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }
}

module.exports = { Random };
