import type { OrderFields } from "../model/order.js";
import { ConditionType } from "../model/order.js";
import { SV } from "../wire/server-version.js";
import type { Client } from "./client.js";

const WARNING =
  "Warning: You submitted request with date-time attributes without explicit time zone. Please switch to use " +
  "yyyymmdd-hh:mm:ss in UTC or use instrument time zone, like US/Eastern. Implied time zone functionality will be " +
  "removed in the next API release";

/** A date and a time with blanks between and nothing behind; with a hyphen it is UTC. */
const WITHOUT_ZONE = /^\d{8} +\d{2}:\d{2}(?::\d{2})?$/;

/** Warns, once, who names times without a zone: the request is served all the same. */
export function warnOfZones(client: Client, id: number, times: readonly string[]): void {
  if (client.dialect.serverVersion < SV.INSTRUMENT_TIMEZONE) return;
  if (times.some((time) => WITHOUT_ZONE.test(time.trim()))) client.error(id, 2174, WARNING);
}

/** All times that an order names. */
export function timesOf({ goodTillDate, goodAfterTime, conditions }: OrderFields): string[] {
  const conditioned = conditions.filter(({ type }) => type === ConditionType.TIME).map(({ value }) => value);
  return [goodTillDate, goodAfterTime, ...conditioned];
}
