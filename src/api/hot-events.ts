import { EventName, IBApi } from "@stoqey/ib";
import {
  FLAG_NO_ATTRIB,
  FLAG_NO_SIZE,
  VALUE_ALL_LAST_PRICE,
  VALUE_ALL_LAST_SIZE,
  VALUE_DEPTH_PRICE,
  VALUE_DEPTH_SIZE,
  VALUE_TICK_GENERIC_VALUE,
  VALUE_TICK_PRICE_PRICE,
  VALUE_TICK_PRICE_SIZE,
  VALUE_TICK_SIZE_SIZE,
} from "../native/layout.js";
import { RecordKind, type RingRecord, UNSET } from "../native/ring-record.js";
import type { Emitter, ListenerWatch } from "./listener-watch.js";

/** How the controller emits an event: to its listeners and to those of `result` and `all`. */
export type Emit = (name: EventName, ...args: unknown[]) => void;

/**
 * By tick type: that of the size which comes with such a price; 0 for none. A bid (1) has none because stock takes the
 * type of its size, 0, for none.
 */
const SIZE_OF_PRICE = new Uint8Array(128);
for (const [price, size] of [
  [2, 3],
  [4, 5],
  [66, 69],
  [67, 70],
  [68, 71],
])
  SIZE_OF_PRICE[price] = size;

/** Where a program has put an `emit` of its own, on an object or in a class, that one is called for every event. */
const PLAIN_EMIT: unknown = IBApi.prototype.emit;

const orUndefined = (value: number): number | undefined => (value === UNSET ? undefined : value);

/** Turns hot messages into the events that stock emits for them: same names, arguments and unset values. */
export class HotEvents {
  constructor(
    private readonly emitter: Emitter,
    private readonly emit: Emit,
    private readonly watch: ListenerWatch,
  ) {}

  // The commonest events go straight to the only listener or to the emitter, with as many arguments as they have: a
  // rest parameter on the way would make an array for each.

  private emit3(name: EventName, a: unknown, b: unknown, c: unknown): void {
    if (this.watch.everything) this.emit(name, a, b, c);
    else this.emitter.emit(name, a, b, c);
  }

  deliver(record: RingRecord): void {
    switch (record.kind) {
      case RecordKind.TICK_PRICE:
        this.tickPrice(record);
        break;
      case RecordKind.TICK_SIZE:
        this.emitTickSize(record.reqId, record.field, orUndefined(record.value(VALUE_TICK_SIZE_SIZE)));
        break;
      case RecordKind.TICK_STRING:
        this.emit3(EventName.tickString, record.reqId, record.field, record.text());
        break;
      case RecordKind.TICK_GENERIC:
        this.emit3(
          EventName.tickGeneric,
          record.reqId,
          record.field,
          orUndefined(record.value(VALUE_TICK_GENERIC_VALUE)),
        );
        break;
      case RecordKind.TICK_OPTION_COMPUTATION:
        this.tickOptionComputation(record);
        break;
      case RecordKind.TICK_BY_TICK_ALL_LAST:
        this.tickByTickAllLast(record);
        break;
      case RecordKind.TICK_BY_TICK_BID_ASK:
        this.tickByTickBidAsk(record);
        break;
      case RecordKind.TICK_BY_TICK_MID_POINT:
        this.emit(EventName.tickByTickMidPoint, record.reqId, String(record.time), orUndefined(record.price));
        break;
      case RecordKind.MARKET_DEPTH:
        this.emit(
          EventName.updateMktDepth,
          record.reqId,
          record.field,
          record.operation,
          record.side,
          orUndefined(record.value(VALUE_DEPTH_PRICE)),
          orUndefined(record.value(VALUE_DEPTH_SIZE)),
        );
        break;
      case RecordKind.MARKET_DEPTH_L2:
        this.emit(
          EventName.updateMktDepthL2,
          record.reqId,
          record.field,
          record.text(),
          record.operation,
          record.side,
          orUndefined(record.value(VALUE_DEPTH_PRICE)),
          orUndefined(record.value(VALUE_DEPTH_SIZE)),
          record.isSmartDepth,
        );
        break;
      case RecordKind.REAL_TIME_BAR:
        this.realtimeBar(record);
        break;
      case RecordKind.ORDER_STATUS:
        this.orderStatus(record);
        break;
    }
  }

