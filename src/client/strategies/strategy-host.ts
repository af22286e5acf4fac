import type { CommissionReport, Contract, Order } from "../../domain/stock-types.js";
import type { OperationMeter } from "../../metrics/operation-meter.js";
import type { OrderGroup } from "../../orders/order-group.js";
import type { OrderTicket } from "../../orders/order-ticket.js";
import type { TrackedTemplate } from "../../orders/tracked-template.js";
import type { TrackerEvents } from "../../orders/tracker-events.js";
import type { GatewayPosition } from "./position-book.js";

/** What a quote has to have to value something by, and for a sizer to look at. */
export interface StrategyQuote {
  readonly bid?: number | undefined;
  readonly ask?: number | undefined;
  readonly last?: number | undefined;
  /** What the exchange or the gateway values it at. */
  readonly mark?: number | undefined;
}

/** Where orders of strategies go: contracts and orders as they are to be sent. */
export interface StrategyOrders {
  placeOrder(contract: Contract, order: Order): OrderTicket;
  placeBracket(contract: Contract, parent: Order, children: readonly Order[]): OrderGroup;
  placeOca(orders: readonly (readonly [contract: Contract, order: Order])[], ocaType?: 1 | 2 | 3): OrderGroup;
  /** @param prefix of the `orderRef` that each of its orders has */
  prepareOrder(contract: Contract, order: Order, prefix: string): TrackedTemplate;
}

/** What strategies need of a client. */
export interface StrategyHost {
  /** Counts what strategies are asked for. Undefined: nobody does. */
  readonly operations?: OperationMeter | undefined;
  /** What `orderRef`s of orders of no strategy begin with. */
  readonly prefix: string;
  readonly orders: StrategyOrders;
  /** Where orders go that name no account; empty before it is known. */
  readonly account: string;
  /** Every order, those that the journal had included. */
  readonly tickets: readonly OrderTicket[];
  /** An `orderRef` that there was not before. */
  nextOrderRef(prefix: string): string;
  /** ms since 1970 UTC. */
  nowMs(): number;
  /** Undefined: nothing is subscribed to that tells it. */
  quote(contract: Contract): StrategyQuote | undefined;
  /** What an account is worth, in its currency; undefined: not told yet. */
  equity(account: string): number | undefined;
  /** What there is in all accounts, as the gateway says. */
  positions(): readonly GatewayPosition[];
  onTicket(listener: (...args: TrackerEvents["ticket"]) => void): () => void;
  onFill(listener: (...args: TrackerEvents["fill"]) => void): () => void;
  onCommission(listener: (report: CommissionReport) => void): () => void;
}
