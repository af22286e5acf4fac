import { describe, expect, test } from "vitest";
import { testSeed } from "../../support/seeded-random.js";
import { decodeEachWithStock, decodeWithStock, type StockEvent } from "../../support/stock-decoder.js";
import { MALFORMED_KINDS, type MalformedKind, malformedFrames } from "./malformed-frames.js";
import {
  FIRST_TEXT_SERVER_VERSION,
  HOT_MESSAGES,
  type HotMessage,
  LAST_TEXT_SERVER_VERSION,
  payloadOf,
  type TextFrame,
  textFrames,
} from "./text-frames.js";

const seed = testSeed("text frames", 20260824);

/** A frame written down as `1|6|1001|68|255.45|200|0|`. */
function frame(text: string): Buffer {
  return payloadOf(text.slice(0, -1).split("|"));
}

function errorsOf(events: StockEvent[]): StockEvent[] {
  return events.filter(([name]) => name === "error" || name === "throw");
}

function decodeGood(frames: TextFrame[]): StockEvent[][] {
  const versions = [...new Set(frames.map((f) => f.serverVersion))];
  return versions.flatMap((version) => {
    const ofVersion = frames.filter((f) => f.serverVersion === version);
    return decodeEachWithStock(
      version,
      ofVersion.map((f) => f.payload),
    );
  });
}

const EVENTS: Record<HotMessage, (f: TextFrame) => string> = {
  TICK_PRICE: () => "tickPrice",
  TICK_SIZE: () => "tickSize",
  ORDER_STATUS: () => "orderStatus",
  MARKET_DEPTH: () => "updateMktDepth",
  MARKET_DEPTH_L2: () => "updateMktDepthL2",
  TICK_OPTION_COMPUTATION: () => "tickOptionComputation",
  TICK_GENERIC: () => "tickGeneric",
  TICK_STRING: () => "tickString",
  REAL_TIME_BARS: () => "realtimeBar",
  TICK_BY_TICK: (f) =>
    ({
      Last: "tickByTickAllLast",
      AllLast: "tickByTickAllLast",
      BidAsk: "tickByTickBidAsk",
      MidPoint: "tickByTickMidPoint",
    })[f.layout.name]!,
};

describe("decodeWithStock", () => {
  // The expected events are written from the layouts, not copied from a run.
  test.each<[number, string, StockEvent[]]>([
    [
      176,
      "1|6|1001|4|255.45|200|1|",
      [
        ["tickPrice", 1001, 4, 255.45, true],
        ["tickSize", 1001, 5, 200],
      ],
    ],
    [
      176,
      "1|6|1001|68|255.45|1,200|0|",
      [
        ["tickPrice", 1001, 68, 255.45, false],
        ["tickSize", 1001, 71, 1200],
      ],
    ],
    // Tick type 0 (bid size) counts as "none" in stock: a bid has no size event.
    [176, "1|6|1001|1|255.45|200|0|", [["tickPrice", 1001, 1, 255.45, false]]],
    [176, "1|6|1001|9|1.7976931348623157E308||0|", [["tickPrice", 1001, 9, undefined, false]]],
    [176, "2|6|1001|74|312894|", [["tickSize", 1001, 74, 312894]]],
    [176, "2|6|1001|74||", [["tickSize", 1001, 74, undefined]]],
    [
      130,
      "3|6|7|Filled|10|0|1.5|9007199254740993|0|1.5|2|x|",
      [["orderStatus", 7, "Filled", 10, 0, 1.5, 9007199254740992, 0, 1.5, 2, "x", undefined]],
    ],
    [
      131,
      "3|7|Filled|10|0|1.5|99|0|1.5|2||0.25|",
      [["orderStatus", 7, "Filled", 10, 0, 1.5, 99, 0, 1.5, 2, "", 0.25]],
    ],
    [145, "13|1|5|0|ARCA|1|0|10.5|300|", [["updateMktDepthL2", 5, 0, "ARCA", 1, 0, 10.5, 300, undefined]]],
    [146, "13|1|5|0|ARCA|1|0|10.5|300|1|", [["updateMktDepthL2", 5, 0, "ARCA", 1, 0, 10.5, 300, true]]],
    [100, "12|1|5|3|2|1|10.5|300|", [["updateMktDepth", 5, 3, 2, 1, 10.5, 300]]],
    [
      155,
      "21|5|8|10|-1|-2|",
      [
        [
          "tickOptionComputation",
          8,
          10,
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
          undefined,
        ],
      ],
    ],
    [
      155,
      "21|5|8|83|0.5|0.25|-1|0|",
      [
        [
          "tickOptionComputation",
          8,
          83,
          undefined,
          0.5,
          0.25,
          undefined,
          0,
          undefined,
          undefined,
          undefined,
          undefined,
        ],
      ],
    ],
    [
      156,
      "21|8|13|1|0.5|0.25|2|-1|0.1|-2|-0.3|400|",
      [["tickOptionComputation", 8, 13, 1, 0.5, 0.25, 2, undefined, 0.1, undefined, -0.3, 400]],
    ],
    [176, "45|6|8|46|3.0|", [["tickGeneric", 8, 46, 3]]],
    [176, "46|6|8|45|1787685059|", [["tickString", 8, 45, "1787685059"]]],
    [
      176,
      "50|3|8|1787685055|1|4|0.5|2|1E+3|1.25|7|",
      [["realtimeBar", 8, 1787685055, 1, 4, 0.5, 2, 1000, 1.25, 7]],
    ],
    [
      176,
      "99|8|1|1787685055|10.5|100|3|NASDAQ| TI|",
      [
        [
          "tickByTickAllLast",
          8,
          1,
          "1787685055",
          10.5,
          100,
          { pastLimit: true, unreported: true },
          "NASDAQ",
          " TI",
        ],
      ],
    ],
    [
      176,
      "99|8|3|1787685055|10|11|100|200|2|",
      [["tickByTickBidAsk", 8, "1787685055", 10, 11, 100, 200, { bidPastLow: false, askPastHigh: true }]],
    ],
    [176, "99|8|4|1787685055|10.25|", [["tickByTickMidPoint", 8, "1787685055", 10.25]]],
  ])("at server version %i reads %s", (serverVersion, text, events) => {
    expect(decodeWithStock(serverVersion, [frame(text)])).toStrictEqual(events);
  });

  test("keeps the events of each payload apart and in order, also behind a malformed one", () => {
    const payloads = ["2|6|1|0|5|", "2|6|1|", "2|6|1|0|6|7|", "2|6|1|0|8|"].map(frame);
    const [first, truncated, extra, last] = decodeEachWithStock(176, payloads);
    expect(first).toEqual([["tickSize", 1, 0, 5]]);
    expect(truncated.map(([name]) => name)).toEqual(["error"]);
    expect(extra.map(([name]) => name)).toEqual(["error", "tickSize"]);
    expect(last).toEqual([["tickSize", 1, 0, 8]]);
  });
});

