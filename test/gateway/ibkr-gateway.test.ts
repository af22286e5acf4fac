import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import type { Contract, Order } from "../../src/domain/stock-types.js";
import type { GatewayState } from "../../src/gateway/gateway-events.js";
import type { IBKRGatewayOptions } from "../../src/gateway/gateway-options.js";
import { IBKRGateway } from "../../src/gateway/ibkr-gateway.js";
import { OrderTracker } from "../../src/orders/order-tracker.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../src/sim/index.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { brokerContract } from "../broker/broker-contract.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const order = (more: Partial<Order> = {}) =>
  ({ action: "BUY", orderType: "MKT", totalQuantity: 10, tif: "DAY", transmit: true, ...more }) as Order;
const FAR = order({ orderType: "LMT" as never, lmtPrice: 1 });
const UNUSED_PORT = 1;
const FAST: IBKRGatewayOptions = { reconnectFirstMs: 1, reconnectMostMs: 20, clientIdWaitMs: 10 };

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const brokerAt = (port: number, clientId = 1) =>
  new SessionBroker(new Session(resolveOptions({ port, clientId, maxReqPerSec: 1e9 })));

function gatewayAt(port: number, options: IBKRGatewayOptions = FAST, clientId = 1) {
  const gateway = new IBKRGateway(brokerAt(port, clientId), options);
  ends.push(() => gateway.close());
  const states: GatewayState[] = [];
  gateway.on("gatewayState", (state) => states.push(state));
  return { gateway, states };
}

async function stage(options: IBKRGatewayOptions = FAST, simulation: SimulatedGatewayOptions = {}) {
  const sim = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10, ...simulation });
  ends.push(() => sim.stop());
  const { gateway, states } = gatewayAt(sim.port, options);
  const tracker = new OrderTracker(gateway, { clientId: 1, prefix: "test", commissionTimeoutMs: 500 });
  gateway.reconciler = tracker;
  return { sim, gateway, states, tracker };
}

/** Resolves when it is in that state, or gets into it. */
function until(gateway: IBKRGateway, wanted: GatewayState): Promise<void> {
  if (gateway.gatewayState === wanted) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = gateway.on("gatewayState", (state) => {
      if (state !== wanted) return;
      stop();
      resolve();
    });
  });
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "resolved",
    (error: IBKRError) => error.code,
  );

brokerContract("A gateway of one endpoint", async () => {
  const sim = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 20 });
  // It does not come back within the test.
  const slow = { reconnectFirstMs: 600_000, reconnectMostMs: 600_000 };
  const gateway = new IBKRGateway(brokerAt(sim.port), slow);
  return {
    broker: gateway,
    unreachable: new IBKRGateway(brokerAt(UNUSED_PORT), slow),
    asksAgain: true,
    breakConnection: () => void sim.fault({ kind: "reset" }),
    close: async () => {
      await gateway.close();
      await sim.stop();
    },
  };
});

