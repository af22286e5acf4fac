import { daysFrom, type TradingHours } from "../../time/calendar.js";
import { formatDay, formatTime } from "../../time/ib-date-time.js";
import { toLocal } from "../../time/zone.js";

/** Only US stocks, and what trades in their hours, have holidays and half-days here. */
export { US_STOCK_HOURS } from "../../time/us-stock-hours.js";

const WEEKDAYS = [1, 2, 3, 4, 5];

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

/** The hours of the next days as contract details write them: `20260709:0930-20260709:1600;20260711:CLOSED`. */
export function describeHours(hours: TradingHours, regular: boolean, now: number, days = 6): string {
  const stamp = (at: number): string => {
    const t = toLocal(hours.zone, at);
    return `${formatDay(t)}:${formatTime(t).slice(0, 5).replace(":", "")}`;
  };
  return daysFrom(hours, regular, now, days)
    .map(({ day, session }) =>
      session === undefined ? `${day}:CLOSED` : `${stamp(session.open)}-${stamp(session.close)}`,
    )
    .join(";");
}
