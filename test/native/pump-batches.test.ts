import { describe, expect, test } from "vitest";
import {
  FLAG_NO_SIZE,
  FLAG_SPILLED,
  FLAG_TREATED,
  KIND_COLD,
  KIND_MARKET_DEPTH,
  KIND_MARKET_DEPTH_L2,
  KIND_PAD,
  KIND_REAL_TIME_BAR,
  KIND_RT_TRADE,
  KIND_TICK_BY_TICK_ALL_LAST,
  KIND_TICK_BY_TICK_BID_ASK,
  KIND_TICK_BY_TICK_MID_POINT,
  KIND_TICK_GENERIC,
  KIND_TICK_PRICE,
  KIND_TICK_SIZE,
  KIND_TICK_STRING,
  OFFSET_AUX,
  OFFSET_FIELD,
  OFFSET_RECEIVED_MICROS,
  OFFSET_REQ_ID,
  OFFSET_VALUES,
  RING_HEAD,
  RING_SLOTS,
  RING_TAIL,
  SLOT_BYTES,
} from "../../src/native/layout.js";
import { NO_ROUTING, Pump } from "../../src/native/pump.js";
import { RingViews } from "../../src/native/ring.js";
import { RingBatch } from "../../src/native/ring-batch.js";
import { UNSET } from "../../src/native/ring-record.js";

const UNUSED = () => expect.fail("not expected here");

/** A pump on a ring that the test writes, and all that came out of it, in order. */
class Bench {
  readonly views = new RingViews(32_768);
  readonly out: unknown[] = [];
  readonly spilled: string[] = [];
  readonly pump = new Pump(
    this.views,
    {
      cold: (id: number) => void this.out.push(["cold", id]),
      raw: UNUSED,
      malformed: UNUSED,
      threw: (error: unknown) => void this.out.push(["threw", (error as Error).message]),
    },
    { connected: UNUSED, closed: UNUSED, armedEnded: UNUSED, unguarded: UNUSED },
    () => Buffer.from(this.spilled.shift() ?? ""),
  );
  private head = 0;

  constructor() {
    this.pump.route({
      ...NO_ROUTING,
      handler: (r) => void this.out.push(["record", r.price]),
      handledKinds: -1,
    });
    this.pump.routeBatches((batch) => void this.out.push(pricesOf(batch)));
  }

  write(kind: number, flags: number, reqId: number, price = 0, values = [price, price * 10]): void {
    const { views } = this;
    const at = RING_SLOTS + (this.head & views.mask) * SLOT_BYTES;
    views.i32[at >> 2] = kind | (flags << 8) | (1 << 16);
    views.i32[(at + OFFSET_REQ_ID) >> 2] = reqId;
    views.i32[(at + OFFSET_FIELD) >> 2] = 7;
    views.i32[(at + OFFSET_AUX) >> 2] = 0;
    views.f64[(at + OFFSET_RECEIVED_MICROS) >> 3] = 1000 + price;
    views.f64.set(values, (at + OFFSET_VALUES) >> 3);
    this.head++;
  }
  treated(price: number): void {
    this.write(KIND_TICK_PRICE, FLAG_TREATED, 9, price);
  }
  drain(): unknown[] {
    Atomics.store(this.views.i32, RING_HEAD >> 2, this.head);
    this.pump.drain();
    return this.out.splice(0);
  }
  get given(): number {
    return this.views.i32[RING_TAIL >> 2];
  }
}

function pricesOf(batch: RingBatch): number[] {
  return Array.from({ length: batch.length }, (_, i) => batch.price(i));
}

