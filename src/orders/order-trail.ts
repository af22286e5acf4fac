import { IBKRError } from "../domain/ibkr-error.js";
import type { CommissionReport, ExecutionDetail } from "../domain/stock-types.js";
import type { OrderJournal } from "./journal.js";
import type { JournaledEnd } from "./journal-record.js";
import { journaledCommissionOf, journaledFillOf } from "./journaled-order.js";
import type { OrderTicket } from "./order-ticket.js";
import type { RememberedOrder } from "./reconcile.js";
import type { TrackerJournal } from "./tracker-options.js";

/** The word for each end; the gateway's own may not have come where executions ended the order. */
const END_WORDS: Readonly<Record<string, string>> = {
  filled: "Filled",
  cancelled: "Cancelled",
  rejected: "Rejected",
};

/**
 * Writes what becomes of orders. That they are to leave the gate before orders has written already (docs/orders.md). None
 * of it holds anything up: where the journal cannot be written the gate lets no order through, and cancels always pass.
 */
export class OrderTrail implements TrackerJournal {
  /** The gate before orders writes it. */
  readonly takesPlaced = false;

  /**
   * @param failed hears why a record could not be written
   * @param now microseconds since 1970
   */
  constructor(
    private readonly journal: OrderJournal,
    private readonly failed: (error: IBKRError) => void = () => {},
    private readonly now: () => number = () => Date.now() * 1000,
  ) {}

  intent(kind: "place" | "change" | "cancel", { orderId }: RememberedOrder): void {
    if (kind === "cancel") this.write(() => this.journal.cancelRequested(this.now(), orderId));
  }

  transition(ticket: OrderTicket): void {
    const { status } = ticket;
    if (status === "unsent" || status === "sent") return;
    const { journal } = this;
    const { orderId, permId, gatewayStatus, whyHeld, error } = ticket;
    const now = this.now();
    switch (status) {
      case "unknown":
        this.write(() => journal.unknown(now, orderId, "the connection ended before an answer"));
        return;
      case "filled":
      case "cancelled":
      case "rejected": {
        const end: JournaledEnd = {
          status: END_WORDS[status],
          reason: error?.message,
          gatewayCode: error?.gatewayCode,
          filled: ticket.filledQuantity,
          averagePrice: ticket.averagePrice,
        };
        this.write(() => journal.done(now, orderId, permId, end));
        return;
      }
      case "not-sent":
        this.write(() =>
          journal.denied(now, orderId, {
            status: error?.code ?? "ERR_IBKR_NOT_SENT",
            reason: error?.message,
          }),
        );
        return;
      default: {
        const { filledQuantity: filled, remaining, averagePrice } = ticket;
        const word = { status: gatewayStatus, whyHeld, filled, remaining, averagePrice };
        this.write(() => journal.status(now, orderId, permId, word));
      }
    }
  }

  execution({ execution }: ExecutionDetail, ticket?: OrderTicket): void {
    if (ticket === undefined) return;
    const { permId = 0 } = execution;
    this.write(() => this.journal.fill(this.now(), ticket.orderId, permId, journaledFillOf(execution)));
  }

  commission(report: CommissionReport, ticket: OrderTicket): void {
    this.write(() => this.journal.commission(this.now(), ticket.orderId, journaledCommissionOf(report)));
  }

  private write(record: () => void): void {
    try {
      record();
    } catch (error) {
      if (!(error instanceof IBKRError)) throw error;
      this.failed(error);
    }
  }
}
