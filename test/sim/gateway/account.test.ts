import {
  type Contract,
  type ContractDetails,
  EventName,
  type Order,
  OrderAction,
  OrderType,
  SecType,
} from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { AAPL, Bench, type StockClient } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

const buy = (quantity: number): Order => ({
  action: OrderAction.BUY,
  totalQuantity: quantity,
  orderType: OrderType.MKT,
  transmit: true,
});
const sell = (quantity: number): Order => ({ ...buy(quantity), action: OrderAction.SELL });

async function trader(options = {}): Promise<StockClient> {
  return bench.client(await bench.gateway(options));
}

describe("positions", () => {
  test("are listed with average cost, and told again when they change", async () => {
    const client = await trader();
    client.api.placeOrder(1, AAPL, buy(100));
    await client.settle();
    client.api.reqPositions();
    await client.next(EventName.positionEnd);
    const [account, contract, quantity, avgCost] = client.all(EventName.position)[0] as [
      string,
      Contract,
      number,
      number,
    ];
    expect([account, contract.symbol, quantity]).toEqual(["DU0000001", "AAPL", 100]);
    expect(avgCost).toBeCloseTo(190.01 + 0.01, 6);
    client.api.placeOrder(2, AAPL, sell(100));
    await client.settle();
    expect(client.all(EventName.position).map((p) => p[2])).toEqual([100, 0]);
    client.api.cancelPositions();
    client.api.placeOrder(3, AAPL, buy(100));
    await client.settle();
    expect(client.all(EventName.position).length).toBe(2);
  });

  test("turn from long to short with the new price as cost", async () => {
    const client = await trader();
    client.api.placeOrder(1, AAPL, buy(100));
    client.api.placeOrder(2, AAPL, sell(200));
    await client.settle();
    client.api.reqPositions();
    await client.next(EventName.positionEnd);
    const [, , quantity, avgCost] = client.all(EventName.position)[0];
    expect(quantity).toBe(-100);
    // Half of the second order's commission opened these.
    expect(avgCost).toBeCloseTo(190 - 0.5 / 100, 6);
  });
});

describe("account summary", () => {
  test("gives the tags asked for, per account, then its end; updates follow a trade until cancelled", async () => {
    const client = await trader({ accounts: ["DU1", "DU2"], startingCash: 50_000 });
    client.api.reqAccountSummary(7, "All", "NetLiquidation,TotalCashValue,AccountType,NoSuchTag");
    await client.next(EventName.accountSummaryEnd);
    expect(client.all(EventName.accountSummary)).toEqual(
      ["DU1", "DU2"].flatMap((account) => [
        [7, account, "NetLiquidation", "50000.00", "USD"],
        [7, account, "TotalCashValue", "50000.00", "USD"],
        [7, account, "AccountType", "INDIVIDUAL", ""],
      ]),
    );
    client.api.placeOrder(1, AAPL, { ...buy(100), account: "DU2" });
    await client.settle();
    const cash = client
      .all(EventName.accountSummary)
      .filter(([, , tag]) => tag === "TotalCashValue")
      .at(-1);
    expect(cash?.slice(1, 4)).toEqual(["DU2", "TotalCashValue", (50_000 - 19_001 - 1).toFixed(2)]);
    client.api.cancelAccountSummary(7);
    await client.settle();
    const count = client.all(EventName.accountSummary).length;
    client.api.placeOrder(2, AAPL, { ...sell(100), account: "DU2" });
    await client.settle();
    expect(client.all(EventName.accountSummary).length).toBe(count);
  });

  test("has the ledger, and no more than two at once", async () => {
    const client = await trader();
    client.api.reqAccountSummary(1, "All", "$LEDGER:ALL");
    client.api.reqAccountSummary(2, "All", "BuyingPower");
    client.api.reqAccountSummary(3, "All", "BuyingPower");
    await client.settle();
    const tags = client
      .all(EventName.accountSummary)
      .filter(([id]) => id === 1)
      .map(([, , tag]) => tag);
    expect(tags).toContain("CashBalance");
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([[3, 322]]);
  });
});

