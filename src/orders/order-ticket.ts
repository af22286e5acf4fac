import { type InspectOptions, inspect } from "node:util";
import type { CallOptions } from "../broker/call-options.js";
import type { SendStamps } from "../broker/order-desk.js";
import { objectOf, refused } from "../domain/check.js";
import { Emitter, type Listener } from "../domain/emitter.js";
import { gatewayCodeEffect } from "../domain/gateway-codes.js";
import { checkNoWhatIf } from "../domain/given.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { OrderStatusUpdate } from "../domain/order-status-update.js";
import { ownCopy } from "../domain/own-copy.js";
import { printed } from "../domain/printed.js";
import type { CommissionReport, Contract, ExecutionDetail, OpenOrder, Order } from "../domain/stock-types.js";
import type { Clock, Timer } from "../time/clock.js";
import type { ExecutionNews } from "./execution-book.js";
import { type Measure, UNMEASURED } from "./measure.js";
import { OrderFills, roundedQuantity } from "./order-fills.js";
import { isOver, OrderLife, type OrderLifeEvent, type OrderLifeState } from "./order-life.js";
import type { TicketPage } from "./ticket-page.js";
import { type Answer, Waiters } from "./waiters.js";

/** `unsent`: no byte has left. `written`: all have. `unknown`: they had left, and nobody can say whether they arrived. */
export type Disposition = "unsent" | "written" | "unknown";

/** When what happened, in µs of CLOCK_MONOTONIC, the clock of `process.hrtime()`; undefined: not yet. */
export interface OrderLatency {
  /** placeOrder was called. */
  readonly calledMicros: number;
  /** Its frame was made; undefined where the backend does not say. */
  readonly encodedMicros?: number;
  /** Its frame was with the system. */
  readonly writtenMicros?: number;
  /** The gateway answered for the first time. */
  readonly acknowledgedMicros?: number;
  readonly firstFillMicros?: number;
  /** It was filled, cancelled or rejected; commissions may come later. */
  readonly doneMicros?: number;
}

/** What may be changed of a working order; what is left out stays. */
export interface OrderModification {
  /** Shares or contracts in total, what is filled included. */
  readonly quantity?: number;
  readonly limitPrice?: number;
  /** The stop price, or the amount that an order trails by: `auxPrice`. */
  readonly stopPrice?: number;
  /** Other members. */
  readonly order?: Partial<Order>;
}

/** How an order ended. */
export interface OrderOutcome {
  readonly status: OrderLifeState;
  /** Shares or contracts. */
  readonly filledQuantity: number;
  readonly remaining: number;
  readonly averagePrice: number | undefined;
  /** Undefined where none came, and where they are in several currencies. */
  readonly commission: number | undefined;
  /** Every execution and its commission had come when it was given up waiting for them. */
  readonly isComplete: boolean;
  readonly executions: readonly ExecutionDetail[];
  /** Why it was rejected, or not sent. */
  readonly error: IBKRError | undefined;
}

export interface TicketEvents {
  status: [status: OrderLifeState, before: OrderLifeState];
  /** @see news `correction`: it replaces an earlier one. */
  fill: [detail: ExecutionDetail, news: ExecutionNews];
  commission: [report: CommissionReport];
  /** Something was refused: the order, a change of it, or a cancel. Only `status` says whether that ended it. */
  error: [error: IBKRError];
  /** The gateway says something that ends nothing: 399, 10349, … */
  notice: [code: number, text: string];
  /** It ended; with its commissions, or after the wait for them. */
  done: [outcome: OrderOutcome];
}
const EVENTS = ["status", "fill", "commission", "error", "notice", "done"] as const;

/** What a ticket needs of whoever sends. */
export interface TicketDesk {
  readonly clock: Clock;
  micros(): number;
  /** How long a ticket that has ended waits for executions and commissions, in ms. */
  readonly commissionTimeoutMs: number;
  change(ticket: OrderTicket, order: Order): void;
  cancel(ticket: OrderTicket): void;
  readonly measure?: Measure;
  /** Its status is another one; before its listeners hear of it. */
  changed?(ticket: OrderTicket): void;
  /** It ended, as event `done` says; before its listeners hear of it. */
  ended?(ticket: OrderTicket): void;
}

