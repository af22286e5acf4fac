import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectOrders } from "../../src/connect/connected-orders.js";
import type { ConnectOrdersOptions } from "../../src/connect/orders-options.js";
import * as contracts from "../../src/domain/contracts.js";
import * as orders from "../../src/domain/orders.js";
import { readJournal } from "../../src/orders/journal-contents.js";
import { SimulatedGateway } from "../../src/sim/index.js";

const AAPL = contracts.stock("AAPL");
const MARKET = orders.market("BUY", 10);
const FAR = orders.limit("BUY", 10, 1);
const SLOT = 0;

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ibkr-orders-"));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  rmSync(folder, { recursive: true });
});

async function begin(options: ConnectOrdersOptions = {}, sim?: SimulatedGateway) {
  if (sim === undefined) {
    sim = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10 });
    cleanups.push(() => sim?.stop());
  }
  const connected = await connectOrders({
    host: "127.0.0.1",
    port: sim.port,
    clientId: 1,
    prefix: "test",
    journal: folder,
    commissionTimeoutMs: 500,
    reconnectFirstMs: 10,
    ...options,
  });
  cleanups.push(() => connected.close());
  return { sim, connected, tracker: connected.tracker };
}

const records = (port: number) => [
  ...readJournal({ folder, endpoint: `127.0.0.1:${port}`, clientId: 1 }).records(),
];

test("what is disposed of is closed, and closing it again is nothing", async () => {
  const { sim, connected } = await begin();
  await connected[Symbol.asyncDispose]();
  await connected.close();
  expect(connected.gateway.gatewayState).toBe("DOWN");
  expect(records(sim.port).map(({ kind }) => kind)).toContain("sessionEnd");
});

describe.each([193, 226])("orders on record, server version %i", (maxServerVersion) => {
  test("an order's whole life is in the journal, and the next process has its ticket with all of it", async () => {
    const { sim, connected, tracker } = await begin({ maxServerVersion });
    const ticket = tracker.placeOrder(AAPL, MARKET);
    const outcome = await ticket.done();
    const { latency } = connected.stats();
    const steps = [latency.encoded, latency.written, latency.acknowledged, latency.firstFill, latency.done];
    expect(steps.map(({ count }) => count)).toEqual([1, 1, 1, 1, 1]);
    expect(latency.encoded.max).toBeLessThanOrEqual(latency.written.max);
    const { calledMicros, doneMicros = 0 } = ticket.latency;
    expect(latency.done.max).toBe(Math.round((doneMicros - calledMicros) * 1000));
    expect(latency.written.max).toBeLessThanOrEqual(latency.acknowledged.max);
    await connected.close();
    const kinds = records(sim.port)
      .filter(({ orderId }) => orderId === ticket.orderId)
      .map(({ kind }) => kind);
    expect(kinds[0]).toBe("intent");
    expect(kinds).toEqual(expect.arrayContaining(["fill", "commission", "done"]));

    const again = await begin({ maxServerVersion }, sim);
    expect(again.tracker.tickets).toHaveLength(1);
    const [restored] = again.tracker.tickets;
    expect(restored).toMatchObject({ orderId: ticket.orderId, orderRef: ticket.orderRef, status: "filled" });
    expect(restored.permId).toBe(ticket.permId);
    expect(again.connected.stats().latency.done.count).toBe(0);
    expect(await restored.done()).toMatchObject({
      filledQuantity: 10,
      averagePrice: outcome.averagePrice,
      commission: outcome.commission,
      isComplete: true,
    });
    const ids = (list: typeof outcome.executions) => list.map(({ execution }) => execution.execId);
    expect(ids(restored.executions)).toEqual(ids(outcome.executions));
    // The gateway tells of its executions again, and they are not delivered again.
    expect(again.connected.stats().journal?.records).toBeGreaterThan(0);
    expect(again.tracker.placeOrder(AAPL, FAR).orderId).toBeGreaterThan(ticket.orderId);
  });

  test("an order that works is found again, and one that was cancelled meanwhile as well", async () => {
    const { sim, connected, tracker } = await begin({ maxServerVersion });
    const [works, ends] = [tracker.placeOrder(AAPL, FAR), tracker.placeOrder(AAPL, FAR)];
    await Promise.all([works.acknowledged(), ends.acknowledged()]);
    await connected.close();
    const other = await connectOrders({ host: "127.0.0.1", port: sim.port, clientId: 1, maxServerVersion });
    other.gateway.orders.cancel(ends.orderId);
    await other.close();
    const again = await begin({ maxServerVersion }, sim);
    const [first, second] = again.tracker.tickets;
    expect([first.orderRef, second.orderRef]).toEqual([works.orderRef, ends.orderRef]);
    expect([first.status, second.status]).toEqual(["working", "cancelled"]);
    first.cancel();
    expect((await first.done()).status).toBe("cancelled");
  });

  test("prepared and armed orders have tickets, and an orderRef each", async () => {
    const { connected, tracker, sim } = await begin({ maxServerVersion });
    const treatment = {
      boardSlot: SLOT,
      conflateMs: 0,
      conflateTrades: false,
      policy: "backpressure",
    } as const;
    connected.gateway.feed.subscribe({ kind: "quotes", contract: AAPL }, { refused: () => {} }, treatment);
    const template = tracker.prepareOrder(AAPL, MARKET);
    const sent = template.send({ quantity: 3 });
    const armed = template.arm({
      when: { boardSlot: SLOT, field: "ask", op: "<=", price: 1e6 },
      quantity: 2,
    });
    const fired = await armed.ticket;
    expect(fired?.orderRef).toBe(armed.orderRef);
    expect(armed.orderRef).not.toBe(sent.orderRef);
    expect((await sent.done()).filledQuantity).toBe(3);
    expect((await fired?.done())?.filledQuantity).toBe(2);
    const never = template.arm({ when: { boardSlot: SLOT, field: "ask", op: "<", price: 1 } });
    expect(never.disarm()).toBe(true);
    expect(await never.ticket).toBeUndefined();
    expect(tracker.tickets).toHaveLength(2);
    const kinds = records(sim.port).map(({ kind }) => kind);
    expect(kinds.filter((kind) => ["armed", "fired", "disarmed"].includes(kind))).toEqual([
      "armed",
      "fired",
      "armed",
      "disarmed",
    ]);
  });
});

