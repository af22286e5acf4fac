import type { CallOptions } from "../../broker/call-options.js";
import { check, objectOf, refused } from "../../domain/check.js";
import { checkContract } from "../../domain/given.js";
import type { Contract } from "../../domain/stock-types.js";
import { parseIBTime } from "../../time/ib-time.js";
import { isTimeZone } from "../../time/zone.js";
import { abortSignal, fields, finite, flag, instance, integer, text } from "../../validation/rules.js";
import { lazily } from "../../validation/zod.js";
import { A_DURATION, type Duration, parseDuration, secondsAtLeast, secondsAtMost } from "./duration.js";
import { type HistoryBarSize, historyBarSize } from "./history-bar-size.js";

/** What is asked for of a history. Either a `duration` or a `startMs`. */
export interface HistoryOptions extends CallOptions {
  /** IB's name or a trader's: `1 min` or `1m`, `5 secs` or `5s`, `1 day` or `1d`; `1M` is a month. */
  readonly barSize: string;
  /**
   * How long before its end it begins: `10 D`, days on which it trades; `2 Y`, `6 M`, `3 W` by the calendar, with a day of the
   * exchange; `3600 S`. What one request is enough for goes to the gateway as it is.
   */
  readonly duration?: string | undefined;
  /** Bars that begin here or later, ms since 1970 UTC; of a day and longer those whose date begins here or later. */
  readonly startMs?: number | undefined;
  /** Bars that are over by then, ms since 1970 UTC. Default now, which it cannot go beyond. */
  readonly endMs?: number | undefined;
  /** The same as gateways take it, in place of it: `20260102-15:59:00` (UTC), `20260102 15:59:00 US/Eastern`; empty: now. */
  readonly endDateTime?: string | undefined;
  /** `TRADES`, `MIDPOINT`, `BID`, `ASK`, `BID_ASK`, …. Default `TRADES`. */
  readonly whatToShow?: string | undefined;
  /** Regular trading hours only. Default false. */
  readonly regularHoursOnly?: boolean | undefined;
  /** The exchange's time zone, whose days it goes by. Default: what the gateway says in the contract's details. */
  readonly timeZone?: string | undefined;
  /**
   * A file that holds what has come: it is begun where it is not there, and continued where it is, so that what another
   * process has loaded is not asked for again.
   */
  readonly resume?: string | undefined;
  /** The most that one request asks for, where a gateway takes more than IB's table of step sizes says. */
  readonly perRequest?: string | undefined;
  /** How long one request may take before it is asked again, 1 … 600,000 ms. Default 60,000. */
  readonly requestTimeoutMs?: number | undefined;
  /** How often in a row one request may fail in a way that may pass, 0 … 1,000. Default 10. */
  readonly retries?: number | undefined;
  /** How long to wait for a connection that is lost, 1 … 86,400,000 ms. Default 900,000, a quarter of an hour. */
  readonly reconnectWithinMs?: number | undefined;
}

export interface HistoryRange {
  readonly duration?: string | undefined;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
}

export interface ResolvedHistoryOptions {
  readonly contract: Contract;
  readonly size: HistoryBarSize;
  readonly range: HistoryRange;
  readonly whatToShow: string;
  readonly regularHoursOnly: boolean;
  readonly timeZone: string | undefined;
  readonly resume: string | undefined;
  readonly longest: Duration;
  readonly requestTimeoutMs: number;
  readonly retries: number;
  readonly reconnectWithinMs: number;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
}

const ARGUMENT = "ERR_IBKR_ARGUMENT";
/** What a request in seconds may have. */
const MOST_SECONDS = 86_400;
const ZONED = /^\d{8}(-| \S+ \S)/;

const duration = () =>
  instance<string>((value) => typeof value === "string" && parseDuration(value) !== undefined, A_DURATION);
const zone = () =>
  instance<string>((value) => typeof value === "string" && isTimeZone(value), "a zone such as US/Eastern");

