import type {
  ArmedCondition,
  ArmedOrder,
  ArmOptions,
  OrderChange,
  OrderTemplate,
  SentOrder,
} from "../broker/order-template.js";
import { beyondOrdinary, mayBeOrdinary } from "../dialect/ordinary-order.js";
import { check, refused } from "../domain/check.js";
import { checkContract, checkOrder, checkQuantity } from "../domain/given.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { ownCopy } from "../domain/own-copy.js";
import type { Contract, Order } from "../domain/stock-types.js";
import {
  ARMED_OP_GREATER,
  ARMED_OP_GREATER_OR_EQUAL,
  ARMED_OP_LESS,
  ARMED_OP_LESS_OR_EQUAL,
  BOARD_ASK,
  BOARD_ASK_SIZE,
  BOARD_BID,
  BOARD_BID_SIZE,
  BOARD_CLOSE,
  BOARD_HIGH,
  BOARD_LAST,
  BOARD_LAST_SIZE,
  BOARD_LOW,
  BOARD_MARK,
  BOARD_OPEN,
  BOARD_VOLUME,
  BOARD_VWAP,
} from "../native/layout.js";
import type { PreparedOrders } from "../native/prepared-orders.js";
import type { Sent } from "../native/sent.js";
import { anyText, fields, finite, instance, integer, oneOf, positive } from "../validation/rules.js";
import { lazily } from "../validation/zod.js";
import type { ArmedOrders } from "./armed-orders.js";
import { sentDisposition } from "./dispositions.js";
import type { OrderIds } from "./order-ids.js";

/** What a template needs of its session. */
export interface OrderWay {
  readonly isReady: boolean;
  readonly isReadOnly: boolean;
  readonly orderIds: OrderIds;
  readonly armed: ArmedOrders;
  /** Of the connection of the moment. */
  readonly preparedOrders: PreparedOrders | undefined;
  /** Sends what their sheet was set to; undefined: it has to go by {@link sendByRequest}. */
  sendPrepared(orders: PreparedOrders): Sent | undefined;
  /** Under another number where that one has been overtaken. @param taken undefined: the next one */
  sendByRequest(
    taken: number | undefined,
    contract: Contract,
    order: Order,
  ): Omit<SentOrder, "encodedMicros" | "writtenMicros">;
  /** Why the gate refused what was to be armed. */
  denied(): IBKRError;
  /** The core writes quotes of this connection there. */
  isTreated(boardSlot: number): boolean;
}

const FIELDS: Readonly<Record<ArmedCondition["field"], number>> = {
  bid: BOARD_BID,
  ask: BOARD_ASK,
  last: BOARD_LAST,
  bidSize: BOARD_BID_SIZE,
  askSize: BOARD_ASK_SIZE,
  lastSize: BOARD_LAST_SIZE,
  volume: BOARD_VOLUME,
  open: BOARD_OPEN,
  high: BOARD_HIGH,
  low: BOARD_LOW,
  close: BOARD_CLOSE,
  mark: BOARD_MARK,
  vwap: BOARD_VWAP,
};

const OPS: Readonly<Record<ArmedCondition["op"], number>> = {
  "<": ARMED_OP_LESS,
  "<=": ARMED_OP_LESS_OR_EQUAL,
  ">": ARMED_OP_GREATER,
  ">=": ARMED_OP_GREATER_OR_EQUAL,
};

const MAX_TIMER_MS = 0x7fffffff;

const conditionRules = lazily(() =>
  fields({
    boardSlot: integer(0),
    field: oneOf(Object.keys(FIELDS)),
    op: oneOf(Object.keys(OPS)),
    price: finite(),
  }),
);
const armRules = lazily(() =>
  fields({
    when: conditionRules(),
    expiresInMs: integer(1, MAX_TIMER_MS).optional(),
    onEnd: instance((value) => typeof value === "function", "a function").optional(),
    quantity: positive().optional(),
    limitPrice: finite().optional(),
    orderRef: anyText().optional(),
  }),
);

const NO_CHANGE: OrderChange = {};
const NEXT_ID = Number.NaN;

export class SessionOrderTemplate implements OrderTemplate {
  private readonly contract: Contract;
  private readonly order: Order;
  private readonly isOrdinary: boolean;
  /** The connection that it is prepared on; its handle there: 0, the general path has to make each frame. */
  private preparedOn: PreparedOrders | undefined;
  private handle = 0;

  constructor(
    private readonly way: OrderWay,
    contract: Contract,
    order: Order,
  ) {
    checkContract(contract);
    checkOrder(order, "order", false);
    this.isOrdinary = mayBeOrdinary(contract, order);
    this.contract = ownCopy(contract);
    this.order = ownCopy(order);
    if (way.isReady) this.prepare();
  }

