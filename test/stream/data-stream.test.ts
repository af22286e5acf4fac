import { beforeEach, describe, expect, test } from "vitest";
import { FeedKind } from "../../src/broker/feed-kind.js";
import type { Contract } from "../../src/domain/stock-types.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { IBKRDataStreamOptions } from "../../src/stream/stream-options.js";
import type { SubscribeOptions } from "../../src/stream/subscribe-options.js";
import type { DataBatch, Subscription } from "../../src/stream/subscription.js";
import { monotonicMicros } from "../../src/time/monotonic.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { ScriptedBroker } from "../support/scripted-broker.js";
import { Uncaught } from "../support/uncaught.js";
import { stock, watch } from "../support/watch-subscription.js";

const AAPL = stock("AAPL");
const MSFT = stock("MSFT");

let clock: VirtualClock;
let broker: ScriptedBroker;
let stream: IBKRDataStream;

const begin = (options: IBKRDataStreamOptions = {}) =>
  new IBKRDataStream(broker, { clock, conflateMs: 0, ...options });

beforeEach(() => {
  clock = new VirtualClock();
  broker = new ScriptedBroker(clock);
  stream = begin();
});

const watched = (options: SubscribeOptions = {}, what = AAPL, on = stream) =>
  watch(on.subscribe(what, options));

const bid = (price: number, id = broker.newest.id) => broker.tick(id, { field: 1, values: [price, 100] });
/** Data of a request, delivered. */
const data = (id = broker.newest.id) => {
  bid(10, id);
  broker.flush();
};
const rtTrade = (price: number, size: number, id = broker.newest.id) =>
  broker.tick(id, {
    kind: FeedKind.STRING,
    field: 48,
    values: [],
    texts: [`${price};${size};1000;5;9.5;true`],
  });

