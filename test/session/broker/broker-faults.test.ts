import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import type { IBKRError } from "../../../src/domain/ibkr-error.js";
import type { Contract, Order } from "../../../src/domain/stock-types.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { SimulatedGateway, type SimulatedGatewayOptions } from "../../../src/sim/index.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const MSFT = { ...AAPL, symbol: "MSFT" };
const LIMIT = { action: "BUY", orderType: "LMT", lmtPrice: 1, totalQuantity: 1, tif: "DAY" } as Order;

let ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function stage(options: SimulatedGatewayOptions = {}, maxReqPerSec = 1e5) {
  const gateway = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 10, ...options });
  const session = new Session(resolveOptions({ port: gateway.port, clientId: 1, maxReqPerSec }));
  const broker = new SessionBroker(session);
  ends.push(
    () => gateway.stop(),
    () => broker.close(),
  );
  return { gateway, session, broker };
}

const outcome = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "resolved",
    (error: IBKRError) => error.code ?? error.message,
  );
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("two brokers on one session", () => {
  test("each gets its own answers, subscriptions and order ids", async () => {
    const { session, broker } = await stage();
    const other = new SessionBroker(session);
    await Promise.all([broker.connect(), other.connect()]);
    const [aapl, msft] = await Promise.all([
      broker.lookups.contractDetails(AAPL),
      other.lookups.contractDetails(MSFT),
    ]);
    expect([aapl[0].contract.symbol, msft[0].contract.symbol]).toEqual(["AAPL", "MSFT"]);
    expect(broker.orders.nextOrderId()).not.toBe(other.orders.nextOrderId());
    const refusals: string[] = [];
    const refused = ({ message }: IBKRError) => refusals.push(message);
    const mine = broker.feed.subscribe({ kind: "quotes", contract: AAPL }, { refused });
    expect(other.feed.subscribe({ kind: "quotes", contract: AAPL }, { refused }).id).not.toBe(mine.id);
    await other.lookups.serverTimeMs(); // a refusal would have come before this answer
    expect(refusals).toEqual([]);
  });
});

test("connect rejects with what the gateway says of a client id that is in use", async () => {
  const { gateway, broker } = await stage();
  await broker.connect();
  const second = new SessionBroker(new Session(resolveOptions({ port: gateway.port, clientId: 1 })));
  const notices: number[] = [];
  second.on("notice", (code) => notices.push(code));
  await expect(second.connect()).rejects.toMatchObject({
    code: "ERR_IBKR_CLIENT_ID_IN_USE",
    gatewayCode: 326,
  });
  expect(notices).not.toContain(326);
});

describe("nothing hangs", () => {
  test("an error under a number that somebody chose for an order and a request: both hear of it", async () => {
    const { broker } = await stage();
    await broker.connect();
    const told: string[] = [];
    broker.on("orderError", (id) => told.push(`order ${id}`));
    const { id } = broker.feed.subscribe(
      { kind: "quotes", contract: AAPL },
      { refused: () => told.push("subscription") },
    );
    broker.orders.place(id, { ...AAPL, symbol: "NOSUCH" }, LIMIT);
    await broker.lookups.serverTimeMs();
    expect(told).toEqual(["subscription", `order ${id}`]);
  });

  test("what an old connection was asked rejects although a listener connects again at once", async () => {
    const { gateway, broker } = await stage({}, 2);
    await broker.connect();
    let again = 0;
    broker.on("orderError", () => {
      if (again++ === 0) broker.connect().catch(() => {});
    });
    const refused: string[] = [];
    broker.feed.subscribe({ kind: "quotes", contract: AAPL }, { refused: ({ code }) => refused.push(code) });
    const asked = outcome(broker.lookups.contractDetails(AAPL));
    for (let i = 0; i < 3; i++) broker.orders.place(broker.orders.nextOrderId(), AAPL, LIMIT);
    gateway.fault({ kind: "reset" });
    expect(await asked).toMatch(/^ERR_IBKR_(CONNECTION_LOST|NOT_SENT)$/);
    expect(refused).toHaveLength(1);
  });

  test("a question without an id that the server is too old for", async () => {
    const { broker } = await stage({ serverVersion: 149 });
    await broker.connect();
    expect(await outcome(broker.orders.completed())).toBe("ERR_IBKR_SERVER_TOO_OLD");
  });

  test("connect() when a listener closes in the middle of it", async () => {
    const { broker } = await stage();
    broker.on("state", (state) => {
      if (state === "connecting") broker.close();
    });
    expect(await outcome(broker.connect())).toBe("ERR_IBKR_CONNECTION_LOST");
  });
});

