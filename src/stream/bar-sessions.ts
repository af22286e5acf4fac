import { sessionsBetween, type TradingHours } from "../time/calendar.js";
import { isUsHalfDay, isUsHoliday } from "../time/us-holidays.js";
import { US_STOCK_HOURS } from "../time/us-stock-hours.js";
import { isTimeZone } from "../time/zone.js";
import { fields, instance, integer, listOf, textLike } from "../validation/rules.js";
import { z } from "../validation/zod.js";
import { judged } from "./judged.js";

/** When an instrument trades, day by day, by the clock of its exchange. */
export interface SessionHoursOptions {
  /** Name of a time zone, such as `"Europe/Berlin"`. */
  readonly zone: string;
  /** `"HH:MM"`; later than {@link close}: on the day before. */
  readonly open: string;
  /** `"HH:MM"`, up to `"24:00"`. */
  readonly close: string;
  /** Weekdays on which a session ends, 0 (Sunday) … 6. Default Monday to Friday. */
  readonly days?: readonly number[];
  /** `"us"`: none on holidays of the New York exchanges. Default none is left out. */
  readonly holidays?: "us";
}

/** `"regular"`, `"extended"`: US stocks, 9:30 to 16:00 and 4:00 to 20:00 in New York, holidays and half-days known. */
export type SessionName = "regular" | "extended";

const NAMES: readonly SessionName[] = ["regular", "extended"];
const A_SESSION = "regular, extended, { zone, open, close, days, holidays }";
const WORKDAYS = [1, 2, 3, 4, 5];
const DAY = 86_400;
/** So far ahead sessions are known, in days: of a series that lives longer what comes then is outside all of them. */
const DAYS_AHEAD = 400;
const DAYS_BACK = 7;

const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const hoursRule = () =>
  fields({
    zone: instance<string>((zone) => typeof zone === "string" && isTimeZone(zone), "the name of a time zone"),
    open: textLike(/^([01]\d|2[0-3]):[0-5]\d$/, '"HH:MM"'),
    close: textLike(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, '"HH:MM" up to "24:00"'),
    days: listOf(integer(0, 6), "a list of weekdays").optional(),
    holidays: z().literal("us", { error: "us" }).optional(),
  });

export const sessionRule = () =>
  judged<SessionName | SessionHoursOptions>((given) =>
    typeof given === "object" ? hoursRule() : z().enum(NAMES, { error: A_SESSION }),
  );

/** Spans of the sessions around a moment, from a week before to 400 days behind it; milliseconds since 1970. */
export function sessionSpans(
  session: SessionName | SessionHoursOptions,
  nowMs: number,
): (readonly [startMs: number, endMs: number])[] {
  // Whole days: who asks at another time of the day gets the same, and can share a line.
  const today = Math.floor(nowMs / 1_000 / DAY) * DAY;
  const named = typeof session === "string";
  const hours = named ? US_STOCK_HOURS : hoursOf(session);
  const from = today - DAYS_BACK * DAY;
  const found = sessionsBetween(hours, session !== "extended", from, today + DAYS_AHEAD * DAY);
  return found.map(({ open, close }) => [open * 1_000, close * 1_000] as const);
}

function hoursOf({ zone, open, close, days = WORKDAYS, holidays }: SessionHoursOptions): TradingHours {
  const end = minutes(close);
  const begin = minutes(open);
  const hours = { open: begin < end ? begin : begin - 24 * 60, close: end };
  const us = holidays === "us";
  return {
    ...{ zone, days, liquid: hours, extended: hours },
    ...(us && { holiday: isUsHoliday, halfDay: isUsHalfDay }),
  };
}
