import { OrderAction, OrderType } from "../../index.js";
import { isDone, type PlacedOrder } from "./blotter.js";
import type { Changes } from "./changes.js";
import { toTick } from "./format.js";
import type { OrderEntry } from "./order-entry.js";
import { Column, type QuoteTable } from "./quote-table.js";

/** Between two samples: long enough that each order finds the connection at rest. */
const INTERVAL_MS = 20;
/** A sample's limit, as a fraction of the bid: it never trades. */
const LIMIT = 0.8;

/**
 * Measures order latency while quotes stream: one share far below the market at a time, cancelled as soon as the
 * gateway has it. For the simulated gateway only, real ones count such orders against their user.
 */
export class OrderSampler {
  private timer: NodeJS.Timeout | undefined;
  private current: PlacedOrder | undefined;
  private cancelled = false;

  constructor(
    private readonly entry: OrderEntry,
    private readonly table: QuoteTable,
    private readonly row: number,
    private readonly changes: Changes,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.step(), INTERVAL_MS);
  }

  /** Stops, and waits for the last sample to be cancelled. @returns false if it still works after `ms` */
  async stop(ms: number): Promise<boolean> {
    clearInterval(this.timer);
    const last = this.current;
    if (last === undefined) return true;
    if (!this.cancelled) this.entry.cancel(last);
    return this.changes.settled(() => isDone(last), ms);
  }

  private step(): void {
    const { current } = this;
    if (current !== undefined && !isDone(current)) {
      if (current.status !== "" && !this.cancelled) {
        this.cancelled = true;
        this.entry.cancel(current);
      }
      return;
    }
    const bid = this.table.value(this.row, Column.BID);
    if (!(bid > 0)) return;
    this.cancelled = false;
    this.current = this.entry.placeQuietly(this.table.symbols[this.row], {
      action: OrderAction.BUY,
      orderType: OrderType.LMT,
      totalQuantity: 1,
      lmtPrice: toTick(bid * LIMIT, this.table.minTick(this.row)),
    });
  }
}
