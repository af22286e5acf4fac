import type { MonotonicClock } from "../../src/session/clock.js";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that stands still until a test moves it. */
export class ManualClock implements MonotonicClock<Timer> {
  private time: number;
  private timers: Timer[] = [];

  /**
   * @param start milliseconds that it shows first
   * @param lag how much later than asked each timer runs; below 0 earlier, as timers of the system may
   */
  constructor(
    start = 0,
    private readonly lag: () => number = () => 0,
  ) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  setTimeout(run: () => void, ms: number): Timer {
    // Never at once: time must pass.
    const timer = { at: this.time + Math.max(0.01, ms + this.lag()), run };
    this.timers.push(timer);
    return timer;
  }

  clearTimeout(timer: Timer | undefined): void {
    this.timers = this.timers.filter((other) => other !== timer);
  }

  /** Timers that have not run. */
  get pending(): number {
    return this.timers.length;
  }

  /** Moves time on; timers that come due run at their time, in its order. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= end);
      if (due.length === 0) break;
      const next = due.reduce((first, timer) => (timer.at < first.at ? timer : first));
      this.clearTimeout(next);
      this.time = next.at;
      next.run();
    }
    this.time = end;
  }
}
