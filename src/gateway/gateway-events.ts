import { BROKER_EVENTS, type BrokerEvents } from "../broker/broker.js";
import type { IBKRError } from "../domain/ibkr-error.js";
import type { GatewayTruth, Reconciliation } from "../orders/reconcile.js";

/**
 * `RECONCILING`: connected, and new orders wait until what became of the old ones is known. `UPSTREAM_LOST`: the gateway
 * cannot reach Interactive Brokers: new orders wait, cancels pass.
 */
export const GATEWAY_STATES = [
  "DOWN",
  "CONNECTING",
  "HANDSHAKING",
  "RECONCILING",
  "READY",
  "UPSTREAM_LOST",
] as const;
export type GatewayState = (typeof GATEWAY_STATES)[number];

/** Who is told what the gateway says after each connect, before new orders pass: an order tracker. */
export interface Reconciler {
  reconcile(truth: GatewayTruth): Reconciliation | undefined | Promise<Reconciliation | undefined>;
}

export interface GatewayStatus {
  readonly state: GatewayState;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** Attempts that failed since it was last ready. */
  readonly failedAttempts: number;
  /** When the next attempt begins, in ms since 1970; undefined where none is due. */
  readonly nextAttemptMs: number | undefined;
  /** Orders, and changes of them, that wait. */
  readonly heldOrders: number;
  /** Why the last attempt failed, or the last connection ended. */
  readonly lastError: IBKRError | undefined;
}

export interface GatewayStats {
  /** How often it has become ready again after a loss. */
  readonly reconnects: number;
  /** Requests that only read, and were asked again on a later connection. Orders never are. */
  readonly retriedReads: number;
  /** Orders, and changes of them, that had to wait and left later. */
  readonly releasedOrders: number;
}

/** Broker events, and the finer states. */
export interface GatewayEvents extends BrokerEvents {
  gatewayState: [state: GatewayState, before: GatewayState];
  reconciled: [result: Reconciliation];
}

export const GATEWAY_EVENTS = [...BROKER_EVENTS, "gatewayState", "reconciled"] as const;

/** Broker events that pass as they come: the gateway's own state is not its broker's. */
export const FORWARDED = BROKER_EVENTS.filter((event) => event !== "state");
