import { OrderAction, OrderType } from "../../index.js";
import { type Blotter, isDone, type PlacedOrder } from "./blotter.js";
import type { Changes } from "./changes.js";
import type { EventList } from "./event-list.js";
import { price, toTick } from "./format.js";
import type { OrderEntry } from "./order-entry.js";
import { Column, type QuoteTable } from "./quote-table.js";

/** How the demo trades at one kind of gateway. */
export interface TradingPlan {
  /** Shares of the bracket, and of the order that is cancelled. */
  readonly quantity: number;
  /** How far above the ask the entry's limit lies, as a fraction: enough to fill at once. */
  readonly entryMargin: number;
  /** How far the exits lie from the entry, as a fraction. */
  readonly exitMargin: number;
  /** How far below the bid the order lies that is cancelled. */
  readonly restingMargin: number;
  /** Milliseconds the gateway has for each answer. */
  readonly patienceMs: number;
}

export const SIMULATOR_PLAN: TradingPlan = {
  quantity: 300,
  entryMargin: 0.002,
  exitMargin: 0.001,
  restingMargin: 0.05,
  patienceMs: 3_000,
};

/** One share, and exits that are not reached by chance. */
export const GATEWAY_PLAN: TradingPlan = {
  quantity: 1,
  entryMargin: 0.002,
  exitMargin: 0.01,
  restingMargin: 0.05,
  patienceMs: 10_000,
};

/** What trading needs at hand. */
export interface Desk {
  readonly entry: OrderEntry;
  readonly blotter: Blotter;
  readonly table: QuoteTable;
  readonly events: EventList;
  readonly changes: Changes;
  readonly plan: TradingPlan;
}

/** What an order's limit is derived from, or undefined while there is no quote. */
function reference(table: QuoteTable, row: number): number | undefined {
  const quotes = [Column.ASK, Column.LAST, Column.CLOSE].map((column) => table.value(row, column));
  return quotes.find((value) => value > 0);
}

/** A bracket: an entry that fills at once, and the two exits that it releases. */
export class Bracket {
  private entryOrder: PlacedOrder | undefined;
  private exits: PlacedOrder[] = [];

  constructor(private readonly desk: Desk) {}

  /**
   * Places the bracket for a symbol once there is a quote, and waits for the entry to fill.
   * @returns what went wrong; undefined if nothing did
   */
  async open(row: number): Promise<string | undefined> {
    const { table, changes, entry, plan } = this.desk;
    const symbol = table.symbols[row];
    const hasQuote = await changes.until(() => reference(table, row) !== undefined, plan.patienceMs);
    const ask = reference(table, row);
    if (!hasQuote || ask === undefined) {
      return `no quote for ${symbol} within ${plan.patienceMs / 1000} s: no bracket was placed`;
    }
    const { quantity, entryMargin, exitMargin } = plan;
    const at = (factor: number) => toTick(ask * factor, table.minTick(row));
    const parent = entry.place(
      symbol,
      {
        action: OrderAction.BUY,
        orderType: OrderType.LMT,
        totalQuantity: quantity,
        lmtPrice: at(1 + entryMargin),
        transmit: false,
      },
      "bracket: entry",
    );
    const exit = { action: OrderAction.SELL, totalQuantity: quantity, parentId: parent.id } as const;
    this.entryOrder = parent;
    this.exits = [
      entry.place(
        symbol,
        { ...exit, orderType: OrderType.LMT, lmtPrice: at(1 + exitMargin), transmit: false },
        "bracket: take-profit",
      ),
      entry.place(
        symbol,
        { ...exit, orderType: OrderType.STP, auxPrice: at(1 - exitMargin), transmit: true },
        "bracket: stop-loss, transmits all three",
      ),
    ];
    await changes.until(() => isDone(parent), plan.patienceMs);
    if (parent.refusal !== "") return `order ${parent.id} was refused: ${parent.refusal}`;
    if (parent.status === "Filled") return undefined;
    return `order ${parent.id} (entry of the bracket) is ${describe(parent)} after ${plan.patienceMs / 1000} s, not filled`;
  }

  /**
   * Leaves nothing behind: cancels what still works of the bracket, and sells what it bought and has not sold.
   * @returns what could not be tidied up; undefined if all could
   */
  async close(): Promise<string | undefined> {
    const { changes, entry, events, plan } = this.desk;
    const parent = this.entryOrder;
    if (parent === undefined) return undefined;
    const legs = [parent, ...this.exits];
    for (const leg of legs) if (!isDone(leg)) entry.cancel(leg);
    const ended = await changes.settled(() => legs.every(isDone), plan.patienceMs);
    if (!ended) {
      const open = legs.filter((leg) => !isDone(leg)).map((leg) => `order ${leg.id} is ${describe(leg)}`);
      return `${open.join(", ")}: look after it at the gateway`;
    }
    const left = parent.filled - this.exits.reduce((sum, leg) => sum + leg.filled, 0);
    if (left <= 0) return undefined;
    events.note(`neither exit was reached: ${left} ${parent.symbol} are sold at the market`);
    const sale = entry.place(
      parent.symbol,
      { action: OrderAction.SELL, orderType: OrderType.MKT, totalQuantity: left },
      "closes the position",
    );
    await changes.settled(() => isDone(sale), plan.patienceMs);
    if (sale.status === "Filled") return undefined;
    const held = `${left - sale.filled} ${parent.symbol} bought at ${price(parent.averagePrice)}`;
    return `the position could not be closed (order ${sale.id} is ${describe(sale)}): ${held} remain`;
  }
}

/**
 * Places an order that rests far below the market, and cancels it once the gateway has it.
 * @returns what went wrong; undefined if nothing did
 */
export async function placeAndCancel(desk: Desk, row: number): Promise<string | undefined> {
  const { table, changes, entry, plan } = desk;
  const symbol = table.symbols[row];
  const quote = reference(table, row);
  if (quote === undefined) return `no quote for ${symbol}: no order to cancel was placed`;
  const order = entry.place(
    symbol,
    {
      action: OrderAction.BUY,
      orderType: OrderType.LMT,
      totalQuantity: plan.quantity,
      lmtPrice: toTick(quote * (1 - plan.restingMargin), table.minTick(row)),
    },
    "rests below the market, to be cancelled",
  );
  await changes.until(() => order.status !== "", plan.patienceMs);
  if (order.refusal !== "") return `order ${order.id} was refused: ${order.refusal}`;
  entry.cancel(order);
  await changes.settled(() => isDone(order), plan.patienceMs);
  if (isDone(order)) return undefined;
  return `order ${order.id} is ${describe(order)} ${plan.patienceMs / 1000} s after its cancel: look after it at the gateway`;
}

function describe(order: PlacedOrder): string {
  return order.status === "" ? "unanswered" : order.status;
}
