import type { Background, BackgroundTrade, Side } from "../market/background.js";
import { type Instrument, ticksToPrice } from "../market/instrument.js";
import { type Quote, QuoteTape, tidy } from "../market/quote.js";
import { type BookEntry, isBuy, isHidden, type WorkingOrder } from "./working-order.js";

/** One side of one trade of clients' orders. */
export interface Fill {
  order: WorkingOrder;
  quantity: number;
  price: number;
  /** 1: it waited in the book (added liquidity); 2: it came to trade (removed it). */
  liquidity: 1 | 2;
}

/** A price with what is shown there. */
export interface Level {
  price: number;
  size: number;
}

export interface BookEvents {
  /** Clients' orders, one or both sides of a trade, traded; called before the next match is looked for. */
  fill(fills: readonly Fill[]): void;
  /** Something printed. */
  print(price: number, size: number, side: Side): void;
  /** Whether a resting order gets a trade at its price that it is next for. */
  lucky(order: WorkingOrder): boolean;
  /** Ticks by which an order at market trades worse than the book says. */
  slippage(order: WorkingOrder): number;
}

/**
 * One instrument's book: seeded background liquidity and clients' orders by price, then time. At one price a client's
 * order waits behind what was there before it: trades there and cancellations of the background move it forward.
 */
export class Book {
  private readonly tape: QuoteTape;
  /** Best first; at one price in the order they came. */
  private readonly entries: Record<Side, BookEntry[]> = { bid: [], ask: [] };
  /** Background quantity that clients took since the last step, by price. */
  private readonly taken: Record<Side, Map<number, number>> = { bid: new Map(), ask: new Map() };

  constructor(
    readonly instrument: Instrument,
    private background: Background,
    private readonly events: BookEvents,
  ) {
    const { bidTicks, askTicks, openingSize } = background;
    this.tape = new QuoteTape(
      this.price(bidTicks),
      background.sizeAt("bid", bidTicks),
      this.price(askTicks),
      background.sizeAt("ask", askTicks),
      openingSize,
    );
  }

  /** The top of the book and its statistics; the same object all along. */
  get quote(): Quote {
    return this.tape.quote;
  }

  /** The quote if it changed since the last time this was asked. */
  news(): Quote | undefined {
    if (!this.tape.hasNews) return undefined;
    this.tape.tell();
    return this.tape.quote;
  }

  /** Takes liquidity from somewhere else from now on: a tick file in place of the walk. */
  replaceBackground(background: Background): void {
    this.background = background;
    this.afterMove();
  }

  /** The best `rows` prices of a side with what is shown there, best first. */
  levels(side: Side, rows: number): Level[] {
    const prices = new Map<number, number>();
    const best = this.backgroundBest(side);
    for (let i = 0; i < this.background.depth; i++) {
      const ticks = side === "bid" ? best - i : best + i;
      const size = this.available(side, ticks);
      if (size > 0) prices.set(ticks, size);
    }
    for (const entry of this.entries[side]) {
      const size = shown(entry);
      if (size > 0) prices.set(entry.ticks, (prices.get(entry.ticks) ?? 0) + size);
    }
    return [...prices]
      .sort(([a], [b]) => (side === "bid" ? b - a : a - b))
      .slice(0, rows)
      .map(([ticks, size]) => ({ price: this.price(ticks), size: tidy(size) }));
  }

  /** Midpoint of the best shown prices in ticks, of others than `without` where that is given. */
  midTicks(without?: WorkingOrder): number {
    return (this.topTicks("bid", without) + this.topTicks("ask", without)) / 2;
  }

  /** Best shown price of a side in ticks, of others than `without` where that is given. */
  topTicks(side: Side, without?: WorkingOrder): number {
    const entry = this.entries[side].find((e) => e.order !== without && shown(e) > 0);
    const background = this.bestAvailable(side) ?? this.beyondDepth(side);
    if (entry === undefined) return background;
    return side === "bid" ? Math.max(background, entry.ticks) : Math.min(background, entry.ticks);
  }

  /** Puts an order into the book; what it could take at once has to have been taken. */
  rest(order: WorkingOrder, side: Side, ticks: number): BookEntry {
    const hidden = isHidden(order);
    const seen = this.available(side, ticks);
    const entry: BookEntry = {
      order,
      side,
      ticks,
      hidden,
      ahead: hidden ? Number.POSITIVE_INFINITY : seen,
      seen,
    };
    const list = this.entries[side];
    let index = list.length;
    while (index > 0 && comesBefore(entry, list[index - 1])) index -= 1;
    list.splice(index, 0, entry);
    this.refresh();
    return entry;
  }

  /** Takes an order out of the book. */
  remove(entry: BookEntry): void {
    const list = this.entries[entry.side];
    const index = list.indexOf(entry);
    if (index < 0) return;
    list.splice(index, 1);
    this.refresh();
  }

