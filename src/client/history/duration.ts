import { fromLocal, toLocal } from "../../time/zone.js";

export type DurationUnit = "S" | "D" | "W" | "M" | "Y";

/** A length of time in IB's units: seconds, days, weeks, months, years. */
export interface Duration {
  readonly count: number;
  readonly unit: DurationUnit;
}

const DAY = 86_400;

/** What a gateway covers by one of the unit at the least, seconds: a month may be a February. */
const AT_LEAST: Readonly<Record<DurationUnit, number>> = {
  S: 1,
  D: DAY,
  W: 7 * DAY,
  M: 28 * DAY,
  Y: 365 * DAY,
};

/** And at the most: a month of 31 days, a leap year. */
const AT_MOST: Readonly<Record<DurationUnit, number>> = { ...AT_LEAST, M: 31 * DAY, Y: 366 * DAY };

const NAMES: Readonly<Record<string, DurationUnit>> = {
  ...{ S: "S", s: "S", sec: "S", secs: "S", second: "S", seconds: "S" },
  ...{ D: "D", d: "D", day: "D", days: "D", W: "W", w: "W", week: "W", weeks: "W" },
  ...{ M: "M", month: "M", months: "M", Y: "Y", y: "Y", year: "Y", years: "Y" },
};
const FORM = /^([1-9]\d{0,8}) ?([A-Za-z]+)$/;

/** What is allowed, as the end of a message that refuses another one. */
export const A_DURATION = 'a duration such as "2 Y", "6 M", "3 W", "10 D" or "3600 S"';

/** @returns undefined for a text that is none; `1m` is none either: minutes and months would be one letter */
export function parseDuration(text: string): Duration | undefined {
  const [, count, unit] = FORM.exec(text.trim()) ?? [];
  if (unit === undefined || !Object.hasOwn(NAMES, unit)) return undefined;
  return { count: Number(count), unit: NAMES[unit] };
}

/** As a gateway takes it. */
export function durationText({ count, unit }: Duration): string {
  return `${count} ${unit}`;
}

/** How many seconds a gateway covers by it at the least. */
export function secondsAtLeast({ count, unit }: Duration): number {
  return count * AT_LEAST[unit];
}

/** And at the most. */
export function secondsAtMost({ count, unit }: Duration): number {
  return count * AT_MOST[unit];
}

/**
 * The moment a duration before another, by the calendar of a zone: 2 Y before noon of a day is the beginning of that day two
 * years ago; seconds are seconds.
 * @param endMs ms since 1970 UTC
 */
export function startOfDuration(endMs: number, { count, unit }: Duration, timeZone: string): number {
  if (unit === "S") return endMs - count * 1000;
  const local = toLocal(timeZone, endMs / 1000);
  const year = local.year - (unit === "Y" ? count : 0);
  const month = local.month - (unit === "M" ? count : 0);
  // The 31st of a month that has 30 days is the 30th.
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const day = Math.min(local.day, lastDay) - (unit === "D" ? count : unit === "W" ? 7 * count : 0);
  return fromLocal(timeZone, { year, month, day, hour: 0, minute: 0, second: 0 }) * 1000;
}
