import { describe, expect, test } from "vitest";
import { Random } from "../../../src/sim/index.js";

const MASK = 0xffffffffn;
const rotl = (x: bigint, k: bigint): bigint => ((x << k) | (x >> (32n - k))) & MASK;

/** xoshiro128** and splitmix-like seeding in big integers, written apart from the package's. */
function* reference(seed: number): Generator<number> {
  let state = BigInt(seed) & MASK;
  const next = (): bigint => {
    state = (state + 0x9e3779b9n) & MASK;
    let h = state;
    h = ((h ^ (h >> 16n)) * 0x85ebca6bn) & MASK;
    h = ((h ^ (h >> 13n)) * 0xc2b2ae35n) & MASK;
    return h ^ (h >> 16n);
  };
  const s = [next(), next(), next(), next()];
  for (;;) {
    yield Number((rotl((s[1] * 5n) & MASK, 7n) * 9n) & MASK);
    const t = (s[1] << 9n) & MASK;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11n);
  }
}

describe("random numbers", () => {
  test.each([0, 1, 42, 0xffffffff])("are xoshiro128** for seed %i", (seed) => {
    const random = new Random(seed);
    const expected = reference(seed);
    for (let i = 0; i < 1000; i++) expect(random.uint32()).toBe(expected.next().value);
  });

  test("in a range reach both ends and nothing else", () => {
    const random = new Random(7);
    const seen = new Set<number>();
    for (let i = 0; i < 1000; i++) seen.add(random.int(-1, 2));
    expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  });
});
