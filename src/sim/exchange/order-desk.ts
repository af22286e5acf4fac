import { isRefusal } from "../market/contract-check.js";
import { contractOf, type Instrument } from "../market/instrument.js";
import { tidy } from "../market/quote.js";
import { hashText } from "../market/random.js";
import type { ContractFields } from "../model/contract.js";
import { type OrderFields, orderWith } from "../model/order.js";
import type { AttachedOrder } from "../model/requests.js";
import type { Account } from "./account.js";
import { attachedFields } from "./attached-orders.js";
import { OcaType } from "./oca.js";
import { checkChangeable, checkIdentity, checkOrderId, checkRevision } from "./order-change.js";
import { checkFunds, checkOrder } from "./order-check.js";
import type { ExecutionRecord, OrderOwner } from "./order-events.js";
import { OrderLifeCycle } from "./order-life-cycle.js";
import { OrderReject, validation } from "./order-reject.js";
import { sized } from "./order-rules.js";
import { limitOf } from "./triggers.js";
import type { Venue } from "./venue.js";
import { DEFAULT_USERNAME, isBuy, isDone, settleStatus, type WorkingOrder } from "./working-order.js";

const CASH_CHANGE =
  "Order Quantity is expressed in monetary terms. Modification is not supported via API. Please use desktop version to revise this order.";

/** An order with `transmit` off: known, not yet sent to the market. */
interface HeldOrder {
  owner: OrderOwner;
  orderId: number;
  instrument: Instrument;
  contract: ContractFields;
  fields: OrderFields;
}

/** Takes orders from clients, checks them and hands them to the market. */
export class OrderDesk {
  readonly lifeCycle: OrderLifeCycle;
  /** All orders by user, client and order id, ended ones included. */
  private readonly orders = new Map<string, WorkingOrder>();
  /** Those that still work, in the order they came. */
  private readonly openOrders = new Set<WorkingOrder>();
  private readonly held = new Map<string, HeldOrder>();
  private readonly highestId = new Map<string, number>();
  private nextPermId: number;

  constructor(private readonly venue: Venue) {
    this.lifeCycle = new OrderLifeCycle(venue);
    this.nextPermId = 1_000_000_000 + (hashText(`permId|${venue.seed}`) % 1_000_000) * 1000;
  }

  /** Every execution, oldest first. */
  get executions(): readonly ExecutionRecord[] {
    return this.lifeCycle.fills.executions;
  }

  /** Ended orders, in the order they ended. */
  get completed(): readonly WorkingOrder[] {
    return this.lifeCycle.completed;
  }

  /** The smallest order id this client may use next. */
  nextValidId(clientId: number, username = DEFAULT_USERNAME): number {
    return (this.highestId.get(ownerKey({ username, clientId })) ?? 0) + 1;
  }

  /**
   * Forgets order ids from `nextValidId` on, for all clients of a user: what a gateway does whose order id sequence was
   * reset. Ended orders lose their ids; those that work keep them, so that placing with such an id changes them.
   */
  rollBackIds(username: string, nextValidId: number): void {
    for (const [key, highest] of this.highestId) {
      if (key.startsWith(`${username}/`)) this.highestId.set(key, Math.min(highest, nextValidId - 1));
    }
    for (const [key, order] of this.orders) {
      if (order.username === username && order.orderId >= nextValidId && isDone(order))
        this.orders.delete(key);
    }
  }

  find(clientId: number, orderId: number, username = DEFAULT_USERNAME): WorkingOrder | undefined {
    return this.orders.get(orderKey({ username, clientId }, orderId));
  }

  /** Orders that still work, in the order they came; of one client or of all, of one user or of all. */
  open(clientId?: number, username?: string): WorkingOrder[] {
    for (const order of this.openOrders) if (isDone(order)) this.openOrders.delete(order);
    return [...this.openOrders].filter(
      (order) =>
        (clientId === undefined || order.clientId === clientId) &&
        (username === undefined || order.username === username),
    );
  }

