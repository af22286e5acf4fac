import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { CME_HOURS, CRYPTO_HOURS, FOREX_HOURS, US_STOCK_HOURS } from "../../src/sim/market/exchange-hours.js";
import { daysFrom, lastSessions, sessionsBetween, type TradingHours } from "../../src/time/calendar.js";

const DAY = 86_400;
const HOURS: Record<string, TradingHours> = {
  stocks: US_STOCK_HOURS,
  currencies: FOREX_HOURS,
  futures: CME_HOURS,
  crypto: CRYPTO_HOURS,
};

const request = fc.record({
  kind: fc.constantFrom(...Object.keys(HOURS)),
  regular: fc.boolean(),
  from: fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2040, 0, 1) / 1000 }),
  days: fc.integer({ min: 1, max: 60 }),
});

/** Minutes since the midnight before the trade date's, by luxon. */
function minutesOn(day: string, zone: string, at: number): number {
  const time = DateTime.fromSeconds(at, { zone });
  const midnight = DateTime.fromFormat(day, "yyyyMMdd", { zone });
  const days = Math.round(time.startOf("day").diff(midnight, "days").days);
  return days * 24 * 60 + time.hour * 60 + time.minute;
}

describe("trading sessions, with luxon as the oracle", () => {
  test("open and close by the wall clock of their zone, in order, one a day", () => {
    fc.assert(
      fc.property(request, ({ kind, regular, from, days }) => {
        const hours = HOURS[kind];
        const window = regular ? hours.liquid : hours.extended;
        const found = sessionsBetween(hours, regular, from, from + days * DAY);
        let before: string | undefined;
        for (const { day, open, close } of found) {
          expect(close > from && open < from + days * DAY).toBe(true);
          if (before !== undefined) expect(day > before).toBe(true);
          before = day;
          const early = hours.halfDay?.(day) === true ? window.earlyClose : undefined;
          expect(minutesOn(day, hours.zone, open)).toBe(window.open);
          expect(minutesOn(day, hours.zone, close)).toBe(early ?? window.close);
          const { weekday } = DateTime.fromFormat(day, "yyyyMMdd", { zone: hours.zone });
          expect(hours.days).toContain(weekday % 7);
          expect(hours.holiday?.(day) ?? false).toBe(false);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("none is left out", () => {
    fc.assert(
      fc.property(request, ({ kind, regular, from, days }) => {
        const hours = HOURS[kind];
        const to = from + days * DAY;
        const found = sessionsBetween(hours, regular, from, to).map(({ day }) => day);
        const all = daysFrom(hours, regular, from - 2 * DAY, days + 5)
          .filter(({ session }) => session !== undefined && session.close > from && session.open < to)
          .map(({ day }) => day);
        expect(found).toEqual(all);
      }),
      { numRuns: 100 },
    );
  });

  test("the last ones before a moment are the end of those up to it", () => {
    fc.assert(
      fc.property(request, ({ kind, regular, from, days }) => {
        const hours = HOURS[kind];
        const last = lastSessions(hours, regular, from, days, Number.NEGATIVE_INFINITY);
        expect(last.length).toBe(days);
        const since = last[0].open;
        const between = sessionsBetween(hours, regular, since, from);
        expect(between.filter(({ open }) => open >= since)).toEqual(last);
      }),
      { numRuns: 100 },
    );
  });

  test("days follow each other across the changes of the clocks", () => {
    for (const start of [Date.UTC(2026, 2, 5), Date.UTC(2026, 9, 29)]) {
      const days = daysFrom(US_STOCK_HOURS, true, start / 1000 + 20 * 3600, 7).map(({ day }) => day);
      expect(days).toEqual(
        Array.from({ length: 7 }, (_, i) =>
          new Date(start + i * DAY * 1000).toISOString().slice(0, 10).replaceAll("-", ""),
        ),
      );
    }
  });
});

test("New York's half-days end at 13:00, their extended hours at 17:00", () => {
  const noon = Date.UTC(2025, 10, 28, 17) / 1000;
  const [{ session: regular }] = daysFrom(US_STOCK_HOURS, true, noon, 1);
  const [{ session: extended }] = daysFrom(US_STOCK_HOURS, false, noon, 1);
  expect(regular).toEqual({ day: "20251128", open: noon - 2.5 * 3600, close: noon + 3600 });
  expect(extended).toEqual({ day: "20251128", open: noon - 8 * 3600, close: noon + 5 * 3600 });
});