describe("messages of treated subscriptions", () => {
  test("come as one batch, with all their values, and not as records", () => {
    const bench = new Bench();
    const seen: unknown[] = [];
    bench.pump.routeBatches((batch) => {
      for (let i = 0; i < batch.length; i++)
        seen.push([
          batch.kind(i),
          batch.reqId(i),
          batch.field(i),
          batch.price(i),
          batch.size(i),
          batch.receivedMicros(i),
        ]);
    });
    bench.treated(1);
    bench.treated(2);
    expect(bench.drain()).toEqual([]);
    expect(seen).toEqual([
      [KIND_TICK_PRICE, 9, 7, 1, 10, 1001],
      [KIND_TICK_PRICE, 9, 7, 2, 20, 1002],
    ]);
    expect(bench.given).toBe(2);
  });

  test("keep their place among records and frames of others", () => {
    const bench = new Bench();
    bench.treated(1);
    bench.write(KIND_PAD, 0, 0);
    bench.treated(2);
    bench.write(KIND_TICK_PRICE, 0, 1, 3);
    bench.treated(4);
    bench.write(KIND_COLD, 0, 0);
    bench.treated(5);
    expect(bench.drain()).toEqual([[1, 2], ["record", 3], [4], ["cold", 7], [5]]);
  });

  test("come in several batches where there are more than one holds, each given back behind it", () => {
    const bench = new Bench();
    const given: number[] = [];
    bench.pump.routeBatches((batch) => {
      given.push(bench.given);
      bench.out.push(batch.length);
    });
    for (let i = 0; i < RingBatch.CAPACITY + 476; i++) bench.treated(i);
    expect(bench.drain()).toEqual([RingBatch.CAPACITY, 476]);
    expect(given).toEqual([0, RingBatch.CAPACITY]);
  });

  test("whose handler throws are reported once, and cost what comes behind them nothing", () => {
    const bench = new Bench();
    bench.pump.routeBatches(() => {
      throw new Error("mine");
    });
    bench.treated(1);
    bench.write(KIND_COLD, 0, 0);
    expect(bench.drain()).toEqual([
      ["threw", "mine"],
      ["cold", 7],
    ]);
    expect(bench.given).toBe(2);
  });

  test("have their own string where one waits outside the ring", () => {
    const bench = new Bench();
    bench.pump.routeBatches((batch) => {
      bench.out.push(
        Array.from({ length: batch.length }, (_, i) =>
          batch.kind(i) === KIND_TICK_STRING ? batch.text(i) : batch.price(i),
        ),
      );
    });
    bench.spilled.push("first", "second");
    bench.treated(1);
    bench.write(KIND_TICK_STRING, FLAG_TREATED | FLAG_SPILLED, 9);
    bench.write(KIND_TICK_STRING, FLAG_TREATED | FLAG_SPILLED, 9);
    bench.treated(2);
    expect(bench.drain()).toEqual([[1, "first"], ["second"], [2]]);
  });

  test.each([
    ["a price", KIND_TICK_PRICE, 0, 1, 2],
    ["a price without a size", KIND_TICK_PRICE, FLAG_NO_SIZE, 1, Number.NaN],
    ["a size", KIND_TICK_SIZE, 0, Number.NaN, 1],
    ["a number", KIND_TICK_GENERIC, 0, 1, Number.NaN],
    ["a trade", KIND_TICK_BY_TICK_ALL_LAST, 0, 2, 3],
    ["a trade of market data", KIND_RT_TRADE, 0, 2, 3],
    ["bid and ask", KIND_TICK_BY_TICK_BID_ASK, 0, Number.NaN, Number.NaN],
    ["a mid", KIND_TICK_BY_TICK_MID_POINT, 0, 2, Number.NaN],
    ["depth", KIND_MARKET_DEPTH, 0, 1, 2],
    ["depth of a market maker", KIND_MARKET_DEPTH_L2, 0, 1, 2],
    ["a bar", KIND_REAL_TIME_BAR, 0, Number.NaN, Number.NaN],
  ])("%s has its price and its size, or NaN where there is none", (_name, kind, flags, price, size) => {
    const bench = new Bench();
    bench.pump.routeBatches((batch) =>
      bench.out.push([batch.price(0), batch.size(0), batch.value(0, 4), batch.text(0)]),
    );
    bench.write(kind, FLAG_TREATED | flags, 9, 0, [1, 2, 3, 4, 5]);
    const text =
      kind === KIND_TICK_BY_TICK_ALL_LAST || kind === KIND_MARKET_DEPTH_L2 ? expect.any(String) : "";
    expect(bench.drain()).toEqual([[price, size, 5, text]]);
    bench.write(kind, FLAG_TREATED | flags, 9, 0, Array(5).fill(UNSET));
    expect(bench.drain()).toEqual([[Number.NaN, Number.NaN, UNSET, text]]);
  });

  test("wait with all that is behind them while the pump is paused, and the ring is not given back", () => {
    const bench = new Bench();
    bench.pump.routeBatches((batch) => {
      bench.out.push(pricesOf(batch));
      if (batch.price(0) === 1) bench.pump.pause();
    });
    bench.treated(1);
    bench.write(KIND_TICK_PRICE, 0, 1, 2); // brings the batch along, and is behind it
    bench.treated(3);
    bench.write(KIND_COLD, 0, 0);
    expect(bench.drain()).toEqual([[1], ["record", 2]]);
    expect(bench.given).toBe(2);
    expect(bench.drain()).toEqual([]);
    expect(bench.pump.resume()).toBe(true);
    expect(bench.out.splice(0)).toEqual([[3], ["cold", 7]]);
    expect(bench.given).toBe(4);
    expect(bench.pump.resume()).toBe(false);
  });

  test("go on in the same drain where the pump is paused and resumed in it", () => {
    const bench = new Bench();
    bench.pump.routeBatches((batch) => {
      bench.out.push(batch.length);
      bench.pump.pause();
      bench.pump.resume();
    });
    for (let i = 0; i < RingBatch.CAPACITY + 1; i++) bench.treated(i);
    expect(bench.drain()).toEqual([RingBatch.CAPACITY, 1]);
  });

  test("are nobody's behind stop()", () => {
    const bench = new Bench();
    bench.pump.routeBatches(() => {
      bench.pump.stop();
      bench.out.push("batch");
    });
    for (let i = 0; i < RingBatch.CAPACITY + 476; i++) bench.treated(i);
    expect(bench.drain()).toEqual(["batch"]);
  });
});
