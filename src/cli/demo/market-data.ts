import { type Contract, EventName, type IBApi, isNonFatalError, MarketDataType } from "../../index.js";
import type { Changes } from "./changes.js";
import type { EventList } from "./event-list.js";
import type { QuoteTable } from "./quote-table.js";

/** One row of the table and how it is asked for. */
export interface Subscription {
  readonly contract: Contract;
  readonly genericTicks: string;
}

/** Real-time data is refused: not subscribed, with or without delayed data in its place. */
const NO_REAL_TIME: ReadonlySet<number> = new Set([354, 10089, 10168, 10186]);
const SHOWING_DELAYED = 10167;

/** Asks for the table's rows, in delayed form where the gateway refuses real-time data, and notes what it cannot have. */
export class MarketData {
  private readonly askedAgain = new Set<number>();
  private askedForDelayed = false;
  private readonly subscribed = new Map<number, number>();

  constructor(
    private readonly ib: IBApi,
    private readonly table: QuoteTable,
    private readonly subscriptions: readonly Subscription[],
    private readonly events: EventList,
    private readonly changes: Changes,
  ) {
    ib.on(EventName.tickReqParams, (reqId, minTick) => {
      const row = table.rowOf(reqId);
      if (row !== undefined && minTick !== undefined) table.setMinTick(row, minTick);
    });
    ib.on(EventName.marketDataType, (reqId, type) => {
      const row = table.rowOf(reqId);
      if (row !== undefined) table.setMarketDataType(row, type);
    });
  }

  subscribeAll(): void {
    for (let row = 0; row < this.subscriptions.length; row++) this.subscribe(row, 0);
  }

  cancelAll(): void {
    for (const reqId of this.subscribed.values()) this.ib.cancelMktData(reqId);
    this.subscribed.clear();
  }

  /** An error event. @returns false if it is about no row of the table */
  takeError(error: Error, code: number, reqId: number): boolean {
    const row = this.table.rowOf(reqId);
    if (row === undefined) return false;
    const symbol = this.table.symbols[row];
    if (NO_REAL_TIME.has(code) && !this.askedAgain.has(row)) {
      this.events.notice(
        `real-time data is refused, delayed data is requested: ${error.message} (${code})`,
        "warning",
      );
      this.subscribeDelayed(row);
    } else if (code === SHOWING_DELAYED || isNonFatalError(code, error)) {
      this.events.notice(`${error.message} (${code})`, "aside");
    } else {
      this.table.setNote(row, `${error.message} (${code})`);
      this.subscribed.delete(row);
      this.events.notice(`${symbol}: ${error.message} (${code})`, "warning");
    }
    this.changes.happened();
    return true;
  }

  private subscribeDelayed(row: number): void {
    if (!this.askedForDelayed) this.ib.reqMarketDataType(MarketDataType.DELAYED);
    this.askedForDelayed = true;
    this.askedAgain.add(row);
    this.subscribe(row, 1);
  }

  private subscribe(row: number, round: number): void {
    const { contract, genericTicks } = this.subscriptions[row];
    const reqId = this.table.requestId(row, round);
    this.subscribed.set(row, reqId);
    this.ib.reqMktData(reqId, contract, genericTicks, false, false);
  }
}