describe("states", () => {
  test("connecting, handshaking, reconciling, ready; lost and back again by itself", async () => {
    const { sim, gateway, states } = await stage();
    await gateway.connect();
    const way = ["CONNECTING", "HANDSHAKING", "RECONCILING", "READY"];
    expect(states).toEqual(way);
    states.length = 0;
    sim.fault({ kind: "reset" });
    await until(gateway, "DOWN");
    await until(gateway, "READY");
    expect(states).toEqual(["DOWN", ...way]);
    expect(gateway.stats()).toMatchObject({ reconnects: 1 });
    expect(gateway.status()).toMatchObject({ state: "READY", failedAttempts: 0, nextAttemptMs: undefined });
  });

  test("attempts that fail follow one another with longer waits, until it is there again", async () => {
    const clock = new VirtualClock({ start: 0 });
    const { sim, gateway } = await stage({
      reconnectFirstMs: 100,
      reconnectMostMs: 1000,
      clock,
      random: () => 1,
    });
    await gateway.connect();
    const { port } = sim;
    await sim.stop();
    await until(gateway, "DOWN");
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      const { nextAttemptMs = 0, failedAttempts } = gateway.status();
      expect(failedAttempts).toBe(i + 1);
      waits.push(nextAttemptMs - clock.now());
      clock.advance(nextAttemptMs - clock.now());
      await until(gateway, "DOWN");
      while (gateway.status().nextAttemptMs === undefined) await new Promise(setImmediate);
    }
    expect(waits).toEqual([100, 200, 400, 800, 1000, 1000]);
    const again = await SimulatedGateway.start({ port, seed: 1 });
    ends.push(() => again.stop());
    clock.advance(1000);
    await until(gateway, "READY");
  });

  test("a client id that is in use is waited for, and not changed", async () => {
    const { sim, gateway } = await stage();
    const other = brokerAt(sim.port);
    ends.push(() => other.close());
    await other.connect();
    const connecting = gateway.connect();
    while (gateway.status().failedAttempts < 2) await new Promise(setImmediate);
    expect(gateway.status().lastError).toMatchObject({ gatewayCode: 326 });
    await other.close();
    await connecting;
    expect(gateway.gatewayState).toBe("READY");
  });

  test("an attempt by which nothing is reached ends connect(), and so do its signal and its time", async () => {
    const { gateway } = gatewayAt(UNUSED_PORT);
    expect(await codeOf(gateway.connect())).toBe("ERR_IBKR_CONNECT");
    expect(gateway.status()).toMatchObject({ state: "DOWN", nextAttemptMs: undefined });

    const silent = await ScriptedGateway.start({ version: () => undefined });
    ends.push(() => silent.stop());
    const { gateway: waiting } = gatewayAt(silent.port);
    expect(await codeOf(waiting.connect({ timeoutMs: 20 }))).toBe("ERR_IBKR_TIMEOUT");
    expect(waiting.gatewayState).toBe("DOWN");
  });

  test("a gateway that does not answer what reconciliation asks is no connection", async () => {
    const mute = await ScriptedGateway.start({});
    ends.push(() => mute.stop());
    const { gateway, states } = gatewayAt(mute.port, { ...FAST, reconcileTimeoutMs: 20 });
    expect(await codeOf(gateway.connect())).toBe("ERR_IBKR_TIMEOUT");
    expect(states).toEqual(["CONNECTING", "HANDSHAKING", "RECONCILING", "DOWN"]);
  });

  test.each(["CONNECTING", "HANDSHAKING", "RECONCILING", "READY"] as const)(
    "connect() may be called again while it is %s",
    async (state) => {
      const { gateway, states } = await stage();
      let again: Promise<string> | undefined;
      gateway.on("gatewayState", (now) => {
        if (now === state) again ??= codeOf(gateway.connect());
      });
      await gateway.connect();
      expect(await again).toBe("resolved");
      expect(states).toEqual(["CONNECTING", "HANDSHAKING", "RECONCILING", "READY"]);
    },
  );

  test("connect() while it comes back by itself waits for that", async () => {
    const { sim, gateway } = await stage();
    await gateway.connect();
    for (const state of ["DOWN", "CONNECTING", "HANDSHAKING", "RECONCILING"] as const) {
      sim.fault({ kind: "reset" });
      await until(gateway, "DOWN");
      await until(gateway, state);
      await gateway.connect();
      expect(gateway.gatewayState).toBe("READY");
    }
  });

  test("of two who wait for the first connect one gives up: the other gets it", async () => {
    const { gateway } = await stage();
    const given = new AbortController();
    const waiting = gateway.connect({ signal: given.signal });
    const other = gateway.connect();
    given.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await other;
    expect(gateway.gatewayState).toBe("READY");
  });

  test("close() and connect() within one another: the last call counts", async () => {
    const { gateway, states } = await stage();
    await gateway.connect();
    states.length = 0;
    const closed = gateway.close();
    const connected = gateway.connect();
    await Promise.all([closed, connected]);
    expect(gateway.gatewayState).toBe("READY");
    const closedAgain = gateway.close();
    const tooLate = codeOf(gateway.connect());
    await Promise.all([closedAgain, gateway.close()]);
    expect([await tooLate, gateway.gatewayState]).toEqual(["ERR_IBKR_CONNECTION_LOST", "DOWN"]);
  });

  test("after close() it stays down", async () => {
    const { gateway, states } = await stage();
    await gateway.connect();
    await gateway.close();
    states.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(states).toEqual([]);
    expect(gateway.gatewayState).toBe("DOWN");
  });

  test("options out of range are refused", () => {
    expect(() => new IBKRGateway(brokerAt(UNUSED_PORT), { reconnectFirstMs: 0 })).toThrow(
      "reconnectFirstMs is 0 (allowed: an integer from 1 to 600000)",
    );
    expect(() => new IBKRGateway(brokerAt(UNUSED_PORT), { random: 1 as never })).toThrow(
      "random is 1 (allowed: a function)",
    );
    expect(() => new IBKRGateway({} as never)).toThrow("broker is {} (allowed: a Broker)");
    expect(() => new IBKRGateway(undefined as never)).toThrow("broker is undefined (allowed: a Broker)");
  });
});

