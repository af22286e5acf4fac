import { getSystemErrorName } from "node:util";
import { ErrorCode, EventName } from "@stoqey/ib";
import type { Dialect, DialectHost } from "../dialect/dialect.js";
import type { NativeEventName } from "../dialect/extensions/index.js";
import { ProtobufFrames } from "../dialect/protobuf/protobuf-frames.js";
import { isOrderMethod, onlyReads, requestIdOf } from "../dialect/request-names.js";
import { TextDialect } from "../dialect/text/text-dialect.js";
import { report } from "../domain/emitter.js";
import { shownInHex } from "../domain/hex.js";
import { IBKRError } from "../domain/ibkr-error.js";
import type { ArmedOutcome } from "../native/prepared-orders.js";
import { ALL_KINDS, type RecordHandler } from "../native/pump.js";
import { RiskGate } from "../risk/risk-gate.js";
import { Connection, type ConnectionOwner } from "./connection.js";
import { type ConnectionStats, ConnectionTimes } from "./connection-stats.js";
import { EchoTimes } from "./echo-times.js";
import { EndpointMemory } from "./endpoint-memory.js";
import type { Failure } from "./failure.js";
import { Observers } from "./observers.js";
import { OrderIds } from "./order-ids.js";
import { OrderPath, type OrderPathHost } from "./order-path.js";
import { Outbox, type OutboxHost } from "./outbox.js";
import { RecordHandlers } from "./record-handlers.js";
import { RequestIds } from "./request-ids.js";
import type { RateStats } from "./request-queue.js";
import { RiskControl } from "./risk-control.js";
import { RiskWatch } from "./risk-watch.js";
import {
  isBetweenDialects,
  MAX_TEXT_VERSION,
  MIN_PROTOBUF_VERSION,
  MIN_VERSION,
  offerOf,
} from "./server-versions.js";
import { SessionCounts, type SessionTotals } from "./session-counts.js";
import type { SessionOptions } from "./session-options.js";
import { StreamDesk } from "./stream-desk.js";

/** How much of a frame an error shows. */
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
export class Session implements ConnectionOwner, OutboxHost, OrderPathHost, DialectHost {
  readonly observers = new Observers(() => this.interestChanged());
  /** For requests of our own, and for orders: one row of numbers each, however many brokers share the session. */
  readonly requestIds = new RequestIds();
  readonly orderIds = new OrderIds();
  /** What the core treats, and the batches that come of it. */
  readonly desk = new StreamDesk((error) => this.threw(error));
  readonly orderPath: OrderPath;
  /** What only grows, over all connections. */
  readonly counts = new SessionCounts();
  /** The gate before orders, and who tells it what comes in; undefined: there is none. */
  readonly risk: RiskWatch | undefined;
  /** The same as a program sees it. */
  readonly riskControl: RiskControl | undefined;
  /** The newest; one that has ended stays until the next. */
  connection: Connection | undefined;
  private readonly recordHandlers = new RecordHandlers(() => this.interestChanged());
  readonly echoes = new EchoTimes();
  private readonly times = new ConnectionTimes();
  /** Of the message whose events are being raised: CLOCK_MONOTONIC. */
  private receivedMicros = 0;
  private readonly outbox: Outbox;
  private readonly memory: EndpointMemory;
  private current: SessionState = "disconnected";
  private everConnected = false;
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
    this.outbox = new Outbox(this, options);
    this.orderPath = new OrderPath(this, this.outbox);
    const { risk, host, port } = options;
    this.risk = risk && new RiskWatch(this, new RiskGate(risk, `${host}:${port}`));
    this.riskControl = this.risk && new RiskControl(this, this.risk);
    // Ids that an earlier process may have used.
    if (options.journal !== undefined) this.orderIds.notBelow(options.journal.recovered.highWater);
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

  get isReady(): boolean {
    return this.current === "ready";
  }

  get riskGate(): RiskGate | undefined {
    return this.risk?.gate;
  }

  get isReadOnly(): boolean {
    return this.options.readOnly === true;
  }

  get clientId(): number {
    return this.clientIdInUse;
  }

  /** Counters of the newest connection; undefined before the first. */
  get stats(): ConnectionStats | undefined {
    const counters = this.connection?.stats();
    if (counters === undefined) return undefined;
    const { transport } = this.options;
    return { ...counters, transport: transport?.kind ?? "tcp", ...this.times.stats(this.echoes) };
  }

  /** What came, went and was said over all connections. */
  get totals(): SessionTotals {
    return this.counts.totals(this.stats);
  }

