import { afterEach, expect, test } from "vitest";
import { EventName, IBApi, type Order, OrderAction, OrderType } from "../../../src/index.js";
import { AAPL, Bench } from "../../support/sim/harness.js";

/** What only this package's own client can ask for. */

const bench = new Bench();
const clients: IBApi[] = [];
afterEach(async () => {
  for (const ib of clients.splice(0)) ib.disconnect();
  await bench.end();
});

test("orders attached to a limit order come back as its children", async () => {
  const gateway = await bench.gateway({ presets: { stopLossPercent: 2, profitTakerPercent: 4 } });
  const ib = new IBApi({ port: gateway.port, clientId: 1 });
  clients.push(ib);
  const errors: unknown[] = [];
  ib.on(EventName.error, (error, code) => code < 2000 && errors.push(error.message));
  const orders = new Map<number, Order>();
  const children = new Promise<void>((resolve) =>
    ib.on(EventName.openOrder, (orderId, _contract, order) => {
      orders.set(orderId, order);
      if (orders.size === 3) resolve();
    }),
  );
  ib.once(EventName.nextValidId, () =>
    ib.placeOrder(1, AAPL, {
      action: OrderAction.BUY,
      orderType: OrderType.LMT,
      totalQuantity: 10,
      lmtPrice: 150,
      transmit: true,
      ...{ slOrderId: 2, slOrderType: "PRESET", ptOrderId: 3, ptOrderType: "PRESET" },
    }),
  );
  ib.connect();
  await children;
  expect(errors).toEqual([]);
  expect(orders.get(2)).toMatchObject({ action: "SELL", orderType: "STP", auxPrice: 147, parentId: 1 });
  expect(orders.get(3)).toMatchObject({ action: "SELL", orderType: "LMT", lmtPrice: 156, parentId: 1 });
});