/** With its zone: without one it would be another moment at each gateway. */
const moment = () =>
  instance<string>(
    (value) =>
      value === "" || (typeof value === "string" && ZONED.test(value) && parseIBTime(value) !== undefined),
    "a moment such as 20260102-15:59:00 (UTC) or 20260102 15:59:00 US/Eastern, or an empty text",
  );

const rules = lazily(() =>
  fields({
    barSize: text(),
    duration: duration().optional(),
    startMs: finite().optional(),
    endMs: finite().optional(),
    endDateTime: moment().optional(),
    whatToShow: text().default("TRADES"),
    regularHoursOnly: flag().default(false),
    timeZone: zone().optional(),
    resume: text("the path of a file").optional(),
    perRequest: duration().optional(),
    requestTimeoutMs: integer(1, 600_000).default(60_000),
    retries: integer(0, 1_000).default(10),
    reconnectWithinMs: integer(1, 86_400_000).default(900_000),
    signal: abortSignal().optional(),
    timeoutMs: integer(1, 0x7fffffff).optional(),
  }),
);

/** @throws IBKRError `ERR_IBKR_ARGUMENT` for the contract, `ERR_IBKR_OPTION` for an option: its name, value and what is allowed */
export function resolveHistoryOptions(contract: Contract, given: HistoryOptions): ResolvedHistoryOptions {
  checkContract(contract);
  const {
    barSize,
    perRequest,
    duration: length,
    startMs,
    endDateTime,
    ...others
  } = check(rules(), objectOf("options", given));
  if (endDateTime && others.endMs !== undefined)
    throw refused("endDateTime", endDateTime, "nothing, as endMs is given", ARGUMENT);
  const { endMs = endDateTime ? parseIBTime(endDateTime) : undefined, ...rest } = others;
  const size = historyBarSize(barSize);
  if ((length === undefined) === (startMs === undefined))
    throw refused("startMs", startMs, "a start, or a duration in its place: one of the two", ARGUMENT);
  if (startMs !== undefined && endMs !== undefined && startMs >= endMs)
    throw refused("endMs", endMs, `later than startMs, ${startMs}`, ARGUMENT);
  const range = {
    ...(length !== undefined && { duration: length }),
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
  };
  return {
    ...{ contract, size, range, longest: longestOf(perRequest, size) },
    ...{ timeZone: undefined, resume: undefined, signal: undefined, timeoutMs: undefined },
    ...rest,
  };
}

/** Whether one request is enough for a duration, so that it is the gateway's to count. */
export function isOneRequest(options: ResolvedHistoryOptions): boolean {
  const { range, resume, longest } = options;
  const duration = range.duration === undefined ? undefined : parseDuration(range.duration);
  if (duration === undefined || resume !== undefined) return false;
  if (takesNoEnd(options) && range.endMs !== undefined) return false;
  return duration.unit === longest.unit
    ? duration.count <= longest.count
    : secondsAtMost(duration) <= secondsAtLeast(longest);
}

/** Adjusted prices and continuous futures are of now: a gateway takes no end for them (10339 and the like). */
export function takesNoEnd({
  contract,
  whatToShow,
}: Pick<ResolvedHistoryOptions, "contract" | "whatToShow">): boolean {
  return whatToShow.toUpperCase() === "ADJUSTED_LAST" || contract.secType === "CONTFUT";
}

function longestOf(perRequest: string | undefined, size: HistoryBarSize): Duration {
  const longest = perRequest === undefined ? undefined : (parseDuration(perRequest) as Duration);
  if (longest === undefined) return size.longest;
  if (longest.unit === "S" && longest.count > MOST_SECONDS)
    throw refused("perRequest", perRequest, `up to ${MOST_SECONDS} S; more in days or weeks`);
  const isDays = size.unit !== "time";
  if (secondsAtLeast(longest) < secondsAtLeast(size.shortest) || (isDays && "SD".includes(longest.unit)))
    throw refused("perRequest", perRequest, `${size.shortest.count} ${size.shortest.unit} or longer`);
  return longest;
}
