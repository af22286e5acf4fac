/** Fires at the `count`-th error within a window of time, and again only after as many more. */
export class ErrorBurst {
  /** When the newest came, in a ring: the oldest is where the next one goes. */
  private readonly times: Float64Array;
  private next = 0;

  constructor(
    count: number,
    private readonly windowMs: number,
    private readonly fire: () => void,
    /** Milliseconds, of a clock that nobody sets. */
    private readonly now: () => number = () => performance.now(),
  ) {
    this.times = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  }

  error(): void {
    const { times } = this;
    const now = this.now();
    times[this.next] = now;
    this.next = (this.next + 1) % times.length;
    // With this one there are as many as the ring holds.
    if (now - times[this.next] > this.windowMs) return;
    times.fill(Number.NEGATIVE_INFINITY);
    this.fire();
  }
}
