import { type BarSizeSetting, EventName, type WhatToShow } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import type { Contract } from "../../../src/domain/stock-types.js";
import { AAPL, Bench, type StockClient } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

const IBM: Contract = { ...AAPL, symbol: "IBM" };
const VIOLATION = "Historical Market Data Service error message:Historical data request pacing violation";

function ask(
  client: StockClient,
  id: number,
  { contract = AAPL, end = "", duration = "60 S", barSize = "5 secs", show = "TRADES" } = {},
): void {
  const [size, what] = [barSize as BarSizeSetting, show as WhatToShow];
  client.api.reqHistoricalData(id, contract, end, duration, size, what, 0, 2, false);
}

/** The ids that were refused for their pace. */
async function refused(client: StockClient): Promise<number[]> {
  await client.settle();
  return client.errors.filter(({ message }) => message.includes("pacing")).map(({ id }) => id);
}

describe("a gateway's pace of history", () => {
  test("identical requests have to be 15 seconds apart", async () => {
    const { clock, client } = await stageWithClient(bench, {});
    ask(client, 1);
    ask(client, 2);
    ask(client, 3, { contract: IBM });
    ask(client, 4, { duration: "120 S" });
    expect(await refused(client)).toEqual([2]);
    expect(client.errors.find(({ id }) => id === 2)).toMatchObject({ code: 162, message: VIOLATION });
    clock.advance(14_999);
    ask(client, 5);
    expect(await refused(client)).toEqual([2, 5]);
    clock.advance(15_000);
    ask(client, 6);
    expect(await refused(client)).toEqual([2, 5]);
    expect(client.all(EventName.historicalData).some(([id]) => id === 6)).toBe(true);
  });

  test("of one contract, exchange and kind there may be five within two seconds, of BID_ASK two", async () => {
    const { clock, client } = await stageWithClient(bench, {});
    for (let i = 1; i <= 6; i++) ask(client, i, { duration: `${60 + i} S` });
    for (let i = 11; i <= 13; i++) ask(client, i, { duration: `${60 + i} S`, show: "BID_ASK" });
    ask(client, 20, { show: "MIDPOINT" });
    ask(client, 21, { contract: { ...AAPL, exchange: "NASDAQ" } });
    expect(await refused(client)).toEqual([6, 13]);
    clock.advance(2_000);
    ask(client, 30, { duration: "90 S" });
    expect(await refused(client)).toEqual([6, 13]);
  });

  test("sixty may be made within ten minutes, whichever client of the login makes them; BID_ASK counts twice", async () => {
    const { clock, gateway, client } = await stageWithClient(bench, {});
    const other = await bench.client(gateway, 2);
    for (let i = 0; i < 29; i++) {
      ask(client, i, { end: "20260105-15:00:00", duration: `${60 + i} S` });
      clock.advance(2_000);
      await client.settle();
      ask(other, i, { end: "20260105-15:00:00", duration: `${160 + i} S` });
      clock.advance(2_000);
      await other.settle();
    }
    ask(client, 100, { show: "BID_ASK" });
    expect(await refused(client)).toEqual([]);
    ask(client, 101, { contract: IBM });
    expect(await refused(client)).toEqual([101]);
    expect(await refused(other)).toEqual([]);
    clock.advance(600_000);
    ask(client, 102, { contract: IBM });
    expect(await refused(client)).toEqual([101]);
  });

  test("is for bars of 30 seconds and less, or for all, or for none", async () => {
    const seen: Record<string, number[]> = {};
    for (const historyPacing of ["small-bars", "all", "off"] as const) {
      const { client } = await stageWithClient(bench, { historyPacing });
      for (const id of [1, 2]) ask(client, id, { barSize: "30 secs" });
      for (const id of [3, 4]) ask(client, id, { barSize: "1 min" });
      seen[historyPacing] = await refused(client);
    }
    expect(seen).toEqual({ "small-bars": [2], all: [2, 4], off: [] });
  });

  test("is that of real-time bars, too, which are refused with 420", async () => {
    const { client } = await stageWithClient(bench, {});
    const live = (id: number) => client.api.reqRealTimeBars(id, AAPL, 5, "TRADES" as never, false, []);
    live(1);
    live(2);
    expect(await refused(client)).toEqual([2]);
    expect(client.errors.find(({ id }) => id === 2)).toMatchObject({
      code: 420,
      message: "Invalid Real-time Query:Historical data request pacing violation",
    });
  });
});
