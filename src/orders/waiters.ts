import { type CallOptions, checkCallOptions } from "../broker/call-options.js";
import type { IBKRError } from "../domain/ibkr-error.js";
import type { Clock } from "../time/clock.js";

/** What somebody waits for: a value, an error, or, undefined, not yet. */
export type Answer<T> = { readonly value: T } | { readonly error: unknown } | undefined;

/** Those who wait for what an order or a connection comes to. They are asked again after each change. */
export class Waiters {
  private waiting: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  /** @param late the error of who has waited for `timeoutMs` */
  wait<T>(look: () => Answer<T>, options: CallOptions, late: (timeoutMs: number) => IBKRError): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      checkCallOptions(options);
      const { signal, timeoutMs } = options;
      signal?.throwIfAborted();
      const settle = (): boolean => {
        const answer = look();
        if (answer === undefined) return false;
        if ("error" in answer) reject(answer.error);
        else resolve(answer.value);
        return true;
      };
      if (settle()) return;
      const stop = () => {
        this.waiting = this.waiting.filter((other) => other !== again);
        timer?.stop();
        signal?.removeEventListener("abort", onAbort);
      };
      const again = () => {
        if (settle()) stop();
      };
      const onAbort = () => {
        stop();
        reject(signal?.reason);
      };
      const timer =
        timeoutMs === undefined
          ? undefined
          : this.clock.after(timeoutMs, () => {
              stop();
              reject(late(timeoutMs));
            });
      signal?.addEventListener("abort", onAbort, { once: true });
      this.waiting.push(again);
    });
  }

  look(): void {
    for (const again of [...this.waiting]) again();
  }
}
