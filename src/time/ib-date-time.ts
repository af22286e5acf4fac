import { fromLocal, isTimeZone, type LocalTime, toLocal } from "./zone.js";

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

/**
 * Reads the date-times a client may send: `yyyymmdd hh:mm:ss [zone]`, `yyyymmdd-hh:mm:ss` (UTC), `yyyymmdd`.
 * @returns seconds since 1970 UTC, or `undefined` when the text is none of these.
 */
export function parseDateTime(text: string, defaultZone: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:([ -]+)(\d{2}):(\d{2})(?::(\d{2}))?(?: +(\S+))?)?$/.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const zone = match[8] ?? (match[4] === "-" ? "UTC" : defaultZone);
  if (!isTimeZone(zone)) return undefined;
  return fromLocal(zone, {
    year: Number(match[1]),
    month: Number(match[2]),
    day: Number(match[3]),
    hour: Number(match[5] ?? 0),
    minute: Number(match[6] ?? 0),
    second: Number(match[7] ?? 0),
  });
}
