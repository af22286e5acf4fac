import { describe, expect, test } from "vitest";
import { FeedKind, FeedValue } from "../../src/broker/feed-kind.js";
import { LAYOUT } from "../../src/native/layout.js";

/** What the core calls each kind and the prefix of its positions. */
const CORE: Readonly<Record<keyof typeof FeedKind, readonly [kind: string, values?: string]>> = {
  PRICE: ["TICK_PRICE", "TICK_PRICE"],
  SIZE: ["TICK_SIZE", "TICK_SIZE"],
  STRING: ["TICK_STRING"],
  GENERIC: ["TICK_GENERIC", "TICK_GENERIC"],
  OPTION: ["TICK_OPTION_COMPUTATION", "OPTION"],
  TRADE: ["TICK_BY_TICK_ALL_LAST", "ALL_LAST"],
  BID_ASK: ["TICK_BY_TICK_BID_ASK", "BID_ASK"],
  MID_POINT: ["TICK_BY_TICK_MID_POINT", "MID_POINT"],
  DEPTH: ["MARKET_DEPTH", "DEPTH"],
  DEPTH_L2: ["MARKET_DEPTH_L2"],
  BAR: ["REAL_TIME_BAR", "BAR"],
  RT_TRADE: ["RT_TRADE", "RT_TRADE"],
  BARS: ["BARS_CHANGED"],
  BOOK: ["BOOK_CHANGED"],
};
const upper = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

describe.each(Object.entries(CORE))("%s", (name, [kind, prefix]) => {
  test("has the core's number", () => {
    expect(FeedKind[name as keyof typeof FeedKind]).toBe(LAYOUT[`KIND_${kind}`]);
  });

  test("has its values where the core puts them", () => {
    const values = Object.entries(FeedValue[name as keyof typeof FeedValue] ?? {});
    const core = Object.fromEntries(
      values.map(([value]) => [value, LAYOUT[`VALUE_${prefix}_${upper(value)}`]]),
    );
    expect(Object.fromEntries(values)).toEqual(core);
  });
});
