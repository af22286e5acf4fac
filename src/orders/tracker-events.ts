import type { IBKRError } from "../domain/ibkr-error.js";
import type { ExecutionDetail, OpenOrder } from "../domain/stock-types.js";
import type { ExecutionNews } from "./execution-book.js";
import type { OrderTicket } from "./order-ticket.js";
import type { ForeignKind } from "./reconcile.js";

/** An order that is not of this tracker. */
export interface ForeignOrder {
  readonly kind: ForeignKind;
  readonly openOrder: OpenOrder;
}

export interface TrackerEvents {
  /** A ticket is new: placed, or found in the journal. */
  ticket: [ticket: OrderTicket];
  /** An execution, each once. @see ticket undefined of foreign orders */
  fill: [detail: ExecutionDetail, news: ExecutionNews, ticket: OrderTicket | undefined];
  foreign: [order: ForeignOrder];
  /** The outcome of an order is unknown, after everything was asked. */
  unknown: [ticket: OrderTicket];
  /** An error of an order that is none of ours. */
  error: [error: IBKRError, orderId: number];
}
export const TRACKER_EVENTS = ["ticket", "fill", "foreign", "unknown", "error"] as const;
