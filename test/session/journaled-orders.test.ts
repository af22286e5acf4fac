import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Contract, Order } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { IBKRError } from "../../src/domain/ibkr-error.js";
import { OrderJournal } from "../../src/orders/journal.js";
import { readJournal } from "../../src/orders/journal-contents.js";
import type { JournalRecord } from "../../src/orders/journal-record.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const BUY = {
  action: "BUY",
  totalQuantity: 100,
  orderType: "LMT",
  lmtPrice: 10,
  tif: "DAY",
  orderRef: "acme:1",
} as Order;
/** Has a field that no ordinary order has: it goes by the general path. */
const UNUSUAL = { ...BUY, minQty: 5 } as Order;
const SLOT = 3;
const ASK = 2;
const AT_MOST_10 = { boardSlot: SLOT, field: "ask", op: "<=", price: 10 } as const;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function begin(version: number, folder?: string) {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), "ibkr-journaled-"));
    cleanups.push(() => rmSync(folder as string, { recursive: true }));
  }
  const name = { folder, endpoint: "127.0.0.1:4002", clientId: 7 };
  const gateway = await ScriptedGateway.start({ version });
  cleanups.push(() => gateway.stop());
  const journal = new OrderJournal(name);
  cleanups.push(() => journal.close());
  const session = new Session({
    ...resolveOptions({ port: gateway.port, maxServerVersion: version, maxReqPerSec: 10_001 }),
    journal,
  });
  const broker = new SessionBroker(session);
  cleanups.push(() => broker.close());
  await broker.connect();
  const errors: [number, IBKRError][] = [];
  broker.on("orderError", (id, error) => errors.push([id, error]));
  const isOrder = (payload: Buffer) =>
    version >= 213 ? payload.readUInt32BE(0) === 203 : payload.toString("latin1").startsWith("3\0");
  const orders = () => gateway.peers.flatMap((peer) => peer.received).filter(isOrder);
  const ordersCame = (count: number) => gateway.until(() => orders().length >= count);
  /** All that was sent on this connection until now has come. */
  const settled = async () => {
    const before = gateway.peer.received.length;
    session.request("reqCurrentTime", []);
    await gateway.until(() => gateway.peer.received.length > before);
  };
  const records = (): JournalRecord[] => [...readJournal(name).records()];
  const intents = () => records().filter((record) => record.kind === "intent");
  const subscription = broker.feed.subscribe(
    { kind: "quotes", contract: AAPL },
    { refused: () => {} },
    { boardSlot: SLOT, conflateMs: 0, conflateTrades: false, policy: "backpressure" },
  );
  const ask = (price: number) => gateway.peer.send(text(1, 6, subscription.id, ASK, price, 300, 0));
  return {
    folder,
    gateway,
    journal,
    broker,
    session,
    orders,
    ordersCame,
    settled,
    records,
    intents,
    errors,
    ask,
  };
}

const EXPECTED = {
  orderRef: "acme:1",
  symbol: "AAPL",
  secType: "STK",
  exchange: "SMART",
  currency: "USD",
  action: "BUY",
  orderType: "LMT",
  timeInForce: "DAY",
  quantity: 100,
  limitPrice: 10,
};

