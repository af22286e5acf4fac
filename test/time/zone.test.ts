import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { formatDateTime, formatUtcDateTime, parseDateTime } from "../../src/time/ib-date-time.js";
import {
  fromLocal,
  isTimeZone,
  type LocalTime,
  toLocal,
  zoneNamed,
  zoneOffset,
} from "../../src/time/zone.js";

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

  test("a wall clock's time is found again, in the hour that comes twice as the first of the two", () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        const local = toLocal(zone, at);
        const found = fromLocal(zone, local);
        expect(toLocal(zone, found)).toEqual(local);
        const [one, ...others] = DateTime.fromObject(local, { zone }).getPossibleOffsets();
        const possible = [one, ...others].map((moment) => moment.toSeconds());
        expect(found).toBe(Math.min(...possible));
      }),
      { numRuns: 800 },
    );
  });

  test.each([
    // 01:59:59 is followed by 03:00:00; in Sydney on another day, on Lord Howe by half an hour; Samoa left out a day.
    ["US/Eastern", [2026, 3, 8, 2, 30], "2026-03-08T07:30:00Z"],
    ["Europe/Berlin", [2026, 3, 29, 2, 30], "2026-03-29T01:30:00Z"],
    ["Australia/Sydney", [2026, 10, 4, 2, 30], "2026-10-03T16:30:00Z"],
    ["Australia/Lord_Howe", [2026, 10, 4, 2, 15], "2026-10-03T15:45:00Z"],
    ["Pacific/Apia", [2011, 12, 30, 12, 0], "2011-12-30T22:00:00Z"],
  ] as const)(
    "in %s a time that the clocks skip, %j, is as far behind the change",
    (zone, when, expected) => {
      const [year, month, day, hour, minute] = when;
      expect(fromLocal(zone, { year, month, day, hour, minute, second: 0 })).toBe(
        Date.parse(expected) / 1000,
      );
    },
  );

  test.each([
    ["US/Eastern", [2026, 11, 1, 1, 30], "2026-11-01T05:30:00Z"],
    ["Europe/Berlin", [2026, 10, 25, 2, 30], "2026-10-25T00:30:00Z"],
    ["Australia/Sydney", [2026, 4, 5, 2, 30], "2026-04-04T15:30:00Z"],
  ] as const)("in %s a time that comes twice, %j, is the first of the two", (zone, when, expected) => {
    const [year, month, day, hour, minute] = when;
    expect(fromLocal(zone, { year, month, day, hour, minute, second: 0 })).toBe(Date.parse(expected) / 1000);
  });

  test.each([
    ["US/Eastern", "US/Eastern"],
    ["EST", "US/Eastern"],
    ["EDT", "US/Eastern"],
    ["EST (Eastern Standard Time)", "US/Eastern"],
    ["CST (Central Standard Time)", "US/Central"],
    ["BST", "Europe/London"],
    ["MET", "MET"],
    ["JST", "JST"],
    ["UTC", "UTC"],
    ["US/Atlantis", undefined],
    ["", undefined],
  ])("%j is the zone %s", (name, zone) => expect(zoneNamed(name)).toBe(zone));

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
        const utc = formatUtcDateTime(at);
        expect(utc).toBe(DateTime.fromSeconds(at, { zone: "UTC" }).toFormat("yyyyLLdd-HH:mm:ss"));
        expect([parseDateTime(utc, other), parseDateTime(`${utc}Z`, other)]).toEqual([at, at]);
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
    ["20260306  09:30:00 EST", Date.UTC(2026, 2, 6, 14, 30)],
    ["20260706 09:30:00 EST", Date.UTC(2026, 6, 6, 13, 30)],
    ["20260306-09:30:00Z", Date.UTC(2026, 2, 6, 9, 30)],
    ["20260306-09:30:00 US/Eastern", Date.UTC(2026, 2, 6, 14, 30)],
    ["20260306 24:00:00", Date.UTC(2026, 2, 7, 6)],
    ["20240229 12:00:00 UTC", Date.UTC(2024, 1, 29, 12)],
  ])("%s, read in Chicago", (text, ms) => expect(parseDateTime(text, "US/Central")).toBe(ms / 1000));

  test.each([
    ...["", "2026-03-06", "20260306 9:30:00", "20260306 09:30:00 US/Atlantis", "soon", "20261306 09:30:00"],
    ...[
      "20260229 09:30:00",
      "20260431",
      "20260100",
      "20260306 25:00:00",
      "20260306 24:00:01",
      "20260306 09:60:00",
    ],
  ])("%j is none", (text) => expect(parseDateTime(text, "US/Central")).toBeUndefined());
});
