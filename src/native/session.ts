import {
  READ_MODE_LOOP,
  READ_MODE_SPIN,
  READ_MODE_THREAD,
  RING_POLICY_BACKPRESSURE,
  RING_POLICY_CONFLATE,
  RING_POLICY_DROP_OLDEST,
} from "./layout.js";
import { type AddonSession, loadAddon, type ProtobufOrderPart, type SessionStats } from "./load.js";
import type { ReadMode, ResolvedEngineOptions, RingPolicy } from "./options.js";
import { OrderEntry } from "./order-entry.js";
import { OrderSheet } from "./order-sheet.js";
import { type BatchHandler, type FrameSink, type LinkSink, Pump, type Routing } from "./pump.js";
import { RingViews } from "./ring.js";
import type { Sent } from "./sent.js";

const READ_MODE_NUMBERS: Readonly<Record<ReadMode, number>> = {
  loop: READ_MODE_LOOP,
  spin: READ_MODE_SPIN,
  thread: READ_MODE_THREAD,
};
const RING_POLICY_NUMBERS: Readonly<Record<RingPolicy, number>> = {
  backpressure: RING_POLICY_BACKPRESSURE,
  conflate: RING_POLICY_CONFLATE,
  "drop-oldest": RING_POLICY_DROP_OLDEST,
};

/** The frames of orders for one server version, from which the core makes those of ordinary orders. */
export interface OrderFrames {
  /** Text: pieces, and between them placeholders as `ORDER_PLACEHOLDERS` counts them. */
  readonly text?: { readonly between: readonly string[]; readonly placeholders: readonly number[] };
  readonly protobuf?: {
    readonly head: Uint8Array;
    readonly tail: Uint8Array;
    readonly parts: readonly ProtobufOrderPart[];
  };
  /** What stands before and behind the order id of a plain cancel. */
  readonly cancel: { readonly before: Uint8Array; readonly behind: Uint8Array };
}

/**
 * One connection to one address, from connect to close; never reused. What it reads goes to the sinks, in order of
 * arrival, ending with `closed` unless {@link close} comes first.
 */
export class NativeSession {
  /** Encodes and sends ordinary orders; says so where there is no frame for one, or {@link setOrderFrames} was not called. */
  readonly orderEntry: OrderEntry;
  private readonly addon: AddonSession;
  private readonly pump: Pump;
  private lastStats: SessionStats | undefined;

  constructor(options: ResolvedEngineOptions, frames: FrameSink, link: LinkSink) {
    const views = new RingViews(options.ringCapacity);
    const sheet = new OrderSheet();
    this.pump = new Pump(views, frames, link, () => this.addon.takeSpill());
    const { Session } = loadAddon();
    this.addon = new Session(
      {
        capacity: options.ringCapacity,
        mode: READ_MODE_NUMBERS[options.readMode],
        policy: RING_POLICY_NUMBERS[options.ringPolicy],
        stallMicros: options.stallMicros,
        guardNice: options.guardNice,
        receiveBufferBytes: options.receiveBufferBytes,
        sendBufferBytes: options.sendBufferBytes,
      },
      views.memory,
      sheet.memory,
      () => this.pump.drain(),
    );
    const { addon } = this;
    this.orderEntry = new OrderEntry(sheet, () => addon.placeOrder());
  }

  /**
   * Begins to connect; every failure arrives as `closed`.
   * @param address numeric IPv4 or IPv6 address
   * @param versions what to offer, such as `v100..193`
   */
  connect(
    address: string,
    port: number,
    versions: string,
    connectTimeoutMs: number,
    handshakeTimeoutMs: number,
  ): void {
    this.addon.connect(address, port, versions, connectTimeoutMs, handshakeTimeoutMs);
  }

  /** Sends one frame of NUL-terminated fields on the caller's stack. */
  sendText(payload: string): Sent {
    return this.addon.sendText(payload) as Sent;
  }

  /** Sends one frame of bytes, as {@link sendText} does. */
  sendBytes(payload: Uint8Array): Sent {
    return this.addon.sendBytes(payload) as Sent;
  }

  /** The PLACE_ORDER and CANCEL_ORDER frames of this connection's server version, with placeholders. */
  setOrderFrames(frames: OrderFrames): void {
    if (frames.text !== undefined) {
      this.addon.setOrderTemplate(frames.text.between, frames.text.placeholders);
    }
    if (frames.protobuf !== undefined) {
      const { head, tail, parts } = frames.protobuf;
      this.addon.setProtobufOrderTemplate(head, tail, parts);
    }
    const { before, behind } = frames.cancel;
    this.addon.setCancelTemplate(before, behind, frames.protobuf !== undefined);
  }

  /** Sends a plain cancel; {@link Sent.TAKE_GENERAL_PATH} if {@link setOrderFrames} has not been called. */
  cancelOrder(id: number): Sent {
    return this.addon.cancelOrder(id) as Sent;
  }

  /** Show the raw frame of every hot message before the message (for `received` listeners). */
  setRaw(on: boolean): void {
    this.addon.setRaw(on);
  }

  /** Closes at once; nothing is delivered any more. */
  close(): void {
    this.pump.stop();
    this.lastStats = this.addon.stats() ?? this.lastStats;
    this.addon.close();
  }

  /** See {@link Pump.routeBatches}. */
  routeBatches(handler: BatchHandler | undefined): void {
    this.pump.routeBatches(handler);
  }

  /** JavaScript is entered at most so often for batches alone; what is not of a treated subscription brings them along. 0: after every read. */
  setBatching(batchMs: number): void {
    this.addon.setBatching(batchMs, 0);
  }

  /** See {@link Pump.route}. */
  route(routing: Routing): void {
    this.pump.route(routing);
  }

  /** Counters; after the connection is gone, as they were when it was closed. */
  stats(): SessionStats | undefined {
    this.lastStats = this.addon.stats() ?? this.lastStats;
    return this.lastStats;
  }
}
