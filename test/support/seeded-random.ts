/** A small seeded generator (mulberry32): the same seed gives the same numbers on every machine. */
export class SeededRandom {
  private state: number;

  constructor(readonly seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`seed is ${seed}; allowed is an integer from 0 to 4294967295`);
    }
    this.state = seed;
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 0x100000000;
  }

  /** An integer from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** An integer from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** True with the given probability (0..1). */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  /** `count` decimal digits, the first one not 0. */
  digits(count: number): string {
    let text = String(this.int(1, 9));
    while (text.length < count) text += this.int(0, 9);
    return text;
  }
}

/**
 * The seed of a test run: environment variable `TEST_SEED`, an integer from 0 to 4294967295, else `fallback`. It is
 * printed, so that a failure of a run with another seed can be repeated.
 */
export function testSeed(what: string, fallback: number): number {
  const given = process.env["TEST_SEED"];
  const { seed } = new SeededRandom(given === undefined || given === "" ? fallback : Number(given));
  console.log(`${what}: seed ${seed} (TEST_SEED=${seed} repeats it)`);
  return seed;
}
