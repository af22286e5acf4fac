import { describe, expect, test } from "vitest";
import { lastBarEnd, nextStartOfDays, startOfDays } from "../../../src/client/history/calendar-cuts.js";
import { parseDuration, secondsAtLeast, startOfDuration } from "../../../src/client/history/duration.js";
import { HISTORY_BAR_SIZES, historyBarSize } from "../../../src/client/history/history-bar-size.js";
import { barSeconds } from "../../../src/sim/market/bar-size.js";

const EASTERN = "US/Eastern";
const utc = (text: string) => Date.parse(`${text}Z`);

describe("sizes of bars", () => {
  test.each([
    ["1m", "1 min"],
    ["1 min", "1 min"],
    ["60 secs", "1 min"],
    ["1s", "1 secs"],
    ["1 sec", "1 secs"],
    ["5 secs", "5 secs"],
    ["30m", "30 mins"],
    ["1h", "1 hour"],
    ["4 hours", "4 hours"],
    ["1d", "1 day"],
    ["1 day", "1 day"],
    ["1w", "1W"],
    ["1 week", "1W"],
    ["1M", "1M"],
    ["1 month", "1M"],
  ])("%s is %s", (given, name) => {
    expect(historyBarSize(given).name).toBe(name);
  });

  test("every name of IB's is one, as long as the simulated gateway takes it to be", () => {
    for (const name of HISTORY_BAR_SIZES) {
      const size = historyBarSize(name);
      expect([size.name, size.seconds]).toEqual([name, barSeconds(name)]);
      expect(secondsAtLeast(size.longest)).toBeGreaterThanOrEqual(secondsAtLeast(size.shortest));
    }
  });

  test.each(["", "1", "7 mins", "24 hours", "2 days", "1 MIN", "1 minute 2", "-1 min", "toString"])(
    "%o is refused",
    (given) => {
      expect(() => historyBarSize(given)).toThrow(
        expect.objectContaining({
          code: "ERR_IBKR_ARGUMENT",
          message: expect.stringContaining("barSize is"),
        }),
      );
    },
  );

  test("what a bar size may be asked for at once is IB's table of step sizes", () => {
    // Each row of the table: a duration, and the shortest and longest bar that it may have.
    const rows: [duration: string, from: string, to: string][] = [
      ["60 S", "1 secs", "1 min"],
      ["120 S", "1 secs", "2 mins"],
      ["1800 S", "1 secs", "30 mins"],
      ["3600 S", "5 secs", "1 hour"],
      ["14400 S", "10 secs", "3 hours"],
      ["28800 S", "30 secs", "8 hours"],
      ["1 D", "1 min", "1 day"],
      ["2 D", "2 mins", "1 day"],
      ["1 W", "3 mins", "1W"],
      ["1 M", "30 mins", "1M"],
      ["1 Y", "1 day", "1M"],
    ];
    for (const name of HISTORY_BAR_SIZES) {
      const { seconds, shortest, longest } = historyBarSize(name);
      const allowed = rows.filter(([, from, to]) => seconds >= barSeconds(from) && seconds <= barSeconds(to));
      const durations = allowed.map(([duration]) => duration);
      expect(durations.at(-1), name).toBe(`${longest.count} ${longest.unit}`);
      expect(durations, name).toContain(`${shortest.count} ${shortest.unit}`);
    }
  });
});

describe("durations", () => {
  test.each([
    ["2 Y", 2, "Y"],
    ["2y", 2, "Y"],
    ["6 M", 6, "M"],
    ["3 months", 3, "M"],
    ["10 days", 10, "D"],
    ["1 W", 1, "W"],
    ["3600 S", 3600, "S"],
  ])("%s is %d %s", (text, count, unit) => {
    expect(parseDuration(text)).toEqual({ count, unit });
  });

  test.each(["", "0 D", "1m", "1 h", "D", "1.5 D", "-1 D", "1 D 2"])("%o is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("they go back by the calendar of the zone, to the beginning of a day", () => {
    const from = (text: string, duration: string) =>
      new Date(startOfDuration(utc(text), parseDuration(duration) as never, EASTERN)).toISOString();
    expect(from("2026-03-20T22:00:00", "2 Y")).toBe("2024-03-20T04:00:00.000Z");
    // Summer time began between, and winter time before that.
    expect(from("2026-03-20T22:00:00", "1 M")).toBe("2026-02-20T05:00:00.000Z");
    expect(from("2026-03-31T12:00:00", "1 M")).toBe("2026-02-28T05:00:00.000Z");
    expect(from("2024-02-29T12:00:00", "1 Y")).toBe("2023-02-28T05:00:00.000Z");
    expect(from("2026-01-03T12:00:00", "5 D")).toBe("2025-12-29T05:00:00.000Z");
    expect(from("2026-03-09T12:00:00", "1 W")).toBe("2026-03-02T05:00:00.000Z");
    expect(from("2026-03-09T12:00:00", "90 S")).toBe("2026-03-09T11:58:30.000Z");
  });
});

describe("days, weeks and months of a zone", () => {
  test("begin at its midnight, whatever its clocks do", () => {
    const start = (text: string, unit: "day" | "week" | "month") =>
      new Date(startOfDays(utc(text), unit, EASTERN)).toISOString();
    expect(start("2026-03-08T12:00:00", "day")).toBe("2026-03-08T05:00:00.000Z");
    expect(start("2026-03-09T03:59:59", "day")).toBe("2026-03-08T05:00:00.000Z");
    expect(start("2026-03-09T04:00:00", "day")).toBe("2026-03-09T04:00:00.000Z");
    expect(start("2026-03-15T12:00:00", "week")).toBe("2026-03-09T04:00:00.000Z");
    expect(start("2026-03-15T12:00:00", "month")).toBe("2026-03-01T05:00:00.000Z");
  });

  test("are 23 and 25 hours long where clocks change", () => {
    const length = (text: string) => {
      const startMs = startOfDays(utc(text), "day", EASTERN);
      return (nextStartOfDays(startMs, "day", EASTERN) - startMs) / 3_600_000;
    };
    expect([
      length("2026-03-08T12:00:00"),
      length("2026-11-01T12:00:00"),
      length("2026-11-02T12:00:00"),
    ]).toEqual([23, 25, 24]);
  });

  test.each([
    ["1m", "2026-01-05T15:00:59.900", "2026-01-05T15:00:00"],
    ["5m", "2026-01-05T15:04:59", "2026-01-05T15:00:00"],
    // By the wall clock: four hours from midnight in New York.
    ["4h", "2026-01-05T15:04:59", "2026-01-05T13:00:00"],
    ["4h", "2026-07-06T15:04:59", "2026-07-06T12:00:00"],
    ["1d", "2026-01-05T15:04:59", "2026-01-05T05:00:00"],
    ["1w", "2026-01-07T15:04:59", "2026-01-05T05:00:00"],
  ])("the last bar of %s that is over at %s ends at %s", (size, at, end) => {
    expect(new Date(lastBarEnd(utc(at), historyBarSize(size), EASTERN)).toISOString()).toBe(`${end}.000Z`);
  });
});
