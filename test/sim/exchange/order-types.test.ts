import { describe, expect, test } from "vitest";
import { Market } from "../../support/sim/market.js";

/** Monday 2026-01-05 15:59 US/Eastern. */
const BEFORE_CLOSE = Date.UTC(2026, 0, 5, 20, 59);
/** Monday 2026-01-05 09:29 US/Eastern. */
const BEFORE_OPEN = Date.UTC(2026, 0, 5, 14, 29);
const MINUTE = 60_000;

describe("order types", () => {
  test("MKT sweeps the book from the best price on", () => {
    const market = new Market();
    market.place(1, { orderType: "MKT", totalQuantity: 2500 });
    expect(market.fills(1)).toEqual([
      [1000, 100.01],
      [1000, 100.02],
      [500, 100.03],
    ]);
    expect(market.status(1)).toBe("Filled");
  });

  test("MKT that empties the book waits for what comes next", () => {
    const market = new Market();
    market.place(1, { orderType: "MKT", totalQuantity: 3500 });
    expect([market.order(1).filled, market.status(1)]).toEqual([3000, "Submitted"]);
    market.move({ ask: 100.05, askSizes: [800] });
    expect(market.fills(1).at(-1)).toEqual([500, 100.05]);
    expect(market.status(1)).toBe("Filled");
  });

  test("LMT takes up to its price and rests with the remainder", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100.02, totalQuantity: 2500 });
    expect(market.fills(1)).toEqual([
      [1000, 100.01],
      [1000, 100.02],
    ]);
    const { quote } = market.exchange.book(market.stock);
    expect([quote.bid, quote.bidSize]).toEqual([100.02, 500]);
    expect(market.status(1)).toBe("Submitted");
  });

  test("STP is elected by the last trade and then trades at market", () => {
    const market = new Market();
    market.place(1, { orderType: "STP", auxPrice: 100.1 });
    expect([market.status(1), market.order(1).whyHeld]).toEqual(["PreSubmitted", "trigger"]);
    market.tradeAt(100.09);
    expect(market.status(1)).toBe("PreSubmitted");
    market.tradeAt(100.1);
    expect(market.fills(1)).toEqual([[100, 100.1]]);
    expect(market.events).toEqual([
      "1 PreSubmitted trigger",
      "1 Submitted",
      "1 BOT 100 @ 100.1",
      "1 Filled",
      "1 commission",
    ]);
  });

  test("STP is elected by another client's trade too", () => {
    const market = new Market();
    market.place(1, { orderType: "STP", auxPrice: 100.02 });
    market.place(1, { orderType: "MKT", totalQuantity: 1500 }, 2);
    expect(market.status(1)).toBe("Filled");
  });

  test("STP LMT does not trade beyond its limit", () => {
    const market = new Market();
    market.place(1, { action: "SELL", orderType: "STP LMT", auxPrice: 99.9, lmtPrice: 99.85 });
    market.move({ bid: 99.8, ask: 99.82, trade: { side: "bid", size: 1 } });
    expect([market.status(1), market.fills(1)]).toEqual(["Submitted", []]);
    market.move({ bid: 99.85, ask: 99.87 });
    expect(market.fills(1)).toEqual([[100, 99.85]]);
  });

  test("TRAIL follows the market up by an amount and sells when it falls back", () => {
    const market = new Market();
    market.place(1, { action: "SELL", orderType: "TRAIL", auxPrice: 0.5 });
    expect(market.order(1).fields.trailStopPrice).toBe(99.49);
    market.tradeAt(101);
    expect(market.order(1).fields.trailStopPrice).toBe(100.5);
    market.tradeAt(100.51);
    expect([market.status(1), market.order(1).fields.trailStopPrice]).toEqual(["PreSubmitted", 100.5]);
    market.tradeAt(100.5);
    expect(market.fills(1)).toEqual([[100, 100.49]]);
  });

  test("TRAIL by a percentage buys when the market turns up", () => {
    const market = new Market();
    market.place(1, { orderType: "TRAIL", trailingPercent: 1 });
    market.tradeAt(90);
    expect(market.order(1).fields.trailStopPrice).toBe(90.9);
    market.tradeAt(90.9);
    expect(market.fills(1)).toEqual([[100, 90.9]]);
  });

  test("TRAIL LIMIT has a limit at its offset from the stop", () => {
    const market = new Market();
    market.place(1, {
      action: "SELL",
      orderType: "TRAIL LIMIT",
      auxPrice: 0.5,
      trailStopPrice: 99.5,
      lmtPriceOffset: 0.05,
    });
    market.tradeAt(101);
    market.move({ bid: 100.3, ask: 100.32, trade: { side: "bid", size: 1 } });
    expect([market.status(1), market.order(1).limit, market.fills(1)]).toEqual(["Submitted", 100.45, []]);
    market.move({ bid: 100.46, ask: 100.48 });
    expect(market.fills(1)).toEqual([[100, 100.45]]);
  });

  test("MIT buys at market once the price has come down to it", () => {
    const market = new Market();
    market.place(1, { orderType: "MIT", auxPrice: 99.5 });
    market.tradeAt(99.51);
    expect(market.status(1)).toBe("PreSubmitted");
    market.move({ bid: 99.49, ask: 99.53, trade: { side: "bid", size: 1 } });
    expect(market.fills(1)).toEqual([[100, 99.53]]);
  });

  test("LIT rests at its limit once touched", () => {
    const market = new Market();
    market.place(1, { action: "SELL", orderType: "LIT", auxPrice: 100.5, lmtPrice: 100.6 });
    market.tradeAt(100.5);
    expect([market.status(1), market.fills(1)]).toEqual(["Submitted", []]);
    market.move({ bid: 100.61, ask: 100.63 });
    expect(market.fills(1)).toEqual([[100, 100.6]]);
  });

  test("MOC trades in the closing auction at the last price", () => {
    const market = new Market({ start: BEFORE_CLOSE });
    market.place(1, { orderType: "MOC", totalQuantity: 50_000 });
    market.tradeAt(100.2);
    expect(market.status(1)).toBe("PreSubmitted");
    market.clock.advance(MINUTE);
    expect(market.fills(1)).toEqual([[50_000, 100.2]]);
  });

  test("LOC trades in the closing auction within its limit and is cancelled otherwise", () => {
    const market = new Market({ start: BEFORE_CLOSE });
    market.place(1, { orderType: "LOC", lmtPrice: 100.3 });
    market.place(2, { orderType: "LOC", lmtPrice: 100.1 });
    market.tradeAt(100.2);
    market.clock.advance(MINUTE);
    expect(market.fills(1)).toEqual([[100, 100.2]]);
    expect([market.status(2), market.fills(2)]).toEqual(["Cancelled", []]);
  });

  test.each([
    ["MOO", { orderType: "MOO" }],
    ["MKT with OPG", { orderType: "MKT", tif: "OPG" }],
  ])("%s trades in the opening auction", (_name, fields) => {
    const market = new Market({ start: BEFORE_OPEN });
    market.place(1, fields);
    expect(market.status(1)).toBe("PreSubmitted");
    market.clock.advance(MINUTE);
    expect(market.fills(1)).toEqual([[100, 99.99]]);
  });

  test.each([
    ["LOO", { orderType: "LOO" }],
    ["LMT with OPG", { orderType: "LMT", tif: "OPG" }],
  ])("%s trades in the opening auction within its limit", (_name, fields) => {
    const market = new Market({ start: BEFORE_OPEN });
    market.place(1, { ...fields, lmtPrice: 100 });
    market.place(2, { ...fields, lmtPrice: 99.9 });
    market.clock.advance(MINUTE);
    expect(market.fills(1)).toEqual([[100, 99.99]]);
    expect(market.status(2)).toBe("Cancelled");
  });

  test("REL stands better than the best bid by its offset and follows it", () => {
    const market = new Market();
    market.place(1, { orderType: "REL", auxPrice: 0.01, lmtPrice: 100.5 });
    const book = market.exchange.book(market.stock);
    expect([book.quote.bid, book.quote.bidSize]).toEqual([100, 100]);
    market.move({ bid: 100.2, ask: 100.25 });
    expect(book.quote.bid).toBe(100.21);
    market.move({ bid: 100.6, ask: 100.65 });
    expect(market.order(1).entry?.ticks).toBe(10050);
    market.move({ bid: 100.4, ask: 100.45 });
    expect(market.fills(1)).toEqual([[100, 100.5]]);
  });

  test.each(["PEG MID", "MIDPRICE"])("%s follows the midpoint up to its limit", (orderType) => {
    const market = new Market();
    market.place(1, { orderType, lmtPrice: 100.02 });
    expect(market.order(1).entry?.ticks).toBe(10000);
    market.move({ bid: 100.09, ask: 100.11 });
    expect(market.order(1).entry?.ticks).toBe(10002);
  });

  test("PEG MID waits unseen at the midpoint and trades there with who comes first", () => {
    const market = new Market();
    market.place(1, { orderType: "PEG MID", lmtPrice: 0 });
    const book = market.exchange.book(market.stock);
    expect(book.quote.bid).toBe(99.99);
    market.move({ bid: 99.99, ask: 100.02 });
    market.trade("bid", 30);
    expect(market.fills(1)).toEqual([[30, 100.005]]);
    market.place(2, { action: "SELL", orderType: "PEG MID", totalQuantity: 70 });
    expect(market.fills(2)).toEqual([[70, 100.005]]);
    expect(market.status(1)).toBe("Filled");
  });

  test("PEG MID with an offset stands that much further away", () => {
    const market = new Market();
    market.place(1, { orderType: "PEG MID", auxPrice: 0.01 });
    expect(market.order(1).entry?.ticks).toBe(9999);
  });

  test("an algo is accepted and works like its order type; an unknown one is 439", () => {
    const market = new Market();
    const algoParams = [{ tag: "adaptivePriority", value: "Normal" }];
    market.place(1, { orderType: "MKT", algoStrategy: "Adaptive", algoParams });
    expect(market.status(1)).toBe("Filled");
    expect(market.order(1).fields.algoParams).toEqual(algoParams);
    expect(() => market.place(2, { orderType: "MKT", algoStrategy: "Magic" })).toThrow(
      "definition not found",
    );
  });
});

describe("trigger methods", () => {
  test.each([
    [4, "bid/ask: the bid has to reach it", { bid: 100.1, ask: 100.12 }],
    [7, "last or bid/ask: either will do", { bid: 100.1, ask: 100.12 }],
    [8, "midpoint", { bid: 100.09, ask: 100.11 }],
  ])("%i %s", (triggerMethod, _name, move) => {
    const market = new Market();
    market.place(1, { orderType: "STP", auxPrice: 100.1, triggerMethod });
    market.move({ bid: 100.05, ask: 100.11 });
    expect(market.status(1)).toBe("PreSubmitted");
    market.move(move);
    expect(market.status(1)).toBe("Filled");
  });

  test.each([
    [1, "double bid/ask"],
    [3, "double last"],
  ])("%i %s wants two in a row", (triggerMethod) => {
    const market = new Market();
    market.place(1, { orderType: "STP", auxPrice: 100.1, triggerMethod });
    market.move({ bid: 100.1, ask: 100.12, trade: { side: "bid", size: 1 } });
    expect(market.status(1)).toBe("PreSubmitted");
    market.move({ bid: 100.1, ask: 100.12, trade: { side: "bid", size: 1 } });
    expect(market.status(1)).toBe("Filled");
  });
});
