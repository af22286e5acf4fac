import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Contract, EventName, type Order } from "@stoqey/ib";
import { afterEach, describe, expect, inject, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { ArmedEnd, ArmOptions, OrderChange } from "../../src/broker/order-template.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { NO_INTEREST } from "../../src/session/observer.js";
import { Session } from "../../src/session/session.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const BUY = { action: "BUY", totalQuantity: 100, orderType: "LMT", lmtPrice: 10, tif: "DAY" } as Order;
/** Has a field that no ordinary order has. */
const UNUSUAL = { ...BUY, minQty: 5 } as Order;
/** Over TLS the system has the bytes a moment after the call. */
const LEFT = inject("transport") === "tls" ? "queued" : "written";
const SLOT = 3;
const ASK = 2;
const AT_MOST_10 = { boardSlot: SLOT, field: "ask", op: "<=", price: 10 } as const;

const running: { gateway: ScriptedGateway; broker: SessionBroker }[] = [];
afterEach(async () => {
  for (const { gateway, broker } of running.splice(0)) {
    await broker.close();
    await gateway.stop();
  }
});

async function begin({ version = 193, maxReqPerSec = 10_001 } = {}) {
  const gateway = await ScriptedGateway.start({ version });
  const session = new Session(
    resolveOptions({ port: gateway.port, maxServerVersion: version, maxReqPerSec }),
  );
  const broker = new SessionBroker(session);
  running.push({ gateway, broker });
  await broker.connect();
  const isOrder = (payload: Buffer) =>
    version >= 213 ? payload.readUInt32BE(0) === 203 : payload.toString("latin1").startsWith("3\0");
  const orders = () => gateway.peers.flatMap((peer) => peer.received).filter(isOrder);
  const ordersCame = async (count: number) => {
    await gateway.until(() => orders().length >= count);
    return orders();
  };
  /** All that was sent on this connection until now has come. */
  const settled = async () => {
    const before = gateway.peer.received.length;
    session.request("reqCurrentTime", []);
    await gateway.until(() => gateway.peer.received.length > before);
  };
  return { gateway, session, broker, orders, ordersCame, settled };
}

for (const version of [193, 226]) {
  describe(`a prepared order, server version ${version}`, () => {
    test.each<[string, OrderChange]>([
      ["as it was prepared", {}],
      ["with another quantity and price", { quantity: 7, limitPrice: 187.25 }],
      ["with a longer reference", { orderRef: "s1:01JD8Z0V8ZJ5W3Q6C1T9" }],
      ["with everything else", { quantity: 0.5, limitPrice: 0.0001, orderRef: "x" }],
      ["with a price that only JavaScript writes", { limitPrice: 1 / 3 }],
      ["with a reference that is not ASCII", { orderRef: "grün" }],
    ])("%s has the bytes of place()", async (_name, change) => {
      const { broker, ordersCame } = await begin({ version });
      const template = broker.orders.prepareOrder(AAPL, BUY);
      const sent = template.send(change);
      expect(sent).toMatchObject({ orderId: 1, disposition: LEFT });
      const { quantity = 100, limitPrice = 10, orderRef } = change;
      const same = { ...BUY, totalQuantity: quantity, lmtPrice: limitPrice, ...(orderRef && { orderRef }) };
      broker.orders.place(sent.orderId, AAPL, same);
      const [first, second] = await ordersCame(2);
      expect(first).toEqual(second);
      expect(template.send().orderId).toBe(2);
    });

    test("goes the general path where it has to, with the same bytes", async () => {
      const { broker, ordersCame } = await begin({ version });
      const sent = broker.orders.prepareOrder(AAPL, UNUSUAL).send({ quantity: 3 });
      expect(sent).toEqual({ orderId: 1, disposition: LEFT, encodedMicros: 0, writtenMicros: 0 });
      broker.orders.place(1, AAPL, { ...UNUSUAL, totalQuantity: 3 });
      const [first, second] = await ordersCame(2);
      expect(first).toEqual(second);
    });

    test("is told of in `sent` events where somebody wants them", async () => {
      const { broker, session, ordersCame } = await begin({ version });
      const template = broker.orders.prepareOrder(AAPL, BUY);
      const sent: unknown[] = [];
      session.observers.attach({
        interest: { ...NO_INTEREST, sent: true },
        hot: () => {},
        event: (name) => {
          if (name === EventName.sent) sent.push(name);
        },
      });
      expect(template.send()).toEqual({
        orderId: 1,
        disposition: LEFT,
        encodedMicros: 0,
        writtenMicros: 0,
      });
      await ordersCame(1);
      expect(sent).toHaveLength(1);
    });
  });
}

describe("a prepared order", () => {
  test("is what it was when it was prepared", async () => {
    const { broker, ordersCame } = await begin();
    const order = { ...BUY };
    const template = broker.orders.prepareOrder(AAPL, order);
    order.lmtPrice = 99;
    template.send();
    expect((await ordersCame(1))[0].toString()).not.toContain("99");
  });

  test("is prepared anew on the next connection, and its ids go on", async () => {
    const { broker, gateway, ordersCame } = await begin();
    const template = broker.orders.prepareOrder(AAPL, BUY);
    expect(template.send().orderId).toBe(1);
    await ordersCame(1);
    await broker.close();
    expect(() => template.send()).toThrow(expect.objectContaining({ code: "ERR_IBKR_NOT_SENT" }));
    await broker.connect();
    expect(gateway.peers).toHaveLength(2);
    expect(template.send()).toMatchObject({ orderId: 2, disposition: LEFT });
    const [first, second] = await ordersCame(2);
    expect(second.toString().replace("3\x002\0", "3\x001\0")).toBe(first.toString());
  });

  test("waits for its turn where the rate is used up", async () => {
    const { broker } = await begin({ maxReqPerSec: 2 });
    const template = broker.orders.prepareOrder(AAPL, BUY);
    const sent = [template.send(), template.send(), template.send()].map(({ disposition }) => disposition);
    expect(sent).toContain("queued");
    expect(sent.at(-1)).toBe("queued");
  });

  test("refuses what is no number, and sends nothing", async () => {
    const { broker, session, orders, settled } = await begin();
    const template = broker.orders.prepareOrder(AAPL, BUY);
    for (const change of [{ quantity: Number.NaN }, { limitPrice: "1" as unknown as number }])
      expect(() => template.send(change)).toThrow(expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" }));
    for (const change of [7, null, "7"])
      expect(() => template.send(change as never)).toThrow(
        expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" }),
      );
    await settled();
    expect(orders()).toHaveLength(0);
    expect(session.orderIds.take()).toBe(1);
  });

  test("still goes after close(), by the general path of another preparation", async () => {
    const { broker, ordersCame } = await begin();
    const template = broker.orders.prepareOrder(AAPL, BUY);
    template.close();
    template.close();
    expect(template.send()).toMatchObject({ orderId: 1, disposition: LEFT });
    await ordersCame(1);
  });

  test.each<[string, unknown, unknown, string]>([
    [
      "no contract",
      undefined,
      BUY,
      "contract is undefined (allowed: a contract, as contracts.stock() makes one)",
    ],
    ["a circle", circle(), BUY, "contract.self is an object (allowed: data without a circle)"],
    ["no order", AAPL, "BUY", 'order is "BUY" (allowed: an order)'],
    [
      "less than nothing",
      AAPL,
      { ...BUY, totalQuantity: -1 },
      "order.totalQuantity is -1 (allowed: a number above 0)",
    ],
  ])("is refused where it is none: %s", async (_, contract, order, message) => {
    const { broker } = await begin();
    expect(() => broker.orders.prepareOrder(contract as Contract, order as Order)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message }),
    );
  });

  test.each([-1, 0, Number.NaN, "7"])("is not sent with a quantity of %s", async (quantity) => {
    const { broker, orders, settled } = await begin();
    const template = broker.orders.prepareOrder(AAPL, BUY);
    expect(() => template.send({ quantity: quantity as number })).toThrow(
      expect.objectContaining({
        code: "ERR_IBKR_ARGUMENT",
        message: expect.stringContaining("(allowed: a number above 0)"),
      }),
    );
    await settled();
    expect(orders()).toHaveLength(0);
  });

  test("has no id where all are used up", async () => {
    const { broker, session } = await begin();
    session.orderIds.nextIs(0x7fffffff);
    const template = broker.orders.prepareOrder(AAPL, BUY);
    expect(template.send().orderId).toBe(0x7fffffff);
    expect(() => template.send()).toThrow(expect.objectContaining({ code: "ERR_IBKR_NOT_SENT" }));
  });
});

