import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import {
  CME_HOURS,
  CRYPTO_HOURS,
  describeHours,
  FOREX_HOURS,
  US_STOCK_HOURS,
} from "../../src/sim/market/exchange-hours.js";
import { sessionsBetween } from "../../src/time/calendar.js";
import { parseTradingHours } from "../../src/time/trading-hours.js";
import { holds } from "../support/property.js";

const at = (text: string, zone: string) => DateTime.fromFormat(text, "yyyyLLdd HHmm", { zone }).toMillis();

describe("trading hours of contract details", () => {
  test("a day with a session, one without, one with two", () => {
    const text =
      "20260105:0930-20260105:1600;20260106:CLOSED;20260107:0930-20260107:1130;20260107:1300-20260107:1600";
    const zone = "US/Eastern";
    expect(parseTradingHours(text, zone)).toEqual([
      {
        date: "20260105",
        sessions: [{ openMs: at("20260105 0930", zone), closeMs: at("20260105 1600", zone) }],
      },
      { date: "20260106", sessions: [] },
      {
        date: "20260107",
        sessions: [
          { openMs: at("20260107 0930", zone), closeMs: at("20260107 1130", zone) },
          { openMs: at("20260107 1300", zone), closeMs: at("20260107 1600", zone) },
        ],
      },
    ]);
  });

  test("the older form, with a comma and without the second date", () => {
    expect(parseTradingHours("20090507:0700-1830,1830-2330;20090508:CLOSED", "Japan")).toEqual([
      {
        date: "20090507",
        sessions: [
          { openMs: at("20090507 0700", "Japan"), closeMs: at("20090507 1830", "Japan") },
          { openMs: at("20090507 1830", "Japan"), closeMs: at("20090507 2330", "Japan") },
        ],
      },
      { date: "20090508", sessions: [] },
    ]);
  });

  test("a session that begins in the evening is the next day's", () => {
    const [day] = parseTradingHours("20260104:1700-20260105:1600", "US/Central") ?? [];
    expect(day.date).toBe("20260105");
    expect(day.sessions[0].closeMs - day.sessions[0].openMs).toBe(23 * 3_600_000);
  });

  test("over the night in which clocks change a session is an hour shorter, or longer", () => {
    const hours = (text: string) => {
      const [{ sessions }] = parseTradingHours(text, "US/Central") ?? [];
      return (sessions[0].closeMs - sessions[0].openMs) / 3_600_000;
    };
    expect(hours("20260307:1700-20260308:1600")).toBe(22);
    expect(hours("20261031:1700-20261101:1600")).toBe(24);
  });

  test("zones as old gateways describe them", () => {
    const text = "20260706:0930-20260706:1600";
    expect(parseTradingHours(text, "EST (Eastern Standard Time)")).toEqual(
      parseTradingHours(text, "US/Eastern"),
    );
    expect(parseTradingHours(text, "JST")).toEqual(parseTradingHours(text, "Asia/Tokyo"));
  });

  test.each([
    ["20260105:0930-1600x", "US/Eastern"],
    ["20260105", "US/Eastern"],
    ["20261305:0930-20261305:1600", "US/Eastern"],
    ["20260105:2530-20260105:1600", "US/Eastern"],
    ["20260105:1600-20260105:0930", "US/Eastern"],
    ["20260105:0930-20260105:1600", "US/Atlantis"],
  ])("%j in %s is none", (text, zone) => expect(parseTradingHours(text, zone)).toBeUndefined());

  test("none are none", () => expect(parseTradingHours("", "US/Eastern")).toEqual([]));

  test("what a gateway writes of its calendar is read as its calendar has it, across every change of clocks", () => {
    const calendars = fc.constantFrom(US_STOCK_HOURS, FOREX_HOURS, CME_HOURS, CRYPTO_HOURS);
    const moments = fc.integer({ min: Date.UTC(2010, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 });
    holds(
      "hours",
      fc.property(calendars, fc.boolean(), moments, (hours, regular, now) => {
        const days = parseTradingHours(describeHours(hours, regular, now), hours.zone) ?? [];
        expect(days.length).toBe(6);
        const sessions = days.flatMap((day) => day.sessions);
        const last = sessions.at(-1)?.closeMs ?? 0;
        const expected = sessionsBetween(hours, regular, now - 2 * 86_400, now + 9 * 86_400)
          .map(({ open, close }) => ({ openMs: open * 1000, closeMs: close * 1000 }))
          .filter(({ openMs, closeMs }) => openMs >= (sessions[0]?.openMs ?? Infinity) && closeMs <= last);
        expect(sessions).toEqual(expected);
      }),
      { fallback: 20261204, numRuns: 300 },
    );
  });
});