/** What identifies an order. */
export interface OrderIdentity {
  /** The client's number for it; 0 of orders of TWS itself. */
  readonly orderId: number;
  readonly clientId: number | undefined;
  /** `prefix:ULID`, where it is ours. */
  readonly orderRef: string;
}

/**
 * One order, from the call to its last commission. It is the same object across reconnects. What is told of it in
 * `on…` methods comes from the tracker.
 */
export class OrderTicket {
  // What most orders never need before they have left is made when it is asked for: placeOrder waits for none of it.
  private emitter: Emitter<TicketEvents> | undefined;
  private waiters: Waiters | undefined;
  private fills: OrderFills | undefined;
  private readonly life = new OrderLife();
  // 0: not yet.
  private encodedMicros = 0;
  private writtenMicros = 0;
  private acknowledgedMicros = 0;
  private firstFillMicros = 0;
  private doneMicros = 0;
  private current: Order;
  private quantity: number;
  /** What it was before changes that the gateway has not confirmed. */
  private before: Order | undefined;
  /** A connection has ended since it was asked for: what the gateway has may be another. */
  private isOutOfDate = false;
  private outcomeUnknown = false;
  /** Nobody listens to the gateway any more. */
  private isLeft = false;
  private failure: IBKRError | undefined;
  private waitForRest: Timer | undefined;
  private ended: OrderOutcome | undefined;
  private words: { readonly status: string; readonly whyHeld: string } = NO_WORDS;
  private accountWideId = 0;
  /** It left with `transmit: false` because others of its bracket follow: what changes it is to be worked at once. */
  isChained = false;
  /** cancel() was called. */
  isCancelAsked = false;
  /** Its tracker's. */
  page: TicketPage | undefined;

  constructor(
    private who: OrderIdentity,
    readonly contract: Contract,
    order: Order,
    private readonly desk: TicketDesk,
    private readonly calledMicros = desk.micros(),
  ) {
    this.current = order;
    this.quantity = Number(order.totalQuantity ?? 0);
  }