  /** Quantity an order could take now, up to a limit price in ticks. */
  takeable(side: Side, limit: number | undefined, wanted: number): number {
    let total = 0;
    for (const { order, ticks } of this.entries[side]) {
      if (limit === undefined || !isBetter(side, limit, ticks)) total += order.remaining;
    }
    const best = this.backgroundBest(side);
    for (let i = 0; i < this.background.depth && total < wanted; i++) {
      const ticks = side === "bid" ? best - i : best + i;
      if (limit !== undefined && isBetter(side, limit, ticks)) break;
      total += this.available(side, ticks);
    }
    return total;
  }

  /** Trades an order with the other side of the book as far as its limit (in ticks) goes. */
  take(taker: WorkingOrder, side: Side, limit: number | undefined): void {
    while (taker.remaining > 0 && taker.status !== "Cancelled") {
      const slice = this.next(side, limit, taker.remaining);
      if (slice === undefined) return;
      const slip = slice.maker === undefined && limit === undefined ? this.events.slippage(taker) : 0;
      // A bid of one tick slips no further; one below zero is a combination's.
      const ticks =
        side === "ask" ? slice.ticks + slip : Math.max(Math.min(1, slice.ticks), slice.ticks - slip);
      this.trade(slice.maker, taker, ticks, slice.quantity, side);
    }
  }

  /** Trades all of an order at the price of an auction, whose liquidity is not the book's. */
  auction(order: WorkingOrder, price: number): void {
    const quantity = order.remaining;
    this.tape.print(price, quantity);
    this.events.print(price, quantity, isBuy(order) ? "ask" : "bid");
    this.events.fill([{ order, quantity, price, liquidity: 1 }]);
  }

  /** One step of the background: it moves, trades with itself and with clients' orders it meets. */
  step(): void {
    this.tape.clear();
    const trade = this.background.advance();
    this.afterMove();
    if (trade !== undefined) this.backgroundTrade(trade);
    this.refresh();
  }

  private afterMove(): void {
    this.taken.bid.clear();
    this.taken.ask.clear();
    for (const side of ["bid", "ask"] as const) {
      if (this.entries[side].length === 0) continue;
      this.requeue(side);
      this.crossed(side);
    }
    this.refresh();
  }

  /** Cancellations of the background come from before and behind a waiting order alike; additions from behind. */
  private requeue(side: Side): void {
    let ticks = Number.NaN;
    let size = 0;
    for (const entry of this.entries[side]) {
      if (entry.ticks !== ticks) {
        ticks = entry.ticks;
        size = this.available(side, ticks);
      }
      if (size < entry.seen) entry.ahead = tidy(Math.floor(entry.ahead * (size / entry.seen)));
      if (!entry.hidden) entry.ahead = Math.min(entry.ahead, size);
      entry.seen = size;
    }
  }

  /** Clients' orders the background ran into trade at their own price. */
  private crossed(side: Side): void {
    const other = side === "bid" ? "ask" : "bid";
    if (!this.isCrossed(this.entries[side][0], other)) return;
    for (const entry of [...this.entries[side]]) {
      if (!this.isCrossed(entry, other)) return;
      while (isThere(entry) && this.isCrossed(entry, other)) {
        const best = this.bestAvailable(other)!;
        const quantity = Math.min(this.available(other, best), entry.order.remaining);
        this.takeBackground(other, best, quantity);
        this.trade(entry, undefined, entry.ticks, quantity, side);
      }
    }
  }

  private isCrossed(entry: BookEntry, other: Side): boolean {
    const best = this.bestAvailable(other);
    return best !== undefined && !isBetter(entry.side, best, entry.ticks);
  }

  private backgroundTrade({ side, ticks, size }: BackgroundTrade): void {
    let left = size;
    for (const entry of this.entriesAtOrBefore(side, ticks)) {
      if (left <= 0) break;
      if (!isThere(entry)) continue;
      if (entry.ticks === ticks) {
        const passed = Math.min(left, entry.ahead);
        this.moveUp(side, ticks, passed);
        left = tidy(left - passed);
        if (passed > 0) this.print(ticks, passed, side);
      }
      const quantity = Math.min(left, entry.order.remaining);
      if (quantity <= 0 || !this.events.lucky(entry.order)) continue;
      left = tidy(left - quantity);
      this.trade(entry, undefined, entry.ticks, quantity, side);
    }
    if (left > 0) this.print(ticks, left, side);
  }

  private entriesAtOrBefore(side: Side, ticks: number): BookEntry[] {
    const beyond = this.entries[side].findIndex((entry) => isBetter(side, ticks, entry.ticks));
    return beyond < 0 ? [...this.entries[side]] : this.entries[side].slice(0, beyond);
  }

