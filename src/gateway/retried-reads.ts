import { type CallOptions, checkCallOptions } from "../broker/call-options.js";
import { connectionLost } from "../domain/connection-lost.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { Waiters } from "../orders/waiters.js";
import type { Clock } from "../time/clock.js";

/** After these nobody knows the answer, and the next connection may give it. */
const LOST: ReadonlySet<string> = new Set(["ERR_IBKR_CONNECTION_LOST", "ERR_IBKR_NOT_SENT"]);

/** Of the connection: it is there, it may come back, or nobody wants it any more. */
export type Outlook = "ready" | "coming" | "given-up";

/** Asks, and asks again on the next connection where one ends first: reading twice does no harm. */
export class RetriedReads {
  private retries = 0;

  /** @param waiters are asked again after each change of the gateway's state */
  constructor(
    private readonly outlook: () => Outlook,
    private readonly waiters: Waiters,
    private readonly clock: Clock,
  ) {}

  /** How often something was asked again. */
  get count(): number {
    return this.retries;
  }

  async read<T, O extends CallOptions>(ask: (options: O) => Promise<T>, options = {} as O): Promise<T> {
    const { clock } = this;
    checkCallOptions(options);
    const { signal, timeoutMs } = options;
    const endMs = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
    const leftMs = () => (endMs === undefined ? undefined : Math.max(1, endMs - clock.now()));
    let left = options;
    for (;;) {
      try {
        return await ask(left);
      } catch (error) {
        if (!this.mayComeBack(error)) throw error;
      }
      this.retries++;
      await this.untilReady({ signal, timeoutMs: leftMs() }, timeoutMs);
      left = { ...options, timeoutMs: leftMs() };
    }
  }

  /** A later connection may bring what this error ended. */
  mayComeBack(error: unknown): boolean {
    return this.outlook() !== "given-up" && error instanceof IBKRError && LOST.has(error.code);
  }

  /** @param wholeMs of which `timeoutMs` is what is left */
  untilReady(options: CallOptions, wholeMs = options.timeoutMs): Promise<void> {
    const { outlook } = this;
    const look = () => {
      if (outlook() === "ready") return { value: undefined };
      return outlook() === "coming" ? undefined : { error: connectionLost() };
    };
    const late = () => new IBKRError("ERR_IBKR_TIMEOUT", `no answer within ${wholeMs} ms`);
    return this.waiters.wait(look, options, late);
  }
}
