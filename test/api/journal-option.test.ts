import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConnectionState, EventName, type Execution, type Order } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { IBApi } from "../../src/api/ib-api.js";
import { IBApiNext } from "../../src/api/ib-api-next.js";
import { readJournal } from "../../src/orders/journal-contents.js";
import { parseOrderRef } from "../../src/orders/order-ref.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { Signal } from "../support/signal.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as never;
const MARKET = { action: "BUY", orderType: "MKT", totalQuantity: 10, tif: "DAY", transmit: true } as Order;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function stage() {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-api-journal-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  const sim = await SimulatedGateway.start({ seed: 1, tickIntervalMs: 10 });
  cleanups.push(() => sim.stop());
  return { folder, sim, records: () => [...readJournal(nameOf(folder, sim)).records()] };
}
const nameOf = (folder: string, { port }: SimulatedGateway) => ({
  folder,
  endpoint: `127.0.0.1:${port}`,
  clientId: 1,
});

async function apiAt(folder: string, { port }: SimulatedGateway, maxServerVersion: number) {
  const api = new IBApi({ host: "127.0.0.1", port, clientId: 1, maxServerVersion, journal: folder });
  const told = { executions: [] as string[], errors: [] as unknown[], nextId: 0, commissions: 0 };
  const signal = new Signal();
  api.on(EventName.execDetails, (_reqId, _contract, { execId }: Execution) => {
    told.executions.push(execId ?? "");
    signal.notify();
  });
  api.on(EventName.commissionReport, () => {
    told.commissions++;
    signal.notify();
  });
  api.on(EventName.error, (error) => told.errors.push(error));
  api.on(EventName.nextValidId, (id) => {
    told.nextId = id;
    signal.notify();
  });
  const connect = async () => {
    told.nextId = 0;
    api.connect();
    await signal.until("nextValidId", () => told.nextId > 0, 5_000);
  };
  await connect();
  return { api, told, signal, connect };
}

test.each([193, 226])(
  "IBApi with a journal: orders are named and on record, executions come once, server version %i",
  async (version) => {
    const { folder, sim, records } = await stage();
    const { api, told, signal, connect } = await apiAt(folder, sim, version);
    const id = told.nextId;
    api.placeOrder(id, AAPL, MARKET);
    expect(MARKET.orderRef).toBeUndefined();
    const [intent] = records().filter(({ kind }) => kind === "intent");
    expect(intent).toMatchObject({ orderId: id, order: { symbol: "AAPL", quantity: 10 } });
    expect(parseOrderRef(intent.kind === "intent" ? intent.order.orderRef : "")?.prefix).toBe("ibkr-native");
    await signal.until("its commission", () => told.commissions > 0, 5_000);
    const first = [...told.executions];
    expect(first).toHaveLength(new Set(first).size);
    api.disconnect();
    await connect();
    // What comes behind it shows that the answer to what was asked has come.
    const over = new Promise((resolve) => api.once(EventName.execDetailsEnd, resolve));
    api.reqExecutions(5, {});
    await over;
    // Those that the program itself asked for.
    expect(told.executions).toEqual([...first, ...first]);
    const kinds = records().map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "fill")).toHaveLength(first.length);
    expect(kinds).toContain("done");
    api.disconnect();
    api.closeJournal();
  },
);

test("executions of another process's time come once, as live ones", async () => {
  const { folder, sim } = await stage();
  const before = await apiAt(folder, sim, 226);
  before.api.placeOrder(before.told.nextId, AAPL, MARKET);
  await before.signal.until("its commission", () => before.told.commissions > 0, 5_000);
  before.api.disconnect();
  before.api.closeJournal();
  const other = new IBApi({ host: "127.0.0.1", port: sim.port, clientId: 1 });
  const filled = new Promise((resolve) => other.once(EventName.commissionReport, resolve));
  other.once(EventName.nextValidId, (id) => other.placeOrder(id, AAPL, MARKET));
  other.connect();
  await filled;
  other.disconnect();
  const after = await apiAt(folder, sim, 226);
  await after.signal.until("the other's execution", () => after.told.executions.length > 0, 5_000);
  for (const execId of after.told.executions) expect(before.told.executions).not.toContain(execId);
  after.api.disconnect();
  after.api.closeJournal();
});

test("an order that cannot be written does not leave, and the error says so", async () => {
  const { folder, sim } = await stage();
  const { api, told } = await apiAt(folder, sim, 226);
  api.closeJournal();
  api.placeOrder(told.nextId, AAPL, MARKET);
  expect(told.errors).toEqual([expect.objectContaining({ code: "ERR_IBKR_JOURNAL_WRITE" })]);
  expect(sim.log.entries().filter(({ name }) => name === "placeOrder")).toEqual([]);
  expect(() => api.connect(2)).toThrow(expect.objectContaining({ code: "ERR_IBKR_OPTION" }));
  api.disconnect();
});

class Classic {
  readonly #price = 100;
  get action() {
    return "BUY";
  }
  get orderType() {
    return "LMT";
  }
  get totalQuantity() {
    return 1;
  }
  get lmtPrice() {
    return this.#price;
  }
}

