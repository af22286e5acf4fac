import { getSystemErrorName } from "node:util";
import { type Contract, ErrorCode, EventName, type Order } from "@stoqey/ib";
import type { OrderTemplate, SendDisposition } from "../broker/order-template.js";
import type { Dialect, DialectHost, OutgoingFrame } from "../dialect/dialect.js";
import type { NativeEventName } from "../dialect/extensions/index.js";
import { mayBeOrdinary } from "../dialect/ordinary-order.js";
import { ProtobufFrames } from "../dialect/protobuf/protobuf-frames.js";
import { isCancelOfOrders, isOrderMethod, requestIdOf, scopeOf } from "../dialect/request-names.js";
import { TextDialect } from "../dialect/text/text-dialect.js";
import type { IBKRErrorCode } from "../domain/error-codes.js";
import { shownInHex } from "../domain/hex.js";
import { IBKRError } from "../domain/ibkr-error.js";
import { ARMED_END_QUEUED, ARMED_END_WRITTEN } from "../native/layout.js";
import type { SessionStats } from "../native/load.js";
import type { ReadOrder } from "../native/order-entry.js";
import type { ArmedOutcome, PreparedOrders } from "../native/prepared-orders.js";
import { ALL_KINDS, type RecordHandler } from "../native/pump.js";
import { Sent } from "../native/sent.js";
import type { JournaledOrder } from "../orders/journal-record.js";
import { journaledOrderOf } from "../orders/journaled-order.js";
import { problem } from "../validation/problem.js";
import { ArmedOrders } from "./armed-orders.js";
import { Connection, type ConnectionOwner } from "./connection.js";
import { EndpointMemory } from "./endpoint-memory.js";
import type { Failure } from "./failure.js";
import { Observers } from "./observers.js";
import { noneLeft, OrderIds } from "./order-ids.js";
import { dispositionOf, type OrderWay, SessionOrderTemplate } from "./order-templates.js";
import { PendingWrites } from "./pending-writes.js";
import { RecordHandlers } from "./record-handlers.js";
import { RequestIds } from "./request-ids.js";
import { type Priority, type QueuedRequest, type RateStats, RequestQueue } from "./request-queue.js";
import {
  isBetweenDialects,
  MAX_TEXT_VERSION,
  MIN_PROTOBUF_VERSION,
  MIN_VERSION,
  offerOf,
} from "./server-versions.js";
import type { SessionOptions } from "./session-options.js";
import { StreamDesk } from "./stream-desk.js";

/** Bytes a frame of the fast path may count for where its length is not known; see {@link PendingWrites}. */
const LARGEST_ORDINARY_ORDER = 1024;

/** How much of a frame an event shows. */
const SHOWN_BYTES = 1024;

/** Number of the notice that a connection has no guard thread; none of Interactive Brokers'. */
const NO_GUARD = 590;

/** `handshaken`: the version is agreed, but before nextValidId the gateway may drop what it is sent. */
export type SessionState = "disconnected" | "connecting" | "handshaken" | "ready";

/** A request that waits for the session to be ready. */
interface WaitingRequest {
  readonly method: string;
  readonly args: readonly unknown[];
}

/**
 * One TWS session: connects, agrees on a dialect, sends requests by name within the rate, and tells its observers what
 * comes in, as events in stock's shape. It may connect again and again; nothing that waited is sent on a later connection.
 */
export class Session implements ConnectionOwner, DialectHost, OrderWay {
  readonly observers = new Observers(() => this.interestChanged());
  /** For requests of our own, and for orders: one row of numbers each, however many brokers share the session. */
  readonly requestIds = new RequestIds();
  readonly orderIds = new OrderIds();
  /** What the core treats, and the batches that come of it. */
  readonly desk = new StreamDesk((error) => this.threw(error));
  readonly armed = new ArmedOrders((error) => this.threw(error));
  private readonly recordHandlers = new RecordHandlers(() => this.interestChanged());
  private readonly queue: RequestQueue;
  private readonly memory: EndpointMemory;
  private readonly pending = new PendingWrites();
  private current: SessionState = "disconnected";
  private everConnected = false;
  /** What became of the newest frame, for who asks within the call. */
  private lastSent: Sent = Sent.NO;
  private connection: Connection | undefined;
  private dialect: Dialect | undefined;
  private version = 0;
  private offered = 0;
  private clientIdInUse: number;
  private waiting: WaitingRequest[] = [];
  private warming: NodeJS.Timeout | undefined;
  /** The connection has ended, and nobody has been told. */
  private disconnectedDue = false;
  private disconnectedSoon: NodeJS.Immediate | undefined;

