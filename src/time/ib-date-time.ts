import { fromLocal, type LocalTime, toLocal, zoneNamed } from "./zone.js";

const two = (n: number): string => String(n).padStart(2, "0");

/** `yyyymmdd` */
export function formatDay(t: LocalTime): string {
  return `${t.year}${two(t.month)}${two(t.day)}`;
}

/** `yyyymmdd` of a moment in UTC. @param ms since 1970 UTC */
export function utcDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10).replaceAll("-", "");
}

/** The midnight (UTC) a `yyyymmdd` day begins with, ms since 1970. */
export function startOfUtcDay(day: string): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8)));
}

/** `hh:mm:ss` */
export function formatTime(t: LocalTime): string {
  return `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}

/** `yyyymmdd hh:mm:ss ZONE`, as executions and bars carry it. */
export function formatDateTime(zone: string, epochSeconds: number): string {
  const t = toLocal(zone, epochSeconds);
  return `${formatDay(t)} ${formatTime(t)} ${zone}`;
}

/** `yyyymmdd-hh:mm:ss`, as UTC is written. */
export function formatUtcDateTime(epochSeconds: number): string {
  const t = toLocal("UTC", epochSeconds);
  return `${formatDay(t)}-${formatTime(t)}`;
}

/** A day, and with a time behind spaces or a dash: `hh:mm`, `hh:mm:ss`, a `Z` or a zone. */
const DATE_TIME =
  /^(\d{4})(\d{2})(\d{2})(?:([ -]+)(\d{2}):(\d{2})(?::(\d{2}))?(?:(Z)| +(\S+(?: \(.*\))?))?)?$/;

/**
 * Reads the date-times of clients and gateways: `yyyymmdd hh:mm:ss [zone]`, `yyyymmdd-hh:mm:ss[Z]` (UTC), `yyyymmdd`.
 * Which of two moments a time is where clocks change, `fromLocal` says.
 * @returns seconds since 1970 UTC, or `undefined` when the text is none of these, or no day of the calendar
 */
export function parseDateTime(text: string, defaultZone: string): number | undefined {
  const match = DATE_TIME.exec(text.trim());
  if (match === null) return undefined;
  const zone = zoneNamed(match[9] ?? (match[8] === "Z" || match[4] === "-" ? "UTC" : defaultZone));
  const [year, month, day, hour, minute, second] = [1, 2, 3, 5, 6, 7].map((i) => Number(match[i] ?? 0));
  if (zone === undefined || !isDay(year, month, day) || !isTimeOfDay(hour, minute, second)) return undefined;
  return fromLocal(zone, { year, month, day, hour, minute, second });
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 24:00:00 is the end of the day. */
function isTimeOfDay(hour: number, minute: number, second: number): boolean {
  return (hour < 24 || (hour === 24 && minute === 0 && second === 0)) && minute < 60 && second < 60;
}
