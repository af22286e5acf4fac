import { type Contract, EventName, type Order, OrderAction, OrderType } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../../src/sim/index.js";
import { AAPL, Bench, marketOrder as order } from "../../support/sim/harness.js";
import { WireClient } from "../../support/sim/wire-client.js";

const bench = new Bench();
afterEach(() => bench.end());

describe("lists of orders", () => {
  test("open orders are the client's own, all open orders everybody's", async () => {
    const { gateway, client } = await bench.pair();
    const other = await bench.client(gateway, 2);
    const resting = order({ orderType: OrderType.LMT, lmtPrice: 1 });
    client.api.placeOrder(1, AAPL, resting);
    other.api.placeOrder(1, AAPL, resting);
    await client.settle();
    await other.settle();
    const mark = client.seen.length;
    client.api.reqOpenOrders();
    await client.next(EventName.openOrderEnd, undefined, mark);
    expect(client.namesSince(mark)).toEqual(["openOrder", "orderStatus", "openOrderEnd"]);
    const second = client.seen.length;
    client.api.reqAllOpenOrders();
    await client.next(EventName.openOrderEnd, undefined, second);
    const clientIds = client.seen
      .slice(second)
      .filter((s) => s.event === "openOrder")
      .map((s) => (s.args[2] as Order).clientId);
    expect(clientIds).toEqual([1, 2]);
    client.api.cancelOrder(1);
    await client.settle();
    expect(gateway.exchange.orders.find(2, 1)!.status).toBe("Submitted");
  });

  test("auto open orders are for client 0 only", async () => {
    const { gateway, client } = await bench.pair();
    client.api.reqAutoOpenOrders(true);
    await client.settle();
    expect(client.all(EventName.info).at(-1)?.[1]).toBe(321);
    const zero = await bench.client(gateway, 0);
    zero.api.reqAutoOpenOrders(true);
    await zero.next(EventName.openOrderEnd);
  });

  test("global cancel ends the orders of all clients", async () => {
    const { gateway, client } = await bench.pair();
    const other = await bench.client(gateway, 2);
    const resting = order({ orderType: OrderType.LMT, lmtPrice: 1 });
    client.api.placeOrder(1, AAPL, resting);
    client.api.placeOrder(2, AAPL, resting);
    other.api.placeOrder(1, AAPL, resting);
    await client.settle();
    await other.settle();
    client.api.reqGlobalCancel();
    await client.settle();
    await other.settle();
    expect(gateway.exchange.orders.open()).toEqual([]);
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([
      [1, 202],
      [2, 202],
    ]);
    expect(other.errors.map((e) => [e.id, e.code])).toEqual([[1, 202]]);
  });

  test("completed orders tell how orders ended", async () => {
    const { client } = await bench.pair();
    client.api.placeOrder(1, AAPL, order({}));
    client.api.placeOrder(2, AAPL, order({ orderType: OrderType.LMT, lmtPrice: 1 }));
    client.api.cancelOrder(2);
    client.api.reqCompletedOrders(false);
    await client.next(EventName.completedOrdersEnd);
    const states = client.all(EventName.completedOrder).map(([, , state]) => state as Record<string, string>);
    expect(states.map((s) => [s.status, s.completedStatus])).toEqual([
      ["Filled", "Filled Size: 100"],
      ["Cancelled", "Cancelled by Trader"],
    ]);
    expect(client.decodeErrors()).toEqual([]);
  });

  test("executions can be filtered and come with their commissions before the end", async () => {
    const { gateway, client } = await bench.pair();
    client.api.placeOrder(1, AAPL, order({}));
    client.api.placeOrder(2, { ...AAPL, symbol: "MSFT" }, order({ action: OrderAction.SELL }));
    await client.settle();
    const other = await bench.client(gateway, 2);
    other.api.reqExecutions(50, {});
    await other.next(EventName.execDetailsEnd);
    const names = other.seen
      .map((s) => s.event)
      .filter((name) => name.startsWith("exec") || name.startsWith("comm"));
    expect(names).toEqual([
      "execDetails",
      "execDetails",
      "commissionReport",
      "commissionReport",
      "execDetailsEnd",
    ]);
    const symbolsFor = async (reqId: number, filter: Record<string, string>): Promise<unknown[]> => {
      other.api.reqExecutions(reqId, filter);
      await other.next(EventName.execDetailsEnd, ([id]) => id === reqId);
      return other
        .all(EventName.execDetails)
        .filter(([id]) => id === reqId)
        .map(([, c]) => (c as Contract).symbol);
    };
    expect(await symbolsFor(51, { symbol: "MSFT" })).toEqual(["MSFT"]);
    expect(await symbolsFor(52, { side: "BUY" })).toEqual(["AAPL"]);
    expect(await symbolsFor(53, { time: "20990101-00:00:00" })).toEqual([]);
    expect(await symbolsFor(54, { acctCode: "DU9" })).toEqual([]);
    other.api.reqExecutions(55, { time: "yesterday" });
    await other.settle();
    expect(other.errors.map((e) => [e.id, e.code])).toEqual([[55, 321]]);
  });
});

test("the last days of executions are days of the market's zone, not of UTC", async () => {
  // 20:30 in New York, when the next day has begun in UTC.
  const clock = new VirtualClock({ start: Date.UTC(2026, 0, 6, 1, 30) });
  const gateway = await bench.gateway({ clock });
  const client = await WireClient.connect(gateway.port, 226);
  const executionsOf = async (lastNDays: number): Promise<number> => {
    const mark = client.received.length;
    client.send({ name: "REQ_EXECUTIONS", body: { reqId: 5, executionFilter: { lastNDays } } });
    await client.next("EXECUTION_DATA_END", mark);
    return client.all("EXECUTION_DATA", mark).length;
  };
  const buyOne = { action: "BUY", totalQuantity: "1", orderType: "MKT", tif: "GTC", transmit: true };
  client.send({ name: "PLACE_ORDER", body: { orderId: 1, contract: AAPL, order: buyOne } });
  await client.next("COMMISSION_AND_FEES_REPORT");
  expect(await executionsOf(1)).toBe(1);
  clock.advance(86_400_000);
  expect([await executionsOf(1), await executionsOf(2)]).toEqual([0, 1]);
  client.end();
});