  /**
   * Places or changes an order.
   * @param attached orders to make and to place with a new one, all or none of them
   * @throws OrderReject with the code a gateway answers
   */
  place(
    clientId: number,
    orderId: number,
    contract: ContractFields,
    given: OrderFields,
    username = DEFAULT_USERNAME,
    attached: readonly AttachedOrder[] = [],
  ): void {
    const owner = { username, clientId };
    checkOrderId(orderId);
    const existing = this.orders.get(orderKey(owner, orderId));
    if (existing !== undefined) {
      this.modify(existing, contract, given);
      return;
    }
    const { instrument, fields } = this.check(contract, given);
    const held = this.held.get(orderKey(owner, orderId));
    if (held !== undefined) checkIdentity(held, { instrument, contract, fields });
    const family: HeldOrder[] = [{ owner, orderId, instrument, contract, fields }];
    for (const child of attached) {
      const quote = this.venue.quote(instrument);
      const { presets } = this.venue;
      const childFields = attachedFields(orderId, fields, child, instrument, quote, presets);
      family.push({ owner, orderId: child.orderId, instrument, contract, fields: childFields });
    }
    this.hold(owner, family);
    if (fields.transmit) this.transmit(owner, orderId);
  }

  /** Keeps orders until they are transmitted. @throws OrderReject 103 for an id that was used before; none is kept */
  private hold(owner: OrderOwner, family: readonly HeldOrder[]): void {
    let first = this.nextValidId(owner.clientId, owner.username);
    for (const { orderId } of family) {
      if (orderId < first && !this.held.has(orderKey(owner, orderId)))
        throw new OrderReject(103, "Duplicate order id");
      first = Math.max(first, orderId + 1);
    }
    this.highestId.set(ownerKey(owner), first - 1);
    for (const order of family) this.held.set(orderKey(owner, order.orderId), order);
  }

  /** Whether the order can be taken at all, whatever its time and its account's funds. @throws OrderReject */
  verify(contract: ContractFields, fields: OrderFields): void {
    this.check(contract, fields);
  }

  /** What the order would do to the account's margins; nothing is placed. @throws OrderReject */
  preview(
    orderId: number,
    contract: ContractFields,
    given: OrderFields,
  ): { order: WorkingOrder; account: Account } {
    checkOrderId(orderId);
    if (!given.transmit)
      throw new OrderReject(413, "What-if order should have the transmit flag set to true.");
    const { instrument, account, fields } = this.check(contract, given);
    const order = this.build(
      { username: DEFAULT_USERNAME, clientId: 0 },
      orderId,
      instrument,
      contract,
      fields,
    );
    order.status = "PreSubmitted";
    return { order, account };
  }

  /** @throws OrderReject 10147 or 10148 */
  cancel(clientId: number, orderId: number, username = DEFAULT_USERNAME): void {
    const key = orderKey({ username, clientId }, orderId);
    if (this.held.delete(key)) {
      this.discarded({ username, clientId }, orderId);
      return;
    }
    const order = this.orders.get(key);
    if (order === undefined) {
      throw new OrderReject(10147, `OrderId ${orderId} that needs to be cancelled is not found.`);
    }
    if (isDone(order)) {
      throw new OrderReject(
        10148,
        `OrderId ${orderId} that needs to be cancelled cannot be cancelled, state: ${order.status}.`,
      );
    }
    this.lifeCycle.end(order);
  }

  /** An order that was kept back has no status: two messages are all that is told of its end. */
  private discarded(owner: OrderOwner, orderId: number): void {
    const permId = this.nextPermId++;
    const notCancelled = `Cancel attempted when order is not in a cancellable state.  Order permId =${permId}`;
    for (const reject of [
      new OrderReject(202, "Order Canceled - reason:Order was discarded"),
      new OrderReject(161, notCancelled),
    ])
      this.venue.emit("rejected", owner, orderId, reject);
  }