test("a change of an order that nothing at the gateway knows any more does not leave: it would be a new one", async () => {
  const { sim, gateway, tracker } = await stage();
  await gateway.connect();
  const lost = tracker.placeOrder(AAPL, FAR);
  const kept = tracker.placeOrder(AAPL, FAR);
  await Promise.all([lost.acknowledged(), kept.acknowledged()]);
  const isLost = ({ order }: { order: Order }) => order.permId === lost.permId;
  gateway.reconciler = {
    reconcile: (truth) => {
      for (const ticket of [lost, kept]) ticket.modify({ limitPrice: 2 });
      return tracker.reconcile({ ...truth, open: truth.open.filter((one) => !isLost(one)) });
    },
  };
  const errors: number[] = [];
  gateway.on("orderError", (orderId) => errors.push(orderId));
  sim.fault({ kind: "reset" });
  await until(gateway, "DOWN");
  await until(gateway, "READY");
  expect([errors, lost.status, lost.order.lmtPrice, gateway.status().heldOrders]).toEqual([
    ...[[lost.orderId], "unknown", 1, 0],
  ]);
  expect(() => lost.modify({ limitPrice: 3 })).toThrow(
    expect.objectContaining({ code: "ERR_IBKR_UNKNOWN_OUTCOME" }),
  );
  await gateway.lookups.serverTimeMs();
  const prices = (await gateway.orders.open()).map(({ order: { lmtPrice } }) => lmtPrice);
  expect(prices.toSorted()).toEqual([1, 2]);
});

