import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveOptions } from "../../../src/api/options.js";
import type { FeedListener } from "../../../src/broker/feed.js";
import { FeedKind } from "../../../src/broker/feed-kind.js";
import type { FeedTreatment } from "../../../src/broker/feed-treatment.js";
import type { Contract } from "../../../src/domain/stock-types.js";
import { type BoardHandle, QuoteBoard } from "../../../src/native/quote-board.js";
import { SessionBroker } from "../../../src/session/broker/session-broker.js";
import { Session } from "../../../src/session/session.js";
import { text } from "../../support/frames.js";
import { ScriptedGateway } from "../../support/scripted-gateway.js";
import { Signal } from "../../support/signal.js";

const AAPL = { symbol: "AAPL", secType: "STK", exchange: "SMART", currency: "USD" } as Contract;
const PLAIN: FeedTreatment = { boardSlot: 3, conflateMs: 0, conflateTrades: false, policy: "backpressure" };

const BID = 1;
const price = (id: number, field: number, value: number, size = 1) => text(1, 6, id, field, value, size, 0);
const error = (id: number, code: number) => text(4, 2, id, code, "no", "");

let gateway: ScriptedGateway;
let session: Session;
let broker: SessionBroker;
let signal: Signal;
/** What came in batches: kind, price, size. */
let seen: (readonly [kind: number, price: number, size: number])[];
let refusals: string[];
const listener: FeedListener = {
  refused: ({ code }) => {
    refusals.push(code);
    signal.notify();
  },
};

async function begin(ringCapacity = 1024) {
  gateway = await ScriptedGateway.start();
  session = new Session(resolveOptions({ port: gateway.port, ringCapacity }));
  broker = new SessionBroker(session);
  signal = new Signal();
  seen = [];
  refusals = [];
  broker.feed.onBatch((batch) => {
    for (let i = 0; i < batch.length; i++) seen.push([batch.kind(i), batch.price(i), batch.size(i)]);
    signal.notify();
  });
  await broker.connect();
}
afterEach(async () => {
  await broker.close();
  await gateway.stop();
});

const subscribe = (treatment: Partial<FeedTreatment> = {}) =>
  broker.feed.subscribe({ kind: "quotes", contract: AAPL }, listener, { ...PLAIN, ...treatment });
const came = (count: number) => signal.until(`${count} messages`, () => seen.length === count);
/** What was sent before has been read: the gateway's answer came behind it. */
async function settled(): Promise<void> {
  const asked = broker.lookups.serverTimeMs();
  const isAsked = () => gateway.peer.texts.some(([id]) => id === "49");
  await gateway.until(isAsked);
  gateway.peer.send(text(49, 1, 1_800_000_000));
  await asked;
}

