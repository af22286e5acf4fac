import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BarSizeSetting, EventName, WhatToShow } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { SimulatedGateway } from "../../../src/sim/index.js";
import { AAPL, Bench, SPY } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("reference data", () => {
  test("recorded bars stand in their place and the others run into them", async () => {
    const c = await bench.connect();
    c.api.reqHistoricalData(
      1,
      SPY,
      "20231006-20:00:00",
      "30 S",
      BarSizeSetting.SECONDS_ONE,
      WhatToShow.TRADES,
      0,
      2,
      false,
    );
    await c.settle();
    const bars = c
      .all(EventName.historicalData)
      .filter(([, time]) => !String(time).startsWith("finished")) as number[][];
    expect(bars.length).toBe(30);
    expect(bars[29].slice(1, 9)).toEqual(["1696622399", 429.5, 429.6, 429.47, 429.51, 8718, 1090, 429.532]);
    expect(Math.abs(bars[28][5] - 429.5)).toBeLessThan(2);
  });

  test("a user's own contracts, bars and positions are taken from a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "reference-"));
    const file = join(folder, "own.json");
    const day = ["20231006", 10, 12, 9, 11, 5000, 10.5, 42];
    writeFileSync(
      file,
      JSON.stringify({
        contracts: [
          { conId: 777, secType: "STK", symbol: "MINE", currency: "USD", longName: "MY OWN", basePrice: 11 },
        ],
        bars: [{ conId: 777, whatToShow: "TRADES", barSize: "1 day", bars: [day] }],
        positions: [{ conId: 777, quantity: -30, averagePrice: 12 }],
      }),
    );
    try {
      const c = await bench.connect({ referenceData: file });
      c.api.reqPositions();
      c.api.reqContractDetails(1, { conId: 777 });
      c.api.reqHistoricalData(
        2,
        { ...AAPL, symbol: "MINE" },
        "20231006 16:00:00 US/Eastern",
        "2 D",
        BarSizeSetting.DAYS_ONE,
        WhatToShow.TRADES,
        1,
        1,
        false,
      );
      await c.settle();
      expect(c.all(EventName.position)[0].slice(2)).toEqual([-30, 12]);
      expect(c.all(EventName.contractDetails)[0][1]).toMatchObject({
        longName: "MY OWN",
        contract: { symbol: "MINE" },
      });
      const bars = c.all(EventName.historicalData) as unknown[][];
      expect(bars[1].slice(1, 9)).toEqual(["20231006", 10, 12, 9, 11, 5000, 42, 10.5]);
      // The day before ends where the recorded one begins, give or take a night.
      expect(Math.abs(Number(bars[0][5]) - 10)).toBeLessThan(0.5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["no object", [], /referenceData is \[\] \(allowed: an object with contracts, bars/],
    ["an unknown section", { stocks: [] }, /referenceData\.stocks is not known \(allowed: contracts, bars/],
    [
      "a missing field",
      { positions: [{ conId: 1, quantity: 1 }] },
      /positions\[0\]\.averagePrice is undefined \(allowed: a number\)/,
    ],
    [
      "a bar that is too short",
      { bars: [{ conId: 1, whatToShow: "TRADES", barSize: "1 day", bars: [["20260105", 1, 1]] }] },
      /bars\[0\]\.bars\[0\] is \["20260105",1,1\] \(allowed: a list of date, open, high/,
    ],
    [
      "a date that is none",
      {
        bars: [{ conId: 1, whatToShow: "TRADES", barSize: "1 day", bars: [["today", 1, 1, 1, 1, 1, 1, 1]] }],
      },
      /bars\[0\]\.bars\[0\]\[0\] is "today" \(allowed: seconds since 1970, or yyyymmdd\)/,
    ],
    ["an unknown position", { positions: [{ conId: 5, quantity: 1, averagePrice: 1 }] }, /names conId 5/],
  ])("%s is refused", async (_name, referenceData, message) => {
    await expect(SimulatedGateway.start({ referenceData: referenceData as never })).rejects.toThrow(message);
  });
});
