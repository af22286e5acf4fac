import { abandonable, withResolvers } from "../broker/abandonable.js";
import type { Broker } from "../broker/broker.js";
import { type CallOptions, checkCallOptions } from "../broker/call-options.js";
import type { Watch, WatchListener } from "../broker/watch.js";
import { IBKRError } from "../domain/ibkr-error.js";

/**
 * `waiting`: nothing has come yet. `live`: what it shows is what there is. `stale`: what it shows was so when the
 * connection, or the gateway's own to Interactive Brokers, was lost; it goes on by itself. `failed`: the gateway refused
 * it or ended it: asked for again with the next connection. `closed`: nothing comes any more.
 */
export type LiveState = "waiting" | "live" | "stale" | "failed" | "closed";

/** What is kept, and how it is begun. */
export interface LiveSource {
  begin(listener: Required<WatchListener>): Watch;
  /** It was begun anew: what does not come again until {@link complete} is no more. */
  restarted(): void;
  complete(): void;
  changed(state: LiveState): void;
  /** Why it failed. */
  failed(error: IBKRError): void;
  /** The gateway has lost Interactive Brokers, as it is begun. */
  readonly isUpstreamLost: boolean;
}

const OF_CONNECTION: ReadonlySet<string> = new Set(["ERR_IBKR_CONNECTION_LOST", "ERR_IBKR_NOT_SENT"]);

/** A watch that is begun again after each loss, whether the broker does so by itself or not, until it is closed. */
export class LiveWatch {
  private current: LiveState = "waiting";
  private failure: IBKRError | undefined;
  private watch: Watch | undefined;
  /** Everything has come since it was last begun. */
  private isFull = false;
  private wasBegun = false;
  private isUpstreamLost: boolean;
  /** Of those who wait; another one after it was refused. */
  private full = withResolvers<void>();
  private readonly stops: readonly (() => void)[];

  constructor(
    private readonly broker: Broker,
    private readonly source: LiveSource,
  ) {
    this.isUpstreamLost = source.isUpstreamLost;
    this.stops = [
      broker.on("state", (state) => {
        // What has come is of a connection that is gone: all of it comes again.
        if (state !== "ready") this.isFull = this.isUpstreamLost = false;
        if (state === "ready") this.begin();
        else this.look();
      }),
      broker.on("upstream", (state) => {
        this.isUpstreamLost = state === "lost";
        // A broker that comes back begins its watches anew right behind this: what there was is not live in between.
        if (state === "data-lost") queueMicrotask(() => this.look());
        else this.look();
      }),
    ];
    if (broker.state === "ready") this.begin();
  }

  get state(): LiveState {
    return this.current;
  }

  get error(): IBKRError | undefined {
    return this.failure;
  }

  /** Resolves when everything has come for the first time; rejects with what refused it, or when it is closed first. */
  async ready(options: CallOptions = {}): Promise<void> {
    checkCallOptions(options);
    options.signal?.throwIfAborted();
    if (this.current === "failed") throw this.failure;
    await abandonable(this.full.promise, options, "not all of it came");
  }

  close(): void {
    if (this.current === "closed") return;
    this.enter("closed");
    for (const stop of this.stops) stop();
    this.watch?.close();
    this.watch = undefined;
    this.refuse(new IBKRError("ERR_IBKR_NOT_SENT", "it was closed before everything had come"));
  }

  private begin(): void {
    // A broker that comes back begins its watches anew by itself.
    if (this.watch !== undefined) {
      this.look();
      return;
    }
    this.isFull = false;
    if (this.wasBegun) this.source.restarted();
    this.wasBegun = true;
    let watch: Watch;
    try {
      watch = this.source.begin({
        restarted: () => this.restarted(),
        complete: () => this.complete(),
        failed: (error) => this.ended(error),
      });
    } catch (error) {
      this.ended(error as IBKRError);
      return;
    }
    this.watch = watch;
    watch.ready.then(
      () => this.complete(),
      (error: IBKRError) => {
        if (this.watch === watch) this.ended(error);
      },
    );
    this.look();
  }

  private restarted(): void {
    if (this.current === "closed") return;
    this.isFull = false;
    this.source.restarted();
    this.look();
  }

  private complete(): void {
    if (this.current === "closed" || this.isFull) return;
    this.isFull = true;
    this.failure = undefined;
    this.source.complete();
    this.look();
    this.full.resolve();
  }

  private ended(error: IBKRError): void {
    if (this.current === "closed") return;
    this.watch = undefined;
    this.isFull = false;
    if (OF_CONNECTION.has(error.code)) {
      this.look();
      return;
    }
    this.failure = error;
    this.enter("failed");
    this.source.failed(error);
    this.refuse(error);
  }

  /** Who waits hears of it; who asks later waits for the next time. */
  private refuse(error: IBKRError): void {
    const { promise, reject } = this.full;
    promise.catch(() => {});
    reject(error);
    if (this.current !== "closed") this.full = withResolvers<void>();
  }

  private look(): void {
    if (this.current === "closed") return;
    if (this.current === "failed" && this.watch === undefined) return;
    if (this.isFull && this.broker.state === "ready" && !this.isUpstreamLost) this.enter("live");
    else if (this.current !== "waiting") this.enter(this.current === "failed" ? "waiting" : "stale");
  }

  private enter(state: LiveState): void {
    if (state === this.current) return;
    this.current = state;
    this.source.changed(state);
  }
}
