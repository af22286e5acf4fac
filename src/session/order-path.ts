import type { Contract, Order } from "@stoqey/ib";
import type { SendStamps } from "../broker/order-desk.js";
import type { OrderTemplate, SentOrder } from "../broker/order-template.js";
import { mayBeOrdinary } from "../dialect/ordinary-order.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { ARMED_END_QUEUED, ARMED_END_WRITTEN } from "../native/layout.js";
import type { ReadOrder } from "../native/order-entry.js";
import type { ArmedOutcome, PreparedOrders } from "../native/prepared-orders.js";
import { Sent } from "../native/sent.js";
import { ArmedOrders } from "./armed-orders.js";
import type { Connection } from "./connection.js";
import { sentDisposition } from "./dispositions.js";
import type { Observers } from "./observers.js";
import { noneLeft, type OrderIds } from "./order-ids.js";
import { type OrderWay, SessionOrderTemplate } from "./order-templates.js";
import type { Outbox } from "./outbox.js";
import type { StreamDesk } from "./stream-desk.js";

/** What the order path needs of its session. */
export interface OrderPathHost {
  readonly isReady: boolean;
  /** No order leaves, by whichever way. */
  readonly isReadOnly: boolean;
  /** Of the moment. */
  readonly connection: Connection | undefined;
  readonly observers: Observers;
  readonly orderIds: OrderIds;
  readonly desk: StreamDesk;
  request(method: string, args: readonly unknown[]): void;
  threw(error: unknown): void;
}

/** Orders by the fast path: read, encoded and sent by the core on the caller's stack; prepared ones; armed ones. */
export class OrderPath implements OrderWay {
  readonly armed: ArmedOrders;
  /** Whether the order that {@link placeOrdinary} took last has left. */
  hasJustLeft = false;

  constructor(
    private readonly host: OrderPathHost,
    private readonly outbox: Outbox,
  ) {
    this.armed = new ArmedOrders(
      (error) => host.threw(error),
      (orderId) => host.orderIds.hasFired(orderId),
    );
    host.desk.slotFreed = (slot) => this.armed.slotFreed(slot);
  }

  /**
   * An order that the core can encode.
   * @returns what has to go by {@link Session.request} instead: not ready, somebody wants `sent` events, requests ahead
   *   of it in the queue, an order that is not ordinary. It is what was given, or its values if they have been read
   *   already.
   */
  placeOrdinary(id: number, contract: Contract, order: Order): ReadOrder | undefined {
    const { outbox } = this;
    const { connection, orderIds } = this.host;
    if (connection === undefined || !this.mayGo(contract, order, id)) return { contract, order };
    orderIds.aboutToSend(id);
    const outcome = connection.placeOrder(id, contract, order);
    if (typeof outcome === "number") outbox.wentPastQueue("placeOrder", id, outcome);
    else if ("order" in outcome) return outcome;
    else outbox.refuseArgument("placeOrder", [id], outcome.unreadable);
    // Behind the events, whose listeners may have placed others.
    this.hasJustLeft = outcome === Sent.WHOLE || outcome === Sent.QUEUED;
    return undefined;
  }

  /** Somebody asks for {@link stamps}: also of orders that JavaScript encodes. */
  stampOrders(): void {
    this.outbox.isStamping = true;
  }

  /** See {@link OrderDesk.stamps}. */
  get stamps(): SendStamps | undefined {
    const stamps = this.host.connection?.orderStamps;
    if (stamps === undefined || stamps.encodedMicros > 0) return stamps;
    return { encodedMicros: this.outbox.encodedMicros, writtenMicros: stamps.writtenMicros };
  }

  /** A cancel without further fields. False if it has to go by {@link Session.request}, as {@link placeOrdinary} says. */
  cancelPlain(id: number): boolean {
    const { connection } = this.host;
    if (!this.isOpen(connection) || !isOrderId(id) || !this.outbox.queue.mayTake("cancel", id)) return false;
    const sent = connection.cancelOrder(id);
    if (sent === Sent.TAKE_GENERAL_PATH) return false;
    this.outbox.wentPastQueue("cancelOrder", id, sent);
    return true;
  }

  /** See {@link OrderDesk.prepareOrder}. */
  prepare(contract: Contract, order: Order): OrderTemplate {
    return new SessionOrderTemplate(this, contract, order);
  }

  /** The core has sent an armed order, or let it expire. */
  armedEnded(armed: number, outcome: ArmedOutcome): void {
    const { end, orderId } = outcome;
    // Before its listeners, and before what the gateway answers.
    if (orderId !== 0) this.orderIds.hasFired(orderId);
    if (end === ARMED_END_WRITTEN || end === ARMED_END_QUEUED)
      this.outbox.armedOrderLeft(orderId, end === ARMED_END_QUEUED);
    this.armed.ended(armed, outcome);
  }

  /** The way of the last order once more, without its bytes: it lies in the caches afterwards. */
  rehearse(): void {
    this.host.connection?.preparedOrders?.rehearse(this.mayGo);
  }

  /** Whether an order may go by the fast path now. Changes nothing. */
  private readonly mayGo = (contract: Contract, order: Order, id: number): boolean =>
    this.isOpen(this.host.connection) &&
    mayBeOrdinary(contract, order) &&
    this.outbox.queue.mayTake("order", id);

  private isOpen(connection: Connection | undefined): connection is Connection {
    const { host } = this;
    return (
      host.isReady &&
      !host.isReadOnly &&
      connection !== undefined &&
      !host.observers.interest.sent &&
      !host.observers.interest.frames
    );
  }

  // --- OrderWay, for templates -----------------------------------------------------------------------------------

  get isReady(): boolean {
    return this.host.isReady;
  }

  get isReadOnly(): boolean {
    return this.host.isReadOnly;
  }

  get orderIds(): OrderIds {
    return this.host.orderIds;
  }

  get preparedOrders(): PreparedOrders | undefined {
    return this.host.connection?.preparedOrders;
  }

  isTreated(boardSlot: number): boolean {
    return this.host.desk.isTreated(boardSlot);
  }

  denied(): IBKRError {
    const [why, code = "ERR_IBKR_CANNOT_ARM"] = this.outbox.whyDenied();
    return new IBKRError(code, `the order was not armed: ${why}.`);
  }

  sendPrepared(orders: PreparedOrders): Sent | undefined {
    if (!this.isOpen(this.host.connection) || !this.outbox.queue.mayTake("order")) return undefined;
    const sent = orders.send();
    const { orderId } = orders.sheet;
    if (Number.isNaN(orderId)) throw noneLeft();
    this.orderIds.use(orderId);
    if (sent === Sent.TAKE_GENERAL_PATH) return undefined;
    this.outbox.wentPastQueue("placeOrder", orderId, sent);
    return sent;
  }

  sendByRequest(
    taken: number | undefined,
    contract: Contract,
    order: Order,
  ): Omit<SentOrder, "encodedMicros" | "writtenMicros"> {
    for (let orderId = taken ?? this.orderIds.take(); ; orderId = this.orderIds.take()) {
      this.orderIds.use(orderId);
      const request = () => this.host.request("placeOrder", [orderId, contract, order]);
      // One that is overtaken gets another number within the call: nobody is told.
      const sent = this.outbox.during(request, true);
      if (sent !== Sent.OVERTAKEN) return { orderId, disposition: sentDisposition(sent) };
    }
  }
}

/** Ids the core takes; whatever else a caller has goes by the general path. */
function isOrderId(id: number): boolean {
  return Number.isInteger(id) && id >= -0x80000000 && id <= 0x7fffffff;
}
