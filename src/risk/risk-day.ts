import type { Clock, Timer } from "../time/clock.js";
import { fromLocal, isTimeZone, toLocal } from "../time/zone.js";
import { text, textLike } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";

/** How long a wall clock that jumps stays unnoticed: timers run on another one. */
const LOOK_MS = 60_000;

/** When the risk gate's day ends and the next one begins. */
export interface DayBoundary {
  /** `hh:mm`, 00:00 to 23:59. */
  readonly time: string;
  /** IANA's name. */
  readonly zone: string;
}

/** From its start to its end, which is the next one's start; ms since 1970 UTC. */
export interface RiskDay {
  readonly startMs: number;
  readonly endMs: number;
}

/** Default 17:00 in New York, where the trading day of currencies and futures ends. */
export const dayBoundaryRules = lazily(() =>
  z()
    .strictObject(
      {
        time: textLike(/^([01]\d|2[0-3]):[0-5]\d$/, "hh:mm from 00:00 to 23:59").default("17:00"),
        zone: text("a zone such as America/New_York")
          .refine(isTimeZone, { error: "a zone such as America/New_York" })
          .default("America/New_York"),
      },
      { error: ({ code }) => (code === "unrecognized_keys" ? "time, zone" : "an object with time, zone") },
    )
    .prefault({}),
);

/**
 * The day that a moment is in. Days have 23 to 25 hours where clocks change, and none is left out: a boundary at a time
 * that there is not is behind the change, one that comes twice is the first.
 * @param atMs ms since 1970 UTC
 */
export function dayAt({ time, zone }: DayBoundary, atMs: number): RiskDay {
  const [hour, minute] = time.split(":").map(Number);
  const local = toLocal(zone, Math.floor(atMs / 1000));
  // Two days to each side: a zone that has left out a whole day has two boundaries at one moment.
  const boundaries = [-2, -1, 0, 1, 2, 3].map(
    (days) => fromLocal(zone, { ...local, day: local.day + days, hour, minute, second: 0 }) * 1000,
  );
  const startMs = boundaries.findLast((boundary) => boundary <= atMs)!;
  return { startMs, endMs: boundaries.find((boundary) => boundary > atMs)! };
}

/**
 * The day as a program counts by it. It never goes back: a clock that is set back leaves the day as it is until it has
 * caught up, so that what was counted is not given away.
 */
export class DayRoll {
  private now: RiskDay;
  private timer: Timer;

  /**
   * @param rolled is called behind each boundary, at once where the clock has jumped beyond it
   * @param since a moment that the day is not before: when the saved one began
   */
  constructor(
    private readonly boundary: DayBoundary,
    private readonly clock: Clock,
    private readonly rolled: (day: RiskDay, before: RiskDay) => void,
    since = Number.NEGATIVE_INFINITY,
  ) {
    this.now = dayAt(boundary, Math.max(clock.now(), since));
    this.timer = this.arm();
  }

  get day(): RiskDay {
    return this.now;
  }

  /** Looks at the clock now; by itself it does at the day's end, and each minute. */
  look(): void {
    const at = this.clock.now();
    if (at < this.now.endMs) return;
    const before = this.now;
    this.now = dayAt(this.boundary, at);
    this.timer.stop();
    this.timer = this.arm();
    this.rolled(this.now, before);
  }

  stop(): void {
    this.timer.stop();
  }

  private arm(): Timer {
    const leftMs = this.now.endMs - this.clock.now();
    return this.clock.after(Math.min(leftMs, LOOK_MS), () => this.again());
  }

  private again(): void {
    const { now } = this;
    this.look();
    if (now === this.now) this.timer = this.arm();
  }
}
