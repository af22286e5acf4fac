import { isUsHoliday } from "./holidays.js";
import { fromLocal, toLocal } from "./timezone.js";

const DAY = 86_400;

/** When an instrument trades, in its own zone. Hours are minutes since midnight; a negative opening is the day before. */
export interface TradingHours {
  zone: string;
  /** Regular session. */
  liquid: { open: number; close: number };
  /** With the sessions around it. */
  extended: { open: number; close: number };
  /** Weekdays with a session (0 is Sunday). */
  days: readonly number[];
  /** Whether there is no session on a day (`yyyymmdd`) that would have one. Default: never. */
  holiday?: (day: string) => boolean;
}

const WEEKDAYS = [1, 2, 3, 4, 5];

export const US_STOCK_HOURS: TradingHours = {
  zone: "US/Eastern",
  liquid: { open: 9 * 60 + 30, close: 16 * 60 },
  extended: { open: 4 * 60, close: 20 * 60 },
  days: WEEKDAYS,
  holiday: isUsHoliday,
};

export const FOREX_HOURS: TradingHours = {
  zone: "US/Eastern",
  liquid: { open: -(6 * 60 + 45), close: 17 * 60 },
  extended: { open: -(6 * 60 + 45), close: 17 * 60 },
  days: WEEKDAYS,
};

export const CME_HOURS: TradingHours = {
  zone: "US/Central",
  liquid: { open: 8 * 60 + 30, close: 16 * 60 },
  extended: { open: -7 * 60, close: 16 * 60 },
  days: WEEKDAYS,
};

export const CRYPTO_HOURS: TradingHours = {
  zone: "US/Central",
  liquid: { open: 0, close: 24 * 60 },
  extended: { open: 0, close: 24 * 60 },
  days: [0, 1, 2, 3, 4, 5, 6],
};

/** One trading session; times are seconds since 1970 UTC, `day` is its trade date `yyyymmdd`. */
export interface Session {
  day: string;
  /** When the whole session opens, where `open` is later because only a part of it is meant. */
  opens?: number;
  open: number;
  close: number;
}

/**
 * The sessions that overlap [from, to], oldest first. Only US stocks have holidays.
 * @param from @param to seconds since 1970 UTC
 */
export function sessionsBetween(hours: TradingHours, regular: boolean, from: number, to: number): Session[] {
  const window = regular ? hours.liquid : hours.extended;
  const sessions: Session[] = [];
  for (let noon = localNoon(hours.zone, from - DAY); noon <= to + 2 * DAY; noon += DAY) {
    const session = sessionOf(hours, window, noon);
    if (session === undefined || session.close <= from) continue;
    if (session.open >= to) break;
    sessions.push(session);
  }
  return sessions;
}

/** The last `count` sessions that began before `end` and not before `first`, oldest first. */
export function lastSessions(
  hours: TradingHours,
  regular: boolean,
  end: number,
  count: number,
  first: number,
): Session[] {
  const window = regular ? hours.liquid : hours.extended;
  const sessions: Session[] = [];
  for (let noon = localNoon(hours.zone, end + DAY); sessions.length < count && noon >= first; noon -= DAY) {
    const session = sessionOf(hours, window, noon);
    if (session !== undefined && session.open < end) sessions.push(session);
  }
  return sessions.reverse();
}

function sessionOf(
  hours: TradingHours,
  window: { open: number; close: number },
  noon: number,
): Session | undefined {
  const local = toLocal(hours.zone, noon);
  const weekday = new Date(Date.UTC(local.year, local.month - 1, local.day)).getUTCDay();
  if (!hours.days.includes(weekday)) return undefined;
  const at = (minutes: number): number =>
    fromLocal(hours.zone, { ...local, hour: 0, minute: minutes, second: 0 });
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${local.year}${two(local.month)}${two(local.day)}`;
  if (hours.holiday?.(day) === true) return undefined;
  return {
    day,
    open: at(window.open),
    close: at(window.close),
  };
}

/** Noon of the local day `epochSeconds` falls in: stepping days from there never skips one when clocks change. */
function localNoon(zone: string, epochSeconds: number): number {
  return fromLocal(zone, { ...toLocal(zone, epochSeconds), hour: 12, minute: 0, second: 0 });
}

/** The hours of the next days as contract details write them: `20260709:0930-20260709:1600;20260711:CLOSED`. */
export function describeHours(hours: TradingHours, regular: boolean, now: number, days = 6): string {
  const window = regular ? hours.liquid : hours.extended;
  const parts: string[] = [];
  let noon = localNoon(hours.zone, now);
  for (let i = 0; i < days; i++, noon += DAY) {
    const local = toLocal(hours.zone, noon);
    const session = sessionOf(hours, window, noon);
    const two = (n: number): string => String(n).padStart(2, "0");
    if (session === undefined) {
      parts.push(`${local.year}${two(local.month)}${two(local.day)}:CLOSED`);
      continue;
    }
    const stamp = (epochSeconds: number): string => {
      const t = toLocal(hours.zone, epochSeconds);
      return `${t.year}${two(t.month)}${two(t.day)}:${two(t.hour)}${two(t.minute)}`;
    };
    parts.push(`${stamp(session.open)}-${stamp(session.close)}`);
  }
  return parts.join(";");
}
