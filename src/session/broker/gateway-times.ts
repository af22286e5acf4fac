import { IBKRError } from "../../domain/ibkr-error.js";
import { parseDateTime } from "../../time/ib-date-time.js";

/** A time as requests take it: `yyyymmdd-hh:mm:ss`, in UTC. */
export function utcDateTime(epochSeconds: number): string {
  const text = new Date(epochSeconds * 1000).toISOString();
  return `${text.slice(0, 10).replaceAll("-", "")}-${text.slice(11, 19)}`;
}

/**
 * A moment as answers have it, in ms since 1970: seconds since 1970, or `yyyymmdd-hh:mm:ss` in this zone.
 * @throws IBKRError `ERR_IBKR_BAD_MESSAGE`
 */
export function momentMs(text: string, zone = "UTC"): number {
  if (/^-?\d{9,}$/.test(text)) return Number(text) * 1000;
  // With a hyphen it is UTC in requests; here the zone stands beside it.
  return known(parseDateTime(text.replace("-", " ").replace(/Z$/, ""), zone), text);
}

/** A time of news, such as `2026-01-05 14:30:00.0`, which is UTC, in ms since 1970. @throws IBKRError `ERR_IBKR_BAD_MESSAGE` */
export function newsTimeMs(text: string): number {
  const [, day = "", time = ""] =
    /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.\d+)?$/.exec(text.trim()) ?? [];
  return known(parseDateTime(`${day.replaceAll("-", "")} ${time}`, "UTC"), text);
}

/** A time as requests for news take it. */
export function newsDateTime(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace("T", " ") + ".0";
}

function known(seconds: number | undefined, text: string): number {
  if (seconds === undefined)
    throw new IBKRError("ERR_IBKR_BAD_MESSAGE", `${JSON.stringify(text)} is no time`);
  return seconds * 1000;
}
