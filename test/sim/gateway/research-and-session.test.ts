import { type Contract, EventName, SecType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { NO_CONTRACT } from "../../../src/sim/model/contract.js";
import { AAPL, Bench } from "../../support/sim/harness.js";
import { stageWithClient } from "../../support/sim/stage.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("research and session", () => {
  test("scanners rank, filter and are cancelled with 162", async () => {
    const { clock, gateway, client: c } = await stageWithClient(bench, { tickIntervalMs: 250 });
    const wanted = {
      instrument: "STK",
      locationCode: "STK.US",
      scanCode: 0,
      numberOfRows: 10,
      abovePrice: 100,
    };
    const { ScanCode } = await import("@stoqey/ib");
    c.api.reqScannerSubscription(1, { ...wanted, scanCode: ScanCode.MOST_ACTIVE } as never);
    c.api.reqScannerSubscription(2, {
      ...wanted,
      instrument: "MARS",
      scanCode: ScanCode.MOST_ACTIVE,
    } as never);
    await c.settle();
    const rows = c
      .all(EventName.scannerData)
      .map(([, rank, details]) => [rank, (details as { contract: Contract }).contract] as [number, Contract]);
    expect(rows.map(([rank]) => rank)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const volumes = rows.map(([, { conId }]) => {
      const { volume, last } = gateway.exchange.quote(gateway.exchange.instruments.get(conId!)!);
      expect(last).toBeGreaterThanOrEqual(100);
      return volume;
    });
    expect([...volumes].sort((a, b) => b - a)).toEqual(volumes);
    clock.advance(30_000);
    await c.settle();
    expect(c.all(EventName.scannerDataEnd).length).toBe(2);
    c.api.cancelScannerSubscription(1);
    await c.settle();
    expect(c.codes()).toEqual([
      [2, 162],
      [1, 162],
    ]);
  });

  test("historical news are within their dates, newest first, and say when there are more", async () => {
    const c = await bench.connect();
    c.api.reqHistoricalNews(1, 265598, "BRFG", "2026-06-01 00:00:00", "2026-06-24 00:00:00", 10, []);
    c.api.reqHistoricalNews(2, 265598, "NONE", "", "", 10, []);
    await c.settle();
    const times = c.all(EventName.historicalNews).map(([, time]) => String(time));
    expect(times.length).toBe(10);
    expect([...times].sort().reverse()).toEqual(times);
    expect(times[9] > "2026-06-01" && times[0] < "2026-06-24").toBe(true);
    expect(c.all(EventName.historicalNewsEnd)).toEqual([[1, true]]);
    expect(c.codes()).toEqual([[2, 321]]);
  });

  test("a display group shows all subscribers what one of them chose", async () => {
    const gateway = await bench.gateway();
    const one = await bench.client(gateway, 1);
    const two = await bench.client(gateway, 2);
    one.api.subscribeToGroupEvents(1, "3" as never);
    two.api.subscribeToGroupEvents(9, "3" as never);
    await one.settle();
    await two.settle();
    one.api.updateDisplayGroup(1, "265598@SMART");
    one.api.updateDisplayGroup(1, "nonsense");
    await one.settle();
    await two.settle();
    expect(one.all(EventName.displayGroupUpdated)).toEqual([
      [1, "none"],
      [1, "265598@SMART"],
    ]);
    expect(two.all(EventName.displayGroupUpdated)).toEqual([
      [9, "none"],
      [9, "265598@SMART"],
    ]);
    expect(one.codes()).toEqual([[1, 321]]);
  });

  test("positions and account updates of several requests follow a trade", async () => {
    const c = await bench.connect({ accounts: ["DU1", "DU2"] });
    c.api.reqPositionsMulti(1, "", "");
    c.api.reqPositionsMulti(2, "DU2", "");
    c.api.reqAccountUpdatesMulti(3, "DU1", "", false);
    c.api.reqPositionsMulti(4, "DU9", "");
    await c.settle();
    expect(c.codes()).toEqual([[4, 321]]);
    const rows = c.all(EventName.accountUpdateMulti).length;
    c.api.placeOrder(1, AAPL, {
      action: "BUY",
      orderType: "MKT",
      totalQuantity: 10,
      account: "DU1",
    } as never);
    await c.settle();
    expect(c.all(EventName.positionMulti).map(([id, account, , , size]) => [id, account, size])).toEqual([
      [1, "DU1", 10],
    ]);
    expect(c.all(EventName.accountUpdateMulti).length).toBeGreaterThan(rows);
  });

  test("exercising an option turns it into its underlying at the strike", async () => {
    const gateway = await bench.gateway({
      referenceData: { positions: [{ conId: 843630132, quantity: 2, averagePrice: 10 }] },
    });
    const c = await bench.client(gateway);
    const option = {
      conId: 843630132,
      symbol: "SPY",
      secType: SecType.OPT,
      exchange: "SMART",
      currency: "USD",
    };
    c.api.exerciseOptions(1, option, 1, 1, "DU0000001", 0);
    c.api.exerciseOptions(2, option, 1, 5, "DU0000001", 1);
    c.api.exerciseOptions(3, option, 1, 1, "DU0000001", 1);
    c.api.exerciseOptions(4, option, 2, 1, "DU0000001", 0);
    await c.settle();
    expect(c.codes()).toEqual([
      [1, 321],
      [2, 321],
    ]);
    const account = gateway.exchange.accounts.get("DU0000001")!;
    expect(account.position(843630132)?.quantity).toBe(0);
    expect(account.position(756733)).toMatchObject({ quantity: 100, averagePrice: 750 });
  });

  test.each([
    ["C", 1],
    ["P", -1],
  ])("exercising a %s on an index pays what it is worth: nobody holds an index", async (right, sign) => {
    const gateway = await bench.gateway();
    const { exchange } = gateway;
    const c = await bench.client(gateway);
    const chain = exchange.instruments.find({ ...NO_CONTRACT, symbol: "SPX", secType: "OPT", right });
    const [option] = chain;
    const account = exchange.accounts.get("DU0000001")!;
    account.book(option, 3, 20, 1);
    const { totalCash: before } = account.figures();
    const worth = sign * (exchange.quote(option.underlying!).last - option.strike!) * 100;
    c.api.exerciseOptions(1, { conId: option.conId, exchange: "SMART" }, 1, 2, "", 1);
    await c.settle();
    expect(c.codes()).toEqual([]);
    expect(account.positions().map(({ instrument, quantity }) => [instrument.secType, quantity])).toEqual([
      ["OPT", 1],
    ]);
    const { totalCash, netLiquidation, realizedPnL, unrealizedPnL } = account.figures();
    expect(totalCash - before).toBeCloseTo(2 * worth, 6);
    expect(netLiquidation).toBeCloseTo(1_000_000 + realizedPnL + unrealizedPnL, 6);
  });
});
