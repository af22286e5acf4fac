import { beforeEach, describe, expect, test } from "vitest";
import { FEED_BOOK_DAMAGES, FeedBookFlag } from "../../src/broker/feed-book.js";
import { FeedKind } from "../../src/broker/feed-kind.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import { resolveSubscribeOptions, type SubscribeOptions } from "../../src/stream/subscribe-options.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { ScriptedBroker } from "../support/scripted-broker.js";
import { stock, watch } from "../support/watch-subscription.js";

const AAPL = stock("AAPL");
const { crossed, locked, damaged, bidsMisordered, makers, smart } = FeedBookFlag;

let clock: VirtualClock;
let broker: ScriptedBroker;
let stream: IBKRDataStream;

beforeEach(() => {
  clock = new VirtualClock();
  broker = new ScriptedBroker(clock);
  stream = new IBKRDataStream(broker, { clock, conflateMs: 0, retryMs: 1_000 });
});

const subscribed = (options: SubscribeOptions = {}, contract = AAPL) => {
  const sub = stream.subscribe(contract, { quotes: false, depth: 5, ...options });
  return { ...watch(sub), asked: broker.newest };
};
const book = () => broker.newest.book ?? expect.fail("no book was asked for");
const changed = (id = broker.newest.id) => {
  broker.tick(id, { kind: FeedKind.BOOK, values: [] });
  broker.flush();
};
/** The newest book is damaged: the broker tells of it, then comes the notice. */
const damage = (what: (typeof FEED_BOOK_DAMAGES)[number]) => {
  const { id, listener } = broker.newest;
  book().set([[10, 1]], [[11, 1]], damaged, FEED_BOOK_DAMAGES.indexOf(what));
  listener.bookDamaged?.(what);
  changed(id);
};

describe("options of depth", () => {
  const resolved = (depth: SubscribeOptions["depth"]) => resolveSubscribeOptions({ depth }, 0, 0).depth;

  test("are rows, or more", () => {
    expect(resolved(false)).toBeUndefined();
    expect(resolved(true)).toEqual({ rows: 5, smart: undefined, onMissingDelete: "forgive" });
    expect(resolved(10)).toEqual({ rows: 10, smart: undefined, onMissingDelete: "forgive" });
    expect(resolved({ smart: true, onMissingDelete: "damage" })).toEqual({
      ...{ rows: 5, smart: true, onMissingDelete: "damage" },
    });
  });

  test.each([
    [0, "depth is 0 (allowed: true, false, an integer from 1 to 60, or { rows, smart, onMissingDelete })"],
    [61, "depth is 61 (allowed: true, false, an integer from 1 to 60, or { rows, smart, onMissingDelete })"],
    [
      1.5,
      "depth is 1.5 (allowed: true, false, an integer from 1 to 60, or { rows, smart, onMissingDelete })",
    ],
    [{ rows: 0 }, "depth.rows is 0 (allowed: an integer from 1 to 60)"],
    [{ row: 5 }, "depth.row is not known (allowed: rows, smart, onMissingDelete)"],
    [{ onMissingDelete: "ignore" }, 'depth.onMissingDelete is "ignore" (allowed: forgive, damage)'],
  ])("%j is refused", (depth, words) => {
    expect(() => resolved(depth as never)).toThrow(words);
  });
});

