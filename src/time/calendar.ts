import { formatDay } from "./ib-date-time.js";
import { fromLocal, toLocal } from "./zone.js";

const DAY = 86_400;

/** When an instrument trades, in its own zone. Hours are minutes since midnight; a negative opening is the day before. */
export interface TradingHours {
  zone: string;
  /** Regular session. */
  liquid: SessionHours;
  /** With the sessions around it. */
  extended: SessionHours;
  /** Weekdays with a session (0 is Sunday). */
  days: readonly number[];
  /** Whether there is no session on a day (`yyyymmdd`) that would have one. Default: never. */
  holiday?: (day: string) => boolean;
  /** Whether the sessions of a day (`yyyymmdd`) end at their `earlyClose`. Default: never. */
  halfDay?: (day: string) => boolean;
}

/** Minutes since midnight. */
export interface SessionHours {
  open: number;
  close: number;
  /** Default: as on any other day. */
  earlyClose?: number;
}

/** One trading session; times are seconds since 1970 UTC, `day` is its trade date `yyyymmdd`. */
export interface Session {
  day: string;
  /** When the whole session opens, where `open` is later because only a part of it is meant. */
  opens?: number;
  open: number;
  close: number;
}

/**
 * The sessions that overlap [from, to], oldest first.
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

/** `count` days from the one `at` (seconds since 1970 UTC) falls in, each with its session if it has one. */
export function daysFrom(
  hours: TradingHours,
  regular: boolean,
  at: number,
  count: number,
): { day: string; session: Session | undefined }[] {
  const window = regular ? hours.liquid : hours.extended;
  const first = localNoon(hours.zone, at);
  return Array.from({ length: count }, (_, i) => {
    const noon = first + i * DAY;
    return { day: formatDay(toLocal(hours.zone, noon)), session: sessionOf(hours, window, noon) };
  });
}

function sessionOf(hours: TradingHours, window: SessionHours, noon: number): Session | undefined {
  const local = toLocal(hours.zone, noon);
  const weekday = new Date(Date.UTC(local.year, local.month - 1, local.day)).getUTCDay();
  if (!hours.days.includes(weekday)) return undefined;
  const day = formatDay(local);
  if (hours.holiday?.(day) === true) return undefined;
  const at = (minutes: number): number =>
    fromLocal(hours.zone, { ...local, hour: 0, minute: minutes, second: 0 });
  const { open, close, earlyClose = close } = window;
  return { day, open: at(open), close: at(hours.halfDay?.(day) === true ? earlyClose : close) };
}

/** Noon of the local day `epochSeconds` falls in: stepping days from there never skips one when clocks change. */
function localNoon(zone: string, epochSeconds: number): number {
  return fromLocal(zone, { ...toLocal(zone, epochSeconds), hour: 12, minute: 0, second: 0 });
}
