import { gatewayCodeEffect } from "../domain/gateway-codes.js";

/** The states of an order, in the program's words: docs/orders.md says what each asks for. */
export const ORDER_STATES = [
  /** Nothing of it has left: it waits for its turn, or for the way to Interactive Brokers. */
  "unsent",
  /** It has left, and nobody has answered. */
  "sent",
  /** The gateway has it; it does not work at an exchange yet: before the opening, a stop that has not triggered. */
  "held",
  /** It works at an exchange. */
  "working",
  /** The gateway has taken a cancel of it, and it may still be filled. */
  "cancelling",
  /** The gateway has it and does nothing with it; it may go on when what is in its way is gone. */
  "inactive",
  /** It had left when the connection ended, and nothing has been heard of it since; or nothing knows of it any more. */
  "unknown",
  "filled",
  "cancelled",
  /** The gateway, or the exchange, did not take it. */
  "rejected",
  /** It never left, and never will. */
  "not-sent",
] as const;
export type OrderLifeState = (typeof ORDER_STATES)[number];

export function isOver(state: OrderLifeState): boolean {
  return state === "filled" || state === "cancelled" || state === "rejected" || state === "not-sent";
}

export type OrderLifeEvent =
  /** It has left: every byte is with the system. */
  | { readonly kind: "written" }
  /** It, or a change of it, was refused on this side, or the connection ended before the last byte left. */
  | { readonly kind: "not-sent" }
  /** A change of it was sent: what is refused from now on may be the change. */
  | { readonly kind: "modified" }
  | { readonly kind: "cancel-asked" }
  /** What orderStatus or openOrder says. @see status IB's word */
  | { readonly kind: "status"; readonly status: string }
  | { readonly kind: "error"; readonly gatewayCode: number }
  /** An execution of it. */
  | { readonly kind: "executed" }
  /** Its executions make up its quantity. */
  | { readonly kind: "all-executed" }
  | { readonly kind: "connection-lost" }
  /** It was there, and nothing at the gateway knows of it any more. */
  | { readonly kind: "vanished" };

/** What IB's words for a living order mean. Others (`ApiPending`, `PendingSubmit`) say that the gateway has it. */
const LIVING: Readonly<Record<string, OrderLifeState>> = {
  ApiPending: "held",
  PendingSubmit: "held",
  PreSubmitted: "held",
  Submitted: "working",
  PendingCancel: "cancelling",
  Inactive: "inactive",
};

/** Words that say that a refusal was not the order's own: the order works. */
const FIRM: ReadonlySet<string> = new Set(["PreSubmitted", "Submitted"]);

/**
 * The life of one order: what was told of it, and the state that follows from all of it together. What is told comes
 * twice, late and in another order: so no event asks what came before it. The one exception is which of the living
 * states an order is in: the last word counts.
 */
export class OrderLife {
  private written = false;
  private notSent = 0;
  private lost = false;
  private vanished = false;
  private changes = 0;
  private cancelEvidence = false;
  private cancelled = false;
  private rejected = false;
  private refused = false;
  private filled = false;
  /** The gateway has spoken of it as of an order that it has. */
  private known = false;
  private firm = false;
  private living: OrderLifeState | undefined;

  get state(): OrderLifeState {
    if (this.filled) return "filled";
    if (this.cancelled) return this.wasRefused ? "rejected" : "cancelled";
    if (this.rejected && !this.modified) return "rejected";
    if (this.vanished) return "unknown";
    if (this.living === "inactive") return this.isRefusedWhileInactive ? "rejected" : "inactive";
    if ((this.refused || this.rejected) && !this.firm) return "rejected";
    if (this.living !== undefined) return this.living;
    // An execution, or a refused change, of an order whose status has not come.
    if (this.known) return "working";
    // Frames leave in order: where one is lost those behind it are, so the order itself is where all are.
    if (this.notSent > this.changes) return "not-sent";
    if (!this.written) return "unsent";
    return this.lost ? "unknown" : "sent";
  }

  private get modified(): boolean {
    return this.changes > 0;
  }

  /** Whether it works, or has worked: what has not been transmitted does not. */
  get hasWorked(): boolean {
    return this.firm;
  }

  /** Whether the gateway has answered: it has the order, or had it. */
  get isAcknowledged(): boolean {
    return this.known || this.filled || this.cancelled;
  }

  /** @returns the state after it */
  next(event: OrderLifeEvent): OrderLifeState {
    switch (event.kind) {
      case "written":
        this.written = true;
        break;
      case "not-sent":
        this.notSent++;
        break;
      case "modified":
        this.changes++;
        break;
      case "cancel-asked":
        this.cancelEvidence = true;
        break;
      case "status":
        this.heard(event.status);
        break;
      case "error":
        this.failed(event.gatewayCode);
        break;
      case "vanished":
        this.vanished = true;
        break;
      case "executed":
        this.vanished = false;
        this.known = true;
        this.firm = true;
        break;
      case "all-executed":
        this.known = true;
        this.filled = true;
        break;
      case "connection-lost":
        // What has been answered is found again; what never left is told as not sent.
        if (this.written && !this.isAcknowledged) this.lost = true;
        break;
    }
    return this.state;
  }

  /** One that has worked and was changed may have been refused the change; taken for dead it would be sent again. */
  private get isRefusedWhileInactive(): boolean {
    return (this.refused || this.rejected) && !(this.modified && this.firm);
  }

  /** An order that was changed may have been refused a change, and cancelled for another reason. */
  private get wasRefused(): boolean {
    const refused = this.refused || this.rejected;
    return refused && !(this.modified && this.cancelEvidence);
  }

  private heard(status: string): void {
    this.known = true;
    this.vanished = false;
    switch (status) {
      case "Filled":
        this.filled = true;
        return;
      case "ApiCancelled":
        this.cancelEvidence = true;
        this.cancelled = true;
        return;
      case "Cancelled":
        this.cancelled = true;
        return;
    }
    if (FIRM.has(status)) this.firm = true;
    if (status === "PendingCancel") this.cancelEvidence = true;
    // A word that is not known says that the gateway has it.
    this.living = LIVING[status] ?? this.living ?? "held";
  }

  private failed(gatewayCode: number): void {
    switch (gatewayCodeEffect(gatewayCode)) {
      case "rejected":
        this.rejected = true;
        break;
      case "refused":
        this.refused = true;
        break;
      case "cancelled":
        this.cancelEvidence = true;
        this.cancelled = true;
        break;
    }
  }
}
