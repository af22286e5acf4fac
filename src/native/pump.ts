import {
  FLAG_SPILLED,
  FLAG_TREATED,
  KIND_ARMED,
  KIND_BARS_CHANGED,
  KIND_BOOK_CHANGED,
  KIND_CLOSED,
  KIND_COLD,
  KIND_CONNECTED,
  KIND_MALFORMED,
  KIND_NO_GUARD,
  KIND_PAD,
  KIND_RAW,
  KIND_TICK_STRING,
  KIND_TRAILING,
  OFFSET_AUX,
  OFFSET_FIELD,
  OFFSET_RECEIVED_MICROS,
  OFFSET_REQ_ID,
  OFFSET_VALUES,
  RING_HEAD,
  RING_SLOTS,
  RING_TAIL,
  SLOT_BYTES,
  VALUE_ARMED_ENCODED_MICROS,
  VALUE_ARMED_VALUE,
  VALUE_ARMED_WRITTEN_MICROS,
} from "./layout.js";
import type { ArmedOutcome } from "./prepared-orders.js";
import type { RingViews } from "./ring.js";
import { RingBatch } from "./ring-batch.js";
import { RingRecord } from "./ring-record.js";

/** Called with the one reused {@link RingRecord} for every hot message, in order of arrival. */
export type RecordHandler = (record: RingRecord) => void;

/** Called with the one reused {@link RingBatch} for messages of subscriptions with a treatment, in order of arrival. */
export type BatchHandler = (batch: RingBatch) => void;

/** Who gets hot messages. Bit `kind` of a mask stands for messages of that kind. */
export interface Routing {
  /** Called for the kinds in `handledKinds`, before the observer. */
  readonly handler: RecordHandler | undefined;
  /** 0 if there is no handler. */
  readonly handledKinds: number;
  /** Called for the kinds in `wantedKinds`. */
  readonly observer: RecordHandler | undefined;
  /** 0 if there is no observer. */
  readonly wantedKinds: number;
}

export const ALL_KINDS = -1;
export const NO_ROUTING: Routing = {
  handler: undefined,
  handledKinds: 0,
  observer: undefined,
  wantedKinds: 0,
};

/** Where the pump delivers what it reads. A method that throws is reported through `threw`; nothing else is lost. */
export interface FrameSink {
  /**
   * A frame of the control plane, whole; the bytes are only valid during the call.
   * @param receivedMicros when it arrived: CLOCK_MONOTONIC
   */
  cold(id: number, protobuf: boolean, payload: Buffer, receivedMicros: number): void;
  /** The frame of the hot message that comes next; only while asked for. */
  raw(payload: Buffer): void;
  /** A hot message that could not be read, or whose last bytes have no meaning. */
  malformed(id: number, trailing: boolean, payload: Buffer): void;
  threw(error: unknown): void;
}

/** Where the pump tells what becomes of the connection. */
export interface LinkSink {
  connected(serverVersion: number, connectionTime: string): void;
  closed(reason: number, errno: number, detail: string): void;
  /** The thread behind the event loop could not be started; the connection goes on without it. */
  unguarded(errno: number): void;
  /** An armed order has fired, or expired, where it was judged. */
  armedEnded(armed: number, outcome: ArmedOutcome): void;
}

const HEAD = RING_HEAD >> 2;
const TAIL = RING_TAIL >> 2;
const I32_SLOTS = RING_SLOTS >> 2;
const I32_PER_SLOT = SLOT_BYTES >> 2;
const I32_REQ_ID = OFFSET_REQ_ID >> 2;
const I32_FIELD = OFFSET_FIELD >> 2;
const I32_AUX = OFFSET_AUX >> 2;
// The consumed part of the ring goes back to the producer this often (slots), not only at the end of a long drain.
const GIVE_BACK = 4096;
const SPILLED = FLAG_SPILLED << 8;
const TREATED = FLAG_TREATED << 8;