describe("a treated subscription of a session", () => {
  beforeEach(() => begin());

  test("has its messages in batches, not as records, and its quote on the board", async () => {
    const records: number[] = [];
    broker.feed.onRecord(({ reqId }) => records.push(reqId));
    const { id, counts } = subscribe();
    gateway.peer.send(price(id, BID, 10, 5), text(46, 6, id, 48, "9.5;2;1800000000000;70;9.4;true"));
    gateway.peer.send(text(46, 6, id, 48, ";0;1800000000000;70;9.4;true"), text(46, 6, id, 48, "new;line"));
    await came(4);
    expect(seen).toEqual([
      [FeedKind.PRICE, 10, 5],
      [FeedKind.RT_TRADE, 9.5, 2],
      [FeedKind.RT_TRADE, Number.NaN, 0],
      [FeedKind.STRING, Number.NaN, Number.NaN],
    ]);
    expect(records).toEqual([]);
    expect(broker.feed.board.snapshot(3)).toMatchObject({ bid: 10, bidSize: 5, volume: 70, vwap: 9.4 });
    expect(counts()).toMatchObject({ received: 4, delivered: 4, malformed: 1 });
  });

  test("is filtered, and may be treated otherwise", async () => {
    const subscription = subscribe({ filter: { priceMax: 11 } });
    const { id } = subscription;
    gateway.peer.send(price(id, BID, 12), price(id, BID, 10, -1));
    await came(1);
    expect(seen).toEqual([[FeedKind.PRICE, 10, -1]]);
    subscription.treat(PLAIN);
    gateway.peer.send(price(id, BID, 12));
    await came(2);
    expect(subscription.counts()).toMatchObject({
      received: 3,
      delivered: 2,
      filtered: { price: 1, kind: 0 },
    });
    expect(() => subscription.treat({ ...PLAIN, boardSlot: 4 })).toThrow("boardSlot is 4 (allowed: 3");
  });

  test("that is no longer conflated has what waited at once, though nothing more comes", async () => {
    const subscription = subscribe({ conflateMs: 60_000 });
    gateway.peer.send(price(subscription.id, BID, 10));
    await settled();
    expect(seen).toEqual([]);
    subscription.treat(PLAIN);
    await came(1);
    expect(subscription.counts()).toMatchObject({ received: 1, delivered: 1 });
  });

  test("cannot have a slot that the board has not", () => {
    expect(() => subscribe({ boardSlot: 16_384 })).toThrow(
      "boardSlot is 16384 (allowed: an integer from 0 to 16383)",
    );
  });

  test("leaves nothing behind where its request cannot be made", async () => {
    const { id: before } = subscribe();
    const sent = session.request.bind(session);
    session.request = () => {
      throw new Error("out of memory");
    };
    expect(() =>
      broker.feed.subscribe({ kind: "quotes", contract: AAPL, marketDataType: 3 }, listener, {
        ...PLAIN,
        boardSlot: 4,
      }),
    ).toThrow("out of memory");
    session.request = sent;
    // A gateway that answers all the same: nobody is told, and nothing is treated.
    const next = subscribe({ boardSlot: 5 });
    const records: number[] = [];
    broker.feed.onRecord(({ reqId }) => records.push(reqId));
    expect(next.id).toBe(before + 2);
    gateway.peer.send(price(before + 1, BID, 10), error(before + 1, 354), price(next.id, BID, 11));
    await came(1);
    expect([seen, records, refusals]).toEqual([[[FeedKind.PRICE, 11, 1]], [before + 1], []]);
    // What was not said of the kind of data is said with the next request.
    broker.feed.subscribe({ kind: "quotes", contract: AAPL, marketDataType: 3 }, listener);
    await gateway.until(() => gateway.peer.texts.some(([message]) => message === "59"));
  });

  test("has nothing that waits once it is closed: it counts as dropped", async () => {
    const subscription = subscribe({ conflateMs: 60_000 });
    const { id, counts } = subscription;
    gateway.peer.send(price(id, BID, 10));
    await settled();
    expect(counts()).toMatchObject({ received: 1, delivered: 0, dropped: 0 });
    subscription.close();
    const last = { received: 1, delivered: 0, conflated: 0, dropped: 1 };
    expect(counts()).toMatchObject(last);
    gateway.peer.send(price(id, BID, 11));
    await settled();
    expect(counts()).toMatchObject(last);
    subscription.treat(PLAIN); // of what has ended: nothing
    gateway.peer.send(price(id, BID, 12));
    await settled();
    expect(counts()).toMatchObject(last);
    expect(seen).toEqual([]);
  });

  test("that the gateway refuses has what came before, and nothing behind", async () => {
    const { id, counts } = subscribe();
    gateway.peer.send(price(id, BID, 10), error(id, 354));
    await signal.until("refused", () => refusals.length === 1);
    gateway.peer.send(price(id, BID, 11));
    await settled();
    expect(seen).toEqual([[FeedKind.PRICE, 10, 1]]);
    expect(counts()).toMatchObject({ delivered: 1 });
  });

  test("ends with its connection; its counts stay, the board goes on", async () => {
    const { id, counts } = subscribe();
    const { board } = broker.feed;
    const elsewhere = new QuoteBoard(board.handle as BoardHandle);
    gateway.peer.send(price(id, BID, 10));
    await came(1);
    gateway.peer.socket.destroy();
    await signal.until("refused", () => refusals.length === 1);
    expect(counts()).toMatchObject({ received: 1, delivered: 1, dropped: 0 });
    await broker.connect();
    expect(broker.feed.board).toBe(board);
    const again = subscribe();
    gateway.peer.send(price(again.id, 2, 12));
    await came(2);
    // The slot is another subscription's now, though it is the same one.
    expect(elsewhere.snapshot(3)).toMatchObject({ bid: undefined, ask: 12 });
    expect([counts().received, again.counts().received]).toEqual([1, 1]);
  });

  test.each([false, true])(
    "whose session is disconnected, by a listener or not (%s), counts as dropped what lay in the ring",
    async (byListener) => {
      const { id, counts } = subscribe();
      if (byListener) {
        const stop = broker.feed.onBatch(() => {
          stop();
          session.disconnect();
        });
      }
      broker.feed.setBatching(60_000);
      await settled();
      gateway.peer.send(price(id, BID, 10), price(id, BID, 11));
      // A message that is no tick ends the batch, and brings it.
      if (byListener) gateway.peer.send(text(9, 1, 7), price(id, BID, 12), price(id, BID, 13));
      const delivered = byListener ? 2 : 0;
      // Where the guard reads, JavaScript is told later.
      const isRead = () => counts().received === delivered + 2 && seen.length === delivered;
      await signal.until("read", isRead);
      session.disconnect();
      expect(seen).toHaveLength(delivered);
      expect(counts()).toMatchObject({ received: delivered + 2, delivered, dropped: 2 });
    },
  );

  test("batches come as often as the shortest wish says", async () => {
    const { id, counts } = subscribe();
    gateway.peer.send(price(id, BID, 10));
    await came(1);
    broker.feed.setBatching(60_000);
    await settled();
    gateway.peer.send(price(id, BID, 11));
    await signal.until("a second one in the ring", () => {
      setTimeout(() => signal.notify(), 1);
      return counts().delivered === 2;
    });
    expect(seen).toHaveLength(1);
    const short = broker.feed.setBatching(5);
    await came(2);
    gateway.peer.send(price(id, BID, 12));
    await came(3);
    short();
    gateway.peer.send(price(id, BID, 13));
    await settled(); // its answer brings along what waits
    expect(seen).toHaveLength(4);
    expect(() => broker.feed.setBatching(-1)).toThrow("batchMs is -1 (allowed: an integer from 0 to 60000)");
  });
});

