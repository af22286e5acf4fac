import {
  ALL_LAST_DOUBLES,
  DEPTH_DOUBLES,
  DEPTH_SIDE_SHIFT,
  DEPTH_SMART_SHIFT,
  FLAG_SHORT_OPTION,
  KIND_MARKET_DEPTH,
  KIND_MARKET_DEPTH_L2,
  KIND_ORDER_STATUS,
  KIND_REAL_TIME_BAR,
  KIND_TICK_BY_TICK_ALL_LAST,
  KIND_TICK_BY_TICK_BID_ASK,
  KIND_TICK_BY_TICK_MID_POINT,
  KIND_TICK_GENERIC,
  KIND_TICK_OPTION_COMPUTATION,
  KIND_TICK_PRICE,
  KIND_TICK_SIZE,
  KIND_TICK_STRING,
  OFFSET_AUX,
  OFFSET_FIELD,
  OFFSET_RECEIVED_MICROS,
  OFFSET_REQ_ID,
  OFFSET_VALUES,
  ORDER_STATUS_DOUBLES,
  RING_SLOTS,
  SLOT_BYTES,
  VALUE_ALL_LAST_PRICE,
  VALUE_ALL_LAST_SIZE,
  VALUE_ALL_LAST_TIME,
  VALUE_BAR_CLOSE,
  VALUE_BAR_HIGH,
  VALUE_BAR_LOW,
  VALUE_BAR_OPEN,
  VALUE_BAR_VOLUME,
  VALUE_BAR_WAP,
  VALUE_BID_ASK_ASK_PRICE,
  VALUE_BID_ASK_ASK_SIZE,
  VALUE_BID_ASK_BID_PRICE,
  VALUE_BID_ASK_BID_SIZE,
  VALUE_OPTION_DELTA,
  VALUE_OPTION_GAMMA,
  VALUE_OPTION_IMPLIED_VOL,
  VALUE_OPTION_OPT_PRICE,
  VALUE_OPTION_PV_DIVIDEND,
  VALUE_OPTION_THETA,
  VALUE_OPTION_UND_PRICE,
  VALUE_OPTION_VEGA,
  VALUE_ORDER_STATUS_AVG_FILL_PRICE,
  VALUE_ORDER_STATUS_FILLED,
  VALUE_ORDER_STATUS_LAST_FILL_PRICE,
  VALUE_ORDER_STATUS_MKT_CAP_PRICE,
  VALUE_ORDER_STATUS_PERM_ID,
  VALUE_ORDER_STATUS_REMAINING,
  VALUE_TICK_PRICE_PRICE,
  VALUE_TICK_PRICE_SIZE,
  VALUE_TICK_SIZE_SIZE,
} from "./layout.js";
import type { RingViews } from "./ring.js";

/** The kinds of hot messages, as {@link RingRecord.kind} tells them apart. */
export const RecordKind = {
  TICK_PRICE: KIND_TICK_PRICE,
  TICK_SIZE: KIND_TICK_SIZE,
  TICK_STRING: KIND_TICK_STRING,
  TICK_GENERIC: KIND_TICK_GENERIC,
  TICK_OPTION_COMPUTATION: KIND_TICK_OPTION_COMPUTATION,
  TICK_BY_TICK_ALL_LAST: KIND_TICK_BY_TICK_ALL_LAST,
  TICK_BY_TICK_BID_ASK: KIND_TICK_BY_TICK_BID_ASK,
  TICK_BY_TICK_MID_POINT: KIND_TICK_BY_TICK_MID_POINT,
  MARKET_DEPTH: KIND_MARKET_DEPTH,
  MARKET_DEPTH_L2: KIND_MARKET_DEPTH_L2,
  REAL_TIME_BAR: KIND_REAL_TIME_BAR,
  ORDER_STATUS: KIND_ORDER_STATUS,
} as const;

// Everything below indexes typed arrays; the names of the layout turn into element indices once, here.
const I32_PER_SLOT = SLOT_BYTES >> 2;
const F64_PER_SLOT = SLOT_BYTES >> 3;
const I32_SLOTS = RING_SLOTS >> 2;
const F64_SLOTS = RING_SLOTS >> 3;
const I32_REQ_ID = OFFSET_REQ_ID >> 2;
const I32_FIELD = OFFSET_FIELD >> 2;
const I32_AUX = OFFSET_AUX >> 2;
const F64_VALUES = OFFSET_VALUES >> 3;
/** From the first number of a record. */
const F64_RECEIVED = (OFFSET_RECEIVED_MICROS - OFFSET_VALUES) >> 3;

