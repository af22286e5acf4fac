import { refused } from "../domain/check.js";

type Listener<Args extends readonly unknown[]> = (...args: Args) => void;

/** Listeners by event. One that throws is reported as uncaught, and costs neither the others nor the caller anything. */
export class Listeners<Events extends Record<keyof Events, readonly unknown[]>> {
  private readonly lists: { [K in keyof Events]?: readonly Listener<Events[K]>[] } = {};

  constructor(private readonly names: readonly (keyof Events & string)[]) {}

  /** @returns a function that takes the listener away again */
  on<K extends keyof Events & string>(event: K, listener: Listener<Events[K]>): () => void {
    if (!this.names.includes(event))
      throw refused("event", event, this.names.join(", "), "ERR_IBKR_ARGUMENT");
    if (typeof listener !== "function")
      throw refused("listener", listener, "a function", "ERR_IBKR_ARGUMENT");
    this.lists[event] = [...(this.lists[event] ?? []), listener];
    return () => {
      this.lists[event] = this.lists[event]?.filter((other) => other !== listener);
    };
  }

  emit<K extends keyof Events & string>(event: K, ...args: Events[K]): void {
    for (const listener of this.lists[event] ?? []) {
      try {
        listener(...args);
      } catch (error) {
        setImmediate(() => {
          throw error;
        });
      }
    }
  }
}
