import { execFileSync } from "node:child_process";
import { BroadcastChannel } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { packageRoot } from "../../src/native/load.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import { CONTROL, type StreamHandle } from "../../src/stream/share-handle.js";
import { attach, type SharedBatch, type SharedStream } from "../../src/worker/index.js";
import { Signal } from "../support/signal.js";

const contract = (symbol: string) =>
  ({ symbol, secType: "STK", exchange: "SMART", currency: "USD" }) as Contract;
const AAPL = contract("AAPL");
const MSFT = contract("MSFT");

/** What a message says, as text. */
const said = (batch: Omit<SharedBatch, "subscription">, i: number, symbol: string | undefined) =>
  `${symbol} ${batch.kind(i)} ${batch.field(i)} ${batch.price(i)} ${batch.size(i)} ${batch.receivedMicros(i)} ${batch.text(i)}`;

describe("a stream read through its handle", () => {
  let gateway: SimulatedGateway;
  let broker: SessionBroker;
  let stream: IBKRDataStream;
  let signal: Signal;
  const readers: SharedStream[] = [];

  beforeEach(async () => {
    gateway = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 5 });
    broker = new SessionBroker(new Session(resolveOptions({ port: gateway.port, clientId: 1 })));
    stream = new IBKRDataStream(broker, { profile: "ultra-low-latency" });
    signal = new Signal();
    stream.onBatch(() => signal.notify());
  });
  afterEach(async () => {
    for (const reader of readers.splice(0)) reader.close();
    await stream.close();
    await broker.close();
    await gateway.stop();
  });

  /** As if it had been posted. */
  function attached(handle: StreamHandle): SharedStream {
    const reader = attach(structuredClone(handle));
    readers.push(reader);
    return reader;
  }
  const noted = () => {
    const lines: string[] = [];
    const note = (batch: SharedBatch) => {
      for (let i = 0; i < batch.length; i++)
        lines.push(said(batch, i, batch.subscription(i)?.contract.symbol));
      signal.notify();
    };
    return { lines, note };
  };

  test("a contract with a method of its caller's is read without it, and costs the others nothing", async () => {
    await broker.connect();
    const reader = attach(structuredClone(stream.share()));
    readers.push(reader);
    const named = { ...AAPL, label: () => "mine" };
    const sub = stream.subscribe(named);
    await stream.subscribe(MSFT).ready;
    await sub.ready;
    await new Promise<void>((resolve) => {
      if (reader.subscriptions.length === 2) resolve();
      else reader.on("subscribed", () => reader.subscriptions.length === 2 && resolve());
    });
    expect(reader.subscriptions.map((one) => one.contract)).toEqual([AAPL, MSFT]);
    expect(structuredClone(stream.share()).directory.entries).toHaveLength(2);
  });

  test("the same messages come in the same order, also of subscriptions that came later", async () => {
    await broker.connect();
    const early = stream.subscribe(AAPL, { trades: "allLast" });
    const reader = attached(stream.share());
    const here = noted();
    const there = noted();
    const polled = noted();
    const poller = attached(stream.share());
    stream.onBatch(here.note as never);
    reader.onBatch(there.note);
    stream.subscribe(MSFT, { trades: true, greeks: true });
    await signal.until("messages of both", () => {
      poller.read(polled.note);
      return here.lines.length > 200 && /MSFT/.test(here.lines.join());
    });
    await broker.close();
    await signal.until("all of them", () => there.lines.length >= here.lines.length);
    poller.read(polled.note);
    expect(there.lines).toEqual(here.lines);
    expect(polled.lines).toEqual(here.lines);
    expect(here.lines.some((line) => line.includes("AAPL 6 "))).toBe(true);
    expect(reader.stats()).toMatchObject({ read: here.lines.length, lost: 0, behindSlots: 0 });
    expect(reader.subscription(early.id)?.contract).toEqual(AAPL);
  });

  test("quotes are read from the board, live and of one instant", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL);
    await sub.ready;
    const reader = attached(stream.share());
    const [shared] = reader.subscriptions;
    await signal.until("a whole quote", () => sub.quote.bid !== undefined && sub.quote.ask !== undefined);
    await broker.close();
    expect(shared.quote.bid).toBe(sub.quote.bid);
    expect(shared.snapshot()).toEqual(sub.snapshot());
    const numbers = new Float64Array(60);
    shared.read(numbers);
    expect(numbers[1]).toBe(sub.quote.ask);
  });

  test("subscriptions come and go, and their states change, for those who were there before", async () => {
    const reader = attached(stream.share());
    const events: string[] = [];
    reader.on("subscribed", ({ id, contract: { symbol } }) => events.push(`subscribed ${id} ${symbol}`));
    reader.on("ended", ({ id }) => events.push(`ended ${id}`));
    expect(reader.subscriptions).toEqual([]);
    const aapl = stream.subscribe(AAPL);
    const msft = stream.subscribe(MSFT);
    await Promise.resolve();
    const [first, second] = reader.subscriptions;
    expect(first.state).toBe("waiting");
    expect(first.reason).toBe("not connected");
    await broker.connect();
    await Promise.all([aapl.ready, msft.ready]);
    await signal.until("live", () => reader.subscription(2)?.state === "live" && second.state === "live");
    const { bid } = aapl.quote;
    aapl.close();
    await Promise.resolve();
    expect(reader.subscriptions).toEqual([second]);
    expect(first.state).toBe("closed");
    expect(first.quote.bid).toBe(bid);
    expect(events).toEqual(["subscribed 1 AAPL", "subscribed 2 MSFT", "ended 1"]);
  });

  test("who attaches with an old handle hears of what has changed since", async () => {
    const old = stream.share();
    stream.subscribe(AAPL);
    await Promise.resolve();
    const msft = stream.subscribe(MSFT);
    await Promise.resolve();
    const reader = attached(old);
    const there = noted();
    reader.onBatch(there.note);
    await broker.connect();
    await msft.ready;
    await signal.until("messages", () => there.lines.length > 20);
    expect(reader.subscriptions.map(({ contract: { symbol } }) => symbol)).toEqual(["AAPL", "MSFT"]);
  });

  test("what cannot be placed waits for the directory, and is not lost", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL);
    await sub.ready;
    const handle = stream.share();
    const { control, directory } = handle;
    // As a request between its being sent and its being told of, however long that takes.
    const channel = new BroadcastChannel(`${handle.channel} of this test`);
    Atomics.store(control, CONTROL.DIRECTORY, directory.version + 1);
    const reader = attached({
      ...handle,
      channel: channel.name,
      directory: { ...directory, entries: [] },
    });
    const here = noted();
    const there = noted();
    stream.onBatch(here.note as never);
    await signal.until("messages", () => here.lines.length > 20);
    expect(reader.read(there.note)).toBe(0);
    expect(reader.stats().behindSlots).toBeGreaterThan(20);
    const version = directory.version + 2;
    channel.postMessage({ kind: "change", version, put: directory.entries, gone: [] });
    Atomics.store(control, CONTROL.DIRECTORY, version);
    await broker.close();
    reader.read(there.note);
    expect(there.lines).toEqual(here.lines);
    channel.close();
  });

  test("the next connection's messages follow those of the last one", async () => {
    await broker.connect();
    const sub = stream.subscribe(AAPL);
    await sub.ready;
    const reader = attached(stream.share());
    const here = noted();
    const there = noted();
    stream.onBatch(here.note as never);
    await signal.until("messages", () => here.lines.length > 20);
    await broker.close();
    const ofFirst = here.lines.length;
    await broker.connect();
    await signal.until("messages of the second connection", () => here.lines.length > ofFirst + 20);
    await broker.close();
    while (reader.read(there.note) > 0);
    expect(there.lines).toEqual(here.lines);
    expect(reader.stats().lost).toBe(0);
  });

  test("messages of another stream on the same connection are left out", async () => {
    await broker.connect();
    const other = new IBKRDataStream(broker, { profile: "ultra-low-latency" });
    const reader = attached(stream.share());
    const there = noted();
    other.subscribe(MSFT);
    const aapl = stream.subscribe(AAPL);
    await aapl.ready;
    await signal.until("messages", () => {
      reader.read(there.note);
      return there.lines.length > 20;
    });
    await other.close();
    expect(there.lines.filter((line) => !line.startsWith("AAPL"))).toEqual([]);
  });

  test("who waits is woken by a batch, and hears of the end", async () => {
    await broker.connect();
    const reader = attached(stream.share());
    expect(reader.wait(0)).toBe(false);
    stream.subscribe(AAPL);
    await signal.until("something to read", () => reader.wait(0));
    const closed = new Promise<void>((resolve) => reader.on("closed", resolve));
    const there = noted();
    reader.onBatch(there.note);
    await stream.close();
    await closed;
    expect(reader.state).toBe("closed");
    expect(there.lines.length).toBeGreaterThan(0);
    expect(reader.wait(1000)).toBe(false);
    expect(reader.read(there.note)).toBe(0);
  });

  test("a reader that is too slow is told how many messages it lost", async () => {
    await broker.connect();
    stream.subscribe(AAPL, { trades: "allLast", bidAsk: true });
    const reader = attached(stream.share({ tapeSlots: 1024 }));
    const told: number[] = [];
    reader.on("lost", (messages) => told.push(messages));
    let all = 0;
    stream.onBatch((batch) => {
      all += batch.length;
    });
    await signal.until("more than the tape has room for", () => all > 2500);
    await broker.close();
    const got = reader.read(() => {});
    expect(got).toBeGreaterThan(100);
    expect(got + reader.stats().lost).toBe(all);
    expect(told).toEqual([reader.stats().lost]);
  });

  test("a handle of another version, and what is none, is refused by name", () => {
    const handle = stream.share();
    const board = handle.board as object;
    expect(() => attach({ ...handle, version: 99 })).toThrow(
      "handle.version is 99 (allowed: 2): both threads need the same version of ibkr-native",
    );
    expect(() => attach({ ...handle, board: { ...board, version: 7 } })).toThrow(
      "handle.version is 7 (allowed: 2)",
    );
    expect(() => attach(undefined as never)).toThrow(
      "handle is undefined (allowed: what share() of a stream gave)",
    );
    expect(() => attach({ ...handle, control: new Int32Array(4) })).toThrow("handle.control");
    const none = /^handle is .* \(allowed: what share\(\) of a stream gave\)$/;
    for (const name of ["channel", "board", "directory"])
      for (const value of [undefined, null, 5])
        expect(() => attach({ ...handle, [name]: value } as StreamHandle)).toThrow(none);
    const control = new Int32Array(new SharedArrayBuffer(4));
    expect(() => attach({ ...handle, control })).toThrow(none);
  });

  test("sizes that there are not are refused, and a closed stream is not shared", async () => {
    expect(() => stream.share({ tapeSlots: 1000 })).toThrow(
      "tapeSlots is 1000 (allowed: a power of two from 1024 to 16777216)",
    );
    await stream.close();
    expect(() => stream.share()).toThrow("the stream is closed");
  });
});

test("what a worker loads has neither the addon nor the rules of options, nor stock's code", () => {
  const loaded = execFileSync(
    process.execPath,
    ["-e", 'require("./dist/worker/index.js"); console.log(Object.keys(require.cache).join("\\n"))'],
    { cwd: packageRoot, encoding: "utf8" },
  );
  expect(loaded).toContain("shared-stream.js");
  expect(loaded).not.toMatch(/\.node$|node_modules\/(zod|@stoqey|rxjs)/m);
});
