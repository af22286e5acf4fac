import { checkText } from "../domain/check.js";
import { parseDateTime } from "./ib-date-time.js";
import { zoneNamed } from "./zone.js";

/** From an opening to its close, ms since 1970 UTC. */
export interface TradingSession {
  readonly openMs: number;
  readonly closeMs: number;
}

/** A day of trading. */
export interface TradingDay {
  /** `yyyymmdd`, in the contract's zone: the day on which its sessions end. One that begins in the evening is the next day's. */
  readonly date: string;
  /** In their order; none on a day without trading. */
  readonly sessions: readonly TradingSession[];
}

const DAY_OFF = /^(\d{8}):CLOSED$/;
const SESSION = /^(\d{8}):(\d{2})(\d{2})-(?:(\d{8}):)?(\d{2})(\d{2})$/;

/**
 * The days of `tradingHours` or `liquidHours` of contract details: `20260105:0930-20260105:1600;20260106:CLOSED`, with
 * several sessions a day as entries of their own or behind a comma (`20090507:0700-1830,1830-2330`).
 * @param timeZone the details' `timeZoneId`
 * @returns undefined where the text is something else, or the zone is none
 */
export function parseTradingHours(text: string, timeZone: string): readonly TradingDay[] | undefined {
  checkText("text", text);
  checkText("timeZone", timeZone);
  const zone = zoneNamed(timeZone);
  if (zone === undefined) return undefined;
  const days = new Map<string, TradingSession[]>();
  for (const entry of text.split(";").filter((part) => part !== "")) {
    const [, off] = DAY_OFF.exec(entry) ?? [];
    if (off !== undefined) {
      days.set(off, days.get(off) ?? []);
      continue;
    }
    const date = entry.slice(0, 9);
    for (const [i, part] of entry.split(",").entries()) {
      const session = sessionOf(i === 0 || /^\d{8}:/.test(part) ? part : date + part, zone);
      if (session === undefined) return undefined;
      days.set(session.date, [...(days.get(session.date) ?? []), session]);
    }
  }
  return [...days].map(([date, sessions]) => ({
    date,
    sessions: sessions
      .map(({ openMs, closeMs }) => ({ openMs, closeMs }))
      .sort((a, b) => a.openMs - b.openMs),
  }));
}

function sessionOf(text: string, zone: string): (TradingSession & { readonly date: string }) | undefined {
  const match = SESSION.exec(text);
  if (match === null) return undefined;
  const [, first, fromHour, fromMinute, last = first, toHour, toMinute] = match;
  const open = parseDateTime(`${first} ${fromHour}:${fromMinute}`, zone);
  const close = parseDateTime(`${last} ${toHour}:${toMinute}`, zone);
  if (open === undefined || close === undefined) return undefined;
  const closeMs = close * 1000;
  return closeMs < open * 1000 ? undefined : { date: last, openMs: open * 1000, closeMs };
}
