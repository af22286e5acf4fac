import { refused } from "../domain/check.js";

type Listeners<Events> = { [K in keyof Events]?: readonly Listener<Events, K>[] };
export type Listener<Events, K extends keyof Events> = Events[K] extends readonly unknown[]
  ? (...args: Events[K]) => void
  : never;

/** Listeners by event. One that throws is reported as uncaught, and costs the others nothing. */
export class Emitter<Events> {
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

  emit<K extends keyof Events>(event: K, ...args: Parameters<Listener<Events, K>>): void {
    const listeners = this.listeners[event];
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        (listener as unknown as (...args: unknown[]) => void)(...args);
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
