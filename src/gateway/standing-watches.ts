import type { CallOptions } from "../broker/call-options.js";
import { openWatch, type WatchRun } from "../broker/open-watch.js";
import type { Watch, WatchListener } from "../broker/watch.js";
import { report } from "../domain/emitter.js";
import type { Clock } from "../time/clock.js";

/** What watches have to know of the endpoint. */
export interface Endpoint {
  /** A later connection may bring what this error ended. */
  mayComeBack(error: unknown): boolean;
  /** Resolves when requests are taken; rejects when that will not be any more. */
  ready(signal: AbortSignal): Promise<void>;
  readonly clock: Clock;
}

/** Watches that outlive connections: each is begun again on the next one, and where data were lost on the way. */
export class StandingWatches {
  private readonly all = new Set<StandingWatch>();

  constructor(private readonly endpoint: Endpoint) {}

  open<L extends WatchListener>(
    begin: (listener: L) => Watch,
    listener: L,
    options: CallOptions = {},
  ): Watch {
    return openWatch(listener, [], options, {
      begin: (run) => {
        const watch = new StandingWatch(this.endpoint, run, listener, begin as never);
        watch.begin();
        this.all.add(watch);
        return () => {
          this.all.delete(watch);
          watch.end();
        };
      },
      threw: report,
      clock: this.endpoint.clock,
    });
  }

  get size(): number {
    return this.all.size;
  }

  /** The gateway has the way to Interactive Brokers back, and nothing of what went over it before. */
  dataLost(): void {
    for (const watch of [...this.all]) watch.renew();
  }
}

class StandingWatch {
  private current: Watch | undefined;
  private readonly ended = new AbortController();

  constructor(
    private readonly endpoint: Endpoint,
    private readonly run: WatchRun,
    private readonly listener: WatchListener,
    private readonly make: (listener: WatchListener) => Watch,
  ) {}

  begin(): void {
    let mine: Watch | undefined;
    const over = (error: unknown) => {
      // Told within the call that makes it, or of one that another has taken the place of.
      if (mine === this.current) void this.lost(error);
    };
    mine = this.make(this.watching(over));
    this.current = mine;
    mine.ready.catch(over);
  }

  end(): void {
    this.ended.abort();
    this.drop();
  }

  renew(): void {
    if (this.current === undefined) return; // it waits, and will be begun again
    this.drop();
    this.again();
  }

  private drop(): void {
    const { current } = this;
    this.current = undefined;
    current?.close();
  }

  private again(): void {
    this.run.tell(() => this.listener.restarted?.());
    // Its listener may have closed it.
    if (!this.ended.signal.aborted) this.begin();
  }

  private async lost(error: unknown): Promise<void> {
    this.current = undefined;
    if (!this.endpoint.mayComeBack(error)) {
      this.run.fail(error);
      return;
    }
    try {
      await Promise.resolve(); // the state that goes with the error is told right behind it
      await this.endpoint.ready(this.ended.signal);
      this.again();
    } catch (why) {
      this.run.fail(why);
    }
  }

  /** The listener as it is, but that this watch hears of ends, and tells of completeness. */
  private watching(over: (error: unknown) => void): WatchListener {
    const { run, listener } = this;
    const own: WatchListener = { failed: over, complete: () => run.complete() };
    return new Proxy(listener, {
      get: (target, name) => {
        if (Object.hasOwn(own, name)) return own[name as keyof WatchListener];
        const member: unknown = Reflect.get(target, name);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });
  }
}
