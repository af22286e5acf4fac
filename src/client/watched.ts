import type { CallOptions } from "../broker/call-options.js";
import type { Watch, WatchListener } from "../broker/watch.js";
import { refused } from "../domain/check.js";
import type { IBKRError } from "../domain/ibkr-error.js";
import type { Calls } from "./calls.js";

/** What a caller hears with: `failed` may be left out, the client's `error` has it as well. */
export type Heard<L extends WatchListener> = Omit<L, "failed"> & Partial<Pick<L, "failed">>;

/** Watches that callers begin: they end with the client, and what fails is told to both. */
export class Watched {
  private readonly open = new Set<() => void>();

  constructor(
    private readonly calls: Calls,
    private readonly failed: (error: IBKRError) => void,
  ) {}

  /** @param name of the function that the listener must have */
  begin<L extends WatchListener>(
    listener: Heard<L>,
    name: keyof L & string,
    begin: (listener: L, options: CallOptions) => Watch,
    options?: CallOptions,
  ): Watch {
    const call = this.calls.options(options);
    if (typeof (listener as L | undefined)?.[name] !== "function")
      throw refused(
        `listener.${name}`,
        (listener as L | undefined)?.[name],
        "a function",
        "ERR_IBKR_ARGUMENT",
      );
    const close = () => {
      this.open.delete(close);
      inner.close();
    };
    const whole = {
      ...listener,
      failed: (error: IBKRError) => {
        this.open.delete(close);
        this.failed(error);
        listener.failed?.(error);
      },
    } as L;
    const inner = begin(whole, call);
    this.open.add(close);
    const ready = inner.ready.catch((error: unknown) => {
      // It has ended then.
      this.open.delete(close);
      this.calls.mustBeOpen();
      throw error;
    });
    // Who does not ask has its listener.
    ready.catch(() => {});
    return { ready, close };
  }

  closeAll(): void {
    for (const close of [...this.open]) close();
  }
}
