import { type InspectOptions, inspect } from "node:util";
import { printed } from "./printed.js";
import type { GreekValues, QuoteValues } from "./quote.js";

/** Where each value of a quote lies in its slot of the board. A slot has room for 54; NaN is no value. */
export const BoardValue = {
  BID: 0,
  ASK: 1,
  LAST: 2,
  BID_SIZE: 3,
  ASK_SIZE: 4,
  LAST_SIZE: 5,
  VOLUME: 6,
  BID_MICROS: 7,
  ASK_MICROS: 8,
  LAST_MICROS: 9,
  UPDATED_MICROS: 10,
  DELAYED: 11,
  LAST_TIME_MS: 12,
  HALTED: 13,
  OPEN: 14,
  HIGH: 15,
  LOW: 16,
  CLOSE: 17,
  MARK: 18,
  VWAP: 19,
  FROZEN: 20,
  AUCTION_PRICE: 21,
  AUCTION_VOLUME: 22,
  AUCTION_IMBALANCE: 23,
  SHORTABLE: 24,
  SHORTABLE_SHARES: 25,
  CALL_OPEN_INTEREST: 26,
  PUT_OPEN_INTEREST: 27,
  HISTORICAL_VOLATILITY: 28,
  IMPLIED_VOLATILITY: 29,
  AVERAGE_VOLUME: 30,
  GREEK_IMPLIED_VOLATILITY: 31,
  DELTA: 32,
  GAMMA: 33,
  VEGA: 34,
  THETA: 35,
  OPTION_PRICE: 36,
  UNDERLYING_PRICE: 37,
  PV_DIVIDEND: 38,
  BID_IMPLIED_VOLATILITY: 39,
  ASK_IMPLIED_VOLATILITY: 40,
  LAST_IMPLIED_VOLATILITY: 41,
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

/** Those of the table that have a value. */
function known(source: QuoteSource, table: Readonly<Record<string, number>>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const [name, position] of Object.entries(table)) {
    const value = source.at(position);
    if (!Number.isNaN(value)) values[name] = value;
  }
  return values;
}

class Greeks {
  constructor(readonly source: QuoteSource) {}

  toJSON(): Record<string, number> {
    return known(this.source, GREEKS);
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    return printed("Greeks", this.toJSON(), depth, options);
  }
}
addNumbers(Greeks.prototype, GREEKS);

class Quote {
  readonly greeks: Greeks & GreekValues;

  constructor(readonly source: QuoteSource) {
    this.greeks = new Greeks(source) as Greeks & GreekValues;
  }

  get delayed(): boolean {
    return this.source.at(BoardValue.DELAYED) === 1;
  }

  /** What has a value. */
  toJSON(): Record<string, unknown> {
    const greeks = this.greeks.toJSON();
    const others = { delayed: this.delayed, ...(Object.keys(greeks).length > 0 && { greeks }) };
    return { ...known(this.source, QUOTE), ...others };
  }

  [inspect.custom](depth: number | null, options: InspectOptions): string {
    return printed("Quote", this.toJSON(), depth, options);
  }
}
addNumbers(Quote.prototype, QUOTE);

/** A quote whose getters ask the source, each time they are read. */
export function quoteOf(source: QuoteSource): QuoteValues {
  return new Quote(source) as Quote & QuoteValues;
}