describe("a subscription", () => {
  test("has its quote's place on the board for armed orders, until it is over", () => {
    const [one, other] = [stream.subscribe(AAPL), stream.subscribe(MSFT)];
    expect(one.boardSlot).not.toBe(other.boardSlot);
    expect(stream.subscribe(AAPL).boardSlot).toBe(one.boardSlot);
    one.close();
    expect(() => one.boardSlot).toThrow(
      "boardSlot is undefined (allowed: of a subscription that is not over)",
    );
  });

  test("asks for what its options say", () => {
    stream.subscribe(AAPL, { trades: true, news: true, greeks: true, genericTicks: [236] });
    expect(broker.newest.request).toMatchObject({
      kind: "quotes",
      genericTicks: [104, 106, 233, 236, 292],
      marketDataType: 1,
    });
    const before = broker.asked.length;
    stream.subscribe(MSFT, {
      quotes: false,
      trades: "allLast",
      bidAsk: true,
      midPoint: true,
      realTimeBars: true,
    });
    expect(
      broker.asked.slice(before).map(({ request }) => ("type" in request ? request.type : request.kind)),
    ).toEqual(["AllLast", "BidAsk", "MidPoint", "bars"]);
  });

  test("is ready with its first data, and live", async () => {
    const { sub, states } = watched();
    expect(sub.state).toBe("requested");
    data();
    await sub.ready;
    expect(states).toEqual(["live"]);
    expect(sub.quote.bid).toBe(10);
    expect(sub.quote.ask).toBeUndefined();
  });

  test("what the gateway refuses is its state, rejects ready, and ends its iterators", async () => {
    const { sub, states } = watched({ trades: true });
    const trades = sub.trades();
    broker.refuse(broker.newest, 200, "No security definition");
    expect(states).toEqual(["failed"]);
    expect(sub.error).toMatchObject({ code: "ERR_IBKR_GATEWAY", gatewayCode: 200 });
    await expect(sub.ready).rejects.toBe(sub.error);
    await expect(trades.next()).rejects.toBe(sub.error);
    await expect(sub.trades().next()).rejects.toBe(sub.error);
    expect(stream.stats()).toMatchObject({ subscriptions: 0, lines: { used: 0 } });
  });

  test("one that is closed before its first data was never ready, and its request is taken back", async () => {
    const { sub, states } = watched();
    await sub[Symbol.asyncDispose]();
    sub.close();
    expect(states).toEqual(["closed"]);
    await expect(sub.ready).rejects.toMatchObject({ code: "ERR_IBKR_NOT_SENT" });
    expect(broker.standing).toEqual([]);
  });

  test("its signal closes it", async () => {
    const controller = new AbortController();
    const { sub } = watched({ signal: controller.signal, trades: true });
    const next = sub.trades().next();
    controller.abort(new Error("enough"));
    expect(sub.state).toBe("closed");
    await expect(sub.ready).rejects.toThrow("enough");
    await expect(next).rejects.toThrow("enough");
    expect(() => stream.subscribe(AAPL, { signal: controller.signal })).toThrow("enough");
  });

  test("iterators over what was not subscribed to are refused: nothing would ever come", () => {
    const trades = "trades is undefined (allowed: with trades among the options of subscribe())";
    const quotes = stream.subscribe(AAPL);
    expect(() => quotes.trades()).toThrow(trades);
    expect(() => quotes.realTimeBars()).toThrow(
      "realTimeBars is undefined (allowed: with realTimeBars among the options of subscribe())",
    );
    expect(() => stream.subscribe(AAPL, { bars: ["1s mid"] }).trades()).toThrow(trades);
    expect(() => quotes.trades()).toThrow(expect.objectContaining({ code: "ERR_IBKR_ARGUMENT" }));
    // RTVolume comes with bars of trades, and with its own generic ticks.
    for (const options of [{ bars: ["1s"] }, { genericTicks: [233] }, { genericTicks: [375] }])
      expect(() => stream.subscribe(AAPL, options).trades()).not.toThrow();
  });

  test("keeps its last quote after its end, whoever has its place on the board then", () => {
    const small = new ScriptedBroker(clock);
    Object.defineProperty(small.feed.board, "slots", { value: 1 });
    const tight = new IBKRDataStream(small, { clock, conflateMs: 0 });
    const first = tight.subscribe(AAPL);
    small.tick(small.newest.id, { values: [10, 1] });
    expect(() => tight.subscribe(MSFT)).toThrow("the board has room for 1 quotes");
    first.close();
    const second = tight.subscribe(MSFT);
    small.tick(small.newest.id, { values: [20, 1] });
    expect([first.quote.bid, second.quote.bid]).toEqual([10, 20]);
  });

  test("delayed and frozen data are states", () => {
    const { states } = watched({ marketDataType: "delayed" });
    expect(broker.newest.request).toMatchObject({ marketDataType: 3 });
    broker.newest.listener.dataType?.(3);
    data();
    broker.newest.listener.dataType?.(4);
    broker.newest.listener.dataType?.(1);
    expect(states).toEqual(["delayed", "frozen", "live"]);
  });

  test("a distance in ticks is one in price once the gateway has named the step", () => {
    stream.subscribe(AAPL, { filter: { outlier: { ticks: 20 }, minSize: 5 } });
    expect(broker.newest.treatment.filter).toEqual({ minSize: 5 });
    broker.newest.listener.minTick?.(0.05);
    expect(broker.newest.treatment.filter).toEqual({ minSize: 5, outlier: { price: 1 } });
    // Of a contract without a step: otherwise all but the mid would be left out.
    broker.newest.listener.minTick?.(0);
    expect(broker.newest.treatment.filter).toEqual({ minSize: 5 });
  });
});

