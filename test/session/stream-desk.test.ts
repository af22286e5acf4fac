import { beforeEach, describe, expect, test } from "vitest";
import type { FeedBatch } from "../../src/broker/feed.js";
import { FeedKind } from "../../src/broker/feed-kind.js";
import type { NativeTreatment } from "../../src/native/native-treatment.js";
import type { BatchHandler } from "../../src/native/pump.js";
import type { CountReader } from "../../src/native/treatment-counters.js";
import { type DeskConnection, StreamDesk } from "../../src/session/stream-desk.js";
import { batchOf } from "../support/plain-feed/plain-treatment.js";

const PLAIN: NativeTreatment = { boardSlot: 0, conflateMs: 0, conflateTrades: false, policy: "conflate" };
const conflating = (conflateMs: number) => ({ ...PLAIN, conflateMs });
const READER = { read: () => expect.fail("not expected here") } as CountReader;

/** A connection that notes what it is told; its batches come from the test. */
class NotedConnection implements DeskConnection {
  readonly batchings: (readonly [number, number])[] = [];
  readonly forgotten: number[] = [];
  paused = false;
  /** What waits in the ring. */
  private ring: FeedBatch[] = [];
  private handler: ((batch: FeedBatch) => void) | undefined;

  routeBatches(handler: BatchHandler | undefined): void {
    this.handler = handler as (batch: FeedBatch) => void;
  }
  setBatching(batchMs: number, flushMs: number): void {
    this.batchings.push([batchMs, flushMs]);
  }
  openDesk(): void {}
  setTape(): boolean {
    return true;
  }
  treat(): CountReader | undefined {
    return READER;
  }
  order(): void {}
  forget(reqId: number): void {
    this.forgotten.push(reqId);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
    this.drain();
  }
  /** A batch of prices comes. */
  come(...prices: number[]): void {
    this.ring.push(
      batchOf(
        prices.map((price) => ({
          ...{ kind: FeedKind.PRICE, reqId: 7, field: 1, attribs: 2, receivedMicros: 5 },
          ...{ values: [price, price * 10], texts: [] },
        })),
      ),
    );
    this.drain();
  }
  private drain(): void {
    while (!this.paused && this.ring.length > 0) this.handler?.(this.ring.shift() as FeedBatch);
  }
}

let connection: NotedConnection;
let desk: StreamDesk;
let seen: number[][];
const thrown: unknown[] = [];
const pricesOf = (batch: FeedBatch) => Array.from({ length: batch.length }, (_, i) => batch.price(i));

beforeEach(() => {
  thrown.length = 0;
  seen = [];
  connection = new NotedConnection();
  desk = new StreamDesk((error) => void thrown.push(error), 4);
  desk.attach(connection);
  desk.onBatch((batch) => void seen.push(pricesOf(batch)));
  connection.batchings.length = 0;
});

describe("how often batches come", () => {
  test("is the shortest that anybody wishes, until it is withdrawn", () => {
    const first = desk.wishBatching(100);
    const second = desk.wishBatching(20);
    desk.wishBatching(20);
    second();
    second();
    expect(connection.batchings).toEqual([
      [100, 0],
      [20, 0],
    ]);
    first();
    expect(connection.batchings).toHaveLength(2);
  });

  test("is after every read where nobody wishes anything, or anybody wishes 0", () => {
    const wish = desk.wishBatching(50);
    wish();
    const zero = desk.wishBatching(0);
    desk.wishBatching(50);
    zero();
    expect(connection.batchings).toEqual([
      [50, 0],
      [0, 0],
      [50, 0],
    ]);
  });

  test("looks for conflated values as often as the shortest time of them says", () => {
    desk.treat(1, conflating(100));
    desk.treat(2, conflating(30));
    desk.treat(3, conflating(30));
    desk.forget(2);
    desk.treat(3, conflating(60)); // another treatment of the same request
    desk.forget(3);
    desk.forget(3);
    desk.treat(1, PLAIN);
    expect(connection.batchings.map(([, flushMs]) => flushMs)).toEqual([100, 30, 60, 100, 0]);
    expect(connection.forgotten).toEqual([2, 3, 3]);
  });

  test("looks after the clock of bars, whatever later treatments of the request say", () => {
    const bars: NativeTreatment["bars"] = { trades: "last", quotes: "line", sinceMs: 0, series: [] };
    desk.treat(1, { ...PLAIN, bars });
    desk.treat(1, conflating(100));
    desk.treat(1, conflating(5));
    desk.forget(1);
    desk.treat(1, PLAIN);
    expect(connection.batchings.map(([, flushMs]) => flushMs)).toEqual([10, 5, 0]);
  });

  test("holds for the next connection, which treats nothing of the old one's", () => {
    desk.wishBatching(50);
    desk.treat(1, conflating(30));
    const next = new NotedConnection();
    desk.attach(next);
    expect(next.batchings).toEqual([[50, 30]]);
    desk.forget(1); // at the end of the old one everything is forgotten
    expect(next.batchings).toEqual([
      [50, 30],
      [50, 0],
    ]);
    next.come(1);
    expect(seen).toEqual([[1]]);
  });
});