/** Reads the ring: the only consumer. No N-API call and no allocation per hot message. */
export class Pump {
  private handler: RecordHandler | undefined;
  private handledKinds = 0;
  private observer: RecordHandler | undefined;
  private wantedKinds = 0;
  private readonly i32: Int32Array;
  private readonly mask: number;
  private readonly record: RingRecord;
  private readonly batch: RingBatch;
  private batchHandler: BatchHandler | undefined;
  private next = 0;
  /** Changes whenever something does that the loop over the records keeps in variables. */
  private turn = 0;
  private draining = false;
  private stopped = false;
  private paused = false;

  constructor(
    private readonly views: RingViews,
    private readonly sink: FrameSink,
    private readonly link: LinkSink,
    private readonly takeSpill: () => Buffer | undefined,
  ) {
    this.i32 = views.i32;
    this.mask = views.mask;
    this.record = new RingRecord(views);
    this.batch = new RingBatch(views);
  }

  /** Who gets the messages of subscriptions with a treatment, from the next batch on. */
  routeBatches(handler: BatchHandler | undefined): void {
    this.batchHandler = handler;
  }

  /** Holds from the next record on, also in the middle of a drain. */
  route({ handler, handledKinds, observer, wantedKinds }: Routing): void {
    this.handler = handler;
    this.handledKinds = handledKinds;
    this.observer = observer;
    this.wantedKinds = wantedKinds;
    this.turn = (this.turn + 1) | 0;
  }

  /** No record is delivered any more, not even the rest of a drain that is going on. */
  stop(): void {
    this.stopped = true;
    this.turn = (this.turn + 1) | 0;
  }

  /** The requests of the messages that are for batches, and have come, and have not been delivered. */
  *undelivered(): Generator<number> {
    const { i32, mask } = this;
    const head = Atomics.load(i32, HEAD);
    for (let at = this.next; at !== head; ) {
      const base = I32_SLOTS + (at & mask) * I32_PER_SLOT;
      const word = i32[base];
      const kind = word & 0xff;
      // A notice is no message of the gateway's, and counted nowhere.
      const isMessage =
        kind < KIND_COLD && kind !== KIND_PAD && kind !== KIND_BARS_CHANGED && kind !== KIND_BOOK_CHANGED;
      if (isMessage && (word & TREATED) !== 0) yield i32[base + I32_REQ_ID];
      at = (at + (word >>> 16)) | 0;
    }
  }

  /**
   * Nothing is delivered from the next record on, also in the middle of a drain: the ring fills up, and then reading
   * stops. Once {@link resume} is called, all of it comes.
   */
  pause(): void {
    this.paused = true;
    this.turn = (this.turn + 1) | 0;
  }

  /** Delivers what waits. @returns whether it was paused */
  resume(): boolean {
    if (!this.paused) return false;
    this.paused = false;
    this.drain();
    return true;
  }

  /** Delivers everything that was published when it was called. */
  drain(): void {
    if (this.draining || this.stopped || this.paused) return;
    this.draining = true;
    // Once per drain: what arrives meanwhile has its own wake-up.
    const head = Atomics.load(this.i32, HEAD);
    while (this.next !== head && !this.stopped && !this.paused) {
      try {
        this.run(head);
      } catch (error) {
        this.sink.threw(error);
      }
    }
    Atomics.store(this.i32, TAIL, this.next);
    this.draining = false;
  }

