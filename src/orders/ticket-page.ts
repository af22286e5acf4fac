/** What a tracker's book keeps of a ticket. */
export interface TicketPage {
  /** Counts the tickets of a book. */
  readonly place: number;
  /** Milliseconds since 1970. */
  readonly sentMs: number;
  /** The first one, and those that it got where it was overtaken. */
  readonly orderId: number;
  laterOrderIds: readonly number[];
  permId: number;
}
