import { startOfUtcDay, utcDay } from "./ib-date-time.js";

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const SATURDAY = 6;

interface YearOfHolidays {
  closed: ReadonlySet<string>;
  half: ReadonlySet<string>;
}

const years = new Map<number, YearOfHolidays>();

/** Whether the New York exchanges are closed on a weekday, by the rules of today. @param day `yyyymmdd` */
export function isUsHoliday(day: string): boolean {
  return yearOf(day).closed.has(day);
}

/**
 * Whether the New York exchanges close early, at 13:00, by the rules of today: on the day before Independence Day, the
 * one after Thanksgiving and on Christmas Eve, where they are open at all. @param day `yyyymmdd`
 */
export function isUsHalfDay(day: string): boolean {
  return yearOf(day).half.has(day);
}

function yearOf(day: string): YearOfHolidays {
  const year = Number(day.slice(0, 4));
  let known = years.get(year);
  if (known === undefined) {
    const closed = new Set(holidaysOf(year));
    known = { closed, half: new Set(halfDaysOf(year).filter((half) => !closed.has(half))) };
    years.set(year, known);
  }
  return known;
}

/** With a July 3rd or a December 24th that is a holiday itself, because the day after it is a Saturday. */
function halfDaysOf(year: number): string[] {
  const thanksgiving = nth(year, 11, THURSDAY, 4);
  const days = [stamp(year, 7, 3), stamp(year, 11, Number(thanksgiving.slice(6)) + 1), stamp(year, 12, 24)];
  return days.filter((day) => ![SUNDAY, SATURDAY].includes(weekdayOf(day)));
}

function weekdayOf(day: string): number {
  return new Date(startOfUtcDay(day)).getUTCDay();
}

function holidaysOf(year: number): string[] {
  const fixed = [observed(year, 1, 1), observed(year, 7, 4), observed(year, 12, 25)];
  if (year >= 2022) fixed.push(observed(year, 6, 19));
  return [
    ...fixed,
    nth(year, 1, MONDAY, 3),
    nth(year, 2, MONDAY, 3),
    goodFriday(year),
    lastMondayOfMay(year),
    nth(year, 9, MONDAY, 1),
    nth(year, 11, THURSDAY, 4),
  ];
}

/** A holiday on a Saturday is kept on Friday, one on a Sunday on Monday; New Year's Day never moves back a year. */
function observed(year: number, month: number, date: number): string {
  const weekday = new Date(Date.UTC(year, month - 1, date)).getUTCDay();
  if (weekday === SATURDAY) return month === 1 ? "" : stamp(year, month, date - 1);
  return stamp(year, month, weekday === SUNDAY ? date + 1 : date);
}

function nth(year: number, month: number, weekday: number, n: number): string {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return stamp(year, month, 1 + ((weekday - first + 7) % 7) + 7 * (n - 1));
}

function lastMondayOfMay(year: number): string {
  const last = new Date(Date.UTC(year, 4, 31)).getUTCDay();
  return stamp(year, 5, 31 - ((last - MONDAY + 7) % 7));
}

/** Two days before Easter Sunday by the Gregorian computus. */
function goodFriday(year: number): string {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const leapGap = century - Math.floor(century / 4) - Math.floor((8 * century + 13) / 25);
  const moon = (19 * golden + leapGap + 15) % 30;
  const late = moon === 29 || (moon === 28 && golden > 10) ? 1 : 0;
  const full = moon - late;
  const sunday = (year + Math.floor(year / 4) + full + 2 - century + Math.floor(century / 4)) % 7;
  return stamp(year, 3, 28 + full - sunday - 2);
}

/** `yyyymmdd`; dates beyond the month run on into the next. */
function stamp(year: number, month: number, date: number): string {
  return utcDay(Date.UTC(year, month - 1, date));
}
