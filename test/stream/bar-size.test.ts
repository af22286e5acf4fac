import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nameOfBarSize, parseBarSize } from "../../src/stream/bar-size.js";
import { holds } from "../support/property.js";

describe("a size of bars", () => {
  test.each([
    ["1s", "time", 1, "1s"],
    ["5s", "time", 5, "5s"],
    ["1m", "time", 60, "1m"],
    ["5m", "time", 300, "5m"],
    ["1h", "time", 3_600, "1h"],
    ["1d", "time", 86_400, "1d"],
    ["250ms", "time", 0.25, "250ms"],
    ["1 min", "time", 60, "1m"],
    ["5 secs", "time", 5, "5s"],
    ["1 secs", "time", 1, "1s"],
    ["30 mins", "time", 1_800, "30m"],
    ["1 hour", "time", 3_600, "1h"],
    ["8 hours", "time", 28_800, "8h"],
    ["1 day", "time", 86_400, "1d"],
    ["90s", "time", 90, "90s"],
    ["1500ms", "time", 1.5, "1500ms"],
    ["24h", "time", 86_400, "1d"],
    ["100 ticks", "ticks", 100, "100 ticks"],
    ["1 tick", "ticks", 1, "1 ticks"],
    ["10_000 volume", "volume", 10_000, "10000 volume"],
    ["10,000 volume", "volume", 10_000, "10000 volume"],
    ["0.5 volume", "volume", 0.5, "0.5 volume"],
    ["1_000_000 notional", "notional", 1_000_000, "1000000 notional"],
  ])("%s is %s of %d: %s", (text, by, size, name) => {
    const read = parseBarSize(text);
    expect(read).toEqual({ by, size, price: "trades" });
    expect(read && nameOfBarSize(read)).toBe(name);
  });

  test("may name the quotes it is made of", () => {
    expect(parseBarSize("1m mid")).toEqual({ by: "time", size: 60, price: "mid" });
    expect(parseBarSize("100 ticks bid")).toEqual({ by: "ticks", size: 100, price: "bid" });
    expect(nameOfBarSize({ by: "time", size: 60, price: "ask" })).toBe("1m ask");
  });

  test.each([
    ...[
      "",
      "m",
      "1",
      "0s",
      "-1s",
      "1.5s",
      "1M",
      "1w",
      "1 week",
      "1 month",
      "1 mins mids",
      "32d",
      "0ticks",
      // Doubles do not count so far.
      "9007199254740993 ticks",
      "99999999999999999999999999999 ticks",
      // They have no name that can be read again.
      "1000000000000000000000 notional",
      "0.0000001 volume",
      "0 ticks",
    ],
    ...[
      "1.5 ticks",
      "10__000 volume",
      "_1 volume",
      "10, 000 volume",
      "1e3 volume",
      "volume",
      "10 volume mid",
    ],
    ...["10 notional ask", "Infinity volume", "1s1m", "1 constructor", "5 toString"],
  ])("%j is none", (text) => {
    expect(parseBarSize(text)).toBeUndefined();
  });

  test("is read as what it is named", () => {
    const time = fc
      .integer({ min: 1, max: 31 * 86_400_000 })
      .map((ms) => ({ by: "time", size: ms / 1_000 }) as const);
    const ticks = fc.integer({ min: 1, max: 1e9 }).map((size) => ({ by: "ticks", size }) as const);
    const price = fc.constantFrom("trades", "mid", "bid", "ask" as const);
    holds(
      "names of sizes",
      fc.property(fc.oneof(time, ticks), price, (of, which) => {
        const size = { ...of, price: which };
        expect(parseBarSize(nameOfBarSize(size))).toEqual(size);
      }),
    );
  });
});
