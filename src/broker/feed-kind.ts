/**
 * The kinds of messages of a feed, and where the numbers of each lie. They are the core's numbers
 * (`native/addon/layout_bars.cpp`); a test compares the two.
 */
export const FeedKind = {
  /** A price with its size: the tick type is in `field`. */
  PRICE: 1,
  SIZE: 2,
  STRING: 3,
  GENERIC: 4,
  /** Implied volatility and the Greeks of an option. */
  OPTION: 5,
  /** A trade, tick by tick: Last and AllLast. */
  TRADE: 6,
  /** A quote, tick by tick: bid and ask together. */
  BID_ASK: 7,
  MID_POINT: 8,
  DEPTH: 9,
  DEPTH_L2: 10,
  /** A bar of five seconds. */
  BAR: 11,
  /** A trade as a line of market data has it: RTVolume (233, tick type 48) or RTTrdVolume (375, tick type 77). */
  RT_TRADE: 13,
  /**
   * No message of the gateway's, but a notice: bars of the subscription were closed or amended since the notice before.
   * Once per read of the socket at the most, whatever came; `closed` and `revision` of its
   * series say which. `field` is 1 where messages have come since the notice before, 0 where only the clock went on.
   */
  BARS: 14,
  /** A notice: the book of the subscription has changed, was reset or damaged. Once per read of the socket at the most. */
  BOOK: 15,
} as const;

export type FeedKind = (typeof FeedKind)[keyof typeof FeedKind];

/** Positions of the numbers in a message of each kind, for {@link FeedBatch.value}. */
export const FeedValue = {
  PRICE: { price: 0, size: 1 },
  SIZE: { size: 0 },
  GENERIC: { value: 0 },
  OPTION: {
    impliedVol: 0,
    delta: 1,
    optPrice: 2,
    pvDividend: 3,
    gamma: 4,
    vega: 5,
    theta: 6,
    undPrice: 7,
  },
  /** `time`: seconds since 1970. */
  TRADE: { time: 0, price: 1, size: 2 },
  BID_ASK: { time: 0, bidPrice: 1, askPrice: 2, bidSize: 3, askSize: 4 },
  MID_POINT: { time: 0, price: 1 },
  DEPTH: { price: 0, size: 1 },
  BAR: { time: 0, open: 1, high: 2, low: 3, close: 4, volume: 5, wap: 6, count: 7 },
  /** `time`: milliseconds since 1970. */
  RT_TRADE: { time: 0, price: 1, size: 2, volume: 3, vwap: 4 },
} as const;