test("cash and the value of every kind of position add up to the net liquidation", async () => {
  const client = await trader();
  client.api.reqContractDetails(9, {
    symbol: "ES",
    secType: SecType.CONTFUT,
    exchange: "CME",
    currency: "USD",
  });
  const [, future] = (await client.next(EventName.contractDetails)) as [number, ContractDetails];
  client.api.placeOrder(1, AAPL, buy(10));
  client.api.placeOrder(
    2,
    { conId: future.contract.conId, secType: SecType.FUT, exchange: "CME", currency: "USD" },
    buy(2),
  );
  client.api.placeOrder(
    3,
    { symbol: "BTC", secType: SecType.CRYPTO, exchange: "PAXOS", currency: "USD" },
    { ...buy(0), cashQty: 65_000, tif: "IOC" as never },
  );
  await client.settle();
  expect(client.errors).toEqual([]);
  client.api.reqAccountSummary(1, "All", "$LEDGER:ALL");
  client.api.reqAccountSummary(
    2,
    "All",
    "GrossPositionValue,SMA,RegTEquity,RegTMargin,HighestSeverity,PreviousEquityWithLoanValue",
  );
  await client.next(EventName.accountSummaryEnd, ([id]) => id === 2);
  const of = (id: number) =>
    new Map(
      client
        .all(EventName.accountSummary)
        .filter((row) => row[0] === id)
        .map(([, , tag, value]) => [tag, value]),
    );
  const ledger = of(1);
  const value = (tag: string): number => Number(ledger.get(tag));
  const parts = ["CashBalance", "StockMarketValue", "FuturesPNL", "Cryptocurrency"].map(value);
  expect(parts.reduce((a, b) => a + b, 0)).toBeCloseTo(value("NetLiquidationByCurrency"), 1);
  expect(Math.abs(value("FuturesPNL"))).toBeLessThan(1000);
  const summary = of(2);
  expect(Number(summary.get("GrossPositionValue"))).toBeCloseTo(
    value("StockMarketValue") + value("Cryptocurrency"),
    1,
  );
  expect(summary.size).toBe(6);
});

describe("account updates", () => {
  test("tell values, portfolio and time, end, and follow trades until unsubscribed", async () => {
    const client = await trader();
    client.api.placeOrder(1, AAPL, buy(100));
    client.api.reqAccountUpdates(true, "DU0000001");
    await client.next(EventName.accountDownloadEnd);
    const values = new Map(client.all(EventName.updateAccountValue).map(([key, value]) => [key, value]));
    expect(values.get("AccountCode")).toBe("DU0000001");
    expect(Number(values.get("TotalCashBalance"))).toBeCloseTo(1_000_000 - 19_001 - 1, 2);
    expect(Number(values.get("NetLiquidation"))).toBeCloseTo(
      Number(values.get("TotalCashBalance")) + 19_001,
      0,
    );
    const [contract, position, marketPrice, marketValue] = client.all(EventName.updatePortfolio)[0] as [
      Contract,
      ...number[],
    ];
    expect([contract.symbol, position]).toEqual(["AAPL", 100]);
    expect(marketValue).toBeCloseTo(100 * marketPrice, 6);
    expect(client.all(EventName.updateAccountTime)[0][0]).toMatch(/^\d\d:\d\d$/);
    client.api.placeOrder(2, AAPL, sell(100));
    await client.settle();
    expect(client.all(EventName.updatePortfolio).at(-1)?.[1]).toBe(0);
    client.api.reqAccountUpdates(false, "");
    await client.settle();
    const count = client.all(EventName.updateAccountValue).length;
    client.api.placeOrder(3, AAPL, buy(1));
    await client.settle();
    expect(client.all(EventName.updateAccountValue).length).toBe(count);
  });
});

describe("profit and loss", () => {
  test("is sent at once for the account and for one position", async () => {
    const client = await trader();
    client.api.placeOrder(1, AAPL, buy(100));
    client.api.reqPnL(1, "DU0000001", "");
    client.api.reqPnLSingle(2, "DU0000001", "", 265598);
    client.api.reqPnL(3, "DU9", "");
    await client.settle();
    const [reqId, daily, unrealized, realized] = client.all(EventName.pnl)[0] as number[];
    expect([reqId, realized]).toEqual([1, 0]);
    expect(daily).toBe(unrealized);
    const [, position, , , , value] = client.all(EventName.pnlSingle)[0] as number[];
    expect(position).toBe(100);
    expect(value).toBeCloseTo(19_001 + 1 + unrealized, 2);
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([[3, 321]]);
    client.api.cancelPnL(1);
    client.api.cancelPnLSingle(2);
    await client.settle();
  });
});
