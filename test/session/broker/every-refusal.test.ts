import { getEventListeners, setMaxListeners } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import { IBKRError } from "../../../src/domain/ibkr-error.js";
import type { Order } from "../../../src/domain/stock-types.js";
import type { Requests } from "../../../src/session/broker/requests.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { type Fault, SimulatedGateway, type SimulatedGatewayOptions } from "../../../src/sim/index.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { AAPL } from "../../broker/broker-bench.js";
import { type Ask, METHODS } from "../../broker/every-method.js";

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const DIALECTS = [
  ["text", 193],
  ["protobuf", 226],
] as const;

async function stage(maxServerVersion: number, options: SimulatedGatewayOptions = {}) {
  // A clock that stands still: no timer of the gateway's is one of the process.
  const gateway = await SimulatedGateway.start({ port: 0, seed: 1, clock: new VirtualClock(), ...options });
  const session = new Session(
    resolveOptions({ port: gateway.port, clientId: 1, maxServerVersion, maxReqPerSec: 1e9 }),
  );
  const broker = new SessionBroker(session);
  ends.push(
    () => gateway.stop(),
    () => broker.close(),
  );
  await broker.connect();
  const { requests } = broker as unknown as { readonly requests: Requests };
  const timers = timersNow();
  return {
    gateway,
    broker,
    /** Nobody waits for anything, no timer runs, no tick is looked at. */
    expectNothingLeft: async () => {
      // Whatever is on its way has come by then, and what it was answered with has arrived.
      for (let i = 0; i < 2 && broker.state === "ready"; i++) await broker.lookups.serverTimeMs();
      expect(requests.size).toBe(0);
      const { recordHandlers } = session as unknown as {
        readonly recordHandlers: { readonly kinds: number };
      };
      expect(recordHandlers.kinds).toBe(0);
      expect(timersNow()).toBeLessThanOrEqual(timers);
    },
  };
}

const timersNow = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;

/** What a call ends with: its value is no matter here. */
async function endOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "resolved";
  } catch (error) {
    if (!(error instanceof IBKRError)) return String(error);
    return error.gatewayCode === undefined ? error.code : `gateway ${error.gatewayCode}`;
  }
}

const NEVER: Readonly<Record<string, string>> = {
  corporateEventTypes: "gateway 10276",
  corporateEvents: "gateway 10276",
  "news.article": "gateway 10172",
  exercise: "gateway 321", // there is nothing to exercise
};

/** Account updates are ended by the request that begins them. */
function isEnd(name: string, body: unknown): boolean {
  return name.startsWith("cancel") || (body as { subscribe?: boolean }).subscribe === false;
}

