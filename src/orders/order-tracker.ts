import type { CallOptions } from "../broker/call-options.js";
import { objectOf, refused } from "../domain/check.js";
import { connectionLost } from "../domain/connection-lost.js";
import { Emitter, type Listener, report } from "../domain/emitter.js";
import { areUsual, checkContract, checkOrder, checkPlaced } from "../domain/given.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { OrderDeniedError } from "../domain/order-denied-error.js";
import type { OrderStatusUpdate } from "../domain/order-status-update.js";
import { ownCopy, withOrderRef } from "../domain/own-copy.js";
import type {
  CommissionReport,
  Contract,
  ExecutionDetail,
  OpenOrder,
  Order,
  OrderState,
} from "../domain/stock-types.js";
import { type Clock, realClock } from "../time/clock.js";
import { monotonicMicros } from "../time/monotonic.js";
import { CommissionOwners } from "./commission-owners.js";
import { ExecutionBook } from "./execution-book.js";
import { HeldPositions } from "./held-positions.js";
import { type Measure, UNMEASURED } from "./measure.js";
import { orderNotSent } from "./not-sent.js";
import { OrderGroup } from "./order-group.js";
import { orderRefOf, UlidSource } from "./order-ref.js";
import { OrderTicket, type TicketDesk } from "./order-ticket.js";
import {
  foreignKindOf,
  type GatewayTruth,
  type Reconciliation,
  type RememberedOrder,
  reconcile,
} from "./reconcile.js";
import type { RestoredOrder } from "./restored-orders.js";
import { TemplateTickets } from "./template-tickets.js";
import { TicketBook } from "./ticket-book.js";
import { TrackedTemplate } from "./tracked-template.js";
import { type ForeignOrder, TRACKER_EVENTS, type TrackerEvents } from "./tracker-events.js";
import { type OrderTrackerOptions, TRACKER_DEFAULTS, type TrackedBroker } from "./tracker-options.js";
import { WhatIfs } from "./what-ifs.js";

const MOST_FOREIGN = 10_000;

/** Turns what a broker says of orders into tickets. It outlives connections. */
export class OrderTracker implements TicketDesk {
  readonly clock: Clock;
  readonly micros: () => number;
  readonly commissionTimeoutMs: number;
  /** What the `orderRef`s of its orders begin with, where nothing else is said. */
  readonly prefix: string;
  private readonly beginning: string;
  private readonly ulids: UlidSource;
  private readonly events = new Emitter<TrackerEvents>(TRACKER_EVENTS);
  private readonly book: TicketBook;
  private readonly executions = new ExecutionBook();
  private readonly commissions = new CommissionOwners();
  private readonly positions = new HeldPositions();
  private readonly foreigners = new Map<string, ForeignOrder>();
  private readonly templates: TemplateTickets;
  private isRestoring = false;
  /** Counts calls of its tickets and templates. */
  measure: Measure = UNMEASURED;
  private readonly writesPlaced: boolean;
  private readonly whatIfs: WhatIfs;
  private readonly stops: readonly (() => void)[];

