import {
  type Contract,
  EventName,
  type Execution,
  type Order,
  OrderAction,
  OrderType,
  TimeInForce,
} from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import type { SimulatedGateway } from "../../../src/sim/index.js";
import { AAPL, Bench, marketOrder as order, type StockClient } from "../../support/sim/harness.js";

const bench = new Bench();
afterEach(() => bench.end());

const AAPL_CON_ID = 265598;

const quoteOf = (gateway: SimulatedGateway) =>
  gateway.exchange.quote(gateway.exchange.instruments.get(AAPL_CON_ID)!);

/** Status, filled and remaining of all statuses of an order. */
const statuses = (client: StockClient, orderId: number): unknown[][] =>
  client
    .all(EventName.orderStatus)
    .filter(([id]) => id === orderId)
    .map(([, ...rest]) => rest.slice(0, 3));

const statusNames = (client: StockClient, orderId: number): unknown[] => [
  ...new Set(statuses(client, orderId).map(([status]) => status)),
];

/** Steps until `done`, at most `limit` times. */
async function stepUntil(gateway: SimulatedGateway, done: () => boolean, limit = 5000): Promise<void> {
  for (let i = 0; i < limit && !done(); i++) gateway.exchange.step();
  if (!done()) throw new Error(`not reached within ${limit} steps`);
}

describe("market orders", () => {
  test("send open order, status, execution, open order, status and commission in a gateway's order", async () => {
    const { gateway, client } = await bench.pair();
    const ask = quoteOf(gateway).ask;
    const mark = client.seen.length;
    client.api.placeOrder(1, AAPL, order({ orderRef: "my-ref" }));
    await client.settle();
    expect(client.namesSince(mark).filter((name) => name !== "info")).toEqual([
      "openOrder",
      "orderStatus",
      "execDetails",
      "openOrder",
      "orderStatus",
      "commissionReport",
      "currentTime",
    ]);
    expect(statuses(client, 1)).toEqual([
      ["Submitted", 0, 100],
      ["Filled", 100, 0],
    ]);
    const [reqId, contract, execution] = client.all(EventName.execDetails)[0] as [
      number,
      Contract,
      Execution,
    ];
    expect(reqId).toBe(-1);
    expect(contract.conId).toBe(AAPL_CON_ID);
    expect(execution).toMatchObject({
      side: "BOT",
      shares: 100,
      price: ask,
      cumQty: 100,
      avgPrice: ask,
      orderId: 1,
    });
    expect(execution).toMatchObject({
      acctNumber: "DU0000001",
      clientId: 1,
      orderRef: "my-ref",
      lastLiquidity: 2,
    });
    expect(execution.time).toMatch(/^\d{8} \d\d:\d\d:\d\d US\/Eastern$/);
    const [report] = client.all(EventName.commissionReport)[0] as [Record<string, unknown>];
    expect(report).toMatchObject({ execId: execution.execId, commission: 1, currency: "USD" });
    expect(report.realizedPNL).toBeUndefined();
  });

  test("larger than the displayed size fill in parts, whose sizes, prices and commissions add up", async () => {
    const { gateway, client } = await bench.pair({ startingCash: 1e8 });
    client.api.placeOrder(1, AAPL, order({ totalQuantity: 50_000 }));
    await client.settle();
    expect(statuses(client, 1).at(-1)?.[0]).toBe("Submitted");
    await stepUntil(gateway, () => gateway.exchange.orders.find(1, 1)!.status === "Filled");
    await client.settle();
    const executions = client.all(EventName.execDetails).map(([, , e]) => e as Required<Execution>);
    expect(executions.length).toBeGreaterThan(2);
    let cumulative = 0;
    let value = 0;
    for (const e of executions) {
      cumulative += e.shares;
      value += e.shares * e.price;
      expect(e.cumQty).toBe(cumulative);
      expect(e.avgPrice).toBeCloseTo(value / cumulative, 6);
    }
    expect(cumulative).toBe(50_000);
    expect(new Set(executions.map((e) => e.execId)).size).toBe(executions.length);
    const remaining = statuses(client, 1).map(([, filled, left]) => Number(filled) + Number(left));
    expect(new Set(remaining)).toEqual(new Set([50_000]));
    const commissions = client
      .all(EventName.commissionReport)
      .map(([r]) => (r as { commission: number }).commission);
    expect(commissions.reduce((a, b) => a + b)).toBeCloseTo(250, 6);
  });

  test("that close a position report the profit realised", async () => {
    const { gateway, client } = await bench.pair();
    client.api.placeOrder(1, AAPL, order({}));
    await client.settle();
    client.api.reqMktData(1, AAPL, "", false, false);
    await client.settle();
    for (let i = 0; i < 20; i++) gateway.exchange.step();
    client.api.placeOrder(2, AAPL, order({ action: OrderAction.SELL }));
    await client.settle();
    const [bought, sold] = client
      .all(EventName.execDetails)
      .map(([, , e]) => (e as Required<Execution>).price);
    const [first, second] = client.all(EventName.commissionReport).map(([r]) => r as Record<string, number>);
    const paid = first.commission + second.commission;
    expect(second.realizedPNL).toBeCloseTo((sold - bought) * 100 - paid, 6);
  });
});

