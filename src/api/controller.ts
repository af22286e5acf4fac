import { type Contract, ErrorCode, EventName, type Order } from "@stoqey/ib";
import type { Dialect, DialectHost, OutgoingFrame } from "../dialect/dialect.js";
import type { NativeEventName } from "../dialect/extensions/index.js";
import { mayBeOrdinary } from "../dialect/ordinary-order.js";
import { ProtobufFrames } from "../dialect/protobuf/protobuf-frames.js";
import { isOrderMethod, requestIdOf } from "../dialect/request-names.js";
import { TextDialect } from "../dialect/text/text-dialect.js";
import type { SessionStats } from "../native/load.js";
import type { TickHandler } from "../native/pump.js";
import { Sent } from "../native/session.js";
import type { Tick } from "../native/tick.js";
import { Connection, type ConnectionOwner, type Failure } from "../session/connection.js";
import { RequestQueue } from "../session/request-queue.js";
import { type EncoderFacade, encoderFacade } from "./encoder-facade.js";
import { HotEvents } from "./hot-events.js";
import { type Emitter, ListenerWatch } from "./listener-watch.js";
import {
  clientIdOf,
  MAX_TEXT_VERSION,
  MIN_PROTOBUF_VERSION,
  MIN_VERSION,
  type ResolvedOptions,
} from "./options.js";
import { OrderErrors } from "./order-errors.js";

/** Bytes a frame of the short way may count for when it is not known exactly; see parked. */
const LARGEST_ORDINARY_ORDER = 1024;

type State = "disconnected" | "connecting" | "handshaken" | "ready";

/** A request that waits for the connection to be ready. */
interface WaitingRequest {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** A frame that the socket would not take whole: known by its end until it is out. */
interface ParkedFrame {
  readonly method: string;
  readonly id: number;
  readonly bytes: number;
}

/** Endpoints that answered with a version between the dialects: they are offered text at once. */
const textOnly = new Set<string>();

/**
 * The engine behind {@link IBApi}: takes the place of stock's controller, with the seven members that stock's classes
 * use (`serverVersion connected disableUseV100Plus connect disconnect schedule encoder`).
 */
export class Controller implements ConnectionOwner, DialectHost {
  readonly encoder: EncoderFacade;
  readonly orderErrors = new OrderErrors();

  private readonly watch: ListenerWatch;
  private readonly hotEvents: HotEvents;
  private readonly queue: RequestQueue;
  private state: State = "disconnected";
  private everConnected = false;
  private connection: Connection | undefined;
  private dialect: Dialect | undefined;
  private version = 0;
  private offered = 0;
  private clientId: number;
  private waiting: WaitingRequest[] = [];
  private parked: ParkedFrame[] = [];
  private tickHandler: TickHandler | undefined;
  private disconnectedSoon: NodeJS.Immediate | undefined;

  constructor(
    private readonly emitter: Emitter,
    private readonly options: ResolvedOptions,
  ) {
    this.clientId = options.clientId;
    this.encoder = encoderFacade((method, args) => this.request(method, args));
    this.watch = new ListenerWatch(emitter, () => this.deliver());
    this.hotEvents = new HotEvents((name, ...args) => this.emitEvent(name, ...args), this.watch);
    this.queue = new RequestQueue(options.maxReqPerSec);
  }

  get serverVersion(): number {
    return this.version;
  }

  /** True from the end of the handshake on. */
  get connected(): boolean {
    return this.state === "handshaken" || this.state === "ready";
  }

  /** The stream's handler, called before events. */
  setTickHandler(handler: TickHandler | undefined): void {
    this.tickHandler = handler;
    this.deliver();
  }

  /** Counters of the newest connection. */
  get stats(): SessionStats | undefined {
    return this.connection?.stats();
  }

  disableUseV100Plus(): never {
    throw new Error(
      "ibkr-native speaks server versions 100 and newer only: disableUseV100Plus() has nothing to switch to",
    );
  }

