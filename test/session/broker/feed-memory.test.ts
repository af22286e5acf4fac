import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import type { FeedListener, FeedSubscription } from "../../../src/broker/feed.js";
import {
  FEED_BAR_VALUES,
  FeedBarFlag,
  type FeedBarSpec,
  type FeedBars,
  FeedBarValue,
} from "../../../src/broker/feed-bars.js";
import {
  type FeedBook,
  FeedBookFlag,
  type FeedBookRows,
  FeedBookValues,
} from "../../../src/broker/feed-book.js";
import { FeedKind } from "../../../src/broker/feed-kind.js";
import type { FeedTreatment } from "../../../src/broker/feed-treatment.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { BarMemory, type BarMemoryHandle } from "../../../src/native/bar-memory.js";
import { BookMemory, type BookMemoryHandle } from "../../../src/native/book-memory.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { text } from "../../support/frames.js";
import { type PlainBar, PlainBars, type PlainTick } from "../../support/plain-feed/plain-bars.js";
import { PlainBook, type PlainDepth } from "../../support/plain-feed/plain-book.js";
import { holdsAsync } from "../../support/property.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";
import { Signal } from "../../support/signal.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const PLAIN: FeedTreatment = { boardSlot: 3, conflateMs: 0, conflateTrades: false, policy: "backpressure" };
const RESET = 317;

let gateway: ScriptedGateway;
let session: Session;
let broker: SessionBroker;
let signal: Signal;
let kinds: number[];
let damages: string[];
let refusals: string[];
const listener: FeedListener = {
  refused: ({ code }) => refusals.push(code),
  bookDamaged: (damage) => damages.push(damage),
};

beforeEach(async () => {
  gateway = await ScriptedGateway.start();
  session = new Session(resolveOptions({ port: gateway.port }));
  broker = new SessionBroker(session);
  signal = new Signal();
  kinds = [];
  damages = [];
  refusals = [];
  broker.feed.onBatch((batch) => {
    for (let i = 0; i < batch.length; i++) kinds.push(batch.kind(i));
    signal.notify();
  });
  await broker.connect();
});
afterEach(async () => {
  const ended = [...refusals];
  await broker.close();
  await gateway.stop();
  expect(ended).toEqual([]);
});

/** What was sent before has been read: the gateway's answer came behind it. */
async function settled(): Promise<void> {
  const asked = broker.lookups.serverTimeMs();
  gateway.peer.send(text(49, 1, 1_800_000_000));
  await asked;
}
const rtVolume = (id: number, { timeMs, price, size }: PlainTick) =>
  text(46, 6, id, 48, `${price};${size};${timeMs};1000;10;true`);

const subscribeBars = (series: readonly FeedBarSpec[], treatment: Partial<FeedTreatment> = {}) =>
  broker.feed.subscribe({ kind: "quotes", contract: AAPL, genericTicks: [233] }, listener, {
    ...PLAIN,
    bars: { trades: "rtVolume", quotes: "line", series },
    ...treatment,
  });
const subscribeBook = (rows: number, book: Partial<NonNullable<FeedTreatment["book"]>> = {}, smart = false) =>
  broker.feed.subscribe({ kind: "depth", contract: AAPL, rows, smart }, listener, {
    ...PLAIN,
    book: { depth: rows, ...book },
  });

const into = new Float64Array(FEED_BAR_VALUES);
function barAt(bars: FeedBars, number: number): PlainBar | undefined {
  if (!bars.read(number, into)) return undefined;
  expect(into[FeedBarValue.number]).toBe(number);
  const { number: _, flags, ...values } = FeedBarValue;
  const numbers = Object.entries(values).map(([name, at]) => [name, into[at]]);
  return { ...Object.fromEntries(numbers), amended: (into[flags] & FeedBarFlag.amended) !== 0 };
}