describe("generated text frames", () => {
  const frames = textFrames({ seed });

  test("are decoded by stock without an error, each into its event", () => {
    const decoded = decodeGood(frames);
    expect(decoded.length).toBe(frames.length);
    decoded.forEach((events, i) => {
      const f = frames[i];
      const place = `server version ${f.serverVersion}, ${f.message} ${f.layout.name}, ${f.payload.toString("hex")}`;
      expect(errorsOf(events), place).toEqual([]);
      expect(events[0]?.[0], place).toBe(EVENTS[f.message](f));
      const idField =
        f.fields[1 + f.layout.fields.findIndex((x) => x.name === "reqId" || x.name === "orderId")];
      expect(events[0][1], place).toBe(idField === "" ? 0 : Number(idField));
    });
  });

  test("have every layout of every server version from 100 to 193", () => {
    const seen = new Set(frames.map((f) => `${f.serverVersion} ${f.message} ${f.layout.name}`));
    for (let version = FIRST_TEXT_SERVER_VERSION; version <= LAST_TEXT_SERVER_VERSION; version++) {
      // 10 messages; TICK_BY_TICK has four layouts, option computations three before message versions went.
      const ofVersion = [...seen].filter((key) => key.startsWith(`${version} `));
      expect(ofVersion.length, `server version ${version}`).toBe(version < 156 ? 15 : 13);
      for (const message of Object.keys(HOT_MESSAGES)) {
        expect(
          ofVersion.some((key) => key.split(" ")[1] === message),
          `${version} ${message}`,
        ).toBe(true);
      }
    }
  });

  test.each<[HotMessage, number, number, number]>([
    ["ORDER_STATUS", 131, 12, 12],
    ["MARKET_DEPTH_L2", 146, 9, 10],
    ["TICK_OPTION_COMPUTATION", 156, 12, 12],
  ])("%s changes its layout at server version %i", (message, gate, before, after) => {
    const longest = (version: number) =>
      Math.max(
        ...frames
          .filter((f) => f.message === message && f.serverVersion === version)
          .map((f) => f.fields.length),
      );
    expect([longest(gate - 1), longest(gate)]).toEqual([before, after]);
    const first = (version: number) =>
      frames.find((f) => f.message === message && f.serverVersion === version)!;
    expect(first(gate - 1).layout.fields[0].name).toBe("version");
    expect(first(gate).layout.name).not.toBe(first(gate - 1).layout.name);
  });

  test("hold unset values, exponents, separators, long ids, long numbers and text beyond ASCII", () => {
    const values = (kind: string) =>
      new Set(
        frames.flatMap((f) => f.layout.fields.flatMap((x, i) => (x.kind === kind ? [f.fields[i + 1]] : []))),
      );
    for (const kind of ["double", "decimal", "greek"]) {
      const all = [...values(kind)];
      for (const unset of ["", "1.7976931348623157E308", "2147483647", "9223372036854775807"]) {
        expect(all, kind).toContain(unset);
      }
      expect(all.some((v) => /[eE]-/.test(v)) && all.some((v) => /[eE]\d/.test(v)), kind).toBe(true);
      expect(
        all.some((v) => v.startsWith("-")),
        kind,
      ).toBe(true);
      for (let digits = 1; digits <= 20; digits++) {
        expect(
          all.some((v) => /^-?[\d.]+$/.test(v) && v.replace(/\D/g, "").length === digits),
          `${kind}, ${digits} digits`,
        ).toBe(true);
      }
    }
    expect([...values("decimal")].some((v) => v.includes(","))).toBe(true);
    expect([...values("double"), ...values("greek")].some((v) => v.includes(","))).toBe(false);
    expect(values("greek")).toContain("-1");
    expect(values("greek")).toContain("-2");
    expect(values("long")).toContain("9007199254740993");
    expect([...values("string")].some((v) => Buffer.byteLength(v) > v.length)).toBe(true);
    expect([...values("string")].some((v) => v.length >= 1_000)).toBe(true);
  });

  test("of older message versions are decoded too", () => {
    const older = textFrames({ seed, olderMessageVersions: true, messages: ["TICK_PRICE", "ORDER_STATUS"] });
    expect(new Set(older.map((f) => f.layout.name))).toContain("version 1");
    expect(decodeGood(older).flatMap(errorsOf)).toEqual([]);
  });

  test("are the same for the same seed, and others for another", () => {
    const again = textFrames({ seed });
    expect(again.every((f, i) => f.payload.equals(frames[i].payload))).toBe(true);
    const other = textFrames({ seed: (seed + 1) >>> 0 });
    expect(other.some((f, i) => !f.payload.equals(frames[i].payload))).toBe(true);
  });

  test("refuse a server version that mixes dialects, and a seed that is none", () => {
    expect(() => textFrames({ seed, serverVersions: [194] })).toThrow("server version 194");
    expect(() => textFrames({ seed: -1 })).toThrow("seed is -1");
  });
});

