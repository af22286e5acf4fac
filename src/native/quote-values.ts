import {
  BOARD_ASK,
  BOARD_ASK_IMPLIED_VOLATILITY,
  BOARD_ASK_MICROS,
  BOARD_ASK_SIZE,
  BOARD_AUCTION_IMBALANCE,
  BOARD_AUCTION_PRICE,
  BOARD_AUCTION_VOLUME,
  BOARD_AVERAGE_VOLUME,
  BOARD_BID,
  BOARD_BID_IMPLIED_VOLATILITY,
  BOARD_BID_MICROS,
  BOARD_BID_SIZE,
  BOARD_CALL_OPEN_INTEREST,
  BOARD_CLOSE,
  BOARD_DELAYED,
  BOARD_DELTA,
  BOARD_GAMMA,
  BOARD_GREEK_IMPLIED_VOLATILITY,
  BOARD_HALTED,
  BOARD_HIGH,
  BOARD_HISTORICAL_VOLATILITY,
  BOARD_IMPLIED_VOLATILITY,
  BOARD_LAST,
  BOARD_LAST_IMPLIED_VOLATILITY,
  BOARD_LAST_MICROS,
  BOARD_LAST_SIZE,
  BOARD_LAST_TIME_MS,
  BOARD_LOW,
  BOARD_MARK,
  BOARD_OPEN,
  BOARD_OPTION_PRICE,
  BOARD_PUT_OPEN_INTEREST,
  BOARD_PV_DIVIDEND,
  BOARD_SHORTABLE,
  BOARD_SHORTABLE_SHARES,
  BOARD_THETA,
  BOARD_UNDERLYING_PRICE,
  BOARD_UPDATED_MICROS,
  BOARD_VEGA,
  BOARD_VOLUME,
  BOARD_VWAP,
} from "./layout.js";

/** The numbers of a quote by their names, and where each lies among those of its slot. */
const QUOTE = {
  bid: BOARD_BID,
  ask: BOARD_ASK,
  last: BOARD_LAST,
  bidSize: BOARD_BID_SIZE,
  askSize: BOARD_ASK_SIZE,
  lastSize: BOARD_LAST_SIZE,
  volume: BOARD_VOLUME,
  open: BOARD_OPEN,
  high: BOARD_HIGH,
  low: BOARD_LOW,
  close: BOARD_CLOSE,
  mark: BOARD_MARK,
  vwap: BOARD_VWAP,
  lastTimeMs: BOARD_LAST_TIME_MS,
  halted: BOARD_HALTED,
  auctionPrice: BOARD_AUCTION_PRICE,
  auctionVolume: BOARD_AUCTION_VOLUME,
  auctionImbalance: BOARD_AUCTION_IMBALANCE,
  shortable: BOARD_SHORTABLE,
  shortableShares: BOARD_SHORTABLE_SHARES,
  callOpenInterest: BOARD_CALL_OPEN_INTEREST,
  putOpenInterest: BOARD_PUT_OPEN_INTEREST,
  historicalVolatility: BOARD_HISTORICAL_VOLATILITY,
  impliedVolatility: BOARD_IMPLIED_VOLATILITY,
  averageVolume: BOARD_AVERAGE_VOLUME,
  bidImpliedVolatility: BOARD_BID_IMPLIED_VOLATILITY,
  askImpliedVolatility: BOARD_ASK_IMPLIED_VOLATILITY,
  lastImpliedVolatility: BOARD_LAST_IMPLIED_VOLATILITY,
  bidMicros: BOARD_BID_MICROS,
  askMicros: BOARD_ASK_MICROS,
  lastMicros: BOARD_LAST_MICROS,
  updatedMicros: BOARD_UPDATED_MICROS,
} as const;

/** The same of the model's figures of an option. */
const GREEKS = {
  impliedVolatility: BOARD_GREEK_IMPLIED_VOLATILITY,
  delta: BOARD_DELTA,
  gamma: BOARD_GAMMA,
  vega: BOARD_VEGA,
  theta: BOARD_THETA,
  optionPrice: BOARD_OPTION_PRICE,
  underlyingPrice: BOARD_UNDERLYING_PRICE,
  pvDividend: BOARD_PV_DIVIDEND,
} as const;

/** Numbers by name; `undefined` where there is none. */
type Numbers<Table> = { readonly [Name in keyof Table]: number | undefined };

/** The model's figures of an option. */
export type BoardGreeks = Numbers<typeof GREEKS>;

/** What the gateway last said of a contract: the broker's `QuoteValues`. */
export type BoardQuote = Numbers<typeof QUOTE> & {
  /** Whether the newest of bid, ask and last is delayed. */
  readonly delayed: boolean;
  readonly greeks: BoardGreeks;
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
  readonly greeks: BoardGreeks;

  constructor(readonly source: QuoteSource) {
    this.greeks = new Greeks(source) as Greeks & BoardGreeks;
  }

  get delayed(): boolean {
    return this.source.at(BOARD_DELAYED) === 1;
  }
}
addNumbers(Quote.prototype, QUOTE);

/** A quote whose getters ask the source, each time they are read. */
export function quoteOf(source: QuoteSource): BoardQuote {
  return new Quote(source) as Quote & BoardQuote;
}
