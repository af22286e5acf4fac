import { type InspectOptions, inspect } from "node:util";
import type { Broker } from "../broker/broker.js";
import type { CallOptions } from "../broker/call-options.js";
import type { Watch, WatchListener } from "../broker/watch.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { printed } from "../domain/printed.js";
import type { Calls } from "./calls.js";
import { type LiveState, LiveWatch } from "./live-watch.js";

/** Whether whoever asks for it gets this one: one that was refused, or closed, is asked for anew. */
export function isKept(state: LiveState): boolean {
  return state !== "closed" && state !== "failed";
}

/** What every cache needs of its client. */
export interface CacheHost {
  readonly broker: Broker;
  /** A cache was refused, or ended by the gateway. */
  failed(error: IBKRError): void;
  readonly calls: Calls;
  /** The gateway has lost Interactive Brokers. */
  isUpstreamLost(): boolean;
}

/** Events that every cache has. */
export interface LiveEvents {
  state: [state: LiveState];
}

/** Values that the gateway keeps up to date. */
export abstract class LiveCache<Events extends LiveEvents & Record<keyof Events, readonly unknown[]>> {
  protected readonly events: Emitter<Events>;
  private watch: LiveWatch | undefined;
  private isClosed = false;

  constructor(
    protected readonly host: CacheHost,
    /** What its calls are counted under. */
    private readonly group: string,
    names: readonly (keyof Events & string)[],
  ) {
    this.events = new Emitter<Events>(names);
  }

  get state(): LiveState {
    return this.isClosed ? "closed" : (this.watch?.state ?? "waiting");
  }

  /** What it shows may not be what there is: nothing has come yet, it was refused, or the connection is lost. */
  get isStale(): boolean {
    return this.state !== "live";
  }

  /** Why it is `failed`. */
  get error(): IBKRError | undefined {
    return this.watch?.error;
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof Events & string>(event: K, listener: Listener<Events, K>): () => void {
    return this.events.on(event, listener);
  }

  /**
   * Resolves when everything there is has come; begins it where it was not begun.
   * @throws IBKRError what the gateway refused it with; `ERR_IBKR_TIMEOUT`; `ERR_IBKR_NOT_SENT` where it, or the client,
   *   is closed
   */
  ready(options: CallOptions = {}): Promise<this> {
    const { calls } = this.host;
    return calls.operations.measure(`${this.group}.ready`, async () => {
      const call = calls.options(options);
      if (this.isClosed) throw new IBKRError("ERR_IBKR_NOT_SENT", "it is closed");
      await this.begun().ready(call);
      return this;
    });
  }

  /** Nothing comes behind it; what it shows stays. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.watch === undefined) this.tell("closed");
    else this.watch.close();
  }

  /** Asks for it, once. */
  begin(): this {
    if (!this.isClosed) this.begun();
    return this;
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    return printed(this.constructor.name, { state: this.state, ...this.shown() }, depth, options);
  }

  /** What it has, for who prints it. */
  protected abstract shown(): object;
  protected abstract ask(listener: Required<WatchListener>): Watch;
  /** It was begun anew. */
  protected abstract restarted(): void;
  protected abstract complete(): void;

  private begun(): LiveWatch {
    this.watch ??= new LiveWatch(this.host.broker, {
      begin: (listener) => this.ask(listener),
      restarted: () => this.restarted(),
      complete: () => this.complete(),
      changed: (state) => this.tell(state),
      failed: (error) => this.host.failed(error),
      isUpstreamLost: this.host.isUpstreamLost(),
    });
    return this.watch;
  }

  private tell(state: LiveState): void {
    // The emitter's own types cannot follow a generic key.
    (this.events as unknown as Emitter<LiveEvents>).emit("state", state);
  }
}
