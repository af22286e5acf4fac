import { BarSizeSetting, EventName, WhatToShow } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { AAPL, Bench } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("bars as they happen", () => {
  test("real-time bars are five seconds long and follow the trades", async () => {
    const { clock, gateway, client } = await stageWithClient(bench, { tickIntervalMs: 250 });
    client.api.reqRealTimeBars(1, AAPL, 5, WhatToShow.TRADES, false, []);
    client.api.reqRealTimeBars(2, AAPL, 10, WhatToShow.TRADES, false, []);
    client.api.reqRealTimeBars(3, AAPL, 5, "OTHER" as WhatToShow, false, []);
    client.api.reqRealTimeBars(4, AAPL, 5, WhatToShow.MIDPOINT, false, []);
    await client.settle();
    expect(client.codes()).toEqual([[3, 321]]);
    const prints: number[] = [];
    gateway.exchange.on("trade", (_instrument, { size }) => prints.push(size));
    clock.advance(15_000);
    await client.settle();
    const bars = client.all(EventName.realtimeBar).filter(([id]) => id === 1) as number[][];
    expect(bars.length).toBe(3);
    expect(bars[1][1] - bars[0][1]).toBe(5);
    expect(bars[0][1] % 5).toBe(0);
    expect(bars.reduce((sum, bar) => sum + bar[6], 0)).toBe(prints.reduce((a, b) => a + b, 0));
    for (const [, , open, high, low, close] of bars) {
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
      expect(low).toBeLessThanOrEqual(Math.min(open, close));
    }
    const mids = client.all(EventName.realtimeBar).filter(([id]) => id === 4) as number[][];
    expect(mids.map((bar) => bar[6])).toEqual([-1, -1, -1]);
    // Another size than five seconds is not refused, and changes nothing.
    expect(client.all(EventName.realtimeBar).filter(([id]) => id === 2).length).toBe(3);
    for (const id of [1, 2, 4]) client.api.cancelRealTimeBars(id);
    client.api.cancelRealTimeBars(9);
    await client.settle();
    clock.advance(10_000);
    await client.settle();
    expect(client.all(EventName.realtimeBar).length).toBe(9);
    expect(client.codes().at(-1)).toEqual([9, 300]);
  });

  test("keepUpToDate goes on under the last bar and begins a new one each minute", async () => {
    const { clock, client } = await stageWithClient(bench, { tickIntervalMs: 250 });
    client.api.reqHistoricalData(
      1,
      AAPL,
      "",
      "600 S",
      BarSizeSetting.MINUTES_ONE,
      WhatToShow.TRADES,
      0,
      2,
      true,
    );
    await client.settle();
    clock.advance(130_000);
    await client.settle();
    const updates = client.all(EventName.historicalDataUpdate).map(([, date]) => Number(date));
    expect(updates.length).toBe(26);
    expect(new Set(updates).size).toBe(3);
    for (const date of updates) expect(date % 60).toBe(0);
    client.api.cancelHistoricalData(1);
    client.api.cancelHistoricalData(1);
    await client.settle();
    expect(client.codes()).toEqual([
      [1, 162],
      [1, 366],
    ]);
    clock.advance(60_000);
    await client.settle();
    expect(client.all(EventName.historicalDataUpdate).length).toBe(26);
    client.api.reqHistoricalData(
      2,
      AAPL,
      "20231006-20:00:00",
      "600 S",
      BarSizeSetting.MINUTES_ONE,
      WhatToShow.TRADES,
      0,
      2,
      true,
    );
    await client.settle();
    expect(client.codes().at(-1)).toEqual([2, 321]);
  });
});
