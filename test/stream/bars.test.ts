import { beforeEach, describe, expect, test } from "vitest";
import { FeedBarFlag } from "../../src/broker/feed-bars.js";
import { FeedKind } from "../../src/broker/feed-kind.js";
import type { HistoryRequest } from "../../src/broker/lookups.js";
import type { HistoricalBar } from "../../src/domain/historical-bar.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { StreamBar } from "../../src/stream/stream-bar.js";
import type { SubscribeOptions } from "../../src/stream/subscribe-options.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import type { HandBar } from "../support/hand-bars.js";
import { ScriptedBroker } from "../support/scripted-broker.js";
import { stock } from "../support/watch-subscription.js";

const AAPL = stock("AAPL");
const MINUTE = 60_000;
const START = Date.parse("2026-01-05T14:30:00Z");

let clock: VirtualClock;
let broker: ScriptedBroker;
let stream: IBKRDataStream;

beforeEach(() => {
  clock = new VirtualClock({ start: START });
  broker = new ScriptedBroker(clock);
  stream = new IBKRDataStream(broker, { clock, conflateMs: 0 });
});

function subscribed(options: SubscribeOptions) {
  const sub = stream.subscribe(AAPL, options);
  const told: StreamBar[] = [];
  sub.on("bar", (bar) => told.push(bar));
  return { sub, told };
}

/** A bar of one minute, so many minutes after the start. */
const minute = (n: number, open: number, volume: number, rest: HandBar = {}): HandBar => ({
  ...{ startMs: START + n * MINUTE, endMs: START + (n + 1) * MINUTE, open, volume, ...rest },
});
const changed = () => {
  broker.tick(broker.newest.id, { kind: FeedKind.BARS, values: [] });
  broker.flush();
};