describe("what is refused at once", () => {
  test.each<[unknown, string]>([
    [{ policy: "lose" }, 'policy is "lose" (allowed: conflate, backpressure, drop-oldest)'],
    [{ conflateMs: -1 }, "conflateMs is -1 (allowed: an integer from 0 to 60000)"],
    [{ quotes: false }, "quotes is false (allowed: true where nothing else is subscribed to)"],
    [{ trades: "all" }, 'trades is "all" (allowed: true, false, rtVolume, last, allLast)'],
    [{ filter: { priceMin: 2, priceMax: 1 } }, "filter.priceMin is 2 (allowed: a number up to priceMax)"],
    [{ filter: { outlier: { percent: 0 } } }, "filter.outlier.percent is 0 (allowed: a number above 0)"],
    [
      { filter: { outlier: 5 } },
      "filter.outlier is 5 (allowed: { percent }, { price } or { ticks }, above 0)",
    ],
    [{ filter: { sessions: [[2, 1]] } }, "filter.sessions is [[2,1]] (allowed: a list of [startMs, endMs]"],
    [{ filter: { kinds: ["gossip"] } }, 'filter.kinds[0] is "gossip" (allowed: price, size'],
    [{ colour: "red" }, "colour is not known (allowed: quotes, trades"],
  ])("%j", (options, message) => {
    expect(() => stream.subscribe(AAPL, options as SubscribeOptions)).toThrow(message);
    expect(broker.asked).toEqual([]);
  });

  test("a stream's options, a contract, a broker, an event, a listener", () => {
    expect(() => begin({ silenceMs: 5 })).toThrow("silenceMs is 5 (allowed: 0, or an integer from 1000");
    expect(() => begin({ profile: "fast" as "balanced" })).toThrow(
      'profile is "fast" (allowed: ultra-low-latency',
    );
    expect(() => stream.subscribe(undefined as unknown as Contract)).toThrow("contract is undefined");
    const circle: Record<string, unknown> = { symbol: "AAPL" };
    circle["self"] = circle;
    for (const contract of [{ symbol: "AAPL", more: 5n }, circle, {}] as unknown as Contract[])
      expect(() => stream.subscribe(contract)).toThrow(
        expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message: expect.stringMatching(/^contract/) }),
      );
    expect(() => new IBKRDataStream({} as ScriptedBroker)).toThrow("broker is {} (allowed: a Broker)");
    expect(() => stream.on("noise" as "state", () => {})).toThrow('event is "noise" (allowed: state, error)');
    expect(() => stream.on("state", 1 as unknown as () => void)).toThrow(
      "listener is 1 (allowed: a function)",
    );
    expect(() => stream.subscribe(AAPL, { trades: true }).trades({ limit: 0 })).toThrow("limit is 0");
  });
});

