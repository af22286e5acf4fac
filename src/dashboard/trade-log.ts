import type { IBKRClient } from "../connect/client.js";
import type { OrderTicket } from "../orders/order-ticket.js";
import { symbolOf } from "./names.js";
import type { FillRow, OrderRow } from "./update.js";

/** Rows that the page has at most of each. */
const MOST_ROWS = 100;

/** Orders and executions, newest first, of which the newest are kept. */
export class TradeLog {
  private readonly tickets = new Set<OrderTicket>();
  private fillRows: FillRow[] = [];
  private readonly stops: readonly (() => void)[];

  constructor(client: IBKRClient) {
    for (const ticket of client.tickets) this.add(ticket);
    this.stops = [
      client.on("ticket", (ticket) => this.add(ticket)),
      client.on("fill", ({ contract, execution }, news, ticket) => {
        const row: FillRow = {
          execId: execution.execId ?? "",
          atMs: Date.now(),
          symbol: symbolOf(contract),
          side: execution.side ?? "",
          quantity: execution.shares ?? 0,
          price: execution.price ?? 0,
          isOurs: ticket !== undefined,
        };
        // What corrects an execution has its number, with another version.
        const base = (id: string) => id.replace(/\.\d+$/, "");
        const others =
          news === "correction"
            ? this.fillRows.filter(({ execId }) => base(execId) !== base(row.execId))
            : this.fillRows;
        this.fillRows = [row, ...others].slice(0, MOST_ROWS);
      }),
    ];
  }

  orders(): OrderRow[] {
    const rows = [...this.tickets].reverse().map(orderRow);
    // What works is always shown.
    const working = rows.filter(({ isOver }) => !isOver);
    const over = rows.filter(({ isOver }) => isOver);
    return [...working, ...over.slice(0, Math.max(0, MOST_ROWS - working.length))];
  }

  fills(): readonly FillRow[] {
    return this.fillRows;
  }

  close(): void {
    for (const stop of this.stops) stop();
  }

  private add(ticket: OrderTicket): void {
    this.tickets.add(ticket);
    if (this.tickets.size <= 2 * MOST_ROWS) return;
    for (const old of this.tickets) {
      if (this.tickets.size <= MOST_ROWS) break;
      if (old.isOver) this.tickets.delete(old);
    }
  }
}

function orderRow(ticket: OrderTicket): OrderRow {
  const { order, contract, filledQuantity, averagePrice, status, isOver, error } = ticket;
  const type = order.orderType ?? "";
  const price = [order.lmtPrice, order.auxPrice].find((value) => value !== undefined && value < 1e300);
  return {
    orderId: ticket.orderId,
    symbol: symbolOf(contract),
    action: order.action ?? "",
    type,
    quantity: Number(order.totalQuantity ?? 0),
    filledQuantity,
    price: type === "MKT" ? undefined : price,
    averagePrice,
    status,
    isOver,
    error: error?.message,
  };
}
