import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ErrorCode,
  EventName,
  IBApi,
  type IBApiOptions,
  type Order,
  OrderAction,
  OrderType,
  SecType,
} from "../../src/index.js";
import { listen, turn } from "../support/collect.js";
import { text } from "../support/frames.js";
import { type Script, ScriptedGateway } from "../support/scripted-gateway.js";
import { Signal } from "../support/signal.js";
import { Uncaught } from "../support/uncaught.js";

/** A listener that throws, of each event at each moment, costs nobody anything: state first, events after. */

const AAPL = { symbol: "AAPL", secType: SecType.STK, exchange: "SMART", currency: "USD" };
const BUY: Order = {
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 1,
  lmtPrice: 100,
  tif: "DAY",
  transmit: true,
};

const EVENTS = [
  EventName.connected,
  EventName.server,
  EventName.nextValidId,
  EventName.managedAccounts,
  EventName.sent,
  EventName.received,
  EventName.error,
  EventName.info,
  EventName.result,
  EventName.all,
  EventName.disconnected,
  EventName.tickPrice,
  EventName.tickSize,
  EventName.orderStatus,
  EventName.currentTime,
  EventName.historicalData,
  EventName.symbolSamples,
];

/** A client of which one event's listener throws each time, behind one that only takes notes. */
class Subject {
  readonly seen: { name: string; args: unknown[] }[] = [];
  readonly ib: IBApi;
  thrown = 0;
  private readonly arrived = new Signal();

  constructor(throwing: EventName | "onTick" | "none", options: IBApiOptions) {
    this.ib = new IBApi(options);
    // `received`, `sent`, `all` and `result` change how things are told: no notes of those that are not asked for.
    const quiet: readonly string[] = [EventName.received, EventName.sent, EventName.all, EventName.result];
    for (const name of EVENTS) {
      if (quiet.includes(name) && name !== throwing) continue;
      listen(this.ib, name, (...args) => {
        this.seen.push({ name, args });
        this.arrived.notify();
      });
    }
    const fail = () => {
      this.thrown++;
      throw new Error(`thrown by ${throwing}`);
    };
    if (throwing === "onTick") this.ib.onTick(fail);
    else if (throwing !== "none") listen(this.ib, throwing, fail);
  }

  count(name: EventName): number {
    return this.seen.filter((event) => event.name === name).length;
  }

  /** Numbers and ids of the errors. */
  get errors(): unknown[][] {
    return this.seen.filter(({ name }) => name === EventName.error).map(({ args }) => args.slice(1, 3));
  }

  until(condition: () => boolean): Promise<void> {
    return this.arrived.until(
      `${condition}`,
      condition,
      10_000,
      () => ` after ${JSON.stringify(this.seen.map((e) => e.name))}`,
    );
  }

  async ready(): Promise<void> {
    const before = this.count(EventName.nextValidId);
    this.ib.connect();
    await this.until(() => this.count(EventName.nextValidId) === before + 1);
  }
}

let uncaught: Uncaught;
let gateways: ScriptedGateway[] = [];
let subjects: Subject[] = [];

async function start(script: Script = {}): Promise<ScriptedGateway> {
  const gateway = await ScriptedGateway.start(script);
  gateways.push(gateway);
  return gateway;
}
function subject(throwing: EventName | "onTick" | "none", options: IBApiOptions): Subject {
  const made = new Subject(throwing, options);
  subjects.push(made);
  return made;
}

beforeEach(() => {
  uncaught = new Uncaught();
});
afterEach(async () => {
  for (const { ib } of subjects) if (ib.isConnected) ib.disconnect();
  await Promise.all(gateways.map((g) => g.stop()));
  await turn();
  await turn();
  uncaught.end();
  gateways = [];
  subjects = [];
});

/** Every throw came out, as an uncaught exception, and nothing else did. */
async function expectReported(s: Subject, throwing: string): Promise<void> {
  await turn();
  await turn();
  expect(new Set(uncaught.messages)).toEqual(new Set(s.thrown > 0 ? [`thrown by ${throwing}`] : []));
}

