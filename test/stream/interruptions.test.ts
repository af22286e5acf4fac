import { beforeEach, describe, expect, test } from "vitest";
import { FeedKind } from "../../src/broker/feed-kind.js";
import { IBKRError } from "../../src/domain/ibkr-error.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { IBKRDataStreamOptions } from "../../src/stream/stream-options.js";
import type { SubscribeOptions } from "../../src/stream/subscribe-options.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { ScriptedBroker } from "../support/scripted-broker.js";
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

describe("lines", () => {
  test("subscribers of one contract share a line, which ends with the last of them", () => {
    const [first, second] = [stream.subscribe(AAPL), stream.subscribe({ ...AAPL })];
    expect(broker.standing).toHaveLength(1);
    data();
    expect([first.state, second.state, second.quote.bid]).toEqual(["live", "live", 10]);
    const third = stream.subscribe(AAPL);
    expect(third.state).toBe("live");
    first.close();
    second.close();
    expect(broker.standing).toHaveLength(1);
    third.close();
    expect(broker.standing).toEqual([]);
  });

  test("who wants more generic ticks has the line asked for again, who wants fewer has not", () => {
    stream.subscribe(AAPL, { genericTicks: [236] });
    stream.subscribe(AAPL);
    expect(broker.asked).toHaveLength(1);
    stream.subscribe(AAPL, { trades: true });
    expect(broker.standing.map(({ request }) => "genericTicks" in request && request.genericTicks)).toEqual([
      [233, 236],
    ]);
  });

  test("another treatment is another line", () => {
    stream.subscribe(AAPL);
    stream.subscribe(AAPL, { filter: { minSize: 5 } });
    stream.subscribe(AAPL, { filter: { minSize: 5 } });
    expect(broker.standing).toHaveLength(2);
  });

  test("what does not fit waits, and says so; what is more important displaces it", () => {
    stream = begin({ lines: 1 });
    const low = watched({ priority: 1 });
    data();
    const waits = watched({}, MSFT);
    expect(waits.sub.state).toBe("waiting");
    clock.advance(10);
    const high = watched({ priority: 2 }, stock("TSLA"));
    expect(low.states).toEqual(["live", "waiting"]);
    expect(low.sub.reason).toContain("higher priority");
    expect(stream.stats().lines).toEqual({ used: 1, waiting: 2, available: 1 });
    clock.advance(5);
    high.sub.close();
    data();
    expect(low.sub.state).toBe("live");
    expect(low.gaps).toEqual([{ fromMs: clock.now() - 5, toMs: clock.now(), reason: "displaced" }]);
    expect(waits.sub.state).toBe("waiting");
  });

  test("tick by tick has lines of its own, five of them", () => {
    const subs = ["A", "B", "C", "D", "E", "F"].map((symbol) =>
      stream.subscribe(stock(symbol), { quotes: false, trades: "last" }),
    );
    expect(subs.map(({ state }) => state)).toEqual([...Array(5).fill("requested"), "waiting"]);
  });

  test.each([101, 10_190])("%i of the gateway is a line less, until later", (code) => {
    const { sub } = watched();
    broker.refuse(broker.newest, code, "Max number");
    expect(sub.state).toBe("waiting");
    expect(sub.error).toMatchObject({ gatewayCode: code });
    expect(stream.stats().lines).toEqual({ used: 0, waiting: 1, available: 0 });
    clock.advance(30_000);
    data();
    expect(sub.state).toBe("live");
  });
});

