// The gateway takes new orders in the order of their numbers only: those of JavaScript, and those that fire meanwhile.
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Contract, Order } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const BUY = { action: "BUY", totalQuantity: 100, orderType: "LMT", lmtPrice: 10, tif: "DAY" } as Order;
/** Has a field that no ordinary order has. */
const UNUSUAL = { ...BUY, minQty: 5 } as Order;
const SLOT = 3;
const ASK = 2;
const AT_MOST_10 = { boardSlot: SLOT, field: "ask", op: "<=", price: 10 } as const;
const TREATED = {
  boardSlot: SLOT,
  conflateMs: 0,
  conflateTrades: false,
  policy: "backpressure",
} as const;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function begin({ maxReqPerSec = 10_001 } = {}) {
  const gateway = await ScriptedGateway.start({ version: 193 });
  ends.push(() => gateway.stop());
  const session = new Session(resolveOptions({ port: gateway.port, maxServerVersion: 193, maxReqPerSec }));
  const broker = new SessionBroker(session);
  ends.push(() => broker.close());
  await broker.connect();
  const { id } = broker.feed.subscribe({ kind: "quotes", contract: AAPL }, { refused: () => {} }, TREATED);
  const template = broker.orders.prepareOrder(AAPL, BUY);
  /** An armed order, from now on the one with the highest number. */
  const fire = async () => {
    const armed = template.arm({ when: AT_MOST_10 });
    gateway.peer.send(text(1, 6, id, ASK, 9, 300, 0));
    return (await armed.ended).orderId;
  };
  /** The fields of the orders that the gateway has got, as soon as there are so many. */
  const orders = async (count: number) => {
    const got = () => gateway.peer.texts.filter(([message]) => message === "3");
    await gateway.until(() => got().length >= count);
    return got();
  };
  const errors: [number, IBKRError][] = [];
  broker.on("orderError", (orderId, error) => errors.push([orderId, error]));
  return { gateway, session, broker, template, fire, orders, errors };
}

describe("an order whose number an armed one has passed", () => {
  test.each([
    ["ordinary", BUY],
    ["of the general path", UNUSUAL],
  ])("does not leave, and says so: %s", async (_, order) => {
    const { broker, fire, orders, errors } = await begin();
    const early = broker.orders.nextOrderId();
    expect(await fire()).toBe(2);
    expect(broker.orders.place(early, AAPL, order)).toBe(false);
    expect(errors).toMatchObject([[1, { code: "ERR_IBKR_ORDER_OVERTAKEN", request: "placeOrder" }]]);
    expect(broker.orders.place(broker.orders.nextOrderId(), AAPL, order)).toBe(true);
    expect((await orders(2)).map(([, id]) => id)).toEqual(["2", "3"]);
  });

  test("may be changed where it had left before, and so may the armed one", async () => {
    const { broker, fire, orders, errors } = await begin();
    const first = broker.orders.nextOrderId();
    broker.orders.place(first, AAPL, BUY);
    const fired = await fire();
    broker.orders.place(first, AAPL, { ...BUY, lmtPrice: 11 });
    broker.orders.place(fired, AAPL, { ...BUY, lmtPrice: 12 });
    broker.orders.place(fired, AAPL, { ...UNUSUAL, lmtPrice: 13 });
    expect((await orders(5)).map(([, id]) => id)).toEqual(["1", "2", "1", "2", "2"]);
    expect(errors).toEqual([]);
  });

  test("leaves under another number where a tracker has it, its change with it", async () => {
    const { session, broker, fire, orders } = await begin({ maxReqPerSec: 12 });
    const tracker = new OrderTracker(broker, { clientId: 0, prefix: "test" });
    // The rate is used up: what follows waits.
    while (session.rate.lastSecond < 12) session.request("reqCurrentTime", []);
    const ticket = tracker.placeOrder(AAPL, BUY);
    const bracket = tracker.placeBracket(AAPL, BUY, [{ ...BUY, action: "SELL" } as Order, UNUSUAL]);
    ticket.modify({ limitPrice: 11 });
    expect(tracker.tickets.map(({ orderId, status }) => [orderId, status])).toEqual(
      [1, 2, 3, 4].map((id) => [id, "unsent"]),
    );
    expect(await fire()).toBe(5);
    const sent = await orders(5);
    expect(sent.map(([, id]) => id)).toEqual(["5", "6", "7", "8", "9"]);
    expect(tracker.tickets.map(({ orderId, status }) => [orderId, status])).toEqual(
      [6, 7, 8, 9].map((id) => [id, "sent"]),
    );
    expect(ticket.orderId).toBe(6);
    expect(sent[1]).toContain("11");
    const [, parent, ...children] = tracker.tickets;
    expect(parent).toBe(bracket.parts[0]);
    for (const child of children) expect(child.order.parentId).toBe(parent?.orderId);
    for (const fields of sent.slice(3)) expect(fields).toContain(`${parent?.orderId}`);
    tracker.close();
  });

  test("does not leave at all where its cancel waits behind it", async () => {
    const { session, broker, fire, orders } = await begin({ maxReqPerSec: 12 });
    const tracker = new OrderTracker(broker, { clientId: 0, prefix: "test" });
    while (session.rate.lastSecond < 12) session.request("reqCurrentTime", []);
    const ticket = tracker.placeOrder(AAPL, BUY);
    ticket.cancel();
    await fire();
    expect(await ticket.done()).toMatchObject({ status: "not-sent" });
    expect(await orders(1)).toHaveLength(1);
    tracker.close();
  });

  test("and a question for margins is asked again", async () => {
    const { session, broker, fire, orders, gateway } = await begin({ maxReqPerSec: 12 });
    const tracker = new OrderTracker(broker, { clientId: 0, prefix: "test" });
    while (session.rate.lastSecond < 12) session.request("reqCurrentTime", []);
    const asked = tracker.whatIf(AAPL, BUY);
    await fire();
    expect((await orders(2)).map(([, id]) => id)).toEqual(["2", "3"]);
    gateway.peer.send(text(4, 2, 3, 201, "no margin", ""));
    await expect(asked).rejects.toMatchObject({ code: "ERR_IBKR_INSUFFICIENT_FUNDS", gatewayCode: 201 });
    tracker.close();
  });
});