test("without a native session nothing can be treated", () => {
  connection.treat = () => undefined;
  expect(() => desk.treat(9, conflating(5))).toThrow("request 9 cannot be treated: not connected.");
  expect(connection.batchings).toEqual([]);
});

test("a handler that throws costs the next one nothing, and one that is taken away hears nothing", () => {
  const stop = desk.onBatch(() => {
    throw new Error("mine");
  });
  desk.onBatch((batch) => void seen.push([batch.length]));
  connection.come(1, 2);
  stop();
  connection.come(3);
  expect(seen).toEqual([[1, 2], [2], [3], [1]]);
  expect(thrown).toHaveLength(1);
});

describe("while batches are held", () => {
  test("what comes is kept, whole, and delivered in order once the last one has let go", () => {
    const releases = [desk.hold(), desk.hold()];
    connection.come(1, 2);
    connection.come(3);
    releases[0]();
    releases[0]();
    expect(seen).toEqual([]);
    const copies: unknown[] = [];
    desk.onBatch((batch) => {
      copies.push([batch.kind(0), batch.reqId(0), batch.field(0), batch.attribs(0), batch.receivedMicros(0)]);
      copies.push([batch.price(0), batch.size(0), batch.value(0, 1), batch.text(0)]);
    });
    releases[1]();
    expect(seen).toEqual([[1, 2], [3]]);
    expect(copies.slice(0, 2)).toEqual([
      [FeedKind.PRICE, 7, 1, 2, 5],
      [1, 10, 10, ""],
    ]);
    connection.come(4);
    expect(seen).toEqual([[1, 2], [3], [4]]);
  });

  test("what is too much to keep stays in the ring, and comes behind what was kept", () => {
    const release = desk.hold();
    connection.come(1, 2, 3);
    expect(connection.paused).toBe(false);
    connection.come(4);
    expect(connection.paused).toBe(true);
    connection.come(5);
    release();
    expect(seen).toEqual([[1, 2, 3], [4], [5]]);
    expect(connection.paused).toBe(false);
  });

  test("who holds again at a batch gets the next one later", () => {
    let again: (() => void) | undefined;
    desk.onBatch((batch) => {
      if (batch.price(0) === 1 || batch.price(0) === 5) again = desk.hold();
    });
    const release = desk.hold();
    for (const price of [1, 2, 3, 4, 5, 6]) connection.come(price);
    release();
    expect(seen).toEqual([[1]]);
    expect(connection.paused).toBe(true);
    again?.();
    expect(seen).toEqual([[1], [2], [3], [4], [5]]);
    again?.();
    expect(seen).toEqual([[1], [2], [3], [4], [5], [6]]);
  });

  test("a hold that begins and ends at a batch changes no order", () => {
    desk.onBatch(() => desk.hold()());
    const release = desk.hold();
    for (const price of [1, 2, 3, 4, 5]) connection.come(price);
    release();
    connection.come(6);
    expect(seen).toEqual([[1], [2], [3], [4], [5], [6]]);
  });

  test("a batch of the next connection goes behind those of the old one", () => {
    const release = desk.hold();
    for (const price of [1, 2, 3, 4]) connection.come(price);
    const next = new NotedConnection();
    desk.attach(next);
    next.come(5);
    expect(next.paused).toBe(true);
    release();
    expect(seen).toEqual([[1], [2], [3], [4], [5]]);
    expect(next.paused).toBe(false);
  });
});
