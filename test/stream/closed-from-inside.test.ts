import { beforeEach, describe, expect, test } from "vitest";
import { FEED_BOOK_DAMAGES, FeedBookFlag } from "../../src/broker/feed-book.js";
import { IBKRDataStream } from "../../src/stream/data-stream.js";
import type { SubscribeOptions } from "../../src/stream/subscribe-options.js";
import type { Subscription } from "../../src/stream/subscription.js";
import type { SubscriptionState } from "../../src/stream/subscription-state.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { ScriptedBroker } from "../support/scripted-broker.js";
import { stock } from "../support/watch-subscription.js";

const AAPL = stock("AAPL");
const MSFT = stock("MSFT");
const RETRY_MS = 1_000;

let clock: VirtualClock;
let broker: ScriptedBroker;
let stream: IBKRDataStream;

beforeEach(() => {
  clock = new VirtualClock();
  broker = new ScriptedBroker(clock);
  stream = new IBKRDataStream(broker, { clock, conflateMs: 0, retryMs: RETRY_MS, silenceMs: 5_000 });
});

const data = (id = broker.newest.id) => {
  broker.tick(id, { field: 1, values: [10, 100] });
  broker.flush();
};

/** Closes itself once it hears that it is in that state. */
function closesIn(wanted: SubscriptionState, options: SubscribeOptions = {}): Subscription {
  const sub = stream.subscribe(AAPL, options);
  sub.on("state", ({ state }) => {
    if (state === wanted) sub.close();
  });
  return sub;
}

/** Nothing is asked for, now or later. */
function expectNothing(sub: Subscription) {
  expect(sub.state).toBe("closed");
  clock.advance(RETRY_MS * 20);
  expect(broker.standing).toEqual([]);
  expect(stream.stats().lines).toMatchObject({ used: 0, waiting: 0 });
  expect(stream.stats().depthLines).toMatchObject({ used: 0, waiting: 0 });
  expect(stream.stats().tickByTickLines).toMatchObject({ used: 0, waiting: 0 });
}

describe("a subscription that a listener of its closes is asked for no more", () => {
  test.each([
    ["no line was left (101)", 101, "waiting", {}],
    ["depth was halted (316)", 316, "interrupted", { quotes: false, depth: 5 }],
    ["tick by tick was refused (10189)", 10_189, "competing", { quotes: false, trades: "allLast" }],
    ["no book was left (309)", 309, "waiting", { quotes: false, depth: 5 }],
  ] as const)("when %s", (_what, code, state, options) => {
    const sub = closesIn(state, options);
    broker.refuse(broker.newest, code);
    expectNothing(sub);
  });

  test.each(["state", "depth"] as const)("when its book is damaged, at its event %s", (event) => {
    const sub = stream.subscribe(AAPL, { quotes: false, depth: 5 });
    if (event === "depth") sub.on("depth", () => sub.close());
    else sub.on("state", ({ state }) => state === "interrupted" && sub.close());
    const { listener, book } = broker.newest;
    book?.set([[10, 1]], [[11, 1]], FeedBookFlag.damaged, 1);
    listener.bookDamaged?.(FEED_BOOK_DAMAGES[1]);
    expectNothing(sub);
  });

  test("when it is silent", () => {
    const sub = closesIn("silent");
    data();
    const other = stream.subscribe(MSFT);
    for (let i = 0; i < 20; i++) {
      data();
      clock.advance(1_000);
    }
    other.close();
    expectNothing(sub);
  });
});

describe("a stream", () => {
  test("that is closed by a listener of its closing is closed once", async () => {
    const states: string[] = [];
    stream.on("state", (state) => states.push(state));
    const sub = stream.subscribe(AAPL);
    sub.on("state", ({ state }) => state === "closed" && void stream.close());
    await stream.close();
    expect(states).toEqual(["closed"]);
  });

  test("takes no subscription any more while it closes", async () => {
    const sub = stream.subscribe(AAPL);
    let refusal: unknown;
    sub.on("state", () => {
      try {
        stream.subscribe(MSFT);
      } catch (error) {
        refusal = error;
      }
    });
    await stream.close();
    expect(refusal).toMatchObject({ code: "ERR_IBKR_NOT_SENT", message: "the stream is closed" });
    expect(broker.standing).toEqual([]);
  });

  test("that a listener closes tells nothing more of the batch at hand", () => {
    const sub = stream.subscribe(AAPL);
    sub.on("quote", () => void stream.close());
    let batches = 0;
    stream.onBatch(() => {
      batches += 1;
    });
    data();
    expect(batches).toBe(0);
  });
});

test("of a function that was given twice, one goes with the first that is taken away", () => {
  const sub = stream.subscribe(AAPL);
  let calls = 0;
  const count = () => {
    calls += 1;
  };
  const [first, second] = [sub.on("quote", count), sub.on("quote", count)];
  data();
  first();
  first();
  data();
  second();
  data();
  expect(calls).toBe(3);
});
