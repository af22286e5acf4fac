import { type Contract, type Order, IBApi as StockIBApi } from "@stoqey/ib";
import type { SessionStats } from "../native/load";
import type { TickHandler } from "../native/pump";
import { Controller } from "./controller";
import type { Emitter } from "./listenerWatch";
import { type IBApiOptions, type ResolvedOptions, resolveOptions } from "./options";
import { checkSeam, install } from "./seam";

/**
 * Stock's `IBApi` on the native engine: the same methods and events. docs/drop-in.md lists what differs.
 *
 * @throws RangeError from the constructor if an option is out of its range.
 */
export class IBApi extends StockIBApi {
  readonly #controller: Controller;
  #handlers: readonly TickHandler[] = [];

  constructor(options?: IBApiOptions) {
    const resolved = resolveOptions(options);
    checkSeam();
    super(stockOptions(resolved));
    this.#controller = new Controller(this as unknown as Emitter, resolved);
    install(this, this.#controller);
  }

  /**
   * Calls `handler` for every hot message (ticks, depth, bars, order statuses) in order of arrival, before its events.
   * It is given one object that is reused: read numbers from it, do not keep it. Nothing is allocated per message.
   * @returns a function that takes the handler away again
   */
  onTick(handler: TickHandler): () => void {
    if (typeof handler !== "function") {
      throw new TypeError(`onTick: handler is ${String(handler)}; allowed: a function`);
    }
    this.#setHandlers([...this.#handlers, handler]);
    return () => this.#setHandlers(this.#handlers.filter((h) => h !== handler));
  }

  override placeOrder(id: number, contract: Contract, order: Order): this {
    if (!this.#controller.placeOrdinaryOrder(id, contract, order)) super.placeOrder(id, contract, order);
    return this;
  }

  /** Counters of the newest connection; undefined before the first. */
  get stats(): SessionStats | undefined {
    return this.#controller.stats;
  }

  #setHandlers(handlers: readonly TickHandler[]): void {
    this.#handlers = handlers;
    this.#controller.setTickHandler(compose(handlers));
  }
}

/** What stock's constructor is given: enough that it does not read its configuration files. */
export function stockOptions(options: ResolvedOptions) {
  const { host, port, clientId } = options;
  return { host, port, clientId, maxReqPerSec: 1 };
}

function compose(handlers: readonly TickHandler[]): TickHandler | undefined {
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
