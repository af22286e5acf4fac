import {
  type Contract,
  type IBApi,
  type Order,
  type OrderAction,
  type RingRecord,
  SecType,
} from "../../index.js";
import { monotonicMicros } from "../../time/monotonic.js";
import type { Blotter, PlacedOrder } from "./blotter.js";
import type { EventList } from "./event-list.js";
import { price } from "./format.js";
import { Histogram } from "./histogram.js";

/** An order whose fields the demo fills in itself. */
export type Ticket = Order & { readonly action: OrderAction; readonly totalQuantity: number };

/** Marks the demo's orders at the gateway. */
const ORDER_REF = "ibkr-native demo";

/** So many calls run code that V8 has not compiled yet, or not with all it knows later: measured, see docs/demo.md. */
export const FIRST_CALLS = 30;

/** Places and cancels orders, and measures how long that takes. */
export class OrderEntry {
  /** Time in placeOrder(), µs, of the first {@link FIRST_CALLS}: when it returns, the order is encoded and the socket has it. */
  readonly firstCallLatency = new Histogram();
  /** The same of every later call. */
  readonly callLatency = new Histogram();
  /** From the call of placeOrder() to the order's first orderStatus, µs. */
  readonly statusLatency = new Histogram();
  private readonly placedAt = new Map<number, number>();

  /** @param nextId the gateway's next valid order id */
  constructor(
    private readonly ib: IBApi,
    private readonly blotter: Blotter,
    private readonly events: EventList,
    private readonly account: string,
    private nextId: number,
  ) {}

  /** The stream handler's part: the first status of an order ends its measurement. */
  takeStatus(tick: RingRecord): void {
    const placedAt = this.placedAt.get(tick.reqId);
    if (placedAt === undefined) return;
    this.statusLatency.add(monotonicMicros() - placedAt);
    this.placedAt.delete(tick.reqId);
  }

  /** An order of which nothing is written to the list of events. */
  placeQuietly(symbol: string, ticket: Ticket): PlacedOrder {
    return this.send(symbol, ticket, true);
  }

  /** @param role what the order is for, as the list of events says it */
  place(symbol: string, ticket: Ticket, role: string): PlacedOrder {
    const order = this.send(symbol, ticket, false);
    const at = ticket.orderType === "STP" ? ticket.auxPrice : ticket.lmtPrice;
    const limit = at === undefined ? "" : ` ${price(at)}`;
    const { action, totalQuantity, orderType } = ticket;
    this.events.note(
      `order ${order.id}  ${action} ${totalQuantity} ${symbol} ${orderType}${limit}  (${role})`,
    );
    return order;
  }

  cancel(order: PlacedOrder): void {
    if (!order.quiet) this.events.note(`order ${order.id}  cancel requested`);
    this.ib.cancelOrder(order.id);
  }

  private send(symbol: string, ticket: Ticket, quiet: boolean): PlacedOrder {
    const id = this.nextId++;
    const placed = this.blotter.place(id, ticket.action, symbol, quiet);
    const order: Order = {
      tif: "DAY",
      transmit: true,
      ...ticket,
      account: this.account,
      orderRef: ORDER_REF,
    };
    const contract = stock(symbol);
    const before = monotonicMicros();
    // What waits for a later leg's transmission says nothing about latency.
    if (order.transmit) this.placedAt.set(id, before);
    this.ib.placeOrder(id, contract, order);
    const took = monotonicMicros() - before;
    const { firstCallLatency, callLatency } = this;
    (firstCallLatency.count < FIRST_CALLS ? firstCallLatency : callLatency).add(took);
    return placed;
  }
}

/** A US stock, routed by SMART. */
export function stock(symbol: string): Contract {
  return { symbol, secType: SecType.STK, exchange: "SMART", currency: "USD" };
}