  constructor(private readonly options: SessionOptions) {
    this.clientIdInUse = options.clientId;
    this.memory = options.endpointMemory ?? new EndpointMemory();
    this.queue = new RequestQueue(options.maxReqPerSec);
    // Ids that an earlier process may have used.
    if (options.journal !== undefined) this.orderIds.nextIs(options.journal.recovered.highWater);
    this.desk.slotFreed = (slot) => this.armed.slotFreed(slot);
  }

  get state(): SessionState {
    return this.current;
  }

  /** The negotiated server version of the newest connection; 0 before the first. */
  get serverVersion(): number {
    return this.version;
  }

  /** True from the end of the handshake on. */
  get connected(): boolean {
    return this.current === "handshaken" || this.current === "ready";
  }

  get clientId(): number {
    return this.clientIdInUse;
  }

  /** Counters of the newest connection; undefined before the first. */
  get stats(): SessionStats | undefined {
    return this.connection?.stats();
  }

  /** What the rate has cost: how many messages waited for their turn, and how long. */
  get rate(): RateStats {
    return this.queue.stats;
  }

  /**
   * Calls `handler` for hot messages in order of arrival, before their events.
   * @param kinds bit `kind` is set for the messages to be shown
   * @returns a function that takes the handler away again
   */
  onRecord(handler: RecordHandler, kinds = ALL_KINDS): () => void {
    return this.recordHandlers.add(handler, kinds);
  }

  /**
   * Begins to connect; the outcome is `connected`, or `error` and `disconnected`.
   * @param clientId for this connect and those that follow
   */
  connect(clientId = this.clientIdInUse): void {
    if (this.connected) {
      this.emitInfo("Cannot connect if already connected.", ErrorCode.ALREADY_CONNECTED);
      return;
    }
    if (this.current === "connecting") return;
    this.announceDisconnected();
    // A listener of `disconnected` may have begun a connect of its own.
    if (this.state !== "disconnected") return;
    this.clientIdInUse = clientId;
    this.current = "connecting";
    const wanted = this.options.maxServerVersion;
    this.open(this.memory.isTextOnly(this.options) ? Math.min(wanted, MAX_TEXT_VERSION) : wanted);
  }

  /** Ends the connection at once; `disconnected` follows in the next turn of the event loop. */
  disconnect(): void {
    if (this.current === "disconnected") {
      this.emitInfo("Cannot disconnect if already disconnected.", ErrorCode.NOT_CONNECTED);
      return;
    }
    this.connection?.close();
    const tellLost = this.leave("the connection was closed by disconnect()");
    this.disconnectedSoon = setImmediate(() => this.announceDisconnected());
    tellLost();
  }

  // --- orders by the fast path: read, encoded and sent by the core on the caller's stack -------------------------

  /**
   * An order that the core can encode.
   * @returns what has to go by {@link request} instead: not ready, somebody wants `sent` events, requests ahead of it in
   *   the queue, an order that is not ordinary. It is what was given, or its values if they have been read already.
   */
  placeOrdinaryOrder(id: number, contract: Contract, order: Order): ReadOrder | undefined {
    const { connection } = this;
    if (
      !this.mayTakeFastPath(connection) ||
      !mayBeOrdinary(contract, order) ||
      !this.queue.mayTake("order", id)
    )
      return { contract, order };
    const outcome = connection.placeOrder(id, contract, order);
    if (typeof outcome === "number") this.sentPastTheQueue("placeOrder", id, outcome);
    else if ("order" in outcome) return outcome;
    else this.refuseArgument("placeOrder", [id], outcome.unreadable);
    return undefined;
  }

