import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Contract, Order } from "@stoqey/ib";
import { IBKRError } from "../domain/ibkr-error.js";
import type { AddonRiskGate } from "../native/addon-risk-gate.js";
import { CLOSE_CONNECT_TIMEOUT, CLOSE_REFUSED } from "../native/layout.js";
import type { AddonJournal, SessionStats } from "../native/load.js";
import type { AggregateOrder } from "../native/native-aggregates.js";
import type { NativeTreatment } from "../native/native-treatment.js";
import type { ResolvedEngineOptions } from "../native/options.js";
import type { OrderEntry, ReadOrder, UnreadableOrder } from "../native/order-entry.js";
import type { ArmedOutcome, PreparedOrders } from "../native/prepared-orders.js";
import {
  type BatchHandler,
  type FrameSink,
  type LinkSink,
  NO_ROUTING,
  type Routing,
} from "../native/pump.js";
import type { QuoteBoard } from "../native/quote-board.js";
import { Sent } from "../native/sent.js";
import { NativeSession, type OrderFrames } from "../native/session.js";
import type { TapeHandle } from "../native/tape.js";
import type { CountReader } from "../native/treatment-counters.js";
import type { Endpoint } from "./endpoint.js";
import { type Failure, failureOf, notConnected } from "./failure.js";
import type { DeskConnection } from "./stream-desk.js";
import { AllowedHosts } from "./transport/allowed-hosts.js";
import { CarriedStream } from "./transport/carried-stream.js";
import type { StreamTransport } from "./transport/transport.js";

/** What a connection tells its owner, beside the frames. */
export interface ConnectionOwner extends FrameSink {
  /** Handshake done. */
  opened(serverVersion: number, connectionTime: string): void;
  /** See {@link LinkSink.unguarded}. */
  unguarded(errno: number): void;
  /** See {@link LinkSink.armedEnded}. */
  armedEnded(armed: number, outcome: ArmedOutcome): void;
  /** What waited for the system to take it has gone out. */
  flushed(): void;
  /** The end, once, unless {@link Connection.close} came first. */
  ended(failure: Failure | undefined): void;
}

/** What stands before the frames that leave. */
export interface BeforeFrames {
  readonly journal?: AddonJournal | undefined;
  readonly risk?: AddonRiskGate | undefined;
  readonly isReadOnly?: boolean;
}

/**
 * One connection to an endpoint: resolves the host, tries those of its addresses that are allowed one after the other, then
 * reads; from a socket of the core's own, or from the stream of another transport.
 */
