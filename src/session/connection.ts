import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Contract, Order } from "@stoqey/ib";
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

/** What a connection tells its owner, beside the frames. */
export interface ConnectionOwner extends FrameSink {
  /** Handshake done. */
  opened(serverVersion: number, connectionTime: string): void;
  /** See {@link LinkSink.unguarded}. */
  unguarded(errno: number): void;
  /** See {@link LinkSink.armedEnded}. */
  armedEnded(armed: number, outcome: ArmedOutcome): void;
  /** The end, once, unless {@link Connection.close} came first. */
  ended(failure: Failure | undefined): void;
}

/** One connection to an endpoint: resolves the host, tries its addresses one after the other, then reads. */
export class Connection implements LinkSink, DeskConnection {
  private session: NativeSession | undefined;
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
    private readonly journal?: AddonJournal,
  ) {}

  /** Begins; the outcome is `opened` or `ended`. */
  open(): void {
    const { host } = this.endpoint;
    if (isIP(host) !== 0) {
      this.addresses = [host];
      this.next();
      return;
    }
    lookup(host, { all: true, order: "verbatim" }).then(
      (found) => {
        this.addresses = found.map((entry) => entry.address);
        this.next();
      },
      (error: Error) => this.end(notConnected(error)),
    );
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
  }

  private next(): void {
    const address = this.addresses.shift();
    if (this.over || address === undefined) return;
    const { options } = this;
    try {
      this.session = new NativeSession(options, this.owner, this, this.orderIds);
    } catch (error) {
      this.end(notConnected(error as Error));
      return;
    }
    if (this.journal !== undefined) this.session.setJournal(this.journal);
    this.session.route(this.routing);
    this.session.routeBatches(this.batchHandler);
    this.session.setBatching(...this.batching);
    this.session.connect(
      address,
      this.endpoint.port,
      this.versions,
      options.connectTimeoutMs,
      options.handshakeTimeoutMs,
    );
  }

  private closeSession(): void {
    this.session?.close();
    this.finalStats = this.session?.stats() ?? this.finalStats;
    this.session = undefined;
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
    this.end(
      failureOf(
        { reason, errno, detail },
        {
          host: this.endpoint.host,
          port: this.endpoint.port,
          handshaken: this.opened,
          connectTimeoutMs,
          handshakeTimeoutMs,
        },
      ),
    );
  }
}
