import { describe, expect, test } from "vitest";
import { MOST_FIELDS } from "../../../src/dialect/text/text-decoder.js";
import { TextDialect } from "../../../src/dialect/text/text-dialect.js";
import { unescaped } from "../../../src/dialect/text/unescape.js";
import { ErrorCode, IBKRError } from "../../../src/index.js";
import { longestArray } from "../../support/array-lengths.js";
import { text } from "../../support/frames.js";
import { SeededRandom, testSeed } from "../../support/seeded-random.js";
import { decodeWithStock } from "../../support/stock-decoder.js";
import { coldFrames } from "./cold-frames.js";

function dialect(serverVersion = 193) {
  const events: unknown[][] = [];
  const errors: IBKRError[] = [];
  const decoder = new TextDialect({
    serverVersion,
    emitEvent: (name, ...args) => events.push([name, ...args]),
    emitError: (error, code, id) => {
      events.push(["error", code, id]);
      if (error instanceof IBKRError) errors.push(error);
    },
    emitInfo: (message, code) => events.push(["info", message, code]),
  });
  return { decoder, events, errors };
}

/** Elements that are made room for without asking whether they are there: half a megabyte. */
const MOST_ELEMENTS = 65_537;
/** Beyond, V8 makes a sparse array, which takes nothing. */
const LARGEST_DENSE_ARRAY = 2 ** 25;

/** Where the count stands in a frame that stock makes an array for. */
const COUNTS: readonly (readonly [name: string, field: number])[] = [
  ["softDollarTiers", 2],
  ["familyCodes", 1],
  ["symbolSamples", 2],
  ["mktDepthExchanges", 1],
  ["newsProviders", 1],
  ["histogramData", 2],
  ["marketRule", 2],
  ["historicalTicks", 2],
  ["historicalTicksBidAsk", 2],
  ["historicalTicksLast", 2],
  ["historicalSchedule", 5],
];

describe("counts that the frame does not hold", () => {
  const frames = coldFrames(193);

  test.each(COUNTS)("%s", (name, field) => {
    const frame = frames.find((f) => f.name === name);
    expect(frame, name).toBeDefined();
    const fields = [...(frame as { fields: readonly string[] }).fields];
    // The sample is read whole, and its count is where the table says: one more is one too many.
    const good = dialect();
    good.decoder.receive(Number(fields[0]), false, text(...fields));
    expect(good.errors).toEqual([]);
    for (const count of ["-1", "NaN", "100000", "33000000", "33554432", "4294967295", "4294967296"]) {
      const { decoder, events, errors } = dialect();
      const frame = text(...fields.with(field, count));
      const longest = longestArray(() => decoder.receive(Number(fields[0]), false, frame));
      if (Number(count) <= LARGEST_DENSE_ARRAY) expect(longest).toBeLessThanOrEqual(MOST_ELEMENTS);
      expect(events, count).toEqual([["error", ErrorCode.UNKNOWN_ID, ErrorCode.NO_VALID_ID]]);
      expect(errors[0]).toMatchObject({ code: "ERR_IBKR_BAD_MESSAGE" });
      expect(errors[0].message).toContain(JSON.stringify(count));
    }
  });

  test.each(["openOrder", "completedOrder"])("every number of %s as a count", (name) => {
    const { fields } = frames.find((f) => f.name === name) as { fields: readonly string[] };
    let refused = 0;
    for (let i = 5; i < fields.length; i++) {
      const { decoder, events, errors } = dialect();
      const frame = text(...fields.with(i, "33000000"));
      const longest = longestArray(() => decoder.receive(Number(fields[0]), false, frame));
      expect(longest, `field ${i}`).toBeLessThanOrEqual(MOST_ELEMENTS);
      if (errors.length > 0) refused++;
      else expect(events).toEqual(decodeWithStock(193, [frame]));
    }
    // Legs, their prices, routing and algo parameters, conditions.
    expect(refused).toBeGreaterThanOrEqual(5);
  });

  test("a number that is large and no count is read as it is", () => {
    // An orderId is in the head; the conId of a delta-neutral contract is where counts are too.
    const { fields } = frames.find((f) => f.name === "openOrder") as { fields: readonly string[] };
    const conId = fields.lastIndexOf("77");
    const frame = text(...fields.with(conId, "20000000"));
    const { decoder, events } = dialect();
    decoder.receive(5, false, frame);
    expect(events).toEqual(decodeWithStock(193, [frame]));
    expect(JSON.stringify(events)).toContain("20000000");
  });

  test("HISTOGRAM_DATA of 15 bytes", () => {
    const { decoder, events } = dialect();
    decoder.receive(89, false, text(89, 7, 33_000_000));
    decoder.receive(89, false, text(89, 7, -1));
    expect(events.map(([name]) => name)).toEqual(["error", "error"]);
  });
});