describe.each([...EVENTS, "onTick" as const])("a listener of %s that throws", (throwing) => {
  test("when a connection is refused", async () => {
    const gateway = await ScriptedGateway.start();
    const { port } = gateway;
    await gateway.stop();
    const s = subject(throwing, { port });
    for (const times of [1, 2]) {
      s.ib.connect();
      s.ib.placeOrder(5, AAPL, BUY);
      await s.until(() => s.count(EventName.disconnected) === times);
      expect(s.ib.isConnected).toBe(false);
      await turn();
      expect(s.errors).toEqual(
        Array.from({ length: times }, () => [
          [ErrorCode.CONNECT_FAIL, -1],
          [ErrorCode.NOT_CONNECTED, 5],
        ]).flat(),
      );
      expect(s.count(EventName.disconnected)).toBe(times);
    }
    await expectReported(s, throwing);
  });

  test.each([
    ["no version", undefined, ErrorCode.BAD_MESSAGE],
    ["a version that was not offered", 99, ErrorCode.UNSUPPORTED_VERSION],
  ])("when the handshake fails: %s", async (_what, version, code) => {
    const gateway = await start({ version: () => version });
    const s = subject(throwing, { port: gateway.port });
    for (const times of [1, 2]) {
      s.ib.connect();
      await gateway.until(() => gateway.peers.length === times && gateway.peer.offered !== "");
      if (version === undefined) gateway.peer.send("HTTP/1.1 400");
      await s.until(() => s.count(EventName.disconnected) === times);
      expect(s.ib.isConnected).toBe(false);
      expect(s.errors).toEqual(Array.from({ length: times }, () => [code, -1]));
    }
    await expectReported(s, throwing);
  });

  test("while connecting, sending and receiving, in disconnect() and when connecting again", async () => {
    const gateway = await start();
    const s = subject(throwing, { port: gateway.port, maxReqPerSec: 6 });
    const { ib } = s;
    ib.connect();
    ib.reqContractDetails(2, AAPL);
    ib.placeOrder(5, AAPL, BUY);
    await gateway.until(() => gateway.peers.length === 1 && gateway.peer.received.length === 3);
    expect(gateway.peer.texts.map(([id]) => id)).toEqual(["71", "3", "9"]);
    expect(ib.isConnected).toBe(true);
    expect(ib.serverVersion).toBe(193);

    // Sent is sent: neither does the call throw nor is anything reported.
    expect(() => ib.placeOrder(6, AAPL, BUY)).not.toThrow();
    expect(() => ib.cancelOrder(6, "")).not.toThrow();
    expect(() => ib.reqCurrentTime()).not.toThrow();
    await gateway.until(() => gateway.peer.received.length === 6);
    expect(s.errors).toEqual([]);

    gateway.peer.send(
      ...[1, 2, 3].map((n) => text(1, 6, 1, 4, n, 100, 1)),
      text(4, 2, 6, 201, "rejected", ""),
      text(4, 2, -1, 2104, "farm", ""),
      text(3, 6, "Filled", 1, 0, 100, 9, 0, 100, 0, "", 0),
      text(17, 8, "a", "b", 2, "d", 1, 2, 3, 4, 5, 6, 7, "d", 1, 2, 3, 4, 5, 6, 7),
      text(79, 9, 0),
      text(2, 6, 1, 8, 1),
      text(49, 1, 1),
    );
    await s.until(() => s.count(EventName.currentTime) === 1);
    const expected = {
      [EventName.tickPrice]: 3,
      [EventName.tickSize]: 4,
      [EventName.error]: 1,
      [EventName.info]: 1,
      [EventName.orderStatus]: 1,
      [EventName.historicalData]: 3,
      [EventName.symbolSamples]: 1,
      [EventName.connected]: 1,
      [EventName.server]: 1,
      [EventName.nextValidId]: 1,
      [EventName.managedAccounts]: 1,
    };
    for (const [name, count] of Object.entries(expected))
      expect(s.count(name as EventName), name).toBe(count);

    // More than the rate lets go: what waits is lost, one by one.
    for (let id = 11; id <= 20; id++) ib.reqContractDetails(id, AAPL);
    expect(() => ib.disconnect()).not.toThrow();
    expect(ib.isConnected).toBe(false);
    const lost = s.errors.filter(([code]) => code === ErrorCode.NOT_CONNECTED).map(([, id]) => id as number);
    expect(lost.length).toBeGreaterThan(0);
    expect(lost).toEqual(Array.from({ length: lost.length }, (_, i) => 21 - lost.length + i));
    await s.until(() => s.count(EventName.disconnected) === 1);
    expect(() => ib.placeOrder(21, AAPL, BUY)).not.toThrow();
    expect(s.errors.at(-1)).toEqual([ErrorCode.NOT_CONNECTED, 21]);

    await s.ready();
    expect(ib.isConnected).toBe(true);
    expect(s.count(EventName.disconnected)).toBe(1);
    await expectReported(s, throwing);
  });

  test.each([
    ["resets", (gateway: ScriptedGateway) => gateway.peer.socket.resetAndDestroy()],
    ["closes", (gateway: ScriptedGateway) => gateway.peer.socket.end()],
    ["sends a bad length", (gateway: ScriptedGateway) => gateway.peer.sendRaw(Buffer.from([0, 0, 0, 0]))],
  ])("when the gateway %s", async (_what, end) => {
    const gateway = await start();
    const s = subject(throwing, { port: gateway.port, maxReqPerSec: 2 });
    for (const times of [1, 2]) {
      await s.ready();
      await turn();
      for (let id = 1; id <= 5; id++) s.ib.reqContractDetails(id, AAPL);
      await gateway.until(() => gateway.peer.received.length >= (times === 1 ? 2 : 1));
      end(gateway);
      await s.until(() => s.count(EventName.disconnected) === times);
      expect(s.ib.isConnected).toBe(false);
      const lost = s.errors.filter(([code]) => code === ErrorCode.NOT_CONNECTED).map(([, id]) => id);
      expect(lost.slice(-3)).toEqual([3, 4, 5]);
      await turn();
      expect(s.count(EventName.disconnected)).toBe(times);
    }
    await expectReported(s, throwing);
  });
});

