/** A reproducible source of numbers: the mulberry32 generator. */
export class SeededRandom {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** 0 <= x < 1. */
  unit(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let x = this.state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  }

  /** 0 <= n < limit. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }
}
