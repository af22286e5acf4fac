import { fields, integer, listOf, positive } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";

/** What pulls the emergency stop by itself. Each is off unless it is given. */
export interface TriggerOptions {
  /** No connection for longer than as many ms. */
  readonly disconnectMs?: number | undefined;
  /** `count` errors (2 to 10,000) within `windowMs`. */
  readonly errorBurst?: { readonly count: number; readonly windowMs: number } | undefined;
  /** `alive()` was not called for as many ms; from 10 on. */
  readonly deadManMs?: number | undefined;
  /** Signals of the process, such as SIGUSR2. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
}

/** Not SIGKILL and SIGSTOP, which nobody hears, nor SIGUSR1, which Node has for its debugger. */
const SIGNALS = /^SIG(?!KILL$|STOP$|USR1$)[A-Z][A-Z0-9]{1,9}$/;
const A_SIGNAL = "a signal such as SIGUSR2; not SIGKILL, SIGSTOP or SIGUSR1";

export const triggerRules = lazily(() =>
  fields({
    disconnectMs: positive().optional(),
    errorBurst: fields({ count: integer(2, 10_000), windowMs: positive() }).optional(),
    deadManMs: integer(10, 86_400_000).optional(),
    signals: listOf(
      z().custom<NodeJS.Signals>((name) => typeof name === "string" && SIGNALS.test(name), {
        error: A_SIGNAL,
      }),
      "a list of signals",
    ).optional(),
  }),
);
