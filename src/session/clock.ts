/** Time as a session counts it. Tests hand in one that they advance themselves. */
export interface MonotonicClock<Timer = unknown> {
  /** Milliseconds since some moment; never runs back. */
  now(): number;
  /** Calls `run` once, after about `ms` milliseconds. */
  setTimeout(run: () => void, ms: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
}

export const SYSTEM_CLOCK: MonotonicClock<NodeJS.Timeout> = {
  now: () => performance.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};
