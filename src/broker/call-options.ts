import { check, objectOf, refused } from "../domain/check.js";
import { integer } from "../validation/rules.js";

/** What every call that answers later takes. */
export interface CallOptions {
  /** Ends the call: its promise rejects with the signal's reason, and the request is taken back where it can be. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the whole answer: 1 … 2,147,483,647; without it the call waits as long as the connection. */
  readonly timeoutMs?: number | undefined;
}

/** To be called before anything is begun. @throws IBKRError `ERR_IBKR_OPTION` for what is none, a time out of its range included */
export function checkCallOptions(options: CallOptions): void {
  const { signal, timeoutMs } = objectOf("options", options, "ERR_IBKR_OPTION");
  if (timeoutMs !== undefined) check(integer(1, 0x7fffffff), timeoutMs, "timeoutMs");
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw refused("signal", signal, "an AbortSignal");
}
