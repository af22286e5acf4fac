import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { ConnectStreamOptions } from "../../src/connect/connect-options.js";
import { connectBroker } from "../../src/connect/connected-broker.js";
import { IBKRDataStream } from "../../src/connect/data-stream.js";
import * as contracts from "../../src/domain/contracts.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { Signal } from "../support/signal.js";

const AAPL = contracts.stock("AAPL");

/** Servers and sockets of this process, and processes that it has started. */
const open = () =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith("TCP") || name === "ProcessWrap");

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Nothing is left of what came after `before`; sockets are closed in a later turn. */
const nothingIsLeft = async (before: readonly string[]) => {
  const signal = new Signal();
  const extra = () => {
    const left = [...open()];
    for (const name of before) if (left.includes(name)) left.splice(left.indexOf(name), 1);
    return left;
  };
  await signal.until(
    "the end of what was opened",
    () => extra().length === 0,
    5_000,
    () => extra().join(),
  );
  expect(extra()).toEqual([]);
};

describe.each([193, 226])("a simulated gateway of its own, server version %i", (maxServerVersion) => {
  const simulated: ConnectStreamOptions = {
    environment: "simulation",
    simulation: { tickIntervalMs: 5 },
    maxServerVersion,
  };

  test("data comes, and close() ends all of it", async () => {
    const before = open();
    const stream = await IBKRDataStream.connect({ ...simulated, profile: "ultra-low-latency" });
    cleanups.push(() => stream.close());
    expect([stream.state, stream.profile]).toEqual(["ready", "ultra-low-latency"]);
    const sub = stream.subscribe(AAPL);
    await sub.ready;
    expect(stream.stats().connection?.frames).toBeGreaterThan(0);
    expect(stream.stats().lag.p99).toBeGreaterThan(0);
    expect(sub.stats().lag.count).toBeGreaterThan(0);
    expect(open()).not.toContain("TCPServerWrap");
    await Promise.all([stream.close(), stream.close()]);
    expect([sub.state, stream.state, stream.broker.state]).toEqual(["closed", "closed", "down"]);
    await nothingIsLeft(before);
  });

  test("a broker of its own outlives a stream over it", async () => {
    const before = open();
    const broker = await connectBroker({ ...simulated, timeoutMs: 10_000 });
    cleanups.push(() => broker.close());
    const stream = new IBKRDataStream(broker);
    await stream.subscribe(AAPL).ready;
    await stream.close();
    expect(broker.state).toBe("ready");
    expect(broker.stats?.frames).toBeGreaterThan(0);
    expect(broker.rate).toMatchObject({ maxPerSecond: 50, waiting: { data: 0 } });
    const { uptimeMs = 0, ...counters } = stream.stats().connection ?? {};
    expect(broker.stats).toMatchObject(counters);
    expect(broker.stats?.uptimeMs).toBeGreaterThanOrEqual(uptimeMs);
    await broker[Symbol.asyncDispose]();
    expect(broker.state).toBe("down");
    await nothingIsLeft(before);
  });
});

describe("a gateway that runs", () => {
  test("the stream goes on when its broker is connected again", async () => {
    const gateway = await SimulatedGateway.start({ tickIntervalMs: 5 });
    cleanups.push(() => gateway.stop());
    const stream = await IBKRDataStream.connect({
      port: gateway.port,
      clientId: 3,
      conflateMs: 0,
      batchMs: 0,
    });
    cleanups.push(() => stream.close());
    const signal = new Signal();
    stream.on("state", () => signal.notify());
    const sub = stream.subscribe(AAPL);
    sub.on("state", () => signal.notify());
    await sub.ready;
    const shared = IBKRDataStream.attach(structuredClone(stream.share()));
    expect(shared.subscription(sub.id)?.quote.bid).toBeGreaterThan(0);
    shared.close();
    gateway.fault({ kind: "reset" });
    await signal.until("down", () => stream.state === "down");
    await stream.broker.connect();
    await signal.until("live again", () => sub.state === "live");
    await stream[Symbol.asyncDispose]();
    expect(stream.state).toBe("closed");
  });
});

describe("a failed connect leaves nothing open:", () => {
  /** Accepts, and says nothing. */
  async function silentServer(): Promise<{ server: Server; port: number; ended: Promise<unknown> }> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => new Promise((resolve) => server.close(resolve)));
    const ended = once(server, "connection").then(([socket]) => once(socket.resume(), "close"));
    return { server, port: (server.address() as AddressInfo).port, ended };
  }

  const CALLS = [
    ["IBKRDataStream.connect", (options: ConnectStreamOptions) => IBKRDataStream.connect(options)],
    ["connectBroker", (options: ConnectStreamOptions) => connectBroker(options)],
  ] as const;

  test.each(CALLS)("%s to where nobody listens", async (_name, connect) => {
    const { server, port } = await silentServer();
    await new Promise((resolve) => server.close(resolve));
    const before = open();
    await expect(connect({ port })).rejects.toMatchObject({ code: "ERR_IBKR_CONNECT" });
    await nothingIsLeft(before);
  });

  test.each(CALLS)("%s to who never answers, with a time", async (_name, connect) => {
    const { port, ended } = await silentServer();
    await expect(connect({ port, timeoutMs: 50 })).rejects.toMatchObject({
      ...{ code: "ERR_IBKR_TIMEOUT", message: "not connected within 50 ms" },
    });
    await ended;
  });

  test.each(CALLS)("%s to who never answers, with a signal", async (_name, connect) => {
    const { server, port, ended } = await silentServer();
    const controller = new AbortController();
    const why = new Error("enough");
    server.once("connection", () => controller.abort(why));
    await expect(connect({ port, signal: controller.signal })).rejects.toBe(why);
    await ended;
  });

  test.each(CALLS)("%s with a signal that is aborted already", async (_name, connect) => {
    const before = open();
    const why = new Error("before");
    const signal = AbortSignal.abort(why);
    await expect(connect({ environment: "simulation", signal })).rejects.toBe(why);
    await nothingIsLeft(before);
  });

  test.each(CALLS)("%s to a simulated gateway that lets nobody in", async (_name, connect) => {
    const before = open();
    await expect(connect({ environment: "simulation", simulation: { allow: [] } })).rejects.toMatchObject({
      name: "IBKRError",
    });
    await nothingIsLeft(before);
  });
});
