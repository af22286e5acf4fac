import { EventName, SecType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { AAPL, Bench, EUR, type StockClient } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

const ROWS = 6;

describe("market depth", () => {
  /** What a client's book looks like after all operations. */
  function bookOf(c: StockClient, reqId: number, event: string): Record<number, [number, number][]> {
    const book: Record<number, [number, number][]> = { 0: [], 1: [] };
    for (const args of c.all(event)) {
      if (args[0] !== reqId) continue;
      const [, position, ...rest] = (
        event === EventName.updateMktDepthL2 ? [args[0], args[1], ...args.slice(3)] : args
      ) as number[];
      const [operation, side, price, size] = rest;
      expect(position).toBeLessThanOrEqual(book[side].length);
      // Clients keep fixed numbers of rows: no position is beyond those asked for.
      expect(position).toBeLessThan(ROWS);
      if (operation === 0) book[side].splice(position, 0, [price, size]);
      else if (operation === 1) book[side][position] = [price, size];
      else book[side].splice(position, 1);
    }
    return book;
  }

  test.each([
    ["L2 of a stock", AAPL, true, EventName.updateMktDepthL2],
    ["L1 of a currency pair", EUR, false, EventName.updateMktDepth],
  ])(
    "%s: inserts, updates and deletes keep the client's book equal to the exchange's",
    async (_name, contract, smart, event) => {
      const gateway = await bench.gateway();
      const c = await bench.client(gateway);
      c.api.reqMktDepth(7, contract, ROWS, smart, []);
      await c.settle();
      const instrument = gateway.exchange.instruments.resolve({
        conId: 0,
        symbol: "",
        exchange: "",
        primaryExch: "",
        localSymbol: "",
        tradingClass: "",
        lastTradeDateOrContractMonth: "",
        strike: 0,
        right: "",
        multiplier: "",
        currency: "",
        secType: "",
        ...(contract as object),
      } as never)!;
      const operations = new Set<unknown>();
      for (let i = 0; i < 60; i++) {
        gateway.exchange.step();
        if (i % 20 !== 19) continue;
        await c.settle();
        const book = bookOf(c, 7, event);
        const levels = (side: "ask" | "bid") =>
          gateway.exchange
            .book(instrument)
            .levels(side, ROWS)
            .map(({ price, size }) => [price, size]);
        expect(book[0]).toEqual(levels("ask"));
        expect(book[1]).toEqual(levels("bid"));
      }
      for (const args of c.all(event)) operations.add(args[event === EventName.updateMktDepthL2 ? 3 : 2]);
      expect(operations).toEqual(new Set([0, 1, 2]));
      c.api.cancelMktDepth(7, smart);
      await c.settle();
      const mark = c.seen.length;
      gateway.exchange.step();
      await c.settle();
      expect(c.namesSince(mark)).toEqual(["currentTime"]);
    },
  );

  test("the fourth is 309, an index 10092, a stranger 310, a duplicate 102", async () => {
    const c = await bench.connect();
    for (let i = 1; i <= 4; i++) c.api.reqMktDepth(i, { ...AAPL, symbol: `A${i}` }, 5, false, []);
    c.api.reqMktDepth(1, AAPL, 5, false, []);
    c.api.reqMktDepth(
      9,
      { symbol: "SPX", secType: SecType.IND, exchange: "CBOE", currency: "USD" },
      5,
      false,
      [],
    );
    c.api.cancelMktDepth(99, false);
    await c.settle();
    expect(c.codes()).toEqual([
      [4, 309],
      [1, 102],
      [9, 10092],
      [99, 310],
    ]);
  });
});