describe("a listener that connects or disconnects where it stands", () => {
  test("error of a connection that ended: connect() works in it, and disconnected comes first", async () => {
    const gateway = await start();
    const s = subject("none", { port: gateway.port });
    await s.ready();
    const inside: boolean[] = [];
    listen(s.ib, EventName.error, () => {
      if (inside.length > 0) return;
      inside.push(s.ib.isConnected);
      s.ib.connect();
      inside.push(s.count(EventName.disconnected) === 1);
    });
    gateway.peer.sendRaw(Buffer.from([0, 0, 0, 0]));
    await s.until(() => s.count(EventName.nextValidId) === 2);
    expect(inside).toEqual([false, true]);
    expect(s.count(EventName.disconnected)).toBe(1);
    expect(s.ib.isConnected).toBe(true);
    expect(gateway.peers.length).toBe(2);
  });

  test("sent of the first frame: disconnect() in it, no connected of a connection that is gone", async () => {
    const gateway = await start();
    const s = subject("none", { port: gateway.port });
    listen(s.ib, EventName.sent, () => s.ib.disconnect());
    s.ib.connect();
    await s.until(() => s.count(EventName.disconnected) === 1);
    expect(s.count(EventName.connected)).toBe(0);
    expect(s.ib.isConnected).toBe(false);
  });

  test("sent of a waiting order: what waits behind it is refused, and goes on no later connection", async () => {
    const gateway = await start();
    const s = subject("none", { port: gateway.port, maxReqPerSec: 1e9 });
    let again = false;
    listen(s.ib, EventName.sent, (tokens) => {
      if ((tokens as unknown[])[0] !== 3 || again) return;
      again = true;
      s.ib.disconnect();
      s.ib.connect();
    });
    s.ib.connect();
    for (let id = 5; id <= 7; id++) s.ib.placeOrder(id, AAPL, BUY);
    await s.until(() => s.count(EventName.nextValidId) === 2);
    await gateway.until(() => gateway.peers.length === 2 && gateway.peer.received.length >= 1);
    s.ib.reqCurrentTime();
    await gateway.until(() => gateway.peer.received.length >= 2);
    expect(gateway.peer.texts.map(([id]) => id)).toEqual(["71", "49"]);
    expect(s.errors).toEqual([
      [ErrorCode.NOT_CONNECTED, 6],
      [ErrorCode.NOT_CONNECTED, 7],
    ]);
    expect(s.count(EventName.disconnected)).toBe(1);
  });
});