/**
 * One hot message, read straight from the ring. The same object is shown again and again: read what you need,
 * keep numbers, never the object. Nothing is allocated unless a string is read.
 *
 * Numbers that the gateway left unset read as `Number.MAX_VALUE` ({@link UNSET}).
 */
export class RingRecord {
  private readonly i32: Int32Array;
  private readonly f64: Float64Array;
  private readonly bytes: Buffer;
  /** @internal The bytes of a TICK_STRING that did not fit into the ring. */
  spilled: Buffer | undefined;
  /** Which message this is: one of {@link RecordKind}. @readonly */
  kind = 0;
  private word = 0;
  private value0 = 0;

  constructor(views: Pick<RingViews, "i32" | "f64" | "bytes">) {
    this.i32 = views.i32;
    this.f64 = views.f64;
    this.bytes = views.bytes;
  }

  /** @internal Moves to the record in a slot, which is of this kind. */
  moveTo(slot: number, kind: number): void {
    this.kind = kind;
    this.word = I32_SLOTS + slot * I32_PER_SLOT;
    this.value0 = F64_SLOTS + slot * F64_PER_SLOT + F64_VALUES;
  }

  /** @internal */
  get flags(): number {
    return (this.i32[this.word] >>> 8) & 0xff;
  }
  /** The request this belongs to; the order id for ORDER_STATUS. */
  get reqId(): number {
    return this.i32[this.word + I32_REQ_ID];
  }
  /** Tick type (IB's tick ids) for ticks; position for depth; number of trades for bars; parentId for ORDER_STATUS. */
  get field(): number {
    return this.i32[this.word + I32_FIELD];
  }
  /** @internal */
  get aux(): number {
    return this.i32[this.word + I32_AUX];
  }
  /** When the bytes arrived: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. */
  get receivedMicros(): number {
    return this.f64[this.value0 + F64_RECEIVED];
  }
  /** @internal The n-th number of the record. */
  value(n: number): number {
    return this.f64[this.value0 + n];
  }

  /** TICK_PRICE, depth: the price; TICK_BY_TICK trades and midpoints: theirs; TICK_GENERIC: the value. */
  get price(): number {
    const kind = this.kind;
    return this.f64[
      kind >= KIND_TICK_BY_TICK_ALL_LAST && kind <= KIND_TICK_BY_TICK_MID_POINT
        ? this.value0 + VALUE_ALL_LAST_PRICE
        : this.value0 + VALUE_TICK_PRICE_PRICE
    ];
  }
  /** The size of TICK_PRICE, TICK_SIZE, depth and TICK_BY_TICK trades, in shares or contracts. */
  get size(): number {
    const kind = this.kind;
    if (kind === KIND_TICK_SIZE) return this.f64[this.value0 + VALUE_TICK_SIZE_SIZE];
    return this.f64[
      kind === KIND_TICK_BY_TICK_ALL_LAST
        ? this.value0 + VALUE_ALL_LAST_SIZE
        : this.value0 + VALUE_TICK_PRICE_SIZE
    ];
  }
  /**
   * TICK_PRICE: bit 0 canAutoExecute, 1 pastLimit, 2 preOpen. TICK_BY_TICK trades: bit 0 pastLimit, 1 unreported;
   * quotes: bit 0 bidPastLow, 1 askPastHigh. TICK_OPTION_COMPUTATION: tickAttrib.
   */
  get attribs(): number {
    return this.aux;
  }

  /** TICK_BY_TICK and bars: exchange time in seconds since 1970. */
  get time(): number {
    return this.f64[this.value0 + VALUE_ALL_LAST_TIME];
  }
  /** TICK_BY_TICK_BID_ASK. */
  get bidPrice(): number {
    return this.f64[this.value0 + VALUE_BID_ASK_BID_PRICE];
  }
  get askPrice(): number {
    return this.f64[this.value0 + VALUE_BID_ASK_ASK_PRICE];
  }
  get bidSize(): number {
    return this.f64[this.value0 + VALUE_BID_ASK_BID_SIZE];
  }
  get askSize(): number {
    return this.f64[this.value0 + VALUE_BID_ASK_ASK_SIZE];
  }

  /** Depth: 0 insert, 1 update, 2 delete. */
  get operation(): number {
    return this.aux & 0xff;
  }
  /** Depth: 0 ask, 1 bid. */
  get side(): number {
    return (this.aux >>> DEPTH_SIDE_SHIFT) & 0xff;
  }
  /** MARKET_DEPTH_L2: whether the row is SMART depth; undefined below server version 146. */
  get isSmartDepth(): boolean | undefined {
    const smart = this.aux >>> DEPTH_SMART_SHIFT;
    return smart === 0 ? undefined : smart === 2;
  }

