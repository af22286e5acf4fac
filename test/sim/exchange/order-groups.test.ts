import { describe, expect, test } from "vitest";
import { ConditionType } from "../../../src/sim/model/order.js";
import { condition, Market } from "../../support/sim/market.js";

describe("parents and children", () => {
  test("are kept silently until the last one is transmitted; children wait for the parent", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99, transmit: false });
    market.place(2, { action: "SELL", lmtPrice: 102, parentId: 1, transmit: false });
    expect(market.events).toEqual([]);
    market.place(3, { action: "SELL", orderType: "STP", auxPrice: 98, parentId: 1 });
    expect(market.events).toEqual(["1 Submitted", "2 PreSubmitted child", "3 PreSubmitted child,trigger"]);
  });

  test("children work once the parent has filled in full, and one cancels the other", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100, transmit: false });
    market.place(2, { action: "SELL", lmtPrice: 102, parentId: 1, transmit: false });
    market.place(3, { action: "SELL", orderType: "STP", auxPrice: 98, parentId: 1 });
    market.trade("bid", 60);
    expect(market.status(2)).toBe("PreSubmitted");
    market.trade("bid", 40);
    expect([market.status(1), market.status(2), market.order(3).whyHeld]).toEqual([
      "Filled",
      "Submitted",
      "trigger",
    ]);
    market.move({ bid: 102, ask: 102.02 });
    expect([market.status(2), market.status(3)]).toEqual(["Filled", "Cancelled"]);
  });

  test("cancelling the parent cancels its children", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99, transmit: false });
    market.place(2, { action: "SELL", lmtPrice: 102, parentId: 1 });
    market.exchange.orders.cancel(1, 1);
    expect([market.status(1), market.status(2)]).toEqual(["Cancelled", "Cancelled"]);
  });
});

describe("OCA types", () => {
  test("1 cancels the others with the first fill, however small", () => {
    const market = new Market();
    const group = { ocaGroup: "g", ocaType: 1 };
    market.place(1, { ...group, lmtPrice: 100 });
    market.place(2, { ...group, lmtPrice: 99 });
    market.trade("bid", 1);
    expect([market.order(1).filled, market.status(2)]).toEqual([1, "Cancelled"]);
  });

  test.each([
    [2, "with block"],
    [3, "without block"],
  ])("%i reduces the others in proportion, %s", (ocaType) => {
    const market = new Market();
    const group = { ocaGroup: "g", ocaType };
    market.place(1, { ...group, lmtPrice: 100 });
    market.place(2, { ...group, lmtPrice: 99, totalQuantity: 400 });
    market.trade("bid", 25);
    expect([market.order(2).remaining, market.order(2).fields.totalQuantity]).toEqual([300, 300]);
    market.trade("bid", 75);
    expect([market.status(1), market.status(2)]).toEqual(["Filled", "Cancelled"]);
  });

  test("two orders of a group that trade with each other are both booked before one reduces the other", () => {
    const market = new Market();
    const group = { ocaGroup: "g", ocaType: 2 };
    market.place(1, { ...group, lmtPrice: 100, totalQuantity: 1000 });
    market.place(2, { ...group, action: "SELL", lmtPrice: 100, totalQuantity: 400 });
    expect([market.order(2).filled, market.status(2)]).toEqual([400, "Filled"]);
    const { filled, remaining, fields } = market.order(1);
    expect([filled, filled + remaining]).toEqual([400, fields.totalQuantity]);
  });

  test("groups of the same name in two accounts are two groups", () => {
    const market = new Market({ accounts: ["DU1", "DU2"] });
    const group = { ocaGroup: "g", ocaType: 1 };
    market.place(1, { ...group, orderType: "MKT", account: "DU1" });
    market.place(2, { ...group, lmtPrice: 99, account: "DU2" });
    market.place(3, { ...group, orderType: "MKT", account: "DU1" });
    expect(market.status(2)).toBe("Submitted");
  });
});

