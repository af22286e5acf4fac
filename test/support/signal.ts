/** How often a condition is looked at without being told to: for what changes in silence. */
const LOOK_MS = 50;

/** The one way to wait: a condition is looked at whenever something arrives, until it holds. */
export class Signal {
  private wakers: (() => void)[] = [];

  /** Something happened. */
  notify(): void {
    const wakers = this.wakers;
    this.wakers = [];
    for (const wake of wakers) wake();
  }

  /**
   * Resolves when `condition` holds.
   * @param what names it in the error
   * @param limitMs how long it may take
   * @param detail what the error says besides
   * @throws Error when the time is over
   */
  async until(
    what: string,
    condition: () => boolean,
    limitMs = 10_000,
    detail: () => string = () => "",
  ): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!condition()) {
      if (performance.now() > deadline)
        throw new Error(`${what} did not come within ${limitMs} ms${detail()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LOOK_MS);
        this.wakers.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }
}
