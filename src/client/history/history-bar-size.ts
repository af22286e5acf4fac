import { refused } from "../../domain/check.js";
import { type Duration, parseDuration } from "./duration.js";

/** What a bar is made of: a stretch of time, or days, of which a bar has the date of the last. */
export type BarUnit = "time" | "day" | "week" | "month";

/** A size of bars that IB's history has. */
export interface HistoryBarSize {
  /** As IB names it: `1 min`, `1W`. */
  readonly name: string;
  readonly unit: BarUnit;
  /** Length; of weeks and months nominally. */
  readonly seconds: number;
  /** The shortest and the longest that may be asked for at once. */
  readonly shortest: Duration;
  readonly longest: Duration;
}

const DAY = 86_400;

/**
 * IB's table of step sizes, turned round: what each bar size may be asked for at once, the shortest and the longest.
 * (IBKR's documentation, "Historical Data Limitations": 60 S has bars of 1 sec to 1 min, …, 1 Y those of 1 day to 1 month.)
 */
const STEPS: readonly (readonly [seconds: number, name: string, shortest: string, longest: string])[] = [
  [1, "1 secs", "60 S", "1800 S"],
  [5, "5 secs", "60 S", "3600 S"],
  [10, "10 secs", "60 S", "14400 S"],
  [15, "15 secs", "60 S", "14400 S"],
  [30, "30 secs", "60 S", "28800 S"],
  [60, "1 min", "60 S", "1 D"],
  [120, "2 mins", "120 S", "2 D"],
  [180, "3 mins", "1800 S", "1 W"],
  [300, "5 mins", "1800 S", "1 W"],
  [600, "10 mins", "1800 S", "1 W"],
  [900, "15 mins", "1800 S", "1 W"],
  [1200, "20 mins", "1800 S", "1 W"],
  [1800, "30 mins", "1800 S", "1 M"],
  [3600, "1 hour", "3600 S", "1 M"],
  [7200, "2 hours", "14400 S", "1 M"],
  [10_800, "3 hours", "14400 S", "1 M"],
  [14_400, "4 hours", "28800 S", "1 M"],
  [28_800, "8 hours", "28800 S", "1 M"],
  [DAY, "1 day", "1 W", "1 Y"],
  [7 * DAY, "1W", "1 M", "1 Y"],
  [30 * DAY, "1M", "1 M", "1 Y"],
];

/** Seconds, minutes and hours; the others are units of their own. */
const UNITS: Readonly<Record<string, number>> = {
  ...{ s: 1, sec: 1, secs: 1, second: 1, seconds: 1 },
  ...{ m: 60, min: 60, mins: 60, minute: 60, minutes: 60 },
  ...{ h: 3_600, hour: 3_600, hours: 3_600 },
};
const OF_DAYS: Readonly<Record<string, number>> = {
  ...{ d: DAY, D: DAY, day: DAY, w: 7 * DAY, W: 7 * DAY, week: 7 * DAY },
  ...{ M: 30 * DAY, mo: 30 * DAY, month: 30 * DAY },
};
const FORM = /^(\d{1,5}) ?([A-Za-z]+)$/;

/** Every name that IB has for a size of bars. */
export const HISTORY_BAR_SIZES: readonly string[] = STEPS.map(([, name]) => name);

/**
 * A size by IB's name (`"1 min"`, `"5 secs"`, `"1 day"`) or a trader's (`"1m"`, `"5s"`, `"1d"`, `"1w"`; `"1M"` is a month).
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for a size that history does not have
 */
export function historyBarSize(text: string): HistoryBarSize {
  const seconds = typeof text === "string" ? secondsOf(text.trim()) : undefined;
  const step = STEPS.find(([length]) => length === seconds);
  if (step === undefined)
    throw refused(
      "barSize",
      text,
      `${HISTORY_BAR_SIZES.join(", ")}, or "1m", "1h", "1d"`,
      "ERR_IBKR_ARGUMENT",
    );
  const [length, name, shortest, longest] = step;
  return {
    name,
    unit: length < DAY ? "time" : length === DAY ? "day" : length === 7 * DAY ? "week" : "month",
    seconds: length,
    shortest: parseDuration(shortest) as Duration,
    longest: parseDuration(longest) as Duration,
  };
}

function secondsOf(text: string): number | undefined {
  const [, count, unit] = FORM.exec(text) ?? [];
  if (unit === undefined) return undefined;
  // A day is no matter of 24 hours: it is an exchange's day.
  if (Object.hasOwn(OF_DAYS, unit)) return Number(count) === 1 ? OF_DAYS[unit] : undefined;
  const seconds = Object.hasOwn(UNITS, unit) ? Number(count) * UNITS[unit] : undefined;
  return seconds !== undefined && seconds < DAY ? seconds : undefined;
}
