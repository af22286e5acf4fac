import { isOver, ORDER_STATES, type OrderLifeState } from "../orders/order-life.js";
import type { OrderTicket } from "../orders/order-ticket.js";
import type { OrderTracker } from "../orders/order-tracker.js";

const OVER_STATES = ORDER_STATES.filter(isOver);

/** What became of the orders of a process. */
export interface OrderStats {
  /** Orders that this process has placed, those of brackets and fired ones included; changes are none. */
  readonly placed: number;
  /** Of those, how many are in which state now. */
  readonly states: Readonly<Record<OrderLifeState, number>>;
  /** How many have ended as what; one that goes on after all stays counted. */
  readonly ended: Readonly<Partial<Record<OrderLifeState, number>>>;
  /** Executions of this client's orders, each once. */
  readonly fills: number;
  /** Executions that replaced an earlier one. */
  readonly corrections: number;
  /** Executions of orders that are not this client's. */
  readonly foreignFills: number;
}

/** Counts orders and executions as their tracker tells of them. */
export class OrderCounts {
  private placed = 0;
  private readonly states = new Map<OrderLifeState, number>();
  private readonly ended = new Map<OrderLifeState, number>(OVER_STATES.map((state) => [state, 0]));
  private readonly fills = { fills: 0, corrections: 0, foreignFills: 0 };

  /**
   * Orders that were restored before are not among it: they were placed by another process.
   * @param told hears of each new order, whose `before` is undefined, and of each status
   */
  constructor(
    tracker: OrderTracker,
    private readonly told: (ticket: OrderTicket, status: OrderLifeState, before?: OrderLifeState) => void,
  ) {
    tracker.on("ticket", (ticket) => this.watch(ticket));
    tracker.on("fill", (_detail, news, ticket) => {
      if (ticket === undefined) this.fills.foreignFills++;
      else if (news === "correction") this.fills.corrections++;
      else this.fills.fills++;
    });
  }

  stats(): OrderStats {
    const states = Object.fromEntries(ORDER_STATES.map((state) => [state, this.states.get(state) ?? 0]));
    return {
      placed: this.placed,
      states: states as OrderStats["states"],
      ended: Object.fromEntries(this.ended),
      ...this.fills,
    };
  }

  private watch(ticket: OrderTicket): void {
    this.placed++;
    this.enter(ticket.status);
    this.told(ticket, ticket.status);
    ticket.on("status", (status, before) => {
      this.states.set(before, (this.states.get(before) ?? 0) - 1);
      this.enter(status);
      this.told(ticket, status, before);
    });
  }

  private enter(state: OrderLifeState): void {
    this.states.set(state, (this.states.get(state) ?? 0) + 1);
    if (isOver(state)) this.ended.set(state, (this.ended.get(state) ?? 0) + 1);
  }
}
