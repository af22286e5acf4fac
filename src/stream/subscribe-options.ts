import type { FeedDataType } from "../broker/feed.js";
import { FeedKind } from "../broker/feed-kind.js";
import type { FeedFilter, FeedPolicy } from "../broker/feed-treatment.js";
import { check } from "../domain/check.js";
import {
  abortSignal,
  fields,
  finite,
  flag,
  integer,
  listOf,
  notNegative,
  oneOf,
  positive,
  text,
} from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import { type BarSeriesOptions, type ResolvedSeries, resolveSeries, seriesRule } from "./bar-options.js";
import { type DepthOptions, depthRule, type ResolvedDepth, resolveDepth } from "./depth-options.js";
import { sessionsRule } from "./session-spans-rule.js";

/** The kinds of messages by name. */
export const KIND_NAMES = {
  price: FeedKind.PRICE,
  size: FeedKind.SIZE,
  string: FeedKind.STRING,
  generic: FeedKind.GENERIC,
  option: FeedKind.OPTION,
  trade: FeedKind.TRADE,
  bidAsk: FeedKind.BID_ASK,
  midPoint: FeedKind.MID_POINT,
  bar: FeedKind.BAR,
  rtTrade: FeedKind.RT_TRADE,
} as const;
export type KindName = keyof typeof KIND_NAMES;

/** What is left out; the quote is not filtered. Each part by itself; without any nothing is. */
export interface FilterOptions extends Omit<FeedFilter, "kinds" | "outlier"> {
  /** Only these kinds. */
  readonly kinds?: readonly KindName[] | undefined;
  /**
   * Farther than this from the mid of the last bid and ask that were let through: in percent of it, as a price, or in
   * steps of the contract's price (which hold from the moment on that the gateway has named the step).
   */
  readonly outlier?:
    | { readonly percent: number }
    | { readonly price: number }
    | { readonly ticks: number }
    | undefined;
}

export const DATA_TYPES = { live: 1, frozen: 2, delayed: 3, delayedFrozen: 4 } as const;
export type DataTypeName = keyof typeof DATA_TYPES;

/** What to subscribe to, and how it is treated; all have defaults. */
export interface SubscribeOptions {
  /** Bid, ask, last and the rest of market data. Default true. */
  quotes?: boolean | undefined;
  /**
   * Trades. `true` or `"rtVolume"`: with market data (generic tick 233), no line of their own. `"last"`, `"allLast"`:
   * tick by tick. Default false.
   */
  trades?: boolean | "rtVolume" | "last" | "allLast" | undefined;
  /** Historical and implied volatility of what has options (generic ticks 104, 106); an option's own Greeks come anyhow. Default false. */
  greeks?: boolean | undefined;
  /** Headlines (generic tick 292). Default false. */
  news?: boolean | undefined;
  /** Bid and ask tick by tick. Default false. */
  bidAsk?: boolean | undefined;
  /** The mid tick by tick. Default false. */
  midPoint?: boolean | undefined;
  /** Bars of five seconds that the gateway makes. Default false. */
  realTimeBars?: boolean | undefined;
  /** Series of bars by their size, `["1s", "5m", "100 ticks"]`, or with more options. Default none. */
  bars?: readonly (string | BarSeriesOptions)[] | undefined;
  /** The order book: rows of each side, 1 … 60, or with more options; true: 5 rows. Default false. */
  depth?: boolean | number | DepthOptions | undefined;
  /** More of IB's generic tick ids. Default none. */
  genericTicks?: readonly number[] | undefined;
  /** Which data is wanted. Default `"live"`. */
  marketDataType?: DataTypeName | undefined;
  filter?: FilterOptions | undefined;
  /** Milliseconds in which the newest value of each field wins, 0 … 60,000. Default: the stream's. */
  conflateMs?: number | undefined;
  /** Whether trades are conflated, too. Default false. */
  conflateTrades?: boolean | undefined;
  /** What happens when messages come faster than they are taken. Default `"backpressure"`: nothing goes. */
  policy?: FeedPolicy | undefined;
  /** Who goes first where lines are short, -1,000 … 1,000; higher first. Default 0. */
  priority?: number | undefined;
  /** Closes the subscription. */
  signal?: AbortSignal | undefined;
}