describe("interruptions", () => {
  test("a stream may begin before its broker: its subscriptions wait", () => {
    broker.become("down");
    const { sub } = watched();
    expect([sub.state, sub.reason]).toEqual(["waiting", "not connected"]);
    broker.become("ready");
    data();
    expect(sub.state).toBe("live");
  });

  test("a connection that breaks and comes back: asked for again by priority, and a gap", () => {
    const a = watched({ priority: 1 });
    const b = watched({ priority: 2 }, MSFT);
    for (const { id } of broker.standing) data(id);
    const from = clock.now();
    broker.become("down");
    expect([a.sub.state, stream.state]).toEqual(["interrupted", "down"]);
    clock.advance(700);
    broker.become("ready");
    expect(broker.standing.map(({ request }) => request.contract.symbol)).toEqual(["MSFT", "AAPL"]);
    clock.advance(300);
    for (const { id } of broker.standing) data(id);
    expect(a.gaps).toEqual([{ fromMs: from, toMs: from + 1000, reason: "connection" }]);
    expect(b.states).toEqual(["live", "interrupted", "requested", "live"]);
  });

  test("1100 and 1102: the request stands", () => {
    const { sub, states, gaps } = watched();
    data();
    broker.upstream("lost");
    expect(stream.state).toBe("interrupted");
    clock.advance(50);
    broker.upstream("restored");
    data();
    expect(broker.asked).toHaveLength(1);
    expect(states).toEqual(["live", "interrupted", "requested", "live"]);
    expect(gaps).toMatchObject([{ reason: "upstream" }]);
    expect([sub.stats().gaps, stream.state]).toEqual([1, "ready"]);
  });

  test("what arrived before an interruption, and comes out of conflation after it, does not end it", () => {
    stream = begin({ conflateMs: 100 });
    const { sub, gaps } = watched({}, MSFT);
    bid(1);
    clock.advance(100);
    broker.flush();
    bid(2);
    broker.upstream("lost");
    clock.advance(100);
    broker.flush();
    expect([sub.state, sub.quote.bid, gaps]).toEqual(["interrupted", 2, []]);
    bid(3);
    clock.advance(100);
    broker.flush();
    expect([sub.state, gaps.length]).toEqual(["live", 1]);
  });

  test("1101: everything is asked for again, by priority", () => {
    watched({ priority: 1 });
    const { gaps } = watched({ priority: 2 }, MSFT);
    data();
    broker.upstream("data-lost");
    expect(broker.asked.slice(2).map(({ request }) => request.contract.symbol)).toEqual(["MSFT", "AAPL"]);
    expect(broker.standing).toHaveLength(2);
    data(broker.asked[2].id);
    expect(gaps).toMatchObject([{ reason: "data-lost" }]);
  });

  test("10197, a competing session, is a state until data comes again", () => {
    const { sub, states, gaps } = watched();
    data();
    broker.note(broker.newest, 10_197, "No market data during competing live session");
    expect(sub.error).toMatchObject({ code: "ERR_IBKR_COMPETING_SESSION", gatewayCode: 10_197 });
    broker.note(broker.newest, 2104);
    data();
    expect(states).toEqual(["live", "competing", "live"]);
    expect(gaps).toMatchObject([{ reason: "competing" }]);
  });

  test("10189 is one, too, and is asked for again", () => {
    const { sub, states } = watched({ quotes: false, bidAsk: true });
    broker.refuse(broker.newest, 10_189, "Failed to request tick-by-tick data");
    expect(sub.state).toBe("competing");
    clock.advance(29_999);
    expect(broker.asked).toHaveLength(1);
    clock.advance(1);
    data();
    expect(states).toEqual(["competing", "requested", "live"]);
  });

  test("who falls silent while others live is asked for again, ever more seldom", () => {
    const { sub, gaps } = watched();
    const aapl = () => broker.asked.filter(({ request }) => request.contract.symbol === "AAPL");
    stream.subscribe(MSFT);
    const msft = broker.newest.id;
    data(aapl()[0].id);
    const from = clock.now();
    const minutes = (n: number) => {
      for (let i = 0; i < n; i++) {
        clock.advance(60_000);
        data(msft);
      }
    };
    minutes(2);
    expect([sub.state, aapl().length]).toEqual(["silent", 2]);
    minutes(4);
    expect(aapl()).toHaveLength(3);
    minutes(7);
    expect(aapl()).toHaveLength(3);
    data(broker.asked[broker.asked.length - 1].id);
    expect(sub.state).toBe("live");
    expect(gaps).toEqual([{ fromMs: from, toMs: clock.now(), reason: "silent" }]);
  });

  test("bars that the clock closes are no data: their line is silent nevertheless", () => {
    broker.makesBars = true;
    const sub = stream.subscribe(AAPL, { bars: [{ size: "10s", empty: "carry" }] });
    const aapl = broker.newest.id;
    let bars = 0;
    sub.on("bar", () => {
      bars += 1;
    });
    stream.subscribe(MSFT);
    const msft = broker.newest.id;
    broker.tick(aapl, { kind: FeedKind.RT_TRADE, field: 48, values: [clock.now(), 10, 1, 1, 10] });
    broker.flush();
    expect(sub.state).toBe("live");
    for (let i = 0; i < 12; i++) {
      clock.advance(10_000);
      broker.closeBars();
      data(msft);
    }
    expect(bars).toBeGreaterThan(5);
    expect(sub.state).toBe("silent");
  });

  test("where nobody has data nobody is silent", () => {
    const { sub } = watched();
    data();
    clock.advance(3_600_000);
    expect([sub.state, broker.asked.length]).toEqual(["live", 1]);
  });

  test("a fault of no subscription is the stream's error", () => {
    const errors: IBKRError[] = [];
    stream.on("error", (error) => errors.push(error));
    const fault = new IBKRError("ERR_IBKR_GATEWAY", "odd");
    broker.fault(fault);
    expect(errors).toEqual([fault]);
  });
});
