import { refused } from "../domain/check.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { type Clock, realClock } from "../time/clock.js";
import { type CallOptions, checkCallOptions } from "./call-options.js";
import type { Watch, WatchListener } from "./watch.js";

/** A watch as what feeds it sees it. */
export interface WatchRun {
  /** All that is there has come: of the first time, and of each restart. */
  complete(): void;
  /** It ends with this error. @param goesOn at its source it still goes on, and is to be ended there; default false */
  fail(error: unknown, goesOn?: boolean): void;
  /** Tells the listener something, unless it has ended; what the listener throws stays here. */
  tell(telling: () => void): void;
}

/** What feeds a watch. */
export interface WatchSource {
  /** Begins it, and returns what ends it. @param goesOn at its source it still goes on */
  begin(run: WatchRun): (goesOn: boolean) => void;
  /** Hears what the listener throws. */
  threw(error: unknown): void;
  readonly clock?: Clock;
}

/** The members that its listener has to have, beside `failed`. */
export type WatchNeeds<L extends WatchListener> = readonly (keyof L & string)[];

/** A watch's life, whatever feeds it: starting, live, over. Whatever does not fit comes by `ready`. */
export function openWatch<L extends WatchListener>(
  listener: L,
  needed: WatchNeeds<L>,
  options: CallOptions,
  source: WatchSource,
): Watch {
  return new OpenWatch(listener, needed, options, source);
}

/** @throws IBKRError `ERR_IBKR_ARGUMENT` */
function checkListener(listener: WatchListener, needed: readonly string[]): void {
  for (const name of ["failed", ...needed])
    if (typeof Reflect.get(Object(listener), name) !== "function")
      throw refused("listener", listener, `an object with ${name}()`, "ERR_IBKR_ARGUMENT");
}

class OpenWatch implements Watch, WatchRun {
  readonly ready: Promise<void>;
  private state: "starting" | "live" | "over" = "starting";
  private resolve!: () => void;
  private reject!: (error: unknown) => void;
  private stop: (goesOn: boolean) => void = () => {};
  private stopTimer = () => {};
  private readonly onAbort = () => this.end(true, this.signal?.reason);
  private readonly signal: AbortSignal | undefined;

  constructor(
    private readonly listener: WatchListener,
    needed: readonly string[],
    options: CallOptions,
    private readonly source: WatchSource,
  ) {
    this.ready = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    try {
      checkListener(listener, needed);
      checkCallOptions(options);
      this.signal = options.signal;
      this.signal?.throwIfAborted();
      const stop = source.begin(this);
      if (this.isOver) stop(false);
      else this.stop = stop;
    } catch (error) {
      this.end(false, error);
    }
    if (!this.isOver) this.limit(options);
  }

  private get isOver(): boolean {
    return this.state === "over";
  }

  private limit({ timeoutMs }: CallOptions): void {
    this.signal?.addEventListener("abort", this.onAbort, { once: true });
    if (timeoutMs === undefined) return;
    const late = () => this.end(true, new IBKRError("ERR_IBKR_TIMEOUT", `no answer within ${timeoutMs} ms`));
    const timer = (this.source.clock ?? realClock).after(timeoutMs, late);
    this.stopTimer = () => timer.stop();
  }

  close(): void {
    if (this.state === "starting") this.ready.catch(() => {}); // who closes it knows
    this.end(true, new DOMException("the watch was closed before it was ready", "AbortError"));
  }

  complete(): void {
    this.tell(() => this.listener.complete?.());
    if (this.state !== "starting") return;
    this.stopTimer();
    this.state = "live";
    this.resolve();
  }

  fail(error: unknown, goesOn = false): void {
    const wasLive = this.state === "live";
    this.end(goesOn, error);
    if (wasLive) this.call(() => this.listener.failed(error as IBKRError));
  }

  tell(telling: () => void): void {
    if (!this.isOver) this.call(telling);
  }

  private call(telling: () => void): void {
    try {
      telling();
    } catch (thrown) {
      this.source.threw(thrown);
    }
  }

  /** @param why it never was ready */
  private end(goesOn: boolean, why: unknown): void {
    const before = this.state;
    if (before === "over") return;
    this.state = "over";
    this.stopTimer();
    this.signal?.removeEventListener("abort", this.onAbort);
    this.stop(goesOn);
    if (before === "starting") this.reject(why);
  }
}