describe("events, batches and iterators", () => {
  test("a batch goes to each of its subscriptions, then whole to who wants all", () => {
    const told: string[] = [];
    const show =
      (name: string) =>
      (batch: { length: number; price(i: number): number; subscription(i: number): Subscription }) =>
        told.push(
          `${name}: ${Array.from({ length: batch.length }, (_, i) => `${batch.subscription(i).contract.symbol} ${batch.price(i)}`)}`,
        );
    const a = stream.subscribe(AAPL);
    const aId = broker.newest.id;
    stream.subscribe(MSFT).on("batch", show("MSFT"));
    a.on("batch", show("AAPL"));
    stream.onBatch(show("all"));
    bid(1, aId);
    bid(2);
    bid(3, aId);
    broker.flush();
    expect(told).toEqual(["AAPL: AAPL 1,AAPL 3", "MSFT: MSFT 2", "all: AAPL 1,MSFT 2,AAPL 3"]);
  });

  test("a batch has no messages of what others have subscribed to on the same broker", () => {
    const told: string[] = [];
    const tell = (name: string) => (batch: DataBatch) =>
      told.push(
        `${name}: ${Array.from({ length: batch.length }, (_, i) => batch.subscription(i)?.contract.symbol)}`,
      );
    const other = begin();
    stream.onBatch(tell("stream"));
    other.onBatch(tell("other"));
    stream.subscribe(AAPL);
    const aId = broker.newest.id;
    other.subscribe(MSFT);
    bid(1, aId);
    broker.flush();
    bid(2);
    broker.flush();
    expect(told).toEqual(["stream: AAPL", "other: MSFT"]);
  });

  test("trades of RTVolume and tick by tick are objects", async () => {
    const sub = stream.subscribe(AAPL, { trades: true });
    const both = stream.subscribe(AAPL, { quotes: false, trades: "allLast" });
    const told: unknown[] = [];
    sub.on("trade", (trade) => told.push(trade));
    const trades = both.trades();
    rtTrade(9.25, 3, broker.asked[0].id);
    broker.tick(broker.newest.id, {
      ...{ kind: FeedKind.TRADE, attribs: 2, values: [7, 9.5, 4], texts: ["ARCA", "@ I"] },
    });
    broker.flush();
    expect(told).toEqual([
      { price: 9.25, size: 3, timeMs: 1000, receivedMicros: expect.any(Number), volume: 5, vwap: 9.5 },
    ]);
    expect((await trades.next()).value).toEqual({
      ...{
        price: 9.5,
        size: 4,
        timeMs: 7000,
        receivedMicros: expect.any(Number),
        exchange: "ARCA",
        conditions: "@ I",
      },
      ...{ pastLimit: false, unreported: true },
    });
  });

  test("a quote event comes once for each batch that may have changed it", () => {
    const sub = stream.subscribe(AAPL);
    const bids: (number | undefined)[] = [];
    sub.on("quote", (quote) => bids.push(quote.bid));
    bid(1);
    bid(2);
    broker.flush();
    bid(3);
    broker.flush();
    expect(bids).toEqual([2, 3]);
  });

  test("a slow iterator holds the feed up, and lets it go on", async () => {
    const sub = stream.subscribe(AAPL, { trades: true });
    const trades = sub.trades({ limit: 2 });
    for (const price of [1, 2, 3]) rtTrade(price, 1);
    broker.flush();
    expect(broker.held).toBe(1);
    rtTrade(4, 1);
    broker.flush();
    const prices: number[] = [];
    for await (const { price } of trades) {
      prices.push(price);
      if (prices.length === 4) break;
    }
    expect(prices).toEqual([1, 2, 3, 4]);
    expect(broker.held).toBe(0);
  });

  test("with drop-oldest it loses the oldest, counted, and with quotes all but the newest", async () => {
    const sub = stream.subscribe(AAPL, { trades: true, policy: "drop-oldest" });
    const trades = sub.trades({ limit: 2 });
    const quotes = sub.quotes();
    for (const price of [1, 2, 3]) {
      rtTrade(price, 1);
      bid(price);
      broker.flush();
    }
    expect(broker.held).toBe(0);
    expect((await trades.next()).value?.price).toBe(2);
    expect((await quotes.next()).value?.bid).toBe(3);
    expect(sub.stats().iteratorsDropped).toBe(1 + 2);
  });

  test("a listener that closes, subscribes or throws costs the others nothing", async () => {
    const uncaught = new Uncaught();
    try {
      const first = stream.subscribe(AAPL, { trades: true });
      const seen: string[] = [];
      first.on("batch", () => {
        first.close();
        stream.subscribe(stock("TSLA"));
        throw new Error("a listener's");
      });
      first.on("batch", () => seen.push("second listener"));
      first.on("trade", () => seen.push("a trade of a closed one"));
      stream.subscribe(MSFT).on("batch", () => seen.push("MSFT"));
      rtTrade(1, 1, broker.asked[0].id);
      bid(1, broker.asked[1].id);
      broker.flush();
      expect(seen).toEqual(["second listener", "MSFT"]);
      await new Promise(setImmediate);
      expect(uncaught.messages).toEqual(["a listener's"]);
    } finally {
      uncaught.end();
    }
  });

  test("news", () => {
    const sub = stream.subscribe(AAPL, { news: true });
    const headlines: string[] = [];
    sub.on("news", ({ headline }) => headlines.push(headline));
    const item = { timeMs: 1, providerCode: "BZ", articleId: "BZ$1", headline: "Up", extraData: "" };
    broker.newest.listener.news?.(item);
    expect(headlines).toEqual(["Up"]);
  });
});