describe("frames of the largest size", () => {
  const LARGEST = 0xffffff;

  test("of empty fields: one short error each, at once", () => {
    const { decoder, events, errors } = dialect();
    const ids = [4, 5, 6, 7, 10, 11, 17, 19, 20, 75, 82, 89, 93, 96, 101];
    const started = performance.now();
    for (const id of ids) {
      const frame = Buffer.alloc(LARGEST);
      frame.write(`${id}\0`, 0);
      decoder.receive(id, false, frame);
    }
    const ms = performance.now() - started;
    console.log(`${ids.length} frames of ${LARGEST} empty fields: ${Math.round(ms)} ms`);
    expect(errors.length).toBe(ids.length);
    for (const { message } of errors) expect(message.length).toBeLessThan(1024);
    expect(events.filter(([name]) => name === "error").length).toBe(ids.length);
    expect(ms).toBeLessThan(30_000);
  }, 60_000);

  test("MOST_FIELDS fields are read, one more is refused", () => {
    const count = (MOST_FIELDS - 2) / 2;
    const items = "1\0".repeat(count * 2);
    for (const [more, expected] of [
      ["", "histogramData"],
      ["1\0", "error"],
    ]) {
      const { decoder, events } = dialect();
      decoder.receive(89, false, Buffer.concat([text(89, 7, count), Buffer.from(items + more)]));
      expect(events.map(([name]) => name)).toEqual([expected]);
    }
  });

  test("of escapes: read in one pass", () => {
    const { decoder, events } = dialect();
    const escapes = "\\u0041".repeat(Math.floor(LARGEST / 6) - 10);
    const started = performance.now();
    decoder.receive(4, false, text(4, 2, -1, 2104, escapes, ""));
    expect(performance.now() - started).toBeLessThan(5000);
    expect((events[0][1] as string).length).toBe(escapes.length / 6);
  });

  test("one long field is shown by its beginning", () => {
    const { decoder, errors } = dialect();
    decoder.receive(89, false, text(89, 7, -1, "x".repeat(1_000_000)));
    expect(errors[0].message).toContain('"89","7","-1","xxx');
    expect(errors[0].message).toMatch(/ and \d+ more characters$/);
    expect(errors[0].message.length).toBeLessThan(500);
  });
});

test("unescaped is what stock makes of it", () => {
  const random = new SeededRandom(testSeed("escapes", 4));
  const pieces = [
    "\\u0041",
    "\\u005c",
    "\\u0075",
    "\\u",
    "\\",
    "u",
    "0041",
    "\\u00",
    "zz",
    "é",
    "\\uzzzz",
    "\\u-1ab",
    "$&",
  ];
  for (let i = 0; i < 5000; i++) {
    const escaped = Array.from({ length: random.int(0, 9) }, () => random.pick(pieces)).join("");
    const [event] = decodeWithStock(193, [text(4, 2, -1, 2104, escaped, "")]);
    expect(unescaped(escaped), escaped).toBe(event[1]);
  }
});