  /** What the rate has cost: how many messages waited for their turn, and how long. */
  get rate(): RateStats {
    return this.outbox.queue.stats;
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
    this.riskGate?.addon.setClient(`${this.options.host}:${this.options.port} ${clientId}`);
    this.current = "connecting";
    this.riskControl?.begin();
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

  // --- requests by name ------------------------------------------------------------------------------------------

  /**
   * Sends a request now, when its turn comes, or when the session is ready for the first time; orders never wait for a
   * connection. What cannot be sent is an `error` event with the request's id.
   * @param method name of a method of stock's encoder, or of one in NATIVE_REQUEST_METHODS
   */
  request(method: string, args: readonly unknown[]): void {
    if (this.isReadOnly && !onlyReads(method)) {
      this.denyWrite(method, args);
      return;
    }
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

  /** Orders that are one thing: all of them are encoded and on record before a byte leaves. @param parts the arguments of each */
  placeGroup(parts: readonly (readonly unknown[])[]): void {
    if (this.isReadOnly) for (const args of parts) this.denyWrite("placeOrder", args);
    else if (this.current === "ready") this.outbox.transmitGroup(this.dialect as Dialect, parts);
    else for (const args of parts) this.refuse("placeOrder", args, "not connected");
  }

  /** The numbers of the requests that wait for the session to be ready or for their turn. */
  waitingRequests(): ReadonlySet<number> {
    const ids = new Set(this.outbox.queue.ids());
    for (const { method, args } of this.waiting) ids.add(requestIdOf(method, args));
    return ids;
  }

  private transmit(method: string, args: readonly unknown[]): void {
    this.risk?.requested(method, args);
    this.outbox.transmit(this.dialect as Dialect, method, args);
  }

  /** See {@link Outbox.refuseArgument}. */
  refuseArgument(method: string, args: readonly unknown[], cause: unknown): void {
    this.outbox.refuseArgument(method, args, cause);
  }

  private denyWrite(method: string, args: readonly unknown[]): void {
    this.outbox.notSent(method, requestIdOf(method, args), "the session only reads", "ERR_IBKR_READ_ONLY");
  }

  private refuse(method: string, args: readonly unknown[], why: string): void {
    this.outbox.notSent(method, requestIdOf(method, args), why);
  }

  // --- the connection --------------------------------------------------------------------------------------------

  private open(maxVersion: number): void {
    this.offered = maxVersion;
    this.counts.ended(this.stats);
    const { options } = this;
    this.connection = new Connection(
      options,
      offerOf(maxVersion),
      options.engine,
      this,
      this.orderIds.memory,
      { journal: options.journal?.addon, risk: this.riskGate?.addon, isReadOnly: this.isReadOnly },
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
    this.times.ended();
    this.echoes.connectionEnded();
    this.disconnectedDue = true;
    clearInterval(this.warming);
    this.riskControl?.rest();
    const tellUnsent = this.outbox.connectionEnded();
    const waiting = this.waiting;
    this.waiting = [];
    const tellArmed = this.orderPath.armed.connectionEnded();
    return () => {
      tellArmed();
      tellUnsent(why);
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
    connection?.setRaw(observers.interest.received || observers.interest.frames);
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
    this.warming = setInterval(() => this.orderPath.rehearse(), keepWarmMs);
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
    this.times.handshaken();
    this.everConnected = true;
    this.counts.connections++;
    this.riskGate?.addon.setServerVersion(serverVersion);
    this.dialect = serverVersion >= MIN_PROTOBUF_VERSION ? new ProtobufFrames(this) : new TextDialect(this);
    this.interestChanged();
    const frames = this.dialect.orderFrames;
    const { connection } = this;
    if (frames !== undefined) connection?.setOrderFrames(frames);
    this.outbox.write(
      connection,
      "startApi",
      ErrorCode.NO_VALID_ID,
      this.dialect.startApi(this.clientIdInUse),
    );
    this.outbox.queue.taken();
    // Each listener may end this connection: the events that follow would be told of one that is gone.
    const isOpen = () => this.connection === connection && this.connected;
    if (isOpen()) this.emitEvent(EventName.connected);
    if (isOpen()) this.emitEvent(EventName.server, serverVersion, connectionTime);
  }

  ended(failure: Failure | undefined): void {
    this.finish(failure, failure === undefined ? "the gateway closed the connection" : failure.error.message);
  }

  flushed(): void {
    this.outbox.flushed();
  }

  unguarded(errno: number): void {
    const why = getSystemErrorName(-errno);
    this.emitInfo(
      `The guard thread could not be started (${why}): nothing is read while JavaScript is busy.`,
      NO_GUARD,
    );
  }

  armedEnded(armed: number, outcome: ArmedOutcome): void {
    this.orderPath.armedEnded(armed, outcome);
  }

  cold(id: number, protobuf: boolean, payload: Buffer, receivedMicros: number): void {
    this.receivedMicros = receivedMicros;
    const { received, frames } = this.observers.interest;
    if (received || frames) this.raw(payload);
    this.dialect?.receive(id, protobuf, payload);
  }

  raw(payload: Buffer): void {
    if (this.observers.interest.frames) this.observers.frame("in", payload);
    if (!this.observers.interest.received) return;
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
    report(error);
  }

  // --- DialectHost -----------------------------------------------------------------------------------------------

  /** Never throws: what a listener throws costs neither the caller, who may just have sent an order, nor the state. */
  emitEvent(name: EventName | NativeEventName, ...args: unknown[]): void {
    if (name === EventName.nextValidId) this.requestIds.keepOffOrdersFrom(args[0] as number);
    this.echoes.event(name, this.receivedMicros);
    try {
      this.observers.event(name, args);
    } catch (error) {
      this.threw(error);
    }
    if (name === EventName.nextValidId && this.current === "handshaken") this.becomeReady();
  }

  emitInfo(message: string, code: number, infoTime?: number): void {
    this.counts.code(code);
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
    // The gateway's own; what is found on this side is an error of ours.
    if (typeof error === "string") this.counts.code(number);
    const shown = typeof error === "string" ? new Error(error) : error;
    if (errorTime === undefined) this.emitEvent(EventName.error, shown, number, reqId, advancedOrderReject);
    else this.emitEvent(EventName.error, shown, number, reqId, advancedOrderReject, errorTime);
  }
}
