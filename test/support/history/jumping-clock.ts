import type { Clock, Timer } from "../../../src/time/clock.js";
import type { VirtualClock } from "../../../src/time/virtual-clock.js";

/**
 * A virtual clock of which whoever waits for a while does not wait: it jumps to the end of the wait as soon as the machine
 * has a moment. Waits that are longer than `longestMs` are limits that something else comes before, and are left alone.
 */
export class JumpingClock implements Clock {
  constructor(
    private readonly clock: VirtualClock,
    private readonly longestMs = 700_000,
  ) {}

  now(): number {
    return this.clock.now();
  }

  every(ms: number, run: () => void): Timer {
    return this.clock.every(ms, run);
  }

  after(ms: number, run: () => void): Timer {
    const atMs = this.now() + ms;
    let isOver = false;
    const timer = this.clock.after(ms, () => {
      isOver = true;
      run();
    });
    const stop = () => {
      isOver = true;
      timer.stop();
    };
    if (ms <= this.longestMs)
      setImmediate(() => {
        if (!isOver) this.clock.advanceTo(atMs);
      });
    return { stop };
  }
}
