import { describe, expect, test } from "vitest";
import { BarMemory } from "../../src/native/bar-memory.js";
import { BookMemory } from "../../src/native/book-memory.js";
import { QuoteBoard } from "../../src/native/quote-board.js";
import { checkMemory, type SharedHandle, sharedBytes } from "../../src/native/shared-memory.js";
import { makeTape, TapeReader } from "../../src/native/tape.js";

/** What opens memory by its handle, and what it calls handle and memory. */
const OPENERS: readonly [what: string, at: string, handle: SharedHandle, open: (given: never) => unknown][] =
  [
    ["a board", "handle", new QuoteBoard(2).handle, (given) => new QuoteBoard(given)],
    ["bars", "handle", new BarMemory(4).handle, (given) => new BarMemory(given)],
    ["a book", "handle", new BookMemory().handle, (given) => new BookMemory(given)],
    ["a tape", "handle.tape", makeTape(1024), (given) => new TapeReader(given)],
  ];

describe.each(OPENERS)("the handle of %s", (what, at, handle, open) => {
  const { memory, version } = handle;
  const odd = new Uint8Array(new SharedArrayBuffer(memory.byteLength + 4), 4);

  test("opens what it is of, also when it was posted to another thread", () => {
    expect(() => open(structuredClone(handle) as never)).not.toThrow();
  });

  test.each<[string, Partial<Record<keyof SharedHandle, unknown>>, string]>([
    ["another version's", { version: version + 1 }, `${at}.version is ${version + 1} (allowed: ${version})`],
    ["not shared", { memory: new Uint8Array(memory.byteLength) }, `(allowed: the memory of ${what}, shared)`],
    [
      "too short",
      { memory: memory.subarray(0, memory.byteLength - 8) },
      `${at}.memory.byteLength is ${memory.byteLength - 8} (allowed: ${memory.byteLength} or more)`,
    ],
    ["at an odd address", { memory: odd }, `${at}.memory.byteOffset is 4 (allowed: a multiple of 8)`],
  ])("is refused where the memory is %s", (_, wrong, message) => {
    expect(() => open({ ...handle, ...wrong } as never)).toThrow(
      expect.objectContaining({ code: "ERR_IBKR_OPTION", message: expect.stringContaining(message) }),
    );
  });
});

test("memory that is made is shared, zero, as long as asked for, and fits", () => {
  for (const bytes of [8, 64, 1_000]) {
    const memory = sharedBytes(bytes);
    expect(memory.byteLength).toBe(bytes);
    expect(memory.every((byte) => byte === 0)).toBe(true);
    expect(() => checkMemory(memory, bytes, "something")).not.toThrow();
  }
});