  /** A cancel without further fields. False if it has to go by {@link request}, as {@link placeOrdinaryOrder} says. */
  cancelPlainOrder(id: number): boolean {
    const { connection } = this;
    if (!this.mayTakeFastPath(connection) || !isOrderId(id) || !this.queue.mayTake("cancel", id))
      return false;
    const sent = connection.cancelOrder(id);
    if (sent === Sent.TAKE_GENERAL_PATH) return false;
    this.sentPastTheQueue("cancelOrder", id, sent);
    return true;
  }

  /** See {@link OrderDesk.prepareOrder}. */
  prepareOrder(contract: Contract, order: Order): OrderTemplate {
    return new SessionOrderTemplate(this, contract, order);
  }

  get isReady(): boolean {
    return this.current === "ready";
  }

  get preparedOrders(): PreparedOrders | undefined {
    return this.connection?.preparedOrders;
  }

  isTreated(boardSlot: number): boolean {
    return this.desk.isTreated(boardSlot);
  }

  denied(): IBKRError {
    const [why, code = "ERR_IBKR_CANNOT_ARM"] = this.whyDenied();
    return new IBKRError(code, `the order was not armed: ${why}.`);
  }

  sendPrepared(orders: PreparedOrders): Sent | undefined {
    if (!this.mayTakeFastPath(this.connection) || !this.queue.mayTake("order")) return undefined;
    const sent = orders.send();
    const { orderId } = orders.sheet;
    if (Number.isNaN(orderId)) throw noneLeft();
    this.orderIds.use(orderId);
    if (sent === Sent.TAKE_GENERAL_PATH) return undefined;
    this.sentPastTheQueue("placeOrder", orderId, sent);
    return sent;
  }

  sendByRequest(orderId: number, contract: Contract, order: Order): SendDisposition {
    this.orderIds.use(orderId);
    // What waits for its turn says nothing within the call.
    this.lastSent = Sent.QUEUED;
    this.request("placeOrder", [orderId, contract, order]);
    return dispositionOf(this.lastSent);
  }

  private mayTakeFastPath(connection: Connection | undefined): connection is Connection {
    return this.current === "ready" && connection !== undefined && !this.observers.interest.sent;
  }

  private sentPastTheQueue(method: string, id: number, sent: Sent): void {
    this.queue.taken();
    if (sent !== Sent.WHOLE || !this.pending.isEmpty) this.noteSent(method, id, sent, LARGEST_ORDINARY_ORDER);
  }

  // --- requests by name ------------------------------------------------------------------------------------------

  /**
   * Sends a request now, when its turn comes, or when the session is ready for the first time; orders never wait for a
   * connection. What cannot be sent is an `error` event with the request's id.
   * @param method name of a method of stock's encoder, or of one in NATIVE_REQUEST_METHODS
   */
  request(method: string, args: readonly unknown[]): void {
    if (this.current === "ready") {
      this.transmit(method, args);
      return;
    }
    const settingUp = this.current !== "disconnected";
    if (settingUp || (!this.everConnected && !isOrderMethod(method))) {
      this.waiting.push({ method, args });
      return;
    }
    this.refuse(method, args, "not connected");
  }

  /** The numbers of the requests that wait for the session to be ready or for their turn. */
  waitingRequests(): ReadonlySet<number> {
    const ids = new Set(this.queue.ids());
    for (const { method, args } of this.waiting) ids.add(requestIdOf(method, args));
    return ids;
  }

  private transmit(method: string, args: readonly unknown[]): void {
    const { connection } = this;
    const id = requestIdOf(method, args);
    let frames: readonly OutgoingFrame[];
    try {
      frames = (this.dialect as Dialect).encode(method, args);
    } catch (error) {
      this.refuseArgument(method, args, error);
      return;
    }
    const priority = priorityOf(method);
    // Behind the orders that wait it would be late, and before them it would not be their cancel.
    if (method === "reqGlobalCancel") this.queue.withdrawOrders("a global cancel was called", isNoOrder);
    const order = this.journaled(method, args);
    for (const frame of frames) {
      this.queue.submit({
        id,
        method,
        priority,
        send: () => this.write(connection, method, id, frame, order),
        drop: (why) => this.emitNotSent(method, id, why),
      });
    }
  }