describe("while Interactive Brokers cannot be reached (1100)", () => {
  test.each([
    [0, ["not-sent", "not-sent", "not-sent"]],
    [1, ["working", "not-sent", "held"]],
    [2, ["working", "held", "not-sent"]],
  ])(
    "of a bracket whose part %i is cancelled the rest leaves as one, if there is a parent",
    async (which, states) => {
      const { sim, gateway, tracker } = await stage();
      await gateway.connect();
      const fault = sim.fault({ kind: "upstream-lost" });
      await until(gateway, "UPSTREAM_LOST");
      const far = order({ action: "SELL" as never, orderType: "LMT" as never, lmtPrice: 1_000 });
      const { parts } = tracker.placeBracket(AAPL, FAR, [far, far]);
      parts[which]?.modify({ quantity: 10 });
      parts[which]?.cancel();
      expect(gateway.status().heldOrders).toBe(which === 0 ? 0 : 2);
      fault.stop();
      await Promise.all(parts.map((part) => codeOf(part.acknowledged())));
      await gateway.orders.open();
      expect(parts.map(({ status }) => status)).toEqual(states);
      expect(parts[which]?.error?.message).toMatch(/was not sent: it was cancelled before it left/);
      if (which === 0) expect(parts[2]?.error?.message).toMatch(/its parent was cancelled before it left/);
    },
  );

  test("new orders wait unsent and leave when it is back; cancels pass", async () => {
    const { sim, gateway, tracker } = await stage();
    await gateway.connect();
    const working = tracker.placeOrder(AAPL, FAR);
    await working.acknowledged();
    const fault = sim.fault({ kind: "upstream-lost" });
    await until(gateway, "UPSTREAM_LOST");
    const held = tracker.placeOrder(AAPL, FAR);
    held.modify({ quantity: 20, limitPrice: 100_000 });
    working.cancel();
    expect([held.disposition, gateway.state, gateway.status().heldOrders]).toEqual(["unsent", "ready", 2]);
    await gateway.lookups.serverTimeMs();
    expect(held.status).toBe("unsent");
    fault.stop();
    expect(await held.done()).toMatchObject({ status: "filled", filledQuantity: 20 });
    expect(await working.done()).toMatchObject({ status: "cancelled" });
    expect(gateway.stats().releasedOrders).toBe(2);
  });

  test("what is cancelled while it waits never leaves; what works already is cancelled there", async () => {
    const { sim, gateway, tracker } = await stage();
    await gateway.connect();
    const working = tracker.placeOrder(AAPL, FAR);
    await working.acknowledged();
    const fault = sim.fault({ kind: "upstream-lost" });
    await until(gateway, "UPSTREAM_LOST");
    const held = tracker.placeOrder(AAPL, order());
    held.cancel();
    working.modify({ limitPrice: 1.5 });
    working.cancel();
    expect([held.status, gateway.status().heldOrders]).toEqual(["not-sent", 0]);
    expect(() => gateway.orders.prepareOrder(AAPL, order()).send()).toThrow("the gateway is UPSTREAM_LOST");
    const third = tracker.placeOrder(AAPL, order());
    gateway.orders.cancelAll();
    expect(third.status).toBe("not-sent");
    fault.stop();
    expect(await working.done()).toMatchObject({ status: "cancelled" });
    expect(await gateway.orders.completed()).toHaveLength(1);
  });

  test("what is placed because new orders pass again comes behind what waited for it", async () => {
    const { sim, gateway, tracker } = await stage();
    await gateway.connect();
    const fault = sim.fault({ kind: "upstream-lost" });
    await until(gateway, "UPSTREAM_LOST");
    const held = tracker.placeOrder(AAPL, FAR);
    // A change of the order that was held: the newer word on it has to be the last one.
    gateway.on("gatewayState", (state) => {
      if (state === "READY") held.modify({ quantity: 20, limitPrice: 100_000 });
    });
    fault.stop();
    expect(await held.done()).toMatchObject({ status: "filled", filledQuantity: 20 });
  });

  test("what waits is what it was when it was placed: its contract, too", async () => {
    const { sim, gateway, tracker } = await stage();
    await gateway.connect();
    const fault = sim.fault({ kind: "upstream-lost" });
    await until(gateway, "UPSTREAM_LOST");
    const contract = { ...AAPL };
    const held = tracker.placeOrder(contract, FAR);
    contract.symbol = "MSFT";
    fault.stop();
    await held.acknowledged();
    const [open] = await gateway.orders.open();
    expect(open.contract.symbol).toBe("AAPL");
  });

  test("what a listener places when it is back goes behind what waits, and what it cancels never leaves", async () => {
    const { sim, gateway } = await stage();
    await gateway.connect();
    const { orders } = gateway;
    const fault = sim.fault({ kind: "upstream-lost" });
    await until(gateway, "UPSTREAM_LOST");
    const [changed, cancelled] = [orders.nextOrderId(), orders.nextOrderId()];
    const sent: number[] = [];
    gateway.on("orderSent", (orderId) => {
      sent.push(orderId);
      if (sent.length === 1) orders.cancel(cancelled);
    });
    const refused: number[] = [];
    gateway.on("orderError", (orderId) => refused.push(orderId));
    gateway.on("gatewayState", (state) => {
      if (state === "READY") orders.place(changed, AAPL, order({ ...FAR, lmtPrice: 2 }));
    });
    orders.place(changed, AAPL, FAR);
    orders.place(cancelled, AAPL, FAR);
    fault.stop();
    await until(gateway, "READY");
    const open = await orders.open();
    expect(open.map(({ orderId, order: { lmtPrice } }) => [orderId, lmtPrice])).toEqual([[changed, 2]]);
    expect([sent, refused]).toEqual([[changed, changed], [cancelled]]);
  });

  test("what waits when the connection ends never left", async () => {
    const { sim, gateway, tracker } = await stage();
    await gateway.connect();
    sim.fault({ kind: "upstream-lost" });
    await until(gateway, "UPSTREAM_LOST");
    const held = tracker.placeOrder(AAPL, order());
    sim.fault({ kind: "reset" });
    await until(gateway, "DOWN");
    expect(held.status).toBe("not-sent");
    expect(() => tracker.placeOrder(AAPL, order())).toThrow("not connected");
  });
});

