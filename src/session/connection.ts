import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { getSystemErrorName } from "node:util";
import { type Contract, ErrorCode, type Order } from "@stoqey/ib";
import {
  CLOSE_BAD_HANDSHAKE,
  CLOSE_BAD_LENGTH,
  CLOSE_CONNECT_TIMEOUT,
  CLOSE_END_OF_STREAM,
  CLOSE_HANDSHAKE_TIMEOUT,
  CLOSE_REFUSED,
  CLOSE_SEND_OVERFLOW,
} from "../native/layout.js";
import type { SessionStats } from "../native/load.js";
import type { ResolvedEngineOptions } from "../native/options.js";
import { placeOrdinary } from "../native/order-entry.js";
import type { PumpSink, TickHandler } from "../native/pump.js";
import { NativeSession, type OrderFrames, Sent } from "../native/session.js";
import type { Tick } from "../native/tick.js";

/** Why a connection ended: nothing if the gateway closed it in good order. */
export interface Failure {
  readonly code: number;
  readonly message: string;
}

/** What a connection tells its owner. */
export interface ConnectionOwner {
  hot(tick: Tick): void;
  cold(id: number, protobuf: boolean, payload: Buffer): void;
  raw(payload: Buffer): void;
  malformed(id: number, trailing: boolean, payload: Buffer): void;
  /** Handshake done. */
  opened(serverVersion: number, connectionTime: string): void;
  /** The end, once, unless {@link Connection.close} came first. */
  ended(failure: Failure | undefined): void;
  threw(error: unknown): void;
}

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** One connection to an endpoint: resolves the host, tries its addresses one after the other, then reads. */
export class Connection implements PumpSink {
  private session: NativeSession | undefined;
  private addresses: string[] = [];
  private opened = false;
  private over = false;
  private tickHandler: TickHandler | undefined;
  private wantedKinds = 0;
  /** When the newest bytes arrived is only known to the session; it outlives it here. */
  private finalStats: SessionStats | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly versions: string,
    private readonly options: ResolvedEngineOptions,
    private readonly owner: ConnectionOwner,
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
      (error: Error) => this.end({ code: ErrorCode.CONNECT_FAIL, message: error.message }),
    );
  }

  sendText(payload: string): Sent {
    return this.session?.sendText(payload) ?? Sent.NO;
  }
  sendBytes(payload: Uint8Array): Sent {
    return this.session?.sendBytes(payload) ?? Sent.NO;
  }
  /** See {@link NativeSession.setOrderFrames}. */
  setOrderFrames(frames: OrderFrames): void {
    this.session?.setOrderFrames(frames);
  }
  cancelOrder(id: number): Sent | -1 {
    return this.session?.cancelOrder(id) ?? -1;
  }
  /** An ordinary order by the short way; see {@link placeOrdinary}. */
  placeOrder(id: number, contract: Contract, order: Order): Sent | -1 {
    return this.session === undefined ? -1 : placeOrdinary(this.session, id, contract, order);
  }
  /** Who gets hot messages; see {@link NativeSession.deliver}. Holds for every session of this connection. */
  deliver(tickHandler: TickHandler | undefined, wantedKinds: number): void {
    this.tickHandler = tickHandler;
    this.wantedKinds = wantedKinds;
    this.session?.deliver(tickHandler, wantedKinds);
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
      this.session = new NativeSession(options, this);
    } catch (error) {
      this.end({ code: ErrorCode.CONNECT_FAIL, message: (error as Error).message });
      return;
    }
    this.session.deliver(this.tickHandler, this.wantedKinds);
    this.session.connect(
      address,
      this.endpoint.port,
      this.versions,
      options.connectTimeout,
      options.handshakeTimeout,
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

  // PumpSink: what the owner wants to hear goes straight on.
  hot(tick: Tick): void {
    this.owner.hot(tick);
  }
  cold(id: number, protobuf: boolean, payload: Buffer): void {
    this.owner.cold(id, protobuf, payload);
  }
  raw(payload: Buffer): void {
    this.owner.raw(payload);
  }
  malformed(id: number, trailing: boolean, payload: Buffer): void {
    this.owner.malformed(id, trailing, payload);
  }
  threw(error: unknown): void {
    this.owner.threw(error);
  }
  connected(serverVersion: number, connectionTime: string): void {
    this.opened = true;
    this.owner.opened(serverVersion, connectionTime);
  }
  closed(reason: number, errno: number, detail: string): void {
    const tryNext = !this.opened && (reason === CLOSE_REFUSED || reason === CLOSE_CONNECT_TIMEOUT);
    if (tryNext && this.addresses.length > 0) {
      this.closeSession();
      this.next();
      return;
    }
    this.end(this.failureOf(reason, errno, detail));
  }

  private failureOf(reason: number, errno: number, detail: string): Failure | undefined {
    const at = `${this.endpoint.host}:${this.endpoint.port}`;
    const name = errno > 0 ? getSystemErrorName(-errno) : "";
    const fail = (message: string, code: number = ErrorCode.CONNECT_FAIL) => ({ code, message });
    switch (reason) {
      case CLOSE_REFUSED:
        return fail(`connect ${name} ${at}`);
      case CLOSE_CONNECT_TIMEOUT:
        return fail(`connect ETIMEDOUT ${at}: no answer within ${this.options.connectTimeout} ms`);
      case CLOSE_HANDSHAKE_TIMEOUT:
        return fail(
          `${at} accepted the connection but did not answer the handshake within ${this.options.handshakeTimeout} ms`,
        );
      case CLOSE_END_OF_STREAM:
        return this.opened ? undefined : fail(`${at} closed the connection during the handshake`);
      case CLOSE_BAD_LENGTH:
        return fail(
          `Bad message length ${detail} from ${at}: allowed are 1 to 16777215 bytes; connection closed`,
          ErrorCode.BAD_LENGTH,
        );
      case CLOSE_BAD_HANDSHAKE:
        return fail(
          `${at} did not answer the handshake with a version, but with ${detail}`,
          ErrorCode.BAD_MESSAGE,
        );
      case CLOSE_SEND_OVERFLOW:
        return fail(`${at} stopped reading: the limit of unsent bytes is reached`, ErrorCode.FAIL_SEND);
      default:
        return fail(`read ${name} ${at}`);
    }
  }
}
