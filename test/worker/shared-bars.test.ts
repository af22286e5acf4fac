import { once } from "node:events";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import { packageRoot } from "../../src/native/load.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { StreamBar } from "../../src/stream/stream-bar.js";
import { attach } from "../../src/worker/index.js";
import { Signal } from "../support/signal.js";
import { stock } from "../support/watch-subscription.js";

const AAPL = stock("AAPL");
const OPTIONS = { trades: "allLast", bars: ["10 ticks", "1s mid"], depth: 3 } as const;

let gateway: SimulatedGateway;
let broker: SessionBroker;
let stream: IBKRDataStream;
let signal: Signal;

beforeEach(async () => {
  gateway = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 5 });
  broker = new SessionBroker(new Session(resolveOptions({ port: gateway.port, clientId: 1 })));
  stream = new IBKRDataStream(broker, { profile: "ultra-low-latency" });
  signal = new Signal();
  stream.onBatch(() => signal.notify());
});
afterEach(async () => {
  await stream.close();
  await broker.close();
  await gateway.stop();
});

test("bars and book are those of the stream, also for who was there before the connection", async () => {
  const sub = stream.subscribe(AAPL, OPTIONS);
  const reader = attach(structuredClone(stream.share()));
  const shared = reader.subscription(sub.id);
  if (shared === undefined) throw new Error("not in the directory");
  const ticks = shared.bars("10 ticks");
  expect([ticks.length, ticks.closed, ticks.forming, shared.book.bidCount]).toEqual([0, 0, undefined, 0]);
  await broker.connect();
  const ofStream = sub.bars("10 ticks");
  await signal.until("bars", () => {
    return ofStream.length > 5 && sub.bars("1s mid").length > 0 && reader.subscriptions.length > 0;
  });
  for (let i = 0; i < 5; i++) expect(ticks.at(i)).toEqual(ofStream.at(i));
  expect(ticks.bar(3)).toEqual(ofStream.at(3));
  expect(ticks.toArray().slice(0, 5)).toEqual(ofStream.toArray().slice(0, 5));
  expect(ticks.at(-1)?.number).toBe(ticks.closed - 1);
  expect(shared.bars("1 sec mid").at(0)).toEqual(sub.bars("1s mid").at(0));
  const { length } = ofStream;
  expect([...ticks.column("close").subarray(0, length)]).toEqual([...ofStream.column("close")]);
  await signal.until("the same book", () => {
    const book = shared.book.toObject();
    return book.bids.length === 3 && isDeepStrictEqual(book, sub.book.toObject());
  });
  expect(shared.book.damages).toBe(0);
  const missing = { code: "ERR_IBKR_ARGUMENT", message: expect.stringContaining("10 ticks, 1s mid") };
  expect(() => shared.bars("5m")).toThrow(expect.objectContaining(missing));
  reader.close();
});

test("what is not subscribed to is not there", async () => {
  const sub = stream.subscribe(AAPL);
  const reader = attach(structuredClone(stream.share()));
  const shared = reader.subscription(sub.id);
  expect(() => shared?.bars("1m")).toThrow(/it has no bars/);
  expect(() => shared?.book).toThrow(/with depth among the options/);
  reader.close();
});

test("they go on over another connection, in the same memory", async () => {
  const sub = stream.subscribe(AAPL, { ...OPTIONS, bars: ["10 ticks"] });
  const reader = attach(structuredClone(stream.share()));
  await broker.connect();
  const shared = reader.subscription(sub.id);
  if (shared === undefined) throw new Error("not in the directory");
  await signal.until("bars and a book", () => {
    return reader.subscriptions.length > 0 && shared.bars("10 ticks").length > 1 && shared.book.bidCount > 0;
  });
  await gateway.stop();
  await signal.until("the end", () => sub.state === "interrupted");
  const { closed } = shared.bars("10 ticks");
  gateway = await SimulatedGateway.start({ port: gateway.port, seed: 2, tickIntervalMs: 5 });
  await broker.connect();
  await signal.until("more bars", () => shared.bars("10 ticks").closed > closed + 2);
  await signal.until("another book", () => shared.book.bidCount === 3 && sub.book.bidCount === 3);
  expect(shared.bars("10 ticks").closed).toBeGreaterThan(closed + 2);
  reader.close();
});

test("a worker reads them, and hears of them in its batches", async () => {
  const sub = stream.subscribe(AAPL, OPTIONS);
  const told = new Map<number, StreamBar>();
  sub.on("bar", (bar) => {
    if (bar.size === "10 ticks") told.set(bar.number, bar);
  });
  const worker = new Worker(
    `const { workerData, parentPort } = require("node:worker_threads");
     const { attach, FeedKind } = require(workerData.module);
     const reader = attach(workerData.handle);
     const notices = { bars: 0, book: 0 };
     for (;;) {
       reader.wait(20);
       reader.read((batch) => {
         for (let i = 0; i < batch.length; i++) {
           if (batch.kind(i) === FeedKind.BARS) notices.bars += 1;
           if (batch.kind(i) === FeedKind.BOOK) notices.book += 1;
         }
       });
       const [sub] = reader.subscriptions;
       const bars = sub.bars("10 ticks");
       if (bars.length < 5 || sub.book.bidCount === 0 || notices.bars === 0 || notices.book === 0) continue;
       parentPort.postMessage({ bars: bars.toArray(), book: sub.book.toObject() });
       break;
     }
     reader.close();`,
    {
      eval: true,
      workerData: { module: join(packageRoot, "dist/worker/index.js"), handle: stream.share() },
    },
  );
  await broker.connect();
  const [{ bars, book }] = await once(worker, "message");
  await worker.terminate();
  await signal.until("the same bars here", () => told.has(bars.at(-1).number));
  for (const bar of bars) expect(bar).toEqual(told.get(bar.number));
  expect(book.bids.length).toBeGreaterThan(0);
  expect(book.damaged).toBe(false);
});
