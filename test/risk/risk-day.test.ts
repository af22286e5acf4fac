import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../src/domain/check.js";
import { type DayBoundary, DayRoll, dayAt, dayBoundaryRules, type RiskDay } from "../../src/risk/risk-day.js";
import { VirtualClock } from "../../src/time/virtual-clock.js";
import { holds } from "../support/property.js";

const HOUR = 3_600_000;
const NEW_YORK: DayBoundary = { time: "17:00", zone: "America/New_York" };
const utc = (text: string): number => Date.parse(`${text}Z`);
const shown = ({ startMs, endMs }: RiskDay): string[] =>
  [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(0, 16));

describe("the day of a moment", () => {
  test("begins at 17:00 in New York by default, and its first moment is in it", () => {
    expect(check(dayBoundaryRules(), undefined)).toEqual(NEW_YORK);
    const start = utc("2026-01-05T22:00");
    expect(shown(dayAt(NEW_YORK, start))).toEqual(["2026-01-05T22:00", "2026-01-06T22:00"]);
    expect(shown(dayAt(NEW_YORK, start - 1))).toEqual(["2026-01-04T22:00", "2026-01-05T22:00"]);
    expect(shown(dayAt(NEW_YORK, start + 24 * HOUR - 1))).toEqual(["2026-01-05T22:00", "2026-01-06T22:00"]);
  });

  test("has 23 hours when summer time begins, and 25 when it ends", () => {
    expect(shown(dayAt(NEW_YORK, utc("2026-03-08T12:00")))).toEqual(["2026-03-07T22:00", "2026-03-08T21:00"]);
    expect(shown(dayAt(NEW_YORK, utc("2026-11-01T12:00")))).toEqual(["2026-10-31T21:00", "2026-11-01T22:00"]);
  });

  test("begins behind the change where its time is left out, and once where its time comes twice", () => {
    const left: DayBoundary = { time: "02:30", zone: "America/New_York" };
    expect(shown(dayAt(left, utc("2026-03-08T07:29")))).toEqual(["2026-03-07T07:30", "2026-03-08T07:30"]);
    expect(shown(dayAt(left, utc("2026-03-08T07:30")))).toEqual(["2026-03-08T07:30", "2026-03-09T06:30"]);
    const twice: DayBoundary = { time: "01:30", zone: "America/New_York" };
    expect(shown(dayAt(twice, utc("2026-11-01T06:45")))).toEqual(["2026-11-01T05:30", "2026-11-02T06:30"]);
  });

  test("is none that a zone has left out as a whole: Samoa had no 30 December 2011", () => {
    const samoa: DayBoundary = { time: "17:00", zone: "Pacific/Apia" };
    const before = dayAt(samoa, utc("2011-12-30T09:59"));
    expect(shown(before)).toEqual(["2011-12-30T03:00", "2011-12-31T03:00"]);
    expect(dayAt(samoa, utc("2011-12-30T10:01"))).toEqual(before);
  });

  test("days follow each other without a gap, everywhere, and each has 22 to 26 hours", () => {
    const zones = ["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];
    holds(
      "days without a gap",
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 24 * 60 - 1 }),
        fc.integer({ min: utc("2015-01-01T00:00"), max: utc("2035-01-01T00:00") }),
        (zone, minutes, at) => {
          const two = (n: number): string => String(n).padStart(2, "0");
          const boundary = { zone, time: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}` };
          const day = dayAt(boundary, at);
          expect(day.startMs).toBeLessThanOrEqual(at);
          expect(day.endMs).toBeGreaterThan(at);
          expect(dayAt(boundary, day.startMs)).toEqual(day);
          expect(dayAt(boundary, day.endMs - 1)).toEqual(day);
          expect(dayAt(boundary, day.endMs).startMs).toBe(day.endMs);
          expect(Math.abs((day.endMs - day.startMs) / HOUR - 24)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  test.each([
    [{ time: "17" }, 'time is "17" (allowed: hh:mm from 00:00 to 23:59)'],
    [{ time: "24:00" }, 'time is "24:00" (allowed: hh:mm from 00:00 to 23:59)'],
    [{ zone: "Mars" }, 'zone is "Mars" (allowed: a zone such as America/New_York)'],
    [{ hour: 17 }, "hour is not known (allowed: time, zone)"],
  ])("is not asked for with %j", (boundary, message) => {
    expect(() => check(dayBoundaryRules(), boundary)).toThrow(message);
  });
});

/** Node's timers run on a clock of their own: this one's time is set apart from them. */
class SetClock extends VirtualClock {
  private set = 0;
  override now(): number {
    return super.now() + this.set;
  }
  setBy(ms: number): void {
    this.set += ms;
  }
}

describe("the day rolls", () => {
  const begin = (at: string, since?: number) => {
    const clock = new SetClock({ start: utc(at) });
    const rolls: string[] = [];
    const roll = new DayRoll(
      NEW_YORK,
      clock,
      (day) => rolls.push(`${shown(day)[0]} at ${new Date(clock.now()).toISOString().slice(0, 16)}`),
      since,
    );
    return { clock, rolls, roll };
  };

  test("at each boundary, over both changes of the clocks", () => {
    const spring = begin("2026-03-06T12:00");
    spring.clock.advance(4 * 24 * HOUR);
    expect(spring.rolls).toEqual([
      "2026-03-06T22:00 at 2026-03-06T22:00",
      "2026-03-07T22:00 at 2026-03-07T22:00",
      "2026-03-08T21:00 at 2026-03-08T21:00",
      "2026-03-09T21:00 at 2026-03-09T21:00",
    ]);
    const autumn = begin("2026-10-31T12:00");
    autumn.clock.advance(2 * 24 * HOUR);
    expect(autumn.rolls).toEqual([
      "2026-10-31T21:00 at 2026-10-31T21:00",
      "2026-11-01T22:00 at 2026-11-01T22:00",
    ]);
    spring.roll.stop();
    autumn.roll.stop();
  });

  test("never back: a clock that is set back leaves the day as it is until it has caught up", () => {
    const { clock, rolls, roll } = begin("2026-01-05T21:59");
    clock.advance(60_000);
    expect(rolls).toHaveLength(1);
    clock.setBy(-3 * HOUR);
    clock.advance(4 * HOUR);
    expect(rolls).toHaveLength(1);
    clock.advance(23 * HOUR);
    expect(rolls).toEqual(["2026-01-05T22:00 at 2026-01-05T22:00", "2026-01-06T22:00 at 2026-01-06T22:00"]);
    roll.stop();
  });

  test("within a minute of a jump of the clock beyond the boundary", () => {
    const { clock, rolls, roll } = begin("2026-01-05T12:00");
    clock.setBy(15 * HOUR);
    clock.advance(60_000);
    expect(rolls).toEqual(["2026-01-05T22:00 at 2026-01-06T03:01"]);
    roll.stop();
  });

  test("once for all days that a machine has slept through", () => {
    const { clock, rolls, roll } = begin("2026-01-05T12:00");
    clock.setBy(72 * HOUR);
    roll.look();
    expect(rolls).toEqual(["2026-01-07T22:00 at 2026-01-08T12:00"]);
    roll.stop();
    clock.advance(48 * HOUR);
    expect(rolls).toHaveLength(1);
  });

  test("not before the day that was saved, where the clock was set back between two runs", () => {
    const { clock, rolls, roll } = begin("2026-01-05T21:00", utc("2026-01-05T22:00"));
    expect(shown(roll.day)[0]).toBe("2026-01-05T22:00");
    clock.advance(24 * HOUR);
    expect(rolls).toEqual([]);
    clock.advance(HOUR);
    expect(rolls).toHaveLength(1);
    roll.stop();
  });
});
