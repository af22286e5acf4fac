import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, PassThrough } from "node:stream";
import type { Contract, Order } from "@stoqey/ib";
import { afterEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import { connectBroker, EventName, IBApi, type IBApiOptions } from "../../../src/index.js";
import { OrderJournal } from "../../../src/orders/journal.js";
import { readJournal } from "../../../src/orders/journal-contents.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import type { ConnectFunction } from "../../../src/session/transport/custom-transport.js";
import { once, ready } from "../../support/collect.js";
import { FrameCutter, fieldsOf, framed, text } from "../../support/frames.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const BUY = { action: "BUY", totalQuantity: 100, orderType: "LMT", lmtPrice: 10, tif: "DAY" } as Order;
const GREETING = 8 + "v100..193".length;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A stream with a gateway at its other end, in this process: the test decides when a write is done. */
class StreamToNowhere extends Duplex {
  /** What was handed over, each write a piece, and what says that the system has it. */
  readonly written: { readonly bytes: Buffer; readonly done: (error?: Error) => void }[] = [];
  /** Writes are done at once, as long as it is true. */
  isPrompt = true;
  /** Calls within a write, behind its bytes. */
  within: () => void = () => {};

  override _read(): void {}
  override _write(bytes: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.written.push({ bytes, done });
    this.within();
    if (this.isPrompt) done();
  }
  /** The frames that were handed over since the greeting. */
  get frames(): string[][] {
    const all = Buffer.concat(this.written.map(({ bytes }) => bytes));
    return new FrameCutter().push(all.subarray(GREETING)).map(fieldsOf);
  }
  get orderIds(): number[] {
    return this.frames.filter(([id]) => id === "3").map(([, id]) => Number(id));
  }
  says(...payloads: Buffer[]): void {
    this.push(Buffer.concat(payloads.map(framed)));
  }
}

/** A broker in text over such a stream, ready, with a journal. */
async function begin() {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-carried-"));
  const name = { folder, endpoint: "nowhere:4002", clientId: 0 };
  const journal = new OrderJournal(name);
  cleanups.push(
    () => rmSync(folder, { recursive: true }),
    () => journal.close(),
  );
  const stream = new StreamToNowhere();
  const transport = { kind: "custom", connect: () => stream } as const;
  const options = resolveOptions({ transport, maxServerVersion: 193, maxReqPerSec: 10_001 });
  const session = new Session({ ...options, journal });
  const broker = new SessionBroker(session);
  cleanups.push(() => broker.close());
  const errors: [number, string][] = [];
  broker.on("orderError", (id, error) => errors.push([id, error.code]));
  const connected = broker.connect();
  await new Promise(setImmediate);
  stream.says(text(176, "20261122 10:00:00 UTC"));
  stream.says(text(9, 1, 1), text(15, 1, "DU1234567"));
  await connected;
  const records = () => [...readJournal(name).records()];
  return { stream, broker, errors, records, unsent: () => session.stats?.unsentBytes };
}

describe("orders over a stream that is not the core's", () => {
  test("are on record before the stream has a byte of them", async () => {
    const { stream, broker, records } = await begin();
    const seen: (number | undefined)[][] = [];
    stream.within = () =>
      seen.push(records().flatMap((record) => (record.kind === "intent" ? [record.orderId] : [])));
    broker.orders.place(1, AAPL, BUY);
    broker.orders.place(2, AAPL, { ...BUY, minQty: 5 } as Order);
    broker.orders.prepareOrder(AAPL, BUY).send();
    expect(seen).toEqual([[1], [1, 2], [1, 2, 3]]);
    expect(stream.orderIds).toEqual([1, 2, 3]);
  });

  test("say written where the stream has nothing left of them, and queued where it has", async () => {
    const { stream, broker } = await begin();
    const template = broker.orders.prepareOrder(AAPL, BUY);
    expect(template.send()).toMatchObject({ orderId: 1, disposition: "written" });
    stream.isPrompt = false;
    expect(template.send()).toMatchObject({ orderId: 2, disposition: "queued" });
    expect(template.send()).toMatchObject({ orderId: 3, disposition: "queued" });
    expect(stream.orderIds).toEqual([1, 2]);
    stream.written.at(-1)?.done();
    await new Promise(setImmediate);
    expect(stream.orderIds).toEqual([1, 2, 3]);
  });

  test("that wait behind a write that is not done go in one piece when it is, in order", async () => {
    const { stream, broker, unsent } = await begin();
    stream.isPrompt = false;
    for (let id = 1; id <= 5; id++) broker.orders.place(id, AAPL, BUY);
    expect(stream.orderIds).toEqual([1]);
    expect(unsent()).toBeGreaterThan(0);
    stream.isPrompt = true;
    const before = stream.written.length;
    stream.written.at(-1)?.done();
    await new Promise(setImmediate);
    expect(stream.orderIds).toEqual([1, 2, 3, 4, 5]);
    expect(stream.written.length).toBe(before + 1);
    expect(unsent()).toBe(0);
  });

  test.each(["destroyed", "ended by the gateway", "broken"])(
    "of a stream that is %s: what it never had is told as not sent, and nobody says so of what it had",
    async (how) => {
      const { stream, broker, errors } = await begin();
      broker.orders.place(1, AAPL, BUY);
      stream.isPrompt = false;
      broker.orders.place(2, AAPL, BUY); // the stream has it, and may have sent it
      broker.orders.place(3, AAPL, BUY);
      broker.orders.place(4, AAPL, { ...BUY, minQty: 5 } as Order);
      const down = new Promise((resolve) => broker.on("state", resolve));
      if (how === "destroyed") stream.destroy();
      else if (how === "broken") stream.destroy(Object.assign(new Error("gone"), { code: "ECONNRESET" }));
      else stream.push(null);
      expect(await down).toBe("down");
      expect(errors).toEqual([
        [3, "ERR_IBKR_NOT_SENT"],
        [4, "ERR_IBKR_NOT_SENT"],
      ]);
    },
  );

  test("a write that fails ends the connection, and what came behind it is told as not sent", async () => {
    const { stream, broker, errors } = await begin();
    stream.isPrompt = false;
    broker.orders.place(1, AAPL, BUY);
    broker.orders.place(2, AAPL, BUY);
    const down = new Promise((resolve) => broker.on("state", resolve));
    stream.written.at(-1)?.done(new Error("no way"));
    expect(await down).toBe("down");
    expect(errors).toEqual([[2, "ERR_IBKR_NOT_SENT"]]);
  });

  test("that are placed by who hears an answer within the write leave behind it", async () => {
    const { stream, broker } = await begin();
    let depth = 0;
    stream.within = () => {
      if (depth++ < 3) broker.orders.place(1 + depth, AAPL, BUY);
    };
    broker.orders.place(1, AAPL, BUY);
    expect(stream.orderIds).toEqual([1, 2, 3, 4]);
  });
});

async function gatewayOf() {
  const gateway = await ScriptedGateway.start({ version: 193 });
  cleanups.push(() => gateway.stop());
  return gateway;
}

function client(connectTo: ConnectFunction, options: IBApiOptions = {}): IBApi {
  const ib = new IBApi({ transport: { kind: "custom", connect: connectTo }, ...options });
  cleanups.push(() => ib.isConnected && ib.disconnect());
  return ib;
}

describe("a stream that a caller makes", () => {
  test("is asked for with host and port as they were given, which nobody looks up", async () => {
    const gateway = await gatewayOf();
    const targets: unknown[] = [];
    const ib = client(
      ({ host, port }) => {
        targets.push([host, port]);
        return connect(gateway.port, "127.0.0.1");
      },
      { host: "behind.the.tunnel.invalid", port: 4001 },
    );
    await ready(ib);
    expect(targets).toEqual([["behind.the.tunnel.invalid", 4001]]);
    expect(ib.stats).toMatchObject({ noDelay: false, guardReads: 0 });
    expect(ib.stats).not.toHaveProperty("tcp");
  });

  test("may cut the bytes anywhere", async () => {
    const stream = new StreamToNowhere();
    const ib = client(() => stream, { maxServerVersion: 193 });
    const ids = once(ib, EventName.nextValidId);
    ib.connect();
    await new Promise(setImmediate);
    const frames = [text(176, "20261122 10:00:00 UTC"), text(9, 1, 7), text(49, 1, 1)];
    const time = once(ib, EventName.currentTime);
    for (const byte of Buffer.concat(frames.map(framed))) stream.push(Buffer.of(byte));
    expect(await ids).toEqual([7]);
    expect(await time).toEqual([1]);
  });

  test("is paused while the ring is full, and nothing is lost", async () => {
    const stream = new StreamToNowhere({ readableHighWaterMark: 1 << 10 });
    const ib = client(() => stream, { ringCapacity: 64, maxServerVersion: 193 });
    const isReady = once(ib, EventName.nextValidId);
    ib.connect();
    await new Promise(setImmediate);
    stream.says(text(176, "20261122 10:00:00 UTC"));
    stream.says(text(9, 1, 1));
    await isReady;
    const sizes: unknown[] = [];
    let paused = 0;
    stream.on("pause", () => paused++);
    ib.onTick((tick) => sizes.push(tick.size));
    const end = once(ib, EventName.currentTime);
    const ticks = Array.from({ length: 20_000 }, (_, i) => text(2, 6, 1, 8, i));
    stream.says(...ticks, text(49, 1, 1));
    await end;
    expect(sizes).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
    expect(paused).toBeGreaterThan(0);
  });

  test("that never comes is given up after connectTimeoutMs, and destroyed when it comes after all", async () => {
    const late = new PassThrough();
    let come = () => {};
    let signal: AbortSignal | undefined;
    const ib = client(
      (target) => {
        signal = target.signal;
        return new Promise((resolve) => {
          come = () => resolve(late);
        });
      },
      { connectTimeoutMs: 30 },
    );
    const error = once(ib, EventName.error);
    ib.connect();
    expect((await error)[0]).toMatchObject({
      code: "ERR_IBKR_CONNECT",
      message: "connect 127.0.0.1:4002: no stream from transport.connect within 30 ms",
    });
    expect(signal?.aborted).toBe(true);
    come();
    await new Promise(setImmediate);
    expect(late.destroyed).toBe(true);
  });

  test("is not waited for after disconnect()", async () => {
    let signal: AbortSignal | undefined;
    const ib = client((target) => {
      signal = target.signal;
      return new Promise(() => {});
    });
    ib.connect();
    ib.disconnect();
    expect(signal?.aborted).toBe(true);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no tunnel");
      },
      "no tunnel",
    ],
    [
      "rejects",
      async () => {
        throw new Error("no tunnel");
      },
      "no tunnel",
    ],
    ["gives none", () => 5 as never, "what transport.connect gave is 5 (allowed: a Duplex)"],
  ] as [string, ConnectFunction, string][])(
    "of a function that %s: ERR_IBKR_CONNECT or ERR_IBKR_OPTION",
    async (_how, make, said) => {
      await expect(connectBroker({ transport: { kind: "custom", connect: make } })).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_IBKR_(CONNECT|OPTION)$/),
        message: expect.stringContaining(said),
      });
    },
  );

  test("that gives text in the place of bytes ends the connection, and is told of", async () => {
    const gateway = await gatewayOf();
    const ib = client(() => connect(gateway.port, "127.0.0.1").setEncoding("latin1"), {
      maxServerVersion: 193,
    });
    const error = once(ib, EventName.error);
    ib.connect();
    expect((await error)[0]).toMatchObject({
      code: "ERR_IBKR_CONNECTION_LOST",
      message: "the stream to 127.0.0.1:4002 broke: it gave a string in the place of bytes",
    });
  });

  test("that has ended before it is used is told as an end of the handshake", async () => {
    const dead = new PassThrough();
    dead.destroy();
    await expect(connectBroker({ transport: { kind: "custom", connect: () => dead } })).rejects.toMatchObject(
      {
        code: expect.stringMatching(/^ERR_IBKR_(HANDSHAKE|CONNECTION_LOST)$/),
      },
    );
  });

  test("is ended by disconnect(), with what it had taken", async () => {
    const gateway = await gatewayOf();
    const ib = client(() => connect(gateway.port, "127.0.0.1"), { maxServerVersion: 193 });
    await ready(ib);
    ib.placeOrder(1, AAPL, BUY);
    ib.disconnect();
    await gateway.until(() => gateway.peer.closed);
    expect(gateway.peer.texts.filter(([id]) => id === "3").length).toBe(1);
  });
});
