import { fromLocal, toLocal } from "../../time/zone.js";
import type { BarUnit, HistoryBarSize } from "./history-bar-size.js";

/** A step back that no change of clocks makes less than half a day. */
const HALF_A_DAY_MS = 12 * 3_600_000;

/** The midnight of a zone that a day begins with; of weeks that of Monday, of months that of the first. */
export function startOfDays(timeMs: number, unit: Exclude<BarUnit, "time">, timeZone: string): number {
  const local = toLocal(timeZone, Math.floor(timeMs / 1000));
  return midnight(timeZone, { ...local, day: firstDay(local, unit) });
}

/** The beginning of what comes behind the day, week or month that begins at a moment. */
export function nextStartOfDays(startMs: number, unit: Exclude<BarUnit, "time">, timeZone: string): number {
  const local = toLocal(timeZone, (startMs + HALF_A_DAY_MS) / 1000);
  if (unit === "month") return midnight(timeZone, { ...local, month: local.month + 1, day: 1 });
  return midnight(timeZone, { ...local, day: local.day + (unit === "week" ? 7 : 1) });
}

/** The newest moment, at a time or before it, at which a bar is over. */
export function lastBarEnd(timeMs: number, { unit, seconds }: HistoryBarSize, timeZone: string): number {
  if (unit !== "time") return startOfDays(timeMs, unit, timeZone);
  const midnightMs = startOfDays(timeMs, "day", timeZone);
  const local = toLocal(timeZone, Math.floor(timeMs / 1000));
  // By the wall clock, whose hours bars of several of them follow.
  const second = local.hour * 3_600 + local.minute * 60 + local.second;
  const end = timeMs - (timeMs % 1000) - (second % seconds) * 1000;
  return Math.max(end, midnightMs);
}

/** The midnight in a zone that a date begins with, ms since 1970 UTC. @param date `YYYYMMDD` */
export function startOfDate(date: string, timeZone: string): number {
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].map(Number);
  return midnight(timeZone, { year, month, day });
}

function midnight(timeZone: string, date: { year: number; month: number; day: number }): number {
  const { year, month, day } = date;
  return fromLocal(timeZone, { year, month, day, hour: 0, minute: 0, second: 0 }) * 1000;
}

function firstDay(
  local: { year: number; month: number; day: number },
  unit: Exclude<BarUnit, "time">,
): number {
  if (unit === "day") return local.day;
  if (unit === "month") return 1;
  const weekday = new Date(Date.UTC(local.year, local.month - 1, local.day)).getUTCDay();
  return local.day - ((weekday + 6) % 7);
}
