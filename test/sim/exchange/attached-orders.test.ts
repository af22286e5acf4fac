import { describe, expect, test } from "vitest";
import { OrderReject } from "../../../src/sim/exchange/order-reject.js";
import type { AttachedOrder } from "../../../src/sim/model/requests.js";
import { Market } from "../../support/sim/market.js";

const BOTH: AttachedOrder[] = [
  { role: "stopLoss", orderId: 2, orderType: "PRESET" },
  { role: "profitTaker", orderId: 3, orderType: "PRESET" },
];

describe("attached orders", () => {
  test("a stop and a limit, a preset way from the parent's price, close what it opens", () => {
    const market = new Market({ presets: { stopLossPercent: 2 } });
    market.place(1, { lmtPrice: 100, tif: "GTC", orderRef: "mine" }, 1, BOTH);
    expect(market.events).toEqual(["1 Submitted", "2 PreSubmitted child,trigger", "3 PreSubmitted child"]);
    const common = { action: "SELL", totalQuantity: 100, tif: "GTC", orderRef: "mine", parentId: 1 };
    expect(market.order(2).fields).toMatchObject({ ...common, orderType: "STP", auxPrice: 98 });
    expect(market.order(3).fields).toMatchObject({ ...common, orderType: "LMT", lmtPrice: 101 });
    market.trade("bid", 100);
    market.move({ bid: 101, ask: 101.02 });
    expect([1, 2, 3].map((id) => market.status(id))).toEqual(["Filled", "Cancelled", "Filled"]);
  });

  test("of an order to sell at market stand on the other sides of the bid", () => {
    const market = new Market();
    market.place(1, { action: "SELL", orderType: "MKT", tif: "IOC" }, 1, BOTH);
    expect(market.fills(1)).toEqual([[100, 99.99]]);
    expect(market.order(2).fields).toMatchObject({ action: "BUY", auxPrice: 100.99, tif: "DAY" });
    expect(market.order(3).fields).toMatchObject({ action: "BUY", lmtPrice: 98.99, tif: "DAY" });
  });

  test("of a stop or a trailing stop count from where that one stands", () => {
    const market = new Market();
    market.place(1, { orderType: "STP", auxPrice: 110 }, 1, BOTH);
    market.place(
      4,
      { orderType: "TRAIL", auxPrice: 5, trailStopPrice: 120 },
      1,
      BOTH.map((child) => ({ ...child, orderId: child.orderId + 3 })),
    );
    expect(market.order(2).fields.auxPrice).toBe(108.9);
    expect(market.order(6).fields.lmtPrice).toBe(121.2);
  });

  test("wait for the parent to be transmitted", () => {
    const market = new Market();
    market.place(1, { lmtPrice: 99, transmit: false }, 1, BOTH);
    expect(market.events).toEqual([]);
    market.place(1, { lmtPrice: 99 });
    expect(market.events.length).toBe(3);
  });

  test.each<[string, AttachedOrder[], number, string]>([
    [
      "another type",
      [{ role: "stopLoss", orderId: 2, orderType: "STP" }],
      320,
      "Invalid value for Stop Loss order-id or order-type",
    ],
    ["the parent's id", [{ role: "stopLoss", orderId: 1, orderType: "PRESET" }], 103, "Duplicate order id"],
    ["the other's id", [BOTH[0], { ...BOTH[1], orderId: 2 }], 103, "Duplicate order id"],
  ])("%s is refused, and nothing is placed", (_name, attached, code, message) => {
    const market = new Market();
    const place = () => market.place(1, { lmtPrice: 99 }, 1, attached);
    expect(place).toThrow(OrderReject);
    expect(place).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
    expect(market.exchange.orders.open()).toEqual([]);
    expect(market.exchange.orders.nextValidId(1)).toBe(1);
  });
});
