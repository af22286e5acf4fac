import type { HistoricalBar } from "../../domain/historical-bar.js";
import { startOfDate } from "./calendar-cuts.js";

/** A bar of a history. One of a day or longer has its `date` and the zone that it is a date of. */
export interface HistoryBar extends HistoricalBar {
  /** The exchange's zone, such as `US/Eastern`; undefined where there is a `timeMs`. */
  readonly timeZone?: string;
}

/** Where a bar stands among others, ms since 1970 UTC: its start, or the midnight of its date. */
export function placeOf({ timeMs, date }: HistoricalBar, timeZone: string): number {
  return timeMs ?? startOfDate(date as string, timeZone);
}

/** Whether two answers tell the same of one bar. */
export function isSameBar(one: HistoricalBar, other: HistoricalBar): boolean {
  return (
    one.open === other.open && one.high === other.high && one.low === other.low && one.close === other.close
  );
}

/** As a line of a file has it: whole seconds or the date, then the values; null where there is none. */
export type BarRow = readonly [at: number | string, ...values: (number | null)[]];

export function rowOfBar(bar: HistoricalBar): BarRow {
  const at = bar.timeMs === undefined ? (bar.date as string) : bar.timeMs / 1000;
  const { open, high, low, close, volume, wap, count } = bar;
  return [at, ...[open, high, low, close, volume, wap, count].map((value) => value ?? null)];
}

export function barOfRow(row: BarRow, timeZone: string): HistoryBar {
  const at = row[0];
  const when = typeof at === "string" ? { date: at, timeZone } : { timeMs: at * 1000 };
  const value = (i: number) => (row[i] as number | null) ?? undefined;
  const [open, high, low, close] = [value(1), value(2), value(3), value(4)];
  return { ...when, open, high, low, close, volume: value(5), wap: value(6), count: value(7) };
}