  connect(clientId?: number): void {
    if (this.connected) {
      this.emitInfo("Cannot connect if already connected.", ErrorCode.ALREADY_CONNECTED);
      return;
    }
    if (this.state === "connecting") return;
    this.announceDisconnected();
    this.clientId = clientIdOf(clientId) ?? this.clientId;
    this.state = "connecting";
    const wanted = this.options.maxServerVersion;
    this.open(textOnly.has(this.endpointKey) ? Math.min(wanted, MAX_TEXT_VERSION) : wanted);
  }

  disconnect(): void {
    if (this.state === "disconnected") {
      this.emitInfo("Cannot disconnect if already disconnected.", ErrorCode.NOT_CONNECTED);
      return;
    }
    this.connection?.close();
    this.leave("the connection was closed by disconnect()");
    this.disconnectedSoon = setImmediate(() => this.announceDisconnected());
  }

  /** Runs a request of stock's API classes: the encoder facade hands it on to {@link request}. */
  schedule(run: () => void): void {
    run();
  }

  /**
   * The short way of an ordinary order: read, encoded and sent by the core on the caller's stack. False if it has to
   * go the long way (not ready, a `sent` listener, requests ahead of it in the queue, an order that is not ordinary).
   */
  placeOrdinaryOrder(id: number, contract: Contract, order: Order): boolean {
    const { connection } = this;
    if (this.state !== "ready" || connection === undefined || this.watch.sent) return false;
    if (!mayBeOrdinary(contract, order) || !this.queue.mayTake()) return false;
    const sent = connection.placeOrder(id, contract, order);
    if (sent === -1) return false;
    this.orderErrors.noteOrder(id);
    this.wentShort("placeOrder", id, sent);
    return true;
  }

  /** A cancel without further fields, by the short way; false as for {@link placeOrdinaryOrder}. */
  cancelPlainOrder(id: number): boolean {
    const { connection } = this;
    if (this.state !== "ready" || connection === undefined || this.watch.sent) return false;
    if (!isOrderId(id) || !this.queue.mayTake()) return false;
    const sent = connection.cancelOrder(id);
    if (sent === -1) return false;
    this.wentShort("cancelOrder", id, sent);
    return true;
  }

  /** Counts a request that the core has sent past the queue. */
  private wentShort(method: string, id: number, sent: Sent): void {
    this.queue.taken();
    if (sent !== Sent.WHOLE || this.parked.length > 0) this.park(method, id, sent, LARGEST_ORDINARY_ORDER);
  }

  // --- requests -------------------------------------------------------------------------------------------------

  private request(method: string, args: readonly unknown[]): void {
    this.orderErrors.note(method, args);
    if (this.state === "ready") {
      this.transmit(method, args);
      return;
    }
    const settingUp = this.state !== "disconnected";
    if (settingUp || (!this.everConnected && !isOrderMethod(method))) {
      this.waiting.push({ method, args });
      return;
    }
    this.refuse(method, args, "not connected");
  }

  private transmit(method: string, args: readonly unknown[]): void {
    const dialect = this.dialect as Dialect;
    try {
      const urgent = isOrderMethod(method);
      for (const frame of dialect.encode(method, args)) {
        this.queue.submit({
          urgent,
          send: () => this.write(method, requestIdOf(method, args), frame),
          drop: (why) => this.refuse(method, args, why),
        });
      }
    } catch (error) {
      // A field that cannot go on the wire. The caller gets an event like for every other refusal.
      this.emitError(
        `${method}: ${(error as Error).message}`,
        ErrorCode.FAIL_SEND,
        requestIdOf(method, args),
      );
    }
  }

  private write(method: string, id: number, frame: OutgoingFrame): void {
    this.put(method, id, frame.payload);
    if (this.watch.sent) {
      const text = typeof frame.payload === "string" ? frame.payload.slice(0, -1) : hex(frame.payload);
      this.emitEvent(EventName.sent, [...frame.tokens], text);
    }
  }