describe("an order book", () => {
  test("is asked for with its rows, of all exchanges where the contract is SMART", () => {
    expect(subscribed().asked).toMatchObject({
      request: { kind: "depth", rows: 5, smart: true },
      treatment: { book: { depth: 5, onMissingDelete: "forgive" } },
    });
    expect(subscribed({}, { ...AAPL, exchange: "ISLAND" }).asked.request).toMatchObject({ smart: false });
    expect(subscribed({ depth: { rows: 2, smart: false } }).asked.request).toMatchObject({
      smart: false,
      rows: 2,
    });
  });

  test("is a view: rows, flags, figures", () => {
    const { book: view } = subscribed().sub;
    expect(view.toObject()).toMatchObject({ bids: [], asks: [], damaged: false, damage: undefined });
    expect([view.mid, view.spread, view.microprice, view.imbalance(), view.bids(0)]).toEqual(
      Array(5).fill(undefined),
    );
    book().set(
      [
        [10, 3, "ARCA"],
        [9.5, 1, "A NAME OF SIXTEE"],
      ],
      [
        [11, 1, ""],
        [12, Number.NaN, "BATS"],
      ],
      makers | smart,
    );
    expect(view.bids(0)).toEqual({ price: 10, size: 3, marketMaker: "ARCA" });
    expect(view.bids(1)).toEqual({ price: 9.5, size: 1, marketMaker: "A NAME OF SIXTEE" });
    expect(view.asks(0)).toEqual({ price: 11, size: 1 });
    expect(view.asks(1)).toEqual({ price: 12, size: undefined, marketMaker: "BATS" });
    expect([view.bids(2), view.asks(-1), view.bidCount, view.askCount]).toEqual([undefined, undefined, 2, 2]);
    expect([view.mid, view.spread, view.microprice]).toEqual([10.5, 1, (10 * 1 + 11 * 3) / 4]);
    expect([view.imbalance(), view.imbalance(2)]).toEqual([0.5, undefined]);
    expect(view.smart).toBe(true);
    const { bids, asks } = view.read();
    expect([...bids.levels.subarray(0, 4), asks.price(0)]).toEqual([10, 3, 9.5, 1, 11]);
    expect(view.toObject()).toMatchObject({
      bids: [{ price: 10 }, { price: 9.5 }],
      smart: true,
      updatedMicros: 1,
    });
  });

  test("says that it is crossed, locked, out of order", () => {
    const { book: view } = subscribed().sub;
    const flags = () => [view.crossed, view.locked, view.misordered];
    book().set([[10, 1]], [[9, 1]], crossed);
    expect([flags(), view.spread]).toEqual([[true, false, false], -1]);
    book().set([[10, 1]], [[10, 1]], locked);
    expect(flags()).toEqual([false, true, false]);
    book().set(
      [
        [10, 1],
        [11, 1],
      ],
      [],
      bidsMisordered,
    );
    expect(flags()).toEqual([false, false, true]);
    expect(view.bids(0)).toEqual({ price: 10, size: 1 });
  });

  test("tells each change once", () => {
    const { sub } = subscribed();
    const mids: (number | undefined)[] = [];
    sub.on("depth", ({ mid }) => mids.push(mid));
    book().set([[10, 1]], [[11, 1]]);
    changed();
    book().set([[10, 1]], [[13, 1]]);
    changed();
    expect(mids).toEqual([10.5, 11.5]);
  });

  test("that is damaged says so, is asked for again, and there is a gap until it is whole", () => {
    const { sub, states, gaps } = subscribed();
    changed();
    const seen: (string | undefined)[] = [];
    sub.on("depth", ({ damage }) => seen.push(damage));
    const [first] = broker.standing;
    damage("updateOfNothing");
    expect(seen).toEqual(["updateOfNothing"]);
    expect(first.open).toBe(false);
    expect(broker.standing).toHaveLength(1);
    expect(states).toEqual(["live", "interrupted", "requested"]);
    expect([sub.book.damaged, sub.book.bidCount]).toEqual([false, 0]);
    clock.advance(10);
    book().set([[10, 2]], [[11, 2]]);
    changed();
    expect(sub.state).toBe("live");
    expect(gaps).toMatchObject([{ reason: "damaged", toMs: clock.now(), fromMs: clock.now() - 10 }]);
    expect(sub.book.bids(0)?.size).toBe(2);
    expect(sub.book.damages).toBe(1);
  });

  test("that is damaged over and over is asked for at leisure", () => {
    const { sub } = subscribed();
    changed();
    damage("gap");
    expect(broker.asked).toHaveLength(2);
    damage("gap");
    expect(broker.asked).toHaveLength(2);
    expect(sub.state).toBe("interrupted");
    expect(sub.reason).toBe("its book was damaged (gap): it is asked for again");
    clock.advance(1_000);
    expect(broker.asked).toHaveLength(3);
    changed();
    expect(sub.state).toBe("live");
    clock.advance(1_000);
    damage("gap");
    expect(broker.asked).toHaveLength(4);
  });

  test("has one of three lines; the fourth waits for one of them", () => {
    const symbols = ["A", "B", "C", "D"];
    const subs = symbols.map((symbol) => subscribed({}, stock(symbol)).sub);
    expect(subs.map(({ state }) => state)).toEqual(["requested", "requested", "requested", "waiting"]);
    expect(stream.stats().depthLines).toEqual({ used: 3, waiting: 1, available: 3 });
    expect(subs[3].reason).toBe("no order book is free (3 at once)");
    subs[1].close();
    expect(subs[3].state).toBe("requested");
  });

  test("gets no line of those that come free while the stream is closed", async () => {
    const subs = ["A", "B", "C", "D"].map((symbol) => subscribed({}, stock(symbol)).sub);
    const states: string[] = [];
    subs[3].on("state", ({ state }) => states.push(state));
    const asked = broker.asked.length;
    await stream.close();
    expect(states).toEqual(["closed"]);
    expect(broker.asked).toHaveLength(asked);
  });

  test("that the gateway has no line for (309) waits, and one that is halted (316) is asked for later", () => {
    const { sub, asked } = subscribed();
    broker.refuse(asked, 309);
    expect([sub.state, stream.stats().depthLines.available]).toEqual(["waiting", 0]);
    clock.advance(1_000);
    expect(sub.state).toBe("requested");
    broker.refuse(broker.newest, 316);
    expect(sub.state).toBe("interrupted");
    clock.advance(1_000);
    expect([sub.state, broker.standing.length]).toEqual(["requested", 1]);
  });

  test("is read as it was last when all is over", () => {
    const { sub } = subscribed();
    book().set([[10, 1]], [[11, 1]]);
    changed();
    sub.close();
    expect(sub.book.toObject()).toMatchObject({ bids: [{ price: 10, size: 1 }], asks: [{ price: 11 }] });
  });
});