describe("conditions", () => {
  const APPLE = 265598;

  test("price: the order waits until the contract trades there", () => {
    const market = new Market();
    const conditions = [condition({ type: ConditionType.PRICE, conId: APPLE, value: "101" })];
    market.place(1, { orderType: "MKT", conditions });
    expect(market.status(1)).toBe("PreSubmitted");
    market.tradeAt(100.99);
    expect(market.status(1)).toBe("PreSubmitted");
    market.tradeAt(101);
    expect(market.fills(1)).toEqual([[100, 101]]);
  });

  test("price below, by the bid/ask trigger method", () => {
    const market = new Market();
    const conditions = [
      condition({ type: ConditionType.PRICE, conId: APPLE, isMore: false, value: "99.5", triggerMethod: 4 }),
    ];
    market.place(1, { orderType: "MKT", conditions });
    market.move({ bid: 99.45, ask: 99.51 });
    expect(market.status(1)).toBe("PreSubmitted");
    market.move({ bid: 99.45, ask: 99.5 });
    expect(market.status(1)).toBe("Filled");
  });

  test("time", () => {
    const market = new Market();
    const conditions = [condition({ type: ConditionType.TIME, value: "20260105 11:00:00 US/Eastern" })];
    market.place(1, { orderType: "MKT", conditions });
    market.clock.advance(90 * 60_000 - 1);
    expect(market.status(1)).toBe("PreSubmitted");
    market.clock.advance(1);
    expect(market.status(1)).toBe("Filled");
  });

  test("margin: the cushion falls below a percentage", () => {
    const market = new Market({ startingCash: 100_000 });
    const conditions = [condition({ type: ConditionType.MARGIN, isMore: false, value: "80" })];
    market.place(1, { action: "SELL", orderType: "MKT", conditions });
    expect(market.status(1)).toBe("PreSubmitted");
    market.place(2, { orderType: "MKT", totalQuantity: 900 });
    expect(market.status(1)).toBe("Filled");
  });

  test("execution: something trades in the symbol after the order was given", () => {
    const market = new Market();
    market.place(1, { orderType: "MKT" });
    const conditions = [condition({ type: ConditionType.EXECUTION, symbol: "AAPL", secType: "STK" })];
    market.place(2, { orderType: "MKT", conditions });
    expect(market.status(2)).toBe("PreSubmitted");
    market.place(3, { orderType: "MKT" });
    expect(market.status(2)).toBe("Filled");
  });

  test("volume", () => {
    const market = new Market();
    const { volume } = market.exchange.quote(market.stock);
    const conditions = [condition({ type: ConditionType.VOLUME, conId: APPLE, value: String(volume + 500) })];
    market.place(1, { orderType: "MKT", conditions });
    market.trade("ask", 499);
    expect(market.status(1)).toBe("PreSubmitted");
    market.trade("ask", 1);
    expect(market.status(1)).toBe("Filled");
  });

  test("percent change since the close before", () => {
    const market = new Market();
    const { close } = market.exchange.quote(market.stock);
    const conditions = [condition({ type: ConditionType.PERCENT_CHANGE, conId: APPLE, value: "2" })];
    market.tradeAt(close);
    market.place(1, { orderType: "MKT", conditions });
    market.tradeAt(Number((close * 1.019).toFixed(2)));
    expect(market.status(1)).toBe("PreSubmitted");
    market.tradeAt(Number((close * 1.021).toFixed(2)));
    expect(market.status(1)).toBe("Filled");
  });

  test("several are joined from left to right with and and or", () => {
    const price = condition({ type: ConditionType.PRICE, conId: APPLE, value: "101" });
    const time = condition({ type: ConditionType.TIME, value: "20260105 11:00:00 US/Eastern" });
    const either = new Market();
    either.place(1, { orderType: "MKT", conditions: [{ ...price, conjunction: "o" }, time] });
    either.tradeAt(101);
    expect(either.status(1)).toBe("Filled");
    const both = new Market();
    both.place(1, { orderType: "MKT", conditions: [{ ...price, conjunction: "a" }, time] });
    both.tradeAt(101);
    expect(both.status(1)).toBe("PreSubmitted");
    both.clock.advance(90 * 60_000);
    expect(both.status(1)).toBe("Filled");
  });

  test("conditionsCancelOrder: the order works at once and is cancelled when they hold", () => {
    const market = new Market();
    const conditions = [condition({ type: ConditionType.PRICE, conId: APPLE, value: "101" })];
    market.place(1, { lmtPrice: 99, conditions, conditionsCancelOrder: true });
    expect(market.status(1)).toBe("Submitted");
    market.tradeAt(101);
    expect(market.status(1)).toBe("Cancelled");
  });

  test("about a contract nobody knows, or with a value that is none, are 321", () => {
    const market = new Market();
    const place = (fields: object) => () =>
      market.place(1, {
        orderType: "MKT",
        conditions: [condition({ type: ConditionType.PRICE, ...fields })],
      });
    expect(place({ conId: 77, value: "1" })).toThrow("contract id 77 is not known");
    expect(place({ conId: APPLE, value: "high" })).toThrow('condition\'s value is "high"');
  });
});
