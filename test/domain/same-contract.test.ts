import { expect, test } from "vitest";
import * as contracts from "../../src/domain/contracts.js";
import { isSameContract } from "../../src/domain/same-contract.js";
import type { Contract } from "../../src/domain/stock-types.js";

const AAPL = contracts.stock("AAPL");
const qualified = { ...AAPL, conId: 265598, exchange: "NASDAQ", localSymbol: "AAPL", tradingClass: "NMS" };
const call = contracts.option("AAPL", "20261218", 150, "C");

test.each<[string, Contract, Contract, boolean]>([
  ["itself", AAPL, AAPL, true],
  ["by number, whatever else is said", qualified, { conId: 265598 }, true],
  ["by number, although all else is the same", qualified, { ...qualified, conId: 1 }, false],
  ["one with a number and one without", qualified, AAPL, true],
  ["a number and nothing in common", { conId: 265598 }, AAPL, false],
  ["another currency", AAPL, { ...AAPL, currency: "EUR" }, false],
  ["another type", AAPL, call, false],
  ["another strike", call, { ...call, strike: 155 }, false],
  ["the other right", call, contracts.option("AAPL", "20261218", 150, "P"), false],
  ["nothing at all", {}, {}, false],
])("contracts are one: %s", (_what, a, b, isSame) => {
  expect([isSameContract(a, b), isSameContract(b, a)]).toEqual([isSame, isSame]);
});
