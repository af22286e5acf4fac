// The limit of messages as the gateway sees it: its log has each of them, and the clock of both stands still until it is moved.
import type { Contract, Order } from "@stoqey/ib";
import { afterEach, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { type LogEntry, SimulatedGateway } from "../../src/sim/index.js";
import { ManualClock } from "../support/manual-clock.js";
import { SeededRandom, testSeed } from "../support/seeded-random.js";

const MOST = 50;
const WINDOW_MS = 1000;
const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const FAR = { action: "BUY", totalQuantity: 1, orderType: "LMT", lmtPrice: 1, tif: "DAY" } as Order;
/** Has a field that no ordinary order has. */
const GENERAL = { ...FAR, minQty: 1 } as Order;

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Arrived {
  readonly name: string;
  readonly id: number;
  /** By the client's clock. */
  readonly atMs: number;
}

test.each([193, 226])(
  "never more than 50 arrive in any second, and no data request before a cancel that was called, server version %i",
  async (version) => {
    const random = new SeededRandom(testSeed("messages a second", 1));
    const clock = new ManualClock();
    const arrived: Arrived[] = [];
    let arrive: () => void = () => {};
    const onEntry = ({ kind, name, body }: LogEntry) => {
      if (kind !== "request") return;
      const { orderId, reqId, id } = body as { orderId?: number; reqId?: number; id?: number };
      arrived.push({ name, id: orderId ?? reqId ?? id ?? -1, atMs: clock.now() });
      arrive();
    };
    const gateway = await SimulatedGateway.start({ seed: 1, log: { onEntry } });
    ends.push(() => gateway.stop());
    const session = new Session({
      ...resolveOptions({ port: gateway.port, maxServerVersion: version, maxReqPerSec: MOST }),
      clock,
    });
    const broker = new SessionBroker(session);
    ends.push(() => broker.close());
    await broker.connect();
    const before = arrived.length;
    let called = 0;
    const left = () => {
      const { cancel, order, data } = session.rate.waiting;
      return before + called - cancel - order - data;
    };
    /** Everything that has left has arrived, before time goes on. */
    const settle = async () => {
      const count = left();
      while (arrived.length < count)
        await new Promise<void>((resolve) => {
          arrive = resolve;
        });
    };
    const template = broker.orders.prepareOrder(AAPL, FAR);
    const orders: number[] = [];
    /** For each cancel: the order, and how many messages had left when it was called. */
    const cancels: { readonly orderId: number; readonly after: number }[] = [];
    const call = () => {
      const after = left();
      called++;
      const way = random.below(10);
      const orderId = orders.length > 0 ? (orders.shift() as number) : undefined;
      if (way < 2 && orderId !== undefined) {
        cancels.push({ orderId, after });
        broker.orders.cancel(orderId);
        return;
      }
      if (orderId !== undefined) orders.unshift(orderId);
      if (way < 6) session.request("reqMarketRule", [26]);
      else if (way === 6) orders.push(template.send().orderId);
      else {
        const id = broker.orders.nextOrderId();
        broker.orders.place(id, AAPL, way < 9 ? FAR : GENERAL);
        orders.push(id);
      }
    };
    for (let step = 0; step < 400; step++) {
      // Bursts far above the rate, and pauses in which the queue runs empty.
      const burst = step % 100 < 60 ? random.below(20) : 0;
      for (let i = 0; i < burst; i++) call();
      await settle();
      // In small steps: what leaves in the middle of one arrives at its moment.
      for (let ms = random.int(1, 60); ms > 0; ms--) {
        clock.advance(1);
        await settle();
      }
    }
    while (arrived.length < before + called) {
      clock.advance(1);
      await settle();
    }

    const times = arrived.map(({ atMs }) => atMs);
    let most = 0;
    for (let from = 0, to = 0; to < times.length; to++) {
      while ((times[to] as number) - (times[from] as number) >= WINDOW_MS) from++;
      most = Math.max(most, to - from + 1);
    }
    // It is used up, and never exceeded, from the first message of the connection on.
    expect(most).toBe(MOST);
    expect(arrived[0]?.name).toBe("startApi");
    expect(cancels.length).toBeGreaterThan(20);
    let behindOrders = 0;
    for (const { orderId, after } of cancels) {
      const at = arrived.findIndex(
        ({ name, id }, i) => i >= after && name === "cancelOrder" && id === orderId,
      );
      const between = arrived.slice(after, at).map(({ name }) => name);
      expect(between, `cancel of ${orderId}`).not.toContain("reqMarketRule");
      behindOrders += between.includes("placeOrder") ? 1 : 0;
    }
    const { delayed } = session.rate;
    console.log(
      `${arrived.length} messages, ${most} in a second at the most; delayed: ${JSON.stringify(delayed)}; ` +
        `${behindOrders} of ${cancels.length} cancels behind their own order`,
    );
    for (const count of Object.values(delayed)) expect(count).toBeGreaterThan(0);
  },
  60_000,
);
