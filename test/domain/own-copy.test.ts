import { expect, test } from "vitest";
import { ownCopy } from "../../src/domain/own-copy.js";

test("a copy shares nothing with what was given, and is of the same kind", () => {
  class Leg {
    ratio = 1;
    get text() {
      return `x${this.ratio}`;
    }
  }
  const given = { symbol: "A", legs: [new Leg()], deep: { at: [1, { b: 2 }] }, none: null, left: undefined };
  const copy = ownCopy(given);
  expect(copy).toStrictEqual(given);
  (given.legs[0] as Leg).ratio = 5;
  given.deep.at[0] = 7;
  given.legs.push(new Leg());
  expect([copy.legs.length, copy.legs[0]?.text, copy.deep.at]).toEqual([1, "x1", [1, { b: 2 }]]);
});

test("what an object has from another one it still has", () => {
  const base = { symbol: "A", exchange: "SMART" };
  const copy = ownCopy(Object.assign(Object.create(base), { exchange: "NYSE" }) as typeof base);
  expect([copy.symbol, copy.exchange]).toEqual(["A", "NYSE"]);
});