  constructor(
    private readonly broker: TrackedBroker,
    private readonly options: OrderTrackerOptions,
  ) {
    const { prefix = TRACKER_DEFAULTS.prefix, clock = realClock } = objectOf("options", options);
    const { commissionTimeoutMs = TRACKER_DEFAULTS.commissionTimeoutMs } = options;
    if (typeof broker?.orders?.place !== "function")
      throw refused("broker", broker, "a Broker", "ERR_IBKR_ARGUMENT");
    checkPrefix(prefix);
    this.prefix = prefix;
    this.beginning = orderRefOf(prefix, "");
    this.clock = clock;
    this.micros = options.micros ?? monotonicMicros;
    this.ulids = options.ulids ?? new UlidSource();
    this.commissionTimeoutMs = commissionTimeoutMs;
    this.writesPlaced = options.journal !== undefined && options.journal.takesPlaced !== false;
    this.whatIfs = new WhatIfs(clock);
    this.book = new TicketBook(options.mostOver);
    this.templates = new TemplateTickets({
      micros: this.micros,
      measure: (operation, call) => this.measure(operation, call),
      nextOrderRef: (prefix) => this.nextOrderRef(prefix),
      ticketFor: (...given) => this.ticketFor(...given),
    });
    this.stops = [
      broker.on("orderStatus", (update) => this.onStatus(update)),
      broker.on("openOrder", (order) => this.onOpenOrder(order)),
      broker.on("execution", (detail) => this.onExecution(detail)),
      broker.on("commission", (report) => this.onCommission(report)),
      broker.on("orderSent", (orderId) => this.onSent(orderId)),
      broker.on("orderError", (orderId, error) => this.onError(orderId, error)),
      broker.on("state", (state) => {
        if (state === "down") this.onDown();
      }),
    ];
  }

  /** All orders of this tracker, oldest first; of those that are over the newest 10,000. */
  get tickets(): readonly OrderTicket[] {
    return this.book.all;
  }

  /** Orders of TWS, of other clients and of other logins, as far as the gateway told of them: the newest 10,000. */
  get foreign(): readonly ForeignOrder[] {
    return [...this.foreigners.values()];
  }

  /** @returns a function that takes the listener away again */
  on<K extends keyof TrackerEvents>(event: K, listener: Listener<TrackerEvents, K>): () => void {
    return this.events.on(event, listener);
  }

  /** Hears nothing more of the broker: who waits for an order that is not over hears so (`ERR_IBKR_UNKNOWN_OUTCOME`). */
  close(): void {
    for (const stop of this.stops) stop();
    this.whatIfs.failAll(connectionLost());
    for (const ticket of this.tickets) ticket.onLeft();
  }

  // --- orders out --------------------------------------------------------------------------------------------------

  /**
   * Sends an order on the caller's stack, or leaves it where it waits for its turn: `disposition` says which.
   * @throws IBKRError `ERR_IBKR_NOT_SENT` unless ready
   */
  placeOrder(contract: Contract, order: Order): OrderTicket {
    const isUsual = areUsual(contract, order);
    if (!isUsual) {
      checkContract(contract);
      checkPlaced(order);
    }
    const orderId = this.broker.orders.nextOrderId();
    return this.send(this.ticketFor(orderId, contract, order, this.micros(), isUsual));
  }

  /**
   * A parent and the orders that close what it opens: sent as one, worked when the parent is filled.
   * @param children take profit, stop loss, …; each of the parent's opposite side
   */
  placeBracket(contract: Contract, parent: Order, children: readonly Order[]): OrderGroup {
    if (children.length === 0) throw refused("children", children, "one order at least", "ERR_IBKR_ARGUMENT");
    checkContract(contract);
    checkPlaced(parent, "parent");
    for (const [i, child] of children.entries()) checkPlaced(child, `children[${i}]`);
    const { orders } = this.broker;
    const parentId = orders.nextOrderId();
    // The last one lets all of them go.
    const parts = [
      this.ticketFor(parentId, contract, { ...parent, transmit: false }),
      ...children.map((child, i) =>
        this.ticketFor(orders.nextOrderId(), contract, {
          ...child,
          parentId,
          transmit: i === children.length - 1,
        }),
      ),
    ];
    for (const part of parts) part.isChained = true;
    this.sendGroup(parts);
    return new OrderGroup("bracket", parts);
  }