describe("generated malformed frames", () => {
  const frames = malformedFrames({
    seed,
    serverVersions: [100, 130, 131, 146, 155, 156, 176, 193],
    perLayout: 10,
  });
  const ofKind = (kind: MalformedKind) => frames.filter((f) => f.kind === kind);
  const decode = (kind: MalformedKind) =>
    ofKind(kind).map((f) => ({ f, events: decodeEachWithStock(f.serverVersion, [f.payload])[0] }));

  test("come in every kind, and differ from the good frame", () => {
    for (const kind of MALFORMED_KINDS) expect(ofKind(kind).length, kind).toBeGreaterThan(100);
    // A number of one digit can be replaced by garbage that begins with it; the bytes still differ.
    for (const f of frames) expect(f.payload.equals(f.good.payload), f.detail).toBe(false);
  });

  test.each(["truncated", "unterminated", "empty", "unknown-id"] as const)(
    "%s: stock reports an error and no event",
    (kind) => {
      for (const { f, events } of decode(kind)) {
        expect(events.length, `${f.good.message} ${f.detail}`).toBeGreaterThan(0);
        expect(errorsOf(events), `${f.good.message} ${f.detail}`).toEqual(events);
      }
    },
  );

  test("extra-fields: stock reports an error and the event of the good frame", () => {
    for (const { f, events } of decode("extra-fields")) {
      const good = decodeWithStock(f.serverVersion, [f.good.payload]);
      expect(errorsOf(events).length, `${f.good.message} ${f.detail}`).toBe(1);
      expect(events.slice(1), `${f.good.message} ${f.detail}`).toEqual(good);
    }
  });

  test("garbage in a number is a NaN, or silently cut, in stock", () => {
    const decoded = decode("garbage-number");
    expect(
      decoded.some(({ events }) => errorsOf(events).length === 0 && events[0].includes(Number.NaN)),
    ).toBe(true);
    expect(decoded.every(({ events }) => events.every(([name]) => name !== "throw"))).toBe(true);
  });

  test("invalid-utf8 becomes U+FFFD in stock", () => {
    for (const { f, events } of decode("invalid-utf8")) {
      expect(errorsOf(events), f.detail).toEqual([]);
      expect(
        events[0].some((arg) => typeof arg === "string" && arg.includes("\ufffd")),
        f.detail,
      ).toBe(true);
    }
  });
});
