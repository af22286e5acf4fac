import { describe, expect, test } from "vitest";
import { Market } from "../../support/sim/market.js";

describe("price, then time", () => {
  test("a client's order waits behind what was at its price before it", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99.99 });
    expect(market.order(1).entry?.ahead).toBe(1000);
    market.trade("bid", 700);
    expect([market.order(1).entry?.ahead, market.fills(1)]).toEqual([300, []]);
    market.trade("bid", 340);
    expect(market.fills(1)).toEqual([[40, 99.99]]);
    market.trade("bid", 60);
    expect(market.status(1)).toBe("Filled");
  });

  test("cancellations of the background move it forward, additions do not move it back", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99.99 });
    market.move({ bidSizes: [500, 1000, 1000] });
    expect(market.order(1).entry?.ahead).toBe(500);
    market.move({ bidSizes: [5000, 1000, 1000] });
    expect(market.order(1).entry?.ahead).toBe(500);
  });

  test("two clients' orders at one price trade in the order they came", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100 }, 1);
    market.place(1, { lmtPrice: 100 }, 2);
    market.place(1, { action: "SELL", lmtPrice: 100, totalQuantity: 150 }, 3);
    expect(market.fills(1, 1)).toEqual([[100, 100]]);
    expect(market.fills(1, 2)).toEqual([[50, 100]]);
    expect(market.fills(1, 3)).toEqual([
      [100, 100],
      [50, 100],
    ]);
  });

  test("a better price goes before an earlier order", () => {
    const market = new Market({ symbol: "MSFT" });
    market.move({ bid: 99.95, ask: 100.01 });
    market.place(1, { lmtPrice: 99.98 }, 1);
    market.place(1, { lmtPrice: 99.99 }, 2);
    market.place(1, { action: "SELL", orderType: "MKT" }, 3);
    expect([market.fills(1, 1), market.fills(1, 2)]).toEqual([[], [[100, 99.99]]]);
  });

  test("the one that waited added liquidity, the one that came removed it", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100 }, 1);
    market.place(1, { action: "SELL", orderType: "MKT" }, 2);
    const liquidity = market.exchange.orders.executions.map(({ execution: e }) => [e.side, e.lastLiquidity]);
    expect(liquidity).toEqual([
      ["BOT", 1],
      ["SLD", 2],
    ]);
  });

  test("a market that moves through an order trades with it at the order's price", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99.95, totalQuantity: 1500 });
    market.move({ bid: 99.9, ask: 99.93, askSizes: [800, 200, 0] });
    expect(market.fills(1)).toEqual([
      [800, 99.95],
      [200, 99.95],
    ]);
  });

  test("less quantity keeps the place in the queue, more quantity or another price loses it", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99.99 });
    market.trade("bid", 600);
    market.place(1, { lmtPrice: 99.99, totalQuantity: 50 });
    expect([market.order(1).entry?.ahead, market.order(1).remaining]).toEqual([400, 50]);
    market.place(1, { lmtPrice: 99.99, totalQuantity: 80 });
    expect(market.order(1).entry?.ahead).toBe(1000);
  });

  test("an iceberg shows its display size, a hidden order nothing and comes last", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 100, totalQuantity: 500, displaySize: 100 }, 1);
    expect(market.exchange.book(market.stock).levels("bid", 2)).toEqual([
      { price: 100, size: 100 },
      { price: 99.99, size: 1000 },
    ]);
    market.place(1, { lmtPrice: 99.99, hidden: true }, 2);
    market.place(1, { lmtPrice: 99.99 }, 3);
    expect(market.exchange.book(market.stock).levels("bid", 2)[1]).toEqual({ price: 99.99, size: 1100 });
    market.place(1, { action: "SELL", lmtPrice: 99.99, totalQuantity: 1600 }, 4);
    expect([market.order(1, 1).filled, market.order(1, 2).filled, market.order(1, 3).filled]).toEqual([
      500, 0, 100,
    ]);
  });

  test("slippage makes orders at market trade worse, by the seed", () => {
    const prices = (seed: number): number[] => {
      const market = new Market({ slippageTicks: 3, seed });
      for (let id = 1; id <= 20; id++) market.place(id, { orderType: "MKT", totalQuantity: 1 });
      return market.exchange.orders.executions.map(({ execution }) => execution.price);
    };
    expect(prices(4)).toEqual(prices(4));
    expect(Math.min(...prices(4))).toBe(100.01);
    expect(Math.max(...prices(4))).toBe(100.04);
    const market = new Market({ slippageTicks: 3 });
    market.place(1, { lmtPrice: 100.01 });
    expect(market.fills(1)).toEqual([[100, 100.01]]);
  });

  test("a fill probability lets resting orders miss trades they were next for", () => {
    const filled = (fillProbability: number): number => {
      const market = new Market({ fillProbability, seed: 3 });
      market.place(1, { lmtPrice: 100, totalQuantity: 1000 });
      for (let i = 0; i < 100; i++) market.trade("bid", 1);
      return market.order(1).filled;
    };
    expect(filled(1)).toBe(100);
    expect(filled(0)).toBe(0);
    expect(filled(0.5)).toBeGreaterThan(25);
    expect(filled(0.5)).toBeLessThan(75);
  });
});

describe("the book of the seeded walk", () => {
  test("has ten levels a side, best first, around the quote", () => {
    const market = new Market();
    const { exchange } = market;
    const msft = market.find("MSFT");
    for (let i = 0; i < 50; i++) exchange.move(msft);
    const book = exchange.book(msft);
    const [bids, asks] = [book.levels("bid", 20), book.levels("ask", 20)];
    expect([bids.length, asks.length]).toEqual([10, 10]);
    expect([bids[0].price, bids[0].size]).toEqual([book.quote.bid, book.quote.bidSize]);
    expect([asks[0].price, asks[0].size]).toEqual([book.quote.ask, book.quote.askSize]);
    for (let i = 1; i < 10; i++) {
      expect(bids[i].price).toBeLessThan(bids[i - 1].price);
      expect(asks[i].price).toBeGreaterThan(asks[i - 1].price);
    }
  });

  test("what was taken comes back with the next step only", () => {
    const market = new Market();
    market.place(1, { orderType: "MKT", totalQuantity: 1200 });
    const { quote } = market.exchange.book(market.stock);
    expect([quote.ask, quote.askSize]).toEqual([100.02, 800]);
    market.move({});
    expect([quote.ask, quote.askSize]).toEqual([100.01, 1000]);
  });
});
