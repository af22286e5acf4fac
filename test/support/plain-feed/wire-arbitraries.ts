import fc from "fast-check";
import { FeedKind } from "../../../src/broker/feed-kind.js";
import type { FeedFilter, FeedTreatment } from "../../../src/broker/feed-treatment.js";
import { UNSET } from "../../../src/native/ring-record.js";
import type { WireMessage } from "./plain-wire.js";

/*
 * Random messages of a gateway and random treatments of them: few different values, so that filters meet both sides of
 * their limits and fields are conflated; now and then any number there is.
 */

/** Quarters, as fractions of two are exact; never -0, which no text has. */
const near = fc.integer({ min: 30, max: 50 }).map((n) => n / 4);
const any = fc.double({ noNaN: true, min: -1e9, max: 1e9 }).map((n) => n + 0);
const price = fc.oneof(
  { arbitrary: near, weight: 8 },
  { arbitrary: fc.oneof(fc.constantFrom(-1, 0), any), weight: 1 },
);
const size = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 20 }), weight: 6 },
  { arbitrary: fc.constantFrom(-1, 0, UNSET, 0.5), weight: 1 },
);
const seconds = fc.integer({ min: 1_600_000_000, max: 1_900_000_000 });
const word = fc.stringMatching(/^[A-Z]{0,4}$/);

const PRICE_TYPES = [1, 2, 4, 66, 67, 68];
const OTHER_PRICE_TYPES = [6, 7, 9, 14, 35, 37, 57, 72, 73, 75, 76, 1000, -1];
const SIZE_TYPES = [0, 3, 5, 8, 21, 27, 28, 34, 36, 69, 70, 71, 74, 89, 1, 63];
const GENERIC_TYPES = [23, 24, 46, 49, 90, 1, 55];
const OPTION_TYPES = [10, 11, 12, 13, 53, 80, 81, 82, 83];

const message = (
  kind: number,
  field: fc.Arbitrary<number>,
  values: fc.Arbitrary<readonly number[]>,
  more: { attribs?: fc.Arbitrary<number>; texts?: fc.Arbitrary<readonly string[]> } = {},
): fc.Arbitrary<WireMessage> =>
  fc.record({
    kind: fc.constant(kind),
    field,
    attribs: more.attribs ?? fc.constant(0),
    values,
    texts: more.texts ?? fc.constant([]),
  });

const rtVolume = fc.oneof(
  {
    arbitrary: fc
      .tuple(
        fc.oneof(near.map(String), fc.constant("")),
        fc.nat(20),
        seconds,
        fc.nat(1e6),
        near,
        fc.boolean(),
      )
      .map(
        ([at, of, time, volume, vwap, single]) => `${at};${of};${time * 1000};${volume};${vwap};${single}`,
      ),
    weight: 4,
  },
  {
    arbitrary: fc.constantFrom("", "1;2;3;4;5", "1;2;3;4;5;yes", "x;2;3;4;5;true", "1;2;3;4;5;true;"),
    weight: 1,
  },
);

/** Any message of market data, tick by tick, depth and bars; without a size a price has no attributes. */
export const wireMessage: fc.Arbitrary<WireMessage> = fc.oneof(
  {
    arbitrary: message(FeedKind.PRICE, fc.constantFrom(...PRICE_TYPES), fc.tuple(price, size), {
      attribs: fc.nat(7),
    }).map(withoutSize),
    weight: 8,
  },
  message(FeedKind.PRICE, fc.constantFrom(...OTHER_PRICE_TYPES), fc.tuple(price, size)),
  { arbitrary: message(FeedKind.SIZE, fc.constantFrom(...SIZE_TYPES), fc.tuple(size)), weight: 3 },
  message(FeedKind.STRING, fc.constantFrom(45, 88), fc.constant([]), {
    texts: fc.oneof(seconds.map(String), fc.constantFrom("", "12x")).map((one) => [one]),
  }),
  message(FeedKind.STRING, fc.constantFrom(32, 47), fc.constant([]), {
    texts: fc.string({ maxLength: 90 }).map((one) => [one.replaceAll("\0", "")]),
  }),
  {
    arbitrary: message(FeedKind.STRING, fc.constantFrom(48, 77), fc.constant([]), {
      texts: rtVolume.map((one) => [one]),
    }),
    weight: 4,
  },
  message(
    FeedKind.GENERIC,
    fc.constantFrom(...GENERIC_TYPES),
    fc.tuple(fc.oneof(near, fc.constantFrom(-1, 0, 1))),
  ),
  message(
    FeedKind.OPTION,
    fc.constantFrom(...OPTION_TYPES),
    fc.array(fc.oneof(near, fc.constant(UNSET)), { minLength: 8, maxLength: 8 }),
    { attribs: fc.nat(1) },
  ),
  {
    arbitrary: message(FeedKind.TRADE, fc.constantFrom(1, 2), fc.tuple(seconds, price, size), {
      attribs: fc.nat(3),
      texts: fc.tuple(word, fc.constantFrom("", " ", "@ F", "@ I", "Z")),
    }),
    weight: 4,
  },
  {
    arbitrary: message(FeedKind.BID_ASK, fc.constant(3), fc.tuple(seconds, price, price, size, size), {
      attribs: fc.nat(3),
    }),
    weight: 2,
  },
  message(FeedKind.MID_POINT, fc.constant(4), fc.tuple(seconds, near)),
  message(FeedKind.DEPTH, fc.nat(4), fc.tuple(near, fc.nat(20)), {
    attribs: fc.tuple(fc.nat(2), fc.nat(1)).map(([operation, side]) => operation | (side << 8)),
  }),
  fc
    .nat(100)
    .chain((count) =>
      message(
        FeedKind.BAR,
        fc.constant(count),
        fc.tuple(seconds, near, near, near, near, fc.nat(99), near, fc.constant(count)),
      ),
    ),
);

function withoutSize(one: WireMessage): WireMessage {
  return one.values[1] === UNSET ? { ...one, attribs: 0 } : one;
}

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined, freq: 3 });
const ALWAYS = [0, Date.UTC(2100)] as const;
const NEVER = [0, Date.UTC(2000)] as const;

/** Sessions are always or never, so that the hour of the test is nothing to it. */
export const feedFilter: fc.Arbitrary<FeedFilter> = fc.record({
  kinds: maybe(fc.subarray(Object.values(FeedKind), { minLength: 6 })),
  priceMin: maybe(near),
  priceMax: maybe(near),
  minSize: maybe(fc.integer({ min: 0, max: 20 })),
  minPriceChange: maybe(fc.constantFrom(0, 0.25, 0.5, 1)),
  outlier: maybe(
    fc.oneof(
      fc.constantFrom(0.5, 2, 10).map((percent) => ({ percent })),
      fc.constantFrom(0.25, 1, 2).map((at) => ({ price: at })),
    ),
  ),
  sessions: maybe(fc.constantFrom([ALWAYS], [NEVER], [NEVER, ALWAYS], [])),
  excludeConditions: maybe(fc.constantFrom("", "I", "IZ", "@")),
  excludePastLimit: maybe(fc.boolean()),
  excludeUnreported: maybe(fc.boolean()),
});

export const feedTreatment = (conflateMs: number): fc.Arbitrary<Omit<FeedTreatment, "boardSlot">> =>
  fc.record({
    conflateMs: fc.constantFrom(0, conflateMs),
    conflateTrades: fc.boolean(),
    policy: fc.constantFrom("conflate", "backpressure", "drop-oldest"),
    filter: fc.option(feedFilter, { nil: undefined, freq: 2 }),
  });
