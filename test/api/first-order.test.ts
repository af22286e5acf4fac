import { afterEach, describe, expect, test, vi } from "vitest";
import { EventName, IBApi, IBApiNext, type Order, OrderAction, OrderType, SecType } from "../../src/index.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { once, ready } from "../support/collect.js";

/** "Sending first order" of stock's README: it names no `transmit`. */

const AMZN = { symbol: "AMZN", exchange: "SMART", currency: "USD", secType: SecType.STK };
const FIRST: Order = {
  orderType: OrderType.LMT,
  action: OrderAction.BUY,
  lmtPrice: 1,
  totalQuantity: 1,
};

let cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.reverse()) await step();
  cleanup = [];
});

async function connected(serverVersion: number): Promise<IBApi> {
  const gateway = await SimulatedGateway.start({ port: 0, seed: 1, serverVersion });
  const ib = new IBApi({ port: gateway.port });
  cleanup.push(
    () => gateway.stop(),
    () => void ib.disconnect(),
  );
  return ready(ib);
}

/** Orders that the core writes, and orders that only the general path can. */
const PATHS: [string, Partial<Order>][] = [
  ["the fast path", {}],
  ["the general path", { displaySize: 0, notHeld: false }],
];

describe.each([176, 193, 213, 226])("at server version %i", (serverVersion) => {
  test.each(PATHS)("an order without transmit is submitted, by %s", async (_path, more) => {
    const ib = await connected(serverVersion);
    for (const [i, transmit] of [
      {},
      { transmit: undefined },
      { transmit: null },
      { transmit: true },
    ].entries()) {
      const status = once(ib, EventName.orderStatus);
      ib.placeOrder(10 + i, AMZN, { ...FIRST, orderId: 10 + i, ...more, ...(transmit as Partial<Order>) });
      expect((await status).slice(0, 2), JSON.stringify(transmit)).toEqual([10 + i, "Submitted"]);
    }
  });

  test.each(PATHS)("transmit: false keeps it back, by %s", async (_path, more) => {
    const ib = await connected(serverVersion);
    const statuses: unknown[] = [];
    ib.on(EventName.orderStatus, (id) => statuses.push(id));
    ib.placeOrder(10, AMZN, { ...FIRST, ...more, transmit: false });
    ib.placeOrder(11, AMZN, { ...FIRST, ...more });
    await vi.waitFor(() => expect(statuses).toContain(11));
    expect(statuses).not.toContain(10);
  });
});

test("IBApiNext.placeNewOrder, too", async () => {
  const gateway = await SimulatedGateway.start({ port: 0, seed: 1 });
  const next = new IBApiNext({
    port: gateway.port,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
  cleanup.push(
    () => gateway.stop(),
    () => void next.disconnect(),
  );
  next.connect(1);
  const id = await next.placeNewOrder(AMZN, FIRST);
  const orders = await next.getAllOpenOrders();
  expect(orders.map(({ orderId, orderState }) => [orderId, orderState.status])).toEqual([[id, "Submitted"]]);
});
