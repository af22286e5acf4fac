import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Duration, parseDuration } from "../../../src/client/history/duration.js";
import { historyBarSize } from "../../../src/client/history/history-bar-size.js";
import { type HistoryWindow, planWindows } from "../../../src/client/history/windows.js";
import { sessionsBetween } from "../../../src/time/calendar.js";
import { US_STOCK_HOURS } from "../../../src/time/us-stock-hours.js";
import { holds } from "../../support/property.js";

const timeZone = "US/Eastern";
const sessionsIn = (startMs: number, endMs: number, regular = true) =>
  sessionsBetween(US_STOCK_HOURS, regular, startMs / 1000, endMs / 1000).map(({ open, close }) => ({
    openMs: open * 1000,
    closeMs: close * 1000,
  }));
const plan = (barSize: string, startMs: number, endMs: number, sessions?: ReturnType<typeof sessionsIn>) => {
  const size = historyBarSize(barSize);
  return planWindows({
    size,
    longest: size.longest,
    startMs,
    endMs,
    timeZone,
    ...(sessions && { sessions }),
  });
};
const asked = (windows: readonly HistoryWindow[]) =>
  windows.map(({ askEndMs, duration }) => [
    new Date(askEndMs as number).toISOString().slice(0, 16),
    duration,
  ]);

describe("windows", () => {
  test("of two days have two sessions at the most: a gateway counts them, and not hours", () => {
    // From Monday noon to Wednesday noon in New York are three sessions, in 48 hours.
    const [startMs, endMs] = [Date.UTC(2026, 2, 9, 16), Date.UTC(2026, 2, 11, 16)];
    expect(asked(plan("2m", startMs, endMs, sessionsIn(startMs, endMs)))).toEqual([
      ["2026-03-10T20:00", "2 D"],
      ["2026-03-11T16:00", "9240 S"],
    ]);
  });

  test("are for days in a time of which no sessions are known: a schedule may have a hole", () => {
    const [startMs, endMs] = [Date.UTC(2026, 2, 2, 5), Date.UTC(2026, 2, 14, 4)];
    const sessions = sessionsIn(startMs, endMs).filter(
      ({ openMs }) => openMs < Date.UTC(2026, 2, 4) || openMs > Date.UTC(2026, 2, 13),
    );
    expect(asked(plan("1m", startMs, endMs, sessions))).toEqual([
      ["2026-03-02T21:00", "23520 S"],
      // The session of the third and what is behind it, where something may trade: less than a day.
      ["2026-03-04T05:00", "52320 S"],
      ["2026-03-05T05:00", "86400 S"],
      ["2026-03-06T05:00", "86400 S"],
      ["2026-03-07T05:00", "86400 S"],
      ["2026-03-08T05:00", "86400 S"],
      // Clocks go forward.
      ["2026-03-09T04:00", "82920 S"],
      ["2026-03-10T04:00", "86400 S"],
      ["2026-03-11T04:00", "86400 S"],
      ["2026-03-12T04:00", "86400 S"],
      ["2026-03-13T04:00", "86400 S"],
      ["2026-03-13T20:00", "57720 S"],
    ]);
  });

  test("are of whole days, weeks and months, and ask for a day more: trading may begin in the evening", () => {
    const [startMs, endMs] = [Date.UTC(2023, 0, 1, 5), Date.UTC(2025, 2, 1, 5)];
    expect(asked(plan("1M", startMs, endMs))).toEqual([
      ["2023-12-01T05:00", "1 Y"],
      ["2024-11-01T04:00", "1 Y"],
      ["2025-03-01T05:00", "1 Y"],
    ]);
    const week = [Date.UTC(2026, 2, 9, 4), Date.UTC(2026, 2, 14, 4)] as const;
    expect(asked(plan("1d", ...week))).toEqual([["2026-03-14T04:00", "1 W"]]);
    expect(asked(plan("1d", week[0], Date.UTC(2026, 2, 17, 4)))).toEqual([["2026-03-17T04:00", "1 M"]]);
  });

  test("touch, cover the whole range, and each asks for all of its own", () => {
    const property = fc.property(
      fc.constantFrom("1s", "5s", "15s", "30s", "1m", "2m", "5m", "30m", "1h", "8h", "1d"),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 0, max: 365 * 86_400 }),
      fc.integer({ min: 1, max: 4_000 }),
      (barSize, isKnown, regular, from, bars) => {
        const { seconds, longest } = historyBarSize(barSize);
        const day = barSize === "1d";
        const firstMs = Date.UTC(2025, 2, 20, 4);
        const startMs = day ? firstMs : firstMs + from * 1000;
        const endMs = day ? Date.UTC(2026, 2, 20, 4) : startMs + bars * seconds * 1000;
        const sessions = isKnown ? sessionsIn(startMs, endMs, regular) : undefined;
        const windows = plan(barSize, startMs, endMs, sessions);
        if (windows.length === 0) {
          // Nothing trades in it.
          expect(isKnown).toBe(true);
          return;
        }
        expect([windows[0].fromMs, windows.at(-1)?.untilMs]).toEqual([startMs, endMs]);
        for (const [i, { fromMs, untilMs, askEndMs = 0, duration }] of windows.entries()) {
          if (i > 0) expect(fromMs).toBe(windows[i - 1].untilMs);
          expect(fromMs).toBeLessThan(askEndMs);
          expect(askEndMs).toBeLessThanOrEqual(untilMs);
          const read = parseDuration(duration) as Duration;
          const units = "SDWMY";
          expect(units.indexOf(read.unit)).toBeLessThanOrEqual(units.indexOf(longest.unit));
          if (read.unit === longest.unit) expect(read.count).toBeLessThanOrEqual(longest.count);
          // By the clock it reaches back to the beginning, or to the first session in the window.
          const reach =
            { S: 1, D: 86_400, W: 604_800, M: 28 * 86_400, Y: 365 * 86_400 }[read.unit] * read.count;
          const first = sessions?.find(({ closeMs }) => closeMs > fromMs);
          const needMs =
            day || first === undefined ? fromMs : Math.max(fromMs, Math.min(first.openMs, askEndMs));
          expect(askEndMs - reach * 1000).toBeLessThanOrEqual(needMs);
        }
        if (day || sessions === undefined) return;
        // No session is left out.
        for (const { openMs, closeMs } of sessions) {
          const [a, b] = [Math.max(openMs, startMs), Math.min(closeMs, endMs)];
          const covered = windows.filter(({ fromMs, askEndMs = 0 }) => fromMs < b && askEndMs > a);
          expect(covered.at(-1)?.askEndMs).toBeGreaterThanOrEqual(b);
          expect(covered[0].fromMs).toBeLessThanOrEqual(a);
        }
      },
    );
    holds("windows", property, { numRuns: 500 });
  });
});
