import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startOfDate } from "../../../src/client/history/calendar-cuts.js";
import { type HistoryBarSize, historyBarSize } from "../../../src/client/history/history-bar-size.js";
import type { HistoryBar, HistoryChunk } from "../../../src/client/history/index.js";
import { INSTRUMENTS, NOW, stage } from "../../support/history/history-stage.js";
import { type Mishap, type ModelGateway, type Reading, toBar } from "../../support/history/model-gateway.js";
import { holdsAsync } from "../../support/property.js";

/** What a download has to have: the bars of one long request, those that are within. */
function expected(
  gateway: ModelGateway,
  { startMs, endMs }: { startMs: number; endMs: number },
  size: HistoryBarSize,
  whatToShow: string,
  regularHoursOnly: boolean,
): HistoryBar[] {
  const { zone } = gateway.instrument.hours;
  return gateway
    .barsBetween(startMs, endMs, size.name, whatToShow, regularHoursOnly)
    .map(toBar)
    .filter((bar) => {
      const at = bar.timeMs ?? startOfDate(bar.date as string, zone);
      return at >= startMs && at < endMs;
    })
    .map((bar) => (bar.date === undefined ? bar : { ...bar, timeZone: zone }));
}

const timed = ["1 secs", "5 secs", "30 secs", "1 min", "2 mins", "5 mins", "30 mins", "1 hour"] as const;

describe("whatever the range, the size, the instrument, how the gateway reads durations, and what goes wrong", () => {
  test("every bar comes once, in order, equal to those of one long request, and no pacing rule is broken", async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...timed),
      fc.constantFrom("stock", "pair", "coin" as const),
      fc.constantFrom<Reading>("sessions", "clock"),
      fc.boolean(),
      fc.boolean(),
      // Bars at the most, and from when: a year with both changes of clocks.
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 0, max: 365 * 86_400 }),
      fc.array(fc.constantFrom<Mishap | undefined>("drop", "timeout", "not-sent", undefined, undefined), {
        maxLength: 12,
      }),
      async (barSize, kind, reading, regularHoursOnly, schedule, bars, agoSeconds, mishaps) => {
        const { gateway, load } = stage(reading, NOW, { schedule }, INSTRUMENTS[kind]);
        gateway.mishap = (nth) => mishaps[nth - 1];
        const size = historyBarSize(barSize);
        const whatToShow = kind === "stock" ? "TRADES" : "MIDPOINT";
        // Ends where a bar does: New York's hours are whole hours of UTC, too.
        const endMs = Math.floor((NOW - agoSeconds * 1000) / 3_600_000) * 3_600_000;
        const range = { startMs: endMs - bars * size.seconds * 1000, endMs };
        const options = { ...range, barSize, whatToShow, regularHoursOnly };
        const chunks: HistoryChunk[] = [];
        for await (const chunk of load(options)) chunks.push(chunk);
        expect(chunks.flatMap((chunk) => chunk.bars)).toEqual(
          expected(gateway, range, size, whatToShow, regularHoursOnly),
        );
        expect(gateway.violations).toEqual([]);
        expect(gateway.listenerCount).toBe(0);
        const edges = chunks.map(({ fromMs, untilMs }) => [fromMs, untilMs]);
        if (edges.length > 0) {
          expect(edges[0][0]).toBe(range.startMs);
          expect(edges.at(-1)?.[1]).toBe(range.endMs);
          expect(edges.slice(1).map(([from]) => from)).toEqual(edges.slice(0, -1).map(([, until]) => until));
        }
      },
    );
    await holdsAsync("histories", property, { numRuns: 60 });
  });

  test("bars of days, weeks and months have the dates of one long request, with their zone", async () => {
    const property = fc.asyncProperty(
      fc.constantFrom("1 day", "1W", "1M"),
      fc.constantFrom("stock", "pair", "coin" as const),
      fc.integer({ min: 1, max: 2 * 365 }),
      fc.integer({ min: 0, max: 365 * 86_400 }),
      async (barSize, kind, days, agoSeconds) => {
        const { gateway, load } = stage("sessions", NOW, {}, INSTRUMENTS[kind]);
        const size = historyBarSize(barSize);
        const whatToShow = kind === "stock" ? "TRADES" : "MIDPOINT";
        const endMs = NOW - agoSeconds * 1000;
        const options = { startMs: endMs - days * 86_400_000, endMs, barSize, whatToShow };
        const chunks: HistoryChunk[] = [];
        for await (const chunk of load(options)) chunks.push(chunk);
        const bars = chunks.flatMap((chunk) => chunk.bars);
        if (chunks.length === 0) return;
        // Whole days, weeks and months only: those of the plan.
        const range = { startMs: chunks[0].fromMs, endMs: (chunks.at(-1) as HistoryChunk).untilMs };
        expect(range.startMs).toBeGreaterThanOrEqual(options.startMs);
        expect(range.endMs).toBeLessThanOrEqual(endMs + 86_400_000);
        expect(bars).toEqual(expected(gateway, range, size, whatToShow, false));
        expect(bars.every(({ timeZone }) => timeZone === gateway.instrument.hours.zone)).toBe(true);
        expect(gateway.violations).toEqual([]);
      },
    );
    await holdsAsync("histories of days", property, { numRuns: 30, fallback: 2 });
  });
});
