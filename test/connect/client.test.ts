import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { IBKRClient } from "../../src/connect/client.js";
import { type ConnectClientOptions, clientPlan } from "../../src/connect/client-options.js";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import { EventName } from "../../src/index.js";
import { OrderJournal } from "../../src/orders/journal.js";
import { atEnd, cleansUp, clientAt, refusalOf, simulated, told } from "../client/client-stage.js";

cleansUp();

const AAPL = contracts.stock("AAPL");
const FAR = orders.limit("BUY", 10, 1);

describe.each([193, 226])("the program of the design, server version %i", (maxServerVersion) => {
  test("runs against a simulated gateway of its own", async () => {
    const client = await IBKRClient.connect({
      environment: "simulation",
      simulation: { tickIntervalMs: 5 },
      maxServerVersion,
    });
    atEnd(() => client.close());
    const states: string[] = [];
    client.on("state", (state) => states.push(state));
    const aapl = await client.qualify(AAPL);

    const sub = client.stream.subscribe(aapl, { trades: true, depth: 5, bars: ["1s", "1m"] });
    await sub.ready;
    expect(sub.quote.ask).toBeGreaterThanOrEqual(sub.quote.bid as number);
    for await (const trade of sub.trades()) {
      expect(trade.price).toBeGreaterThan(0);
      break;
    }
    const length = new Promise<number>((resolve) => {
      client.stream.onBatch((batch) => resolve(batch.length));
    });
    expect(await length).toBeGreaterThan(0);

    const bought = told((listener) => client.positions.on("change", listener));
    const ticket = client.placeOrder(aapl, orders.limit("BUY", 100, 187.2));
    expect(ticket.disposition).toBe("written");
    await ticket.acknowledged({ timeoutMs: 2_000 });
    ticket.modify({ limitPrice: 1_000 });
    const { status, averagePrice, commission } = await ticket.done();
    expect([status, commission]).toEqual(["filled", 1]);
    expect(averagePrice).toBeGreaterThan(0);

    await bought;
    expect(client.positions.get(aapl)?.quantity).toBe(100);
    expect(client.account.netLiquidation).toBeGreaterThan(0);
    await client.pnl.ready();
    expect(client.pnl.daily).toBeTypeOf("number");
    expect((await client.snapshot(aapl)).bid).toBeGreaterThan(0);
    expect(client.tickets).toEqual([ticket]);
    expect(await client.cancelAll()).toEqual([]);
    expect(client.gateway.status().state).toBe("READY");
    const { connection, stream } = client.stats();
    expect([connection?.frames ?? 0, stream.subscriptions]).toEqual([expect.any(Number), 1]);

    const { api } = client;
    expect(client.api).toBe(api);
    const parameters = new Promise((resolve) => {
      api.once(EventName.scannerParameters, resolve);
    });
    api.reqScannerParameters();
    expect(await parameters).toContain("<?xml");

    await client.close();
    expect([sub.state, client.stream.state, client.state, states]).toEqual([
      ...["closed", "closed", "closed", ["closed"]],
    ]);
    expect(() => client.api).toThrow("the client is closed");
  });
});

test("whoever closes it meanwhile waits for the end as well, also from a listener of it", async () => {
  const client = await IBKRClient.connect({ environment: "simulation" });
  const ended: string[] = [];
  const close = (name: string) => client.close().then(() => ended.push(name));
  const closings: Promise<unknown>[] = [];
  client.on("state", () => closings.push(close("listener")));
  closings.push(close("first"), close("second"));
  await Promise.all(closings);
  expect(ended.toSorted()).toEqual(["first", "listener", "second"]);
  expect(ended.at(-1)).not.toBe("first");
});

test("a journal that cannot be written lets no order out, and is told of; the connection comes back, and cancels pass", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-unwritable-"));
  atEnd(() => rmSync(folder, { recursive: true }));
  const sim = await simulated();
  const client = await clientAt(sim, { journal: folder });
  const ticket = client.placeOrder(AAPL, FAR);
  await ticket.acknowledged();
  const errors: string[] = [];
  client.on("error", ({ code, message }) => {
    if (code === "ERR_IBKR_JOURNAL_WRITE") errors.push(message);
  });
  const append = vi.spyOn(OrderJournal.prototype as unknown as { append(): void }, "append");
  atEnd(() => append.mockRestore());
  append.mockImplementation(() => {
    throw new IBKRError("ERR_IBKR_JOURNAL_WRITE", "no space left on device (ENOSPC)");
  });
  const lost = told(
    (listener) => client.on("state", listener),
    (state) => state === "down",
  );
  sim.fault({ kind: "restart", downMs: 1 });
  await lost;
  expect(await client.serverTimeMs()).toBeGreaterThan(0);
  ticket.cancel();
  expect((await ticket.done()).status).toBe("cancelled");
  await client.close();
  expect(errors).toEqual(["no space left on device (ENOSPC)"]);
  append.mockRestore();
  await (await clientAt(sim, { journal: folder })).close(); // the journal was let go of
});

test("orders that are not over reject who waits when it is closed", async () => {
  const client = await clientAt(await simulated());
  const ticket = client.placeOrder(AAPL, FAR);
  await ticket.acknowledged();
  const waiting = [ticket.filled(), ticket.done()].map((promise) => refusalOf(() => promise));
  await client.close();
  for (const refusal of await Promise.all(waiting))
    expect(refusal).toMatchObject({ code: "ERR_IBKR_UNKNOWN_OUTCOME" });
  expect(await refusalOf(() => ticket.cancel())).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
});

