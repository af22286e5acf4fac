import { checkText, refused } from "../domain/check.js";
import { formatDateTime, formatUtcDateTime, parseDateTime } from "./ib-date-time.js";
import { zoneNamed } from "./zone.js";

/** Seconds since 1970 UTC, as history sends them when asked to: longer than a day's eight digits. */
const EPOCH_SECONDS = /^\d{9,11}$/;

/**
 * The moment that a gateway's text is: `yyyymmdd hh:mm:ss zone`, `yyyymmdd-hh:mm:ss` (UTC), `yyyymmdd`, or seconds since
 * 1970. Of a time that comes twice when clocks go back, the first.
 * @param timeZone of texts that name none: IANA's, or as gateways abbreviate it (`EST`). Default UTC
 * @returns ms since 1970 UTC; undefined where the text is something else
 * @throws IBKRError `ERR_IBKR_ARGUMENT` where `timeZone` is none
 */
export function parseIBTime(text: string, timeZone = "UTC"): number | undefined {
  checkText("text", text);
  const zone = zoneOf(timeZone);
  const seconds = EPOCH_SECONDS.test(text) ? Number(text) : parseDateTime(text, zone);
  return seconds === undefined ? undefined : seconds * 1000;
}

/**
 * A moment as a gateway takes it: `yyyymmdd-hh:mm:ss` in UTC, `yyyymmdd hh:mm:ss zone` elsewhere. Parts of a second are left
 * out.
 * @param timeMs ms since 1970 UTC
 * @throws IBKRError `ERR_IBKR_ARGUMENT` where it is no moment, or `timeZone` none
 */
export function formatIBTime(timeMs: number, timeZone = "UTC"): string {
  // What a date can be; years have four digits.
  if (!(typeof timeMs === "number" && timeMs >= 0 && timeMs < Date.UTC(10_000, 0)))
    throw refused("timeMs", timeMs, "ms since 1970 UTC", "ERR_IBKR_ARGUMENT");
  const seconds = Math.floor(timeMs / 1000);
  return timeZone === "UTC" ? formatUtcDateTime(seconds) : formatDateTime(zoneOf(timeZone), seconds);
}

function zoneOf(timeZone: string): string {
  const zone = typeof timeZone === "string" ? zoneNamed(timeZone) : undefined;
  if (zone === undefined)
    throw refused("timeZone", timeZone, "a zone such as US/Eastern", "ERR_IBKR_ARGUMENT");
  return zone;
}
