import { EventName } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { OrderReject } from "../../../src/sim/exchange/order-reject.js";
import { contractOf } from "../../../src/sim/market/instrument.js";
import { defaultOrder, type OrderFields } from "../../../src/sim/model/order.js";
import { AAPL, Bench, marketOrder, SPY } from "../../support/sim/harness.js";
import { Market } from "../../support/sim/market.js";

const bench = new Bench();
afterEach(() => bench.end());

function refusal(act: () => void): [code: number, text: string] | undefined {
  try {
    act();
  } catch (error) {
    if (!(error instanceof OrderReject)) throw error;
    return [error.code, error.message];
  }
  return undefined;
}

const MISMATCH = [105, "Order being modified does not match original order."];

/** A market with order 1, BUY 100 LMT 99 of two accounts' first, and ways to send it again. */
function resting(fields: Partial<OrderFields> = {}) {
  const market = new Market({ accounts: ["DU1", "DU2"] });
  market.place(1, { lmtPrice: 99, account: "DU1", ...fields });
  const shown = () => {
    const { fields: now, contract, status, remaining, limit } = market.order(1);
    return JSON.stringify([now, contract, status, remaining, limit]);
  };
  const before = shown();
  const again = (change: Partial<OrderFields>) =>
    refusal(() => market.place(1, { lmtPrice: 99.5, account: "DU1", ...fields, ...change }));
  const unchanged = () => shown() === before;
  return { market, again, unchanged };
}

describe("an order that comes again under its id", () => {
  test("with another contract is 105, and the first one stays as it is", () => {
    const { market, unchanged } = resting();
    const order = { ...defaultOrder(), action: "BUY", totalQuantity: 100, orderType: "LMT", lmtPrice: 50 };
    const { orders, instruments } = market.exchange;
    const option = { symbol: "AAPL", secType: "OPT", currency: "USD" };
    for (const other of [
      instruments.resolve({ symbol: "SPY", secType: "STK" })!,
      instruments.resolve(option)!,
    ])
      expect(refusal(() => orders.place(1, 1, contractOf(other), order))).toEqual(MISMATCH);
    expect(refusal(() => orders.place(1, 1, contractOf(market.stock, "NYSE"), order))).toEqual(MISMATCH);
    expect(unchanged()).toBe(true);
    expect(orders.open().length).toBe(1);
  });

  test("with a contract that does not exist gets what a new order gets", () => {
    const { market, unchanged } = resting();
    const order = { ...defaultOrder(), action: "BUY", totalQuantity: 100, orderType: "LMT", lmtPrice: 50 };
    const contract = { ...contractOf(market.stock), conId: 0, symbol: "ZZZX", localSymbol: "" };
    expect(refusal(() => market.exchange.orders.place(1, 1, contract, order))?.[0]).toBe(200);
    expect(unchanged()).toBe(true);
  });

  test.each<[string, Partial<OrderFields>]>([
    ["side", { action: "SELL" }],
    ["account", { account: "DU2" }],
  ])("with another %s is 105", (_name, change) => {
    const { again, unchanged } = resting();
    expect(again(change)).toEqual(MISMATCH);
    expect(unchanged()).toBe(true);
  });

  test.each<[string, Partial<OrderFields>, number, string]>([
    ["MOC", { orderType: "MOC" }, 329, "Order modify failed. Cannot change to the new order type."],
    [
      "a pegged order",
      { orderType: "REL", auxPrice: 0.01 },
      329,
      "Order modify failed. Cannot change to the new order type.",
    ],
    [
      "an order of the opening auction",
      { tif: "OPG" },
      329,
      "Order modify failed. Cannot change to the new order type.",
    ],
    ["another OCA group", { ocaGroup: "other" }, 10326, "OCA group revision is not allowed"],
    ["another OCA type", { ocaType: 1 }, 10327, "OCA group type revision is not allowed."],
  ])("may not become one of %s", (_name, change, code, text) => {
    const { again, unchanged } = resting({ ocaGroup: "mine", ocaType: 2 });
    expect(again(change)).toEqual([code, text]);
    expect(unchanged()).toBe(true);
  });

  test.each<[string, Partial<OrderFields>]>([
    ["price", {}],
    ["quantity", { totalQuantity: 200 }],
    ["order type", { orderType: "MKT" }],
    ["stop", { orderType: "STP LMT", auxPrice: 101 }],
    ["time in force", { tif: "GTC" }],
    ["no account, which means its own", { account: "" }],
    ["no OCA group, which means its own", { ocaGroup: "", ocaType: 0 }],
  ])("is changed: %s", (_name, change) => {
    const { again, unchanged } = resting({ ocaGroup: "mine", ocaType: 2 });
    expect(again(change)).toBeUndefined();
    expect(unchanged()).toBe(false);
  });

  test("is 104 once it has filled and 103 once it was cancelled", () => {
    const { market, again } = resting();
    market.exchange.orders.cancel(1, 1);
    expect(again({})).toEqual([103, "Duplicate order id"]);
    market.place(2, { orderType: "MKT" });
    expect(refusal(() => market.place(2, { lmtPrice: 99 }))).toEqual([104, "Cannot modify a filled order."]);
  });

  test("is checked before it was ever transmitted, too", () => {
    const { market } = resting();
    market.place(2, { lmtPrice: 98, transmit: false });
    expect(refusal(() => market.place(2, { lmtPrice: 98, action: "SELL", transmit: false }))).toEqual(
      MISMATCH,
    );
    market.place(2, { lmtPrice: 98.5 });
    expect(market.order(2).fields.lmtPrice).toBe(98.5);
  });
});

test.each([0, -1])("an order id of %d is invalid, for orders and for previews", (orderId) => {
  const market = new Market();
  const order = { ...defaultOrder(), action: "BUY", totalQuantity: 100, orderType: "MKT" };
  const text = `Invalid order id: ${orderId}`;
  expect(refusal(() => market.place(orderId, { orderType: "MKT" }))).toEqual([10149, text]);
  expect(refusal(() => market.exchange.orders.preview(orderId, contractOf(market.stock), order))).toEqual([
    10149,
    text,
  ]);
  expect(market.exchange.orders.executions).toEqual([]);
});

test("a program that counts its orders wrongly is told so", async () => {
  const { client } = await bench.pair();
  client.api.placeOrder(0, AAPL, marketOrder({}));
  client.api.placeOrder(1, AAPL, marketOrder({ orderType: "LMT" as never, lmtPrice: 1 }));
  client.api.placeOrder(1, SPY, marketOrder({ orderType: "LMT" as never, lmtPrice: 2 }));
  await client.settle();
  expect(client.codes()).toEqual([
    [0, 10149],
    [1, 105],
  ]);
  expect(
    client.all(EventName.openOrder).map(([id, contract]) => [id, (contract as { symbol: string }).symbol]),
  ).toEqual([[1, "AAPL"]]);
});