  /**
   * Orders of which one cancels the others.
   * @param ocaType 1: cancel what is left, with block. 2: reduce, with block. 3: reduce, without. Default 1
   */
  placeOca(
    orders: readonly (readonly [contract: Contract, order: Order])[],
    ocaType: 1 | 2 | 3 = 1,
  ): OrderGroup {
    if (orders.length < 2) throw refused("orders", orders.length, "two at least", "ERR_IBKR_ARGUMENT");
    for (const [i, [contract, order]] of orders.entries()) {
      checkContract(contract, `orders[${i}][0]`);
      checkPlaced(order, `orders[${i}][1]`);
    }
    if (![1, 2, 3].includes(ocaType)) throw refused("ocaType", ocaType, "1, 2, 3", "ERR_IBKR_ARGUMENT");
    const ocaGroup = this.nextOrderRef();
    const parts = orders.map(([contract, order]) =>
      this.ticketFor(this.broker.orders.nextOrderId(), contract, { ...order, ocaGroup, ocaType }),
    );
    this.sendGroup(parts);
    return new OrderGroup("oca", parts);
  }

  /**
   * Margin and commission of an order that is not placed.
   * @throws IBKRError `ERR_IBKR_ORDER_REJECTED`, `ERR_IBKR_INSUFFICIENT_FUNDS` and their like where it would be
   *   refused; `ERR_IBKR_CONNECTION_LOST`; `ERR_IBKR_TIMEOUT`
   */
  async whatIf(contract: Contract, order: Order, options: CallOptions = {}): Promise<OrderState> {
    checkContract(contract);
    checkOrder(order);
    const { orders } = this.broker;
    for (;;) {
      const orderId = orders.nextOrderId();
      const answer = this.whatIfs.ask(orderId, options);
      orders.place(orderId, contract, { ...order, whatIf: true, transmit: true });
      try {
        return await answer;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
      }
    }
  }

  /** Of a ticket. */
  change(ticket: OrderTicket, order: Order): void {
    this.options.journal?.intent("change", this.rememberedOf(ticket));
    this.broker.orders.place(ticket.orderId, ticket.contract, order);
  }

  /** Of a ticket. */
  cancel(ticket: OrderTicket): void {
    this.options.journal?.intent("cancel", this.rememberedOf(ticket));
    this.broker.orders.cancel(ticket.orderId);
  }

  /**
   * An order that is sent again and again, or armed: each has a ticket, and an `orderRef` of its own.
   * @param prefix of these `orderRef`s, 1 to 13 characters; default the tracker's
   * @throws IBKRError `ERR_IBKR_NOT_SENT`, `ERR_IBKR_CANNOT_ARM`, … from its methods, as those of the broker's
   */
  prepareOrder(contract: Contract, order: Order, prefix = this.prefix): TrackedTemplate {
    checkPrefix(prefix);
    checkContract(contract);
    checkPlaced(order, "order", false);
    const given = { contract: ownCopy(contract), order: ownCopy(order) };
    const template = this.broker.orders.prepareOrder(contract, order);
    return new TrackedTemplate(template, this.templates.deskOf(given, prefix));
  }

  /**
   * An `orderRef` that there was not before, for an order that is to be told apart by what it begins with.
   * @param prefix 1 to 13 characters; default the tracker's
   */
  nextOrderRef(prefix = this.prefix): string {
    checkPrefix(prefix);
    return this.newOrderRef(prefix, this.clock.now());
  }

  private newOrderRef(prefix: string, nowMs: number): string {
    // As orderRefOf() has it, without putting two texts together.
    return this.ulids.next(nowMs, prefix === this.prefix ? this.beginning : orderRefOf(prefix, ""));
  }

  private ticketFor(
    orderId: number,
    contract: Contract,
    order: Order,
    calledMicros = this.micros(),
    isUsual = false,
  ): OrderTicket {
    const nowMs = this.clock.now();
    const orderRef = order.orderRef || this.newOrderRef(this.prefix, nowMs);
    const identity = { orderId, clientId: this.options.clientId, orderRef };
    const ownContract = isUsual ? { ...contract } : ownCopy(contract);
    const ownOrder = withOrderRef(isUsual ? order : ownCopy(order), orderRef);
    return this.keep(new OrderTicket(identity, ownContract, ownOrder, this, calledMicros), nowMs);
  }

