/** Runs test and hook functions the way jest does: promises, `done` callbacks, errors thrown from timers and sockets. */

export type JestFunction = (...args: unknown[]) => unknown;

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;
type Listener = (error: unknown) => void;

/**
 * Takes errors that nobody caught away from the test runner and gives them to the function that is running. One that
 * comes while none is running is kept in `strays`.
 */
export class UncaughtGuard {
  readonly strays: unknown[] = [];
  private reject: Listener | undefined;
  private replaced: [event: string, listeners: Listener[]][] = [];

  private readonly onError: Listener = (error) => {
    if (this.reject) this.reject(error);
    else this.strays.push(error);
  };

  install(): void {
    this.replaced = EVENTS.map((event) => [event, process.listeners(event as never) as Listener[]]);
    for (const event of EVENTS) process.removeAllListeners(event).on(event as string, this.onError);
  }

  remove(): void {
    for (const [event, listeners] of this.replaced) {
      process.off(event, this.onError);
      for (const listener of listeners) process.on(event, listener);
    }
    this.replaced = [];
  }

  /** Until `stop`, an uncaught error rejects `failed`. */
  watch(): { failed: Promise<never>; stop: () => void } {
    const failed = new Promise<never>((_, reject) => {
      this.reject = reject;
    });
    failed.catch(() => {});
    return {
      failed,
      stop: () => {
        this.reject = undefined;
      },
    };
  }
}

/** Jest's `fail()`: ends the running test with an error. */
export function fail(reason?: unknown): never {
  throw asError(reason);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(`failed: ${String(reason)}`);
}

function callWithDone(fn: JestFunction, args: unknown[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let called = false;
    let returned: unknown;
    const done = (reason?: unknown) => {
      if (called) {
        reject(new Error("done() was called a second time"));
        return;
      }
      called = true;
      // Only after the code that called it: a second call in there still counts.
      queueMicrotask(() => {
        if (returned !== undefined) reject(new Error("a function that takes done must not return anything"));
        else if (reason) reject(asError(reason));
        else resolve();
      });
    };
    returned = fn(...args, done);
  });
}

/**
 * Runs one function.
 *
 * @param fn Takes `done` when it declares one parameter more than `args` has.
 * @param args Its arguments: the row of a `test.each` table.
 * @param timeout Milliseconds until it fails.
 * @param guard Gives it the errors nobody caught, up to one turn of the event loop after its end.
 */
export async function runJestFunction(
  fn: JestFunction,
  args: unknown[],
  timeout: number,
  guard: UncaughtGuard,
): Promise<void> {
  const uncaught = guard.watch();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${timeout} ms`)), timeout);
  });
  const call = fn.length > args.length ? callWithDone(fn, args) : (async () => fn(...args))();
  try {
    await Promise.race([call, uncaught.failed, tooLate]);
    await Promise.race([new Promise((resolve) => setImmediate(resolve)), uncaught.failed]);
  } finally {
    clearTimeout(timer);
    uncaught.stop();
  }
}