describe("nothing is left behind", () => {
  test("arguments that do not fit reject, and the end of the connection has nothing to reject", async () => {
    const { broker } = await stage();
    await broker.connect();
    expect(await outcome(broker.accounts.summary("NetLiquidation" as never))).toBe("ERR_IBKR_ARGUMENT");
    await expect((async () => broker.accounts.positions({ timeoutMs: Number.NaN }))()).rejects.toThrow(
      "timeoutMs is NaN",
    );
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    await broker.close();
    await after(20);
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("both forms of completed orders, asked at once, keep their answers apart", async () => {
    const { broker } = await stage();
    await broker.connect();
    const id = broker.orders.nextOrderId();
    broker.orders.place(id, AAPL, { ...LIMIT, transmit: true });
    const cancelled = new Promise<void>((resolve) => {
      broker.on("orderStatus", ({ status }) => {
        if (status === "Cancelled") resolve();
      });
    });
    broker.orders.cancel(id);
    await cancelled;
    const [all, ours] = await Promise.all([broker.orders.completed(false), broker.orders.completed(true)]);
    expect([all.length, ours.length]).toEqual([1, 1]);
  });

  test("an answer to executions that nobody waits for is no execution", async () => {
    const { broker } = await stage();
    await broker.connect();
    const filled = new Promise<void>((resolve) => {
      broker.on("commission", () => resolve());
    });
    const order = { ...LIMIT, orderType: "MKT", lmtPrice: undefined, transmit: true } as Order;
    broker.orders.place(broker.orders.nextOrderId(), AAPL, order);
    await filled;
    let executions = 0;
    broker.on("execution", () => executions++);
    const controller = new AbortController();
    const asked = outcome(broker.orders.executions({}, { signal: controller.signal }));
    controller.abort(new Error("enough"));
    expect(await asked).toBe("enough");
    await broker.lookups.serverTimeMs();
    expect(executions).toBe(0);
  });
});

test("an event that there is not is refused by its name", () => {
  const broker = new SessionBroker(new Session(resolveOptions({})));
  expect(() => broker.on("orders" as "orderSent", () => {})).toThrow(
    expect.objectContaining({
      code: "ERR_IBKR_ARGUMENT",
      message: expect.stringMatching(/^event is "orders" \(allowed: state, .*orderError\)/),
    }),
  );
});

test("a competing session is said, and ends no subscription", async () => {
  const { gateway, broker } = await stage();
  await broker.connect();
  const noted: number[] = [];
  const refusals: string[] = [];
  let said = () => {};
  const saying = new Promise<void>((resolve) => {
    said = resolve;
  });
  const subscription = broker.feed.subscribe(
    { kind: "quotes", contract: AAPL },
    {
      refused: ({ message }) => refusals.push(message),
      noted: (code) => {
        noted.push(code);
        said();
      },
    },
  );
  const record = () =>
    new Promise<void>((resolve) => {
      const stop = broker.feed.onRecord(({ reqId }) => {
        if (reqId !== subscription.id) return;
        stop();
        resolve();
      });
    });
  await record();
  const fault = gateway.fault({ kind: "competing-session" });
  await saying;
  fault.stop();
  expect(noted).toEqual([10_197]);
  await record();
  expect(refusals).toEqual([]);
});