  get identity(): OrderIdentity {
    return this.who;
  }
  /** Another one where an armed order fired with a higher number before this one had left. */
  get orderId(): number {
    return this.who.orderId;
  }
  get orderRef(): string {
    return this.who.orderRef;
  }
  /** The account-wide id; 0 before the gateway has named it. */
  get permId(): number {
    return this.accountWideId;
  }
  /** What was asked for last, or what the gateway says that it has. */
  get order(): Order {
    return this.current;
  }
  get status(): OrderLifeState {
    return this.life.state;
  }
  /** IB's word for it, such as `PreSubmitted`; empty before the first. */
  get gatewayStatus(): string {
    return this.words.status;
  }
  /** Why it is held, such as `locate`; empty where it is not. */
  get whyHeld(): string {
    return this.words.whyHeld;
  }
  get disposition(): Disposition {
    const { status } = this;
    if (status === "unsent" || status === "not-sent") return "unsent";
    return status === "unknown" ? "unknown" : "written";
  }
  /** Shares or contracts that are done. */
  get filledQuantity(): number {
    return this.fills?.filled ?? 0;
  }
  get remaining(): number {
    return Math.max(0, roundedQuantity(this.quantity - this.filledQuantity));
  }
  get averagePrice(): number | undefined {
    return this.fills?.averagePrice;
  }
  /** Each once, in its newest version. */
  get executions(): readonly ExecutionDetail[] {
    return this.fills?.executions ?? [];
  }
  /** Of all executions so far; undefined where none came, and where they are in several currencies. */
  get commission(): number | undefined {
    return this.fills?.commission;
  }
  get commissions(): readonly CommissionReport[] {
    return this.fills?.commissions ?? [];
  }
  get latency(): OrderLatency {
    const { calledMicros, encodedMicros, writtenMicros, acknowledgedMicros, firstFillMicros, doneMicros } =
      this;
    return {
      calledMicros,
      ...(encodedMicros > 0 && { encodedMicros }),
      ...(writtenMicros > 0 && { writtenMicros }),
      ...(acknowledgedMicros > 0 && { acknowledgedMicros }),
      ...(firstFillMicros > 0 && { firstFillMicros }),
      ...(doneMicros > 0 && { doneMicros }),
    };
  }
  /** What went wrong last. */
  get error(): IBKRError | undefined {
    return this.failure;
  }
  /** It is filled, cancelled, rejected, or never left. */
  get isOver(): boolean {
    return isOver(this.status);
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof TicketEvents>(event: K, listener: Listener<TicketEvents, K>): () => void {
    this.emitter ??= new Emitter(EVENTS);
    return this.emitter.on(event, listener);
  }

  // --- promises ----------------------------------------------------------------------------------------------------

  /**
   * Resolves when the gateway has answered for the order.
   * @throws IBKRError `ERR_IBKR_ORDER_REJECTED` and its like where it was rejected, `ERR_IBKR_NOT_SENT` where it never
   *   left, `ERR_IBKR_UNKNOWN_OUTCOME` where nobody can know: it has left, and no answer came in time, or none will
   */
  acknowledged(options: CallOptions = {}): Promise<this> {
    const look = (): Answer<this> => {
      if (this.status === "rejected" || this.status === "not-sent") return { error: this.ending() };
      if (this.life.isAcknowledged) return { value: this }; // even if it was never seen again
      return this.unheard();
    };
    return this.measure("ticket.acknowledged", () =>
      this.wait(look, options, (ms) =>
        this.disposition === "unsent" ? this.late(ms) : this.unknown(`no answer within ${ms} ms`),
      ),
    );
  }

  /**
   * Resolves when all of it is filled; commissions may come later.
   * @throws IBKRError where it ended otherwise: `ERR_IBKR_ORDER_OVER`, `ERR_IBKR_ORDER_REJECTED`, `ERR_IBKR_NOT_SENT`;
   *   `ERR_IBKR_UNKNOWN_OUTCOME` where nobody can know; `ERR_IBKR_TIMEOUT`
   */
  filled(options: CallOptions = {}): Promise<this> {
    const look = (): Answer<this> => {
      if (this.status === "filled") return { value: this };
      if (this.isOver) return { error: this.ending() };
      return this.unheard();
    };
    return this.measure("ticket.filled", () => this.wait(look, options, (ms) => this.late(ms)));
  }

  /**
   * Resolves when it is filled, cancelled, rejected, or not sent, with its commissions: those that do not come within
   * the tracker's `commissionTimeoutMs` are left out.
   * @throws IBKRError `ERR_IBKR_UNKNOWN_OUTCOME` where nobody can know; `ERR_IBKR_TIMEOUT`
   */
  done(options: CallOptions = {}): Promise<OrderOutcome> {
    const look = (): Answer<OrderOutcome> => {
      if (this.ended !== undefined) return { value: this.ended };
      return this.unheard();
    };
    return this.measure("ticket.done", () => this.wait(look, options, (ms) => this.late(ms)));
  }

  // --- commands ----------------------------------------------------------------------------------------------------

  /**
   * Sends the order again with other values, under its number. What the gateway thinks of it comes as `status`, or as
   * `error`, after which the order is as it was.
   * @throws IBKRError `ERR_IBKR_ORDER_OVER` where it has ended; `ERR_IBKR_UNKNOWN_OUTCOME` while it is `unknown`: to a
   *   gateway that does not have it a change is a new order; `ERR_IBKR_ARGUMENT` for a value that is none
   */
  modify(change: OrderModification): void {
    this.measure("ticket.modify", () => this.change(change));
  }

  private change(change: OrderModification): void {
    this.mustLive("changed");
    if (this.status === "unknown") throw this.unknown("a change might be the order once more");
    const order = changed(this.current, change);
    this.life.next({ kind: "modified" });
    this.before ??= this.current;
    this.isOutOfDate = false;
    this.now(order);
    const isTransmitted = this.isChained || this.life.hasWorked;
    const isAsWas = change.order?.transmit === undefined;
    this.desk.change(this, isTransmitted && isAsWas ? { ...order, transmit: true } : order);
  }

  /**
   * Asks for its end. It may be filled meanwhile: only {@link done} says.
   * @throws IBKRError `ERR_IBKR_ORDER_OVER` where it has ended
   */
  cancel(): void {
    this.measure("ticket.cancel", () => {
      this.mustLive("cancelled");
      this.isCancelAsked = true;
      this.advance({ kind: "cancel-asked" });
      this.desk.cancel(this);
    });
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { orderId, permId, orderRef, status, gatewayStatus, contract, order, error } = this;
    const { filledQuantity, remaining, averagePrice, commission } = this;
    const what = { orderId, permId, orderRef, status, gatewayStatus, contract, order };
    const done = { filledQuantity, remaining, averagePrice, commission, ...(error && { error }) };
    return printed("OrderTicket", { ...what, ...done }, depth, options);
  }

  private get measure(): Measure {
    return this.desk.measure ?? UNMEASURED;
  }

  // --- told by the tracker -----------------------------------------------------------------------------------------

  /** @param stamps when, where that is known: above 0 */
  onWritten({ encodedMicros = 0, writtenMicros = 0 }: Partial<SendStamps> = {}): void {
    if (this.encodedMicros === 0) this.encodedMicros = encodedMicros;
    if (this.writtenMicros === 0) this.writtenMicros = writtenMicros > 0 ? writtenMicros : this.desk.micros();
    this.advance({ kind: "written" });
  }

  /** Its account-wide id, where that is known. */
  onNamed(permId: number | undefined): void {
    if (permId !== undefined && permId > 0) this.accountWideId = permId;
  }

  onStatus(update: OrderStatusUpdate): void {
    this.onNamed(update.permId);
    // What says less than is known is from before it: only an end counts.
    const isCurrent = this.ownFills().takeStatus(update);
    const ends = update.status === "Cancelled" || update.status === "ApiCancelled";
    if (!isCurrent && !ends) return;
    this.words = { status: update.status, whyHeld: update.whyHeld ?? "" };
    this.advance({ kind: "status", status: update.status });
  }

  onOpenOrder({ order, orderState }: OpenOrder): void {
    this.onNamed(order.permId);
    const quantity = Number(order.totalQuantity ?? 0);
    if (quantity > 0) this.quantity = quantity;
    if (this.before !== undefined) this.before = unconfirmed(this.before, this.current, order);
    this.advance({ kind: "status", status: orderState.status });
  }

  /** The same of what is found after a connect: a change that was on its way has arrived by then, or was lost. */
  onFound(open: OpenOrder): void {
    if (this.isOutOfDate) {
      this.isOutOfDate = false;
      this.before = undefined;
      this.now(withNumbersOf(open.order, this.current));
    }
    this.onOpenOrder(open);
  }

  onExecution(detail: ExecutionDetail): ExecutionNews {
    this.onNamed(detail.execution.permId);
    const news = this.ownFills().take(detail);
    if (news === "known") return news;
    if (this.firstFillMicros === 0) this.firstFillMicros = this.desk.micros();
    this.advance({ kind: "executed" });
    this.emitter?.emit("fill", detail, news);
    return news;
  }

  onCommission(report: CommissionReport): void {
    if (!this.ownFills().takeCommission(report)) return;
    this.emitter?.emit("commission", report);
    this.finish();
  }

  /** Something that the gateway said with its number, or that was not sent. */
  onError(error: IBKRError): void {
    const { gatewayCode } = error;
    if (gatewayCode !== undefined && gatewayCodeEffect(gatewayCode) === "notice") {
      this.emitter?.emit("notice", gatewayCode, error.gatewayText ?? error.message);
      return;
    }
    this.failure = error;
    if (gatewayCode !== undefined) this.advance({ kind: "error", gatewayCode });
    else if (error.request === "placeOrder") this.advance({ kind: "not-sent" });
    const isOfCancel =
      error.request === "cancelOrder" ||
      (gatewayCode !== undefined && gatewayCodeEffect(gatewayCode) === "cancel-refused");
    // What was refused, of an order that lives on, is its change.
    if (this.before !== undefined && !isOfCancel) {
      this.now(this.before);
      this.before = undefined;
    }
    this.emitter?.emit("error", error);
  }

  /** It has not left, and leaves under another number, its own or its parent's. */
  renumbered(orderId: number, parentId: number | undefined): void {
    this.who = { ...this.who, orderId };
    if (parentId !== undefined) this.current = { ...this.current, parentId };
  }

  onConnectionLost(): void {
    this.isOutOfDate = true;
    this.advance({ kind: "connection-lost" });
  }

  /** Nothing more is heard of it: whoever waits hears so, and it takes no changes. */
  onLeft(): void {
    this.isLeft = true;
    this.finish(true);
    this.waiters?.look();
  }

  /** Everything that can be asked was asked, and nothing knows of it. */
  onNotFound(): void {
    if (this.isOver || this.status === "unsent") return;
    this.advance({ kind: "vanished" });
    this.outcomeUnknown = true;
    this.waiters?.look();
  }

  // ---------------------------------------------------------------------------------------------------------------

  private advance(event: OrderLifeEvent): void {
    const before = this.status;
    this.life.next(event);
    // A change of the quantity that was not answered may never hold.
    const { fills } = this;
    if (
      fills !== undefined &&
      this.before === undefined &&
      this.quantity > 0 &&
      fills.executed >= this.quantity
    )
      this.life.next({ kind: "all-executed" });
    const { status } = this;
    if (this.acknowledgedMicros === 0 && this.life.isAcknowledged)
      this.acknowledgedMicros = this.desk.micros();
    if (status !== "unknown") this.outcomeUnknown = false;
    if (this.doneMicros === 0 && isOver(status)) this.doneMicros = this.desk.micros();
    if (status !== before) {
      this.desk.changed?.(this);
      this.emitter?.emit("status", status, before);
    }
    this.finish();
    this.waiters?.look();
  }

  /** Ends it when all has come, or the time for it is over. */
  private finish(isLate = false): void {
    if (!this.isOver || this.ended !== undefined) return;
    const isComplete = this.fills?.isComplete ?? true;
    // A cancelled order's last executions cannot be told from none: its status says how much is filled.
    if (!isLate && !isComplete) {
      this.waitForRest ??= this.desk.clock.after(this.desk.commissionTimeoutMs, () => this.finish(true));
      return;
    }
    this.waitForRest?.stop();
    this.ended = {
      status: this.status,
      filledQuantity: this.filledQuantity,
      remaining: this.remaining,
      averagePrice: this.averagePrice,
      commission: this.commission,
      isComplete,
      executions: this.executions,
      error: this.status === "rejected" || this.status === "not-sent" ? this.failure : undefined,
    };
    this.waiters?.look();
    this.desk.ended?.(this);
    this.emitter?.emit("done", this.ended);
  }

  private ownFills(): OrderFills {
    this.fills ??= new OrderFills(this.contract.secType === "BAG");
    return this.fills;
  }

  private wait<T>(
    look: () => Answer<T>,
    options: CallOptions,
    late: (timeoutMs: number) => IBKRError,
  ): Promise<T> {
    this.waiters ??= new Waiters(this.desk.clock);
    return this.waiters.wait(look, options, late);
  }

  private now(order: Order): void {
    this.current = order;
    this.quantity = Number(order.totalQuantity ?? 0);
  }

  private mustLive(verb: string): void {
    if (this.isOver)
      throw new IBKRError(
        "ERR_IBKR_ORDER_OVER",
        `order ${this.orderId} cannot be ${verb}: it is ${this.status}.`,
      );
    if (this.isLeft)
      throw new IBKRError(
        "ERR_IBKR_NOT_SENT",
        `order ${this.orderId} cannot be ${verb}: its tracker is closed.`,
        {
          scope: "order",
        },
      );
  }

  /** What who waits for it hears where nothing will come. */
  private unheard(): { readonly error: IBKRError } | undefined {
    if (this.outcomeUnknown) return { error: this.unknown("it was not found again") };
    if (!this.isLeft) return undefined;
    const { orderId, orderRef, status } = this;
    if (status === "unknown") return { error: this.unknown("its tracker is closed") };
    const message = `order ${orderId} (${orderRef}) is ${status}, and how it ends is not heard: its tracker is closed.`;
    return { error: new IBKRError("ERR_IBKR_UNKNOWN_OUTCOME", message, { scope: "order" }) };
  }

  private ending(): IBKRError {
    const { status, failure } = this;
    if (failure !== undefined && (status === "rejected" || status === "not-sent")) return failure;
    return new IBKRError(
      "ERR_IBKR_ORDER_OVER",
      `order ${this.orderId} is ${status}: ${this.filledQuantity} were filled.`,
    );
  }

  private unknown(why: string): IBKRError {
    return new IBKRError(
      "ERR_IBKR_UNKNOWN_OUTCOME",
      `order ${this.orderId} (${this.orderRef}) has left, and nobody knows whether it arrived: ${why}.`,
    );
  }

  private late(timeoutMs: number): IBKRError {
    const { orderId, status } = this;
    return new IBKRError("ERR_IBKR_TIMEOUT", `order ${orderId} is ${status} after ${timeoutMs} ms`, {
      scope: "order",
    });
  }
}

const CHANGED_NUMBERS = ["totalQuantity", "lmtPrice", "auxPrice"] as const;

/**
 * What an order is where its change is refused, after the gateway has said what it has.
 * @returns undefined: it has the change
 */
function unconfirmed(before: Order, asked: Order, said: Order): Order | undefined {
  const differs = (a: Order, b: Order, name: (typeof CHANGED_NUMBERS)[number]) =>
    Number(a[name] ?? 0) !== Number(b[name] ?? 0);
  const left = CHANGED_NUMBERS.filter((name) => differs(before, asked, name) && differs(said, asked, name));
  if (left.length === 0) return undefined;
  // An earlier change may have been taken meanwhile.
  const has = left.filter((name) => said[name] !== undefined).map((name) => [name, said[name]]);
  return { ...before, ...Object.fromEntries(has) };
}

/** With what the gateway has of the numbers that the order was given. */
function withNumbersOf(said: Order, asked: Order): Order {
  const other = CHANGED_NUMBERS.filter(
    (name) =>
      asked[name] !== undefined &&
      Number.isFinite(Number(said[name] ?? Number.NaN)) &&
      Number(said[name]) !== Number(asked[name]),
  ).map((name) => [name, said[name]]);
  return other.length === 0 ? asked : { ...asked, ...Object.fromEntries(other) };
}

const NO_WORDS = { status: "", whyHeld: "" };

const CHANGES: readonly (keyof OrderModification)[] = ["quantity", "limitPrice", "stopPrice", "order"];

function changed(order: Order, change: OrderModification): Order {
  for (const name of Object.keys(objectOf("change", change))) {
    if (!CHANGES.includes(name as keyof OrderModification))
      throw refused(name, change[name as keyof OrderModification], CHANGES.join(", "), "ERR_IBKR_ARGUMENT");
  }
  const { quantity, limitPrice, stopPrice } = change;
  if (change.order !== undefined) checkNoWhatIf(change.order);
  const merged: Order = { ...order, ...(change.order !== undefined && ownCopy(change.order)) };
  if (quantity !== undefined) {
    if (!(Number.isFinite(quantity) && quantity > 0))
      throw refused("quantity", quantity, "a number above 0", "ERR_IBKR_ARGUMENT");
    merged.totalQuantity = quantity;
  }
  if (limitPrice !== undefined) merged.lmtPrice = price("limitPrice", limitPrice);
  if (stopPrice !== undefined) merged.auxPrice = price("stopPrice", stopPrice);
  return merged;
}

function price(name: string, value: number): number {
  if (!Number.isFinite(value)) throw refused(name, value, "a number", "ERR_IBKR_ARGUMENT");
  return value;
}