  private tickPrice(record: RingRecord): void {
    const { watch } = this;
    const { reqId, field, flags } = record;
    const size = record.value(VALUE_TICK_PRICE_SIZE);
    const sizeField = (flags & FLAG_NO_SIZE) !== 0 ? 0 : SIZE_OF_PRICE[field & 0x7f];
    // A listener of the price that throws does not cost those of the size theirs; and the size counts as it was.
    const withSize = sizeField !== 0 && field === (field & 0x7f);
    if (!watch.tickPrice) {
      if (withSize && watch.tickSize) this.emitTickSize(reqId, sizeField, orUndefined(size));
      return;
    }
    const price = orUndefined(record.value(VALUE_TICK_PRICE_PRICE));
    const attribs = (flags & FLAG_NO_ATTRIB) !== 0 ? undefined : record.aux !== 0;
    if (!withSize) {
      this.emitTickPrice(reqId, field, price, attribs);
      return;
    }
    try {
      this.emitTickPrice(reqId, field, price, attribs);
    } finally {
      // Asked for anew: the listener of the price may have added one, or taken one away.
      if (watch.tickSize) this.emitTickSize(reqId, sizeField, orUndefined(size));
    }
  }

  private emitTickPrice(
    reqId: number,
    field: number,
    price: number | undefined,
    attribs: boolean | undefined,
  ): void {
    const listener = this.watch.only.tickPrice;
    if (listener !== undefined && this.emitter.emit === PLAIN_EMIT)
      listener.call(this.emitter, reqId, field, price, attribs);
    else if (this.watch.everything) this.emit(EventName.tickPrice, reqId, field, price, attribs);
    else this.emitter.emit(EventName.tickPrice, reqId, field, price, attribs);
  }

  private emitTickSize(reqId: number, field: number, size: number | undefined): void {
    const listener = this.watch.only.tickSize;
    if (listener !== undefined && this.emitter.emit === PLAIN_EMIT)
      listener.call(this.emitter, reqId, field, size);
    else this.emit3(EventName.tickSize, reqId, field, size);
  }

  private tickOptionComputation(record: RingRecord): void {
    const withAttrib = (record.flags & FLAG_NO_ATTRIB) === 0;
    this.emit(
      EventName.tickOptionComputation,
      record.reqId,
      record.field,
      withAttrib ? record.aux : undefined,
      orUndefined(record.impliedVol),
      orUndefined(record.delta),
      orUndefined(record.optPrice),
      orUndefined(record.pvDividend),
      orUndefined(record.gamma),
      orUndefined(record.vega),
      orUndefined(record.theta),
      orUndefined(record.undPrice),
    );
  }

  private tickByTickAllLast(record: RingRecord): void {
    const { aux } = record;
    this.emit(
      EventName.tickByTickAllLast,
      record.reqId,
      record.field,
      String(record.time),
      orUndefined(record.value(VALUE_ALL_LAST_PRICE)),
      orUndefined(record.value(VALUE_ALL_LAST_SIZE)),
      { pastLimit: (aux & 1) !== 0, unreported: (aux & 2) !== 0 },
      record.text(0),
      record.text(1),
    );
  }

  private tickByTickBidAsk(record: RingRecord): void {
    const { aux } = record;
    this.emit(
      EventName.tickByTickBidAsk,
      record.reqId,
      String(record.time),
      orUndefined(record.bidPrice),
      orUndefined(record.askPrice),
      orUndefined(record.bidSize),
      orUndefined(record.askSize),
      { bidPastLow: (aux & 1) !== 0, askPastHigh: (aux & 2) !== 0 },
    );
  }

  private realtimeBar(record: RingRecord): void {
    this.emit(
      EventName.realtimeBar,
      record.reqId,
      record.time,
      orUndefined(record.open),
      orUndefined(record.high),
      orUndefined(record.low),
      orUndefined(record.close),
      orUndefined(record.volume),
      orUndefined(record.wap),
      record.field,
    );
  }

  private orderStatus(record: RingRecord): void {
    // The flags hold the message's version: below 6 its last fields do not exist.
    const version = record.flags;
    this.emit(
      EventName.orderStatus,
      record.reqId,
      record.text(0),
      orUndefined(record.filled),
      orUndefined(record.remaining),
      orUndefined(record.avgFillPrice),
      orUndefined(record.permId),
      version >= 3 ? record.field : undefined,
      orUndefined(record.lastFillPrice),
      version >= 5 ? record.clientId : undefined,
      version >= 6 ? record.text(1) : undefined,
      orUndefined(record.mktCapPrice),
    );
  }
}
