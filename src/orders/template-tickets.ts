import type { SendStamps } from "../broker/order-desk.js";
import type { ArmedEnd, OrderChange, SentOrder } from "../broker/order-template.js";
import type { IBKRError } from "../domain/ibkr-error.js";
import { OrderDeniedError } from "../domain/order-denied-error.js";
import { withOrderRef } from "../domain/own-copy.js";
import type { Contract, Order } from "../domain/stock-types.js";
import type { Measure } from "./measure.js";
import { orderNotSent } from "./not-sent.js";
import type { OrderTicket } from "./order-ticket.js";
import type { TemplateDesk } from "./tracked-template.js";

/** What was prepared. */
interface Given {
  readonly contract: Contract;
  readonly order: Order;
}

/** What is told of orders within the call that sends them. */
interface Told {
  readonly left: Map<number, SendStamps | undefined>;
  readonly errors: Map<number, IBKRError>;
}

/** What tickets of prepared orders need of their tracker. */
export interface TemplateTicketDesk {
  micros(): number;
  readonly measure: Measure;
  nextOrderRef(prefix: string): string;
  ticketFor(orderId: number, contract: Contract, order: Order, calledMicros: number): OrderTicket;
}

/** Makes the tickets of prepared orders: of those it is known only when they have been sent what their number is. */
export class TemplateTickets {
  /** Of the call that sends at this moment; undefined: there is none. */
  private told: Told | undefined;

  constructor(private readonly desk: TemplateTicketDesk) {}

  /** What a template of this order needs. @param prefix of the `orderRef`s of its orders */
  deskOf(given: Given, prefix: string): TemplateDesk {
    return {
      measure: (operation, call) => this.desk.measure(operation, call),
      nextOrderRef: () => this.desk.nextOrderRef(prefix),
      sent: (send, change) => this.sent(send, change, given),
      fired: (end, change) => this.fired(end, change, given),
    };
  }

  /** An order that has no ticket has left. */
  onSent(orderId: number, stamps: SendStamps | undefined): void {
    this.told?.left.set(orderId, stamps);
  }

  /** An order that has no ticket was refused. @returns whether it may be one of these */
  onError(orderId: number, error: IBKRError): boolean {
    this.told?.errors.set(orderId, error);
    return this.told !== undefined;
  }

  private sent(send: () => SentOrder, change: OrderChange, { contract, order }: Given): OrderTicket {
    const { desk, told: before } = this;
    const told: Told = { left: new Map(), errors: new Map() };
    this.told = told;
    const calledMicros = desk.micros();
    let outcome: SentOrder;
    try {
      outcome = send();
    } finally {
      this.told = before;
    }
    const { orderId, disposition, writtenMicros } = outcome;
    const ticket = desk.ticketFor(orderId, contract, changedBy(order, change), calledMicros);
    const error = told.errors.get(orderId);
    // What the fast path leaves to the socket has left, as far as anybody can say.
    if (disposition === "written" || writtenMicros > 0 || told.left.has(orderId))
      ticket.onWritten(told.left.get(orderId) ?? outcome);
    if (error !== undefined) ticket.onError(error);
    else if (disposition === "unsent") ticket.onError(orderNotSent(orderId, "no byte of it left"));
    if (error instanceof OrderDeniedError) throw error;
    return ticket;
  }

  private fired(end: ArmedEnd, change: OrderChange, { contract, order }: Given): OrderTicket | undefined {
    const { state, orderId, disposition } = end;
    if (state !== "fired" || orderId === 0) return undefined;
    const ticket = this.desk.ticketFor(orderId, contract, changedBy(order, change), end.receivedMicros);
    if (disposition === "unsent") ticket.onError(orderNotSent(orderId, "no byte of it left when it fired"));
    else ticket.onWritten(end);
    // It was told behind the end of its connection, whose tickets have heard of that.
    if (disposition === "unknown") ticket.onConnectionLost();
    return ticket;
  }
}

function changedBy(order: Order, { quantity, limitPrice, orderRef }: OrderChange): Order {
  const changed: { -readonly [K in keyof Order]: Order[K] } = withOrderRef(order, orderRef);
  if (quantity !== undefined) changed.totalQuantity = quantity;
  if (limitPrice !== undefined) changed.lmtPrice = limitPrice;
  return changed;
}
