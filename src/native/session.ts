import {
  READ_MODE_LOOP,
  READ_MODE_SPIN,
  READ_MODE_THREAD,
  RING_POLICY_BACKPRESSURE,
  RING_POLICY_CONFLATE,
  RING_POLICY_DROP_OLDEST,
  SENT_BAD_SIZE,
  SENT_NO,
  SENT_QUEUED,
  SENT_TAKE_GENERAL_PATH,
  SENT_WHOLE,
} from "./layout.js";
import { type AddonSession, loadAddon, type ProtobufOrderPart, type SessionStats } from "./load.js";
import type { ReadMode, ResolvedEngineOptions, RingPolicy } from "./options.js";
import { type FrameSink, type LinkSink, Pump, type Routing } from "./pump.js";
import { RingViews } from "./ring.js";

/** What became of a frame. */
export const Sent = {
  /** Nothing was sent: the fast path of orders has no answer for this one. */
  TAKE_GENERAL_PATH: SENT_TAKE_GENERAL_PATH,
  /** Nothing of it was sent, and the connection is ending (or is not open yet). */
  NO: SENT_NO,
  /** Every byte is with the system. */
  WHOLE: SENT_WHOLE,
  /** The socket would not take all of it: the rest goes out, in order, when it is writable. */
  QUEUED: SENT_QUEUED,
  /** Empty or larger than a frame may be, 16,777,215 bytes: not sent, the connection is fine. */
  BAD_SIZE: SENT_BAD_SIZE,
} as const;
export type Sent = (typeof Sent)[keyof typeof Sent];

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
  private readonly addon: AddonSession;
  private readonly pump: Pump;
  private lastStats: SessionStats | undefined;

  constructor(options: ResolvedEngineOptions, frames: FrameSink, link: LinkSink) {
    const views = new RingViews(options.ringCapacity);
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
      () => this.pump.drain(),
    );
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

  /**
   * Encodes and sends an ordinary order in one call: `placeOrder(…)` of it takes one value for each of
   * `ORDER_PLACEHOLDERS`. {@link Sent.TAKE_GENERAL_PATH} if there is no frame for it or a value is not ordinary. The addon
   * itself: every call in between would show in the time to the wire.
   */
  get orderEntry(): Pick<AddonSession, "placeOrder"> {
    return this.addon;
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