describe("a stream", () => {
  test.each([
    ["ultra-low-latency", 0, 1],
    ["low-latency", 10, 20],
    ["balanced", 100, 100],
    ["high-throughput", 250, 250],
  ] as const)("%s: conflation %i ms, batches every %i ms", (profile, conflateMs, batchMs) => {
    new IBKRDataStream(broker, { clock, profile }).subscribe(AAPL);
    expect([broker.newest.treatment.conflateMs, broker.batchMs]).toEqual([conflateMs, batchMs]);
  });

  test("balanced is the default", () => {
    expect(new IBKRDataStream(broker, { clock }).profile).toBe("balanced");
  });

  test("counts what became of every message, also of those who are gone", () => {
    const first = stream.subscribe(AAPL, { filter: { priceMax: 5 } });
    bid(1);
    bid(10);
    broker.flush();
    first.close();
    stream.subscribe(MSFT);
    bid(1);
    broker.flush();
    expect(first.stats()).toMatchObject({ received: 2, delivered: 1, filtered: { price: 1 } });
    expect(stream.stats()).toMatchObject({
      ...{ received: 3, delivered: 2, subscriptions: 1, batches: 2 },
      ...{ filtered: { price: 1, kind: 0 }, lag: { count: 2 } },
    });
    expect(stream.stats().messagesPerSecond).toBeGreaterThan(0);
  });

  test("has no figures of what others have subscribed to on the same broker", () => {
    const other = begin();
    const sub = stream.subscribe(AAPL);
    const aId = broker.newest.id;
    other.subscribe(MSFT);
    for (let n = 0; n < 3; n++) data();
    for (let n = 0; n < 40; n++) bid(1);
    bid(2, aId);
    broker.flush();
    expect(stream.stats()).toMatchObject({ batches: 1, lag: { count: 1 } });
    expect(other.stats()).toMatchObject({ batches: 4, lag: { count: 4 } });
    // Nothing of its batch stood at every 32nd place: it had one message all the same.
    expect(sub.stats().lag.count).toBe(1);
    expect(other.stats().messagesPerSecond).toBeCloseTo(43 * stream.stats().messagesPerSecond);
  });

  test("knows the quantiles of its lag, and of each subscription's own messages", () => {
    const begun = monotonicMicros();
    const aged = (sub: number, micros: number) => {
      broker.tick(sub, { receivedMicros: monotonicMicros() - micros });
      broker.flush();
    };
    const first = stream.subscribe(AAPL);
    expect(first.stats().lag).toEqual({ count: 0, mean: 0, max: 0, p50: 0, p95: 0, p99: 0, p999: 0 });
    aged(broker.newest.id, 1_000_000);
    const second = stream.subscribe(MSFT);
    for (let n = 1; n <= 99; n++) aged(broker.newest.id, 5_000);
    const most = monotonicMicros() - begun;
    const within = (value: number, micros: number) => {
      expect(value).toBeGreaterThanOrEqual(micros * (127 / 128));
      expect(value).toBeLessThanOrEqual((micros + most) * (129 / 128));
    };
    expect([first, second, stream].map((one) => one.stats().lag.count)).toEqual([1, 99, 100]);
    for (const quantile of ["p50", "p99", "p999", "max"] as const) within(first.stats().lag[quantile], 1e6);
    for (const quantile of ["p50", "p99", "max"] as const) within(second.stats().lag[quantile], 5_000);
    const { p50, p95, p99, p999, max } = stream.stats().lag;
    for (const low of [p50, p95, p99]) within(low, 5_000);
    for (const high of [p999, max]) within(high, 1e6);
    second.close();
    expect(second.stats().lag.count).toBe(99);
  });

  test("closes all it has, and is told to", async () => {
    const states: string[] = [];
    stream.on("state", (state) => states.push(state));
    const sub = stream.subscribe(AAPL, { trades: true });
    sub.trades({ limit: 1 });
    for (const price of [1, 2, 3]) rtTrade(price, 1);
    broker.flush();
    expect(broker.held).toBe(1);
    await stream.close();
    await stream[Symbol.asyncDispose]();
    expect([sub.state, broker.standing.length, broker.held, clock.pending]).toEqual([
      "closed",
      0,
      0,
      expect.any(Number),
    ]);
    expect(states).toEqual(["closed"]);
    expect(() => stream.subscribe(AAPL)).toThrow("the stream is closed");
    data();
    expect(stream.stats().batches).toBe(1);
  });
});
