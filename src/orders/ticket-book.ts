import type { OrderTicket } from "./order-ticket.js";

/** Tickets of orders that are over: beyond it the oldest is forgotten. About 4 KiB each. */
export const MOST_OVER = 10_000;

interface Page {
  readonly sentMs: number;
  /** More than one where it was overtaken. */
  readonly orderIds: number[];
  permId: number;
}

/** The tickets of a tracker, by their numbers. Those that are not over are never forgotten. */
export class TicketBook {
  private readonly pages = new Map<OrderTicket, Page>();
  private readonly byOrderId = new Map<number, OrderTicket>();
  private readonly byPermId = new Map<number, OrderTicket>();
  private readonly over = new Set<OrderTicket>();
  private readonly forgotten = new Set<number>();

  constructor(private readonly mostOver = MOST_OVER) {}

  /** Oldest first. */
  get all(): readonly OrderTicket[] {
    return [...this.pages.keys()];
  }

  /** @param sentMs milliseconds since 1970 */
  add(ticket: OrderTicket, sentMs: number): void {
    this.pages.set(ticket, { sentMs, orderIds: [ticket.orderId], permId: 0 });
    this.byOrderId.set(ticket.orderId, ticket);
  }

  /** It has another number now; what is still told of the one before is about it. */
  renumbered(ticket: OrderTicket): void {
    this.pages.get(ticket)?.orderIds.push(ticket.orderId);
    this.byOrderId.set(ticket.orderId, ticket);
  }

  /** Its account-wide id is known. */
  named(ticket: OrderTicket, permId: number): void {
    const page = this.pages.get(ticket);
    if (page === undefined) return;
    page.permId = permId;
    this.byPermId.set(permId, ticket);
  }

  /** It is over, and has all that comes of it. @returns the one that is forgotten for it */
  ended(ticket: OrderTicket): OrderTicket | undefined {
    this.over.add(ticket);
    if (this.over.size <= this.mostOver) return undefined;
    const oldest = this.over.values().next().value as OrderTicket;
    this.forget(oldest);
    return oldest;
  }

  ofOrderId(orderId: number): OrderTicket | undefined {
    return this.byOrderId.get(orderId);
  }

  ofPermId(permId: number): OrderTicket | undefined {
    return this.byPermId.get(permId);
  }

  sentMsOf(ticket: OrderTicket): number {
    return this.pages.get(ticket)?.sentMs ?? 0;
  }

  /** Whether the order with this account-wide id had a ticket that is forgotten: it is nobody else's. */
  wasForgotten(permId: number | undefined): boolean {
    return permId !== undefined && this.forgotten.has(permId);
  }

  private forget(ticket: OrderTicket): void {
    this.over.delete(ticket);
    const page = this.pages.get(ticket);
    if (page === undefined) return;
    this.pages.delete(ticket);
    // Another ticket may have taken its place: an order of an earlier life had the number.
    for (const orderId of page.orderIds)
      if (this.byOrderId.get(orderId) === ticket) this.byOrderId.delete(orderId);
    if (page.permId === 0) return;
    if (this.byPermId.get(page.permId) === ticket) this.byPermId.delete(page.permId);
    this.forgotten.add(page.permId);
  }
}
