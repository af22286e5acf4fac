import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { ibApiOn } from "../../src/api/shared-session.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import { EventName, type IBApi } from "../../src/index.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { once, turn } from "../support/collect.js";
import { Uncaught } from "../support/uncaught.js";

const AAPL = contracts.stock("AAPL");
const FAR = orders.limit("BUY", 10, 1);

let gateway: SimulatedGateway;
let broker: SessionBroker;
let tracker: OrderTracker;
let ib: IBApi;

describe.each([193, 226])("the drop-in on another's connection, server version %i", (maxServerVersion) => {
  beforeEach(async () => {
    gateway = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10 });
    const session = new Session(resolveOptions({ port: gateway.port, clientId: 7, maxServerVersion }));
    broker = new SessionBroker(session);
    tracker = new OrderTracker(broker, { clientId: 7 });
    ib = ibApiOn(session);
    await broker.connect();
  });
  afterEach(async () => {
    tracker.close();
    await broker.close();
    await gateway.stop();
  });

  test("asks and hears, in stock's words", async () => {
    expect([ib.isConnected, ib.serverVersion]).toEqual([true, maxServerVersion]);
    const parameters = once(ib, EventName.scannerParameters);
    ib.reqScannerParameters();
    expect((await parameters)[0]).toContain("<?xml");
    const price = once(ib, EventName.tickPrice);
    ib.reqMktData(5, AAPL, "", false, false);
    expect((await price)[0]).toBe(5);
    expect(ib.stats?.frames).toBeGreaterThan(0);
  });

  test("neither begins nor ends the connection", () => {
    for (const call of [() => ib.connect(), () => ib.disconnect()])
      expect(call).toThrow(expect.objectContaining({ code: "ERR_IBKR_NOT_SUPPORTED" }));
    expect(broker.state).toBe("ready");
  });

  test("takes no order id that the host takes, and the host none of its", async () => {
    const told = once(ib, EventName.nextValidId);
    ib.reqIds();
    const [id] = (await told) as [number];
    ib.placeOrder(id, AAPL, FAR);
    const ticket = tracker.placeOrder(AAPL, FAR);
    expect(ticket.orderId).toBe(id + 1);
    await ticket.acknowledged();
    // Counted on by itself: the host follows.
    ib.placeOrder(id + 10, AAPL, FAR);
    expect(tracker.placeOrder(AAPL, FAR).orderId).toBe(id + 11);
    // A change of its own order.
    ib.placeOrder(id, AAPL, { ...FAR, lmtPrice: 2 });
    const open = await broker.orders.open();
    expect(open.find(({ orderId }) => orderId === id)?.order.lmtPrice).toBe(2);
    expect(open).toHaveLength(4);
  });

  test("cannot change the host's orders by placing under their number, nor ask under it", async () => {
    const ticket = tracker.placeOrder(AAPL, FAR);
    await ticket.acknowledged();
    for (const call of [
      () => ib.placeOrder(ticket.orderId, AAPL, orders.market("BUY", 1_000)),
      () => ib.reqContractDetails(ticket.orderId, AAPL),
    ]) {
      const error = once(ib, EventName.error);
      call();
      expect(await error).toEqual([
        expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining("id is ") }),
        509,
        ticket.orderId,
        undefined,
      ]);
    }
    expect((await broker.orders.open()).map(({ order }) => order.totalQuantity)).toEqual([10]);
    expect(ticket.error).toBeUndefined();
    // A cancel is nobody's alone.
    ib.cancelOrder(ticket.orderId);
    expect((await ticket.done()).status).toBe("cancelled");
  });

  test("leaves to the connection what it has once", async () => {
    const held: number[] = [];
    const watch = broker.accounts.watchPositions(
      {},
      { position: ({ pos }) => held.push(pos), failed: () => {} },
    );
    await watch.ready;
    for (const call of [
      () => ib.cancelPositions(),
      () => ib.cancelNewsBulletins(),
      () => ib.reqAccountUpdates(false, "DU0000001"),
    ]) {
      const info = once(ib, EventName.info);
      call();
      expect((await info)[1]).toBe(592);
    }
    await tracker.placeOrder(AAPL, orders.market("BUY", 3)).done();
    await broker.accounts.positions();
    expect(held).toContain(3);
    watch.close();
  });

  test("throws no error at nobody: the host hears of it", async () => {
    const uncaught = new Uncaught();
    const heard = new Promise<number | undefined>((resolve) => {
      broker.on("orderError", (_id, { gatewayCode }) => resolve(gatewayCode));
    });
    ib.reqContractDetails(9, contracts.stock("NOSUCH"));
    expect(await heard).toBe(200);
    await turn();
    uncaught.end();
    expect(uncaught.errors).toEqual([]);
  });
});
