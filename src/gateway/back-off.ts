/** Waits that double up to a limit; each is spread over its upper half, so that clients do not come back all at once. */
export class BackOff {
  private attempts = 0;

  constructor(
    private readonly firstMs: number,
    private readonly mostMs: number,
    private readonly random: () => number,
  ) {}

  /** How many waits there were since the last {@link reset}. */
  get count(): number {
    return this.attempts;
  }

  /** @param leastMs the wait is not shorter than this */
  next(leastMs = 0): number {
    const ms = Math.min(this.mostMs, this.firstMs * 2 ** Math.min(this.attempts++, 30));
    return Math.max(leastMs, Math.round(ms * (0.5 + this.random() / 2)));
  }

  reset(): void {
    this.attempts = 0;
  }
}