describe("a held feed", () => {
  const MESSAGES = 200_000;
  beforeEach(() => begin(4096));

  test("keeps what comes, then reading stops; once let go all of it comes, in order", async () => {
    const { id, counts } = subscribe();
    const release = broker.feed.hold();
    const chunk = 1000;
    for (let at = 0; at < MESSAGES; at += chunk)
      gateway.peer.send(...Array.from({ length: chunk }, (_, i) => price(id, BID, at + i + 1)));
    await signal.until("stopped", () => {
      setTimeout(() => signal.notify(), 5);
      return (session.stats?.fullRingStops ?? 0) > 0;
    });
    expect(seen).toEqual([]);
    expect(counts().received).toBeLessThan(MESSAGES);
    release();
    await came(MESSAGES);
    expect(seen.every(([, value], i) => value === i + 1)).toBe(true);
    expect(counts()).toMatchObject({ received: MESSAGES, delivered: MESSAGES, dropped: 0 });
  });

  test("costs no processor while its ring is full", async () => {
    const { id } = subscribe();
    const release = broker.feed.hold();
    const prices = Array.from({ length: 1000 }, (_, i) => price(id, BID, i + 1));
    for (let n = 0; n < 200; n++) gateway.peer.send(...prices);
    await signal.until("stopped", () => {
      setTimeout(() => signal.notify(), 5);
      return (session.stats?.fullRingStops ?? 0) > 0;
    });
    // Some of it is still being copied; then there is nothing to do.
    let busy = 1;
    for (let looks = 0; looks < 20 && busy > 0.2; looks++) {
      const before = performance.eventLoopUtilization();
      await new Promise((resolve) => setTimeout(resolve, 100));
      busy = performance.eventLoopUtilization(before).utilization;
    }
    expect(busy).toBeLessThan(0.2);
    release();
    await came(200_000);
  });

  test("whose connection ends meanwhile hears of it when it is let go, behind what came before", async () => {
    const { id } = subscribe();
    const release = broker.feed.hold();
    const count = 66_000;
    gateway.peer.send(...Array.from({ length: count }, (_, i) => price(id, BID, i + 1)));
    gateway.peer.socket.end();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(seen).toEqual([]);
    release();
    await signal.until("refused", () => refusals.length === 1);
    expect(seen).toHaveLength(count);
  });
});