test("what is disposed of is closed", async () => {
  const sim = await simulated();
  let seen: IBKRClient;
  {
    await using client = await clientAt(sim);
    seen = client;
  }
  expect([seen.state, seen.gateway.status().state]).toEqual(["closed", "DOWN"]);
});

test("the account that was named is the client's, and that of orders which name none", async () => {
  const sim = await simulated({ accounts: ["DU0000001", "DU0000002"] });
  const client = await clientAt(sim, { account: "DU0000002" });
  expect([client.accountName, client.account.id, client.pnl.account]).toEqual(Array(3).fill("DU0000002"));
  const [ours, named] = [
    client.placeOrder(AAPL, FAR),
    client.placeOrder(AAPL, { ...FAR, account: "DU0000001" }),
  ];
  await Promise.all([ours.acknowledged(), named.acknowledged()]);
  const open = await client.openOrders();
  expect(open.map(({ order }) => order.account).sort()).toEqual(["DU0000001", "DU0000002"]);
  expect(await refusalOf(() => clientAt(sim, { clientId: 2, account: "DU9" }))).toMatchObject({
    code: "ERR_IBKR_OPTION",
    message: 'account is "DU9" (allowed: DU0000001, DU0000002)',
  });
});

test("what is not wanted from the start is not asked for, and is begun when it is", async () => {
  const sim = await simulated();
  const client = await clientAt(sim, { live: { positions: false, account: false, pnl: false } });
  expect([client.positions.state, client.accounts.state, client.pnl.state]).toEqual(Array(3).fill("waiting"));
  const asked = () => sim.log.entries().filter(({ name }) => /positions|summary|pnl/i.test(name)).length;
  const before = asked();
  await Promise.all([client.positions.ready(), client.accounts.ready(), client.pnl.ready()]);
  expect(asked()).toBeGreaterThan(before);
  expect(client.account.netLiquidation).toBe(1_000_000);
});

test("tickets of an earlier process are there again, by their journal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-client-"));
  atEnd(() => rmSync(folder, { recursive: true }));
  const sim = await simulated();
  const first = await clientAt(sim, { journal: folder });
  const ticket = first.placeOrder(AAPL, FAR);
  await ticket.acknowledged();
  await first.close();
  const second = await clientAt(sim, { journal: folder });
  expect(second.tickets.map(({ orderRef, status }) => [orderRef, status])).toEqual([
    [ticket.orderRef, "working"],
  ]);
  expect((await second.cancelAll()).map(({ status }) => status)).toEqual(["cancelled"]);
});

describe("a connect that fails leaves nothing open:", () => {
  test.each([
    [{ prot: 1 }, "prot is not known (allowed: host, port, clientId, "],
    [{ requestTimeoutMs: 0 }, "requestTimeoutMs is 0 (allowed: an integer from 1 to 2147483647)"],
    [{ live: { orders: true } }, "live.orders is not known (allowed: positions, account, pnl)"],
    [{ account: "" }, 'account is "" (allowed: an account of the login)'],
    [{ profile: "fast" }, 'profile is "fast" (allowed: '],
    [{ reconnectFirstMs: 0 }, "reconnectFirstMs is 0 (allowed: "],
    [{ prefix: "" }, 'prefix is "" (allowed: '],
    [{ journal: "/no/such/folder" }, "/no/such/folder"],
    [{ environment: "simulation", port: 4002 }, "port is 4002 (allowed: nothing"],
    [{ environment: "simulation", simulation: { seed: 0.5 } }, "simulation.seed is 0.5 (allowed: "],
  ])("%o", async (options, message) => {
    const refusal = await refusalOf(() => IBKRClient.connect(options as ConnectClientOptions));
    expect(refusal.message).toContain(message);
    expect(refusal.code).toMatch(/^ERR_IBKR_(OPTION|JOURNAL_OPEN)$/);
  });

  test("nobody listens there", async () => {
    expect(await refusalOf(() => IBKRClient.connect({ host: "127.0.0.1", port: 1 }))).toMatchObject({
      code: "ERR_IBKR_CONNECT",
    });
  });

  test("another has the client id: who has waited in vain hears so", async () => {
    const sim = await simulated();
    await clientAt(sim);
    const refusal = await refusalOf(() => clientAt(sim, { timeoutMs: 60, clientIdWaitMs: 10 }));
    expect(refusal).toMatchObject({ code: "ERR_IBKR_TIMEOUT", cause: { gatewayCode: 326 } });
    expect(refusal.message).toMatch(/^not connected within 60 ms: .*326/);
  });

  test("its signal says so", async () => {
    const sim = await simulated();
    sim.fault({ kind: "half-open" });
    const ends = new AbortController();
    const connecting = clientAt(sim, { signal: ends.signal });
    setImmediate(() => ends.abort(new Error("enough")));
    await expect(connecting).rejects.toThrow("enough");
  });
});

test("options of a client are those of its parts", () => {
  const plan = clientPlan(
    { ...{ port: 4002, lines: 40, profile: "low-latency", prefix: "me", account: "DU1" }, timeoutMs: 5 },
    {},
  );
  expect(plan.orders.broker).toMatchObject({ session: { maxReqPerSec: 20 }, call: { timeoutMs: 5 } });
  expect(plan.stream).toMatchObject({ lines: 40, profile: "low-latency" });
  expect([plan.orders.tracker, plan.client]).toEqual([{ prefix: "me" }, { account: "DU1" }]);
  expect(clientPlan({ port: 4002 }, {}).orders.broker.call.timeoutMs).toBe(60_000);
});