  private run(head: number): void {
    const { i32, mask, record, batch } = this;
    let next = this.next;
    let giveBackAt = (next + GIVE_BACK) | 0;
    let { turn, handler, handledKinds, observer, wantedKinds } = this;
    try {
      while (next !== head) {
        // A handler may add or remove listeners, or end the connection.
        if (this.turn !== turn) {
          if (this.stopped || this.paused) break;
          ({ turn, handler, handledKinds, observer, wantedKinds } = this);
        }
        const slot = next & mask;
        const word = i32[I32_SLOTS + slot * I32_PER_SLOT];
        const kind = word & 0xff;
        next = (next + (word >>> 16)) | 0;
        if (kind < KIND_COLD) {
          if (kind === KIND_PAD) continue;
          if ((word & TREATED) !== 0) {
            batch.add(
              slot,
              kind === KIND_TICK_STRING && (word & SPILLED) !== 0 ? this.takeSpill() : undefined,
            );
            if (!batch.isFull) next = batch.addRun(next, head, mask);
            if (!batch.isFull) continue;
            this.deliverBatch(next);
            Atomics.store(i32, TAIL, next);
            continue;
          }
          if (batch.length > 0) this.deliverBatch(next);
          record.moveTo(slot, kind);
          // A string too long for the ring waits outside it; only TICK_STRING is ever spilled among hot messages.
          if (kind === KIND_TICK_STRING)
            record.spilled = (word & SPILLED) !== 0 ? this.takeSpill() : undefined;
          const wanted = ((wantedKinds >>> kind) & 1) !== 0;
          if (((handledKinds >>> kind) & 1) === 0) {
            if (wanted) (observer as RecordHandler)(record);
          } else if (wanted) {
            both(handler as RecordHandler, observer as RecordHandler, record);
          } else {
            (handler as RecordHandler)(record);
          }
        } else {
          if (batch.length > 0) this.deliverBatch(next);
          this.control(kind, slot, word);
        }
        if (((next - giveBackAt) | 0) > 0) {
          // Everything before the record just delivered is free again.
          giveBackAt = (next + GIVE_BACK) | 0;
          Atomics.store(i32, TAIL, next);
        }
      }
    } finally {
      // Also behind a record whose listener threw.
      this.next = next;
    }
    if (batch.length > 0) this.deliverBatch(next);
  }

  /**
   * What its handler throws is reported at once, so that what comes behind the batch has its own place.
   * @param next behind it: what lies there is undelivered where the handler ends the connection
   */
  private deliverBatch(next: number): void {
    const { batch, batchHandler } = this;
    this.next = next;
    try {
      if (!this.stopped) batchHandler?.(batch);
    } catch (error) {
      this.sink.threw(error);
    } finally {
      batch.clear();
    }
  }

  private control(kind: number, slot: number, word: number): void {
    const base = I32_SLOTS + slot * I32_PER_SLOT;
    const { i32, views, sink } = this;
    if (kind === KIND_ARMED) {
      this.armedEnded(slot);
      return;
    }
    const start = RING_SLOTS + slot * SLOT_BYTES + OFFSET_VALUES;
    const inRing = () => views.bytes.subarray(start, start + i32[base + I32_AUX]);
    const payload = ((word >>> 8) & FLAG_SPILLED) !== 0 ? (this.takeSpill() ?? Buffer.alloc(0)) : inRing();
    const req = i32[base + I32_REQ_ID];
    const field = i32[base + I32_FIELD];
    switch (kind) {
      case KIND_COLD:
        sink.cold(field, req === 1, payload, this.receivedMicros(slot));
        break;
      case KIND_RAW:
        sink.raw(payload);
        break;
      case KIND_MALFORMED:
        sink.malformed(field, false, payload);
        break;
      case KIND_TRAILING:
        sink.malformed(field, true, payload);
        break;
      case KIND_CONNECTED:
        this.link.connected(field, payload.toString("utf8"));
        break;
      case KIND_CLOSED:
        this.link.closed(field, req, payload.toString("utf8"));
        break;
      case KIND_NO_GUARD:
        this.link.unguarded(req);
        break;
    }
  }

  private receivedMicros(slot: number): number {
    return this.views.f64[(RING_SLOTS + slot * SLOT_BYTES + OFFSET_RECEIVED_MICROS) >> 3];
  }

  private armedEnded(slot: number): void {
    const { i32 } = this;
    const { f64 } = this.views;
    const base = I32_SLOTS + slot * I32_PER_SLOT;
    const values = (RING_SLOTS + slot * SLOT_BYTES + OFFSET_VALUES) >> 3;
    this.link.armedEnded(i32[base + I32_FIELD], {
      end: i32[base + I32_AUX],
      orderId: i32[base + I32_REQ_ID],
      receivedMicros: this.receivedMicros(slot),
      encodedMicros: f64[values + VALUE_ARMED_ENCODED_MICROS],
      writtenMicros: f64[values + VALUE_ARMED_WRITTEN_MICROS],
      value: f64[values + VALUE_ARMED_VALUE],
    });
  }
}

/** The stream handler first; if it throws, the events of the same message still go out. */
function both(handler: RecordHandler, observer: RecordHandler, record: RingRecord): void {
  try {
    handler(record);
  } finally {
    observer(record);
  }
}
