import { EventName } from "@stoqey/ib";
import { RecordKind } from "../native/ring-record.js";

export type Listener = (...args: unknown[]) => void;

/** What the engine needs of an event emitter. */
export interface Emitter {
  on(event: string, listener: Listener): unknown;
  emit(event: string, ...args: unknown[]): boolean;
  listenerCount(event: string): number;
  listeners(event: string): readonly unknown[];
}

/** Events of the commonest messages, whose only listener is called without a look into the emitter. */
const DIRECT_EVENTS = [EventName.tickPrice, EventName.tickSize] as const;
type DirectEvent = (typeof DIRECT_EVENTS)[number];

const EVENTS_OF_KIND: Readonly<Record<number, readonly EventName[]>> = {
  [RecordKind.TICK_PRICE]: [EventName.tickPrice, EventName.tickSize],
  [RecordKind.TICK_SIZE]: [EventName.tickSize],
  [RecordKind.TICK_STRING]: [EventName.tickString],
  [RecordKind.TICK_GENERIC]: [EventName.tickGeneric],
  [RecordKind.TICK_OPTION_COMPUTATION]: [EventName.tickOptionComputation],
  [RecordKind.TICK_BY_TICK_ALL_LAST]: [EventName.tickByTickAllLast],
  [RecordKind.TICK_BY_TICK_BID_ASK]: [EventName.tickByTickBidAsk],
  [RecordKind.TICK_BY_TICK_MID_POINT]: [EventName.tickByTickMidPoint],
  [RecordKind.MARKET_DEPTH]: [EventName.updateMktDepth],
  [RecordKind.MARKET_DEPTH_L2]: [EventName.updateMktDepthL2],
  [RecordKind.REAL_TIME_BAR]: [EventName.realtimeBar],
  [RecordKind.ORDER_STATUS]: [EventName.orderStatus],
};

const ADDING: ReadonlySet<string> = new Set(["on", "addListener"]);
const WATCHED = ["on", "addListener", "once", "off", "removeListener", "removeAllListeners"] as const;

const watches = new WeakMap<object, ListenerWatch>();
const HOOKED = Symbol("listeners are watched");

/**
 * Wraps the six listener methods of a class's prototype, or of one emitter, so that the emitter's watch hears of every
 * change; that costs nothing when events are emitted. On a prototype it also hears what a class derived from it adds by
 * way of `super`, with the arguments that the emitter gets.
 */
export function hookListeners(target: object): void {
  if (HOOKED in target) return;
  for (const name of WATCHED) {
    const original = (target as Record<string, (...args: unknown[]) => unknown>)[name];
    Object.defineProperty(target, name, {
      configurable: true,
      writable: true,
      enumerable: false,
      value: function (this: object, ...args: unknown[]) {
        const result = original.apply(this, args);
        watches.get(this)?.changedBy(name, args);
        return result;
      },
    });
  }
  Object.defineProperty(target, HOOKED, { value: true });
}

/** Knows which events anybody listens to, so that nothing is built for nobody. */
export class ListenerWatch {
  /** Bit `kind` is set if a hot message of that kind has a listener. */
  kinds = 0;
  /** Somebody listens to `all` or `result`: every event is wanted, in both forms. */
  everything = false;
  received = false;
  sent = false;
  /** Listeners of the two events of TICK_PRICE: it makes a price and, for some tick types, a size. */
  tickPrice = false;
  tickSize = false;
  /** The listeners that {@link Emitter.emit} would call and do nothing else, with the emitter as `this`. */
  readonly only: Record<DirectEvent, Listener | undefined> = { tickPrice: undefined, tickSize: undefined };
  /** Events with a listener that is called once or with a `this` of its own: the emitter knows how. */
  private readonly particular = new Set<string>();

  constructor(
    private readonly emitter: Emitter,
    private readonly changed: () => void,
  ) {
    hookListeners(emitter);
    watches.set(emitter, this);
    this.look();
  }

  /** A listener method has been called. `once` takes itself away inside `emit`, by one of them. */
  changedBy(name: (typeof WATCHED)[number], [event, , context]: readonly unknown[]): void {
    if (name === "once" || (context !== undefined && ADDING.has(name))) this.particular.add(String(event));
    this.look();
  }

  private look(): void {
    const has = (name: string) => this.emitter.listenerCount(name) > 0;
    this.everything = has(EventName.all) || has(EventName.result);
    this.received = has(EventName.received);
    this.sent = has(EventName.sent);
    this.tickPrice = has(EventName.tickPrice) || this.everything;
    this.tickSize = has(EventName.tickSize) || this.everything;
    let kinds = 0;
    for (const [kind, events] of Object.entries(EVENTS_OF_KIND)) {
      if (this.everything || events.some(has)) kinds |= 1 << Number(kind);
    }
    this.kinds = kinds;
    for (const name of DIRECT_EVENTS) {
      if (!has(name)) this.particular.delete(name);
      this.only[name] = this.everything ? undefined : this.onlyListener(name);
    }
    this.changed();
  }

  private onlyListener(name: DirectEvent): Listener | undefined {
    if (this.particular.has(name)) return undefined;
    const listeners = this.emitter.listeners(name);
    return listeners.length === 1 ? (listeners[0] as Listener) : undefined;
  }
}