describe("series of bars", () => {
  test("are asked for with the line that has their ticks", () => {
    stream.subscribe(AAPL, { bars: ["1s", "1m mid", "100 ticks"] });
    expect(broker.newest).toMatchObject({
      request: { kind: "quotes", genericTicks: [233] },
      treatment: {
        bars: {
          ...{ trades: "rtVolume", quotes: "line" },
          series: [
            { by: "time", size: 1 },
            { by: "time", size: 60, price: "mid" },
            { by: "ticks", size: 100 },
          ],
        },
      },
    });
  });

  test("are made of what comes tick by tick where that is subscribed to", () => {
    const before = broker.asked.length;
    stream.subscribe(AAPL, {
      quotes: false,
      trades: "allLast",
      bidAsk: true,
      bars: ["1s", "1m mid", "1m bid"],
    });
    const asked = broker.asked.slice(before);
    expect(asked.map(({ request }) => ("type" in request ? request.type : request.kind))).toEqual([
      "AllLast",
      "BidAsk",
    ]);
    expect(asked.map(({ treatment }) => treatment.bars)).toMatchObject([
      { trades: "tickByTick", series: [{ size: 1 }] },
      { quotes: "bidAsk", series: [{ price: "mid" }, { price: "bid" }] },
    ]);
    stream.subscribe(AAPL, { quotes: false, midPoint: true, bars: ["1m mid"] });
    expect(broker.newest.treatment.bars).toMatchObject({ quotes: "midPoint", series: [{ price: "mid" }] });
  });

  test("of delayed data are made of its last", () => {
    stream.subscribe(AAPL, { bars: ["1s"], marketDataType: "delayed" });
    expect(broker.newest.treatment.bars).toMatchObject({ trades: "last" });
  });

  test("share a line where they are the same, and are a line of their own where not", () => {
    const lines = () => stream.stats().lines.used;
    stream.subscribe(AAPL, { bars: ["1m"] });
    stream.subscribe(AAPL, { bars: ["60 secs"] });
    expect(lines()).toBe(1);
    stream.subscribe(AAPL, { bars: ["5m"] });
    expect(lines()).toBe(2);
  });

  test("are views: closed ones by position, the forming one, columns", () => {
    const { sub } = subscribed({ bars: ["1m"] });
    const bars = sub.bars("1 min");
    expect(bars).toBe(sub.bars("60s"));
    expect([bars.length, bars.at(-1), bars.forming, bars.toArray()]).toEqual([0, undefined, undefined, []]);
    const [memory] = broker.newest.bars;
    memory.close(minute(0, 10, 4, { high: 12, close: 11, notional: 42, count: 3 }));
    memory.close(minute(1, 11, 6));
    memory.form(minute(2, 13, 1));
    // Nobody was told, and nobody has to be.
    expect(bars.length).toBe(2);
    expect(bars.at(0)).toEqual({
      ...{ size: "1m", number: 0, startMs: START, endMs: START + MINUTE },
      ...{ open: 10, high: 12, low: 10, close: 11, volume: 4, notional: 42, vwap: 10.5, count: 3 },
      ...{
        first: false,
        last: false,
        gap: false,
        amended: false,
        corrected: false,
        carried: false,
        short: false,
      },
    });
    expect(bars.at(-1)).toMatchObject({ number: 1, open: 11 });
    expect([bars.at(2), bars.at(-3)]).toEqual([undefined, undefined]);
    expect(bars.forming).toMatchObject({ number: 2, open: 13, volume: 1 });
    expect(bars.column("close")).toEqual(Float64Array.of(11, 11));
    expect(bars.column("volume", 1)).toEqual(Float64Array.of(6));
    expect(bars.vwap()).toBe((42 + 66) / 10);
    expect(bars.vwap(1)).toBe(11);
  });

  test("tell each bar once, in order, with its flags", () => {
    const { sub, told } = subscribed({ bars: ["1m", "5m"] });
    const [ones, fives] = broker.newest.bars;
    const { first, last, gap, carried, short, corrected } = FeedBarFlag;
    ones.close(minute(0, 10, 1, { flags: first | gap }));
    ones.close(minute(1, 11, 0, { flags: carried | last | short | corrected }));
    changed();
    fives.close(minute(0, 9, 1));
    changed();
    changed();
    expect(told.map(({ size, number, open }) => [size, number, open])).toEqual([
      ["1m", 0, 10],
      ["1m", 1, 11],
      ["5m", 0, 9],
    ]);
    expect(told[0]).toMatchObject({ first: true, gap: true, last: false });
    expect(told[1]).toMatchObject({
      carried: true,
      last: true,
      short: true,
      corrected: true,
      vwap: undefined,
    });
    expect(sub.bars("5m").toArray()).toEqual([told[2]]);
  });

  test("tell the newest one again where it was amended, though another has been closed behind it", () => {
    const { sub, told } = subscribed({ bars: ["1m"] });
    const [memory] = broker.newest.bars;
    memory.close(minute(0, 10, 1));
    changed();
    memory.amend(minute(0, 10, 3, { flags: FeedBarFlag.amended }));
    memory.close(minute(1, 11, 1));
    changed();
    memory.amend(minute(1, 11, 2, { flags: FeedBarFlag.amended }));
    changed();
    expect(told.map(({ number, volume, amended }) => [number, volume, amended])).toEqual([
      [0, 1, false],
      [0, 3, true],
      [1, 1, false],
      [1, 2, true],
    ]);
    expect(sub.bars("1m").column("volume")).toEqual(Float64Array.of(3, 2));
  });

  test("keep as many as were asked for, and count on", () => {
    const { sub } = subscribed({ bars: [{ size: "1m", keep: 16 }] });
    const bars = sub.bars("1m");
    const [memory] = broker.newest.bars;
    for (let n = 0; n < 100; n++) {
      memory.close(minute(n, n + 1, 1));
      if (n % 10 === 9) changed();
    }
    expect(bars.length).toBe(16);
    expect(bars.toArray().map(({ number }) => number)).toEqual(Array.from({ length: 16 }, (_, i) => 84 + i));
    expect(bars.at(0)?.open).toBe(85);
    expect(bars.losses()).toMatchObject({ unread: 0, late: 0 });
  });

  test("say so when more were closed between two looks than are kept", () => {
    const { sub, told } = subscribed({ bars: [{ size: "1 ticks", keep: 16 }] });
    const [memory] = broker.newest.bars;
    for (let n = 0; n < 20; n++) memory.close({ open: n + 1 });
    changed();
    expect(told.map(({ open }) => open)).toEqual(Array.from({ length: 16 }, (_, i) => i + 5));
    expect(told.map(({ gap }) => gap)).toEqual([true, ...Array(15).fill(false)]);
    expect(sub.bars("1 ticks").losses().unread).toBe(4);
  });

  test("are iterated with back-pressure, and what waits is given out behind the end", async () => {
    const { sub } = subscribed({ bars: ["1m", "5m"] });
    const bars = sub.bars("1m").values({ limit: 2 });
    const [memory] = broker.newest.bars;
    for (let n = 0; n < 3; n++) memory.close(minute(n, n + 1, 1));
    changed();
    expect(broker.held).toBe(1);
    expect((await bars.next()).value?.open).toBe(1);
    expect((await bars.next()).value?.open).toBe(2);
    expect(broker.held).toBe(0);
    sub.close();
    const rest: number[] = [];
    for await (const { open } of bars) rest.push(open);
    expect(rest).toEqual([3]);
    for await (const _ of sub.bars("5m")) throw new Error("of one that is over nothing comes");
  });

  test("another size than those is refused, by name", () => {
    const { sub } = subscribed({ bars: ["1m", "1m mid"] });
    expect(() => sub.bars("2m")).toThrow('size is "2m" (allowed: 1m, 1m mid)');
    expect(() => subscribed({}).sub.bars("1m")).toThrow('size is "1m" (allowed: none: it has no bars)');
    expect(() => sub.book).toThrow(
      "book is undefined (allowed: with depth among the options of subscribe())",
    );
  });

  test("go on over a lost connection: the interval that it fell into is one bar, with a gap", async () => {
    const { sub, told } = subscribed({ bars: ["1m"] });
    const first = broker.newest.bars[0];
    first.close(minute(0, 10, 1));
    first.form(minute(1, 11, 2, { high: 15, count: 2 }));
    changed();
    broker.become("down");
    expect(sub.bars("1m").forming).toMatchObject({ number: 1, open: 11, volume: 2, gap: true });
    await broker.connect();
    const second = broker.newest.bars[0];
    // The same memory goes on; what was forming in it has been closed short.
    expect([second, second.closed]).toEqual([first, 2]);
    second.form(minute(1, 12, 5, { low: 9, count: 3 }));
    expect(sub.bars("1m").forming).toMatchObject({
      number: 1,
      open: 11,
      high: 15,
      low: 9,
      close: 12,
      volume: 7,
    });
    second.close();
    second.close(minute(2, 13, 1));
    changed();
    expect(told.map(({ number, open, volume, gap }) => [number, open, volume, gap])).toEqual([
      [0, 10, 1, false],
      [1, 11, 7, true],
      [2, 13, 1, false],
    ]);
  });

  test("the bar that a lost connection cut is one of its own where the next tick is of a later interval", async () => {
    const { sub, told } = subscribed({ bars: ["1m", "10 volume"] });
    const [byTime, byVolume] = broker.newest.bars;
    byTime.form(minute(0, 10, 1));
    byVolume.form({ open: 10, volume: 4 });
    broker.become("down");
    await broker.connect();
    const [later, volume] = broker.newest.bars;
    later.close(minute(5, 12, 1, { flags: FeedBarFlag.gap }));
    volume.close({ open: 11, volume: 10 });
    changed();
    expect(told.map(({ size, number, open, gap, short }) => [size, number, open, gap, short])).toEqual([
      ["10 volume", 0, 10, true, true],
      ["1m", 0, 10, true, false],
      ["1m", 1, 12, true, false],
      ["10 volume", 1, 11, false, false],
    ]);
    sub.close();
    expect(sub.bars("1m").length).toBe(2);
  });

  test("hear of an interruption in which the request stands", () => {
    subscribed({ bars: ["1m"] });
    broker.tick(broker.newest.id, {});
    broker.flush();
    broker.upstream("lost");
    expect(broker.newest.gaps).toBe(1);
  });
});

