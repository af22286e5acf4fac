import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactDecimal } from "../../src/domain/decimals.js";
import { formatPrice, type PriceIncrements, roundPrice } from "../../src/domain/prices.js";
import { holds } from "../support/property.js";

/** A rule with three bands, as those of European stocks are. */
const BANDS = [
  { lowEdge: 0, increment: 0.0001 },
  { lowEdge: 1, increment: 0.005 },
  { lowEdge: 10, increment: 0.05 },
];

describe("rounding", () => {
  test.each<[number, PriceIncrements, "BUY" | "SELL", "limit" | "stop", number]>([
    [187.237, 0.01, "BUY", "limit", 187.23],
    [187.231, 0.01, "SELL", "limit", 187.24],
    [187.231, 0.01, "BUY", "stop", 187.24],
    [187.237, 0.01, "SELL", "stop", 187.23],
    [0.1 + 0.2, 0.1, "BUY", "limit", 0.3],
    [0.1 + 0.2, 0.1, "SELL", "limit", 0.3],
    [0.1 + 0.7, 0.1, "BUY", "limit", 0.8],
    [1.1 * 3, 0.01, "SELL", "limit", 3.3],
    [187.2, 0.25, "BUY", "limit", 187],
    [4999.9, 0.25, "SELL", "limit", 5000],
    [110.0156, 1 / 128, "BUY", "limit", 110.0078125],
    [1.085_555, 0.000_05, "SELL", "limit", 1.0856],
    [23, 5, "BUY", "limit", 20],
    [0, 0.01, "SELL", "limit", 0],
    // Across the edges of bands.
    [0.99996, BANDS, "SELL", "limit", 1],
    [0.99996, BANDS, "BUY", "limit", 0.9999],
    [1.0001, BANDS, "BUY", "limit", 1],
    [1.0001, BANDS, "SELL", "limit", 1.005],
    [9.9999, BANDS, "SELL", "limit", 10],
    [10.01, BANDS, "BUY", "limit", 10],
    [10.01, [...BANDS].reverse(), "SELL", "limit", 10.05],
    // The rest of a band whose edge is no multiple of its increment belongs to the one below.
    [
      10.1,
      [
        { lowEdge: 0, increment: 0.5 },
        { lowEdge: 10, increment: 3 },
      ],
      "BUY",
      "limit",
      10,
    ],
    // Combinations.
    [-0.357, 0.01, "BUY", "limit", -0.36],
    [-0.357, 0.01, "SELL", "limit", -0.35],
    [-0.357, 0.05, "SELL", "stop", -0.4],
  ])("%d by %j, %s %s: %d", (price, increments, side, kind, expected) => {
    expect(roundPrice(price, increments, side, kind)).toBe(expected);
  });

  const increments = fc.constantFrom(
    0.0001,
    0.00005,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.25,
    1 / 128,
    1 / 64,
    1,
    2.5,
    5,
  );
  const sides = fc.constantFrom("BUY", "SELL") as fc.Arbitrary<"BUY" | "SELL">;
  const kinds = fc.constantFrom("limit", "stop") as fc.Arbitrary<"limit" | "stop">;

  test("a multiple stays itself, however it was computed", () => {
    holds(
      "multiples",
      fc.property(
        fc.integer({ min: -4_000_000, max: 4_000_000 }),
        increments,
        sides,
        kinds,
        (n, step, side, kind) => {
          const meant = Number(n * step).toPrecision(15);
          expect(roundPrice(n * step, step, side, kind)).toBe(Number(meant));
          let sum = 0;
          for (let i = 0; i < Math.abs(n) % 50; i++) sum += step;
          expect(roundPrice(sum, step, side, kind)).toBe(Number(((Math.abs(n) % 50) * step).toPrecision(15)));
        },
      ),
      { fallback: 20261201, numRuns: 500 },
    );
  });

  test("is on the right side, less than one increment away, and done once", () => {
    holds(
      "sides",
      fc.property(
        fc.double({ min: -5000, max: 5000, noNaN: true }),
        increments,
        sides,
        kinds,
        (price, step, side, kind) => {
          const rounded = roundPrice(price, step, side, kind);
          const isDown = (side === "BUY") === (kind === "limit");
          const away = isDown ? price - rounded : rounded - price;
          expect(away).toBeGreaterThan(-1e-9);
          expect(away).toBeLessThanOrEqual(step);
          expect(Math.abs(rounded / step - Math.round(rounded / step))).toBeLessThan(1e-6);
          expect(roundPrice(rounded, step, side, kind)).toBe(rounded);
        },
      ),
      { fallback: 20261202, numRuns: 800 },
    );
  });

  test.each<[() => number, string]>([
    [() => roundPrice(Number.NaN, 0.01, "BUY"), "price is NaN (allowed: a number)"],
    [() => roundPrice(1, 0, "BUY"), "increment is 0 (allowed: a number above 0)"],
    [
      () => roundPrice(1, [], "BUY"),
      "increments is [] (allowed: a number above 0, or the bands of a market rule)",
    ],
    [() => roundPrice(1, 0.01, "HOLD" as "BUY"), 'side is "HOLD" (allowed: BUY, SELL)'],
    [() => roundPrice(1, 0.01, "BUY", "market" as "stop"), 'kind is "market" (allowed: limit, stop)'],
    [
      () => roundPrice(1, [{ lowEdge: Number.NaN, increment: 1 }], "BUY"),
      "lowEdge is NaN (allowed: a number)",
    ],
  ])("%s is refused", (run, message) => {
    expect(run).toThrow(expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message }));
  });
});

describe("as text", () => {
  test.each<[number, PriceIncrements, string]>([
    [187.2, 0.05, "187.20"],
    [0.1 + 0.2, 0.01, "0.30"],
    [5000, 0.25, "5000.00"],
    [110.0078125, 1 / 128, "110.0078125"],
    [20, 5, "20"],
    [-0.35, 0.01, "-0.35"],
    [0.00001, 1e-8, "0.00001000"],
    [0.9999, BANDS, "0.9999"],
    [10.05, BANDS, "10.05"],
  ])("%d by %j is %s", (price, increments, text) => expect(formatPrice(price, increments)).toBe(text));

  test("what is between two multiples has none", () => {
    expect(() => formatPrice(187.23, 0.05)).toThrow("price is 187.23 (allowed: a multiple of 0.05)");
  });
});

describe("the decimal that was meant", () => {
  test.each([
    [0.1 + 0.2, 0.3],
    [1.1 * 3, 3.3],
    [0.7 + 0.1, 0.8],
    [187.2, 187.2],
    [12345678.12345678, 12345678.12345678],
    [1e21, 1e21],
    [Number.MAX_VALUE, Number.MAX_VALUE],
    [-Number.MAX_VALUE, -Number.MAX_VALUE],
    [2 ** 53 - 1, 2 ** 53 - 1],
    [1e-9, 1e-9],
    [-0.1 - 0.2, -0.3],
    [1 / 3, 0.333333333333333],
    [0, 0],
  ])("%d is %d", (value, meant) => expect(exactDecimal(value)).toBe(meant));

  test("a decimal with up to fifteen digits is itself", () => {
    holds(
      "decimals",
      fc.property(
        fc.integer({ min: -999_999_999_999_999, max: 999_999_999_999_999 }),
        fc.integer({ min: 0, max: 12 }),
        (digits, scale) => {
          const value = Number(`${digits}e-${scale}`);
          expect(exactDecimal(value)).toBe(value);
        },
      ),
      { fallback: 20261203, numRuns: 500 },
    );
  });
});
