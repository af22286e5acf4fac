import type { OrderTicket } from "./order-ticket.js";

/** Tickets of orders that are over: beyond it the oldest is forgotten. About 4 KiB each. */
export const MOST_OVER = 10_000;

const NONE: readonly number[] = [];

/** The tickets of a tracker, by their numbers. Those that are not over are never forgotten. */
export class TicketBook {
  /** By the place of their page: a map from objects would have to give each a hash. */
  private readonly tickets = new Map<number, OrderTicket>();
  private added = 0;
  private readonly byOrderId = new Map<number, OrderTicket>();
  private readonly byPermId = new Map<number, OrderTicket>();
  private readonly over = new Map<number, OrderTicket>();
  private readonly forgotten = new Set<number>();

  constructor(private readonly mostOver = MOST_OVER) {}

  /** Oldest first. */
  get all(): readonly OrderTicket[] {
    return [...this.tickets.values()];
  }

  /** @param sentMs milliseconds since 1970 */
  add(ticket: OrderTicket, sentMs: number): void {
    const { orderId } = ticket;
    const place = this.added++;
    ticket.page = { place, sentMs, orderId, laterOrderIds: NONE, permId: 0 };
    this.tickets.set(place, ticket);
    this.byOrderId.set(orderId, ticket);
  }

  /** It has another number now; what is still told of the one before is about it. */
  renumbered(ticket: OrderTicket): void {
    const { page } = ticket;
    if (page !== undefined) page.laterOrderIds = [...page.laterOrderIds, ticket.orderId];
    this.byOrderId.set(ticket.orderId, ticket);
  }

  /** Its account-wide id is known. */
  named(ticket: OrderTicket, permId: number): void {
    const { page } = ticket;
    if (page === undefined || !this.tickets.has(page.place)) return;
    page.permId = permId;
    this.byPermId.set(permId, ticket);
  }

  /** It is over, and has all that comes of it. @returns the one that is forgotten for it */
  ended(ticket: OrderTicket): OrderTicket | undefined {
    const { page } = ticket;
    if (page !== undefined) this.over.set(page.place, ticket);
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
    return ticket.page?.sentMs ?? 0;
  }

  /** Whether the order with this account-wide id had a ticket that is forgotten: it is nobody else's. */
  wasForgotten(permId: number | undefined): boolean {
    return permId !== undefined && this.forgotten.has(permId);
  }

  private forget(ticket: OrderTicket): void {
    const { page } = ticket;
    if (page === undefined) return;
    this.over.delete(page.place);
    this.tickets.delete(page.place);
    // Another ticket may have taken its place: an order of an earlier life had the number.
    for (const orderId of [page.orderId, ...page.laterOrderIds])
      if (this.byOrderId.get(orderId) === ticket) this.byOrderId.delete(orderId);
    if (page.permId === 0) return;
    if (this.byPermId.get(page.permId) === ticket) this.byPermId.delete(page.permId);
    this.forgotten.add(page.permId);
  }
}