describe("limit orders", () => {
  test("rest, can be changed, and fill when the market comes to them", async () => {
    const { gateway, client } = await bench.pair();
    const { bid } = quoteOf(gateway);
    client.api.placeOrder(1, AAPL, order({ orderType: OrderType.LMT, lmtPrice: bid - 50 }));
    await client.settle();
    expect(statuses(client, 1)).toEqual([["Submitted", 0, 100]]);
    gateway.exchange.step();
    client.api.placeOrder(
      1,
      AAPL,
      order({ orderType: OrderType.LMT, lmtPrice: bid - 40, totalQuantity: 200 }),
    );
    await client.settle();
    const changed = client.all(EventName.openOrder).at(-1) as [number, Contract, Order];
    expect(changed[2]).toMatchObject({ lmtPrice: bid - 40, totalQuantity: 200, orderType: "LMT" });
    expect(statuses(client, 1).at(-1)).toEqual(["Submitted", 0, 200]);
    const { ask } = quoteOf(gateway);
    client.api.placeOrder(1, AAPL, order({ orderType: OrderType.LMT, lmtPrice: ask, totalQuantity: 200 }));
    await stepUntilFilled(gateway, client, 1);
    for (const [, , e] of client.all(EventName.execDetails)) {
      expect((e as Required<Execution>).price).toBeLessThanOrEqual(ask);
    }
  });

  test("can be cancelled: status, then error 202; a second cancel is 10148, one of nothing 10147", async () => {
    const { client } = await bench.pair();
    client.api.placeOrder(1, AAPL, order({ orderType: OrderType.LMT, lmtPrice: 1 }));
    await client.settle();
    const mark = client.seen.length;
    client.api.cancelOrder(1);
    await client.settle();
    expect(client.namesSince(mark)).toEqual(["orderStatus", "error", "currentTime"]);
    expect(statuses(client, 1).at(-1)).toEqual(["Cancelled", 0, 100]);
    client.api.cancelOrder(1);
    client.api.cancelOrder(77);
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([
      [1, 202],
      [1, 10148],
      [77, 10147],
    ]);
  });

  test("that are immediate-or-cancel end with what could not be filled", async () => {
    const { gateway, client } = await bench.pair();
    const { ask, askSize } = quoteOf(gateway);
    const fields = {
      orderType: OrderType.LMT,
      lmtPrice: ask,
      tif: TimeInForce.IOC,
      totalQuantity: askSize + 500,
    };
    client.api.placeOrder(1, AAPL, order(fields));
    await client.settle();
    expect(statuses(client, 1).at(-1)).toEqual(["Cancelled", askSize, 500]);
    expect(client.errors.map((e) => e.code)).toEqual([202]);
  });
});