describe("bars of a subscription", () => {
  const tick = fc.record({
    afterMs: fc.oneof(
      { weight: 4, arbitrary: fc.nat(900) },
      { weight: 1, arbitrary: fc.integer({ min: -4000, max: 0 }) },
    ),
    price: fc.integer({ min: 1, max: 40_000 }).map((cents) => cents / 100),
    size: fc.integer({ min: 1, max: 5000 }).map((tenths) => tenths / 10),
  });
  const SERIES: readonly FeedBarSpec[] = [
    { by: "time", size: 1 },
    { by: "time", size: 5, late: "drop" },
    { by: "ticks", size: 3 },
    { by: "volume", size: 700 },
    { by: "notional", size: 100_000 },
  ];

  test("are those of a plain model, to the bit, for several sizes at once", async () => {
    const property = fc.asyncProperty(
      fc.array(tick, { minLength: 1, maxLength: 60 }),
      fc.constantFrom(0, 60_000),
      async (steps, conflateMs) => {
        // Ahead of the clock, so that only ticks close bars, and not so far that it is no time any more.
        const beginMs = Math.ceil((Date.now() + 15_000) / 5000) * 5000;
        const endMs = beginMs + 20_000;
        let nowMs = beginMs;
        const ticks = steps.map(({ afterMs, price, size }) => {
          nowMs = Math.min(Math.max(nowMs + afterMs, beginMs), endMs);
          return { timeMs: nowMs, price, size };
        });
        const models = SERIES.map(({ by, size, late }) => new PlainBars(by, size, late));
        const { id, bars, close } = subscribeBars(SERIES, { conflateMs, conflateTrades: true });
        for (const one of ticks) {
          gateway.peer.send(rtVolume(id, one));
          for (const model of models) model.take(one);
        }
        await settled();
        models.forEach(({ closed, forming, late }, i) => {
          expect(bars[i].closed).toBe(closed.length);
          expect(closed.map((_, number) => barAt(bars[i], number))).toEqual(closed);
          expect(barAt(bars[i], closed.length)).toEqual(forming);
          expect(bars[i].losses()).toEqual({ late, outside: 0, unpriced: 0, correction: 0 });
        });
        close();
      },
    );
    await holdsAsync("bars end to end", property, { numRuns: 40 });
  });

  test("have each tick in the forming ones of all sizes at once, for whoever reads them", async () => {
    const quotes: FeedBarSpec[] = [
      { by: "time", size: 2_678_400, price: "mid" },
      { by: "ticks", size: 100, price: "mid" },
    ];
    const { id, bars } = subscribeBars([
      ...quotes,
      { by: "time", size: 2_678_400 },
      { by: "ticks", size: 100 },
    ]);
    const elsewhere = bars.map(({ handle }) => new BarMemory(structuredClone(handle) as BarMemoryHandle));
    const timeMs = Date.now() + 10_000;
    // The first bid has no mid yet.
    const figures = { open: 9.5, high: 10, low: 9, close: 10, volume: 0, notional: 0, count: 7 };
    for (const bid of [9, 8, 8.5, 10])
      for (const [side, price] of [
        [1, bid],
        [2, 10],
      ])
        gateway.peer.send(text(1, 6, id, side, price, 5, 0));
    let revision = 0;
    for (const [n, price] of [20, 22, 19, 21].entries()) {
      gateway.peer.send(rtVolume(id, { timeMs: timeMs + n, price, size: 0.1 }));
      await settled();
      const before = revision;
      revision = bars[2].revision(0);
      expect(revision).not.toBe(before);
    }
    for (const side of [bars, elsewhere]) {
      for (const of of side.slice(0, 2)) expect(barAt(of, 0)).toMatchObject(figures);
      const volume = 0.1 + 0.1 + 0.1 + 0.1;
      const notional = 20 * 0.1 + 22 * 0.1 + 19 * 0.1 + 21 * 0.1;
      const trades = {
        open: 20,
        high: 22,
        low: 19,
        close: 21,
        count: 4,
        volume,
        notional,
        lastMs: timeMs + 3,
      };
      for (const of of side.slice(2)) expect(barAt(of, 0)).toMatchObject(trades);
      expect(barAt(side[3], 0)?.endMs).toBe(timeMs + 3);
    }
    const handle = bars[0].handle as BarMemoryHandle;
    expect(() => new BarMemory({ ...handle, run: new Uint8Array(64) })).toThrow("handle.run is");
  });

  test("are told of once per read, and close on the clock though nothing comes", async () => {
    const { id, bars } = subscribeBars([{ by: "time", size: 0.05, price: "bid" }]);
    gateway.peer.send(text(1, 6, id, 1, 10, 5, 0));
    await signal.until("the bar is closed", () => bars[0].closed === 1);
    expect(kinds).toEqual([FeedKind.PRICE, FeedKind.BARS]);
    expect(barAt(bars[0], 0)).toMatchObject({ open: 10, close: 10, count: 1, volume: 0 });
  });

  test("can be corrected, have gaps, go on from history and into another subscription", async () => {
    // To come, so that no clock closes it; less than the minute that a tick's time may be ahead of its arrival.
    const startMs = Math.ceil((Date.now() + 5000) / 20_000) * 20_000;
    const first = subscribeBars([{ by: "time", size: 20 }]);
    const [bars] = first.bars;
    const history = { open: 9, high: 12, low: 8, close: 11, volume: 100, notional: 1000, count: 7 };
    const times = { startMs, endMs: startMs + 20_000, firstMs: startMs, lastMs: startMs + 1000 };
    expect(() => first.resumeBars(1, { ...history, ...times })).toThrow("place is 1");
    first.resumeBars(0, { ...history, ...times });
    gateway.peer.send(rtVolume(first.id, { timeMs: startMs + 2000, price: 13, size: 2 }));
    await settled();
    expect(barAt(bars, 0)).toMatchObject({ open: 9, high: 13, close: 13, volume: 102, count: 8 });
    const before = bars.revision(0);
    first.gap();
    first.correct({ timeMs: startMs + 2000, oldPrice: 13, oldSize: 2, price: 12.5, size: 3 });
    await settled();
    expect(bars.revision(0)).not.toBe(before);
    expect(barAt(bars, 0)).toMatchObject({ close: 12.5, volume: 103, notional: 1000 + 37.5 });
    expect(into[FeedBarValue.flags] & (FeedBarFlag.gap | FeedBarFlag.corrected)).toBe(20);
    expect(() => first.correct({ timeMs: startMs, oldPrice: 1, oldSize: -1, price: 1, size: 1 })).toThrow(
      "oldSize",
    );
    first.close();
    const second = subscribeBars([{ by: "time", size: 20 }], {
      bars: { trades: "rtVolume", quotes: "line", series: [{ by: "time", size: 20 }], continues: first.bars },
    });
    gateway.peer.send(rtVolume(second.id, { timeMs: startMs + 3000, price: 14, size: 1 }));
    await settled();
    expect(second.bars).toEqual(first.bars);
    expect(bars.closed).toBe(1);
    expect(barAt(bars, 0)).toMatchObject({ close: 12.5 });
    expect(into[FeedBarValue.flags] & FeedBarFlag.short).toBe(FeedBarFlag.short);
    expect(barAt(bars, 1)).toMatchObject({ open: 14 });
    const elsewhere = new BarMemory(structuredClone(bars.handle) as BarMemoryHandle);
    expect(barAt(elsewhere, 1)).toMatchObject({ open: 14 });
  });

  test.each([
    [[{ by: "time", size: 0 }], "size is 0"],
    [[{ by: "ticks", size: 1.5 }], "size is 1.5"],
    [[{ by: "volume", size: 5, price: "bid" }], "price is"],
    [[{ by: "weight", size: 5 }], "by is"],
    [[{ by: "time", size: 1, keep: 3 }], "keep is 3"],
    [[{ by: "time", size: 1, sessions: [[10, 5]] }], "sessions is 5"],
    [[], "bars.series is 0"],
  ])("that cannot be are refused: %j", (series, said) => {
    expect(() => subscribeBars(series as FeedBarSpec[])).toThrow(said);
  });
});