  /** A field that cannot go on the wire. The caller gets an event like for every other refusal. */
  private refuseArgument(method: string, args: readonly unknown[], cause: unknown): void {
    this.lastSent = Sent.NO;
    const why = cause instanceof Error ? cause.message : "it cannot be read";
    const error = new IBKRError("ERR_IBKR_ARGUMENT", `${method}: ${why}`, {
      scope: scopeOf(method),
      request: method,
      cause,
    });
    this.emitError(error, ErrorCode.FAIL_SEND, requestIdOf(method, args));
  }

  /** @param connection the one it was made for: where a listener has ended that one, it goes on no other */
  private write(
    connection: Connection | undefined,
    method: string,
    id: number,
    frame: OutgoingFrame,
    order?: JournaledOrder,
  ): void {
    const { payload } = frame;
    const isText = typeof payload === "string";
    let sent: Sent = Sent.NO;
    let orderId: number | undefined;
    if (order !== undefined) {
      // The gate writes it, before the bytes leave.
      this.options.journal?.prepareIntent(Date.now() * 1000, id, order);
      orderId = id;
    }
    if (connection !== undefined)
      sent = isText ? connection.sendText(payload, orderId) : connection.sendBytes(payload, orderId);
    this.noteSent(method, id, sent, 4 + (isText ? Buffer.byteLength(payload) : payload.length));
    if (method === "placeOrder" && (sent === Sent.WHOLE || sent === Sent.QUEUED))
      this.observers.orderLeft(id);
    if (this.observers.interest.sent) {
      const shown = isText ? payload.slice(0, -1) : shownInHex(payload, SHOWN_BYTES);
      this.emitEvent(EventName.sent, [...frame.tokens], shown);
    }
  }

  /** Remembers a frame that the socket did not take whole, or reports one of which nothing was sent. */
  private noteSent(method: string, id: number, sent: Sent, bytes: number): void {
    this.lastSent = sent;
    switch (sent) {
      case Sent.WHOLE:
        this.pending.allWritten();
        break;
      case Sent.QUEUED:
        this.pending.add({ method, id, bytes });
        break;
      case Sent.DENIED:
        this.emitNotSent(method, id, ...this.whyDenied());
        break;
      case Sent.BAD_SIZE:
        this.emitNotSent(
          method,
          id,
          problem("its length in bytes", bytes - 4, "1 to 16777215"),
          "ERR_IBKR_ARGUMENT",
        );
        break;
      default:
        this.emitNotSent(method, id, "the connection is gone");
    }
  }

  private whyDenied(): readonly [why: string, code?: IBKRErrorCode] {
    const errno = this.connection?.denial ?? 0;
    const error = errno === 0 ? undefined : this.options.journal?.writeError(errno);
    return error === undefined ? ["the gate before orders refused it"] : [error.message, error.code];
  }

  /** What the journal keeps of an order; undefined for what is none, and where there is no journal. */
  private journaled(method: string, args: readonly unknown[]): JournaledOrder | undefined {
    if (method !== "placeOrder" || this.options.journal === undefined) return undefined;
    const [, contract, order] = args as [number, Contract, Order];
    // As it is now: its frame is made now, too. A question for margins is no order.
    return order.whatIf ? undefined : journaledOrderOf(contract, order);
  }

  private refuse(method: string, args: readonly unknown[], why: string): void {
    this.emitNotSent(method, requestIdOf(method, args), why);
  }

  private emitNotSent(
    method: string,
    id: number,
    why: string,
    code: IBKRErrorCode = "ERR_IBKR_NOT_SENT",
  ): void {
    this.lastSent = Sent.NO;
    const what = id === ErrorCode.NO_VALID_ID ? method : `${method} ${id}`;
    const error = new IBKRError(code, `${what} was not sent: ${why}.`, {
      scope: scopeOf(method),
      request: method,
    });
    this.emitError(error, ErrorCode.NOT_CONNECTED, id);
  }

  // --- the connection --------------------------------------------------------------------------------------------

