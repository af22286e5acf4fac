import { describe, expect, test } from "vitest";
import {
  clip,
  count,
  decimalsOf,
  duration,
  price,
  signed,
  toTick,
  wrap,
} from "../../../src/cli/demo/format.js";

describe("numbers as a trader reads them", () => {
  test.each([
    [190, undefined, "190.00"],
    [190.015, undefined, "190.015"],
    [190.0151, undefined, "190.0151"],
    [1.5, undefined, "1.50"],
    [190.1, 2, "190.10"],
    [1.08505, 5, "1.08505"],
    [Number.NaN, 2, "–"],
  ])("price %d with %s decimals is %s", (value, decimals, text) => {
    expect(price(value, decimals)).toBe(text);
  });

  test.each([
    [1.85, 2, "+1.85"],
    [-0.6, 2, "-0.60"],
    [0, 2, "0.00"],
    [-0.001, 2, "0.00"],
    [Number.NaN, 2, "–"],
  ])("signed %d is %s", (value, decimals, text) => {
    expect(signed(value, decimals)).toBe(text);
  });

  test.each([
    [0.4, "0.4 µs"],
    [9.94, "9.9 µs"],
    [9.96, "10 µs"],
    [999.4, "999 µs"],
    [999.6, "1.00 ms"],
    [1_234, "1.23 ms"],
    [9_996, "10 ms"],
    [999_400, "999 ms"],
    [999_600, "1.0 s"],
    [2_130_000, "2.1 s"],
    [Number.NaN, "–"],
  ])("%d µs is %s", (micros, text) => {
    expect(duration(micros)).toBe(text);
  });

  test("counts have thousands and keep fractions", () => {
    expect([1_234_567, 0, 0.25, Number.NaN].map(count)).toEqual(["1,234,567", "0", "0.25", "–"]);
  });
});

describe("price steps", () => {
  test.each([
    [0.01, 2],
    [0.05, 2],
    [0.25, 2],
    [1, 2],
    [0.005, 3],
    [0.00005, 5],
    [0, 2],
  ])("a step of %d needs %d decimals", (minTick, decimals) => {
    expect(decimalsOf(minTick)).toBe(decimals);
  });

  test.each([
    [190.0149, 0.01, 190.01],
    [190.0151, 0.01, 190.02],
    [5123.4, 0.25, 5123.5],
    [1.085_03, 0.00005, 1.085_05],
    [190.0149, 0, 190.01],
  ])("%d on steps of %d is %d", (value, minTick, expected) => {
    expect(toTick(value, minTick)).toBe(expected);
  });
});

describe("text in a given width", () => {
  test("clip marks what it took away", () => {
    expect([clip("abcdef", 6), clip("abcdef", 4), clip("abcdef", 1), clip("abcdef", 0)]).toEqual([
      "abcdef",
      "abc…",
      "a",
      "",
    ]);
  });

  test("wrap breaks at blanks and loses no word", () => {
    const text = "one two three a-word-that-is-too-long four";
    expect(wrap(text, 10)).toEqual(["one two", "three", "a-word-that-is-too-long", "four"]);
  });
});
