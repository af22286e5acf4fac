import { IBKRError } from "../domain/ibkr-error.js";
import type { CallOptions } from "./call-options.js";

/**
 * A promise whose caller may stop waiting for it, after a time or by a signal.
 * @param late what the time has passed without: "no answer"
 */
export function abandonable<T>(
  promise: Promise<T>,
  { signal, timeoutMs }: CallOptions,
  late: string,
  abandoned: (why: unknown) => void = () => {},
): Promise<T> {
  if (signal === undefined && timeoutMs === undefined) return promise;
  const { promise: outer, resolve, reject } = withResolvers<T>();
  const stop = (why: unknown) => {
    reject(why);
    abandoned(why);
  };
  const onAbort = () => stop(signal?.reason);
  const timer =
    timeoutMs === undefined
      ? undefined
      : setTimeout(
          () => stop(new IBKRError("ERR_IBKR_TIMEOUT", `${late} within ${timeoutMs} ms`)),
          timeoutMs,
        );
  if (signal?.aborted) queueMicrotask(onAbort);
  else signal?.addEventListener("abort", onAbort, { once: true });
  const done = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
  promise.then(resolve, reject).finally(done);
  outer.catch(done);
  return outer;
}

export function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
