import type { Broker } from "../../broker/broker.js";
import type { OrderTracker } from "../../orders/order-tracker.js";
import type { StrategyHost } from "./strategy-host.js";

/** What of a host neither a tracker nor a broker knows; orders go where they say, or to the tracker. */
export interface HostFigures
  extends Pick<StrategyHost, "account" | "quote" | "equity" | "positions" | "operations"> {
  readonly orders?: StrategyHost["orders"] | undefined;
  /** Default the tracker's clock. */
  readonly nowMs?: (() => number) | undefined;
}

/** A host over a broker and the tracker of its orders. @param figures read whenever they are needed */
export function trackerHost(
  broker: Pick<Broker, "on">,
  tracker: OrderTracker,
  figures: HostFigures,
): StrategyHost {
  return {
    prefix: tracker.prefix,
    operations: figures.operations,
    orders: figures.orders ?? tracker,
    get tickets() {
      return tracker.tickets;
    },
    get account() {
      return figures.account;
    },
    nextOrderRef: (prefix) => tracker.nextOrderRef(prefix),
    nowMs: () => figures.nowMs?.() ?? tracker.clock.now(),
    quote: (contract) => figures.quote(contract),
    equity: (account) => figures.equity(account),
    positions: () => figures.positions(),
    onTicket: (listener) => tracker.on("ticket", listener),
    onFill: (listener) => tracker.on("fill", listener),
    onCommission: (listener) => broker.on("commission", listener),
  };
}
