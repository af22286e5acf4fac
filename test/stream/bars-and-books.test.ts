import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/api/options.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { SessionBroker } from "../../src/session/broker/session-broker.js";
import { Session } from "../../src/session/session.js";
import { SimulatedGateway } from "../../src/sim/index.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { Trade } from "../../src/stream/events.js";
import type { StreamBar } from "../../src/stream/stream-bar.js";
import { text } from "../support/frames.js";
import { ScriptedGateway } from "../support/scripted-gateway.js";
import { Signal } from "../support/signal.js";
import { stock, watch } from "../support/watch-subscription.js";

const AAPL = stock("AAPL");
const BITCOIN = { symbol: "BTC", secType: "CRYPTO", exchange: "PAXOS", currency: "USD" } as Contract;

describe.each([
  ["text", 193],
  ["protobuf", 226],
] as const)("bars and books of a simulated market in %s", (_dialect, maxServerVersion) => {
  let gateway: SimulatedGateway;
  let broker: SessionBroker;
  let stream: IBKRDataStream;
  let signal: Signal;

  beforeEach(async () => {
    gateway = await SimulatedGateway.start({ port: 0, seed: 1, tickIntervalMs: 5 });
    broker = new SessionBroker(
      new Session(resolveOptions({ port: gateway.port, clientId: 1, maxServerVersion })),
    );
    stream = new IBKRDataStream(broker, { profile: "ultra-low-latency" });
    signal = new Signal();
    stream.onBatch(() => signal.notify());
    await broker.connect();
  });
  afterEach(async () => {
    await stream.close();
    await broker.close();
    await gateway.stop();
  });

  test("bars of a second and of ticks are those of the trades that came", async () => {
    const sub = stream.subscribe(AAPL, { quotes: false, trades: "allLast", bars: ["1s", "10 ticks"] });
    const trades: Trade[] = [];
    const told: StreamBar[] = [];
    sub.on("trade", (trade) => trades.push(trade));
    sub.on("bar", (bar) => told.push(bar));
    const seconds = sub.bars("1s");
    await signal.until("three bars of a second, and ten of ticks", () => {
      return seconds.length > 2 && sub.bars("10 ticks").length > 10;
    });
    sub.close();
    expect(seconds.losses()).toEqual({ late: 0, outside: 0, unpriced: 0, correction: 0, unread: 0 });
    for (const bar of seconds.toArray()) {
      const mine = trades.filter(({ timeMs }) => timeMs >= bar.startMs && timeMs < bar.endMs);
      const prices = mine.map(({ price }) => price);
      expect(bar).toMatchObject({
        ...{ open: prices[0], high: Math.max(...prices), low: Math.min(...prices), close: prices.at(-1) },
        volume: mine.reduce((sum, { size }) => sum + size, 0),
        notional: mine.reduce((sum, { price, size }) => sum + price * size, 0),
        count: mine.length,
      });
    }
    sub
      .bars("10 ticks")
      .toArray()
      .filter(({ short }) => !short)
      .forEach((bar, i) => {
        const mine = trades.slice(i * 10, i * 10 + 10);
        expect([bar.count, bar.volume]).toEqual([10, mine.reduce((sum, { size }) => sum + size, 0)]);
        expect([bar.open, bar.close]).toEqual([mine[0].price, mine[9].price]);
      });
    const newest = new Map(told.map((bar) => [`${bar.size} ${bar.number}`, bar]));
    expect([...newest.values()].filter(({ size }) => size === "1s")).toEqual(seconds.toArray());
  });

  test("bars of quotes close on the clock", async () => {
    const sub = stream.subscribe(AAPL, { bars: ["250ms mid", "250ms bid"] });
    const mids = sub.bars("250ms mid");
    await signal.until("three bars", () => mids.length > 2);
    const [bar] = mids.toArray();
    expect(bar.endMs - bar.startMs).toBe(250);
    expect([bar.volume, bar.vwap]).toEqual([0, undefined]);
    expect(sub.bars("250ms bid").at(-1)?.close).toBeLessThan(mids.at(-1)?.close as number);
  });

  test("history's bars are in front, none twice and none missing", async () => {
    // Of what trades at any hour, whatever the time is when the test runs.
    const sub = stream.subscribe(BITCOIN, { bars: [{ size: "1s", history: "60 S", empty: "carry" }] });
    const bars = sub.bars("1s");
    const told: StreamBar[] = [];
    sub.on("bar", (bar) => told.push(bar));
    await bars.ready;
    await signal.until("three bars that are told", () => told.length > 2);
    const starts = [...bars.column("startMs")];
    expect(starts).toEqual(starts.map((_, i) => starts[0] + i * 1_000));
    expect(bars.at(0)?.number).toBeLessThan(-20);
    // One that a late tick amends before it is told is told once, as amended; one that was told is told again.
    const numbers = [...new Set(told.map(({ number }) => number))];
    expect(numbers).toEqual(numbers.map((_, i) => i));
  });

  test("a book has its rows in order, and says what changed", async () => {
    const { sub, states } = watch(stream.subscribe(AAPL, { quotes: false, depth: 3 }));
    let changes = 0;
    sub.on("depth", () => {
      changes += 1;
    });
    await sub.ready;
    const { book } = sub;
    await signal.until(
      "a whole book that moves",
      () => book.bidCount === 3 && book.askCount === 3 && changes > 20,
    );
    const { bids, asks, damaged, misordered, smart } = book.toObject();
    expect([damaged, misordered, smart]).toEqual([false, false, true]);
    const prices = (rows: typeof bids) => rows.map(({ price }) => price);
    expect(prices(bids)).toEqual(prices(bids).toSorted((a, b) => b - a));
    expect(prices(asks)).toEqual(prices(asks).toSorted((a, b) => a - b));
    expect(bids[0].price).toBeLessThan(asks[0].price);
    expect(bids[0].marketMaker).toMatch(/^[A-Z]+$/);
    expect(states).toEqual(["live"]);
  });
});

