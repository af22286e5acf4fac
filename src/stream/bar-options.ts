import { type FeedBarSpec, MOST_SERIES } from "../broker/feed-bars.js";
import { refused } from "../domain/check.js";
import { fields, integer, listOf, oneOf, powerOfTwo, textLike } from "../validation/rules.js";
import { z } from "../validation/zod.js";
import { type SessionHoursOptions, type SessionName, sessionRule, sessionSpans } from "./bar-sessions.js";
import {
  A_BAR_SIZE,
  BAR_PRICES,
  type BarPriceName,
  type BarSize,
  nameOfBarSize,
  parseBarSize,
} from "./bar-size.js";
import { judged } from "./judged.js";
import { sessionsRule } from "./session-spans-rule.js";

/** A series of bars, with more than its size. */
export interface BarSeriesOptions {
  /** Such as `"5m"`, `"1 min"`, `"100 ticks"`, `"10_000 volume"`, `"1_000_000 notional"`. */
  readonly size: string;
  /** The prices they are made of; of quotes only by time or ticks. Default `"trades"`. */
  readonly price?: BarPriceName | undefined;
  /** Of an interval without a tick there is no bar, or one at the close before it. Default `"skip"`. */
  readonly empty?: "skip" | "carry" | undefined;
  /** A tick whose bar is closed goes into it while it is the newest one, or is only counted. Default `"amend"`. */
  readonly late?: "drop" | "amend" | undefined;
  /** How long the clock waits for late ticks before it closes a bar, 0 … 3,600,000 ms. Default 0. */
  readonly waitMs?: number | undefined;
  /** The hours that bars are made in, by name or by the exchange's clock. Default all, aligned to 1970. */
  readonly session?: SessionName | SessionHoursOptions | undefined;
  /** The same as spans in milliseconds since 1970, in order. */
  readonly sessions?: readonly (readonly [startMs: number, endMs: number])[] | undefined;
  /** Closed bars that are kept, a power of two, 16 … 65,536. Default 256. */
  readonly keep?: number | undefined;
  /** How much of history goes before the first bar, in IB's words: `"1 D"`, `"3600 S"`. Default none. */
  readonly history?: string | undefined;
}

/** What history of a series is asked for. */
export interface SeriesHistory {
  readonly duration: string;
  /** In IB's words. */
  readonly barSize: string;
  readonly whatToShow: "TRADES" | "MIDPOINT" | "BID" | "ASK";
  readonly regularHoursOnly: boolean;
}

/** A series as it is made. */
export interface ResolvedSeries extends BarSize {
  readonly name: string;
  readonly keep: number;
  readonly spec: FeedBarSpec;
  readonly history: SeriesHistory | undefined;
}

const DEFAULT_KEEP = 256;
const A_SERIES = `${A_BAR_SIZE}, or an object with it as size`;

/** IB's names of the sizes that history has and that are aligned as bars here are, by seconds. */
const IB_SIZES: Readonly<Record<number, string>> = {
  ...{ 1: "1 secs", 5: "5 secs", 10: "10 secs", 15: "15 secs", 30: "30 secs", 60: "1 min", 120: "2 mins" },
  ...{ 180: "3 mins", 300: "5 mins", 600: "10 mins", 900: "15 mins", 1200: "20 mins", 1800: "30 mins" },
  3600: "1 hour",
};
const HALF_AN_HOUR = 1_800;
const WHAT_TO_SHOW = { trades: "TRADES", mid: "MIDPOINT", bid: "BID", ask: "ASK" } as const;
const WITH_HISTORY =
  "none for this size: bars of 1s, 5s, 10s, 15s, 30s, 1m, 2m, 3m, 5m, 10m, 15m, 20m, 30m and 1h have it";
const IN_A_SESSION =
  "none for this size: within a session the bars of 1s to 3m, 5m, 10m, 15m and 30m have it";

const sizeRule = () =>
  z()
    .string({ error: A_BAR_SIZE })
    .refine((text) => parseBarSize(text) !== undefined, { error: A_BAR_SIZE });