  private keep(ticket: OrderTicket, sentMs: number): OrderTicket {
    this.book.add(ticket, sentMs);
    this.events.emit("ticket", ticket);
    return ticket;
  }

  /** See {@link TicketDesk.changed}. */
  changed(ticket: OrderTicket): void {
    if (this.isRestoring) return;
    try {
      this.options.journal?.transition(ticket);
    } catch (error) {
      report(error);
    }
  }

  /** See {@link TicketDesk.ended}: who looks at the tickets then finds them as they are. */
  ended(ticket: OrderTicket): void {
    const forgotten = this.book.ended(ticket);
    if (forgotten !== undefined) this.commissions.forget(forgotten);
  }

  private send(ticket: OrderTicket): OrderTicket {
    const { orderId, contract, order } = ticket;
    if (this.writesPlaced) this.writeDown([ticket]);
    const { orders } = this.broker;
    if (orders.place(orderId, contract, order)) ticket.onWritten(orders.stamps?.());
    mustNotBeDenied(ticket);
    return ticket;
  }

  /** All of them, or none; of each that has left `orderSent` tells. */
  private sendGroup(tickets: readonly OrderTicket[]): void {
    if (this.writesPlaced) this.writeDown(tickets);
    this.broker.orders.placeGroup(tickets);
    for (const ticket of tickets) mustNotBeDenied(ticket);
  }

  private writeDown(tickets: readonly OrderTicket[]): void {
    try {
      for (const ticket of tickets) this.options.journal?.intent("place", this.rememberedOf(ticket));
    } catch (error) {
      for (const ticket of tickets)
        ticket.onError(orderNotSent(ticket.orderId, "it cannot be written down", error));
      throw error;
    }
  }

  // --- after a connect ---------------------------------------------------------------------------------------------

  /** Orders of an earlier life of the program, whose outcome is not known before {@link reconcile}. */
  restore(
    orders: readonly (RememberedOrder & Partial<RestoredOrder>)[],
    executions: readonly ExecutionDetail[] = [],
  ): void {
    this.isRestoring = true;
    try {
      for (const restored of orders) this.restoreOne(restored);
      for (const detail of executions) this.onExecution(detail);
    } finally {
      this.isRestoring = false;
    }
  }

  private restoreOne(restored: RememberedOrder & Partial<RestoredOrder>): void {
    const { orderId, clientId, orderRef, permId, contract, order, sentMs, end } = restored;
    const ticket = this.keep(new OrderTicket({ orderId, clientId, orderRef }, contract, order, this), sentMs);
    this.named(ticket, permId);
    if (end?.kind === "not-sent") {
      ticket.onError(end.error);
      return;
    }
    ticket.onWritten();
    if (end === undefined) ticket.onConnectionLost();
    for (const report of restored.commissions ?? []) this.onCommission(report);
    for (const detail of restored.executions ?? []) this.onExecution(detail);
    if (end === undefined) return;
    if ("error" in end) {
      ticket.onError(end.error);
      return;
    }
    const status = end.kind === "filled" ? "Filled" : "Cancelled";
    const filled = Math.max(ticket.filledQuantity, end.filled ?? 0);
    ticket.onStatus({ orderId, permId, filled, status, averageFillPrice: end.averagePrice });
  }

  /** What this tracker remembers, as reconciliation takes it. */
  get remembered(): readonly RememberedOrder[] {
    return this.tickets.map((ticket) => this.rememberedOf(ticket));
  }

