import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { formatDateTime, parseDateTime } from "../../src/time/ib-date-time.js";
import { fromLocal, isTimeZone, type LocalTime, toLocal, zoneOffset } from "../../src/time/zone.js";

/** Names that gateways send, and zones whose clocks do what others' do not: half hours, the southern summer, Ramadan. */
const ZONES = [
  "US/Eastern",
  "US/Central",
  "America/New_York",
  "America/Sao_Paulo",
  "Europe/London",
  "Europe/Berlin",
  "MET",
  "Africa/Casablanca",
  "Asia/Kolkata",
  "Asia/Tokyo",
  "Asia/Hong_Kong",
  "Australia/NSW",
  "Australia/Lord_Howe",
  "Pacific/Auckland",
  "UTC",
];
const FIRST = Date.UTC(1990, 0, 1) / 1000;
const LAST = Date.UTC(2045, 0, 1) / 1000;
const HOUR = 3600;
const DAY = 86_400;

const offsetOf = (zone: string, at: number): number => DateTime.fromSeconds(at, { zone }).offset;

const changes = new Map<string, number[]>();

/** Seconds at which a zone's clocks change in a year, by bisection with luxon. */
function changesIn(zone: string, year: number): number[] {
  const key = `${zone} ${year}`;
  const found = changes.get(key) ?? findChanges(zone, year);
  changes.set(key, found);
  return found;
}

function findChanges(zone: string, year: number): number[] {
  const found: number[] = [];
  for (let at = Date.UTC(year, 0, 1) / 1000; at < Date.UTC(year + 1, 0, 1) / 1000; at += 7 * DAY) {
    let [low, high] = [at, at + 7 * DAY];
    if (offsetOf(zone, low) === offsetOf(zone, high)) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetOf(zone, middle) === offsetOf(zone, low)) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found;
}

const zones = fc.constantFrom(...ZONES);
const anyTime = fc.integer({ min: FIRST, max: LAST });
/** Within three hours of a change of the zone's clocks, where there is one in the year. */
const nearChange = fc
  .record({
    zone: zones,
    year: fc.integer({ min: 1990, max: 2044 }),
    which: fc.nat(),
    away: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }),
  })
  .map(({ zone, year, which, away }) => {
    const known = changesIn(zone, year);
    const change = known[which % known.length] ?? Date.UTC(year, 2, 10) / 1000;
    return { zone, at: change + away };
  });
const moments = fc.oneof(fc.record({ zone: zones, at: anyTime }), nearChange);

function localByLuxon(zone: string, at: number): LocalTime {
  const { year, month, day, hour, minute, second } = DateTime.fromSeconds(at, { zone });
  return { year, month, day, hour, minute, second };
}

describe("time zones, with luxon as the oracle", () => {
  test("offset and wall clock of any moment", () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        expect(zoneOffset(zone, at)).toBe(DateTime.fromSeconds(at, { zone }).offset * 60);
        expect(toLocal(zone, at)).toEqual(localByLuxon(zone, at));
      }),
      { numRuns: 800 },
    );
  });

  test("each second around every change of New York's, London's and Sydney's clocks", () => {
    for (const zone of ["US/Eastern", "Europe/London", "Australia/NSW"]) {
      for (let year = 2005; year < 2035; year++) {
        const both = changesIn(zone, year);
        expect(both.length).toBe(2);
        for (const change of both) {
          for (const at of [change - 1, change, change + 1])
            expect(toLocal(zone, at)).toEqual(localByLuxon(zone, at));
        }
      }
    }
  });

  test("a wall clock's time is found again, in the hour that comes twice as one of the two", () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        const local = toLocal(zone, at);
        const found = fromLocal(zone, local);
        expect(toLocal(zone, found)).toEqual(local);
        const [one, ...others] = DateTime.fromObject(local, { zone }).getPossibleOffsets();
        const possible = [one, ...others].map((moment) => moment.toSeconds());
        expect(possible).toContain(found);
      }),
      { numRuns: 800 },
    );
  });

  test("a time that the clocks skip is the moment an hour away from its neighbours", () => {
    // New York, 2026-03-08: 01:59:59 is followed by 03:00:00.
    const skipped = { year: 2026, month: 3, day: 8, hour: 2, minute: 30, second: 0 };
    expect(toLocal("US/Eastern", fromLocal("US/Eastern", skipped)).hour).not.toBe(2);
    expect(Math.abs(fromLocal("US/Eastern", skipped) - Date.UTC(2026, 2, 8, 7) / 1000)).toBeLessThan(HOUR);
  });

  test("what is no zone is none", () => {
    expect(ZONES.every(isTimeZone)).toBe(true);
    expect(["", "US/Atlantis", "EST5EDT4", "20260101"].map(isTimeZone)).toEqual([false, false, false, false]);
  });
});

describe("date-times as gateways write them", () => {
  test("are read back, whatever zone the reader is in", () => {
    fc.assert(
      fc.property(moments, zones, ({ zone, at }, other) => {
        const text = formatDateTime(zone, at);
        expect(text).toBe(`${DateTime.fromSeconds(at, { zone }).toFormat("yyyyLLdd HH:mm:ss")} ${zone}`);
        expect(formatDateTime(zone, parseDateTime(text, other)!)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["20260309 09:30:00 US/Eastern", Date.UTC(2026, 2, 9, 13, 30)],
    ["20260306 09:30 US/Eastern", Date.UTC(2026, 2, 6, 14, 30)],
    ["20260306 09:30:00", Date.UTC(2026, 2, 6, 15, 30)],
    ["20260306-09:30:00", Date.UTC(2026, 2, 6, 9, 30)],
    ["20260306", Date.UTC(2026, 2, 6, 6)],
  ])("%s, read in Chicago", (text, ms) => expect(parseDateTime(text, "US/Central")).toBe(ms / 1000));

  test.each(["", "2026-03-06", "20260306 9:30:00", "20260306 09:30:00 US/Atlantis", "soon"])(
    "%j is none",
    (text) => expect(parseDateTime(text, "US/Central")).toBeUndefined(),
  );
});