  private open(maxVersion: number): void {
    this.offered = maxVersion;
    const { options } = this;
    this.connection = new Connection(
      options,
      offerOf(maxVersion),
      options.engine,
      this,
      this.orderIds.memory,
      options.journal?.addon,
    );
    this.desk.attach(this.connection);
    this.interestChanged();
    this.connection.open();
  }

  /**
   * The state and everything that waits end with the connection; nothing is sent later.
   * @returns what tells of each request that was not sent: state first, events after
   */
  private leave(why: string): () => void {
    this.current = "disconnected";
    this.disconnectedDue = true;
    clearInterval(this.warming);
    const lost = this.pending.takeLost(this.connection?.stats()?.unsentBytes ?? 0);
    const queued = this.queue.takeAll();
    const waiting = this.waiting;
    this.waiting = [];
    const tellArmed = this.armed.connectionEnded();
    return () => {
      tellArmed();
      for (const { method, id } of lost) this.emitNotSent(method, id, why);
      for (const request of queued) request.drop(why);
      for (const { method, args } of waiting) this.refuse(method, args, why);
    };
  }

  /** A connection that ended by itself. A listener of any of these events may already connect again. */
  private finish(failure: Failure | undefined, why: string): void {
    const tellLost = this.leave(why);
    if (failure !== undefined) this.emitError(failure.error, failure.number);
    tellLost();
    this.announceDisconnected();
  }

  private announceDisconnected(): void {
    if (!this.disconnectedDue) return;
    this.disconnectedDue = false;
    clearImmediate(this.disconnectedSoon);
    this.disconnectedSoon = undefined;
    this.emitEvent(EventName.disconnected);
  }

  /** Tells the pump who wants what. */
  private interestChanged(): void {
    const { observers, recordHandlers, connection } = this;
    connection?.route({
      handler: recordHandlers.composed,
      handledKinds: recordHandlers.kinds,
      observer: observers.hot,
      wantedKinds: observers.interest.kinds,
    });
    connection?.setRaw(observers.interest.received);
  }

  private becomeReady(): void {
    const { connection } = this;
    this.current = "ready";
    this.keepWarm();
    const waiting = this.waiting;
    this.waiting = [];
    const isOrder = ({ method }: WaitingRequest) => isOrderMethod(method);
    // Orders first, as in the queue; both in order of call.
    for (const request of [...waiting.filter(isOrder), ...waiting.filter((r) => !isOrder(r))]) {
      const { method, args } = request;
      // A listener of what one of them caused may have ended the connection.
      if (this.connection === connection && this.connected) this.transmit(method, args);
      else this.refuse(method, args, "the connection is gone");
    }
  }

  private keepWarm(): void {
    const { keepWarmMs } = this.options.engine;
    if (keepWarmMs === 0) return;
    this.warming = setInterval(() => this.connection?.preparedOrders?.rehearse(), keepWarmMs);
    this.warming.unref();
  }

  // --- ConnectionOwner -------------------------------------------------------------------------------------------

  opened(serverVersion: number, connectionTime: string): void {
    if (isBetweenDialects(serverVersion) && this.offered >= MIN_PROTOBUF_VERSION) {
      this.memory.rememberTextOnly(this.options);
      this.connection?.close();
      this.open(MAX_TEXT_VERSION);
      return;
    }
    this.version = serverVersion;
    if (serverVersion < MIN_VERSION || serverVersion > this.offered) {
      this.connection?.close();
      const what = `Unsupported Version ${serverVersion}: offered were ${MIN_VERSION} to ${this.offered}`;
      const error = new IBKRError("ERR_IBKR_SERVER_VERSION", what);
      const failure = { error, number: ErrorCode.UNSUPPORTED_VERSION };
      this.finish(failure, `the gateway's version ${serverVersion} is not supported`);
      return;
    }
    this.current = "handshaken";
    this.everConnected = true;
    this.dialect = serverVersion >= MIN_PROTOBUF_VERSION ? new ProtobufFrames(this) : new TextDialect(this);
    this.interestChanged();
    const frames = this.dialect.orderFrames;
    const { connection } = this;
    if (frames !== undefined) connection?.setOrderFrames(frames);
    this.write(connection, "startApi", ErrorCode.NO_VALID_ID, this.dialect.startApi(this.clientIdInUse));
    // Each listener may end this connection: the events that follow would be told of one that is gone.
    const isOpen = () => this.connection === connection && this.connected;
    if (isOpen()) this.emitEvent(EventName.connected);
    if (isOpen()) this.emitEvent(EventName.server, serverVersion, connectionTime);
  }

