import { describe, expect, test } from "vitest";
import { TradingDays } from "../../../src/client/strategies/trading-day.js";
import { refusalOf } from "./strategy-stage.js";

const HOUR = 3_600_000;
const at = (text: string, options = {}) => new TradingDays(options).at(Date.parse(text));
const hours = ({ startMs, endMs }: { startMs: number; endMs: number }) => (endMs - startMs) / HOUR;

describe("the trading day", () => {
  test("ends at five in New York, and has the date of its end", () => {
    const day = at("2026-11-26T21:59:59.999Z"); // Thursday, 16:59:59 there
    expect(day).toMatchObject({ day: "2026-11-26", timeZone: "America/New_York" });
    expect(new Date(day.startMs).toISOString()).toBe("2026-11-25T22:00:00.000Z");
    expect(new Date(day.endMs).toISOString()).toBe("2026-11-26T22:00:00.000Z");
    expect(at("2026-11-26T22:00:00Z").day).toBe("2026-11-27");
  });

  test("has 23 hours when clocks go forward and 25 when they go back", () => {
    expect([at("2026-03-08T12:00:00Z"), at("2026-03-07T12:00:00Z")].map(hours)).toEqual([23, 24]);
    expect([at("2026-11-01T12:00:00Z"), at("2026-11-02T12:00:00Z")].map(hours)).toEqual([25, 24]);
    expect(at("2026-03-08T12:00:00Z").day).toBe("2026-03-08");
  });

  test("follows one upon another without a gap, each moment in its own, in any zone", () => {
    for (const options of [
      {},
      { dayEndsAt: "00:00" },
      { dayEndsAt: "02:30" }, // a time that there is not when clocks go forward
      { dayEndsAt: "01:30" }, // one that there is twice when they go back
      { timeZone: "Europe/London", dayEndsAt: "01:00" },
      { timeZone: "Pacific/Apia", dayEndsAt: "23:59" },
      { timeZone: "Australia/Lord_Howe", dayEndsAt: "02:00" },
    ]) {
      const days = new TradingDays(options);
      let day = days.at(Date.parse("2026-01-01T00:00:00Z"));
      const names = new Set<string>();
      for (let i = 0; i < 730; i++) {
        for (const moment of [day.startMs, day.endMs - 1]) expect(days.at(moment)).toEqual(day);
        expect(days.named(day.day)).toEqual(day);
        names.add(day.day);
        const next = days.at(day.endMs);
        expect(next.startMs).toBe(day.endMs);
        day = next;
      }
      expect(names.size).toBe(730);
    }
  });

  test("with a boundary at midnight it is the date", () => {
    const options = { timeZone: "UTC", dayEndsAt: "00:00" };
    const day = at("2026-02-28T23:00:00Z", options);
    expect([day.day, new Date(day.startMs).toISOString()]).toEqual([
      "2026-02-28",
      "2026-02-28T00:00:00.000Z",
    ]);
  });

  test.each([
    [{ timeZone: "Mars/Olympus" }, /timeZone is "Mars\/Olympus" \(allowed: a zone/],
    [{ timeZone: 7 }, /timeZone is 7/],
    [{ dayEndsAt: "24:00" }, /dayEndsAt is "24:00" \(allowed: hh:mm from 00:00 to 23:59\)/],
    [{ dayEndsAt: "5pm" }, /dayEndsAt is "5pm"/],
  ])("refuses %o", async (options, message) => {
    const error = await refusalOf(() => new TradingDays(options as never));
    expect([error.code, error.message]).toEqual(["ERR_IBKR_OPTION", expect.stringMatching(message)]);
  });

  test.each(["2026-02-30", "2026-2-1", "today", "20260201"])("has no day %s", async (day) => {
    const error = await refusalOf(() => new TradingDays().named(day));
    expect(error.code).toBe("ERR_IBKR_ARGUMENT");
  });
});
