import { describe, expect, test } from "vitest";
import type { IBKRClient } from "../../src/connect/client.js";
import * as contracts from "../../src/domain/contracts.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import * as orders from "../../src/domain/orders.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { Signal } from "../support/signal.js";
import { CALLS, type Call, DAY, SCAN, TICKS } from "./client-calls.js";
import { cleansUp, clientAt, refusalOf, simulated } from "./client-stage.js";

cleansUp();

const AAPL = contracts.stock("AAPL");
const NOSUCH = contracts.stock("NOSUCH");
const FAR = orders.limit("BUY", 10, 1);

const NAMES = Object.keys(CALLS);
/** They need no word from the gateway. */
const AT_ONCE = ["news.watchBulletins"];

const SESSIONS = [193, 226] as const;

describe.each(SESSIONS)("on a gateway that does not answer, server version %i", (maxServerVersion) => {
  const names = NAMES.filter((name) => !AT_ONCE.includes(name));

  test("every call rejects when its time is over, or its signal says so, and nothing is left of it", async () => {
    const sim = await simulated();
    const client = await clientAt(sim, { maxServerVersion });
    sim.fault({ kind: "half-open" });
    for (const name of names) {
      const call = CALLS[name] as Call;
      expect([name, await refusalOf(() => call(client, { timeoutMs: 5 }))]).toEqual([
        name,
        expect.objectContaining({ code: "ERR_IBKR_TIMEOUT", retryable: true }),
      ]);
      const ends = new AbortController();
      const waiting = refusalOf(() => call(client, { signal: ends.signal }));
      const reason = new IBKRError("ERR_IBKR_INTERNAL", name);
      setImmediate(() => ends.abort(reason));
      expect(await waiting).toBe(reason);
      expect(await refusalOf(() => call(client, { signal: ends.signal }))).toBe(reason);
    }
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const before = timers();
    await Promise.all(names.map((name) => refusalOf(() => (CALLS[name] as Call)(client, { timeoutMs: 5 }))));
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test("what says no time waits for that of the client", async () => {
    const sim = await simulated();
    const client = await clientAt(sim, { maxServerVersion, requestTimeoutMs: 1_000 });
    sim.fault({ kind: "half-open" });
    const refusals = await Promise.all(
      names.map((name) => refusalOf(() => (CALLS[name] as Call)(client, {}))),
    );
    for (const [i, refusal] of refusals.entries())
      expect([names[i], refusal]).toEqual([names[i], expect.objectContaining({ code: "ERR_IBKR_TIMEOUT" })]);
  });

  test("what is under way rejects when the client is closed", async () => {
    const sim = await simulated();
    const client = await clientAt(sim, { maxServerVersion });
    sim.fault({ kind: "half-open" });
    const waiting = names.map((name) => refusalOf(() => (CALLS[name] as Call)(client, {})));
    const order = client.placeOrder(AAPL, FAR);
    const acknowledged = refusalOf(() => order.acknowledged({ timeoutMs: 5 }));
    await client.close();
    const codes = ["ERR_IBKR_CONNECTION_LOST", "ERR_IBKR_NOT_SENT"];
    for (const [i, refusal] of (await Promise.all(waiting)).entries())
      expect([names[i], codes.includes(refusal.code), refusal.message]).toEqual([
        names[i],
        true,
        refusal.message,
      ]);
    expect(await acknowledged).toMatchObject({ code: "ERR_IBKR_UNKNOWN_OUTCOME" });
    for (const name of NAMES)
      expect([name, await refusalOf(() => (CALLS[name] as Call)(client, {}))]).toEqual([
        name,
        expect.objectContaining({ code: "ERR_IBKR_NOT_SENT" }),
      ]);
  });
});

describe("options of a call that are none are refused:", () => {
  test.each(NAMES)("%s", async (name) => {
    const client = await clientAt(await simulated());
    const refusal = await refusalOf(() => (CALLS[name] as Call)(client, { timeoutMs: 0 }));
    expect(refusal).toMatchObject({
      code: "ERR_IBKR_OPTION",
      message: "timeoutMs is 0 (allowed: an integer from 1 to 2147483647)",
    });
  });
});

/** What kind of refusal each number is. */
const KINDS: Readonly<Record<number, string>> = {
  162: "ERR_IBKR_NO_DATA",
  200: "ERR_IBKR_NO_SECURITY_DEFINITION",
  10276: "ERR_IBKR_NO_PERMISSION",
};

describe.each(SESSIONS)("what a gateway refuses, server version %i:", (maxServerVersion) => {
  const REFUSED: Readonly<Record<string, [call: Call, code: number]>> = {
    contractDetails: [(client) => client.contractDetails(NOSUCH), 200],
    optionChain: [(client) => client.optionChain({ ...NOSUCH, conId: 999 }), 200],
    schedule: [(client) => client.schedule(NOSUCH, { duration: "1 D" }), 200],
    history: [(client) => client.history(NOSUCH, DAY), 200],
    "history of another kind": [(client) => client.history(AAPL, { ...DAY, whatToShow: "YIELD_BID" }), 162],
    historicalTicks: [(client) => client.historicalTicks(NOSUCH, TICKS), 200],
    headTimestamp: [(client) => client.headTimestamp(NOSUCH), 200],
    snapshot: [(client) => client.snapshot(NOSUCH), 200],
    histogram: [(client) => client.histogram(NOSUCH, { period: "3 days" }), 200],
    "scanners.scan": [(client) => client.scanners.scan({ ...SCAN, locationCode: "STK.NOWHERE" }), 162],
    "scanners.watch": [
      (client) => client.scanners.watch({ ...SCAN, locationCode: "STK.NOWHERE" }, { rows: () => {} }).ready,
      162,
    ],
    "corporateEvents.types": [(client) => client.corporateEvents.types(), 10276],
    "corporateEvents.events": [(client) => client.corporateEvents.events({ conId: 265598 }), 10276],
    whatIf: [(client) => client.whatIf(NOSUCH, FAR), 200],
  };
  test("each rejects with its code and text, at once", async () => {
    const client = await clientAt(await simulated(), { maxServerVersion });
    const errors: IBKRError[] = [];
    client.on("error", (error) => errors.push(error));
    for (const [name, [call, gatewayCode]] of Object.entries(REFUSED)) {
      const refusal = await refusalOf(() => call(client, {}));
      expect([name, refusal]).toEqual([
        name,
        expect.objectContaining({ code: KINDS[gatewayCode], gatewayCode, scope: expect.any(String) }),
      ]);
      expect(refusal.gatewayText).not.toBe("");
    }
    // They are the calls' own: nobody else is told.
    expect(errors).toEqual([]);
  });

  test("orders in a session that may only read", async () => {
    const client = await clientAt(await simulated({ readOnly: true }), { maxServerVersion });
    const outcome = await client.placeOrder(AAPL, FAR).done();
    expect(outcome).toMatchObject({ status: "rejected", error: { gatewayCode: 321 } });
    expect(await refusalOf(() => client.whatIf(AAPL, FAR))).toMatchObject({ gatewayCode: 321 });
  });
});

describe("arguments that are none are refused, and nothing is sent:", () => {
  const wrong = <T>(value: unknown) => value as T;
  const ARGUMENTS: [name: string, call: (client: IBKRClient) => unknown, message: string][] = [
    [
      "qualify",
      (c) => c.qualify(wrong(undefined)),
      "contract is undefined (allowed: a contract, as contracts.stock() makes one)",
    ],
    [
      "qualify of several",
      (c) => c.qualify([wrong<Contract>("AAPL")]),
      'contract is "AAPL" (allowed: a contract, as contracts.stock() makes one)',
    ],
    ["contractDetails", (c) => c.contractDetails(wrong(null)), "contract is null"],
    ["search", (c) => c.search(""), 'pattern is "" (allowed: a text)'],
    ["optionChain", (c) => c.optionChain(wrong(7)), "contract is 7"],
    [
      "snapshot",
      (c) => c.snapshot(wrong([])),
      "contract is [] (allowed: a contract, as contracts.stock() makes one)",
    ],
    ["marketRule", (c) => c.marketRule(-1), "id is -1 (allowed: an integer from 0 on)"],
    ["placeOrder", (c) => c.placeOrder(wrong(1), FAR), "contract is 1"],
    ["an order", (c) => c.placeOrder(AAPL, wrong("BUY")), 'order is "BUY" (allowed: an order)'],
    ["placeBracket", (c) => c.placeBracket(AAPL, FAR, []), "children is [] (allowed: one order at least)"],
    ["placeOca", (c) => c.placeOca([[AAPL, FAR]]), "orders is 1 (allowed: two at least)"],
    ["whatIf", (c) => c.whatIf(AAPL, wrong(undefined)), "order is undefined"],
    ["headlines", (c) => c.news.headlines(AAPL), "contract.conId is undefined"],
    ["article", (c) => c.news.article(wrong({ providerCode: "X" })), "article.articleId is undefined"],
    ["no article", (c) => c.news.article(wrong(undefined)), "article.providerCode is undefined"],
    ["bulletins", (c) => c.news.watchBulletins(wrong({})), "listener.bulletin is undefined"],
    ["scanners", (c) => c.scanners.watch(SCAN, wrong(undefined)), "listener.rows is undefined"],
    ["positions", (c) => c.positions.get(AAPL), "contract.conId is undefined"],
    ["pnl", (c) => c.pnl.position({ conId: 0 }), "contract.conId is 0"],
    ["events", (c) => c.on(wrong<"state">("done"), () => {}), 'event is "done" (allowed: state, error, '],
    ["positions of nobody", (c) => c.positions.of(wrong(null)), "scope is null (allowed: an object)"],
    ["an account", (c) => c.accounts.of({ account: wrong(7) }), "scope.account is 7 (allowed: the name of"],
    ["a model", (c) => c.pnl.of({ account: "DU1", model: wrong(7) }), "scope.model is 7 (allowed: a text)"],
    ["exercise", (c) => c.exercise(wrong(undefined)), "exercise is undefined (allowed: an object)"],
    ["scan", (c) => c.scanners.scan(wrong(undefined)), "scan is undefined (allowed: an object)"],
    ["an OCA group of nothing", (c) => c.placeOca([wrong(undefined)]), "orders[0] is undefined (allowed: a"],
    ["headlines' time", (c) => c.news.headlines(265598, { limit: 0 }), "limit is 0"],
    ["historicalTicks", (c) => c.historicalTicks(AAPL, { whatToShow: "TRADES", count: 1 }), ""],
  ];
  test.each(ARGUMENTS)("%s", async (_name, call, message) => {
    const client = await clientAt(await simulated());
    const refusal = await refusalOf(() => call(client));
    expect(refusal).toBeInstanceOf(IBKRError);
    expect(refusal).toMatchObject({ code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining(message) });
    expect(client.tickets).toEqual([]);
  });
});

test("what cannot be meant is refused by name", async () => {
  const client = await clientAt(await simulated());
  const circle: { deep?: unknown } = {};
  circle.deep = circle;
  const none = undefined as never;
  const calls: Readonly<Record<string, () => unknown>> = {
    "contract.conId": () => client.qualify({ ...AAPL, conId: 1n as never }),
    "contract.comboLegs": () => client.qualify({ ...AAPL, comboLegs: circle as never }),
    "contract.symbol": () => client.optionChain({ ...AAPL, symbol: circle as never }),
    contract: () => client.history([] as never, { duration: "1 D", barSize: "1 day", whatToShow: "TRADES" }),
    request: () => client.schedule(AAPL, none),
    options: () => client.openOrders(null as never),
    "options ": () => client.history(AAPL, none),
    signal: () => client.serverTimeMs({ signal: "soon" as never }),
    children: () => client.placeBracket(AAPL, FAR, none),
    orders: () => client.placeOca(null as never),
  };
  for (const [name, call] of Object.entries(calls)) {
    const { code, message } = await refusalOf(call);
    expect([["ERR_IBKR_ARGUMENT", "ERR_IBKR_OPTION"].includes(code), message]).toEqual([
      true,
      expect.stringMatching(new RegExp(`^${name.trim()}.* is .* \\(allowed: `)),
    ]);
  }
});

test("while there is no connection orders are refused, and what reads waits for the next one", async () => {
  const sim = await simulated();
  const client = await clientAt(sim);
  const signal = new Signal();
  client.on("state", () => signal.notify());
  sim.fault({ kind: "restart", downMs: 30 });
  await signal.until("down", () => client.state !== "ready");
  expect(await refusalOf(() => client.placeOrder(AAPL, FAR))).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
  expect(await refusalOf(() => client.cancelAll())).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
  expect(await refusalOf(() => client.whatIf(AAPL, FAR))).toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
  const found = client.qualify(AAPL);
  expect((await found).conId).toBe(265598);
  expect(client.state).toBe("ready");
  expect(client.stats().gateway.retriedReads).toBeGreaterThan(0);
});

test("Interactive Brokers lost: orders wait, and it says interrupted", async () => {
  const sim = await simulated();
  const client = await clientAt(sim);
  const signal = new Signal();
  client.on("state", () => signal.notify());
  const notices: number[] = [];
  client.on("notice", (code) => notices.push(code));
  const fault = sim.fault({ kind: "upstream-lost" });
  await signal.until("interrupted", () => client.state === "interrupted");
  expect([client.positions.isStale, client.accounts.isStale]).toEqual([true, true]);
  const ticket = client.placeOrder(AAPL, orders.market("BUY", 1));
  expect(ticket.disposition).toBe("unsent");
  fault.stop();
  expect((await ticket.done()).status).toBe("filled");
  expect([client.state, notices]).toEqual(["ready", [1100, 1102]]);
  expect(client.positions.isStale).toBe(false);
});