describe("a book of a gateway that does what the test says", () => {
  let gateway: ScriptedGateway;
  let broker: SessionBroker;
  let stream: IBKRDataStream;
  const INSERT = 0;
  const UPDATE = 1;
  const BID = 1;

  beforeEach(async () => {
    gateway = await ScriptedGateway.start();
    broker = new SessionBroker(new Session(resolveOptions({ port: gateway.port, clientId: 1 })));
    stream = new IBKRDataStream(broker, { profile: "ultra-low-latency" });
    await broker.connect();
  });
  afterEach(async () => {
    await stream.close();
    await broker.close();
    await gateway.stop();
  });

  /** Numbers of the requests for depth. */
  const asked = () => gateway.peer.texts.filter(([id]) => id === "10").map((fields) => fields[2]);
  const row = (id: string, position: number, operation: number, price: number) =>
    gateway.peer.send(text(12, 1, id, position, operation, BID, price, 100));

  test("is emptied by 317, and filled again, in the order of the messages", async () => {
    const signal = new Signal();
    const sub = stream.subscribe({ ...AAPL, exchange: "ISLAND" }, { quotes: false, depth: 3 });
    sub.on("depth", () => signal.notify());
    await gateway.until(() => asked().length === 1);
    const [id] = asked();
    row(id, 0, INSERT, 10);
    row(id, 1, INSERT, 9);
    await signal.until("two rows", () => sub.book.bidCount === 2);
    gateway.peer.send(
      text(4, 2, id, 317, "Market depth data has been RESET."),
      text(12, 1, id, 0, INSERT, BID, 11, 100),
    );
    await signal.until("the new row", () => sub.book.bids(0)?.price === 11);
    expect([sub.book.bidCount, sub.book.damaged, asked().length]).toEqual([1, false, 1]);
  });

  test("that makes no sense any more is told as damaged, and asked for again under another number", async () => {
    const signal = new Signal();
    const { sub, states, gaps } = watch(
      stream.subscribe({ ...AAPL, exchange: "ISLAND" }, { quotes: false, depth: 3 }),
    );
    const damages: (string | undefined)[] = [];
    sub.on("depth", ({ damage }) => {
      damages.push(damage);
      signal.notify();
    });
    await gateway.until(() => asked().length === 1);
    const [first] = asked();
    row(first, 0, INSERT, 10);
    await signal.until("a row", () => states.length === 1);
    row(first, 2, UPDATE, 9);
    await gateway.until(() => asked().length === 2);
    const [, second] = asked();
    expect(second).not.toBe(first);
    row(first, 0, INSERT, 12); // was on its way
    row(second, 0, INSERT, 11);
    // The memory may have it before it is told: the guard thread reads while this one is busy.
    await signal.until("the new book, and what is told of it", () => gaps.length === 1);
    expect([sub.book.bidCount, sub.book.bids(0)?.price]).toEqual([1, 11]);
    expect(damages).toContain("updateOfNothing");
    expect(states).toEqual(["live", "interrupted", "requested", "live"]);
    expect(gaps).toMatchObject([{ reason: "damaged" }]);
  });
});
