import { describe, expect, test } from "vitest";
import { Column, QuoteTable } from "../../../src/cli/demo/quote-table.js";
import { RecordKind, type RingRecord, UNSET } from "../../../src/index.js";
import { monotonicMicros } from "../../../src/time/monotonic.js";

const { TICK_PRICE, TICK_SIZE, TICK_STRING } = RecordKind;

/** What the table reads of a tick. */
function tick(
  kind: number,
  reqId: number,
  field: number,
  price: number,
  size: number,
  age = 100,
): RingRecord {
  return {
    kind,
    reqId,
    field,
    price,
    size,
    receivedMicros: monotonicMicros() - age,
  } as unknown as RingRecord;
}

describe("the quote table", () => {
  test("keeps the newest value of each field, live or delayed", () => {
    const table = new QuoteTable(["AAPL", "MSFT"]);
    const live = table.requestId(0);
    const delayed = table.requestId(1);
    table.take(tick(TICK_PRICE, live, 1, 190.01, 300));
    table.take(tick(TICK_PRICE, live, 1, 190.02, 400));
    table.take(tick(TICK_SIZE, live, 8, Number.NaN, 12_345));
    table.take(tick(TICK_PRICE, delayed, 66, 420.1, 0));
    table.take(tick(TICK_SIZE, delayed, 69, Number.NaN, 700));
    table.take(tick(TICK_PRICE, delayed, 75, 419, 0));
    expect(table.row(0)).toMatchObject({
      symbol: "AAPL",
      bid: 190.02,
      bidSize: 400,
      volume: 12_345,
      ticks: 3,
    });
    expect(table.row(1)).toMatchObject({ symbol: "MSFT", bid: 420.1, bidSize: 700, close: 419, ticks: 3 });
    expect(table.row(0).ask).toBeNaN();
    expect(table.ticks).toBe(6);
  });

  test("knows the direction of the last price", () => {
    const table = new QuoteTable(["AAPL"]);
    const directions = [190, 190.01, 190.01, 190, 191].map((price) => {
      table.take(tick(TICK_PRICE, table.requestId(0), 4, price, 100));
      return table.row(0).direction;
    });
    expect(directions).toEqual([0, 1, 1, -1, 1]);
  });

  test("does not take prices that the gateway does not have", () => {
    const table = new QuoteTable(["AAPL"]);
    table.take(tick(TICK_PRICE, table.requestId(0), 1, -1, 0));
    table.take(tick(TICK_PRICE, table.requestId(0), 2, UNSET, UNSET));
    table.take(tick(TICK_SIZE, table.requestId(0), 8, Number.NaN, UNSET));
    const { bid, ask, bidSize, askSize, volume } = table.row(0);
    expect([bid, ask, bidSize, askSize, volume]).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });

  test("counts ticks that fill no column, and ignores ids that are not its own", () => {
    const table = new QuoteTable(["AAPL"]);
    table.take(tick(TICK_STRING, table.requestId(0), 45, 0, 0));
    table.take(tick(TICK_PRICE, 1, 1, 5, 5));
    table.take(tick(TICK_PRICE, table.requestId(1), 1, 5, 5));
    expect(table.ticks).toBe(1);
    expect(table.latency.count).toBe(1);
    expect([table.rowOf(1), table.rowOf(table.requestId(1)), table.rowOf(table.requestId(0))]).toEqual([
      undefined,
      undefined,
      0,
    ]);
  });

  test("a repeated request fills the same row", () => {
    const table = new QuoteTable(["AAPL", "MSFT"]);
    const again = table.requestId(1, 1);
    expect(again).not.toBe(table.requestId(1));
    expect(table.rowOf(again)).toBe(1);
    table.take(tick(TICK_PRICE, again, 4, 420, 100));
    expect(table.value(1, Column.LAST)).toBe(420);
  });

  test("measures from the arrival of a tick to the handler", () => {
    const table = new QuoteTable(["AAPL"]);
    table.take(tick(TICK_PRICE, table.requestId(0), 1, 190, 100, 5_000_000));
    expect(table.latency.min).toBeGreaterThan(5_000_000);
  });

  test("its clock is that of process.hrtime", () => {
    const before = Number(process.hrtime.bigint()) / 1000;
    const now = monotonicMicros();
    const after = Number(process.hrtime.bigint()) / 1000;
    // The two are read one after the other once; 1 ms is far above what that leaves open.
    expect(now).toBeGreaterThan(before - 1_000);
    expect(now).toBeLessThan(after + 1_000);
  });
});
