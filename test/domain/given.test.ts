import { describe, expect, test } from "vitest";
import { checkContract, checkOrder, checkQuantity } from "../../src/domain/given.js";

const circle: Record<string, unknown> = { symbol: "AAPL" };
circle["self"] = { legs: [circle] };

const refusal = (message: string) => expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message });

describe("what is no contract is refused by name", () => {
  test.each<[unknown, string]>([
    [undefined, "contract is undefined (allowed: a contract, as contracts.stock() makes one)"],
    [null, "contract is null (allowed: a contract, as contracts.stock() makes one)"],
    [
      Promise.resolve({ conId: 1 }),
      "contract is a promise that was not awaited (allowed: an object with one of conId, symbol, localSymbol, tradingClass, secId, issuerId)",
    ],
    ["AAPL", 'contract is "AAPL" (allowed: a contract, as contracts.stock() makes one)'],
    [
      [{ symbol: "AAPL" }],
      'contract is [{"symbol":"AAPL"}] (allowed: a contract, as contracts.stock() makes one)',
    ],
    [
      {},
      "contract is {} (allowed: an object with one of conId, symbol, localSymbol, tradingClass, secId, issuerId)",
    ],
    [{ symbol: 5 }, "contract.symbol is 5 (allowed: a text)"],
    [{ conId: "265598" }, 'contract.conId is "265598" (allowed: a number)'],
    [{ conId: 265598n }, "contract.conId is 265598n (allowed: a number)"],
    [{ symbol: "AAPL", strike: Number.NaN }, "contract.strike is NaN (allowed: a number)"],
    [{ symbol: "AAPL", more: 5n }, "contract.more is 5n (allowed: a text, a number, true or false)"],
    [
      { symbol: "AAPL", comboLegs: [{ conId: 1n }] },
      "contract.comboLegs[0].conId is 1n (allowed: a text, a number, true or false)",
    ],
    [
      { symbol: "AAPL", more: Symbol("x") },
      'contract.more is "Symbol(x)" (allowed: a text, a number, true or false)',
    ],
    [circle, "contract.self.legs[0] is an object (allowed: data without a circle)"],
  ])("%o", (contract, message) => {
    expect(() => checkContract(contract)).toThrow(refusal(message));
  });

  test("and what is one is none of its business: functions, unknown members, the same part twice", () => {
    const part = { conId: 1 };
    const fine = [
      { symbol: "AAPL", describe: () => "mine", legs: [part, part], another: undefined },
      { conId: 1 },
      { symbol: null, secId: "US0378331005" },
    ];
    for (const contract of fine) expect(() => checkContract(contract)).not.toThrow();
  });
});

describe("what is no order is refused by name", () => {
  test.each<[unknown, string]>([
    [undefined, "order is undefined (allowed: an order)"],
    [7, "order is 7 (allowed: an order)"],
    [{ action: 1 }, "order.action is 1 (allowed: a text)"],
    [{ totalQuantity: -1 }, "order.totalQuantity is -1 (allowed: a number above 0)"],
    [{ totalQuantity: 0 }, "order.totalQuantity is 0 (allowed: a number above 0)"],
    [{ totalQuantity: "ten" }, 'order.totalQuantity is "ten" (allowed: a number above 0)'],
    [{ totalQuantity: 10n }, "order.totalQuantity is 10n (allowed: a number above 0)"],
    [{ lmtPrice: "10" }, 'order.lmtPrice is "10" (allowed: a number)'],
    [{ transmit: 1 }, "order.transmit is 1 (allowed: true or false)"],
    [{ minQty: 5n }, "order.minQty is 5n (allowed: a text, a number, true or false)"],
  ])("%o", (order, message) => {
    expect(() => checkOrder(order)).toThrow(refusal(message));
  });

  test("a quantity may be a text, an amount of money, or given later; a price may be below 0", () => {
    expect(() => checkOrder({ action: "BUY", totalQuantity: "0.5", lmtPrice: -3 })).not.toThrow();
    expect(() => checkOrder({ action: "BUY", totalQuantity: 0, cashQty: 100 })).not.toThrow();
    expect(() => checkOrder({ action: "BUY", totalQuantity: 0 }, "order", false)).not.toThrow();
  });
});

test.each([-1, 0, Number.NaN, Number.POSITIVE_INFINITY, "1", 1n, null])("%s is no quantity", (quantity) => {
  expect(() => checkQuantity(quantity)).toThrow(
    expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message: expect.stringMatching(/^quantity is /) }),
  );
});
