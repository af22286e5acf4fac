import { describe, expect, test } from "vitest";
import type { FeedBatch } from "../../../src/broker/feed.js";
import { FeedKind } from "../../../src/broker/feed-kind.js";
import type { FeedFilter, FeedTreatment } from "../../../src/broker/feed-treatment.js";
import { UNSET } from "../../../src/native/ring-record.js";
import { VirtualClock } from "../../../src/time/virtual-clock.js";
import { asTrade, type PlainMessage } from "./plain-message.js";
import { PlainDesk, PlainFilter } from "./plain-treatment.js";

const ID = 7;
const message = (kind: number, field: number, values: number[], more: Partial<PlainMessage> = {}) => ({
  ...{ kind, reqId: ID, field, attribs: 0, receivedMicros: 1, values, texts: [] },
  ...more,
});
const bid = (price: number, size = 100) => message(FeedKind.PRICE, 1, [price, size]);
const ask = (price: number, size = 100) => message(FeedKind.PRICE, 2, [price, size]);
const last = (price: number, size = 100) => message(FeedKind.PRICE, 4, [price, size]);
const trade = (price: number, size: number, conditions = "", attribs = 0) =>
  message(FeedKind.TRADE, 0, [1_000, price, size], { attribs, texts: ["ARCA", conditions] });

function deskWith(treatment: Partial<FeedTreatment> = {}) {
  const clock = new VirtualClock();
  const batches: number[][] = [];
  const desk = new PlainDesk(clock, (batch: FeedBatch) =>
    batches.push(Array.from({ length: batch.length }, (_, i) => batch.price(i))),
  );
  const whole = { boardSlot: 3, conflateMs: 0, conflateTrades: false, policy: "conflate", ...treatment };
  const counts = desk.add(ID, whole as FeedTreatment);
  return { clock, batches, desk, counts };
}

describe("the board", () => {
  test("has the newest values, and nothing where the gateway says that there is none", () => {
    const { desk } = deskWith();
    const quote = desk.board.view(3);
    expect(quote.bid).toBeUndefined();
    for (const one of [bid(10, 5), ask(-1, 0), last(0, 0)]) desk.take(one);
    expect([quote.bid, quote.bidSize, quote.ask, quote.last]).toEqual([10, 5, undefined, undefined]);
    desk.take(bid(-37.63, 2));
    expect(quote.bid).toBe(-37.63);
    desk.take(bid(-1, UNSET));
    expect(quote.bid).toBeUndefined();
  });

  test("takes delayed types to the same places, and says so", () => {
    const { desk } = deskWith();
    const quote = desk.board.view(3);
    desk.take(message(FeedKind.PRICE, 68, [11, 1]));
    expect([quote.last, quote.delayed]).toEqual([11, true]);
    desk.take(last(12));
    expect([quote.last, quote.delayed]).toEqual([12, false]);
  });

  test("is not filtered", () => {
    const { desk, counts } = deskWith({ filter: { priceMax: 5 } });
    desk.take(bid(10));
    expect(desk.board.view(3).bid).toBe(10);
    expect(counts()).toMatchObject({ received: 1, delivered: 0, filtered: { price: 1 } });
  });
});