  /** Takes what the gateway says after a connect, before new orders pass. */
  reconcile(truth: GatewayTruth): Reconciliation {
    const { clientId, username } = this.options;
    const executions = this.executions.all.map(({ execution }) => execution.execId ?? "");
    const { all: positions } = this.positions;
    const newestOf = (execId: string) => this.executions.newestOf(execId);
    const memory = { orders: this.remembered, executions, newestOf, positions };
    const result = reconcile(memory, truth, { clientId, username });
    for (const { remembered, gateway, isCompleted } of result.matched) {
      const ticket = this.book.ofOrderId(remembered.orderId) as OrderTicket;
      if (gateway === undefined) continue;
      const { order, orderState } = gateway;
      this.named(ticket, order.permId);
      if (!isCompleted) ticket.onFound({ ...gateway, orderId: remembered.orderId });
      else
        ticket.onStatus({
          orderId: remembered.orderId,
          status: orderState.status,
          filled: order.filledQuantity ?? 0,
          permId: order.permId,
        });
    }
    for (const { gateway } of result.foreign)
      this.onForeign({ ...gateway, orderId: gateway.orderId ?? gateway.order.orderId ?? 0 });
    for (const detail of [...result.newExecutions, ...result.corrections]) this.onExecution(detail);
    if (truth.positions !== undefined) this.positions.set(truth.positions);
    // Those that ended long ago are in no list of the gateway's, and are no riddle. One that is executed in part, and in no
    // list, works no longer, and how the rest ended is one.
    const executedOnly = result.matched.filter(({ gateway }) => gateway === undefined);
    const unknown = [...result.unknown, ...executedOnly.map(({ remembered }) => remembered)].filter(
      ({ orderId }) => this.book.ofOrderId(orderId)?.isOver === false,
    );
    for (const { orderId } of unknown) {
      const ticket = this.book.ofOrderId(orderId) as OrderTicket;
      ticket.onNotFound();
      this.events.emit("unknown", ticket);
    }
    return { ...result, unknown };
  }

  private rememberedOf(ticket: OrderTicket): RememberedOrder {
    const { identity, permId, contract, order, disposition } = ticket;
    return {
      orderId: identity.orderId,
      clientId: identity.clientId ?? this.options.clientId,
      orderRef: identity.orderRef,
      permId,
      contract,
      order,
      sentMs: this.book.sentMsOf(ticket),
      isUnsent: disposition === "unsent",
    };
  }

  // --- what the broker says ------------------------------------------------------------------------------------------

  /** By the account-wide id, else by the client's number, which other clients have as well. */
  private ticketOf(
    orderId: number,
    clientId: number | undefined,
    permId = 0,
    orderRef = "",
  ): OrderTicket | undefined {
    const named = permId > 0 ? this.book.ofPermId(permId) : undefined;
    if (named !== undefined) return named;
    if (clientId !== undefined && clientId !== this.options.clientId) return undefined;
    const ticket = this.book.ofOrderId(orderId);
    if (ticket === undefined || isAnother(ticket, permId, orderRef)) return undefined;
    this.named(ticket, permId);
    return ticket;
  }

  private named(ticket: OrderTicket, permId = 0): void {
    if (permId <= 0) return;
    ticket.onNamed(permId);
    this.book.named(ticket, permId);
  }

  private onStatus(update: OrderStatusUpdate): void {
    this.ticketOf(update.orderId, update.clientId, update.permId)?.onStatus(update);
  }

  private onOpenOrder(open: OpenOrder): void {
    const { clientId, permId, orderRef } = open.order;
    if ((clientId === undefined || clientId === this.options.clientId) && this.whatIfs.onOpenOrder(open))
      return;
    const ticket = this.ticketOf(open.orderId, clientId, permId, orderRef);
    if (ticket === undefined) this.onForeign(open);
    else ticket.onOpenOrder(open);
  }

  private onForeign(openOrder: OpenOrder): void {
    const { order, orderId } = openOrder;
    if (this.book.wasForgotten(order.permId)) return;
    const key =
      (order.permId ?? 0) > 0 ? `perm ${order.permId}` : `client ${order.clientId} order ${orderId}`;
    const foreign = { kind: foreignKindOf(order, this.options), openOrder };
    const isNew = !this.foreigners.has(key);
    this.foreigners.set(key, foreign);
    if (this.foreigners.size > MOST_FOREIGN)
      this.foreigners.delete(this.foreigners.keys().next().value as string);
    if (isNew) this.events.emit("foreign", foreign);
  }

