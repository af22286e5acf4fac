import { describe, expect, test } from "vitest";
import { FeedKind, FeedValue } from "../../src/broker/feed-kind.js";
import type { FeedTreatment } from "../../src/broker/feed-treatment.js";
import {
  KIND_RT_TRADE,
  OUTLIER_BY_NONE,
  OUTLIER_BY_PERCENT,
  OUTLIER_BY_PRICE,
  RING_POLICY_BACKPRESSURE,
  RING_POLICY_CONFLATE,
  RING_POLICY_DROP_OLDEST,
  VALUE_RT_TRADE_PRICE,
  VALUE_RT_TRADE_SIZE,
  VALUE_RT_TRADE_TIME,
  VALUE_RT_TRADE_VOLUME,
  VALUE_RT_TRADE_VWAP,
} from "../../src/native/layout.js";
import {
  addonTreatmentOf,
  type NativeFilter,
  type NativeTreatment,
} from "../../src/native/native-treatment.js";

const PLAIN: NativeTreatment = { boardSlot: 3, conflateMs: 250, conflateTrades: true, policy: "conflate" };
const filterOf = (filter: NativeFilter) => addonTreatmentOf({ ...PLAIN, filter }, 8, 5).filter;

describe("a treatment, as the addon takes it", () => {
  test("has numbers, and no filter where there is none", () => {
    expect(addonTreatmentOf(PLAIN, 8, 5)).toEqual({
      boardSlot: 3,
      counters: 5,
      conflateMs: 250,
      conflateTrades: true,
      policy: RING_POLICY_CONFLATE,
    });
  });

  test.each([
    ["conflate", RING_POLICY_CONFLATE],
    ["backpressure", RING_POLICY_BACKPRESSURE],
    ["drop-oldest", RING_POLICY_DROP_OLDEST],
  ] as const)("knows the policy %s", (policy, number) => {
    expect(addonTreatmentOf({ ...PLAIN, policy }, 8, 5).policy).toBe(number);
  });

  test("an empty filter leaves nothing out, not even a size of -1", () => {
    expect(filterOf({})).toEqual({
      kinds: 0x7fffffff,
      priceMin: -Infinity,
      priceMax: Infinity,
      minSize: -Infinity,
      minPriceChange: 0,
      outlierBy: OUTLIER_BY_NONE,
      outlier: 0,
      excludedConditions: "",
      excludePastLimit: false,
      excludeUnreported: false,
    });
  });

  test("has all that a filter says", () => {
    expect(
      filterOf({
        kinds: [FeedKind.PRICE, FeedKind.RT_TRADE],
        priceMin: 1,
        priceMax: 2,
        minSize: 3,
        minPriceChange: 4,
        outlier: { percent: 5 },
        sessions: [
          [10, 20],
          [30, 40],
        ],
        excludeConditions: "IZ",
        excludePastLimit: true,
        excludeUnreported: true,
      }),
    ).toEqual({
      kinds: (1 << 1) | (1 << 13),
      priceMin: 1,
      priceMax: 2,
      minSize: 3,
      minPriceChange: 4,
      outlierBy: OUTLIER_BY_PERCENT,
      outlier: 5,
      sessions: Float64Array.of(10, 20, 30, 40),
      excludedConditions: "IZ",
      excludePastLimit: true,
      excludeUnreported: true,
    });
    expect(filterOf({ outlier: { price: 6 } })).toMatchObject({ outlierBy: OUTLIER_BY_PRICE, outlier: 6 });
    expect(filterOf({ kinds: [] })?.kinds).toBe(0);
  });

  test.each([-1, 8, 1.5, Number.NaN])("no slot %s on a board of eight", (boardSlot) => {
    expect(() => addonTreatmentOf({ ...PLAIN, boardSlot }, 8, 5)).toThrow(
      `boardSlot is ${boardSlot} (allowed: an integer from 0 to 7)`,
    );
  });

  test.each([-1, 31, 0.5])("no kind %s", (kind) => {
    expect(() => filterOf({ kinds: [kind] })).toThrow(`kinds is ${kind} (allowed: kinds from 0 to 30)`);
  });

  test("is what a feed's treatment says, under the same names", () => {
    const feeds: Omit<FeedTreatment, "bars" | "book"> = {
      ...PLAIN,
      filter: { kinds: [FeedKind.TRADE], outlier: { price: 1 } },
    };
    const natives: NativeTreatment = feeds;
    expect(addonTreatmentOf(natives, 8, 0).filter).toMatchObject({ kinds: 1 << FeedKind.TRADE });
  });
});

test("a trade of market data has its numbers where the feed says", () => {
  expect(FeedKind.RT_TRADE).toBe(KIND_RT_TRADE);
  expect(FeedValue.RT_TRADE).toEqual({
    time: VALUE_RT_TRADE_TIME,
    price: VALUE_RT_TRADE_PRICE,
    size: VALUE_RT_TRADE_SIZE,
    volume: VALUE_RT_TRADE_VOLUME,
    vwap: VALUE_RT_TRADE_VWAP,
  });
});
