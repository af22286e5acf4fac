import type { QuoteValues } from "../../domain/quote.js";
import { BOARD_VALUES, BoardValue, quoteOf } from "../../domain/quote-view.js";
import { RecordKind, type RingRecord, UNSET } from "../../native/ring-record.js";

/** The ticks that a snapshot is made of. */
export const SNAPSHOT_KINDS =
  (1 << RecordKind.TICK_PRICE) |
  (1 << RecordKind.TICK_SIZE) |
  (1 << RecordKind.TICK_STRING) |
  (1 << RecordKind.TICK_GENERIC) |
  (1 << RecordKind.TICK_OPTION_COMPUTATION);

const MODEL_OPTION = 13;
const LAST_TIMESTAMP = 45;

/** Of delayed ticks the live type that each stands for. */
const LIVE_TYPES: Readonly<Record<number, number>> = {
  ...{ 66: 1, 67: 2, 68: 4, 69: 0, 70: 3, 71: 5, 72: 6, 73: 7, 74: 8, 75: 9, 76: 14 },
  ...{ 80: 10, 81: 11, 82: 12, 83: MODEL_OPTION, 88: LAST_TIMESTAMP, 90: 49 },
};

/** By tick type where the number lies; of prices that have a size and a time of arrival also where those lie. */
type Places = Readonly<Record<number, readonly [value: number, size?: number, micros?: number]>>;

const PRICES: Places = {
  1: [BoardValue.BID, BoardValue.BID_SIZE, BoardValue.BID_MICROS],
  2: [BoardValue.ASK, BoardValue.ASK_SIZE, BoardValue.ASK_MICROS],
  4: [BoardValue.LAST, BoardValue.LAST_SIZE, BoardValue.LAST_MICROS],
  6: [BoardValue.HIGH],
  7: [BoardValue.LOW],
  9: [BoardValue.CLOSE],
  14: [BoardValue.OPEN],
  35: [BoardValue.AUCTION_PRICE],
  37: [BoardValue.MARK],
};
const SIZES: Places = {
  0: [BoardValue.BID_SIZE],
  3: [BoardValue.ASK_SIZE],
  5: [BoardValue.LAST_SIZE],
  8: [BoardValue.VOLUME],
  21: [BoardValue.AVERAGE_VOLUME],
  27: [BoardValue.CALL_OPEN_INTEREST],
  28: [BoardValue.PUT_OPEN_INTEREST],
  34: [BoardValue.AUCTION_VOLUME],
  36: [BoardValue.AUCTION_IMBALANCE],
  89: [BoardValue.SHORTABLE_SHARES],
};
const GENERICS: Places = {
  23: [BoardValue.HISTORICAL_VOLATILITY],
  24: [BoardValue.IMPLIED_VOLATILITY],
  46: [BoardValue.SHORTABLE],
  49: [BoardValue.HALTED],
};
const OPTIONS: Places = {
  10: [BoardValue.BID_IMPLIED_VOLATILITY],
  11: [BoardValue.ASK_IMPLIED_VOLATILITY],
  12: [BoardValue.LAST_IMPLIED_VOLATILITY],
};

/** The ticks of one request as a quote, by the rules of the core's board. */
export class SnapshotQuote {
  private readonly values = new Float64Array(BOARD_VALUES).fill(Number.NaN);

  get quote(): QuoteValues {
    const values = this.values.slice();
    return quoteOf({ at: (position) => values[position] });
  }

  take(record: RingRecord): void {
    const { values } = this;
    const live = LIVE_TYPES[record.field] ?? record.field;
    const isDelayed = live !== record.field;
    if (isDelayed) values[BoardValue.DELAYED] = 1;
    values[BoardValue.UPDATED_MICROS] = record.receivedMicros;
    switch (record.kind) {
      case RecordKind.TICK_PRICE:
        this.price(record, PRICES[live], isDelayed);
        break;
      case RecordKind.TICK_SIZE:
        this.set(SIZES[live]?.[0], sizeOf(record.size));
        break;
      case RecordKind.TICK_GENERIC:
        this.set(GENERICS[live]?.[0], record.price === -1 ? UNSET : record.price);
        break;
      case RecordKind.TICK_STRING:
        if (live === LAST_TIMESTAMP && /^\d+$/.test(record.text()))
          this.set(BoardValue.LAST_TIME_MS, Number(record.text()) * 1000);
        break;
      case RecordKind.TICK_OPTION_COMPUTATION:
        this.set(OPTIONS[live]?.[0], record.impliedVol);
        if (live === MODEL_OPTION) this.greeks(record);
        break;
    }
  }

  private price(record: RingRecord, place: Places[number] | undefined, isDelayed: boolean): void {
    if (place === undefined) return;
    const [value, size, micros] = place;
    this.set(value, isNoPrice(record.price, record.size) ? UNSET : record.price);
    if (size !== undefined && record.size !== UNSET) this.set(size, sizeOf(record.size));
    if (micros === undefined) return;
    this.set(micros, record.receivedMicros);
    if (!isDelayed) this.set(BoardValue.DELAYED, 0);
  }

  private greeks(record: RingRecord): void {
    this.set(BoardValue.GREEK_IMPLIED_VOLATILITY, record.impliedVol);
    this.set(BoardValue.DELTA, record.delta);
    this.set(BoardValue.GAMMA, record.gamma);
    this.set(BoardValue.VEGA, record.vega);
    this.set(BoardValue.THETA, record.theta);
    this.set(BoardValue.OPTION_PRICE, record.optPrice);
    this.set(BoardValue.UNDERLYING_PRICE, record.undPrice);
    this.set(BoardValue.PV_DIVIDEND, record.pvDividend);
  }

  private set(position: number | undefined, value: number): void {
    if (position !== undefined) this.values[position] = value === UNSET ? Number.NaN : value;
  }
}

/** -1 without a size, or nothing at no size. A price below 0 with a size is one: crude oil, April 2020. */
function isNoPrice(price: number, size: number): boolean {
  const noSize = size === UNSET || size === 0 || size === -1;
  return Number.isNaN(price) || (price === -1 && noSize) || (price === 0 && size === 0);
}

function sizeOf(size: number): number {
  return size === -1 ? UNSET : size;
}
