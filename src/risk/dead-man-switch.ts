import type { Clock, Timer } from "../time/clock.js";

/**
 * Fires when a program has not said within a time that it lives; once, until it says so again. It runs on the event loop: a
 * loop that stands still is the core's to notice (`LatchWatcher::alive`).
 */
export class DeadManSwitch {
  private last: number;
  private timer: Timer | undefined;

  /** The time begins now. */
  constructor(
    private readonly clock: Clock,
    /** Milliseconds. */
    private readonly timeoutMs: number,
    private readonly fire: () => void,
    /** Milliseconds, of a clock that nobody sets. */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.last = now();
    this.arm(timeoutMs);
  }

  /** The program lives. Costs a reading of the clock. */
  alive(): void {
    this.last = this.now();
    if (this.timer === undefined) this.arm(this.timeoutMs);
  }

  stop(): void {
    this.timer?.stop();
    this.timer = undefined;
  }

  private arm(ms: number): void {
    this.timer = this.clock.after(ms, () => this.due());
  }

  private due(): void {
    const leftMs = this.last + this.timeoutMs - this.now();
    if (leftMs > 0) {
      this.arm(leftMs);
      return;
    }
    this.timer = undefined;
    this.fire();
  }
}
