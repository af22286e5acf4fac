import { EventName } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { AAPL, Bench, EUR } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("tick by tick", () => {
  test("the four kinds follow the market", async () => {
    const gateway = await bench.gateway();
    const c = await bench.client(gateway);
    c.api.reqTickByTickData(1, AAPL, "Last" as never, 0, false);
    c.api.reqTickByTickData(2, AAPL, "AllLast" as never, 0, false);
    c.api.reqTickByTickData(3, AAPL, "BidAsk" as never, 0, true);
    c.api.reqTickByTickData(4, AAPL, "MidPoint" as never, 0, false);
    c.api.reqTickByTickData(5, AAPL, "Nothing" as never, 0, false);
    c.api.reqTickByTickData(6, EUR, "Last" as never, 0, false);
    c.api.reqTickByTickData(1, AAPL, "Last" as never, 0, false);
    c.api.reqTickByTickData(7, AAPL, "Last" as never, 0, false);
    c.api.reqTickByTickData(8, AAPL, "Last" as never, 0, false);
    await c.settle();
    expect(c.codes()).toEqual([
      [5, 321],
      [6, 10189],
      [1, 102],
      [8, 10190],
    ]);
    for (let i = 0; i < 30; i++) gateway.exchange.step();
    await c.settle();
    const trades = (id: number) => c.all(EventName.tickByTickAllLast).filter(([reqId]) => reqId === id);
    expect(trades(1).length).toBeGreaterThan(5);
    expect(trades(1).map((t) => t.slice(3, 5))).toEqual(trades(2).map((t) => t.slice(3, 5)));
    expect([trades(1)[0][1], trades(2)[0][1]]).toEqual([1, 2]);
    const quotes = c.all(EventName.tickByTickBidAsk).map(([, , bid, ask]) => [bid, ask] as number[]);
    for (let i = 1; i < quotes.length; i++) expect(quotes[i]).not.toEqual(quotes[i - 1]);
    const mids = c.all(EventName.tickByTickMidPoint).map(([, , mid]) => mid);
    expect(mids.length).toBeGreaterThan(3);
    expect(mids[0]).toBeCloseTo((quotes[0][0] + quotes[0][1]) / 2, 8);
  });

  test("past ticks come first when they are asked for", async () => {
    const c = await bench.connect();
    c.api.reqTickByTickData(1, AAPL, "Last" as never, 5, false);
    await c.settle();
    expect((c.all(EventName.historicalTicksLast)[0][1] as unknown[]).length).toBe(5);
  });
});
