import { refused } from "../domain/check.js";
import type { Clock, Timer } from "./clock.js";

/** Monday 2026-01-05 09:30 US/Eastern: a virtual day begins with the opening of the stock market. */
export const DEFAULT_VIRTUAL_START = Date.UTC(2026, 0, 5, 14, 30);

/** Real time the clock may take before it lets sockets have their turn, ms. */
const SLICE_MS = 8;
/** Pause between two looks at the machine's clock while virtual time follows it at N times its speed, ms. */
const PACE_MS = 4;

export interface VirtualClockOptions {
  /** First moment, ms since 1970 UTC. Default Monday 2026-01-05 09:30 US/Eastern. */
  start?: number;
  /**
   * Virtual seconds per real second: 0 stands still until {@link VirtualClock.advance}, `Infinity` jumps from timer to
   * timer as fast as the machine can. Default 0.
   */
  speed?: number;
}

interface Entry {
  time: number;
  /** Timers of the same moment fire in the order they were set. */
  sequence: number;
  run: () => void;
  /** 0 for a timer that fires once. */
  interval: number;
  stopped: boolean;
}

/**
 * Time that passes when it is told to. Timers fire in the order of their times and, within one moment, in the order
 * they were set, so that everything that hangs on this clock alone happens identically in every run.
 */
export class VirtualClock implements Clock {
  private time: number;
  private rate: number;
  private sequence = 0;
  private readonly heap: Entry[] = [];
  /** Stopped timers in the heap, at most: those that have fired count as well. */
  private stopped = 0;
  private readonly brakes = new Set<() => boolean>();
  private pump: { cancel(): void } | undefined;
  /** Where virtual and real time were when the rate was set. */
  private anchor = { real: 0, virtual: 0 };

  /** @throws IBKRError `ERR_IBKR_OPTION` for a start or a speed out of range. */
  constructor(options: VirtualClockOptions = {}) {
    this.time = options.start ?? DEFAULT_VIRTUAL_START;
    if (!Number.isFinite(this.time)) {
      throw refused("start", this.time, "milliseconds since 1970 UTC");
    }
    this.rate = checkSpeed(options.speed ?? 0);
    this.drive();
  }

  now(): number {
    return this.time;
  }

  /** Virtual seconds per real second. */
  get speed(): number {
    return this.rate;
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.heap.length;
  }

  every(ms: number, run: () => void): Timer {
    if (!(ms > 0)) throw refused("interval", ms, "a number of milliseconds above 0");
    return this.add(ms, run, ms);
  }

  after(ms: number, run: () => void): Timer {
    return this.add(Math.max(0, ms), run, 0);
  }

  /**
   * Lets `ms` milliseconds pass: every timer due by then fires at its own time.
   * @throws IBKRError `ERR_IBKR_OPTION` for what is no number from 0 on
   */
  advance(ms: number): void {
    if (!(Number.isFinite(ms) && ms >= 0)) throw refused("ms", ms, "a number of milliseconds from 0 on");
    this.advanceTo(this.time + ms);
  }

  /** @param time ms since 1970 UTC; a time in the past changes nothing. */
  advanceTo(time: number): void {
    while (this.fireNext(time));
    if (time > this.time) this.time = time;
  }

  /** Changes the speed from now on. @throws IBKRError `ERR_IBKR_OPTION` for a speed below 0. */
  setSpeed(speed: number): void {
    this.rate = checkSpeed(speed);
    this.drive();
  }

  /** Time waits while `brake` says true: how a slow reader holds up a clock that is as fast as possible. */
  addBrake(brake: () => boolean): Timer {
    this.brakes.add(brake);
    return { stop: () => this.brakes.delete(brake) };
  }

  /** Time stands still again. */
  stop(): void {
    this.setSpeed(0);
  }

  private add(delay: number, run: () => void, interval: number): Timer {
    const entry = { time: this.time + delay, sequence: this.sequence++, run, interval, stopped: false };
    push(this.heap, entry);
    if (this.rate > 0 && this.pump === undefined) this.drive();
    return {
      stop: () => {
        if (entry.stopped) return;
        entry.stopped = true;
        this.stopped += 1;
        if (this.stopped > 64 && this.stopped > this.heap.length / 2) this.sweep();
      },
    };
  }

  /** Takes stopped timers out: most of them, such as expiries of orders, are stopped long before they are due. */
  private sweep(): void {
    const kept = this.heap.filter((entry) => !entry.stopped);
    this.heap.length = 0;
    for (const entry of kept) push(this.heap, entry);
    this.stopped = 0;
  }

  /** Fires the earliest timer unless it is later than `limit`; false when there is none. */
  private fireNext(limit: number): boolean {
    let entry = this.heap[0];
    while (entry?.stopped) {
      pop(this.heap);
      entry = this.heap[0];
    }
    if (entry === undefined || entry.time > limit) return false;
    pop(this.heap);
    this.time = Math.max(this.time, entry.time);
    if (entry.interval > 0) {
      push(this.heap, Object.assign(entry, { time: entry.time + entry.interval, sequence: this.sequence++ }));
    }
    entry.run();
    return true;
  }

  private drive(): void {
    this.pump?.cancel();
    this.pump = undefined;
    if (this.rate === 0) return;
    this.anchor = { real: performance.now(), virtual: this.time };
    this.next();
  }

  /** Without timers a clock as fast as possible has nowhere to go: it stands still until there is one. */
  private next(): void {
    if (this.rate === Number.POSITIVE_INFINITY) {
      if (this.heap.length === 0) return;
      if (this.held()) {
        this.wait();
        return;
      }
      const handle = setImmediate(() => this.turn());
      this.pump = { cancel: () => clearImmediate(handle) };
    } else {
      this.wait();
    }
  }

  private wait(): void {
    const handle = setTimeout(() => this.turn(), PACE_MS);
    this.pump = { cancel: () => clearTimeout(handle) };
  }

  private turn(): void {
    this.pump = undefined;
    const deadline = performance.now() + SLICE_MS;
    const target =
      this.rate === Number.POSITIVE_INFINITY
        ? this.rate
        : Math.floor(this.anchor.virtual + (performance.now() - this.anchor.real) * this.rate);
    let fired = true;
    while (fired && !this.held() && performance.now() < deadline) fired = this.fireNext(target);
    if (!fired && Number.isFinite(target) && target > this.time) this.time = target;
    // What could not be caught up with in this slice is let go: time slows down rather than jumps.
    if (fired && Number.isFinite(target)) this.anchor = { real: performance.now(), virtual: this.time };
    if (this.rate > 0 && this.pump === undefined) this.next();
  }

  private held(): boolean {
    for (const brake of this.brakes) if (brake()) return true;
    return false;
  }
}

function checkSpeed(speed: number): number {
  if (!(speed >= 0)) throw refused("speed", speed, "a number from 0 on, or Infinity");
  return speed;
}

function before(a: Entry, b: Entry): boolean {
  return a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
}

function push(heap: Entry[], entry: Entry): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(entry, heap[parent])) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop()!;
  if (heap.length === 0) return;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child += 1;
    if (!before(heap[child], last)) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
}
