import type { IBKRError } from "../domain/ibkr-error.js";
import type { OrderStatusUpdate } from "../domain/order-status-update.js";
import type { CommissionReport, ExecutionDetail, OpenOrder } from "../domain/stock-types.js";
import type { AccountDesk } from "./account-desk.js";
import type { CallOptions } from "./call-options.js";
import type { MarketFeed } from "./feed.js";
import type { Lookups } from "./lookups.js";
import type { NewsDesk } from "./news-desk.js";
import type { OrderDesk } from "./order-desk.js";
import type { ScannerDesk } from "./scanner-desk.js";

/** `ready`: requests are taken. A connection that is lost goes `down`; {@link Broker.connect} may be called again. */
export type BrokerState = "down" | "connecting" | "ready";

/**
 * What the gateway says of its own way to Interactive Brokers, while the connection to the gateway stands. `lost`:
 * nothing comes. `restored`: everything goes on. `data-lost`: the way is there again, data subscriptions are not.
 */
export type UpstreamState = "lost" | "restored" | "data-lost";

/** What a broker tells without being asked, and the arguments of each event. */
export interface BrokerEvents {
  state: [state: BrokerState];
  /** While connecting: the other side has answered as a gateway does. */
  handshaken: [];
  /** A fault that belongs to no request, order or subscription. */
  fault: [error: IBKRError];
  /** After the `notice` (1100, 1101, 1102) that says so. */
  upstream: [state: UpstreamState];
  /** The gateway says something that is no fault: its code and text. */
  notice: [code: number, text: string];
  orderStatus: [update: OrderStatusUpdate];
  openOrder: [order: OpenOrder];
  execution: [detail: ExecutionDetail];
  commission: [report: CommissionReport];
  /** An order, or a change of one, that had to wait has left: see {@link OrderDesk.place}. */
  orderSent: [orderId: number];
  /** The gateway refused an order, or said something about one: `gatewayCode` says what. */
  orderError: [orderId: number, error: IBKRError];
}

export const BROKER_EVENTS = [
  "state",
  "handshaken",
  "fault",
  "upstream",
  "notice",
  "orderStatus",
  "openOrder",
  "execution",
  "commission",
  "orderSent",
  "orderError",
] as const satisfies readonly (keyof BrokerEvents)[];

/**
 * The way to a market, whatever stands behind it: one session, several behind a gateway, another API. Clients and
 * streams are written over this interface alone.
 */
export interface Broker {
  readonly state: BrokerState;
  readonly orders: OrderDesk;
  readonly accounts: AccountDesk;
  readonly lookups: Lookups;
  readonly news: NewsDesk;
  readonly scanners: ScannerDesk;
  readonly feed: MarketFeed;

  /**
   * Connects; resolves when requests are taken.
   * @throws IBKRError that says why it could not: `ERR_IBKR_CONNECT`, `ERR_IBKR_HANDSHAKE`, `ERR_IBKR_CLIENT_ID_IN_USE`, …
   */
  connect(options?: CallOptions): Promise<void>;
  /** Ends the connection. What is under way rejects with `ERR_IBKR_CONNECTION_LOST`. */
  close(): Promise<void>;
  /** @returns a function that takes the listener away again */
  on<K extends keyof BrokerEvents>(event: K, listener: (...args: BrokerEvents[K]) => void): () => void;
}