describe("an armed order", () => {
  async function armedBench(options: Partial<ArmOptions> = {}, version = 193) {
    const bench = await begin({ version });
    const { broker, gateway } = bench;
    const subscription = broker.feed.subscribe(
      { kind: "quotes", contract: AAPL },
      { refused: () => {} },
      { boardSlot: SLOT, conflateMs: 0, conflateTrades: false, policy: "backpressure" },
    );
    const template = broker.orders.prepareOrder(AAPL, BUY);
    const told: ArmedEnd[] = [];
    const arm = (more: Partial<ArmOptions> = {}) =>
      template.arm({ when: AT_MOST_10, onEnd: (end) => told.push(end), ...options, ...more });
    const ask = (...prices: number[]) =>
      gateway.peer.send(...prices.map((price) => text(1, 6, subscription.id, ASK, price, 300, 0)));
    /** What the gateway said until now has been read. */
    const read = async () => {
      const asked = broker.lookups.serverTimeMs();
      await gateway.until(() => gateway.peer.texts.some(([id]) => id === "49"));
      gateway.peer.received.splice(0, gateway.peer.received.length, ...bench.orders());
      gateway.peer.send(text(49, 1, 1_800_000_000));
      await asked;
    };
    return { ...bench, subscription, template, arm, ask, read, told };
  }

  test("is sent once, when its quote comes, and says so with both times", async () => {
    const { arm, ask, ordersCame, read, orders, template, told } = await armedBench();
    const armed = arm({ quantity: 7 });
    expect(armed.state).toBe("armed");
    ask(10.5, 10, 9, 8);
    const end = await armed.ended;
    expect(end).toMatchObject({ state: "fired", orderId: 1, disposition: "written", value: 10 });
    expect(end.encodedMicros).toBeGreaterThanOrEqual(end.receivedMicros);
    expect(end.writtenMicros).toBeGreaterThanOrEqual(end.encodedMicros);
    expect(end.receivedMicros).toBeGreaterThan(0);
    expect(armed.state).toBe("fired");
    expect(armed.disarm()).toBe(false);
    ask(7);
    await read();
    expect(await ordersCame(1)).toHaveLength(1);
    const fields = orders()[0].toString().split("\0");
    expect(fields[1]).toBe("1");
    expect(fields).toContain("7");
    expect(told).toEqual([end]);
    expect(template.send().orderId).toBe(2);
  });

  test("does not fire after disarm() said so", async () => {
    const { arm, ask, read, orders, told } = await armedBench();
    const armed = arm();
    expect(armed.disarm()).toBe(true);
    expect(armed.disarm()).toBe(false);
    ask(9);
    await read();
    expect(orders()).toHaveLength(0);
    expect(await armed.ended).toMatchObject({ state: "disarmed", reason: "disarm", orderId: 0 });
    expect(told).toHaveLength(1);
  });

  test("is held while the gateway cannot reach Interactive Brokers, which can be seen, and fires afterwards", async () => {
    const { arm, ask, read, orders, gateway, ordersCame } = await armedBench();
    const error = (code: number) => gateway.peer.send(text(4, 2, -1, code, "connectivity", ""));
    const armed = arm();
    const disarmed = arm();
    error(1100);
    ask(9);
    await read();
    expect([armed.state, disarmed.state, arm({ expiresInMs: 60_000 }).disarm()]).toEqual([
      "held",
      "held",
      true,
    ]);
    expect(disarmed.disarm()).toBe(true);
    expect(disarmed.state).toBe("disarmed");
    expect(orders()).toHaveLength(0);
    error(1102);
    await read();
    expect(armed.state).toBe("armed");
    ask(8);
    expect(await armed.ended).toMatchObject({ state: "fired", value: 8 });
    expect(await ordersCame(1)).toHaveLength(1);
    error(1100);
    await read();
    expect(armed.state).toBe("fired");
  });

  test("expires by itself", async () => {
    const { arm, ask, read, orders } = await armedBench();
    const armed = arm({ expiresInMs: 1 });
    expect(await armed.ended).toMatchObject({ state: "expired", orderId: 0 });
    ask(9);
    await read();
    expect(orders()).toHaveLength(0);
  });

  test("ends with its subscription: the slot may be another one's next", async () => {
    const { arm, broker, read, orders, subscription, gateway } = await armedBench();
    const armed = arm();
    subscription.close();
    expect(await armed.ended).toMatchObject({ state: "disarmed", reason: "subscription-closed" });
    const other = broker.feed.subscribe(
      { kind: "quotes", contract: AAPL },
      { refused: () => {} },
      { boardSlot: SLOT, conflateMs: 0, conflateTrades: false, policy: "backpressure" },
    );
    gateway.peer.send(text(1, 6, other.id, ASK, 9, 300, 0));
    await read();
    expect(orders()).toHaveLength(0);
  });

  test("stays armed while another request of its slot lives", async () => {
    const { arm, broker, ask, subscription, ordersCame } = await armedBench();
    const other = broker.feed.subscribe(
      { kind: "quotes", contract: AAPL },
      { refused: () => {} },
      { boardSlot: SLOT, conflateMs: 0, conflateTrades: false, policy: "backpressure" },
    );
    expect(other.id).not.toBe(subscription.id);
    const armed = arm();
    other.close();
    expect(armed.state).toBe("armed");
    ask(9);
    expect(await ordersCame(1)).toHaveLength(1);
  });

  test.each(["ours", "theirs"])("ends with the connection, whoever ends it: %s", async (whose) => {
    const { arm, session, gateway, told } = await armedBench();
    const armed = arm();
    if (whose === "ours") session.disconnect();
    else gateway.peer.socket.destroy();
    expect(await armed.ended).toMatchObject({ state: "disarmed", reason: "disconnected" });
    expect(told).toHaveLength(1);
    expect(armed.disarm()).toBe(false);
  });

  test("that has fired and was not told of says so when we disconnect", async () => {
    const { arm, ask, session, ordersCame } = await armedBench();
    const armed = arm();
    ask(9);
    await ordersCame(1);
    session.disconnect();
    expect(await armed.ended).toMatchObject({ state: "fired", orderId: 1, disposition: LEFT });
  });

  test("fires in protobuf, too, with the bytes of place()", async () => {
    const { arm, broker, subscription, gateway, ordersCame } = await armedBench({}, 226);
    const armed = arm({ limitPrice: 9.75 });
    const tick = Buffer.concat([
      Buffer.from([0, 0, 0, 201, 0x08, ...varint(subscription.id), 0x10, ASK, 0x19]),
      doubleBytes(9),
      Buffer.from([0x22, 3, 0x33, 0x30, 0x30]),
    ]);
    gateway.peer.send(tick);
    expect(await armed.ended).toMatchObject({ state: "fired", orderId: 1 });
    broker.orders.place(1, AAPL, { ...BUY, lmtPrice: 9.75 });
    const [first, second] = await ordersCame(2);
    expect(first).toEqual(second);
  });

  test("is refused where it cannot be armed, with a code of its own", async () => {
    const { arm, broker, session } = await armedBench();
    const cannot = expect.objectContaining({ code: "ERR_IBKR_CANNOT_ARM" });
    const argument = expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" });
    expect(() => broker.orders.prepareOrder(AAPL, UNUSUAL).arm({ when: AT_MOST_10 })).toThrow(cannot);
    const algo = { ...BUY, algoStrategy: "Vwap", hidden: undefined };
    expect(() => broker.orders.prepareOrder(AAPL, algo).arm({ when: AT_MOST_10 })).toThrow(
      "the order was not armed: the core has no frame for such an order (order.algoStrategy).",
    );
    expect(() => arm({ limitPrice: 1 / 3 })).toThrow(cannot);
    expect(() => arm({ when: { ...AT_MOST_10, boardSlot: 4 } })).toThrow(argument);
    expect(() => arm({ when: { ...AT_MOST_10, op: "=" as "<" } })).toThrow(argument);
    expect(() => arm({ when: { ...AT_MOST_10, price: Number.NaN } })).toThrow(argument);
    expect(() => arm({ expiresInMs: 0 })).toThrow(argument);
    expect(() => arm({ orderRef: 5 as never })).toThrow("orderRef is 5 (allowed: a text)");
    session.disconnect();
    expect(() => arm()).toThrow(cannot);
  });

  test.each([
    [{ expireInMs: 1 }, "expireInMs is not known"],
    [{ onEnd: 5 }, "onEnd is 5 (allowed: a function)"],
    [{ quantity: "7" }, 'quantity is "7" (allowed: a number above 0)'],
    [{ quantity: -1 }, "quantity is -1 (allowed: a number above 0)"],
    [{ orderRef: 7 }, "orderRef is 7 (allowed: a text)"],
    [{ when: undefined }, "when is undefined (allowed: an object with boardSlot, field, op, price)"],
  ])("an option that is none is refused: %o", async (options, message) => {
    const { arm } = await armedBench();
    expect(() => arm(options as never)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining(message) }),
    );
  });

  test("is sent by the guard while JavaScript is blocked, once", async () => {
    const shared = new SharedArrayBuffer(4);
    const worker = new Worker(join(__dirname, "armed-gateway.cjs"), { workerData: { shared, delayMs: 50 } });
    const orders: string[][] = [];
    const port = await new Promise<number>((resolve) => worker.once("message", resolve));
    worker.on("message", (fields) => orders.push(fields));
    const session = new Session(resolveOptions({ port, maxServerVersion: 193 }));
    const broker = new SessionBroker(session);
    try {
      await broker.connect();
      broker.feed.subscribe(
        { kind: "quotes", contract: AAPL },
        { refused: () => {} },
        { boardSlot: SLOT, conflateMs: 0, conflateTrades: false, policy: "backpressure" },
      );
      const armed = broker.orders.prepareOrder(AAPL, BUY).arm({ when: AT_MOST_10 });
      expect(Atomics.wait(new Int32Array(shared), 0, 0, 20_000)).toBe("ok");
      expect(armed.state).toBe("armed"); // so far as JavaScript has heard
      expect(armed.disarm()).toBe(false); // and yet it is too late
      expect(await armed.ended).toMatchObject({
        state: "fired",
        orderId: 100,
        disposition: LEFT,
        value: 9.5,
      });
      expect(session.orderIds.take()).toBe(101);
      expect(session.orderIds.wasUsed(100)).toBe(true);
    } finally {
      await broker.close();
      await worker.terminate();
    }
    expect(orders.map(([, id]) => id)).toEqual(["100"]);
  });
});