describe.each(DIALECTS)("every method of a broker, in %s", (_, version) => {
  const all = (ask: (name: string, method: Ask) => Promise<string>) =>
    Promise.all(
      Object.entries(METHODS).map(async ([name, method]) => [name, await ask(name, method)] as const),
    );
  const each = (outcome: string) => Object.keys(METHODS).map((name) => [name, outcome]);
  const usual = () => Object.keys(METHODS).map((name) => [name, NEVER[name] ?? "resolved"]);

  test("is answered or refused, one at a time, and leaves nothing behind", async () => {
    const { broker, expectNothingLeft } = await stage(version);
    for (const [name, method] of Object.entries(METHODS)) {
      expect([name, await endOf(method(broker))]).toEqual([name, NEVER[name] ?? "resolved"]);
      await expectNothingLeft();
    }
  });

  test("every watch that is closed is ended at the gateway, also where it never was ready", async () => {
    const { gateway, broker, expectNothingLeft } = await stage(version);
    const watches = Object.entries(METHODS).filter(([name]) => name.startsWith("watch"));
    const ended = () =>
      gateway.log
        .entries()
        .filter(({ kind, name, body }) => kind === "request" && isEnd(name, body))
        .map(({ name }) => name);
    for (const [, method] of watches) await method(broker);
    await expectNothingLeft();
    const all = ended();
    expect(new Set(all).size).toBe(watches.length);
    const controller = new AbortController();
    const { signal } = controller;
    const asked = watches.map(([, method]) => endOf(method(broker, { signal })));
    controller.abort();
    await Promise.all(asked);
    await expectNothingLeft();
    expect(ended().slice(all.length).sort()).toEqual([...all].sort());
  });

  const HARMLESS: Fault[] = [
    { kind: "split", bytes: 7 },
    { kind: "error-storm", count: 50 },
    { kind: "farm-flap" },
    { kind: "duplicate", messages: ["positionEnd", "executionData", "commissionReport"] },
  ];

  test.each(HARMLESS)("is answered in spite of $kind, all at once", async (fault) => {
    const { gateway, broker, expectNothingLeft } = await stage(version);
    gateway.fault(fault);
    // A gateway gives two account summaries at a time: there is one question and one watch of them.
    expect(await all((_, method) => endOf(method(broker)))).toEqual(usual());
    await expectNothingLeft();
  });

  test("ends by its time where the gateway says nothing; what comes later is nobody's", async () => {
    const { gateway, broker, expectNothingLeft } = await stage(version);
    const frozen = gateway.fault({ kind: "half-open" });
    expect(await all((_, method) => endOf(method(broker, { timeoutMs: 30 })))).toEqual(
      each("ERR_IBKR_TIMEOUT"),
    );
    frozen.stop();
    await expectNothingLeft();
    expect(await endOf(METHODS["positions"](broker))).toBe("resolved");
  });

  test("ends by its signal, and its signal is let go", async () => {
    const { gateway, broker, expectNothingLeft } = await stage(version);
    const frozen = gateway.fault({ kind: "half-open" });
    const controller = new AbortController();
    const { signal } = controller;
    setMaxListeners(Object.keys(METHODS).length, signal);
    const asked = all((_, method) => endOf(method(broker, { signal })));
    await new Promise(setImmediate);
    controller.abort(new Error("enough"));
    expect(await asked).toEqual(each("Error: enough"));
    expect(getEventListeners(signal, "abort")).toEqual([]);
    frozen.stop();
    await expectNothingLeft();
  });

  const ENDS: Fault[] = [
    { kind: "reset" },
    { kind: "cut", afterBytes: 0 },
    { kind: "cut", afterBytes: 9, how: "reset" },
    { kind: "restart" },
  ];

  test.each(ENDS)("rejects when the connection ends by $kind", async (fault) => {
    const { gateway, broker, expectNothingLeft } = await stage(version);
    gateway.fault({ kind: "half-open" });
    const asked = all((_, method) => endOf(method(broker)));
    await new Promise(setImmediate);
    gateway.fault(fault);
    if (fault.kind === "cut") gateway.fault({ kind: "reset" });
    expect(await asked).toEqual(each("ERR_IBKR_CONNECTION_LOST"));
    await expectNothingLeft();
  });

  test("rejects at once where there is no connection", async () => {
    const { broker, expectNothingLeft } = await stage(version);
    await broker.close();
    expect(await all((_, method) => endOf(method(broker)))).toEqual(each("ERR_IBKR_NOT_SENT"));
    await expectNothingLeft();
  });

  test("of a gateway that lets nobody change anything exercises alone are refused", async () => {
    const { broker, expectNothingLeft } = await stage(version, { readOnly: true });
    expect(await all((_, method) => endOf(method(broker)))).toEqual(usual());
    await expectNothingLeft();
  });

  test("a snapshot without a subscription to the exchange is refused, and answered with delayed data", async () => {
    const { broker, expectNothingLeft } = await stage(version, { unsubscribedExchanges: ["NASDAQ"] });
    const contract = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as never;
    const snapshot = (marketDataType: 1 | 3) => broker.lookups.snapshot({ contract, marketDataType });
    expect(await endOf(snapshot(1))).toBe("gateway 10089");
    expect((await snapshot(3)).delayed).toBe(true);
    await expectNothingLeft();
  });
});

test("commissions that come late are waited for, and not longer than wanted", async () => {
  const clock = new VirtualClock();
  const { gateway, broker, expectNothingLeft } = await stage(226, { clock });
  const filled = new Promise<void>((resolve) => broker.on("commission", () => resolve()));
  const order = { action: "BUY", orderType: "MKT", totalQuantity: 1, tif: "DAY" } as Order;
  broker.orders.place(broker.orders.nextOrderId(), AAPL, order);
  await filled;
  const late = gateway.fault({ kind: "late", messages: ["commissionReport"], ms: 60_000 });
  const [without] = await broker.orders.chargedExecutions({}, { commissionWaitMs: 1 });
  expect(without.commission).toBeUndefined();
  expect(await endOf(broker.orders.chargedExecutions({}, { timeoutMs: 20 }))).toBe("ERR_IBKR_TIMEOUT");
  late.stop();
  gateway.fault({ kind: "late", messages: ["commissionReport"], ms: 30 });
  const asked = broker.orders.chargedExecutions({}, { commissionWaitMs: 10_000 });
  await broker.orders.executions(); // the other answer has ended, too
  clock.advance(30);
  const [charged] = await asked;
  expect(charged.commission).toMatchObject({ execId: charged.execution.execId });
  await expectNothingLeft();
});

test.each([100, 120, 135, 150, 165])(
  "of a gateway of version %s every method is answered, or refused because the server is too old",
  async (serverVersion) => {
    const { broker, expectNothingLeft } = await stage(193, { serverVersion });
    for (const [name, method] of Object.entries(METHODS)) {
      const outcomes = [NEVER[name] ?? "resolved", "ERR_IBKR_SERVER_TOO_OLD"];
      expect(outcomes, name).toContain(await endOf(method(broker, { timeoutMs: 2_000 })));
      await expectNothingLeft();
    }
  },
);
