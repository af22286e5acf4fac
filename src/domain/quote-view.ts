import type { GreekValues, QuoteValues } from "./quote.js";

/** Where each value of a quote lies in its slot of the board. A slot has room for 60; NaN is no value. */
export const BoardValue = {
  BID: 0,
  ASK: 1,
  LAST: 2,
  BID_SIZE: 3,
  ASK_SIZE: 4,
  LAST_SIZE: 5,
  VOLUME: 6,
  OPEN: 7,
  HIGH: 8,
  LOW: 9,
  CLOSE: 10,
  MARK: 11,
  VWAP: 12,
  LAST_TIME_MS: 13,
  HALTED: 14,
  DELAYED: 15,
  FROZEN: 16,
  AUCTION_PRICE: 17,
  AUCTION_VOLUME: 18,
  AUCTION_IMBALANCE: 19,
  SHORTABLE: 20,
  SHORTABLE_SHARES: 21,
  CALL_OPEN_INTEREST: 22,
  PUT_OPEN_INTEREST: 23,
  HISTORICAL_VOLATILITY: 24,
  IMPLIED_VOLATILITY: 25,
  AVERAGE_VOLUME: 26,
  GREEK_IMPLIED_VOLATILITY: 27,
  DELTA: 28,
  GAMMA: 29,
  VEGA: 30,
  THETA: 31,
  OPTION_PRICE: 32,
  UNDERLYING_PRICE: 33,
  PV_DIVIDEND: 34,
  BID_IMPLIED_VOLATILITY: 35,
  ASK_IMPLIED_VOLATILITY: 36,
  LAST_IMPLIED_VOLATILITY: 37,
  BID_MICROS: 38,
  ASK_MICROS: 39,
  LAST_MICROS: 40,
  UPDATED_MICROS: 41,
} as const;

/** How many positions there are. */
export const BOARD_VALUES = Object.keys(BoardValue).length;

/** The numbers of a quote by their names, and where each lies among those of its slot. */
const QUOTE: Readonly<Record<Exclude<keyof QuoteValues, "delayed" | "greeks">, number>> = {
  bid: BoardValue.BID,
  ask: BoardValue.ASK,
  last: BoardValue.LAST,
  bidSize: BoardValue.BID_SIZE,
  askSize: BoardValue.ASK_SIZE,
  lastSize: BoardValue.LAST_SIZE,
  volume: BoardValue.VOLUME,
  open: BoardValue.OPEN,
  high: BoardValue.HIGH,
  low: BoardValue.LOW,
  close: BoardValue.CLOSE,
  mark: BoardValue.MARK,
  vwap: BoardValue.VWAP,
  lastTimeMs: BoardValue.LAST_TIME_MS,
  halted: BoardValue.HALTED,
  auctionPrice: BoardValue.AUCTION_PRICE,
  auctionVolume: BoardValue.AUCTION_VOLUME,
  auctionImbalance: BoardValue.AUCTION_IMBALANCE,
  shortable: BoardValue.SHORTABLE,
  shortableShares: BoardValue.SHORTABLE_SHARES,
  callOpenInterest: BoardValue.CALL_OPEN_INTEREST,
  putOpenInterest: BoardValue.PUT_OPEN_INTEREST,
  historicalVolatility: BoardValue.HISTORICAL_VOLATILITY,
  impliedVolatility: BoardValue.IMPLIED_VOLATILITY,
  averageVolume: BoardValue.AVERAGE_VOLUME,
  bidImpliedVolatility: BoardValue.BID_IMPLIED_VOLATILITY,
  askImpliedVolatility: BoardValue.ASK_IMPLIED_VOLATILITY,
  lastImpliedVolatility: BoardValue.LAST_IMPLIED_VOLATILITY,
  bidMicros: BoardValue.BID_MICROS,
  askMicros: BoardValue.ASK_MICROS,
  lastMicros: BoardValue.LAST_MICROS,
  updatedMicros: BoardValue.UPDATED_MICROS,
};

/** The same of the model's figures of an option. */
const GREEKS: Readonly<Record<keyof GreekValues, number>> = {
  impliedVolatility: BoardValue.GREEK_IMPLIED_VOLATILITY,
  delta: BoardValue.DELTA,
  gamma: BoardValue.GAMMA,
  vega: BoardValue.VEGA,
  theta: BoardValue.THETA,
  optionPrice: BoardValue.OPTION_PRICE,
  underlyingPrice: BoardValue.UNDERLYING_PRICE,
  pvDividend: BoardValue.PV_DIVIDEND,
};

/** Where a quote's numbers come from; NaN is none. */
export interface QuoteSource {
  at(position: number): number;
}

/** Adds a getter for each of the table's names. */
function addNumbers(to: { readonly source: QuoteSource }, table: Readonly<Record<string, number>>): void {
  for (const [name, position] of Object.entries(table)) {
    Object.defineProperty(to, name, {
      enumerable: true,
      get(this: { readonly source: QuoteSource }): number | undefined {
        const value = this.source.at(position);
        return Number.isNaN(value) ? undefined : value;
      },
    });
  }
}

class Greeks {
  constructor(readonly source: QuoteSource) {}
}
addNumbers(Greeks.prototype, GREEKS);

class Quote {
  readonly greeks: GreekValues;

  constructor(readonly source: QuoteSource) {
    this.greeks = new Greeks(source) as Greeks & GreekValues;
  }

  get delayed(): boolean {
    return this.source.at(BoardValue.DELAYED) === 1;
  }
}
addNumbers(Quote.prototype, QUOTE);

/** A quote whose getters ask the source, each time they are read. */
export function quoteOf(source: QuoteSource): QuoteValues {
  return new Quote(source) as Quote & QuoteValues;
}