describe("bars behind those of history", () => {
  const asked: HistoryRequest[] = [];
  let answers: ((bars: HistoricalBar[]) => void)[];
  let refusals: ((error: Error) => void)[];

  beforeEach(() => {
    asked.length = 0;
    answers = [];
    refusals = [];
    broker.onHistory = (request) => {
      asked.push(request);
      return new Promise((resolve, reject) => {
        answers.push(resolve);
        refusals.push(reject);
      });
    };
  });

  const past = (n: number, close: number, volume: number): HistoricalBar => ({
    timeMs: START + n * MINUTE,
    ...{ open: close, high: close, low: close, close, volume, wap: close, count: volume },
  });
  const settled = () => new Promise(setImmediate);
  const OPTIONS = { bars: [{ size: "1m", history: "1 D" }] };

  test("there is no gap and nothing twice: history has the last word of the interval that both have", async () => {
    const { sub, told } = subscribed(OPTIONS);
    const bars = sub.bars("1m");
    expect(asked[0]).toMatchObject({
      contract: AAPL,
      duration: "1 D",
      barSize: "1 min",
      whatToShow: "TRADES",
    });
    const [memory] = broker.newest.bars;
    memory.form(minute(0, 10, 2, { flags: FeedBarFlag.gap, count: 2 }));
    clock.advance(30_000);
    // Three of these five were traded before the live data came, the others are those two.
    answers[0]([past(-3, 7, 70), past(-2, 8, 80), past(-1, 9, 90), past(0, 12, 5)]);
    await bars.ready;
    await settled();
    expect(bars.toArray().map(({ number, close }) => [number, close])).toEqual([
      [-3, 7],
      [-2, 8],
      [-1, 9],
    ]);
    expect(bars.forming).toMatchObject({ number: 0, open: 12, high: 12, low: 10, close: 10, volume: 5 });
    memory.form(minute(0, 10, 6, { close: 11, flags: FeedBarFlag.gap, count: 6 }));
    expect(bars.forming).toMatchObject({ number: 0, open: 12, close: 11, volume: 9 });
    memory.close();
    memory.close(minute(1, 14, 1));
    clock.advance(2 * MINUTE);
    changed();
    expect(told).toEqual([]);
    expect(asked[1]).toMatchObject({ duration: "270 S", barSize: "1 min" });
    answers[1]([past(-1, 9, 90), past(0, 12, 9), past(1, 14, 1)]);
    await settled();
    expect(told.map(({ number, close, volume, gap }) => [number, close, volume, gap])).toEqual([
      [0, 12, 9, false],
      [1, 14, 1, false],
    ]);
    expect(bars.column("startMs")).toEqual(Float64Array.from([-3, -2, -1, 0, 1], (n) => START + n * MINUTE));
    memory.close(minute(2, 15, 1));
    changed();
    expect(told.at(-1)).toMatchObject({ number: 2, close: 15 });
    expect(asked).toHaveLength(2);
  });

  test("what was missed while the connection was away is filled in", async () => {
    const { sub, told } = subscribed(OPTIONS);
    const bars = sub.bars("1m");
    const [memory] = broker.newest.bars;
    answers[0]([past(-1, 9, 90)]);
    await settled();
    memory.close(minute(0, 10, 2));
    changed();
    answers[1]([past(0, 10, 2)]);
    await settled();
    memory.form(minute(1, 11, 1));
    broker.become("down");
    clock.advance(4 * MINUTE);
    await broker.connect();
    const [next] = broker.newest.bars;
    next.form(minute(4, 14, 1, { flags: FeedBarFlag.gap }));
    changed();
    expect(asked[2].duration).toBe("360 S");
    answers[2]([past(0, 10, 2), past(1, 11, 5), past(2, 12, 6), past(3, 13, 7), past(4, 14, 1)]);
    await settled();
    expect(told.map(({ number, volume, gap }) => [number, volume, gap])).toEqual([
      [0, 2, false],
      [1, 5, false],
      [2, 6, false],
      [3, 7, false],
    ]);
    next.close();
    changed();
    answers[3]([past(4, 14, 8)]);
    await settled();
    expect(told.at(-1)).toMatchObject({ number: 4, volume: 8 });
    expect(bars.column("startMs")).toEqual(Float64Array.from([-1, 0, 1, 2, 3, 4], (n) => START + n * MINUTE));
  });

  test("who waits for ready finds history there in the same turn", async () => {
    const { sub } = subscribed(OPTIONS);
    const bars = sub.bars("1m");
    const seen = bars.ready.then(() => bars.length);
    answers[0]([past(-2, 8, 80), past(-1, 9, 90)]);
    expect(await seen).toBe(2);
  });

  test("where history is refused they go on without, and ready says why", async () => {
    const { sub, told } = subscribed(OPTIONS);
    const [memory] = broker.newest.bars;
    memory.close(minute(0, 10, 2));
    changed();
    expect(told).toEqual([]);
    refusals[0](new Error("no permission"));
    await expect(sub.bars("1m").ready).rejects.toThrow("no permission");
    expect(told).toMatchObject([{ number: 0, volume: 2 }]);
  });

  test("one that is closed before it came tells what it has, and ready says so", async () => {
    const { sub, told } = subscribed(OPTIONS);
    broker.newest.bars[0].close(minute(0, 10, 2));
    changed();
    sub.close();
    await expect(sub.bars("1m").ready).rejects.toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
    answers[0]([past(-1, 9, 90)]);
    await settled();
    expect(sub.bars("1m").length).toBe(1);
    expect(told).toMatchObject([{ number: 0, volume: 2 }]);
  });
});
