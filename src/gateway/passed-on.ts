import type { Broker } from "../broker/broker.js";
import type { CallOptions } from "../broker/call-options.js";
import type { Watch, WatchListener } from "../broker/watch.js";

/** How what a desk is asked for gets to one endpoint that comes back. */
export interface Way {
  /** Asks, and asks again on the next connection where this one ends first. */
  read<T, O extends CallOptions>(ask: (options: O) => Promise<T>, options?: O): Promise<T>;
  /** Begins it, and begins it again on each later connection. */
  watch<L extends WatchListener>(begin: (listener: L) => Watch, listener: L, options?: CallOptions): Watch;
}

type Method = (...args: never[]) => unknown;

/** How many arguments a method has before its options. */
type Before<F> = F extends (...args: infer P) => unknown
  ? Required<P> extends [...infer Others, unknown]
    ? Others["length"]
    : never
  : never;

type NamesOf<D, Answer> = {
  [K in keyof D]: D[K] extends Method ? (ReturnType<D[K]> extends Answer ? K : never) : never;
}[keyof D];

/** Of each method that asks or watches, but for those that do something, where its options stand. */
type Places<D, Not extends keyof D = never> = {
  readonly [K in Exclude<NamesOf<D, Promise<unknown>> | NamesOf<D, Watch>, Not>]: Before<D[K]>;
};

type Passed<D, Not extends keyof D = never> = Pick<D, keyof Places<D, Not> & keyof D>;

/** What only reads. `exercise` does something. */
export function passedOn(broker: Broker, way: Way) {
  const { orders, accounts, lookups, news, scanners } = broker;
  return {
    orders: passed<Broker["orders"], "exercise">(orders, way, {
      ...{ open: 0, completed: 1, executions: 1, chargedExecutions: 1 },
    }),
    accounts: passed<Broker["accounts"]>(accounts, way, {
      ...{ positions: 0, summary: 1, familyCodes: 0 },
      ...{ watchPositions: 2, watchFigures: 2, watchPnl: 2, watchPnlSingle: 2, watchPortfolio: 2 },
    }),
    lookups: passed<Broker["lookups"]>(lookups, way, {
      ...{ contractDetails: 1, search: 1, optionChain: 1, snapshot: 1 },
      ...{ history: 1, watchHistory: 2, historicalTicks: 1, headTimestamp: 1, schedule: 1, histogram: 1 },
      ...{ marketRule: 1, smartComponents: 1, depthExchanges: 0, userInfo: 0, serverTimeMs: 0 },
      ...{ corporateEventTypes: 0, corporateEvents: 1 },
    }),
    news: passed<Broker["news"]>(news, way, { providers: 0, headlines: 1, article: 1, watchBulletins: 2 }),
    scanners: passed<Broker["scanners"]>(scanners, way, { parameters: 0, watch: 2 }),
  };
}

function passed<D extends object, Not extends keyof D = never>(
  desk: D,
  way: Way,
  places: Places<D, Not>,
): Passed<D, Not> {
  const made: Record<string, unknown> = {};
  for (const [name, place] of Object.entries(places) as [string & keyof D, number][]) {
    const call = (...args: readonly unknown[]) =>
      (desk[name] as (...args: readonly unknown[]) => unknown)(...args);
    made[name] = isWatch(name) ? watching(call, place, way) : asking(call, place, way);
  }
  return made as Passed<D, Not>;
}

/** The names say it: `watch`, `watchPnl`, … */
function isWatch(name: string): boolean {
  return name.startsWith("watch");
}

type Call = (...args: readonly unknown[]) => unknown;

function asking(call: Call, place: number, way: Way) {
  return (...args: readonly unknown[]) => {
    const before = upTo(place, args);
    return way.read((options) => call(...before, options) as Promise<unknown>, args[place] as CallOptions);
  };
}

/** The listener stands before the options. */
function watching(call: Call, place: number, way: Way) {
  return (...args: readonly unknown[]) => {
    const before = upTo(place - 1, args);
    const begin = (listener: WatchListener) => call(...before, listener) as Watch;
    return way.watch(begin, args[place - 1] as WatchListener, args[place] as CallOptions);
  };
}

/** So many arguments, given or not. */
function upTo(count: number, args: readonly unknown[]): unknown[] {
  return Array.from({ length: count }, (_, i) => args[i]);
}
