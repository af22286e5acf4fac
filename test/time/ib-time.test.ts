import fc from "fast-check";
import { expect, test } from "vitest";
import { formatIBTime, parseIBTime } from "../../src/time/ib-time.js";
import { holds } from "../support/property.js";

const ZONES = ["UTC", "US/Eastern", "EST", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"];

test("a moment is written and read back to the second, but for the second of two equal hours", () => {
  holds(
    "times",
    fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: Date.UTC(2045, 0) }), (zone, timeMs) => {
      const text = formatIBTime(timeMs, zone);
      const back = parseIBTime(text) ?? Number.NaN;
      const second = Math.floor(timeMs / 1000) * 1000;
      expect(formatIBTime(back, zone)).toBe(text);
      expect([second, second - 3_600_000, second - 1_800_000]).toContain(back);
    }),
    { fallback: 20261205, numRuns: 500 },
  );
});

test.each<[string, string | undefined, number | undefined]>([
  ["20261218 15:30:00 US/Eastern", "Asia/Tokyo", Date.UTC(2026, 11, 18, 20, 30)],
  ["20261218 15:30:00", "US/Eastern", Date.UTC(2026, 11, 18, 20, 30)],
  ["20261218 15:30:00", undefined, Date.UTC(2026, 11, 18, 15, 30)],
  ["20261218-15:30:00", "US/Eastern", Date.UTC(2026, 11, 18, 15, 30)],
  ["20261218", "US/Eastern", Date.UTC(2026, 11, 18, 5)],
  ["1797625800", undefined, 1_797_625_800_000],
  ["179762580", undefined, 179_762_580_000],
  ["20261318", undefined, undefined],
  ["", undefined, undefined],
  ["soon", undefined, undefined],
])("%j in %s", (text, zone, expected) => expect(parseIBTime(text, zone)).toBe(expected));

test.each<[() => unknown, string]>([
  [
    () => parseIBTime("20261218", "US/Atlantis"),
    'timeZone is "US/Atlantis" (allowed: a zone such as US/Eastern)',
  ],
  [() => formatIBTime(0, 7 as never), "timeZone is 7 (allowed: a zone such as US/Eastern)"],
  [() => formatIBTime(Number.NaN), "timeMs is NaN (allowed: ms since 1970 UTC)"],
  [() => formatIBTime(-1), "timeMs is -1 (allowed: ms since 1970 UTC)"],
  [() => formatIBTime(1e16), "timeMs is 10000000000000000 (allowed: ms since 1970 UTC)"],
])("%s is refused", (run, message) => {
  expect(run).toThrow(expect.objectContaining({ code: "ERR_IBKR_ARGUMENT", message }));
});
