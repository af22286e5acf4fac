import { refused } from "../../domain/check.js";
import { fromLocal, type LocalTime, toLocal, zoneNamed } from "../../time/zone.js";

/** A day of trading: from one boundary to the next, 23 to 25 hours where clocks change. */
export interface TradingDay {
  /** `yyyy-mm-dd` of its last moment: with a boundary at 17:00, what begins on Thursday evening is Friday. */
  readonly day: string;
  /** ms since 1970 UTC; the first of it. */
  readonly startMs: number;
  /** ms since 1970 UTC; the first of the next one. */
  readonly endMs: number;
  /** IANA's name. */
  readonly timeZone: string;
}

export interface TradingDayOptions {
  /** IANA's name. Default `America/New_York`. */
  readonly timeZone?: string | undefined;
  /** When one day ends and the next begins, `hh:mm` of a wall clock there, 00:00 … 23:59. Default 17:00. */
  readonly dayEndsAt?: string | undefined;
}

/** Days of trading by a wall clock. */
export class TradingDays {
  private readonly hour: number;
  private readonly minute: number;
  private readonly timeZone: string;

  /** @throws IBKRError `ERR_IBKR_OPTION` for a zone or a time that is none */
  constructor({ timeZone = "America/New_York", dayEndsAt = "17:00" }: TradingDayOptions = {}) {
    const zone = typeof timeZone === "string" ? zoneNamed(timeZone) : undefined;
    if (zone === undefined) throw refused("timeZone", timeZone, "a zone such as America/New_York");
    const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(String(dayEndsAt)) ?? [];
    if (hour === undefined) throw refused("dayEndsAt", dayEndsAt, "hh:mm from 00:00 to 23:59");
    this.timeZone = zone;
    this.hour = Number(hour);
    this.minute = Number(minute);
  }

  /** The day that a moment is in. @param timeMs ms since 1970 UTC */
  at(timeMs: number): TradingDay {
    const here = toLocal(this.timeZone, Math.floor(timeMs / 1000));
    // The boundary of that date may be before or behind it; which one, moments say, also where clocks change.
    return this.boundary(here, 0) <= timeMs ? this.between(here, 0) : this.between(here, -1);
  }

  /** @param day `yyyy-mm-dd` @throws IBKRError `ERR_IBKR_ARGUMENT` for what is no date */
  named(day: string): TradingDay {
    const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(String(day)) ?? [];
    const time = {
      year: Number(year),
      month: Number(month),
      day: Number(date),
      hour: 0,
      minute: 0,
      second: 0,
    };
    const utc = new Date(Date.UTC(time.year, time.month - 1, time.day));
    if (Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 10) !== day)
      throw refused("day", day, "a date as yyyy-mm-dd", "ERR_IBKR_ARGUMENT");
    // With a boundary at midnight a day begins on its date, with others on the one before.
    return this.between(time, this.hour === 0 && this.minute === 0 ? 0 : -1);
  }

  private between(date: LocalTime, days: number): TradingDay {
    const [startMs, endMs] = [this.boundary(date, days), this.boundary(date, days + 1)];
    const last = toLocal(this.timeZone, endMs / 1000 - 1);
    const day = [last.year, last.month, last.day].map((part) => String(part).padStart(2, "0")).join("-");
    return { day, startMs, endMs, timeZone: this.timeZone };
  }

  private boundary({ year, month, day }: LocalTime, days: number): number {
    const time = { year, month, day: day + days, hour: this.hour, minute: this.minute, second: 0 };
    return fromLocal(this.timeZone, time) * 1000;
  }
}