  cancelAll(): void {
    this.held.clear();
    for (const order of this.open()) if (!isDone(order)) this.lifeCycle.end(order);
  }

  /** @returns with the fields as they were given, or with the quantity that an amount of money buys */
  private check(
    contract: ContractFields,
    given: OrderFields,
  ): { instrument: Instrument; account: Account; fields: OrderFields } {
    const instrument = this.instrument(contract);
    const fields = sized(instrument, contract, given, this.venue.quote(instrument));
    checkOrder(instrument, contract, fields);
    this.lifeCycle.conditions.instrumentsOf(fields.conditions);
    return { instrument, account: this.account(fields.account), fields };
  }

  private instrument(contract: ContractFields): Instrument {
    const found = this.venue.instruments.qualify(contract, "order");
    if (isRefusal(found))
      throw new OrderReject(found.code, found.code === 321 ? validation(found.text) : found.text);
    return found;
  }

  private account(id: string): Account {
    const accounts = this.venue.accounts;
    const account = id === "" ? accounts.values().next().value : accounts.get(id);
    if (account === undefined) {
      throw new OrderReject(
        321,
        `Error validating request.-'order' : cause - Invalid account code ${JSON.stringify(id)} (known: ${[...accounts.keys()].join(", ")})`,
      );
    }
    return account;
  }

  /** Sends an order, its held parent before it and the parent's other held children after it, to the market. */
  private transmit(owner: OrderOwner, orderId: number): void {
    const parentId = this.held.get(orderKey(owner, orderId))?.fields.parentId ?? 0;
    const root = parentId !== 0 && this.held.has(orderKey(owner, parentId)) ? parentId : orderId;
    const prefix = `${ownerKey(owner)}:`;
    const family = [...this.held.entries()].filter(
      ([key, h]) =>
        key.startsWith(prefix) && (h.orderId === root || h.fields.parentId === root || h.orderId === orderId),
    );
    family.sort(
      ([, a], [, b]) => Number(b.orderId === root) - Number(a.orderId === root) || a.orderId - b.orderId,
    );
    const accepted: WorkingOrder[] = [];
    for (const [key, h] of family) {
      this.held.delete(key);
      try {
        accepted.push(this.accept(h));
      } catch (error) {
        if (!(error instanceof OrderReject)) throw error;
        this.venue.emit("rejected", owner, h.orderId, error);
      }
    }
    for (const order of accepted) this.venue.emit("order", order);
    for (const order of accepted) if (!isDone(order)) this.lifeCycle.start(order);
  }

  private accept({ owner, orderId, instrument, contract, fields }: HeldOrder): WorkingOrder {
    const parent =
      fields.parentId === 0 ? undefined : this.find(owner.clientId, fields.parentId, owner.username);
    if (fields.parentId !== 0 && parent === undefined) {
      throw new OrderReject(135, `Can't find order with ID =${fields.parentId}`);
    }
    // Children close what their parent opens, so only orders without one need funds.
    if (parent === undefined) checkFunds(this.account(fields.account), instrument, signed(fields));
    const order = this.build(owner, orderId, instrument, contract, fields);
    if (parent !== undefined) {
      order.parent = parent;
      parent.children.push(order);
      if (order.fields.ocaGroup === "") order.fields.ocaGroup = String(parent.permId);
    }
    this.lifeCycle.prepare(order);
    this.orders.set(orderKey(owner, orderId), order);
    this.openOrders.add(order);
    this.lifeCycle.add(order);
    return order;
  }

