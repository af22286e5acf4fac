import { EventName, type WhatToShow } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { AAPL, Bench, SPY, type StockClient } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("historical ticks", () => {
  const ticks = async (
    c: StockClient,
    what: string,
    start: string,
    end: string,
    count: number,
    contract = AAPL,
  ) => {
    const event = {
      TRADES: EventName.historicalTicksLast,
      BID_ASK: EventName.historicalTicksBidAsk,
      MIDPOINT: EventName.historicalTicks,
    }[what]!;
    const mark = c.seen.length;
    c.api.reqHistoricalTicks(1, contract, start, end, count, what as WhatToShow, 1, true);
    await c.settle();
    return c.seen
      .slice(mark)
      .filter((s) => s.event === event)
      .map((s) => s.args[1] as Record<string, number>[])[0];
  };

  test("recorded seconds are given as they were", async () => {
    const c = await bench.connect();
    const trades = await ticks(c, "TRADES", "20240508-17:00:00", "", 1, SPY);
    expect(trades.length).toBe(17);
    expect(trades[0]).toMatchObject({ time: 1715187600, price: 516.635, size: 1, exchange: "FINRA" });
    const quotes = await ticks(c, "BID_ASK", "20240508-17:00:00", "", 1, SPY);
    expect(quotes.length).toBe(34);
    expect(quotes[0]).toMatchObject({
      time: 1715187599,
      priceBid: 516.62,
      priceAsk: 516.63,
      sizeBid: 1100,
      sizeAsk: 1400,
    });
    expect(new Set(quotes.slice(1).map((q) => q.time))).toEqual(new Set([1715187600]));
  });

  test("begin at the start or end at the end, in order and with whole seconds", async () => {
    const c = await bench.connect();
    const forward = await ticks(c, "TRADES", "20240508-17:00:00", "", 50);
    expect(forward.length).toBeGreaterThanOrEqual(50);
    expect(forward[0].time).toBeGreaterThanOrEqual(1715187600);
    const back = await ticks(c, "TRADES", "", "20240508-17:00:00", 50);
    expect(back.length).toBeGreaterThanOrEqual(50);
    expect(back.at(-1)!.time).toBeLessThan(1715187600);
    for (const list of [forward, back]) {
      const times = list.map((t) => t.time);
      expect([...times].sort((a, b) => a - b)).toEqual(times);
    }
    // A later request goes on where this one ended.
    const next = await ticks(c, "TRADES", "20240508-17:00:30", "", 5);
    expect(forward.filter((t) => t.time >= 1715187630).slice(0, 5)).toEqual(
      next.slice(0, 5).filter((t) => t.time <= forward.at(-1)!.time),
    );
    const mids = await ticks(c, "MIDPOINT", "20240508-17:00:00", "", 10);
    expect(mids[0].price).toBeGreaterThan(0);
    // Over night and a weekend nothing trades in regular hours.
    const monday = await ticks(c, "TRADES", "20231006-20:00:00", "", 3);
    expect(monday[0].time).toBeGreaterThanOrEqual(Date.UTC(2023, 9, 9, 13, 30) / 1000);
  });

  test("a wrong request is 321, a wrong time 10314", async () => {
    const c = await bench.connect();
    await ticks(c, "TRADES", "", "", 10);
    await ticks(c, "TRADES", "20240508-17:00:00", "20240508-18:00:00", 10);
    await ticks(c, "TRADES", "20240508-17:00:00", "", 1001);
    await ticks(c, "TRADES", "once", "", 10);
    expect(c.codes()).toEqual([
      [1, 321],
      [1, 321],
      [1, 321],
      [1, 10314],
    ]);
  });
});
