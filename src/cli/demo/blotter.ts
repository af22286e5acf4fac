import {
  type CommissionReport,
  type Contract,
  EventName,
  type Execution,
  type IBApi,
  type OrderAction,
} from "../../index.js";
import type { Changes } from "./changes.js";
import type { EventList } from "./event-list.js";
import { price } from "./format.js";

/** An order the demo has placed, as the gateway last described it. */
export interface PlacedOrder {
  readonly id: number;
  readonly action: OrderAction;
  readonly symbol: string;
  /** One of the many of the latency measurement: not in the list of events. */
  readonly quiet: boolean;
  status: string;
  filled: number;
  averagePrice: number;
  /** Why the gateway refused it, if it did. */
  refusal: string;
}

/** One execution and, once it has come, its commission. */
export interface Fill {
  readonly orderId: number;
  readonly execId: string;
  readonly side: string;
  readonly quantity: number;
  readonly symbol: string;
  readonly price: number;
  readonly venue: string;
  commission: number;
  currency: string;
  /** NaN where the gateway has none: an opening trade. */
  realizedPnl: number;
}

export interface Holding {
  readonly account: string;
  readonly symbol: string;
  readonly quantity: number;
  readonly averageCost: number;
}

const DONE: ReadonlySet<string> = new Set(["Filled", "Cancelled", "ApiCancelled", "Inactive"]);
const REFUSED = "Refused";

/** Errors about an order that do not end it. */
const ORDER_NOTES: ReadonlySet<number> = new Set([399, 10148, 2109]);
const CANCELLED = 202;

export function isDone(order: PlacedOrder): boolean {
  return DONE.has(order.status) || order.status === REFUSED;
}

/** Keeps what the gateway says about the demo's orders: statuses, executions, commissions, positions. */
export class Blotter {
  readonly fills: Fill[] = [];
  private readonly orders = new Map<number, PlacedOrder>();
  private readonly holdings = new Map<string, Holding>();
  private positionsEnded = false;

  constructor(
    ib: IBApi,
    private readonly events: EventList,
    private readonly changes: Changes,
  ) {
    ib.on(EventName.orderStatus, (id, status, filled, _remaining, averagePrice) =>
      this.takeStatus(id, String(status), filled ?? 0, averagePrice ?? Number.NaN),
    );
    ib.on(EventName.execDetails, (_reqId, contract, execution) => this.takeExecution(contract, execution));
    ib.on(EventName.commissionReport, (report) => this.takeCommission(report));
    ib.on(EventName.position, (account, contract, quantity, averageCost) =>
      this.takePosition(account, contract, quantity, averageCost ?? Number.NaN),
    );
    ib.on(EventName.positionEnd, () => {
      this.positionsEnded = true;
      this.changes.happened();
    });
  }

  /** An order that is about to be placed. */
  place(id: number, action: OrderAction, symbol: string, quiet = false): PlacedOrder {
    const order: PlacedOrder = {
      id,
      action,
      symbol,
      quiet,
      status: "",
      filled: 0,
      averagePrice: Number.NaN,
      refusal: "",
    };
    this.orders.set(id, order);
    return order;
  }

  /** Orders that may still trade. */
  get open(): PlacedOrder[] {
    return [...this.orders.values()].filter((order) => !isDone(order));
  }

  /** Orders of the latency measurement, and the others. */
  get counts(): { sampled: number; shown: number } {
    const orders = [...this.orders.values()];
    const sampled = orders.filter((order) => order.quiet).length;
    return { sampled, shown: orders.length - sampled };
  }

  get fillsWithoutCommission(): number {
    return this.fills.filter((fill) => Number.isNaN(fill.commission)).length;
  }

  /** True once the gateway has listed all positions. */
  get positionsComplete(): boolean {
    return this.positionsEnded;
  }

  /** Positions other than zero. */
  get positions(): Holding[] {
    return [...this.holdings.values()].filter((holding) => holding.quantity !== 0);
  }

  /** An error event that names an order. @returns false if the id is no order of the demo */
  takeError(message: string, code: number, id: number): boolean {
    const order = this.orders.get(id);
    if (order === undefined) return false;
    if (code === CANCELLED) return true;
    this.events.notice(
      `order ${id}: ${message} (${code})`,
      "warning",
      order.quiet ? `order ${code}` : undefined,
    );
    if (!ORDER_NOTES.has(code) && code < 2100 && !isDone(order)) {
      order.status = REFUSED;
      order.refusal = `${message} (${code})`;
    }
    this.changes.happened();
    return true;
  }

  private takeStatus(id: number, status: string, filled: number, averagePrice: number): void {
    const order = this.orders.get(id);
    if (order === undefined) return;
    const changed = order.status !== status || order.filled !== filled;
    order.status = status;
    order.filled = filled;
    order.averagePrice = averagePrice;
    if (changed && !order.quiet) {
      const trades = filled > 0 ? `, ${filled} filled at ${price(averagePrice)} on average` : "";
      this.events.note(`order ${id}  ${status}${trades}`);
    }
    this.changes.happened();
  }

  private takeExecution(contract: Contract, execution: Execution): void {
    const { orderId = 0, execId = "", side = "", shares = 0, exchange = "" } = execution;
    if (!this.orders.has(orderId) || this.fills.some((fill) => fill.execId === execId)) return;
    const fill: Fill = {
      orderId,
      execId,
      side,
      quantity: shares,
      symbol: nameOf(contract),
      price: execution.price ?? Number.NaN,
      venue: exchange,
      commission: Number.NaN,
      currency: "",
      realizedPnl: Number.NaN,
    };
    this.fills.push(fill);
    this.events.note(
      `order ${orderId}  ${side} ${shares} ${fill.symbol} @ ${price(fill.price)} on ${exchange}`,
      "trade",
    );
    this.changes.happened();
  }

  private takeCommission(report: CommissionReport): void {
    const fill = this.fills.find(({ execId }) => execId === report.execId);
    if (fill === undefined) return;
    fill.commission = report.commission ?? 0;
    fill.currency = report.currency ?? "";
    const pnl = report.realizedPNL;
    fill.realizedPnl = pnl === undefined || pnl === Number.MAX_VALUE ? Number.NaN : pnl;
    this.events.note(`order ${fill.orderId}  commission ${price(fill.commission)} ${fill.currency}`);
    this.changes.happened();
  }

  private takePosition(account: string, contract: Contract, quantity: number, averageCost: number): void {
    const symbol = nameOf(contract);
    this.holdings.set(`${account}|${contract.conId ?? symbol}`, { account, symbol, quantity, averageCost });
  }
}

/** What a contract is called in a list: its local symbol where that says more. */
export function nameOf(contract: Contract): string {
  return String(
    contract.secType === "STK" ? contract.symbol : (contract.localSymbol ?? contract.symbol ?? ""),
  );
}