export class Connection implements LinkSink, DeskConnection {
  private session: NativeSession | undefined;
  private stream: CarriedStream | undefined;
  /** Ends what the transport is about to connect. */
  private readonly givenUp = new AbortController();
  private addresses: string[] = [];
  private opened = false;
  private over = false;
  private routing: Routing = NO_ROUTING;
  private batchHandler: BatchHandler | undefined;
  private batching: readonly [batchMs: number, flushMs: number] = [0, 0];
  /** When the newest bytes arrived is only known to the session; it outlives it here. */
  private finalStats: SessionStats | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly versions: string,
    private readonly options: ResolvedEngineOptions,
    private readonly owner: ConnectionOwner,
    private readonly orderIds: Uint8Array,
    private readonly before: BeforeFrames = {},
  ) {}

  /** Begins; the outcome is `opened` or `ended`. */
  open(): void {
    const { host, transport, allowedHosts } = this.endpoint;
    if ((isIP(host) !== 0 || transport?.findsHost) && allowedHosts === undefined) {
      this.addresses = [host];
      this.next();
      return;
    }
    this.find().then(
      (addresses) => {
        this.addresses = addresses;
        this.next();
      },
      (error: Error) => this.end(notConnected(error)),
    );
  }

  /** The addresses of the host that may be connected to. */
  private async find(): Promise<string[]> {
    const { host, transport, allowedHosts } = this.endpoint;
    const allowed = allowedHosts && new AllowedHosts(allowedHosts);
    if (transport?.findsHost) {
      allowed?.mustHave(host);
      return [host];
    }
    const found = isIP(host) !== 0 ? [host] : await addressesOf(host);
    return (await allowed?.among(host, found)) ?? found;
  }

  /** See {@link NativeSession.sendText}. */
  sendText(payload: string, orderId?: number, isRecorded?: boolean): Sent {
    return this.session?.sendText(payload, orderId, isRecorded) ?? Sent.NO;
  }
  sendBytes(payload: Uint8Array, orderId?: number, isRecorded?: boolean): Sent {
    return this.session?.sendBytes(payload, orderId, isRecorded) ?? Sent.NO;
  }
  /** See {@link NativeSession.denial}. */
  get denial(): number {
    return this.session?.denial ?? 0;
  }
  /** See {@link NativeSession.setOrderFrames}. */
  setOrderFrames(frames: OrderFrames): void {
    this.session?.setOrderFrames(frames);
  }
  cancelOrder(id: number): Sent {
    return this.session?.cancelOrder(id) ?? Sent.TAKE_GENERAL_PATH;
  }
  /** An ordinary order by the fast path; see {@link OrderEntry}. */
  placeOrder(id: number, contract: Contract, order: Order): Sent | ReadOrder | UnreadableOrder {
    if (this.session === undefined) return { contract, order };
    return this.session.orderEntry.place(id, contract, order);
  }
  /** See {@link OrderEntry.stamps}. */
  get orderStamps(): OrderEntry["stamps"] | undefined {
    return this.session?.orderEntry.stamps;
  }
  get preparedOrders(): PreparedOrders | undefined {
    return this.session?.preparedOrders;
  }
  /** See {@link NativeSession.route}. Holds for every session of this connection. */
  route(routing: Routing): void {
    this.routing = routing;
    this.session?.route(routing);
  }
  /** See {@link NativeSession.routeBatches}. Holds for every session of this connection. */
  routeBatches(handler: BatchHandler | undefined): void {
    this.batchHandler = handler;
    this.session?.routeBatches(handler);
  }
  /** See {@link NativeSession.setBatching}. Holds for every session of this connection. */
  setBatching(batchMs: number, flushMs: number): void {
    this.batching = [batchMs, flushMs];
    this.session?.setBatching(batchMs, flushMs);
  }
  /** See {@link NativeSession.openDesk}. */
  openDesk(board: QuoteBoard): void {
    this.session?.openDesk(board);
  }
  /** See {@link NativeSession.setTape}. False: it is not connected, and may have another native session then. */
  setTape(tape: TapeHandle): boolean {
    if (!this.opened || this.session === undefined) return false;
    this.session.setTape(tape);
    return true;
  }
  /** See {@link NativeSession.treat}. */
  treat(reqId: number, treatment: NativeTreatment): CountReader | undefined {
    return this.session?.treat(reqId, treatment);
  }
  order(reqId: number, order: AggregateOrder): void {
    this.session?.order(reqId, order);
  }
  forget(reqId: number): void {
    this.session?.forget(reqId);
  }
  pause(): void {
    this.session?.pause();
  }
  resume(): void {
    this.session?.resume();
  }
  setRaw(on: boolean): void {
    this.session?.setRaw(on);
  }
  stats(): SessionStats | undefined {
    return this.session?.stats() ?? this.finalStats;
  }

  /** Ends it now; `ended` is not called. */
  close(): void {
    this.over = true;
    this.closeSession();
    this.givenUp.abort();
  }

  private next(): void {
    const address = this.addresses.shift();
    if (this.over || address === undefined) return;
    const { transport, port } = this.endpoint;
    const { connectTimeoutMs, handshakeTimeoutMs } = this.options;
    if (transport !== undefined) this.carry(transport, address);
    else this.begin()?.connect(address, port, this.versions, connectTimeoutMs, handshakeTimeoutMs);
  }

  /** Over a stream of the transport's, once that is connected. */
  private carry(transport: StreamTransport, address: string): void {
    const { endpoint, options, versions, givenUp } = this;
    const { host, port } = endpoint;
    const { connectTimeoutMs, handshakeTimeoutMs } = options;
    const { signal } = givenUp;
    transport.connect({ host, port, address, connectTimeoutMs, handshakeTimeoutMs, signal }).then(
      (duplex) => {
        const stream = new CarriedStream(duplex, () => this.owner.flushed());
        const session = this.over ? undefined : this.begin(stream);
        if (session === undefined) {
          stream.close();
          return;
        }
        this.stream = stream;
        stream.open(session, versions, handshakeTimeoutMs);
      },
      (error: Error) => {
        const tryNext = error instanceof IBKRError && error.code === "ERR_IBKR_CONNECT";
        if (tryNext && this.addresses.length > 0) this.next();
        else this.end(notConnected(error));
      },
    );
  }

  /** Undefined: there is none, and this has ended. */
  private begin(carrier?: CarriedStream): NativeSession | undefined {
    try {
      this.session = new NativeSession(this.options, this.owner, this, this.orderIds, carrier);
    } catch (error) {
      this.end(notConnected(error as Error));
      return undefined;
    }
    const { journal, risk, isReadOnly } = this.before;
    if (journal !== undefined) this.session.setJournal(journal);
    if (risk !== undefined) this.session.setRisk(risk);
    if (isReadOnly === true) this.session.setReadOnly();
    this.session.route(this.routing);
    this.session.routeBatches(this.batchHandler);
    this.session.setBatching(...this.batching);
    return this.session;
  }

  private closeSession(): void {
    this.session?.close();
    this.finalStats = this.session?.stats() ?? this.finalStats;
    this.session = undefined;
    this.stream?.close();
  }

  private end(failure: Failure | undefined): void {
    if (this.over) return;
    this.over = true;
    this.closeSession();
    this.owner.ended(failure);
  }

  // LinkSink

  connected(serverVersion: number, connectionTime: string): void {
    this.opened = true;
    this.owner.opened(serverVersion, connectionTime);
  }
  unguarded(errno: number): void {
    this.owner.unguarded(errno);
  }
  armedEnded(armed: number, outcome: ArmedOutcome): void {
    this.owner.armedEnded(armed, outcome);
  }
  closed(reason: number, errno: number, detail: string): void {
    const tryNext = !this.opened && (reason === CLOSE_REFUSED || reason === CLOSE_CONNECT_TIMEOUT);
    if (tryNext && this.addresses.length > 0) {
      this.closeSession();
      this.next();
      return;
    }
    const { connectTimeoutMs, handshakeTimeoutMs } = this.options;
    const { endpoint, stream, opened } = this;
    const attempt = { ...endpoint, handshaken: opened, connectTimeoutMs, handshakeTimeoutMs };
    this.end(failureOf({ reason, errno, detail, cause: stream?.failure }, attempt));
  }
}

async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host, { all: true, order: "verbatim" });
  return found.map(({ address }) => address);
}
