/** What the gateway last said of a contract; `undefined` where it said nothing, or said that there is none. */
export interface QuoteValues {
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  readonly last: number | undefined;
  readonly bidSize: number | undefined;
  readonly askSize: number | undefined;
  readonly lastSize: number | undefined;
  readonly volume: number | undefined;
  readonly open: number | undefined;
  readonly high: number | undefined;
  readonly low: number | undefined;
  readonly close: number | undefined;
  readonly mark: number | undefined;
  readonly vwap: number | undefined;
  /** The exchange's time of the last trade, milliseconds since 1970. */
  readonly lastTimeMs: number | undefined;
  /** 0 trades, 1 halted, 2 halted for volatility. */
  readonly halted: number | undefined;
  /** Whether the values are delayed. */
  readonly delayed: boolean;
  readonly auctionPrice: number | undefined;
  readonly auctionVolume: number | undefined;
  readonly auctionImbalance: number | undefined;
  /** How easily it can be borrowed: above 2.5 easily, above 1.5 on request, else not. */
  readonly shortable: number | undefined;
  readonly shortableShares: number | undefined;
  readonly callOpenInterest: number | undefined;
  readonly putOpenInterest: number | undefined;
  readonly historicalVolatility: number | undefined;
  readonly impliedVolatility: number | undefined;
  readonly averageVolume: number | undefined;
  /** The model's figures of an option. */
  readonly greeks: GreekValues;
  readonly bidImpliedVolatility: number | undefined;
  readonly askImpliedVolatility: number | undefined;
  readonly lastImpliedVolatility: number | undefined;
  /** When the value arrived: CLOCK_MONOTONIC in µs, the clock of `process.hrtime()`. */
  readonly bidMicros: number | undefined;
  readonly askMicros: number | undefined;
  readonly lastMicros: number | undefined;
  /** When anything of it arrived last. */
  readonly updatedMicros: number | undefined;
}

export interface GreekValues {
  readonly impliedVolatility: number | undefined;
  readonly delta: number | undefined;
  readonly gamma: number | undefined;
  readonly vega: number | undefined;
  readonly theta: number | undefined;
  readonly optionPrice: number | undefined;
  readonly underlyingPrice: number | undefined;
  readonly pvDividend: number | undefined;
}