  /** REAL_TIME_BAR: prices of the five seconds, volume and volume-weighted average price. */
  get open(): number {
    return this.f64[this.value0 + VALUE_BAR_OPEN];
  }
  get high(): number {
    return this.f64[this.value0 + VALUE_BAR_HIGH];
  }
  get low(): number {
    return this.f64[this.value0 + VALUE_BAR_LOW];
  }
  get close(): number {
    return this.f64[this.value0 + VALUE_BAR_CLOSE];
  }
  get volume(): number {
    return this.f64[this.value0 + VALUE_BAR_VOLUME];
  }
  get wap(): number {
    return this.f64[this.value0 + VALUE_BAR_WAP];
  }

  /** TICK_OPTION_COMPUTATION: implied volatility, option price, PV of dividends, the Greeks, the underlying's price. */
  get impliedVol(): number {
    return this.f64[this.value0 + VALUE_OPTION_IMPLIED_VOL];
  }
  get delta(): number {
    return this.f64[this.value0 + VALUE_OPTION_DELTA];
  }
  get optPrice(): number {
    return this.f64[this.value0 + VALUE_OPTION_OPT_PRICE];
  }
  get pvDividend(): number {
    return this.f64[this.value0 + VALUE_OPTION_PV_DIVIDEND];
  }
  get gamma(): number {
    return this.f64[this.value0 + VALUE_OPTION_GAMMA];
  }
  get vega(): number {
    return this.f64[this.value0 + VALUE_OPTION_VEGA];
  }
  get theta(): number {
    return this.f64[this.value0 + VALUE_OPTION_THETA];
  }
  get undPrice(): number {
    return this.f64[this.value0 + VALUE_OPTION_UND_PRICE];
  }
  /** @internal Sent without gamma, vega, theta and undPrice. */
  get isShortOption(): boolean {
    return (this.flags & FLAG_SHORT_OPTION) !== 0;
  }

  /** ORDER_STATUS: quantities filled and remaining, prices, the account-wide order id. */
  get filled(): number {
    return this.f64[this.value0 + VALUE_ORDER_STATUS_FILLED];
  }
  get remaining(): number {
    return this.f64[this.value0 + VALUE_ORDER_STATUS_REMAINING];
  }
  get avgFillPrice(): number {
    return this.f64[this.value0 + VALUE_ORDER_STATUS_AVG_FILL_PRICE];
  }
  get permId(): number {
    return this.f64[this.value0 + VALUE_ORDER_STATUS_PERM_ID];
  }
  get lastFillPrice(): number {
    return this.f64[this.value0 + VALUE_ORDER_STATUS_LAST_FILL_PRICE];
  }
  get mktCapPrice(): number {
    return this.f64[this.value0 + VALUE_ORDER_STATUS_MKT_CAP_PRICE];
  }
  /** ORDER_STATUS: the client that placed the order. */
  get clientId(): number {
    return this.aux;
  }

  /**
   * The message's n-th string (allocates it): TICK_STRING 0 value; TICK_BY_TICK trades 0 exchange, 1 specialConditions;
   * MARKET_DEPTH_L2 0 marketMaker; ORDER_STATUS 0 status, 1 whyHeld. Empty where there is none.
   */
  text(n = 0): string {
    const start = (this.word << 2) + OFFSET_VALUES;
    switch (this.kind) {
      case KIND_TICK_STRING:
        if (n > 0) return "";
        if (this.spilled !== undefined) return this.spilled.toString("utf8");
        return this.bytes.toString("utf8", start, start + this.aux);
      case KIND_TICK_BY_TICK_ALL_LAST:
        return this.textAt(start + ALL_LAST_DOUBLES * 8, n, 2);
      case KIND_MARKET_DEPTH_L2:
        return this.textAt(start + DEPTH_DOUBLES * 8, n, 1);
      case KIND_ORDER_STATUS:
        return this.textAt(start + ORDER_STATUS_DOUBLES * 8, n, 2);
      default:
        return "";
    }
  }

  private textAt(at: number, n: number, count: number): string {
    if (n >= count) return "";
    for (let skip = n; skip > 0; skip--) at += 2 + this.bytes.readUInt16LE(at);
    const size = this.bytes.readUInt16LE(at);
    return size === 0 ? "" : this.bytes.toString("utf8", at + 2, at + 2 + size);
  }
}

/** What an unset number reads as: the largest double, as on the wire. */
export const UNSET = Number.MAX_VALUE;