  private build(
    owner: OrderOwner,
    orderId: number,
    instrument: Instrument,
    contract: ContractFields,
    fields: OrderFields,
  ): WorkingOrder {
    const exchange = contract.exchange.trim().toUpperCase();
    return {
      ...owner,
      orderId,
      permId: this.nextPermId++,
      instrument,
      contract: { ...contractOf(instrument, exchange), comboLegs: contract.comboLegs },
      fields: orderWith(fields, {
        account: this.account(fields.account).id,
        // A bracket's children share one group in which a fill of one reduces the others.
        ocaType: fields.ocaType === 0 ? OcaType.REDUCE_WITHOUT_BLOCK : fields.ocaType,
      }),
      status: "PendingSubmit",
      whyHeld: "",
      filled: 0,
      remaining: fields.totalQuantity,
      filledValue: 0,
      lastFillPrice: 0,
      commission: 0,
      waits: { trigger: false, conditions: false, time: false, auction: false, session: false },
      limit: undefined,
      touches: 0,
      timers: [],
      children: [],
      completedTime: "",
      completedStatus: "",
    };
  }

  private modify(order: WorkingOrder, contract: ContractFields, fields: OrderFields): void {
    this.checkChange(order, contract, fields);
    const before = { fields: order.fields, waits: { ...order.waits }, remaining: order.remaining };
    const { ocaGroup, ocaType, parentId, account, trailStopPrice } = order.fields;
    order.fields = orderWith(fields, { ocaGroup, ocaType, parentId, account });
    order.remaining = tidy(fields.totalQuantity - order.filled);
    if (keepsPlace(order, before.fields, before.remaining)) {
      this.venue.emit("order", order);
      return;
    }
    this.lifeCycle.pause(order);
    const same = fields.orderType === before.fields.orderType;
    if (same && fields.trailStopPrice === undefined) order.fields.trailStopPrice = trailStopPrice;
    this.lifeCycle.prepare(order);
    // What has happened already is not waited for again.
    if (same && !before.waits.trigger) order.waits.trigger = false;
    if (!before.waits.conditions && sameConditions(order.fields, before.fields))
      order.waits.conditions = false;
    order.limit = order.waits.trigger ? undefined : limitOf(order);
    settleStatus(order);
    this.venue.emit("order", order);
    this.lifeCycle.start(order);
  }

  private checkChange(order: WorkingOrder, contract: ContractFields, fields: OrderFields): void {
    checkChangeable(order);
    if (order.fields.cashQty! > 0) throw new OrderReject(10241, CASH_CHANGE);
    checkIdentity(order, { ...this.check(contract, fields), contract, fields });
    checkRevision(order, fields);
    if (fields.totalQuantity <= order.filled) {
      throw new OrderReject(
        201,
        `Order rejected - reason:quantity ${fields.totalQuantity} is not above the ${order.filled} already filled`,
      );
    }
    if (order.parent !== undefined) return;
    const more = fields.totalQuantity - order.filled;
    checkFunds(this.account(order.fields.account), order.instrument, isBuy(order) ? more : -more);
  }
}

/** Whether a change leaves an order where it stands in its queue: only its quantity shrinks. */
function keepsPlace(order: WorkingOrder, before: OrderFields, remaining: number): boolean {
  const { orderType, lmtPrice, tif, hidden, displaySize, allOrNone, goodTillDate } = order.fields;
  return (
    order.entry !== undefined &&
    order.remaining <= remaining &&
    orderType === "LMT" &&
    orderType === before.orderType &&
    lmtPrice === before.lmtPrice &&
    tif === before.tif &&
    hidden === before.hidden &&
    displaySize === before.displaySize &&
    allOrNone === before.allOrNone &&
    goodTillDate === before.goodTillDate &&
    sameConditions(order.fields, before)
  );
}

function sameConditions(a: OrderFields, b: OrderFields): boolean {
  return (
    a.conditionsCancelOrder === b.conditionsCancelOrder &&
    JSON.stringify(a.conditions) === JSON.stringify(b.conditions)
  );
}

function ownerKey({ username, clientId }: OrderOwner): string {
  return `${username}/${clientId}`;
}

function orderKey(owner: OrderOwner, orderId: number): string {
  return `${ownerKey(owner)}:${orderId}`;
}

function signed(fields: OrderFields): number {
  return fields.action === "BUY" ? fields.totalQuantity : -fields.totalQuantity;
}