  send(change: OrderChange = NO_CHANGE): SentOrder {
    const { way } = this;
    // A bare number would be the order as it was prepared, of another size than was meant.
    if (typeof change !== "object" || change === null)
      throw refused("change", change, "an object with quantity, limitPrice, orderRef", "ERR_IBKR_ARGUMENT");
    checkQuantity(change.quantity);
    checkNumber("limitPrice", change.limitPrice);
    checkText("orderRef", change.orderRef);
    if (!way.isReady)
      throw new IBKRError("ERR_IBKR_NOT_SENT", "a prepared order was not sent: not connected.");
    const orders = this.prepare();
    let taken: number | undefined;
    if (orders?.sheet.set(this.handle, NEXT_ID, change)) {
      const sent = way.sendPrepared(orders);
      const { orderId, encodedMicros, writtenMicros } = orders.sheet;
      if (sent !== undefined)
        return { orderId, disposition: sentDisposition(sent), encodedMicros, writtenMicros };
      if (!Number.isNaN(orderId)) taken = orderId;
    }
    const sent = way.sendByRequest(taken, this.contract, this.changed(change));
    return { ...sent, encodedMicros: 0, writtenMicros: 0 };
  }

  arm(options: ArmOptions): ArmedOrder {
    const { way } = this;
    // A name that is mistyped would be an order that never expires, or one of another size.
    check(armRules(), options, "", "ERR_IBKR_ARGUMENT");
    const { when, expiresInMs, onEnd } = options;
    if (way.isReadOnly)
      throw new IBKRError("ERR_IBKR_READ_ONLY", "the order was not armed: the session only reads.");
    if (!way.isReady) throw cannotArm("not connected");
    const orders = this.prepare();
    if (orders === undefined || !orders.sheet.set(this.handle, NEXT_ID, options)) throw this.withoutFrame();
    if (!way.isTreated(when.boardSlot)) {
      const allowed = "the slot of a subscription with a treatment on this connection";
      throw refused("when.boardSlot", when.boardSlot, allowed, "ERR_IBKR_ARGUMENT");
    }
    const armed = orders.arm({
      slot: when.boardSlot,
      field: FIELDS[when.field],
      op: OPS[when.op],
      price: when.price,
      expiresMs: expiresInMs ?? Number.POSITIVE_INFINITY,
    });
    if (armed === DENIED) throw way.denied();
    if (armed === NO_SOCKET) throw noSocket();
    if (armed <= 0) throw armed < 0 ? this.withoutFrame() : cannotArm("not connected");
    return way.armed.add(orders, armed, when.boardSlot, expiresInMs, onEnd);
  }

  close(): void {
    if (this.handle > 0) this.preparedOn?.drop(this.handle);
    this.preparedOn = undefined;
    this.handle = 0;
  }

  private withoutFrame(): IBKRError {
    const names = beyondOrdinary(this.contract, this.order);
    return cannotArm(names.length === 0 ? NO_FRAME : `${NO_FRAME} (${names.join(", ")})`);
  }

  /** Once for each connection. Undefined: the general path has to make each frame. */
  private prepare(): PreparedOrders | undefined {
    const { preparedOrders } = this.way;
    if (preparedOrders !== this.preparedOn) {
      this.preparedOn = preparedOrders;
      const prepared = this.isOrdinary ? preparedOrders?.prepare(this.contract, this.order) : undefined;
      this.handle = prepared !== undefined && "handle" in prepared ? prepared.handle : 0;
    }
    return this.handle > 0 ? preparedOrders : undefined;
  }

  private changed({ quantity, limitPrice, orderRef }: OrderChange): Order {
    return {
      ...this.order,
      ...(quantity !== undefined && { totalQuantity: quantity }),
      ...(limitPrice !== undefined && { lmtPrice: limitPrice }),
      ...(orderRef !== undefined && { orderRef }),
    };
  }
}

/** What arming returns where the journal cannot be written. */
const DENIED = -2;
/** And where nobody but JavaScript could send it. */
const NO_SOCKET = -3;
const NO_FRAME = "the core has no frame for such an order";

function cannotArm(why: string): IBKRError {
  return new IBKRError("ERR_IBKR_CANNOT_ARM", `the order was not armed: ${why}.`);
}

function noSocket(): IBKRError {
  const what =
    "the order was not armed: whoever reads sends it, and over this transport that is JavaScript alone";
  return new IBKRError("ERR_IBKR_ARM_TRANSPORT", `${what} (allowed: tcp).`);
}

function checkText(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== "string")
    throw refused(name, value, "a text", "ERR_IBKR_ARGUMENT");
}

function checkNumber(name: string, value: number | undefined): void {
  if (value !== undefined && !Number.isFinite(value))
    throw refused(name, value, "a number", "ERR_IBKR_ARGUMENT");
}
