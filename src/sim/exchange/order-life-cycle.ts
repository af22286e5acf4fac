import { runAt } from "../../time/clock.js";
import { formatDateTime, parseDateTime } from "../../time/ib-date-time.js";
import { type Instrument, priceToTicks } from "../market/instrument.js";
import type { Fill } from "./book.js";
import { Conditions } from "./conditions.js";
import { Fills } from "./fills.js";
import { OcaGroups } from "./oca.js";
import type { ExecutionRecord } from "./order-events.js";
import { isMinutes, MINUTES_MS } from "./order-rules.js";
import { pegTicks } from "./pegs.js";
import { isTriggered, limitOf, startTrailing } from "./triggers.js";
import type { Venue } from "./venue.js";
import {
  isBuy,
  isDone,
  isLive,
  oppositeOf,
  orderKind,
  settleStatus,
  sideOf,
  type WorkingOrder,
  waitsForParent,
} from "./working-order.js";

/** What an accepted order goes through: waiting, trading, resting, expiring. */
export class OrderLifeCycle {
  readonly fills: Fills;
  /** Ended orders, in the order they ended. */
  readonly completed: WorkingOrder[] = [];
  private readonly working = new Map<Instrument, Set<WorkingOrder>>();
  /** Of these, the ones a step may do something to: all but limit orders that rest in the book. */
  private readonly restless = new Map<Instrument, Set<WorkingOrder>>();
  private readonly groups = new OcaGroups();
  readonly conditions: Conditions;
  /** Instruments with prints that orders waiting for a trigger have not seen. */
  private readonly printed = new Set<Instrument>();
  private settling = false;

  constructor(private readonly venue: Venue) {
    this.fills = new Fills(venue);
    this.conditions = new Conditions(venue, this.fills.executions, (order) => this.conditionsMet(order));
  }

  /** Sets what a new or changed order waits for, before it is first reported. */
  prepare(order: WorkingOrder): void {
    const { fields, instrument, waits } = order;
    const kind = orderKind(order);
    const { zone } = instrument.hours;
    waits.trigger = kind.trigger !== undefined;
    waits.conditions = fields.conditions.length > 0 && !fields.conditionsCancelOrder;
    waits.time =
      fields.goodAfterTime !== "" && parseDateTime(fields.goodAfterTime, zone)! > this.venue.nowSeconds();
    waits.auction = kind.auction !== undefined;
    waits.session = !waits.auction && !this.venue.mayTrade(instrument, fields.outsideRth);
    if (kind.trigger === "trail") startTrailing(order, this.venue.quote(instrument));
    order.limit = waits.trigger ? undefined : limitOf(order);
    order.touches = 0;
    settleStatus(order);
  }

  /** An order that was accepted from now on belongs to the market. */
  add(order: WorkingOrder): void {
    const { instrument } = order;
    const orders = this.working.get(instrument) ?? new Set();
    this.working.set(instrument, orders.add(order));
    const restless = this.restless.get(instrument) ?? new Set();
    this.restless.set(instrument, restless.add(order));
    this.groups.add(order);
    this.venue.watch(instrument);
  }

  /** Starts it, or goes on after a change: timers run, and it trades if it can. */
  start(order: WorkingOrder): void {
    const { fields, instrument, waits } = order;
    const { clock } = this.venue;
    if (waits.time) {
      const at = parseDateTime(fields.goodAfterTime, instrument.hours.zone)!;
      order.timers.push(runAt(clock, at * 1000, () => this.timeCame(order)));
    }
    if (waits.auction) this.awaitAuction(order);
    if (waits.session) this.warnClosed(order);
    if (fields.conditions.length > 0) this.conditions.add(order);
    this.advance(order);
    if (!isDone(order) && !waits.auction) this.awaitExpiry(order);
    this.settle();
  }

  /** Takes an order out of the market for a change. */
  pause(order: WorkingOrder): void {
    this.withdraw(order);
    this.stopTimers(order);
    this.conditions.remove(order);
  }

  /** Cancels an order and the children that wait for it. */
  end(order: WorkingOrder, reason = "", completedStatus = "Cancelled by Trader"): void {
    this.finish(order, "Cancelled", completedStatus);
    this.venue.emit("cancelled", order, reason);
    for (const child of order.children) if (!isDone(child)) this.end(child, reason, completedStatus);
  }