/** What there is in an object. */
export const seriesOptions = () =>
  fields({
    size: sizeRule(),
    price: oneOf(BAR_PRICES).optional(),
    empty: oneOf(["skip", "carry"]).optional(),
    late: oneOf(["drop", "amend"]).optional(),
    waitMs: integer(0, 3_600_000).optional(),
    session: sessionRule().optional(),
    sessions: sessionsRule()
      .refine((spans) => spans.flat().every(Number.isSafeInteger), { error: "whole milliseconds" })
      .optional(),
    keep: powerOfTwo(16, 65_536).default(DEFAULT_KEEP),
    history: textLike(/^[1-9]\d* [SDWMY]$/, 'a duration such as "1 D" or "3600 S"').optional(),
  });

const objectRule = () =>
  seriesOptions().refine(({ session, sessions }) => session === undefined || sessions === undefined, {
    path: ["sessions"],
    error: "nothing beside session",
  });

export const seriesRule = () =>
  listOf(
    judged<string | BarSeriesOptions>((given) =>
      typeof given === "string"
        ? sizeRule()
        : typeof given === "object"
          ? objectRule()
          : z().never({ error: A_SERIES }),
    ),
    "a list of sizes, or of objects with a size",
  ).max(MOST_SERIES, { error: `up to ${MOST_SERIES} series` });

/**
 * Fills in defaults.
 * @param nowMs around which moment sessions are looked up
 * @throws IBKRError `ERR_IBKR_OPTION` for a series that there is twice, and for what one of its size cannot have
 */
export function resolveSeries(
  given: readonly (string | BarSeriesOptions)[],
  nowMs: number,
): ResolvedSeries[] {
  const all: ResolvedSeries[] = [];
  given.forEach((one, i) => {
    const series = resolved(typeof one === "string" ? { size: one } : one, `bars[${i}]`, nowMs);
    if (all.some(({ name }) => name === series.name))
      throw refused(`bars[${i}]`, one, `a series that is not there yet, as ${series.name} is`);
    all.push(series);
  });
  return all;
}

function resolved(options: BarSeriesOptions, at: string, nowMs: number): ResolvedSeries {
  const { size: text, empty, late, waitMs, session, keep = DEFAULT_KEEP } = options;
  const read = parseBarSize(text) as BarSize;
  const { price: told = read.price } = options;
  if (read.price !== "trades" && told !== read.price)
    throw refused(`${at}.price`, told, `${read.price}, as size says`);
  if (told !== "trades" && (read.by === "volume" || read.by === "notional"))
    throw refused(`${at}.price`, told, "trades, for bars by volume or notional");
  const size: BarSize = { ...read, price: told };
  const sessions = session === undefined ? options.sessions : sessionSpans(session, nowMs);
  const spec: FeedBarSpec = {
    ...{ by: size.by, size: size.size, price: size.price, keep },
    ...{ empty: empty ?? "skip", late: late ?? "amend", waitMs: waitMs ?? 0 },
    ...(sessions && { sessions }),
  };
  const history = options.history === undefined ? undefined : historyOf(size, options, at);
  return { ...size, name: nameOfBarSize(size), keep, spec, history };
}

function historyOf(
  size: BarSize,
  { history, session, sessions }: BarSeriesOptions,
  at: string,
): SeriesHistory {
  const barSize = size.by === "time" ? IB_SIZES[size.size] : undefined;
  if (barSize === undefined) throw refused(`${at}.history`, history, WITH_HISTORY);
  // A gateway counts from the whole hour, bars of a session from its opening.
  const inSession = session !== undefined || sessions !== undefined;
  if (inSession && HALF_AN_HOUR % size.size !== 0) throw refused(`${at}.history`, history, IN_A_SESSION);
  return {
    ...{ duration: history as string, barSize, whatToShow: WHAT_TO_SHOW[size.price] },
    regularHoursOnly: session === "regular",
  };
}
