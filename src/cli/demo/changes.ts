/** What is not reported, such as quotes, is looked at this often. */
const LOOK_MS = 25;

/** Lets code wait, for a bounded time, until something others report has become true. */
export class Changes {
  private waiting: (() => void)[] = [];

  /** @param signal ends every wait when it is aborted */
  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener("abort", () => this.happened(), { once: true });
  }

  /** The user wants it to end. */
  get aborted(): boolean {
    return this.signal.aborted;
  }

  /** Something changed: those who wait look again. */
  happened(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Resolves with true as soon as `isTrue`, with false after `ms` milliseconds or when the user wants to end. */
  until(isTrue: () => boolean, ms: number): Promise<boolean> {
    return this.wait(isTrue, ms, () => this.aborted);
  }

  /** As {@link until}, but goes on when the user wants to end: for what has to be tidied up. */
  settled(isTrue: () => boolean, ms: number): Promise<boolean> {
    return this.wait(isTrue, ms, () => false);
  }

  /** Waits `ms` milliseconds; false if it was aborted before. */
  async pause(ms: number): Promise<boolean> {
    await this.until(() => false, ms);
    return !this.aborted;
  }

  private wait(isTrue: () => boolean, ms: number, isOver: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (outcome: boolean) => {
        clearTimeout(timer);
        clearInterval(poll);
        this.waiting = this.waiting.filter((other) => other !== look);
        resolve(outcome);
      };
      const look = () => {
        if (isTrue()) end(true);
        else if (isOver()) end(false);
      };
      const timer = setTimeout(() => end(isTrue()), ms);
      const poll = setInterval(look, LOOK_MS);
      this.waiting.push(look);
      look();
    });
  }
}