const LIMIT = { action: "BUY", orderType: "LMT", totalQuantity: 1, lmtPrice: 100, tif: "DAY" };
const throwing = (name: string) =>
  Object.defineProperty({ ...LIMIT }, name, {
    enumerable: true,
    get() {
      throw new Error("a getter's own");
    },
  });
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe.each([193, 226])("an IBApi with a journal, server version %i", (version) => {
  test.each([
    ["no order", undefined],
    ["null", null],
    ["a number", 5],
    ["text", "LMT"],
    ["an array", []],
    ["a function", Object.assign(() => {}, LIMIT)],
    ["a getter that throws", throwing("lmtPrice")],
    ["a whatIf that throws", throwing("whatIf")],
    ["an orderRef that throws", throwing("orderRef")],
    ["a proxy that is revoked", revoked()],
    ["an orderRef of two", { ...LIMIT, orderRef: ["r", "1"] }],
  ])("refuses %s with error 509, as one without", async (_name, order) => {
    const { folder, sim, records } = await stage();
    const { api, told } = await apiAt(folder, sim, version);
    const numbers: unknown[][] = [];
    api.on(EventName.error, (_error, number, id) => numbers.push([number, id]));
    api.placeOrder(told.nextId, AAPL, order as Order);
    expect(numbers).toEqual([[509, told.nextId]]);
    expect(records().filter(({ kind }) => kind === "intent")).toEqual([]);
    api.placeOrder(told.nextId, undefined as never, LIMIT as Order);
    expect(numbers[1]).toEqual([509, told.nextId]);
    api.cancelOrder(Symbol("no id") as never);
    expect(numbers[2]).toEqual([509, -1]);
    api.disconnect();
  });

  test("has on record what leaves, whatever the order and its id are made of", async () => {
    const { folder, sim, records } = await stage();
    const { api } = await apiAt(folder, sim, version);
    let reads = 0;
    const turncoat = Object.defineProperty({ ...LIMIT }, "whatIf", {
      enumerable: true,
      get: () => reads++ > 0,
    });
    const placed: [id: unknown, order: unknown, quantity: unknown][] = [
      [11n, LIMIT, 1],
      ["12", LIMIT, 1],
      [13, { ...LIMIT, totalQuantity: 7n }, 7],
      [14, { ...LIMIT, totalQuantity: 7n, minQty: 5 }, 7],
      [15, new Classic(), 1],
      [16, turncoat, 1],
      [17, { ...LIMIT, whatIf: 0 }, 1],
      [18, { ...LIMIT, transmit: 0 }, 1],
    ];
    for (const [id, order] of placed) api.placeOrder(id as number, AAPL, order as Order);
    const intents = records().filter((record) => record.kind === "intent");
    expect(intents.map(({ orderId, order }) => [orderId, order.quantity, order.limitPrice])).toEqual(
      placed.map(([id, , quantity]) => [Number(id), quantity, 100]),
    );
    expect(reads).toBe(1);
    for (const { order } of intents) expect(parseOrderRef(order.orderRef)?.prefix).toBe("ibkr-native");
    expect(intents.filter(({ order }) => order.held).map(({ orderId }) => orderId)).toEqual([18]);
    api.cancelOrder("12" as never);
    expect(records().at(-1)).toMatchObject({ kind: "cancelRequested", orderId: 12 });
    api.disconnect();
  });
});

test("a number in text that no server takes for a question is an order, and on record", async () => {
  const { folder, sim, records } = await stage();
  const { api, told } = await apiAt(folder, sim, 193);
  api.placeOrder(told.nextId, AAPL, { ...LIMIT, whatIf: "0" } as never);
  expect(records().filter(({ kind }) => kind === "intent")).toHaveLength(1);
  api.placeOrder(told.nextId + 1, AAPL, { ...LIMIT, whatIf: true } as never);
  expect(records().filter(({ kind }) => kind === "intent")).toHaveLength(1);
  api.disconnect();
});

describe("IBApiNext with a journal", () => {
  async function nextAt(folder: string, port: number, maxServerVersion: number) {
    const next = new IBApiNext({
      host: "127.0.0.1",
      port,
      clientId: 1,
      maxServerVersion,
      journal: folder,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    cleanups.push(() => {
      next.disconnect();
      next.closeJournal();
    });
    next.connect();
    await new Promise<void>((resolve) => {
      next.connectionState.subscribe((state) => state === ConnectionState.Connected && resolve());
    });
    return next;
  }

  test.each([193, 226])(
    "its orders are named and on record, and so are their cancels, server version %i",
    async (version) => {
      const { folder, sim, records } = await stage();
      const next = await nextAt(folder, sim.port, version);
      const id = await next.placeNewOrder(AAPL, { ...MARKET, orderType: "LMT" as never, lmtPrice: 1 });
      next.placeOrder(id, AAPL, { ...MARKET, orderType: "LMT" as never, lmtPrice: 2 });
      next.cancelOrder(id);
      const intents = records().flatMap((record) => (record.kind === "intent" ? [record] : []));
      expect(intents.map(({ orderId, modify }) => [orderId, modify])).toEqual([
        [id, false],
        [id, true],
      ]);
      const refs = intents.map(({ order }) => order.orderRef);
      expect(parseOrderRef(refs[0] ?? "")?.prefix).toBe("ibkr-native");
      expect(refs[1]).toBe(refs[0]);
      expect(
        records().filter(({ kind, orderId }) => kind === "cancelRequested" && orderId === id),
      ).toHaveLength(1);
      await expect.poll(() => records().some(({ kind }) => kind === "done")).toBe(true);
      next.closeJournal();
      next.placeOrder(id + 1, AAPL, MARKET);
      await new Promise(setImmediate);
      expect(sim.exchange.orders.find(1, id + 1)).toBeUndefined();
      expect(() => next.connect(2)).toThrow(
        expect.objectContaining({
          code: "ERR_IBKR_OPTION",
          message: expect.stringMatching(/^clientId is 2 /),
        }),
      );
    },
  );

  test("has to be told its client id", async () => {
    const { folder } = await stage();
    expect(() => new IBApiNext({ journal: folder })).toThrow(
      expect.objectContaining({
        code: "ERR_IBKR_OPTION",
        message: "clientId is undefined (allowed: an integer from 0 to 2147483647: the journal's)",
      }),
    );
  });
});