test("disarming while quotes come: each order is disarmed or sent, never both, also by the guard", async () => {
  const random = new SeededRandom(testSeed("disarming", 20261128));
  const shared = new SharedArrayBuffer(4);
  const worker = new Worker(join(__dirname, "armed-gateway.cjs"), {
    workerData: { shared, delayMs: 1, always: true },
  });
  const sent: string[] = [];
  const port = await new Promise<number>((resolve) => worker.once("message", resolve));
  worker.on("message", ([, id]) => sent.push(id));
  const session = new Session(
    resolveOptions({ port, maxServerVersion: 193, maxReqPerSec: 10_001, stallMicros: 100 }),
  );
  const broker = new SessionBroker(session);
  try {
    await broker.connect();
    broker.feed.subscribe(
      { kind: "quotes", contract: AAPL },
      { refused: () => {} },
      { boardSlot: SLOT, conflateMs: 0, conflateTrades: false, policy: "conflate" },
    );
    const template = broker.orders.prepareOrder(AAPL, BUY);
    const fired: string[] = [];
    let disarmed = 0;
    for (let round = 0; round < 300; round++) {
      const armed = template.arm({ when: AT_MOST_10 });
      const turns = random.below(3);
      for (let i = 0; i < turns; i++) await new Promise(setImmediate);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, random.next() * 4);
      const never = armed.disarm();
      const end = await armed.ended;
      expect(end.state).toBe(never ? "disarmed" : "fired");
      if (never) disarmed++;
      else fired.push(`${end.orderId}`);
    }
    // Behind everything that was sent before.
    const last = template.send();
    while (sent.at(-1) !== `${last.orderId}`) await once(worker, "message");
    expect(sent).toEqual([...fired, `${last.orderId}`]);
    expect(fired.length).toBeGreaterThan(0);
    expect(disarmed).toBeGreaterThan(0);
  } finally {
    await broker.close();
    await worker.terminate();
  }
});

function circle(): object {
  const out: Record<string, unknown> = { symbol: "AAPL" };
  out["self"] = out;
  return out;
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  return [...out, rest];
}

function doubleBytes(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeDoubleLE(value);
  return out;
}