  ended(failure: Failure | undefined): void {
    this.finish(failure, failure === undefined ? "the gateway closed the connection" : failure.error.message);
  }

  unguarded(errno: number): void {
    const why = getSystemErrorName(-errno);
    this.emitInfo(
      `The guard thread could not be started (${why}): nothing is read while JavaScript is busy.`,
      NO_GUARD,
    );
  }

  armedEnded(armed: number, outcome: ArmedOutcome): void {
    const { end, orderId } = outcome;
    // Before its listeners, and before what the gateway answers.
    if (orderId !== 0) this.orderIds.use(orderId);
    if (end === ARMED_END_WRITTEN || end === ARMED_END_QUEUED) this.queue.taken();
    if (end === ARMED_END_QUEUED)
      this.pending.add({ method: "placeOrder", id: orderId, bytes: LARGEST_ORDINARY_ORDER });
    this.armed.ended(armed, outcome);
  }

  cold(id: number, protobuf: boolean, payload: Buffer): void {
    if (this.observers.interest.received) this.raw(payload);
    this.dialect?.receive(id, protobuf, payload);
  }

  raw(payload: Buffer): void {
    const tokens = this.dialect?.tokensOf(payload) ?? [];
    this.emitEvent(EventName.received, tokens, payload.toString("utf8"));
  }

  malformed(id: number, trailing: boolean, payload: Buffer): void {
    const what = trailing ? "Unread bytes at the end of" : "Cannot decode";
    const text = `${what} message ${id} (server version ${this.version}): ${shownInHex(payload, SHOWN_BYTES)}`;
    this.emitError(new IBKRError("ERR_IBKR_BAD_MESSAGE", text), ErrorCode.BAD_MESSAGE);
  }

  /** A listener threw: the process hears of it as if nobody had caught it, and the stream goes on. */
  threw(error: unknown): void {
    setImmediate(() => {
      throw error;
    });
  }

  // --- DialectHost -----------------------------------------------------------------------------------------------

  /** Never throws: what a listener throws costs neither the caller, who may just have sent an order, nor the state. */
  emitEvent(name: EventName | NativeEventName, ...args: unknown[]): void {
    if (name === EventName.nextValidId) this.requestIds.keepOffOrdersFrom(args[0] as number);
    try {
      this.observers.event(name, args);
    } catch (error) {
      this.threw(error);
    }
    if (name === EventName.nextValidId && this.current === "handshaken") this.becomeReady();
  }

  emitInfo(message: string, code: number, infoTime?: number): void {
    // What the text dialect does not have is no argument there, not even an undefined one.
    if (infoTime === undefined) this.emitEvent(EventName.info, message, code);
    else this.emitEvent(EventName.info, message, code, infoTime);
  }

  emitError(
    error: string | IBKRError,
    number: number,
    reqId: number = ErrorCode.NO_VALID_ID,
    advancedOrderReject?: unknown,
    errorTime?: number,
  ): void {
    const shown = typeof error === "string" ? new Error(error) : error;
    if (errorTime === undefined) this.emitEvent(EventName.error, shown, number, reqId, advancedOrderReject);
    else this.emitEvent(EventName.error, shown, number, reqId, advancedOrderReject, errorTime);
  }
}

function priorityOf(method: string): Priority {
  if (isCancelOfOrders(method)) return "cancel";
  return isOrderMethod(method) ? "order" : "data";
}

/** Exercises wait among the orders, and are none. */
function isNoOrder({ method }: QueuedRequest): boolean {
  return method === "exerciseOptions";
}

/** Ids the core takes; whatever else a caller has goes by the general path. */
function isOrderId(id: number): boolean {
  return Number.isInteger(id) && id >= -0x80000000 && id <= 0x7fffffff;
}
