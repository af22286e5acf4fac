import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GreekValues } from "../../src/domain/quote.js";
import {
  BOARD_ASK,
  BOARD_ASK_SIZE,
  BOARD_BID,
  BOARD_BID_SIZE,
  BOARD_DELAYED,
  BOARD_FROZEN,
  BOARD_SLOT_BYTES,
  BOARD_VALUES,
  BOARD_VERSION,
  LAYOUT,
  MAX_BOARD_SLOTS,
} from "../../src/native/layout.js";
import { type BoardHandle, QuoteBoard } from "../../src/native/quote-board.js";
import { BoardWriter } from "../support/board-writer.js";
import { holds } from "../support/property.js";

type Numbers = Readonly<Record<string, number | undefined>>;
const namesOf = (quote: object): string[] => {
  const names: string[] = [];
  for (const name in quote) if (name !== "source" && name !== "greeks") names.push(name);
  return names;
};
/** Where the layout says that a value of this name lies. */
const positionOf = (name: string, prefix = "") =>
  LAYOUT[`BOARD_${prefix}${name.replace(/[A-Z]/g, "_$&").toUpperCase()}`];
const greekPosition = (name: keyof GreekValues) =>
  positionOf(name, name === "impliedVolatility" ? "GREEK_" : "");

function madeBoard(slots = 4) {
  const board = new QuoteBoard(slots);
  return { board, writer: new BoardWriter(board.handle) };
}

test("a fresh board has no values", () => {
  const board = new QuoteBoard();
  expect(board.slots).toBe(16_384);
  for (const quote of [board.view(16_383), board.snapshot(16_383)]) {
    for (const name of namesOf(quote)) expect(quote).toHaveProperty(name, undefined);
    for (const name of namesOf(quote.greeks)) expect(quote.greeks).toHaveProperty(name, undefined);
    expect(quote.delayed).toBe(false);
  }
});

test("every value has its name, and every name its position of the layout", () => {
  const { board, writer } = madeBoard();
  writer.write(
    2,
    Array.from({ length: BOARD_VALUES }, (_, position) => [position, position + 0.25]),
  );
  for (const quote of [board.view(2), board.snapshot(2)]) {
    const seen = new Set([BOARD_DELAYED, BOARD_FROZEN]);
    const numbers = quote as unknown as Numbers;
    for (const name of namesOf(quote)) {
      expect(numbers[name], name).toBe(positionOf(name) + 0.25);
      seen.add(positionOf(name));
    }
    for (const name of namesOf(quote.greeks) as (keyof GreekValues)[]) {
      expect(quote.greeks[name], name).toBe(greekPosition(name) + 0.25);
      seen.add(greekPosition(name));
    }
    expect(seen.size).toBe(BOARD_VALUES);
  }
  expect(board.view(1).bid).toBeUndefined();
  expect(board.view(3).bid).toBeUndefined();
});

test("a view is live, a snapshot stays as it was, and a cleared slot has no values", () => {
  const { board, writer } = madeBoard();
  const view = board.view(0);
  writer.write(0, [
    [BOARD_BID, 10],
    [BOARD_DELAYED, 1],
  ]);
  const snapshot = board.snapshot(0);
  writer.write(0, [
    [BOARD_BID, 11],
    [BOARD_DELAYED, 0],
  ]);
  expect([view.bid, view.delayed, snapshot.bid, snapshot.delayed]).toEqual([11, false, 10, true]);
  writer.clear(0);
  expect([view.bid, view.delayed, snapshot.bid]).toEqual([undefined, false, 10]);
});

test("a number comes back to the last bit, and NaN is none", () => {
  const { board, writer } = madeBoard();
  const view = board.view(3);
  const value = fc.oneof(fc.double(), fc.constantFrom(-0, Number.MIN_VALUE, -Number.MAX_VALUE, -37.63));
  holds(
    "quote board",
    fc.property(fc.nat(BOARD_VALUES - 1), value, (position, number) => {
      writer.write(3, [[position, number]]);
      expect(board.at(3, position)).toBe(number);
      if (position === BOARD_BID) expect(view.bid).toBe(Number.isNaN(number) ? undefined : number);
    }),
    { numRuns: 2000 },
  );
});

test("a sequence that goes round is no slot without values", () => {
  const { board, writer } = madeBoard();
  writer.write(0, [[BOARD_BID, 10]]);
  for (const sequence of [0x7ffffffe, -2]) {
    writer.setSequence(0, sequence);
    expect(board.view(0).bid).toBe(10);
    writer.write(0, [[BOARD_BID, 11]]);
    expect([board.view(0).bid, board.snapshot(0).bid]).toEqual([11, 11]);
    writer.write(0, [[BOARD_BID, 10]]);
  }
});