describe("conflation", () => {
  test("the newest value of each field goes out, in order of arrival, and the rest is counted", () => {
    const { desk, batches, clock, counts } = deskWith({ conflateMs: 100 });
    desk.setBatching(10);
    for (const one of [bid(1), ask(2), bid(3)]) desk.take(one);
    desk.take(trade(9, 1));
    clock.advance(10);
    expect(batches).toEqual([[9, 2, 3]]);
    expect(counts()).toMatchObject({ received: 4, delivered: 3, conflated: 1 });
  });

  test("a subscription's values go at most once in its time, at the next look behind it", () => {
    const { desk, batches, clock } = deskWith({ conflateMs: 100 });
    desk.setBatching(30);
    desk.take(bid(1));
    clock.advance(30);
    expect(batches).toEqual([[1]]);
    for (const price of [2, 3]) {
      desk.take(bid(price));
      clock.advance(45);
    }
    expect(batches).toEqual([[1]]);
    clock.advance(30);
    expect(batches).toEqual([[1], [3]]);
    expect(clock.pending).toBe(0);
  });

  test("without a time of batches it looks as often as the shortest conflation wants", async () => {
    const { desk, batches, clock } = deskWith({ conflateMs: 100 });
    desk.add(ID + 1, { boardSlot: 4, conflateMs: 20, conflateTrades: false, policy: "conflate" });
    desk.take(bid(1));
    clock.advance(19);
    expect(batches).toEqual([]);
    clock.advance(1);
    expect(batches).toEqual([[1]]);
  });

  test("trades are conflated where that is asked for", () => {
    const { desk, batches, clock } = deskWith({ conflateMs: 100, conflateTrades: true });
    desk.setBatching(1);
    for (const price of [1, 2, 3]) desk.take(trade(price, 1));
    clock.advance(200);
    expect(batches).toEqual([[3]]);
  });

  test("the filter's smallest size leaves nothing out where it is not said", () => {
    const { desk, counts } = deskWith({ filter: {} });
    desk.take(bid(1, -1));
    expect(counts()).toMatchObject({ delivered: 1 });
  });

  test("what waits of a subscription that ends is counted as dropped", () => {
    const { desk, counts } = deskWith({ conflateMs: 100 });
    desk.take(bid(1));
    desk.remove(ID);
    expect(counts()).toMatchObject({ received: 1, delivered: 0, dropped: 1 });
  });
});

describe("a filter", () => {
  const reasons = (filter: FeedFilter, messages: readonly PlainMessage[], nowMs = 0) => {
    const judge = new PlainFilter(filter);
    return messages.map((one) => judge.judge(one, nowMs) ?? "passes");
  };
  test.each<[string, FeedFilter, PlainMessage[], string[]]>([
    ["by kind", { kinds: [FeedKind.TRADE] }, [bid(1), trade(1, 1)], ["kind", "passes"]],
    ["by price", { priceMin: 5, priceMax: 6 }, [bid(4.9), bid(5), ask(6.1)], ["price", "passes", "price"]],
    ["no price is in every band", { priceMin: 5 }, [bid(-1, 0)], ["passes"]],
    ["by size", { minSize: 10 }, [trade(1, 9), trade(1, 10), last(1, 9)], ["size", "passes", "size"]],
    ["by change", { minPriceChange: 0.5 }, [bid(1), bid(1.4), bid(1.5)], ["passes", "change", "passes"]],
    [
      "outliers by percent of the last mid",
      { outlier: { percent: 10 } },
      [trade(50, 1), bid(99), ask(101), trade(111, 1), trade(110, 1)],
      ["passes", "passes", "passes", "outlier", "passes"],
    ],
    [
      "outliers by price",
      { outlier: { price: 1 } },
      [bid(99), ask(101), last(101.5), bid(99.5)],
      ["passes", "passes", "outlier", "passes"],
    ],
    ["outside of its sessions", { sessions: [[10, 20]] }, [bid(1)], ["session"]],
    [
      "special conditions",
      { excludeConditions: "IZ" },
      [trade(1, 1, "@ I"), trade(1, 1, "@")],
      ["condition", "passes"],
    ],
    [
      "past the limit",
      { excludePastLimit: true },
      [trade(1, 1, "", 1), trade(1, 1, "", 2)],
      ["condition", "passes"],
    ],
    ["unreported", { excludeUnreported: true }, [trade(1, 1, "", 2)], ["condition"]],
  ])("%s", (_name, filter, messages, expected) => {
    expect(reasons(filter, messages)).toEqual(expected);
  });
});

describe("RTVolume", () => {
  const rt = (text: string, field = 48) => asTrade(message(FeedKind.STRING, field, [], { texts: [text] }));

  test("is a trade", () => {
    expect(rt("701.28;1;1348075471534;67854;701.46918464;true")).toMatchObject({
      kind: FeedKind.RT_TRADE,
      attribs: 1,
      values: [1348075471534, 701.28, 1, 67854, 701.46918464],
    });
    expect(rt(";0;1348075471534;67854;701.4;false", 77)).toMatchObject({
      attribs: 2,
      values: [1348075471534, UNSET, 0, 67854, 701.4],
    });
  });

  test.each(["", "1;2;3;4;5", "1;2;3;4;5;maybe", "a;1;1;1;1;true", "1;2;3;4;5;true;6"])(
    "%j stays a text",
    (text) => {
      expect(rt(text).kind).toBe(FeedKind.STRING);
    },
  );
});
