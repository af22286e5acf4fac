import type { FeedBoard } from "../../../src/broker/feed-board.js";
import { FeedKind, FeedValue } from "../../../src/broker/feed-kind.js";
import type { QuoteValues } from "../../../src/domain/quote.js";
import { BOARD_VALUES, BoardValue, quoteOf } from "../../../src/domain/quote-view.js";
import { UNSET } from "../../../src/native/ring-record.js";
import { isNoPrice, LIVE_TYPE, type PlainMessage, TickType } from "./plain-message.js";

/** Room for as many quotes as any connection has lines. */
const SLOTS = 16_384;

/** A board of plain numbers: what the core's board has to be equal to. */
export class PlainBoard implements FeedBoard {
  readonly slots = SLOTS;
  readonly handle = undefined;
  private readonly quotes = new Map<number, Float64Array>();

  view(slot: number): QuoteValues {
    return quoteOf({ at: (position) => this.quotes.get(slot)?.[position] ?? Number.NaN });
  }

  snapshot(slot: number): QuoteValues {
    const values = Float64Array.from(this.of(slot));
    return quoteOf({ at: (position) => values[position] });
  }

  /** A slot that somebody else may have had before. */
  clear(slot: number): void {
    this.of(slot).fill(Number.NaN);
  }

  /** Takes the values of a message over, whatever a filter says of it. */
  update(slot: number, message: PlainMessage): void {
    const quote = this.of(slot);
    updateQuote(quote, message);
    quote[BoardValue.UPDATED_MICROS] = message.receivedMicros;
  }

  private of(slot: number): Float64Array {
    let values = this.quotes.get(slot);
    if (values === undefined) {
      values = new Float64Array(BOARD_VALUES).fill(Number.NaN);
      this.quotes.set(slot, values);
    }
    return values;
  }
}

interface Place {
  readonly value: number;
  readonly size?: number;
  readonly micros?: number;
}

const { BID, ASK, LAST, BID_SIZE, ASK_SIZE, LAST_SIZE } = BoardValue;
const PLACE_OF_BID = { value: BID, size: BID_SIZE, micros: BoardValue.BID_MICROS };
const PLACE_OF_ASK = { value: ASK, size: ASK_SIZE, micros: BoardValue.ASK_MICROS };
const PLACE_OF_LAST = { value: LAST, size: LAST_SIZE, micros: BoardValue.LAST_MICROS };

/** Where each tick type of live data belongs; delayed ones go to the same places. */
const PRICES: ReadonlyMap<number, Place> = new Map<number, Place>([
  [TickType.BID, PLACE_OF_BID],
  [TickType.ASK, PLACE_OF_ASK],
  [TickType.LAST, PLACE_OF_LAST],
  [6, { value: BoardValue.HIGH }],
  [7, { value: BoardValue.LOW }],
  [9, { value: BoardValue.CLOSE }],
  [14, { value: BoardValue.OPEN }],
  [35, { value: BoardValue.AUCTION_PRICE }],
  [37, { value: BoardValue.MARK }],
]);
const SIZES: ReadonlyMap<number, number> = new Map<number, number>([
  [TickType.BID_SIZE, BID_SIZE],
  [TickType.ASK_SIZE, ASK_SIZE],
  [TickType.LAST_SIZE, LAST_SIZE],
  [8, BoardValue.VOLUME],
  [21, BoardValue.AVERAGE_VOLUME],
  [27, BoardValue.CALL_OPEN_INTEREST],
  [28, BoardValue.PUT_OPEN_INTEREST],
  [34, BoardValue.AUCTION_VOLUME],
  [36, BoardValue.AUCTION_IMBALANCE],
  [89, BoardValue.SHORTABLE_SHARES],
]);
/** Numbers that come as GENERIC; what comes as a size from one server version and as a number from another is in both. */
const GENERICS: ReadonlyMap<number, number> = new Map<number, number>([
  [23, BoardValue.HISTORICAL_VOLATILITY],
  [24, BoardValue.IMPLIED_VOLATILITY],
  [46, BoardValue.SHORTABLE],
  [49, BoardValue.HALTED],
]);
const OPTIONS: ReadonlyMap<number, number> = new Map<number, number>([
  [10, BoardValue.BID_IMPLIED_VOLATILITY],
  [11, BoardValue.ASK_IMPLIED_VOLATILITY],
  [12, BoardValue.LAST_IMPLIED_VOLATILITY],
]);
const MODEL_OPTION = 13;
const LAST_TIMESTAMP = 45;

