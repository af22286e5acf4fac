import {
  FLAG_NO_SIZE,
  FLAG_SPILLED,
  FLAG_TREATED,
  KIND_MARKET_DEPTH,
  KIND_MARKET_DEPTH_L2,
  KIND_RT_TRADE,
  KIND_TICK_BY_TICK_ALL_LAST,
  KIND_TICK_BY_TICK_MID_POINT,
  KIND_TICK_GENERIC,
  KIND_TICK_PRICE,
  KIND_TICK_SIZE,
  OFFSET_FIELD,
  OFFSET_RECEIVED_MICROS,
  OFFSET_REQ_ID,
  OFFSET_VALUES,
  RING_SLOTS,
  SLOT_BYTES,
  VALUE_ALL_LAST_PRICE,
  VALUE_ALL_LAST_SIZE,
  VALUE_DEPTH_PRICE,
  VALUE_DEPTH_SIZE,
  VALUE_MID_POINT_PRICE,
  VALUE_RT_TRADE_PRICE,
  VALUE_RT_TRADE_SIZE,
  VALUE_TICK_GENERIC_VALUE,
  VALUE_TICK_PRICE_PRICE,
  VALUE_TICK_PRICE_SIZE,
  VALUE_TICK_SIZE_SIZE,
} from "./layout.js";
import type { RingViews } from "./ring.js";
import { RingRecord, UNSET } from "./ring-record.js";

const I32_PER_SLOT = SLOT_BYTES >> 2;
const F64_PER_SLOT = SLOT_BYTES >> 3;
const I32_SLOTS = RING_SLOTS >> 2;
const I32_REQ_ID = OFFSET_REQ_ID >> 2;
const I32_FIELD = OFFSET_FIELD >> 2;
const F64_VALUES = (RING_SLOTS + OFFSET_VALUES) >> 3;
const F64_RECEIVED = (RING_SLOTS + OFFSET_RECEIVED_MICROS) >> 3;
const NO_SIZE = FLAG_NO_SIZE << 8;
const TREATED = FLAG_TREATED << 8;
const TREATED_OR_SPILLED = TREATED | (FLAG_SPILLED << 8);
const NONE = -1;

/** Where each kind has its price and its size among its numbers. */
const PRICE_AT = new Int8Array(32).fill(NONE);
const SIZE_AT = new Int8Array(32).fill(NONE);
PRICE_AT[KIND_TICK_PRICE] = VALUE_TICK_PRICE_PRICE;
PRICE_AT[KIND_TICK_GENERIC] = VALUE_TICK_GENERIC_VALUE;
PRICE_AT[KIND_TICK_BY_TICK_ALL_LAST] = VALUE_ALL_LAST_PRICE;
PRICE_AT[KIND_TICK_BY_TICK_MID_POINT] = VALUE_MID_POINT_PRICE;
PRICE_AT[KIND_RT_TRADE] = VALUE_RT_TRADE_PRICE;
SIZE_AT[KIND_TICK_PRICE] = VALUE_TICK_PRICE_SIZE;
SIZE_AT[KIND_TICK_SIZE] = VALUE_TICK_SIZE_SIZE;
SIZE_AT[KIND_TICK_BY_TICK_ALL_LAST] = VALUE_ALL_LAST_SIZE;
SIZE_AT[KIND_RT_TRADE] = VALUE_RT_TRADE_SIZE;
for (const kind of [KIND_MARKET_DEPTH, KIND_MARKET_DEPTH_L2]) {
  PRICE_AT[kind] = VALUE_DEPTH_PRICE;
  SIZE_AT[kind] = VALUE_DEPTH_SIZE;
}

/**
 * Neighbouring hot messages in the ring, as one: a view without an allocation, valid during the call it is given to.
 * A price or a size that the gateway left unset, or that the kind has not, reads as NaN; other numbers that are not set
 * as {@link UNSET}.
 */
export class RingBatch {
  /** Positions count from 0 to here. @readonly */
  length = 0;
  /** The most that one can hold. */
  static readonly CAPACITY = 16_384;
  private readonly slots = new Int32Array(RingBatch.CAPACITY);
  private readonly i32: Int32Array;
  private readonly f64: Float64Array;
  private readonly record: RingRecord;
  /** Of the one string in it that did not fit into the ring. */
  private spilled: Buffer | undefined;

  constructor(views: Pick<RingViews, "i32" | "f64" | "bytes">) {
    this.i32 = views.i32;
    this.f64 = views.f64;
    this.record = new RingRecord(views);
  }

  /** @internal One more. */
  add(slot: number, spilled?: Buffer): void {
    this.slots[this.length++] = slot;
    this.spilled = spilled;
  }
  /**
   * @internal Adds the messages from `next` on, up to the first one that is not of a batch, or has its string elsewhere.
   * One loop over what is mostly there: it costs half of what one call for each message does.
   * @returns where that one begins
   */
  addRun(next: number, head: number, mask: number): number {
    const { i32, slots } = this;
    let { length } = this;
    while (next !== head && length < RingBatch.CAPACITY) {
      const slot = next & mask;
      const word = i32[I32_SLOTS + slot * I32_PER_SLOT];
      if ((word & TREATED_OR_SPILLED) !== TREATED) break;
      slots[length++] = slot;
      next = (next + (word >>> 16)) | 0;
    }
    this.length = length;
    return next;
  }
  /** @internal None. */
  clear(): void {
    this.length = 0;
    this.spilled = undefined;
  }
  /** @internal Where the message begins. */
  slotOf(i: number): number {
    return this.slots[i];
  }
  /** @internal Only those before this one. */
  shorten(length: number): void {
    this.length = length;
  }
  /** @internal A spilled string is the last of its batch: the next one would take its place. */
  get isFull(): boolean {
    return this.length === RingBatch.CAPACITY || this.spilled !== undefined;
  }

  /** Which message this is: one of RecordKind. */
  kind(i: number): number {
    return this.i32[this.word(i)] & 0xff;
  }
  /** The request it belongs to. */
  reqId(i: number): number {
    return this.i32[this.word(i) + I32_REQ_ID];
  }
  /** Tick type for ticks, position for depth, number of trades for bars. */
  field(i: number): number {
    return this.i32[this.word(i) + I32_FIELD];
  }
  price(i: number): number {
    const at = PRICE_AT[this.kind(i)];
    return at === NONE ? Number.NaN : numberOf(this.value(i, at));
  }
  size(i: number): number {
    const word = this.i32[this.word(i)];
    const at = SIZE_AT[word & 0xff];
    return at === NONE || (word & NO_SIZE) !== 0 ? Number.NaN : numberOf(this.value(i, at));
  }
  /** The n-th number. */
  value(i: number, n: number): number {
    return this.f64[F64_VALUES + this.slots[i] * F64_PER_SLOT + n];
  }
  /** When the bytes arrived: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. */
  receivedMicros(i: number): number {
    return this.f64[F64_RECEIVED + this.slots[i] * F64_PER_SLOT];
  }
  /** As {@link RingRecord.attribs}. */
  attribs(i: number): number {
    return this.at(i).attribs;
  }
  /** The n-th string (allocates it). */
  text(i: number, n = 0): string {
    return this.at(i).text(n);
  }

  private word(i: number): number {
    return I32_SLOTS + this.slots[i] * I32_PER_SLOT;
  }
  private at(i: number): RingRecord {
    const { record } = this;
    record.moveTo(this.slots[i], this.kind(i));
    record.spilled = i === this.length - 1 ? this.spilled : undefined;
    return record;
  }
}

function numberOf(value: number): number {
  return value === UNSET ? Number.NaN : value;
}
