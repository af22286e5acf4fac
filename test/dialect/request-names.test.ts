import { expect, test } from "vitest";
import { requestIdOf } from "../../src/dialect/request-names.js";

test('an id may be written as text or as a bigint: a cancel of 7 is that of the order placed as "7"', () => {
  for (const id of [7, "7", " 7 ", 7n]) expect(requestIdOf("placeOrder", [id])).toBe(7);
  expect(requestIdOf("cancelOrder", ["-3"])).toBe(-3);
});

test("what is no id is none, and numbers stay what they are", () => {
  for (const id of [undefined, null, "", " ", "7a", "1.5", {}, [7], true, Symbol("7"), 2n ** 70n])
    expect(requestIdOf("placeOrder", [id])).toBe(-1);
  expect(requestIdOf("placeOrder", [Number.NaN])).toBeNaN();
  expect(requestIdOf("placeOrder", [1.5])).toBe(1.5);
  expect(requestIdOf("reqMarketRule", [26])).toBe(-1);
});
