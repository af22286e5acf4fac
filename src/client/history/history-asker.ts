import type { Broker } from "../../broker/broker.js";
import type { CallOptions } from "../../broker/call-options.js";
import type { Lookups } from "../../broker/lookups.js";
import { connectionLost } from "../../domain/connection-lost.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { ResolvedHistoryOptions } from "./history-options.js";
import type { HistoryPacer, PacedRequest } from "./history-pacer.js";

/** What is asked beside the bars themselves, where the broker has it: it saves requests. */
export interface OptionalLookups {
  /** When a contract traded, oldest first. */
  schedule?(
    request: {
      readonly contract: Parameters<Lookups["contractDetails"]>[0];
      readonly endDateTime: string;
      readonly duration: string;
      readonly regularHoursOnly: boolean;
    },
    options?: CallOptions,
  ): Promise<{ readonly sessions: readonly { readonly openMs: number; readonly closeMs: number }[] }>;
  /** When its data begin, ms since 1970 UTC. */
  headTimestamp?(
    request: {
      readonly contract: Parameters<Lookups["contractDetails"]>[0];
      readonly whatToShow: string;
      readonly regularHoursOnly: boolean;
    },
    options?: CallOptions,
  ): Promise<number>;
}

/** Where history comes from: a broker. */
export interface HistorySource {
  readonly state: Broker["state"];
  readonly lookups: Pick<Lookups, "history" | "contractDetails"> & OptionalLookups;
  on(event: "state", listener: (state: Broker["state"]) => void): () => void;
}

/** What may pass, beside what says so of itself. */
const PASSING: ReadonlySet<string> = new Set([
  "ERR_IBKR_CONNECTION_LOST",
  "ERR_IBKR_NOT_SENT",
  "ERR_IBKR_TIMEOUT",
]);
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** How a gateway says that there is nothing in the time that was asked for. */
const NOTHING = /returned no data|no items retrieved/i;

/** Asks one thing at a time: in its turn, when connected, and again where what went wrong may pass. */
export class HistoryAsker {
  /** The connection did not come back. */
  private givenUp: IBKRError | undefined;

  constructor(
    readonly source: HistorySource,
    private readonly pacer: HistoryPacer,
    private readonly options: Pick<
      ResolvedHistoryOptions,
      "requestTimeoutMs" | "retries" | "reconnectWithinMs"
    >,
    /** The end of it all. */
    private readonly signal: AbortSignal,
  ) {}

  get nowMs(): number {
    return this.pacer.clock.now();
  }

  /**
   * @param paced undefined: it is not paced
   * @param before what has to be done before it leaves
   * @param alone a request that is all there is: what the gateway refuses is refused; `isAtOnce`: it waits for no turn
   */
  async ask<T>(
    paced: PacedRequest | undefined,
    run: (call: CallOptions) => Promise<T>,
    before: (paced: PacedRequest) => Promise<void> = async () => {},
    alone?: { readonly isAtOnce: boolean },
  ): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await this.once(paced, run, before, alone?.isAtOnce === true && failures === 1);
      } catch (error) {
        this.signal.throwIfAborted();
        if (error === this.givenUp || !mayPass(error) || failures > this.options.retries) throw error;
        if (alone !== undefined && error.gatewayCode !== undefined) {
          if (error.code === "ERR_IBKR_PACING") this.pacer.violated();
          throw error;
        }
        if (error.code === "ERR_IBKR_PACING") this.pacer.violated();
        else await this.wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1)));
      }
    }
  }

  private async once<T>(
    paced: PacedRequest | undefined,
    run: (call: CallOptions) => Promise<T>,
    before: (paced: PacedRequest) => Promise<void>,
    isAtOnce: boolean,
  ): Promise<T> {
    const { source, signal } = this;
    for (;;) {
      await this.connected();
      const takeBack = paced === undefined || isAtOnce ? undefined : await this.pacer.turn(paced, signal);
      if (paced !== undefined) await before(paced);
      signal.throwIfAborted();
      if (source.state === "ready") break;
      takeBack?.();
    }
    if (paced !== undefined && isAtOnce) this.pacer.count(paced);
    // The broker may ask again by itself on its next connection: too soon for the pacing rules.
    const ending = new AbortController();
    const onAbort = () => ending.abort(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const stop = source.on("state", (state) => {
      if (state !== "ready") ending.abort(connectionLost());
    });
    try {
      const answer = await run({ signal: ending.signal, timeoutMs: this.options.requestTimeoutMs });
      if (paced !== undefined) this.pacer.answered();
      return answer;
    } finally {
      stop();
      signal.removeEventListener("abort", onAbort);
    }
  }

  private connected(): Promise<void> {
    const { source, signal } = this;
    const { reconnectWithinMs } = this.options;
    return this.until(
      reconnectWithinMs,
      (settle) =>
        source.on("state", (state) => {
          if (state === "ready") settle();
        }),
      () => {
        this.givenUp = new IBKRError("ERR_IBKR_TIMEOUT", `no connection within ${reconnectWithinMs} ms`);
        throw this.givenUp;
      },
      () => source.state === "ready" || signal.aborted,
    );
  }

  private wait(ms: number): Promise<void> {
    return this.until(ms, () => () => {});
  }

  /** Resolves when `listen` says so, or after a time, which may be an error; rejects when it is all over. */
  private async until(
    ms: number,
    listen: (settle: () => void) => () => void,
    late: () => void = () => {},
    isSettled: () => boolean = () => false,
  ): Promise<void> {
    const { signal } = this;
    signal.throwIfAborted();
    if (isSettled()) return;
    let isLate = false;
    await new Promise<void>((resolve) => {
      const settle = () => {
        stop();
        timer.stop();
        signal.removeEventListener("abort", settle);
        resolve();
      };
      const timer = this.pacer.clock.after(ms, () => {
        isLate = true;
        settle();
      });
      const stop = listen(settle);
      signal.addEventListener("abort", settle, { once: true });
    });
    signal.throwIfAborted();
    if (isLate) late();
  }
}

function mayPass(error: unknown): error is IBKRError {
  return error instanceof IBKRError && (error.retryable || PASSING.has(error.code));
}

/** Whether an error says that there is nothing, on a weekend for instance. */
export function isEmptyAnswer(error: unknown): boolean {
  return (
    error instanceof IBKRError && error.code === "ERR_IBKR_NO_DATA" && NOTHING.test(error.gatewayText ?? "")
  );
}