  /** The next piece an order can take from `side`: of the background, or of the first client's order. */
  private next(
    side: Side,
    limit: number | undefined,
    wanted: number,
  ): { ticks: number; quantity: number; maker?: BookEntry } | undefined {
    const entry = this.entries[side][0];
    const background = this.bestAvailable(side);
    if (entry === undefined && background === undefined) return undefined;
    const ticks =
      entry === undefined || (background !== undefined && isBetter(side, background, entry.ticks))
        ? background!
        : entry.ticks;
    if (limit !== undefined && isBetter(side, limit, ticks)) return undefined;
    const atPrice = background === ticks ? this.available(side, ticks) : 0;
    const isFirst = entry?.ticks === ticks;
    const before = isFirst ? Math.min(atPrice, entry.ahead) : atPrice;
    if (before > 0) {
      const quantity = Math.min(before, wanted);
      this.takeBackground(side, ticks, quantity);
      this.moveUp(side, ticks, quantity);
      return { ticks, quantity };
    }
    return { ticks, quantity: Math.min(entry.order.remaining, wanted), maker: entry };
  }

  private trade(
    maker: BookEntry | undefined,
    taker: WorkingOrder | undefined,
    ticks: number,
    quantity: number,
    side: Side,
  ): void {
    const price = this.price(ticks);
    this.print(ticks, quantity, side);
    const fills: Fill[] = [];
    if (maker !== undefined) fills.push({ order: maker.order, quantity, price, liquidity: 1 });
    if (taker !== undefined) fills.push({ order: taker, quantity, price, liquidity: 2 });
    this.events.fill(fills);
  }

  private print(ticks: number, size: number, side: Side): void {
    const price = this.price(ticks);
    this.tape.print(price, size);
    this.refresh();
    this.events.print(price, size, side);
  }

  private takeBackground(side: Side, ticks: number, quantity: number): void {
    this.taken[side].set(ticks, (this.taken[side].get(ticks) ?? 0) + quantity);
  }

  private moveUp(side: Side, ticks: number, quantity: number): void {
    for (const entry of this.entriesAtOrBefore(side, ticks)) {
      if (entry.ticks === ticks) entry.ahead = Math.max(0, tidy(entry.ahead - quantity));
    }
  }

  private available(side: Side, ticks: number): number {
    return Math.max(0, this.background.sizeAt(side, ticks) - (this.taken[side].get(ticks) ?? 0));
  }

  private backgroundBest(side: Side): number {
    return side === "bid" ? this.background.bidTicks : this.background.askTicks;
  }

  /** The best price at which the background still has something. */
  private bestAvailable(side: Side): number | undefined {
    const best = this.backgroundBest(side);
    for (let i = 0; i < this.background.depth; i++) {
      const ticks = side === "bid" ? best - i : best + i;
      if (this.available(side, ticks) > 0) return ticks;
    }
    return undefined;
  }

  /** Where an empty side stands, with nothing to offer: behind what was taken and not across the other side. */
  private beyondDepth(side: Side): number {
    const direction = side === "bid" ? -1 : 1;
    const behind = this.backgroundBest(side) + direction * this.background.depth;
    const other = this.entries[side === "bid" ? "ask" : "bid"].find((entry) => shown(entry) > 0)?.ticks;
    if (other === undefined) return behind;
    return side === "bid" ? Math.min(behind, other - 1) : Math.max(behind, other + 1);
  }

  /** Shows the best prices and what is there. */
  private refresh(): void {
    this.tape.setBid(...this.top("bid"));
    this.tape.setAsk(...this.top("ask"));
  }

  private top(side: Side): [price: number, size: number] {
    const ticks = this.topTicks(side);
    let size = this.available(side, ticks);
    for (const entry of this.entries[side]) {
      if (entry.ticks === ticks) size += shown(entry);
      else if (isBetter(side, ticks, entry.ticks)) break;
    }
    return [this.price(ticks), tidy(size)];
  }

  private price(ticks: number): number {
    if (Number.isInteger(ticks)) return ticksToPrice(this.instrument, ticks);
    return Number((ticks * this.instrument.minTick).toFixed(10));
  }
}

/** Whether price `a` comes before price `b` on a side. */
function isBetter(side: Side, a: number, b: number): boolean {
  return side === "bid" ? a > b : a < b;
}

/** Whether an order still rests in the book: a fill may have taken others out of it. */
function isThere({ order }: BookEntry): boolean {
  return order.entry !== undefined && order.remaining > 0;
}

/** Price first; at one price shown orders before hidden ones; then time. */
function comesBefore(entry: BookEntry, other: BookEntry): boolean {
  if (entry.ticks !== other.ticks) return isBetter(entry.side, entry.ticks, other.ticks);
  return !entry.hidden && other.hidden;
}

/** What of a resting order others see. */
function shown({ order, hidden }: BookEntry): number {
  const { fields, remaining } = order;
  return hidden ? 0 : Math.min(fields.displaySize || remaining, remaining);
}
