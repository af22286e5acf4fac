import { type CallOptions, checkCallOptions } from "../broker/call-options.js";
import { objectOf } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { OperationMeter } from "../metrics/operation-meter.js";

/** What every call of a client goes by: none after it is closed, and none waits for ever. */
export class Calls {
  private readonly ends = new AbortController();
  /** What is called, how long it takes, and what goes wrong. */
  readonly operations = new OperationMeter();

  /** @param timeoutMs of a call that does not say */
  constructor(readonly timeoutMs: number) {}

  /** @throws IBKRError `ERR_IBKR_NOT_SENT` where the client is closed, `ERR_IBKR_OPTION` for options that are none */
  options(given: CallOptions = {}): CallOptions & { readonly timeoutMs: number } {
    this.mustBeOpen();
    checkCallOptions(given);
    const { signal, timeoutMs = this.timeoutMs } = given;
    signal?.throwIfAborted();
    return signal === undefined ? { timeoutMs } : { signal, timeoutMs };
  }

  /** The same, and what else was given with them. */
  split<O extends CallOptions>(
    given: O,
  ): readonly [Omit<O, keyof CallOptions>, CallOptions & { readonly timeoutMs: number }] {
    objectOf("request", given, "ERR_IBKR_OPTION");
    const { signal: _signal, timeoutMs: _timeoutMs, ...others } = given;
    return [others, this.options(given)];
  }

  /** Aborted when the client is closed, with what calls are then refused with. */
  get closed(): AbortSignal {
    return this.ends.signal;
  }

  close(): void {
    this.ends.abort(new IBKRError("ERR_IBKR_NOT_SENT", "the client is closed"));
  }

  mustBeOpen(): void {
    this.ends.signal.throwIfAborted();
  }
}