export const POLICIES: readonly FeedPolicy[] = ["conflate", "backpressure", "drop-oldest"];
const TRADES = ["rtVolume", "last", "allLast"] as const;
const AN_OUTLIER = "{ percent }, { price } or { ticks }, above 0";

const outlierRule = () =>
  z().union([fields({ percent: positive() }), fields({ price: positive() }), fields({ ticks: positive() })], {
    error: AN_OUTLIER,
  });

const filterRules = () =>
  fields({
    kinds: listOf(oneOf(Object.keys(KIND_NAMES) as KindName[]), "a list of kinds").optional(),
    priceMin: finite().optional(),
    priceMax: finite().optional(),
    minSize: notNegative().optional(),
    minPriceChange: notNegative().optional(),
    outlier: outlierRule().optional(),
    sessions: sessionsRule().optional(),
    excludeConditions: text("a text with the letters of special conditions").optional(),
    excludePastLimit: flag().optional(),
    excludeUnreported: flag().optional(),
  }).refine(({ priceMin = -Infinity, priceMax = Infinity }) => priceMin <= priceMax, {
    path: ["priceMin"],
    error: "a number up to priceMax",
  });

export const subscribeRules = lazily(() =>
  fields({
    quotes: flag().default(true),
    trades: z()
      .union([z().boolean(), z().enum(TRADES)], { error: `true, false, ${TRADES.join(", ")}` })
      .default(false),
    greeks: flag().default(false),
    news: flag().default(false),
    bidAsk: flag().default(false),
    midPoint: flag().default(false),
    realTimeBars: flag().default(false),
    bars: seriesRule().default([]),
    depth: depthRule().default(false),
    genericTicks: listOf(integer(1, 10_000), "a list of generic tick ids").default([]),
    marketDataType: oneOf(Object.keys(DATA_TYPES) as DataTypeName[]).default("live"),
    filter: filterRules().optional(),
    conflateMs: integer(0, 60_000).optional(),
    conflateTrades: flag().default(false),
    policy: oneOf(POLICIES).default("backpressure"),
    priority: integer(-1_000, 1_000).default(0),
    signal: abortSignal().optional(),
  }).refine(
    ({ quotes, trades, greeks, news, bidAsk, midPoint, realTimeBars, depth, ...lists }) =>
      [quotes, trades, greeks, news, bidAsk, midPoint, realTimeBars, depth].some((one) => one !== false) ||
      lists.genericTicks.length + lists.bars.length > 0,
    { path: ["quotes"], error: "true where nothing else is subscribed to" },
  ),
);

export interface ResolvedSubscribeOptions
  extends Required<
    Omit<SubscribeOptions, "filter" | "signal" | "trades" | "marketDataType" | "bars" | "depth">
  > {
  readonly trades: false | "rtVolume" | "last" | "allLast";
  readonly dataType: FeedDataType;
  readonly bars: readonly ResolvedSeries[];
  readonly depth: ResolvedDepth | undefined;
  readonly filter: FilterOptions | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fills in defaults.
 * @param nowMs around which moment sessions are looked up
 * @throws IBKRError `ERR_IBKR_OPTION` that names the option, its value and what is allowed
 */
export function resolveSubscribeOptions(
  given: SubscribeOptions,
  conflateMs: number,
  nowMs: number,
): ResolvedSubscribeOptions {
  const { trades, marketDataType, bars, depth, filter, signal, ...options } = check(subscribeRules(), given);
  return {
    ...options,
    trades: trades === true ? "rtVolume" : trades,
    dataType: DATA_TYPES[marketDataType],
    bars: resolveSeries(bars, nowMs),
    depth: resolveDepth(depth),
    filter,
    signal,
    conflateMs: options.conflateMs ?? conflateMs,
  };
}