const values = new FeedBookValues();
const rowsOf = (side: FeedBookRows) =>
  Array.from({ length: side.rows }, (_, i) => ({
    price: side.price(i),
    size: side.size(i),
    maker: side.maker(i),
  }));

function bookOf({ book }: FeedSubscription): FeedBookValues {
  (book as FeedBook).read(values);
  return values;
}

describe("the book of a subscription", () => {
  const depthL1 = (id: number, { position, operation, side, price, size }: PlainDepth) =>
    text(12, 1, id, position, operation, side, price, size);
  const depthL2 = (id: number, { position, maker, operation, side, price, size }: PlainDepth, smart = 0) =>
    text(13, 1, id, position, maker, operation, side, price, size, smart);

  const message = fc.record({
    operation: fc.nat(2),
    side: fc.nat(1),
    position: fc.nat(3),
    price: fc.integer({ min: 9900, max: 10_100 }).map((cents) => cents / 100),
    size: fc.nat(500),
    maker: fc.constantFrom("ARCA", "NSDQ", "ISLAND", "BATS"),
  });

  test.each(["L1", "L2", "SMART"])("%s is that of a plain model, with resets and damage", async (level) => {
    const step = fc.oneof(
      { weight: 12, arbitrary: message },
      { weight: 1, arbitrary: fc.constant("reset" as const) },
    );
    const property = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      async (steps, forgives) => {
        const model = new PlainBook(3, forgives);
        const onMissingDelete = forgives ? "forgive" : "damage";
        const subscription = subscribeBook(3, { onMissingDelete }, level === "SMART");
        const { id } = subscription;
        for (const one of steps) {
          if (one === "reset") {
            gateway.peer.send(text(4, 2, id, RESET, "reset", ""));
            model.reset();
            continue;
          }
          const named = level === "L1" ? { ...one, maker: "" } : one;
          gateway.peer.send(level === "L1" ? depthL1(id, one) : depthL2(id, one, level === "SMART" ? 1 : 0));
          model.take(named);
        }
        await settled();
        const read = bookOf(subscription);
        expect(read.reqId).toBe(id);
        expect(rowsOf(read.bids)).toEqual(model.bids);
        expect(rowsOf(read.asks)).toEqual(model.asks);
        const { damages: _, ...counts } = (subscription.book as FeedBook).counters();
        const { updates, resets, forgiven, ignored } = model;
        expect(counts).toEqual({ updates, resets, forgiven, ignored });
        const flag = (bit: number) => (read.flags & bit) !== 0;
        expect(flag(FeedBookFlag.damaged)).toBe(model.damage !== "none");
        expect(flag(FeedBookFlag.crossed)).toBe(model.isCrossed);
        expect(flag(FeedBookFlag.locked)).toBe(model.isLocked);
        expect(flag(FeedBookFlag.bidsMisordered)).toBe(model.areBidsMisordered);
        expect(flag(FeedBookFlag.asksMisordered)).toBe(model.areAsksMisordered);
        subscription.close();
      },
    );
    await holdsAsync(`${level} books end to end`, property, { numRuns: 40 });
  });

  test("that is damaged says so once, and goes on under another request", async () => {
    const row = { operation: 0, side: 1, position: 0, price: 10, size: 5, maker: "" };
    const first = subscribeBook(5);
    gateway.peer.send(
      depthL1(first.id, row),
      depthL1(first.id, { ...row, position: 4 }),
      depthL1(first.id, row),
    );
    await settled();
    expect(damages).toEqual(["gap"]);
    expect(first.book?.counters().damages.gap).toBe(1);
    first.close();
    const again = subscribeBook(5, { continues: first.book });
    // What is still on its way of the first one goes nowhere.
    gateway.peer.send(depthL1(first.id, { ...row, price: 9 }), depthL1(again.id, { ...row, price: 11 }));
    await settled();
    expect(again.book).toBe(first.book);
    expect(rowsOf(bookOf(again).bids)).toEqual([{ price: 11, size: 5, maker: "" }]);
    expect(damages).toEqual(["gap"]);
    again.resetBook();
    expect(rowsOf(bookOf(again).bids)).toEqual([]);
    const elsewhere = new BookMemory(structuredClone(again.book?.handle) as BookMemoryHandle);
    expect(elsewhere.revision).toBe(again.book?.revision);
  });

  test("takes its messages, unless they are wanted as well", async () => {
    const row = { operation: 0, side: 1, position: 0, price: 10, size: 5, maker: "" };
    const quiet = subscribeBook(5);
    const loud = subscribeBook(5, { messages: true });
    gateway.peer.send(depthL1(quiet.id, row), depthL1(loud.id, row));
    await settled();
    expect(kinds.filter((kind) => kind === FeedKind.DEPTH)).toHaveLength(1);
    expect(kinds.filter((kind) => kind === FeedKind.BOOK)).toHaveLength(2);
    expect(quiet.counts()).toMatchObject({ received: 1, conflated: 1, delivered: 0 });
    expect(loud.counts()).toMatchObject({ received: 1, conflated: 0, delivered: 1 });
    expect(() => subscribeBook(5, { depth: 61 })).toThrow("depth is 61");
  });
});
