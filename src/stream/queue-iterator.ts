import { refused } from "../domain/check.js";

/** What happens to an iterator's values when nobody takes them. */
export type Overflow = "hold" | "drop-oldest" | "newest";

export interface QueueOptions {
  /** How many values may wait before {@link overflow} holds: at least 1. */
  readonly limit: number;
  /** `hold`: the source is held up. `drop-oldest`: the oldest goes. `newest`: only the newest waits. */
  readonly overflow: Overflow;
  readonly signal?: AbortSignal;
  /** Holds the source up until the function that it returns is called. */
  hold(): () => void;
  /** Values went; how many. */
  lost(count: number): void;
  /** Nobody iterates any more: break, return, the end, the signal. */
  ended(): void;
}

type Waiter<T> = { resolve(result: IteratorResult<T, undefined>): void; reject(reason: unknown): void };

/**
 * Values that are pushed in, taken out one by one with `for await`. With `hold` what came in one piece may exceed the
 * limit: the source is held up behind it, until half of the limit is free again.
 */
export class QueueIterator<T> implements AsyncIterableIterator<T, undefined> {
  private queue: (T | undefined)[] = [];
  private first = 0;
  private waiters: Waiter<T>[] = [];
  private release: (() => void) | undefined;
  private end: { readonly error?: unknown } | undefined;
  private told = false;
  private readonly onAbort = () => this.abort();

  constructor(private readonly options: QueueOptions) {
    const { signal } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw refused("signal", signal, "an AbortSignal", "ERR_IBKR_ARGUMENT");
    if (signal?.aborted) queueMicrotask(this.onAbort);
    else signal?.addEventListener("abort", this.onAbort, { once: true });
  }

  get waiting(): number {
    return this.queue.length - this.first;
  }

  push(value: T): void {
    if (this.end !== undefined) return;
    const waiter = this.waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve({ done: false, value });
      return;
    }
    this.queue.push(value);
    if (this.waiting > this.options.limit) this.overflow();
  }

  private overflow(): void {
    const { overflow, limit } = this.options;
    if (overflow === "hold") {
      this.release ??= this.options.hold();
      return;
    }
    const excess = this.waiting - (overflow === "newest" ? 1 : limit);
    for (let n = 0; n < excess; n++) this.take();
    this.options.lost(excess);
  }

  private take(): T {
    const value = this.queue[this.first] as T;
    this.queue[this.first] = undefined;
    this.first += 1;
    if (this.first > 1024 && this.first * 2 > this.queue.length) {
      this.queue = this.queue.slice(this.first);
      this.first = 0;
    }
    return value;
  }

  /** What waits is still given out, then the error, or the end. */
  finish(outcome: { readonly error?: unknown } = {}): void {
    if (this.end !== undefined) return;
    this.end = outcome;
    this.letGo();
    const waiters = this.waiters;
    this.waiters = [];
    for (const waiter of waiters) this.settle(waiter);
  }

  /** The signal ends it at once: what waits is gone. */
  private abort(): void {
    if (this.end !== undefined) return;
    this.queue = [];
    this.first = 0;
    this.finish({ error: this.options.signal?.reason });
  }

  private letGo(): void {
    this.release?.();
    this.release = undefined;
    this.options.signal?.removeEventListener("abort", this.onAbort);
    this.options.ended();
  }

  /** The first one behind the end hears of the error, those after it that all is over. */
  private settle({ resolve, reject }: Waiter<T>): void {
    const { end } = this;
    if (end !== undefined && "error" in end && !this.told) {
      this.told = true;
      reject(end.error);
    } else {
      resolve({ done: true, value: undefined });
    }
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      if (this.waiting > 0) {
        resolve({ done: false, value: this.take() });
        if (this.release !== undefined && this.waiting * 2 <= this.options.limit) {
          const release = this.release;
          this.release = undefined;
          release();
        }
      } else if (this.end !== undefined) this.settle({ resolve, reject });
      else this.waiters.push({ resolve, reject });
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.queue = [];
    this.first = 0;
    this.told = true;
    this.finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