describe.each([193, 226])("orders of a session with a journal, server version %i", (version) => {
  test("are on record when place() and send() return, whichever path they take", async () => {
    const { broker, intents, ordersCame } = await begin(version);
    const before = Date.now() * 1000;
    broker.orders.place(1, AAPL, BUY);
    expect(intents()).toMatchObject([{ orderId: 1, modify: false, order: EXPECTED }]);
    broker.orders.place(2, AAPL, UNUSUAL);
    expect(intents()[1]).toMatchObject({ orderId: 2, modify: false, order: EXPECTED });
    broker.orders.place(2, AAPL, { ...UNUSUAL, lmtPrice: 11 });
    expect(intents()[2]).toMatchObject({ orderId: 2, modify: true, order: { ...EXPECTED, limitPrice: 11 } });
    const template = broker.orders.prepareOrder(AAPL, BUY);
    const sent = template.send({ quantity: 7, limitPrice: 9.5, orderRef: "acme:2" });
    expect(intents()[3]).toMatchObject({
      orderId: sent.orderId,
      order: { ...EXPECTED, quantity: 7, limitPrice: 9.5, orderRef: "acme:2" },
    });
    await ordersCame(4);
    for (const { timeMicros } of intents()) {
      expect(timeMicros).toBeGreaterThan(before - 1e6);
      expect(timeMicros).toBeLessThan(Date.now() * 1000 + 1e6);
    }
  });

  test("that are one thing are all on record when the first byte leaves, and leave in order", async () => {
    const { broker, intents, orders, ordersCame, records } = await begin(version);
    const seen: [orderId: number, intents: number[]][] = [];
    broker.on("orderSent", (orderId) => seen.push([orderId, intents().map((record) => record.orderId ?? 0)]));
    const parts = [BUY, UNUSUAL, BUY].map((order, i) => ({ orderId: i + 1, contract: AAPL, order }));
    broker.orders.placeGroup(parts);
    expect(seen).toEqual([1, 2, 3].map((id) => [id, [1, 2, 3]]));
    expect(intents()).toMatchObject([{ order: EXPECTED, modify: false }, {}, {}]);
    const marks = records().flatMap((record) => (record.kind === "idBlock" ? [record.highWater ?? 0] : []));
    expect(Math.max(...marks)).toBeGreaterThan(3);
    await ordersCame(3);
    // The bytes of place(): a second one is a change with the same.
    for (const { orderId, contract, order } of parts) broker.orders.place(orderId, contract, order);
    await ordersCame(6);
    expect(orders().slice(0, 3)).toEqual(orders().slice(3));
    expect(intents().map(({ modify }) => modify)).toEqual([false, false, false, true, true, true]);
  });

  test("that are one thing stay where one of them cannot be encoded, or written down", async () => {
    const { broker, journal, intents, orders, settled, errors } = await begin(version);
    const bad = { ...BUY, orderRef: "a\0b" };
    const group = (...orders: Order[]) =>
      broker.orders.placeGroup(orders.map((order, i) => ({ orderId: i + 1, contract: AAPL, order })));
    group(BUY, bad as Order, BUY);
    expect(errors.map(([id, { code }]) => [id, code])).toEqual([
      [2, "ERR_IBKR_ARGUMENT"],
      [1, "ERR_IBKR_NOT_SENT"],
      [3, "ERR_IBKR_NOT_SENT"],
    ]);
    expect(intents()).toEqual([]);
    errors.length = 0;
    journal.close();
    group(BUY, UNUSUAL);
    expect(errors.map(([id, { code }]) => [id, code])).toEqual([
      [1, "ERR_IBKR_JOURNAL_WRITE"],
      [2, "ERR_IBKR_JOURNAL_WRITE"],
    ]);
    await settled();
    expect(orders()).toEqual([]);
  });

  test("do not leave where the journal cannot be written, and say so", async () => {
    const { broker, journal, orders, settled, errors } = await begin(version);
    const template = broker.orders.prepareOrder(AAPL, BUY);
    journal.close();
    broker.orders.place(1, AAPL, BUY);
    broker.orders.place(2, AAPL, UNUSUAL);
    const sent = template.send();
    expect(sent.disposition).toBe("unsent");
    expect(() => template.arm({ when: AT_MOST_10 })).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_JOURNAL_WRITE" }),
    );
    await settled();
    expect(orders()).toHaveLength(0);
    expect(errors.map(([id]) => id)).toEqual([1, 2, sent.orderId]);
    for (const [, error] of errors) {
      expect(error.code).toBe("ERR_IBKR_JOURNAL_WRITE");
      expect(error.message).toContain("it is closed");
    }
  });

  test("go on with their ids in the next process, and what the last one had is recovered", async () => {
    const first = await begin(version);
    first.broker.orders.place(5, AAPL, BUY);
    await first.ordersCame(1);
    await first.broker.close();
    first.journal.close();
    const second = await begin(version, first.folder);
    expect([...second.journal.recovered.records()].map(({ kind }) => kind)).toContain("intent");
    // Reserved in blocks.
    expect(second.broker.orders.nextOrderId()).toBe(1005);
  });
});

describe("an order that is armed", () => {
  test("is on record when it is armed, and when it fires", async () => {
    const { broker, records, ask, ordersCame } = await begin(193);
    const armed = broker.orders
      .prepareOrder(AAPL, BUY)
      .arm({ when: AT_MOST_10, expiresInMs: 60_000, orderRef: "acme:armed" });
    expect(records().filter(({ kind }) => kind !== "idBlock")).toMatchObject([
      {
        kind: "armed",
        armId: 1,
        order: { ...EXPECTED, orderRef: "acme:armed" },
        trigger: { field: "ask", operator: "<=", price: 10 },
      },
    ]);
    ask(9.5);
    const { orderId } = await armed.ended;
    await ordersCame(1);
    expect(records().at(-1)).toMatchObject({ kind: "fired", armId: 1, orderId, quotePrice: 9.5 });
  });

  test("is on record as disarmed, whatever disarms it", async () => {
    const { broker, records, session } = await begin(193);
    const template = broker.orders.prepareOrder(AAPL, BUY);
    const arm = (more = {}) => template.arm({ when: AT_MOST_10, ...more });
    const [first, second] = [arm(), arm({ expiresInMs: 1 })];
    first.disarm();
    await second.ended;
    arm();
    session.disconnect();
    const disarmed = records().filter(({ kind }) => kind === "disarmed");
    expect(disarmed).toMatchObject([
      { armId: 1, reason: "disarmed" },
      { armId: 2, reason: "expired" },
      { armId: 3, reason: "disarmed" },
    ]);
  });

  test("that fires while the journal cannot be written does not leave", async () => {
    const { broker, journal, ask, orders, settled } = await begin(193);
    const armed = broker.orders.prepareOrder(AAPL, BUY).arm({ when: AT_MOST_10 });
    journal.close();
    ask(9);
    expect(await armed.ended).toMatchObject({ state: "fired", disposition: "unsent" });
    await settled();
    expect(orders()).toHaveLength(0);
  });
});