  private put(method: string, id: number, payload: string | Uint8Array): void {
    const { connection } = this;
    const sent =
      connection === undefined
        ? Sent.NO
        : typeof payload === "string"
          ? connection.sendText(payload)
          : connection.sendBytes(payload);
    this.park(
      method,
      id,
      sent,
      4 + (typeof payload === "string" ? Buffer.byteLength(payload) : payload.length),
    );
  }

  /** Remembers a frame that the socket did not take whole, or reports one of which nothing was sent. */
  private park(method: string, id: number, sent: Sent, bytes: number): void {
    if (sent === Sent.WHOLE) {
      if (this.parked.length > 0) this.parked = [];
    } else if (sent === Sent.QUEUED) {
      this.parked.push({ method, id, bytes });
    } else if (sent === Sent.BAD_SIZE) {
      this.emitNotSent(method, id, `a message of ${bytes - 4} bytes; allowed are 1 to 16777215`);
    } else {
      this.emitNotSent(method, id, "the connection is gone");
    }
  }

  private refuse(method: string, args: readonly unknown[], why: string): void {
    this.emitNotSent(method, requestIdOf(method, args), why);
  }

  private emitNotSent(method: string, id: number, why: string): void {
    const what = id === ErrorCode.NO_VALID_ID ? method : `${method} ${id}`;
    this.emitError(`${what} was not sent: ${why}.`, ErrorCode.NOT_CONNECTED, id);
  }

  // --- the connection -------------------------------------------------------------------------------------------

  private get endpointKey(): string {
    return `${this.options.host}:${this.options.port}`;
  }

  private open(maxVersion: number): void {
    this.offered = maxVersion;
    const { options } = this;
    this.connection = new Connection(options, `v${MIN_VERSION}..${maxVersion}`, options.engine, this);
    this.deliver();
    this.connection.open();
  }

  /** The state and everything that waits end with the connection; nothing is sent later. */
  private leave(why: string): void {
    this.state = "disconnected";
    const unsent = this.connection?.stats()?.unsentBytes ?? 0;
    const parked = this.parked;
    const waiting = this.waiting;
    this.parked = [];
    this.waiting = [];
    // The last `unsent` bytes never left. A frame of which only the beginning left is no message to the gateway either.
    let left = unsent;
    const lost: ParkedFrame[] = [];
    for (let i = parked.length - 1; i >= 0 && left > 0; i--) {
      lost.unshift(parked[i]);
      left -= parked[i].bytes;
    }
    for (const { method, id } of lost) this.emitNotSent(method, id, why);
    this.queue.drop(why);
    for (const { method, args } of waiting) this.refuse(method, args, why);
  }

  private announceDisconnected(): void {
    if (this.disconnectedSoon === undefined) return;
    clearImmediate(this.disconnectedSoon);
    this.disconnectedSoon = undefined;
    this.emitEvent(EventName.disconnected);
  }

  // --- ConnectionOwner ------------------------------------------------------------------------------------------

  /** Tells the pump who wants what; whenever that changes. */
  private deliver(): void {
    const { watch, connection } = this;
    connection?.deliver(this.tickHandler, watch.kinds);
    connection?.setRaw(watch.received);
  }

  opened(serverVersion: number, connectionTime: string): void {
    const between = serverVersion > MAX_TEXT_VERSION && serverVersion < MIN_PROTOBUF_VERSION;
    if (between && this.offered >= MIN_PROTOBUF_VERSION) {
      textOnly.add(this.endpointKey);
      this.connection?.close();
      this.open(MAX_TEXT_VERSION);
      return;
    }
    this.version = serverVersion;
    if (serverVersion < MIN_VERSION || serverVersion > this.offered) {
      this.connection?.close();
      this.emitError(
        `Unsupported Version ${serverVersion}: offered were ${MIN_VERSION} to ${this.offered}`,
        ErrorCode.UNSUPPORTED_VERSION,
      );
      this.leave(`the gateway's version ${serverVersion} is not supported`);
      this.emitEvent(EventName.disconnected);
      return;
    }
    this.state = "handshaken";
    this.everConnected = true;
    this.dialect = serverVersion >= MIN_PROTOBUF_VERSION ? new ProtobufFrames(this) : new TextDialect(this);
    this.deliver();
    const frames = this.dialect.orderFrames;
    if (frames !== undefined) this.connection?.setOrderFrames(frames);
    this.write("startApi", ErrorCode.NO_VALID_ID, this.dialect.startApi(this.clientId));
    this.emitEvent(EventName.connected);
    this.emitEvent(EventName.server, serverVersion, connectionTime);
  }

