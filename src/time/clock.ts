/** A repeating or single timer that can be stopped. */
export interface Timer {
  stop(): void;
}

/** Where time comes from: the machine, or a `VirtualClock`. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Calls `run` every `ms` milliseconds. */
  every(ms: number, run: () => void): Timer;
  /** Calls `run` once, `ms` milliseconds from now. */
  after(ms: number, run: () => void): Timer;
}

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  every(ms, run) {
    const timer = setInterval(run, ms);
    return { stop: () => clearInterval(timer) };
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return { stop: () => clearTimeout(timer) };
  },
};

const METHODS: readonly (keyof Clock)[] = ["now", "every", "after"];

/** What an option that takes a clock says when it gets something else. */
export const A_CLOCK = "a clock: realClock, or a VirtualClock";

export function isClock(value: unknown): value is Clock {
  return METHODS.every((name) => typeof (value as Partial<Clock> | null)?.[name] === "function");
}

/** Node's timers fire at once beyond 2^31 - 1 ms, about 25 days. */
const LONGEST_TIMER_MS = 2_000_000_000;

/** Calls `run` at `time` (ms since 1970 UTC), however far away it is; in the past: on the next turn of the clock. */
export function runAt(clock: Clock, time: number, run: () => void): Timer {
  let timer: Timer;
  const arm = (): void => {
    const left = Math.max(0, time - clock.now());
    timer = left <= LONGEST_TIMER_MS ? clock.after(left, run) : clock.after(LONGEST_TIMER_MS, arm);
  };
  arm();
  return { stop: () => timer.stop() };
}