  /** After a step of the instrument: triggers are looked at, pegs follow, what waits for liquidity trades. */
  stepped(instrument: Instrument): void {
    for (const order of [...(this.restless.get(instrument) ?? [])]) this.advance(order);
    this.settle();
  }

  /** The instrument opened or closed for some of its orders. */
  sessionChanged(instrument: Instrument): void {
    for (const order of [...(this.working.get(instrument) ?? [])]) {
      const closed = !this.venue.mayTrade(instrument, order.fields.outsideRth);
      if (isDone(order) || order.waits.auction || order.waits.session === closed) continue;
      order.waits.session = closed;
      if (closed) this.withdraw(order);
      this.restate(order);
      this.advance(order);
    }
    this.settle();
  }

  notePrint(instrument: Instrument): void {
    this.printed.add(instrument);
  }

  /** Lets prints of clients' trades wake the orders that wait for them, until nothing more happens. */
  settle(): void {
    if (this.settling) return;
    this.settling = true;
    try {
      for (const instrument of this.printed) {
        this.printed.delete(instrument);
        for (const order of [...(this.restless.get(instrument) ?? [])]) {
          if (order.waits.trigger) this.advance(order);
        }
        this.conditions.check();
      }
    } finally {
      this.settling = false;
    }
  }

  /** A trade, with one or two of our orders in it: both are booked before either has any consequence. */
  fill(fills: readonly Fill[]): void {
    const booked = fills.map((fill) => ({
      order: fill.order,
      share: fill.quantity / fill.order.remaining,
      records: this.fills.book(fill),
    }));
    for (const { order, records } of booked) this.reportFill(order, records);
    for (const { order, share } of booked) {
      this.groups.afterFill(order, share, {
        cancel: (other) => this.end(other),
        reduce: (other, remaining) => {
          other.remaining = remaining;
          other.fields.totalQuantity = other.filled + remaining;
          this.venue.emit("order", other);
        },
      });
      if (order.status === "Filled") this.releaseChildren(order);
    }
  }

  private reportFill(order: WorkingOrder, records: readonly ExecutionRecord[]): void {
    for (const record of records) this.venue.emit("execution", record);
    if (order.remaining === 0) this.finish(order, "Filled", `Filled Size: ${order.filled}`);
    this.venue.emit("order", order);
    for (const record of records) this.venue.emit("commission", record);
    const account = this.venue.accounts.get(order.fields.account)!;
    // Of a combination the legs are held, not itself.
    for (const { instrument } of records)
      if (instrument.legs === undefined) this.venue.emit("position", account, instrument);
  }

  /** Ends all timers; orders stay as they are. */
  stop(): void {
    for (const orders of this.working.values()) for (const order of orders) this.stopTimers(order);
  }

  /** Goes as far as an order can go now. */
  private advance(order: WorkingOrder): void {
    const { waits, instrument } = order;
    if (isDone(order) || waits.conditions || waits.time || waits.session || waitsForParent(order)) return;
    if (waits.trigger) {
      if (!isTriggered(order, this.venue.quote(instrument))) return;
      waits.trigger = false;
      order.limit = limitOf(order);
      this.restate(order);
    }
    if (isLive(order)) this.work(order);
  }

  /** Trades a live order, and puts what is left where it waits. */
  private work(order: WorkingOrder): void {
    const { fields, instrument } = order;
    const book = this.venue.book(instrument);
    const side = oppositeOf(order);
    const kind = orderKind(order);
    const pegged = kind.price === "primary" || kind.price === "midpoint";
    const limit = pegged
      ? pegTicks(order, book)
      : order.limit === undefined
        ? undefined
        : priceToTicks(instrument, order.limit);
    if (pegged && order.entry !== undefined) {
      if (order.entry.ticks === limit) return;
      this.withdraw(order);
    }
    const whole = fields.tif === "FOK" || fields.allOrNone;
    if (!whole || book.takeable(side, limit, order.remaining) >= order.remaining)
      book.take(order, side, limit);
    this.venue.publish(instrument);
    if (isDone(order)) return;
    if (fields.tif === "FOK" || fields.tif === "IOC") {
      this.end(order, "", "Cancelled by System");
    } else if (limit !== undefined && order.entry === undefined && !fields.allOrNone) {
      order.entry = book.rest(order, sideOf(order), limit);
      if (!pegged) this.restless.get(instrument)!.delete(order);
      this.venue.publish(instrument);
    }
  }