describe("orders across a loss", () => {
  test("an order that is placed before everything is reconciled leaves after it, once", async () => {
    const { sim, gateway, tracker } = await stage();
    const placed = new Promise<ReturnType<OrderTracker["placeOrder"]>>((resolve) => {
      gateway.on("gatewayState", (state) => {
        if (state === "RECONCILING") resolve(tracker.placeOrder(AAPL, order()));
      });
    });
    const connecting = gateway.connect();
    const ticket = await placed;
    expect([ticket.disposition, gateway.gatewayState]).toEqual(["unsent", "RECONCILING"]);
    await connecting;
    expect(await ticket.done()).toMatchObject({ status: "filled" });
    expect(sim.exchange.orders.executions.length).toBe(1);
  });

  test("an order that works is the same ticket afterwards, and its fills of the time away come once", async () => {
    const { sim, gateway, tracker } = await stage();
    await gateway.connect();
    const ticket = tracker.placeOrder(AAPL, FAR);
    await ticket.acknowledged();
    const fills: unknown[] = [];
    tracker.on("fill", (detail, news, of) => fills.push([detail.execution.shares, news, of]));
    sim.fault({ kind: "reset" });
    await until(gateway, "DOWN");
    // Filled while nobody listens.
    sim.exchange.orders.place(1, ticket.orderId, sim.exchange.orders.find(1, ticket.orderId)!.contract, {
      ...sim.exchange.orders.find(1, ticket.orderId)!.fields,
      lmtPrice: 1e5,
    });
    await until(gateway, "READY");
    expect(await ticket.done()).toMatchObject({ status: "filled", filledQuantity: 10, isComplete: true });
    sim.fault({ kind: "reset" });
    await until(gateway, "DOWN");
    await until(gateway, "READY");
    expect(fills).toEqual([[10, "new", ticket]]);
    expect(tracker.foreign).toEqual([]);
  });

  test.each([true, false])(
    "an order whose answer did not come is found again, or stays unknown and is not sent again (arrived: %s)",
    async (arrived) => {
      const { sim, gateway, tracker } = await stage();
      await gateway.connect();
      // Answers are kept back; or the request itself is, and is lost with its connection.
      if (arrived) sim.fault({ kind: "cut", message: "openOrder", afterBytes: 0, how: "reset" });
      else sim.fault({ kind: "half-open", connections: "current" });
      const unknown: number[] = [];
      tracker.on("unknown", ({ orderId }) => unknown.push(orderId));
      const down = until(gateway, "DOWN");
      const ticket = tracker.placeOrder(AAPL, FAR);
      const acknowledged = codeOf(ticket.acknowledged());
      if (!arrived) {
        const away = codeOf(gateway.lookups.serverTimeMs({ timeoutMs: 50 }));
        expect(await away).toBe("ERR_IBKR_TIMEOUT");
        sim.fault({ kind: "reset" });
      }
      await down;
      expect(ticket.status).toBe("unknown");
      await until(gateway, "READY");
      expect(await acknowledged).toBe(arrived ? "resolved" : "ERR_IBKR_UNKNOWN_OUTCOME");
      expect(unknown).toEqual(arrived ? [] : [ticket.orderId]);
      expect(ticket.status).toBe(arrived ? "working" : "unknown");
      expect(await gateway.orders.open()).toHaveLength(arrived ? 1 : 0);
    },
  );
});

describe("requests that only read", () => {
  test("are asked again on the next connection, and counted", async () => {
    const { sim, gateway } = await stage();
    await gateway.connect();
    sim.fault({ kind: "half-open", connections: "current" });
    const asked = gateway.lookups.contractDetails(AAPL);
    sim.fault({ kind: "reset" });
    const during = until(gateway, "DOWN").then(() => gateway.accounts.positions());
    expect(await asked).toHaveLength(1);
    expect(await during).toEqual([]);
    expect(gateway.stats().retriedReads).toBe(2);
  });

  test("end by their time and their signal while there is no connection, and when it is closed", async () => {
    const { sim, gateway } = await stage({ reconnectFirstMs: 600_000, reconnectMostMs: 600_000 });
    await gateway.connect();
    sim.fault({ kind: "reset" });
    await until(gateway, "DOWN");
    expect(await codeOf(gateway.lookups.contractDetails(AAPL, { timeoutMs: 20 }))).toBe("ERR_IBKR_TIMEOUT");
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(gateway.lookups.contractDetails(AAPL, { signal })).rejects.toThrow("enough");
    const asked = codeOf(gateway.lookups.contractDetails(AAPL));
    await new Promise(setImmediate);
    await gateway.close();
    expect(await asked).toBe("ERR_IBKR_CONNECTION_LOST");
    // What the gateway itself refuses is no reason to ask again.
    expect(gateway.stats().retriedReads).toBeGreaterThan(0);
  });

  test("are not repeated because they are refused", async () => {
    const { gateway } = await stage();
    await gateway.connect();
    expect(await codeOf(gateway.lookups.contractDetails({ ...AAPL, symbol: "NOSUCH" }))).toBe(
      "ERR_IBKR_NO_SECURITY_DEFINITION",
    );
    expect(gateway.stats().retriedReads).toBe(0);
  });
});
