import { EventName } from "@stoqey/ib";
import { FLAG_NO_ATTRIB, FLAG_NO_SIZE } from "../native/layout.js";
import { type Tick, TickKind, UNSET } from "../native/tick.js";
import type { ListenerWatch } from "./listener-watch.js";

/** How the controller emits an event: to its own listeners and to those of `result` and `all`. */
export type Emit = (name: EventName, ...args: unknown[]) => void;

/** Tick types that carry a size in TICK_PRICE, and the tick type of that size. */
const SIZE_OF_PRICE: Readonly<Record<number, number>> = { 1: 0, 2: 3, 4: 5, 66: 69, 67: 70, 68: 71 };

const orUndefined = (value: number): number | undefined => (value === UNSET ? undefined : value);

/** Turns hot messages into the events that stock emits for them: same names, arguments and unset values. */
export class HotEvents {
  constructor(
    private readonly emit: Emit,
    private readonly watch: ListenerWatch,
  ) {}

  deliver(tick: Tick): void {
    switch (tick.kind) {
      case TickKind.TICK_PRICE:
        this.tickPrice(tick);
        break;
      case TickKind.TICK_SIZE:
        this.emit(EventName.tickSize, tick.reqId, tick.field, orUndefined(tick.value(0)));
        break;
      case TickKind.TICK_STRING:
        this.emit(EventName.tickString, tick.reqId, tick.field, tick.text());
        break;
      case TickKind.TICK_GENERIC:
        this.emit(EventName.tickGeneric, tick.reqId, tick.field, orUndefined(tick.value(0)));
        break;
      case TickKind.TICK_OPTION_COMPUTATION:
        this.tickOptionComputation(tick);
        break;
      case TickKind.TICK_BY_TICK_ALL_LAST:
        this.tickByTickAllLast(tick);
        break;
      case TickKind.TICK_BY_TICK_BID_ASK:
        this.tickByTickBidAsk(tick);
        break;
      case TickKind.TICK_BY_TICK_MID_POINT:
        this.emit(EventName.tickByTickMidPoint, tick.reqId, String(tick.time), orUndefined(tick.price));
        break;
      case TickKind.MARKET_DEPTH:
        this.emit(
          EventName.updateMktDepth,
          tick.reqId,
          tick.field,
          tick.operation,
          tick.side,
          orUndefined(tick.value(0)),
          orUndefined(tick.value(1)),
        );
        break;
      case TickKind.MARKET_DEPTH_L2:
        this.emit(
          EventName.updateMktDepthL2,
          tick.reqId,
          tick.field,
          tick.text(),
          tick.operation,
          tick.side,
          orUndefined(tick.value(0)),
          orUndefined(tick.value(1)),
          tick.isSmartDepth,
        );
        break;
      case TickKind.REAL_TIME_BAR:
        this.realtimeBar(tick);
        break;
      case TickKind.ORDER_STATUS:
        this.orderStatus(tick);
        break;
    }
  }

  private tickPrice(tick: Tick): void {
    const { reqId, field, flags } = tick;
    const size = tick.value(1);
    const attribs = (flags & FLAG_NO_ATTRIB) !== 0 ? undefined : tick.aux !== 0;
    try {
      if (this.watch.tickPrice)
        this.emit(EventName.tickPrice, reqId, field, orUndefined(tick.value(0)), attribs);
    } finally {
      const sizeField = (flags & FLAG_NO_SIZE) !== 0 ? undefined : SIZE_OF_PRICE[field];
      if (sizeField && this.watch.tickSize)
        this.emit(EventName.tickSize, reqId, sizeField, orUndefined(size));
    }
  }

  private tickOptionComputation(tick: Tick): void {
    const withAttrib = (tick.flags & FLAG_NO_ATTRIB) === 0;
    this.emit(
      EventName.tickOptionComputation,
      tick.reqId,
      tick.field,
      withAttrib ? tick.aux : undefined,
      orUndefined(tick.impliedVol),
      orUndefined(tick.delta),
      orUndefined(tick.optPrice),
      orUndefined(tick.pvDividend),
      orUndefined(tick.gamma),
      orUndefined(tick.vega),
      orUndefined(tick.theta),
      orUndefined(tick.undPrice),
    );
  }

  private tickByTickAllLast(tick: Tick): void {
    const { aux } = tick;
    this.emit(
      EventName.tickByTickAllLast,
      tick.reqId,
      tick.field,
      String(tick.time),
      orUndefined(tick.value(1)),
      orUndefined(tick.value(2)),
      { pastLimit: (aux & 1) !== 0, unreported: (aux & 2) !== 0 },
      tick.text(0),
      tick.text(1),
    );
  }

  private tickByTickBidAsk(tick: Tick): void {
    const { aux } = tick;
    this.emit(
      EventName.tickByTickBidAsk,
      tick.reqId,
      String(tick.time),
      orUndefined(tick.bidPrice),
      orUndefined(tick.askPrice),
      orUndefined(tick.bidSize),
      orUndefined(tick.askSize),
      { bidPastLow: (aux & 1) !== 0, askPastHigh: (aux & 2) !== 0 },
    );
  }

  private realtimeBar(tick: Tick): void {
    this.emit(
      EventName.realtimeBar,
      tick.reqId,
      tick.time,
      orUndefined(tick.open),
      orUndefined(tick.high),
      orUndefined(tick.low),
      orUndefined(tick.close),
      orUndefined(tick.volume),
      orUndefined(tick.wap),
      tick.field,
    );
  }

  private orderStatus(tick: Tick): void {
    // The flags hold the message's version: below 6 its last fields do not exist.
    const version = tick.flags;
    this.emit(
      EventName.orderStatus,
      tick.reqId,
      tick.text(0),
      orUndefined(tick.filled),
      orUndefined(tick.remaining),
      orUndefined(tick.avgFillPrice),
      orUndefined(tick.permId),
      version >= 3 ? tick.field : undefined,
      orUndefined(tick.lastFillPrice),
      version >= 5 ? tick.clientId : undefined,
      version >= 6 ? tick.text(1) : undefined,
      orUndefined(tick.mktCapPrice),
    );
  }
}