test("orders of JavaScript and of the guard, at once: the gateway gets each number once, in order", async () => {
  const random = new SeededRandom(testSeed("order numbers", 20261201));
  const shared = new SharedArrayBuffer(4);
  const worker = new Worker(join(__dirname, "armed-gateway.cjs"), {
    workerData: { shared, delayMs: 1, always: true },
  });
  ends.push(() => worker.terminate());
  const got: number[] = [];
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  worker.on("message", ([, id]) => got.push(Number(id)));
  const session = new Session(
    resolveOptions({ port, maxServerVersion: 193, maxReqPerSec: 10_001, stallMicros: 100 }),
  );
  const broker = new SessionBroker(session);
  ends.push(() => broker.close());
  await broker.connect();
  broker.feed.subscribe({ kind: "quotes", contract: AAPL }, { refused: () => {} }, TREATED);
  const overtaken: number[] = [];
  broker.on("orderError", (orderId, error) => {
    expect(error.code).toBe("ERR_IBKR_ORDER_OVERTAKEN");
    overtaken.push(orderId);
  });
  const template = broker.orders.prepareOrder(AAPL, BUY);
  const unusual = broker.orders.prepareOrder(AAPL, UNUSUAL);
  const sent = new Set<number>();
  for (let round = 0; round < 100; round++) {
    const armed = Array.from({ length: 5 }, () => template.arm({ when: AT_MOST_10 }));
    // For some milliseconds the loop is busy with orders; the guard reads, and fires.
    const until = performance.now() + 3;
    while (performance.now() < until) {
      const way = random.below(4);
      if (way === 0) sent.add(template.send().orderId);
      else if (way === 1) sent.add(unusual.send().orderId);
      else {
        const id = broker.orders.nextOrderId();
        if (broker.orders.place(id, AAPL, way === 2 ? BUY : UNUSUAL)) sent.add(id);
      }
    }
    for (const { ended } of armed) {
      const end = await ended;
      expect(end.state).toBe("fired");
      sent.add(end.orderId);
    }
  }
  const last = template.send().orderId;
  sent.add(last);
  while (got.at(-1) !== last) await once(worker, "message");
  expect(got).toEqual([...sent].sort((a, b) => a - b));
  console.log(`${got.length} orders came, ${overtaken.length} were overtaken`);
  for (const id of overtaken) expect(sent.has(id)).toBe(false);
}, 60_000);
