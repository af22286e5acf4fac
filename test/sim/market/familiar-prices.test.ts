import { describe, expect, test } from "vitest";
import { DEFAULT_SYMBOLS } from "../../../src/cli/demo/options.js";
import { Instruments } from "../../../src/sim/market/instruments.js";
import { familiarPrices, knownStocks } from "../../../src/sim/market/reference-data.js";
import { contractNamed } from "../../../src/sim/model/contract.js";

const instruments = new Instruments(1_767_600_000);
const priceOf = (name: string) => instruments.resolve(contractNamed(name))?.basePrice;

describe("well-known stocks begin at a price that people know", () => {
  test("all that the demo shows", () => {
    const made = DEFAULT_SYMBOLS.filter((symbol) => !knownStocks.has(symbol) && !familiarPrices.has(symbol));
    expect(made).toEqual([]);
  });

  test.each([
    ["JPM", 205],
    ["HD", 360],
    ["PG", 168],
    ["AAPL", 190],
  ])("%s at %d", (symbol, price) => {
    expect(priceOf(symbol)).toBe(price);
  });

  test("no stock has two prices", () => {
    expect([...familiarPrices.keys()].filter((symbol) => knownStocks.has(symbol))).toEqual([]);
  });

  test("one in another currency is another stock", () => {
    expect(priceOf("JPM:STK:EUR")).not.toBe(205);
  });
});
