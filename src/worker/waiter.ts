/**
 * How often is looked also without being woken: the thread of the connection wakes others, and may be busy itself. In ms.
 */
const LOOK_MS = 20;

/** `Atomics.waitAsync`, which Node 20 has and the types of its time have not. */
type WaitAsync = (
  words: Int32Array,
  index: number,
  value: number,
) => { readonly async: false } | { readonly async: true; readonly value: Promise<string> };
const { waitAsync } = Atomics as unknown as { readonly waitAsync: WaitAsync };

/**
 * Calls `turn` on this thread's event loop whenever a shared word was changed and notified, at the latest every 20 ms.
 * While it runs the thread does not end by itself.
 */
export class Waiter {
  private timer: NodeJS.Timeout | undefined;
  private isWaiting = false;
  private again: NodeJS.Immediate | undefined;

  /** @param turn whether there is more to do at once */
  constructor(
    private readonly words: Int32Array,
    private readonly index: number,
    private readonly turn: () => boolean,
  ) {}

  start(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => this.run(), LOOK_MS);
    this.soon();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    clearImmediate(this.again);
    this.again = undefined;
  }

  private soon(): void {
    this.again ??= setImmediate(() => {
      this.again = undefined;
      this.run();
    });
  }

  private run(): void {
    if (this.timer === undefined) return;
    // Before it looks: what comes behind that changes the word.
    const seen = Atomics.load(this.words, this.index);
    const more = this.turn();
    if (this.timer === undefined) return;
    if (more) this.soon();
    else this.sleep(seen);
  }

  /** One promise at a time: it cannot be taken back, and is kept until the next batch wakes it. */
  private sleep(seen: number): void {
    if (this.isWaiting) return;
    const wait = waitAsync(this.words, this.index, seen);
    if (!wait.async) {
      this.soon();
      return;
    }
    this.isWaiting = true;
    wait.value.then(() => {
      this.isWaiting = false;
      this.run();
    });
  }
}