function updateQuote(quote: Float64Array, message: PlainMessage): void {
  const { kind, field, values, receivedMicros } = message;
  const live = LIVE_TYPE.get(field) ?? field;
  const set = (position: number | undefined, value: number) => {
    if (position !== undefined) quote[position] = value === UNSET ? Number.NaN : value;
  };
  if (kind <= FeedKind.OPTION && live !== field) quote[BoardValue.DELAYED] = 1;
  switch (kind) {
    case FeedKind.PRICE: {
      const place = PRICES.get(live);
      if (place === undefined) break;
      const [price, size] = values;
      set(place.value, isNoPrice(price, size) ? Number.NaN : price);
      if (place.size !== undefined && size !== UNSET) set(place.size, sizeOf(size));
      if (place.micros !== undefined) {
        quote[place.micros] = receivedMicros;
        if (live === field) quote[BoardValue.DELAYED] = 0;
      }
      break;
    }
    case FeedKind.SIZE:
      set(SIZES.get(live), sizeOf(values[FeedValue.SIZE.size]));
      break;
    case FeedKind.GENERIC:
      set(GENERICS.get(live), values[0] === -1 ? UNSET : values[0]);
      break;
    case FeedKind.STRING:
      if (live === LAST_TIMESTAMP && /^\d+$/.test(message.texts[0]))
        set(BoardValue.LAST_TIME_MS, Number(message.texts[0]) * 1000);
      break;
    case FeedKind.OPTION:
      set(OPTIONS.get(live), values[FeedValue.OPTION.impliedVol]);
      if (live === MODEL_OPTION) updateGreeks(set, values);
      break;
    case FeedKind.RT_TRADE:
      set(BoardValue.VOLUME, sizeOf(values[FeedValue.RT_TRADE.volume]));
      set(BoardValue.VWAP, values[FeedValue.RT_TRADE.vwap]);
      break;
    case FeedKind.TRADE:
      set(LAST, values[FeedValue.TRADE.price]);
      set(LAST_SIZE, sizeOf(values[FeedValue.TRADE.size]));
      set(BoardValue.LAST_TIME_MS, values[FeedValue.TRADE.time] * 1000);
      quote[BoardValue.LAST_MICROS] = receivedMicros;
      break;
    case FeedKind.BID_ASK: {
      const at = FeedValue.BID_ASK;
      updateSide(quote, PLACE_OF_BID, values[at.bidPrice], values[at.bidSize], receivedMicros);
      updateSide(quote, PLACE_OF_ASK, values[at.askPrice], values[at.askSize], receivedMicros);
      break;
    }
  }
}

function updateGreeks(set: (position: number, value: number) => void, values: readonly number[]): void {
  const at = FeedValue.OPTION;
  set(BoardValue.GREEK_IMPLIED_VOLATILITY, values[at.impliedVol]);
  set(BoardValue.DELTA, values[at.delta]);
  set(BoardValue.GAMMA, values[at.gamma]);
  set(BoardValue.VEGA, values[at.vega]);
  set(BoardValue.THETA, values[at.theta]);
  set(BoardValue.OPTION_PRICE, values[at.optPrice]);
  set(BoardValue.UNDERLYING_PRICE, values[at.undPrice]);
  set(BoardValue.PV_DIVIDEND, values[at.pvDividend]);
}

function updateSide(
  quote: Float64Array,
  place: Required<Place>,
  price: number,
  size: number,
  micros: number,
): void {
  quote[place.value] = isNoPrice(price, size) ? Number.NaN : price;
  quote[place.size] = sizeOf(size);
  quote[place.micros] = micros;
}

/** The gateway writes -1 where there is no size. */
function sizeOf(size: number): number {
  return size === -1 || size === UNSET ? Number.NaN : size;
}
