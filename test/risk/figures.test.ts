import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawdownsOf } from "../../src/risk/drawdown.js";
import { exposureOf } from "../../src/risk/exposure.js";
import { historicalLosses, tailRiskOf } from "../../src/risk/value-at-risk.js";
import { holds } from "../support/property.js";

describe("exposure", () => {
  test("adds what is held and what was sold short, with multipliers and rates", () => {
    const positions = [
      { quantity: 100, price: 187.5 }, // 18,750
      { quantity: -2, price: 5000, multiplier: 50 }, // −500,000
      { quantity: 10, price: 100, rate: 1.1 }, // 1,100
      { quantity: 3, price: -2, multiplier: 1000 }, // a price below 0: −6,000
    ];
    const exposure = exposureOf(positions, 100_000);
    expect(exposure.long).toBeCloseTo(19_850, 9);
    expect(exposure.short).toBeCloseTo(506_000, 9);
    expect(exposure.gross).toBeCloseTo(525_850, 9);
    expect(exposure.net).toBeCloseTo(-486_150, 9);
    expect(exposure.leverage).toBeCloseTo(5.2585, 12);
  });

  test("has no leverage without equity, none of it where nothing is held, and no bound where there is none left", () => {
    const held = [{ quantity: 1, price: 1 }];
    expect(exposureOf(held).leverage).toBeUndefined();
    expect(exposureOf(held, Number.NaN).leverage).toBeUndefined();
    expect(exposureOf([], 0)).toEqual({ long: 0, short: 0, gross: 0, net: 0, leverage: 0 });
    expect(exposureOf(held, 0).leverage).toBe(Number.POSITIVE_INFINITY);
    expect(exposureOf(held, -5).leverage).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("drawdown", () => {
  const points = (...values: number[]) => values.map((value, i) => ({ timeMs: i * 1000, value }));

  test("is from a high to the lowest point behind it; the current one to the last point", () => {
    const found = drawdownsOf(points(100, 120, 90, 110, 130, 104, 125));
    expect(found?.largest).toEqual({
      amount: 30,
      percent: 25,
      high: { timeMs: 1000, value: 120 },
      low: { timeMs: 2000, value: 90 },
    });
    expect(found?.current).toMatchObject({ amount: 5, high: { value: 130 }, low: { value: 125 } });
    expect(found?.longestMs).toBe(3000); // 120 was reached again at 130
  });

  test("goes on to the end where the high is not reached again, and is none where it only rises", () => {
    expect(drawdownsOf(points(100, 50, 60, 70))?.longestMs).toBe(3000);
    expect(drawdownsOf(points(1, 2, 2, 3))).toMatchObject({
      largest: { amount: 0 },
      current: { amount: 0, percent: 0 },
      longestMs: 0,
    });
    expect(drawdownsOf(points(0, -10))).toMatchObject({ current: { amount: 10, percent: undefined } });
    expect(drawdownsOf([])).toBeUndefined();
  });

  test("is what a look at every pair of points finds", () => {
    holds(
      "drawdown by all pairs",
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 }), (values) => {
        let largest = 0;
        let longestMs = 0;
        for (let i = 0; i < values.length; i++) {
          for (let j = i; j < values.length; j++) largest = Math.max(largest, values[i] - values[j]);
          const isHigh = values.every((value, k) => k >= i || value <= values[i]);
          const next = values.findIndex((value, k) => k > i && value >= values[i]);
          const end = next < 0 ? values.length - 1 : next;
          if (isHigh && (end > i + 1 || (end > i && values[end] < values[i])))
            longestMs = Math.max(longestMs, (end - i) * 1000);
        }
        const found = drawdownsOf(points(...values));
        expect(found?.largest.amount).toBe(largest);
        expect(found?.current.amount).toBe(Math.max(...values) - (values.at(-1) ?? 0));
        expect(found?.longestMs).toBe(longestMs);
      }),
    );
  });
});

describe("value at risk and expected shortfall", () => {
  /** 1, 2, … n, in no order. */
  const losses = (n: number): number[] => Array.from({ length: n }, (_, i) => ((i * 37) % n) + 1);

  test.each([
    // By hand: the ⌈n·c⌉-th smallest; the mean of the worst n·(1 − c).
    [100, 0.95, 95, (96 + 97 + 98 + 99 + 100) / 5],
    [100, 0.99, 99, 100],
    [10, 0.75, 8, (9 + 10 + 0.5 * 8) / 2.5],
    [7, 0.5, 4, (5 + 6 + 7 + 0.5 * 4) / 3.5],
    [250, 0.99, 248, (249 + 250 + 0.5 * 248) / 2.5],
    [20, 0.95, 19, 20],
  ])("of 1 to %i at %f are %f and %f", (n, confidence, valueAtRisk, expectedShortfall) => {
    const found = tailRiskOf(losses(n), confidence);
    expect(found).toMatchObject({ valueAtRisk, confidence, scenarios: n });
    expect(found.expectedShortfall).toBeCloseTo(expectedShortfall, 10);
  });

  const samples = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
    minLength: 100,
    maxLength: 300,
  });
  const confidences = fc.constantFrom(0.5, 0.9, 0.95, 0.975, 0.99);

  test("are what their definitions say: a search over all losses, and the minimum of Rockafellar and Uryasev", () => {
    holds(
      "tail risk by definition",
      fc.property(samples, confidences, (values, confidence) => {
        const found = tailRiskOf(values, confidence);
        const share = (x: number) => values.filter((loss) => loss <= x).length / values.length;
        const enough = values.filter((x) => share(x) >= confidence - 1e-12);
        expect(found.valueAtRisk).toBe(Math.min(...enough));
        // CVaR = min over x of x + E[(L − x)+] / (1 − c); the minimum is at one of the losses.
        const mean = (x: number) => {
          const above = values.reduce((sum, loss) => sum + Math.max(0, loss - x), 0);
          return x + above / values.length / (1 - confidence);
        };
        const least = Math.min(...values.map(mean));
        expect(Math.abs(found.expectedShortfall - least)).toBeLessThan(1e-6);
        expect(found.expectedShortfall).toBeGreaterThanOrEqual(found.valueAtRisk - 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  const hasNumpy = spawnSync("python3", ["-c", "import numpy"]).status === 0;
  if (!hasNumpy) console.log("no python3 with numpy: the comparison with numpy.quantile is left out");

  test.runIf(hasNumpy)("of random losses are what numpy says", () => {
    const sets = fc.sample(fc.tuple(samples, confidences), { seed: 7, numRuns: 50 });
    const script = `
import json, sys, numpy
out = []
for losses, c in json.load(sys.stdin):
    losses = numpy.sort(numpy.array(losses))
    var = numpy.quantile(losses, c, method="inverted_cdf")
    n = len(losses)
    # Each loss stands for the part of the distribution from i/n to (i+1)/n: the mean of that above c.
    low = numpy.arange(n) / n
    weights = numpy.clip((low + 1 / n - numpy.maximum(low, c)) / (1 - c), 0, None)
    out.append([float(var), float(numpy.dot(weights, losses))])
print(json.dumps(out))`;
    const run = spawnSync("python3", ["-c", script], { input: JSON.stringify(sets), encoding: "utf8" });
    expect(run.stderr).toBe("");
    const expected = JSON.parse(run.stdout) as [number, number][];
    expect(expected).toHaveLength(50);
    for (const [i, [values, confidence]] of sets.entries()) {
      const found = tailRiskOf(values, confidence);
      expect(found.valueAtRisk).toBe(expected[i][0]);
      expect(Math.abs(found.expectedShortfall - expected[i][1])).toBeLessThan(1e-6);
    }
  });

  test.each([
    [[1, 2], 0.4, "confidence is 0.4 (allowed: a number from 0.5 to 0.9999)"],
    [[1, 2], Number.NaN, "confidence is NaN"],
    [losses(99), 0.99, "losses is 99 (allowed: 100 or more with confidence 0.99)"],
    [[...losses(99), Number.NaN], 0.99, "losses is NaN (allowed: numbers)"],
  ])("are refused: %#", (values, confidence, message) => {
    expect(() => tailRiskOf(values, confidence)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining(message) }),
    );
  });
});

describe("losses of the past", () => {
  const bars = (...closes: (number | undefined)[]) =>
    closes.flatMap((close, i) => (close === undefined ? [] : [{ timeMs: i * 86_400_000, close }]));

  test("are those of the positions of now in each period, over all instruments", () => {
    const found = historicalLosses([
      { name: "A", value: 1000, bars: bars(100, 110, 99) }, // +10 %, −10 %
      { name: "B", value: -500, bars: bars(50, 45, 54) }, // −10 %, +20 %, sold short
    ]);
    expect(found.losses[0]).toBeCloseTo(-100 - 50, 9);
    expect(found.losses[1]).toBeCloseTo(100 + 100, 9);
    expect(found).toMatchObject({ timesMs: [86_400_000, 2 * 86_400_000], unmatched: 0 });
  });

  test("of several bars are their whole return, and overlap", () => {
    const { losses } = historicalLosses([{ name: "A", value: 100, bars: bars(100, 110, 121, 60.5) }], 2);
    expect(losses).toHaveLength(2);
    expect(losses[0]).toBeCloseTo(-21, 9);
    expect(losses[1]).toBeCloseTo(45, 9);
  });

  test("leave out times that an instrument has no bar of, and count them; bars may come in any order", () => {
    const found = historicalLosses([
      { name: "A", value: 100, bars: bars(100, 50, 110).reverse() },
      { name: "B", value: 0, bars: bars(1, undefined, 1) },
    ]);
    expect(found.losses).toHaveLength(1);
    expect(found.losses[0]).toBeCloseTo(-10, 9);
    expect(found.unmatched).toBe(1);
    expect(historicalLosses([])).toEqual({ losses: [], timesMs: [], unmatched: 0 });
  });

  test("are refused for a price that is none, and a horizon that is none", () => {
    const at = (close: number) => [{ name: "AAPL", value: 1, bars: bars(1, close) }];
    expect(() => historicalLosses(at(0))).toThrow("close of AAPL is 0 (allowed: a price above 0)");
    expect(() => historicalLosses(at(Number.NaN))).toThrow("close of AAPL is NaN");
    expect(() => historicalLosses(at(1), 0)).toThrow("horizon is 0 (allowed: a number of bars from 1 on)");
  });
});