  private withdraw(order: WorkingOrder): void {
    if (order.entry === undefined) return;
    const { entry, instrument } = order;
    order.entry = undefined;
    if (!isDone(order)) this.restless.get(instrument)!.add(order);
    this.venue.book(instrument).remove(entry);
    this.venue.publish(instrument);
  }

  private finish(order: WorkingOrder, status: "Filled" | "Cancelled", why: string): void {
    const { instrument } = order;
    order.status = status;
    order.whyHeld = "";
    order.completedStatus = why;
    order.completedTime = formatDateTime(instrument.hours.zone, this.venue.nowSeconds());
    this.completed.push(order);
    this.withdraw(order);
    this.stopTimers(order);
    this.conditions.remove(order);
    this.groups.remove(order);
    this.restless.get(instrument)?.delete(order);
    if (this.working.get(instrument)?.delete(order)) this.venue.unwatch(instrument);
  }

  private releaseChildren(parent: WorkingOrder): void {
    for (const child of parent.children) {
      if (isDone(child)) continue;
      this.restate(child);
      this.advance(child);
    }
  }

  /** Reports an order whose state is another than it was. */
  private restate(order: WorkingOrder): void {
    if (settleStatus(order)) this.venue.emit("order", order);
  }

  private conditionsMet(order: WorkingOrder): void {
    if (order.fields.conditionsCancelOrder) {
      this.end(order, "", "Cancelled by System");
      return;
    }
    order.waits.conditions = false;
    this.restate(order);
    this.advance(order);
    this.settle();
  }

  private timeCame(order: WorkingOrder): void {
    order.waits.time = false;
    this.restate(order);
    this.advance(order);
    this.settle();
  }

  private warnClosed(order: WorkingOrder): void {
    const { hours } = order.instrument;
    const at = this.venue.sessions.nextOpen(hours, !order.fields.outsideRth, this.venue.nowSeconds());
    this.venue.emit(
      "warned",
      order,
      "Order Message:\nWarning: your order will not be placed at the exchange until " +
        `${formatDateTime(hours.zone, at)}`,
    );
  }

  private awaitAuction(order: WorkingOrder): void {
    const { hours } = order.instrument;
    const now = this.venue.nowSeconds();
    const at =
      orderKind(order).auction === "open"
        ? this.venue.sessions.nextOpen(hours, true, now)
        : this.venue.sessions.nextClose(hours, true, now);
    order.timers.push(runAt(this.venue.clock, at * 1000, () => this.auction(order)));
  }

  /** The auction's price is the last one; whoever accepts it trades in full, everybody else is cancelled. */
  private auction(order: WorkingOrder): void {
    const { waits, instrument, limit } = order;
    waits.auction = false;
    const price = this.venue.quote(instrument).last;
    const acceptable = limit === undefined || (isBuy(order) ? price <= limit : price >= limit);
    if (acceptable && isLive(order)) {
      this.restate(order);
      this.venue.book(instrument).auction(order, price);
      this.venue.publish(instrument);
    } else {
      this.end(order, "", "Cancelled by System");
    }
    this.settle();
  }

  private awaitExpiry(order: WorkingOrder): void {
    const { fields, instrument } = order;
    const { hours } = instrument;
    if (fields.tif === "GTC") return;
    if (isMinutes(fields)) {
      order.timers.push(this.venue.clock.after(MINUTES_MS, () => this.end(order, "", "Cancelled by System")));
      return;
    }
    const at =
      fields.tif === "GTD"
        ? parseDateTime(fields.goodTillDate, hours.zone)!
        : this.venue.sessions.nextClose(hours, !fields.outsideRth, this.venue.nowSeconds());
    order.timers.push(runAt(this.venue.clock, at * 1000, () => this.end(order, "", "Cancelled by System")));
  }

  private stopTimers(order: WorkingOrder): void {
    for (const timer of order.timers) timer.stop();
    order.timers = [];
  }
}
