import type { Broker } from "../broker/broker.js";
import type { CommissionReport, ExecutionDetail } from "../domain/stock-types.js";
import type { Clock } from "../time/clock.js";
import { integer, text } from "../validation/rules.js";
import { lazily, z } from "../validation/zod.js";
import type { UlidSource } from "./order-ref.js";
import type { OrderTicket } from "./order-ticket.js";
import type { RememberedOrder } from "./reconcile.js";

/** What a tracker needs of a broker: words about orders in, orders and cancels out. */
export interface TrackedBroker extends Pick<Broker, "on"> {
  readonly orders: Pick<
    Broker["orders"],
    "nextOrderId" | "place" | "placeGroup" | "stamps" | "cancel" | "prepareOrder"
  >;
}

/** What is written down of orders, before their bytes leave and whenever something becomes of them. */
export interface TrackerJournal {
  /** False: that an order is placed is on record elsewhere, and `intent("place")` is not called. Default true. */
  readonly takesPlaced?: boolean;
  /** Before an order, a change of it or a cancel leaves. What it throws keeps the request from leaving. */
  intent(kind: "place" | "change" | "cancel", order: RememberedOrder): void;
  transition(ticket: OrderTicket): void;
  /** @param ticket undefined of foreign orders */
  execution(detail: ExecutionDetail, ticket?: OrderTicket): void;
  commission?(report: CommissionReport, ticket: OrderTicket): void;
}

export interface OrderTrackerOptions {
  /** Of the connection: orders of others are told apart by it. */
  readonly clientId: number;
  /** The login's name, where it is known. */
  readonly username?: string;
  /** What `orderRef`s begin with: 1 to 13 characters. Default `ibkr-native`. */
  readonly prefix?: string;
  /** How long an ended order waits for executions and commissions, in ms. Default 5,000. */
  readonly commissionTimeoutMs?: number;
  /** Tickets of orders that are over that are kept, 1 … ; default 10,000. Beyond it the oldest is forgotten. */
  readonly mostOver?: number;
  readonly journal?: TrackerJournal;
  readonly clock?: Clock;
  readonly micros?: () => number;
  readonly ulids?: UlidSource;
}

export const TRACKER_DEFAULTS = { prefix: "ibkr-native", commissionTimeoutMs: 5_000 } as const;

/** What a program may say of a tracker; the rest is the connection's. */
export const trackerRules = lazily(() =>
  z().strictObject({
    prefix: text("a text of 1 to 13 characters")
      .refine((prefix) => prefix.length <= 13, { error: "a text of 1 to 13 characters" })
      .default(TRACKER_DEFAULTS.prefix),
    username: text("a name").optional(),
    commissionTimeoutMs: integer(0, 600_000).default(TRACKER_DEFAULTS.commissionTimeoutMs),
  }),
);