describe("connectOrders", () => {
  test("refuses options with their name, and a journal that another has", async () => {
    await expect(begin({ journal: { folder, fsync: "sometimes" as "never" } })).rejects.toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION", message: expect.stringContaining("journal.fsync") }),
    );
    await expect(begin({ prefix: "far too long for it" })).rejects.toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION", message: expect.stringContaining("prefix") }),
    );
    await expect(begin({ reconnectFirstMs: 0 })).rejects.toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION" }),
    );
    await expect(begin({ journal: join(folder, "none") })).rejects.toThrow(
      expect.objectContaining({ code: "ERR_IBKR_JOURNAL_OPEN" }),
    );
    const { sim } = await begin();
    await expect(begin({}, sim)).rejects.toThrow(
      expect.objectContaining({ code: "ERR_IBKR_JOURNAL_LOCKED" }),
    );
  });

  test("lets go of the journal where it cannot connect", async () => {
    const { sim, connected } = await begin();
    await connected.close();
    const { port } = sim;
    await sim.stop();
    const options = { host: "127.0.0.1", port, clientId: 1, journal: folder };
    for (let i = 0; i < 2; i++)
      await expect(connectOrders(options)).rejects.toThrow(
        expect.objectContaining({ code: "ERR_IBKR_CONNECT" }),
      );
  });

  test("shows the limit of messages in its statistics", async () => {
    const { connected, tracker } = await begin({ maxReqPerSec: 12, journal: undefined });
    const tickets = Array.from({ length: 20 }, () => tracker.placeOrder(AAPL, FAR));
    const { rate, journal } = connected.stats();
    expect(rate.maxPerSecond).toBe(12);
    expect(rate.waiting.order).toBeGreaterThan(0);
    expect(rate.waiting.order).toBe(tickets.filter(({ status }) => status === "unsent").length);
    expect(journal).toBeUndefined();
  });
});
