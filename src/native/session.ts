import { IBKRError } from "../domain/ibkr-error.js";
import type { AddonRiskGate } from "./addon-risk-gate.js";
import type { Carrier } from "./carrier.js";
import { ORDER_IDS_BYTES, READ_MODE_LOOP, READ_MODE_SPIN, READ_MODE_THREAD } from "./layout.js";
import {
  type AddonJournal,
  type AddonSession,
  loadAddon,
  type ProtobufOrderPart,
  type SessionStats,
} from "./load.js";
import { type AggregateOrder, addonOrderOf } from "./native-aggregates.js";
import { addonTreatmentOf, type NativeTreatment, RING_POLICY_NUMBERS } from "./native-treatment.js";
import type { ReadMode, ResolvedEngineOptions } from "./options.js";
import { OrderEntry } from "./order-entry.js";
import { OrderSheet } from "./order-sheet.js";
import { PreparedOrders } from "./prepared-orders.js";
import { type BatchHandler, type FrameSink, type LinkSink, Pump, type Routing } from "./pump.js";
import type { QuoteBoard } from "./quote-board.js";
import { RingViews } from "./ring.js";
import type { Sent } from "./sent.js";
import type { TapeHandle } from "./tape.js";
import { type CounterPlace, type CountReader, TreatmentCounters } from "./treatment-counters.js";