describe("stop orders", () => {
  test("wait pre-submitted for their trigger and then fill", async () => {
    const { gateway, client } = await bench.pair();
    const { last } = quoteOf(gateway);
    client.api.placeOrder(
      1,
      AAPL,
      order({ orderType: OrderType.STP, auxPrice: Number((last + 0.2).toFixed(2)) }),
    );
    await client.settle();
    const [first] = client.all(EventName.orderStatus);
    expect([first[1], first[9]]).toEqual(["PreSubmitted", "trigger"]);
    await stepUntilFilled(gateway, client, 1);
    expect(statusNames(client, 1)).toEqual(["PreSubmitted", "Submitted", "Filled"]);
    const price = (client.all(EventName.execDetails)[0][2] as Required<Execution>).price;
    expect(price).toBeGreaterThan(last);
  });

  test("with a limit do not fill beyond it", async () => {
    const { gateway, client } = await bench.pair();
    const { last } = quoteOf(gateway);
    const stop = Number((last - 0.1).toFixed(2));
    client.api.placeOrder(
      1,
      AAPL,
      order({ action: OrderAction.SELL, orderType: OrderType.STP_LMT, auxPrice: stop, lmtPrice: stop }),
    );
    await client.settle();
    await stepUntilFilled(gateway, client, 1);
    for (const [, , e] of client.all(EventName.execDetails)) {
      expect((e as Required<Execution>).price).toBeGreaterThanOrEqual(stop);
    }
  });
});

describe("brackets", () => {
  async function placeBracket(profit: number, loss: number, parent: Partial<Order> = {}) {
    const { gateway, client } = await bench.pair();
    const { last } = quoteOf(gateway);
    const at = (distance: number): number => Number((last + distance).toFixed(2));
    client.api.placeOrder(1, AAPL, order({ transmit: false, ...parent }));
    const child = { action: OrderAction.SELL, parentId: 1 };
    client.api.placeOrder(
      2,
      AAPL,
      order({ ...child, orderType: OrderType.LMT, lmtPrice: at(profit), transmit: false }),
    );
    await client.settle();
    expect(client.all(EventName.openOrder)).toEqual([]);
    client.api.placeOrder(3, AAPL, order({ ...child, orderType: OrderType.STP, auxPrice: at(loss) }));
    await client.settle();
    return { gateway, client };
  }

  test("are sent together when the last one is transmitted, and the children wait for the parent", async () => {
    const { client } = await placeBracket(5, -5, { orderType: OrderType.LMT, lmtPrice: 1 });
    expect(client.all(EventName.openOrder).map(([id]) => id)).toEqual([1, 2, 3]);
    const held = client
      .all(EventName.orderStatus)
      .map(([id, status, , , , , , , , why]) => [id, status, why]);
    expect(held).toEqual([
      [1, "Submitted", ""],
      [2, "PreSubmitted", "child"],
      [3, "PreSubmitted", "child,trigger"],
    ]);
    const [parent, ...children] = client.all(EventName.openOrder).map(([, , o]) => o as Order);
    for (const child of children) {
      expect(child).toMatchObject({ parentId: 1, ocaGroup: String(parent.permId), ocaType: 3 });
    }
    client.api.cancelOrder(1);
    await client.settle();
    for (const id of [1, 2, 3]) expect(statuses(client, id).at(-1)?.[0]).toBe("Cancelled");
    expect(client.errors.map((e) => e.code)).toEqual([202, 202, 202]);
  });

  test.each([
    ["take profit", 0.1, -9, 2, 3],
    ["stop loss", 9, -0.1, 3, 2],
  ])("%s: the child that fills cancels the other", async (_name, profit, loss, fills, cancelled) => {
    const { gateway, client } = await placeBracket(profit, loss);
    await stepUntilFilled(gateway, client, 1);
    await stepUntilFilled(gateway, client, fills);
    expect(statusNames(client, fills).at(-1)).toBe("Filled");
    expect(statuses(client, cancelled).at(-1)?.[0]).toBe("Cancelled");
    client.api.reqPositions();
    await client.next(EventName.positionEnd);
    expect(client.all(EventName.position)).toEqual([]);
  });
});

