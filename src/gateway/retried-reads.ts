import type { AccountDesk } from "../broker/account-desk.js";
import type { CallOptions } from "../broker/call-options.js";
import type { Lookups } from "../broker/lookups.js";
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

  async read<T>(ask: (options: CallOptions) => Promise<T>, options: CallOptions = {}): Promise<T> {
    const { outlook, clock } = this;
    const { signal, timeoutMs } = options;
    const endMs = timeoutMs === undefined ? undefined : clock.now() + timeoutMs;
    const late = () => new IBKRError("ERR_IBKR_TIMEOUT", `no answer within ${timeoutMs} ms`);
    const leftMs = () => (endMs === undefined ? undefined : Math.max(1, endMs - clock.now()));
    const look = () => {
      if (outlook() === "ready") return { value: undefined };
      return outlook() === "coming" ? undefined : { error: connectionLost() };
    };
    let left = options;
    for (;;) {
      try {
        return await ask(left);
      } catch (error) {
        if (outlook() === "given-up" || !(error instanceof IBKRError) || !LOST.has(error.code)) throw error;
      }
      this.retries++;
      await this.waiters.wait(look, { signal, timeoutMs: leftMs() }, late);
      left = { signal, timeoutMs: leftMs() };
    }
  }

  accounts(desk: AccountDesk): AccountDesk {
    return {
      get names() {
        return desk.names;
      },
      positions: (options) => this.read((o) => desk.positions(o), options),
      summary: (tags, options) => this.read((o) => desk.summary(tags, o), options),
    };
  }

  lookups(desk: Lookups): Lookups {
    return {
      contractDetails: (contract, options) => this.read((o) => desk.contractDetails(contract, o), options),
      search: (pattern, options) => this.read((o) => desk.search(pattern, o), options),
      history: (request, options) => this.read((o) => desk.history(request, o), options),
      serverTimeMs: (options) => this.read((o) => desk.serverTimeMs(o), options),
    };
  }
}