const READ_MODE_NUMBERS: Readonly<Record<ReadMode, number>> = {
  loop: READ_MODE_LOOP,
  spin: READ_MODE_SPIN,
  thread: READ_MODE_THREAD,
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
 * One connection, to an address or over what a carrier carries, from connect to close; never reused. What it reads goes to the sinks, in order of
 * arrival, ending with `closed` unless {@link close} comes first.
 */
export class NativeSession {
  /** Encodes and sends ordinary orders; says so where there is no frame for one, or {@link setOrderFrames} was not called. */
  readonly orderEntry: OrderEntry;
  readonly preparedOrders: PreparedOrders;
  private readonly addon: AddonSession;
  private readonly pump: Pump;
  private lastStats: SessionStats | undefined;
  private board: QuoteBoard | undefined;
  private counters: TreatmentCounters | undefined;
  private readonly treated = new Map<number, CounterPlace>();

  /**
   * @param orderIds where prepared orders get their ids; left out: a counter of its own
   * @param carrier has the bytes: then {@link open} takes the place of {@link connect}, and the read mode is `loop` without
   *   a guard thread
   */
  constructor(
    options: ResolvedEngineOptions,
    frames: FrameSink,
    link: LinkSink,
    orderIds: Uint8Array = new Uint8Array(ORDER_IDS_BYTES),
    carrier?: Carrier,
  ) {
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
      carrier && ((bytes) => (bytes === undefined ? void carrier.wantsMore() : carrier.carry(bytes))),
    );
    const { addon } = this;
    this.orderEntry = new OrderEntry(sheet, () => addon.placeOrder());
    this.preparedOrders = new PreparedOrders(addon, this.orderEntry, orderIds);
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

  /** The carrier's stream is connected: begins the handshake; every failure arrives as `closed`. */
  open(versions: string, handshakeTimeoutMs: number): void {
    this.addon.open(versions, handshakeTimeoutMs);
  }

  /** Bytes have arrived. @returns false: some are left; {@link Carrier.wantsMore} tells when they are read */
  feed(bytes: Uint8Array): boolean {
    return this.addon.feed(bytes);
  }

  /** Nothing more comes. @param errno 0: the gateway has ended the stream in good order */
  feedEnd(errno: number): void {
    this.addon.feedEnd(errno);
  }

  /** The system has what was pending; what waited is handed over. @returns whether nothing waits any more */
  delivered(): boolean {
    return this.addon.delivered();
  }

  /**
   * Sends one frame of NUL-terminated fields on the caller's stack.
   * @param orderId it is an order: new ones leave in the order of their numbers, or are {@link Sent.OVERTAKEN}
   * @param isRecorded it passes the gate, with the record that the journal's sheet has of it
   */
  sendText(payload: string, orderId?: number, isRecorded = false): Sent {
    return this.addon.sendText(payload, orderId, isRecorded) as Sent;
  }

  /** Sends one frame of bytes, as {@link sendText} does. */
  sendBytes(payload: Uint8Array, orderId?: number, isRecorded = false): Sent {
    return this.addon.sendBytes(payload, orderId, isRecorded) as Sent;
  }

  /** Orders are written there before their bytes leave; what cannot be written is {@link Sent.DENIED}. Once. */
  setJournal(journal: AddonJournal): void {
    this.addon.setJournal(journal);
  }

  /** Every frame that may be an order is judged by it. Once, before {@link connect}. */
  setRisk(gate: AddonRiskGate): void {
    this.addon.setRisk(gate);
  }

  /** Only what reads leaves, whoever sends it; all else is {@link Sent.READ_ONLY}. Before {@link connect}. */
  setReadOnly(): void {
    this.addon.setReadOnly();
  }

  /** The system's number of the error for which an order was last denied; 0: none was. */
  get denial(): number {
    return this.addon.denial();
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
    this.endCounts();
    this.treated.clear();
  }

  // --- messages of treated requests ------------------------------------------------------------------------------

  /** See {@link Pump.routeBatches}. */
  routeBatches(handler: BatchHandler | undefined): void {
    this.pump.routeBatches(handler);
  }

  /**
   * JavaScript is entered at most every `batchMs` for batches alone; what is not of a treated subscription brings them
   * along. 0: after every read.
   * @param flushMs how often conflated values are looked after where `batchMs` is 0: the shortest time of any treatment,
   *   0 if none conflates
   */
  setBatching(batchMs: number, flushMs: number): void {
    this.addon.setBatching(batchMs, flushMs);
  }

  /** Where the quotes of treated requests go: one board for the whole session. Once is enough, before the first {@link treat}. */
  openDesk(board: QuoteBoard): void {
    if (board === this.board) return;
    if (this.board !== undefined)
      throw new IBKRError("ERR_IBKR_INTERNAL", "the quotes of this connection go to another board already");
    const counters = new TreatmentCounters(board.slots);
    this.addon.openDesk(board.handle.memory, counters.memory);
    this.board = board;
    this.counters = counters;
  }

  /** What goes to {@link routeBatches} from now on is on this tape, too: one for each session, and all zero. */
  setTape({ memory, slots }: TapeHandle): void {
    this.addon.setTape(memory, slots);
  }

  /**
   * The core treats the messages of this request; what comes through goes to {@link routeBatches}. A second call changes
   * the treatment of what comes from then on.
   * @returns its counts, readable also after {@link forget} and {@link close}
   * @throws IBKRError `ERR_IBKR_ARGUMENT` if the board has no such slot, or no more room for counters
   */
  treat(reqId: number, treatment: NativeTreatment): CountReader {
    const { board, counters, treated } = this;
    if (board === undefined || counters === undefined)
      throw new IBKRError("ERR_IBKR_INTERNAL", "a request cannot be treated before openDesk()");
    const known = treated.get(reqId);
    const place = known ?? counters.take();
    try {
      this.addon.treat(reqId, addonTreatmentOf(treatment, board.slots, place.index));
    } catch (error) {
      if (known === undefined) place.freeze(); // the core has never heard of it
      throw error;
    }
    treated.set(reqId, place);
    return place;
  }

  /** Not any more: what waits of it is dropped, and what still comes is nobody's. Nothing if it is not treated. */
  forget(reqId: number): void {
    const place = this.treated.get(reqId);
    if (place === undefined) return;
    this.treated.delete(reqId);
    this.addon.forget(reqId);
    this.counters?.leave(place);
  }

  /** Something is done with the bars or the book of a treated request, in order with its messages; nothing if it is none. */
  order(reqId: number, order: AggregateOrder): void {
    if (this.treated.has(reqId)) this.addon.order(reqId, ...addonOrderOf(order));
  }

  /** What lies in the ring went there to be delivered, and never will be. */
  private endCounts(): void {
    const { treated, counters } = this;
    if (counters === undefined) return;
    for (const reqId of this.pump.undelivered()) treated.get(reqId)?.drop();
    counters.end();
  }

  /** See {@link Pump.pause}. */
  pause(): void {
    this.pump.pause();
  }

  /** Delivers what came meanwhile; then reading goes on. */
  resume(): void {
    if (this.pump.resume()) this.addon.drained();
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