describe("one-cancels-all groups", () => {
  test("of type 1 end with the first fill", async () => {
    const { client } = await bench.pair({ startingCash: 1e8 });
    const group = { ocaGroup: "mine", ocaType: 1 };
    client.api.placeOrder(1, AAPL, order({ ...group, orderType: OrderType.LMT, lmtPrice: 1 }));
    client.api.placeOrder(2, AAPL, order({ ...group, totalQuantity: 50_000 }));
    await client.settle();
    expect(statuses(client, 1).at(-1)).toEqual(["Cancelled", 0, 100]);
    expect(statuses(client, 2).at(-1)?.[0]).toBe("Submitted");
  });

  test("of type 3 shrink with a partial fill", async () => {
    const { gateway, client } = await bench.pair();
    const { askSize } = quoteOf(gateway);
    const { ask } = quoteOf(gateway);
    const group = { ocaGroup: "mine", ocaType: 3, totalQuantity: 5000, orderType: OrderType.LMT };
    client.api.placeOrder(1, AAPL, order({ ...group, lmtPrice: 1 }));
    client.api.placeOrder(2, AAPL, order({ ...group, lmtPrice: ask }));
    await client.settle();
    expect(statuses(client, 1).at(-1)).toEqual(["Submitted", 0, 5000 - askSize]);
  });
});

describe("rejects", () => {
  const cases: [name: string, contract: Contract, fields: Partial<Order>, code: number][] = [
    ["an unknown symbol", { ...AAPL, symbol: "ZZZNONE" }, {}, 200],
    ["an index", { ...AAPL, symbol: "SPX", secType: "IND" as never, exchange: "CBOE" }, {}, 200],
    ["no quantity", AAPL, { totalQuantity: 0 }, 434],
    ["a fraction of a share", AAPL, { totalQuantity: 1.5 }, 10243],
    ["a price between ticks", AAPL, { orderType: OrderType.LMT, lmtPrice: 100.005 }, 110],
    ["a limit order without a price", AAPL, { orderType: OrderType.LMT }, 321],
    ["an order type that is not matched", AAPL, { orderType: OrderType.VOL }, 387],
    ["an unknown account", AAPL, { account: "DU9" }, 321],
    ["more than the account can carry", AAPL, { totalQuantity: 100_000 }, 201],
    ["a parent that does not exist", AAPL, { parentId: 55 }, 135],
  ];
  test.each(cases)("%s", async (_name, contract, fields, code) => {
    const { client } = await bench.pair();
    client.api.placeOrder(9, contract, order(fields));
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([[9, code]]);
    expect(client.all(EventName.openOrder)).toEqual([]);
  });

  test("an id that is not above the ones before is 103, a change of a filled order 104", async () => {
    const { client } = await bench.pair();
    client.api.placeOrder(10, AAPL, order({}));
    client.api.placeOrder(5, AAPL, order({}));
    client.api.placeOrder(10, AAPL, order({ totalQuantity: 300 }));
    await client.settle();
    expect(client.errors.map((e) => [e.id, e.code])).toEqual([
      [5, 103],
      [10, 104],
    ]);
    client.api.reqIds();
    await client.settle();
    expect(client.all(EventName.nextValidId).at(-1)).toEqual([11]);
  });
});

describe("what-if orders", () => {
  test("tell margins and commission and place nothing", async () => {
    const { gateway, client } = await bench.pair();
    client.api.placeOrder(1, AAPL, order({ whatIf: true }));
    await client.settle();
    const [, , shown, state] = client.all(EventName.openOrder)[0] as [
      number,
      Contract,
      Order,
      Record<string, number>,
    ];
    expect(shown.whatIf).toBe(true);
    expect(state.initMarginBefore).toBe(0);
    expect(state.initMarginAfter).toBeCloseTo(quoteOf(gateway).last * 100 * 0.3, 2);
    expect(state.commission).toBe(1);
    expect(client.all(EventName.orderStatus)).toEqual([]);
    expect(gateway.exchange.orders.open()).toEqual([]);
    client.api.placeOrder(1, AAPL, order({}));
    await client.settle();
    expect(statuses(client, 1).at(-1)?.[0]).toBe("Filled");
  });
});

/** Steps the market until an order is filled, and waits until the client knows. */
async function stepUntilFilled(
  gateway: SimulatedGateway,
  client: StockClient,
  orderId: number,
): Promise<void> {
  await client.settle();
  await stepUntil(gateway, () => gateway.exchange.orders.find(1, orderId)?.status === "Filled");
  await client.settle();
}