describe("a handle", () => {
  test("may be cloned, and opens the same board", () => {
    const { board, writer } = madeBoard();
    const other = new QuoteBoard(structuredClone(board.handle));
    writer.write(1, [[BOARD_BID, 5]]);
    expect(other.slots).toBe(4);
    expect(other.view(1).bid).toBe(5);
  });

  const { handle } = new QuoteBoard(2);
  const bytes = 2 * BOARD_SLOT_BYTES;
  test.each<[Partial<Record<keyof BoardHandle, unknown>>, string]>([
    [{ version: BOARD_VERSION + 1 }, `handle.version is ${BOARD_VERSION + 1} (allowed: ${BOARD_VERSION})`],
    [{ version: undefined }, `handle.version is undefined (allowed: ${BOARD_VERSION})`],
    [{ slots: 0 }, `handle.slots is 0 (allowed: an integer from 1 to ${MAX_BOARD_SLOTS})`],
    [{ slots: 3 }, `handle.memory.byteLength is ${bytes} (allowed: ${bytes + BOARD_SLOT_BYTES} or more)`],
    [{ memory: undefined }, "handle.memory is undefined (allowed: the memory of a board, shared)"],
    [
      { memory: new Uint8Array(0) },
      'handle.memory is "Uint8Array of 0 bytes" (allowed: the memory of a board, shared)',
    ],
    [
      { memory: new Uint8Array(new SharedArrayBuffer(bytes + 4), 4) },
      "handle.memory.byteOffset is 4 (allowed: a multiple of 8)",
    ],
  ])("%o is refused", (wrong, message) => {
    const given = { ...handle, ...wrong } as BoardHandle;
    expect(() => new QuoteBoard(given)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) }),
    );
  });
});

describe("what does not fit is refused", () => {
  test.each([0, -1, 1.5, MAX_BOARD_SLOTS + 1, Number.NaN, "4", null])("%o slots", (slots) => {
    expect(() => new QuoteBoard(slots as number)).toThrow(
      `(allowed: an integer from 1 to ${MAX_BOARD_SLOTS})`,
    );
  });

  test.each([-1, 4, 0.5, Number.NaN, "1"])("slot %o of 4", (slot) => {
    const { board } = madeBoard();
    const refusal = expect.objectContaining({
      code: "ERR_IBKR_ARGUMENT",
      message: expect.stringContaining("(allowed: an integer from 0 to 3)"),
    });
    expect(() => board.view(slot as number)).toThrow(refusal);
    expect(() => board.snapshot(slot as number)).toThrow(refusal);
    expect(() => board.read(slot as number, new Float64Array(BOARD_VALUES))).toThrow(refusal);
  });

  test("an array that is too short", () => {
    expect(() => madeBoard().board.read(0, new Float64Array(BOARD_VALUES - 1))).toThrow(
      `into.length is ${BOARD_VALUES - 1} (allowed: ${BOARD_VALUES} or more)`,
    );
  });
});

describe("another thread", () => {
  const step = (n: number) =>
    [
      [BOARD_BID, n],
      [BOARD_ASK, n + 1],
      [BOARD_BID_SIZE, 2 * n],
      [BOARD_ASK_SIZE, 3 * n],
    ] as const;

  async function reading<T>(
    workerData: { handle: BoardHandle; stop?: Int32Array; once?: boolean },
    meanwhile: () => Promise<void> | void,
  ): Promise<T> {
    const worker = new Worker(join(__dirname, "quote-board-reader.cjs"), { workerData });
    try {
      await once(worker, "message"); // it reads
      const found = once(worker, "message");
      await meanwhile();
      return (await found)[0] as T;
    } finally {
      await worker.terminate();
    }
  }

  test("is never shown a torn quote, nor an older one, while this one writes", async () => {
    const { board, writer } = madeBoard();
    const stop = new Int32Array(new SharedArrayBuffer(8));
    const [least, changes] = [500_000, 300];
    let n = 1;
    writer.write(1, step(1));
    const found = await reading<Record<string, number>>({ handle: board.handle, stop }, () => {
      // However the threads share the cores, one reads while the other gets on.
      const end = Date.now() + 20_000;
      while (n < least || (Atomics.load(stop, 1) < changes && Date.now() < end)) writer.write(1, step(++n));
      Atomics.store(stop, 0, 1);
    });
    console.log(`quote board: ${found["reads"]} reads, ${found["changes"]} of a new quote`);
    expect(found).toMatchObject({ torn: 0, older: 0, wrong: 0, last: n });
    expect(found["changes"]).toBeGreaterThanOrEqual(changes);
  });

  test("waits for a writer that was interrupted", async () => {
    const { board, writer } = madeBoard();
    writer.write(1, step(1));
    writer.begin(1);
    const found = await reading({ handle: board.handle, once: true }, async () => {
      await delay(50);
      for (const [position, value] of step(7)) writer.put(1, position, value);
      writer.end(1);
    });
    expect(found).toEqual({ bid: 7, ask: 8 });
  });

  test("is told of a writer that ended in the middle", async () => {
    const { board, writer } = madeBoard();
    writer.begin(1);
    const found = await reading({ handle: board.handle, once: true }, () => {});
    expect(found).toEqual({
      code: "ERR_IBKR_INTERNAL",
      message: expect.stringContaining("slot 1 of the board cannot be read"),
    });
  });
});
