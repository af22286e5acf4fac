import { refused } from "./check.js";

/** The arguments of each event. */
type EventArguments<Events> = Record<keyof Events, readonly unknown[]>;
type Listeners<Events extends EventArguments<Events>> = {
  [K in keyof Events]?: readonly Listener<Events, K>[];
};
export type Listener<Events extends EventArguments<Events>, K extends keyof Events> = (
  ...args: Events[K]
) => void;

/** Listeners by event. One that throws is reported as uncaught, and costs the others nothing. */
export class Emitter<Events extends EventArguments<Events>> {
  private readonly listeners: Listeners<Events> = {};

  /** @param changed is called when there is a listener more or less */
  constructor(
    private readonly names: readonly (keyof Events & string)[],
    private readonly changed: () => void = () => {},
  ) {}

  /** @returns a function that takes the listener away again */
  on<K extends keyof Events & string>(event: K, listener: Listener<Events, K>): () => void {
    if (!this.names.includes(event))
      throw refused("event", event, this.names.join(", "), "ERR_IBKR_ARGUMENT");
    if (typeof listener !== "function")
      throw refused("listener", listener, "a function", "ERR_IBKR_ARGUMENT");
    this.listeners[event] = [...(this.listeners[event] ?? []), listener];
    this.changed();
    let isThere = true;
    return () => {
      if (!isThere) return;
      isThere = false;
      // One of them: whoever else gave the same function still has it.
      const at = this.listeners[event]?.indexOf(listener);
      this.listeners[event] = this.listeners[event]?.filter((_, i) => i !== at);
      this.changed();
    };
  }

  has(event: keyof Events): boolean {
    return (this.listeners[event]?.length ?? 0) > 0;
  }

  emit<K extends keyof Events>(event: K, ...args: Events[K]): void {
    const listeners = this.listeners[event];
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        listener(...args);
      } catch (error) {
        report(error);
      }
    }
  }

  clear(): void {
    for (const name of this.names) this.listeners[name] = undefined;
  }
}

/** What a listener throws is the process's to hear of, as if nobody had caught it. */
export function report(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
