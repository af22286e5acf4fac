import { describe, expect, test } from "vitest";
import { Histogram } from "../../../src/cli/demo/histogram.js";
import { Random } from "../../../src/sim/index.js";

const SEED = 20_260_825;

function filled(samples: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const sample of samples) histogram.add(sample);
  return histogram;
}

/** The definition, on all samples. */
function nearestRank(samples: readonly number[], percent: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

describe("Histogram", () => {
  test(`agrees with the nearest rank to 0.6 % (seed ${SEED})`, () => {
    const random = new Random(SEED);
    for (const size of [1, 2, 3, 10, 99, 100, 101, 5_000]) {
      // From 0.1 µs to 100 s, each decade alike.
      const samples = Array.from({ length: size }, () => 0.1 * 10 ** (random.next() * 9));
      const histogram = filled(samples);
      for (const percent of [1, 50, 90, 95, 99, 99.9, 100]) {
        const exact = nearestRank(samples, percent);
        expect(Math.abs(histogram.percentile(percent) - exact) / exact).toBeLessThan(0.006);
      }
      expect(histogram.count).toBe(size);
      expect(histogram.min).toBe(Math.min(...samples));
      expect(histogram.max).toBe(Math.max(...samples));
    }
  });

  test("has no percentiles without samples", () => {
    const histogram = new Histogram();
    expect([histogram.percentile(50), histogram.min, histogram.max]).toEqual([NaN, NaN, NaN]);
  });

  test("tells a percentile only where a sample may well lie beyond it", () => {
    const known = (size: number, percent: number) =>
      !Number.isNaN(filled(Array.from({ length: size }, () => 1)).percentileIfKnown(percent));
    for (const [percent, least] of [
      [50, 2],
      [95, 20],
      [99, 100],
    ])
      expect([known(least - 1, percent), known(least, percent)]).toEqual([false, true]);
    expect(known(0, 50)).toBe(false);
  });

  test("takes what lies outside its range", () => {
    const histogram = filled([-5, 0, 1e-9, 1e15]);
    expect(histogram.min).toBe(0);
    expect(histogram.max).toBe(1e15);
    expect(histogram.percentile(100)).toBeGreaterThan(1e11);
    expect(histogram.percentile(50)).toBeLessThan(0.02);
  });
});