  ended(failure: Failure | undefined): void {
    if (failure !== undefined) this.emitError(failure.message, failure.code);
    this.leave(failure === undefined ? "the gateway closed the connection" : failure.message);
    this.emitEvent(EventName.disconnected);
  }

  hot(tick: Tick): void {
    this.hotEvents.deliver(tick);
  }

  cold(id: number, protobuf: boolean, payload: Buffer): void {
    if (this.watch.received) this.raw(payload);
    this.dialect?.receive(id, protobuf, payload);
  }

  raw(payload: Buffer): void {
    const tokens = this.dialect?.tokensOf(payload) ?? [];
    this.emitEvent(EventName.received, tokens, payload.toString("utf8"));
  }

  malformed(id: number, trailing: boolean, payload: Buffer): void {
    const what = trailing ? "Unread bytes at the end of" : "Cannot decode";
    this.emitError(
      `${what} message ${id} (server version ${this.version}): ${hex(payload)}`,
      ErrorCode.BAD_MESSAGE,
    );
  }

  /** A listener threw: the process hears of it as if nobody had caught it, and the stream goes on. */
  threw(error: unknown): void {
    setImmediate(() => {
      throw error;
    });
  }

  // --- DialectHost ----------------------------------------------------------------------------------------------

  emitEvent(name: EventName | NativeEventName, ...args: unknown[]): void {
    this.emitter.emit(name, ...args);
    if (this.watch.everything) {
      if (!NOT_RESULTS.has(name)) this.emitter.emit(EventName.result, name, args);
      this.emitter.emit(EventName.all, name, args);
    }
    // Before this id, TWS may drop what it is sent.
    if (name === EventName.nextValidId && this.state === "handshaken") this.becomeReady();
  }

  emitInfo(message: string, code: number, infoTime?: number): void {
    // What the text dialect does not have is no argument there, not even an undefined one.
    if (infoTime === undefined) this.emitEvent(EventName.info, message, code);
    else this.emitEvent(EventName.info, message, code, infoTime);
  }

  emitError(
    message: string,
    code: number,
    reqId: number = ErrorCode.NO_VALID_ID,
    advancedOrderReject?: unknown,
    errorTime?: number,
  ): void {
    const error = new Error(message);
    if (errorTime === undefined) this.emitEvent(EventName.error, error, code, reqId, advancedOrderReject);
    else this.emitEvent(EventName.error, error, code, reqId, advancedOrderReject, errorTime);
  }

  private becomeReady(): void {
    this.state = "ready";
    const waiting = this.waiting;
    this.waiting = [];
    // Orders first, as in the queue; both in order of call.
    for (const r of waiting) if (isOrderMethod(r.method)) this.transmit(r.method, r.args);
    for (const r of waiting) if (!isOrderMethod(r.method)) this.transmit(r.method, r.args);
  }
}

/** Events that are no answers: stock does not repeat them as `result`. */
const NOT_RESULTS: ReadonlySet<string> = new Set([
  EventName.connected,
  EventName.disconnected,
  EventName.error,
  EventName.received,
  EventName.sent,
  EventName.server,
]);

/** Ids the core takes; whatever else a caller has goes the long way. */
function isOrderId(id: number): boolean {
  return Number.isInteger(id) && id >= -0x80000000 && id <= 0x7fffffff;
}

function hex(bytes: Uint8Array): string {
  const most = 1024;
  const shown = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, most)).toString("hex");
  return bytes.length > most ? `${shown}… (${bytes.length} bytes)` : shown;
}