  private onExecution(detail: ExecutionDetail): void {
    const { orderId = 0, clientId, permId, orderRef, execId = "" } = detail.execution;
    const before = this.executions.newestOf(execId);
    const news = this.executions.take(detail);
    if (news === "known") return;
    this.positions.executed(detail, before);
    const ticket = this.ticketOf(orderId, clientId, permId, orderRef);
    if (!this.isRestoring) this.options.journal?.execution(detail, ticket);
    const report = this.commissions.executed(execId, ticket);
    // First, so that a ticket which ends with this fill ends with its commission.
    if (ticket !== undefined && report !== undefined) this.commissionOf(ticket, report);
    ticket?.onExecution(detail);
    this.events.emit("fill", detail, news, ticket);
  }

  private onCommission(report: CommissionReport): void {
    const ticket = this.commissions.ownerOf(report);
    if (ticket !== undefined) this.commissionOf(ticket, report);
  }

  private commissionOf(ticket: OrderTicket, report: CommissionReport): void {
    if (!this.isRestoring) this.options.journal?.commission?.(report, ticket);
    ticket.onCommission(report);
  }

  private onSent(orderId: number): void {
    const ticket = this.book.ofOrderId(orderId);
    if (ticket === undefined) this.templates.onSent(orderId, this.broker.orders.stamps?.());
    else ticket.onWritten(this.broker.orders.stamps?.());
  }

  private onError(orderId: number, error: IBKRError): void {
    if (this.whatIfs.onError(orderId, error)) return;
    const ticket = this.book.ofOrderId(orderId);
    if (ticket !== undefined) {
      if (isOvertaken(error) && ticket.disposition === "unsent") this.overtaken(ticket, orderId);
      else ticket.onError(error);
    } else if (!this.templates.onError(orderId, error)) this.events.emit("error", error, orderId);
  }

  /** No byte of it has left: it leaves under another number, above that of the armed order. */
  private overtaken(ticket: OrderTicket, orderId: number): void {
    // A change that waited behind it: what is sent under the new number has it.
    if (ticket.orderId !== orderId) return;
    if (ticket.isCancelAsked) {
      ticket.onError(orderNotSent(orderId, "it was cancelled before it left"));
      return;
    }
    let next: number;
    try {
      next = this.broker.orders.nextOrderId();
    } catch (error) {
      ticket.onError(orderNotSent(orderId, (error as IBKRError).message));
      return;
    }
    ticket.renumbered(next, undefined);
    this.book.renumbered(ticket);
    // Children leave behind their parent, and are overtaken like it.
    for (const child of this.tickets)
      if (child.order.parentId === orderId && child.disposition === "unsent")
        child.renumbered(child.orderId, next);
    this.send(ticket);
  }

  private onDown(): void {
    this.whatIfs.failAll(connectionLost());
    for (const ticket of this.book.all) if (!ticket.isOver) ticket.onConnectionLost();
  }
}

/** An order of an earlier life, or of another program with this client id, may have had the number. */
function isAnother(ticket: OrderTicket, permId: number, orderRef: string): boolean {
  if (orderRef !== "" && ticket.orderRef !== "") return orderRef !== ticket.orderRef;
  return permId > 0 && ticket.permId > 0 && permId !== ticket.permId;
}

function checkPrefix(prefix: string): void {
  // TWS shows 40 characters of an orderRef: the ULID and its colon are 27.
  if (typeof prefix !== "string" || !/^.{1,13}$/.test(prefix))
    throw refused("prefix", prefix, "a text of 1 to 13 characters");
}

/** Within the call that sends: the caller is told, whoever listens to the ticket was told before. */
function mustNotBeDenied({ error }: OrderTicket): void {
  if (error instanceof OrderDeniedError) throw error;
}

function isOvertaken(error: unknown): boolean {
  return error instanceof IBKRError && error.code === "ERR_IBKR_ORDER_OVERTAKEN";
}
