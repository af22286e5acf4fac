import type { TickHandler } from "../native/pump.js";

/** Handlers of hot messages, as the one that the pump calls. */
export class RecordHandlers {
  private handlers: readonly TickHandler[] = [];

  constructor(private readonly changed: () => void) {}

  /** @returns a function that takes the handler away again */
  add(handler: TickHandler): () => void {
    this.set([...this.handlers, handler]);
    return () => this.set(this.handlers.filter((other) => other !== handler));
  }

  /** All of them as one; undefined if there is none. A handler that throws keeps the others from nothing. */
  get composed(): TickHandler | undefined {
    const { handlers } = this;
    if (handlers.length < 2) return handlers[0];
    return (tick) => {
      let failure: unknown;
      let failed = false;
      for (const handler of handlers) {
        try {
          handler(tick);
        } catch (error) {
          failure = error;
          failed = true;
        }
      }
      if (failed) throw failure;
    };
  }

  private set(handlers: readonly TickHandler[]): void {
    this.handlers = handlers;
    this.changed();
  }
}
