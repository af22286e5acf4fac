import type { GreekValues, QuoteValues } from "./feed-board.js";

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

/** A quote as values that `read` finds by their position, whenever they are asked for. */
export class QuoteView implements QuoteValues {
  readonly greeks: GreekValues;

  constructor(private readonly read: (position: number) => number) {
    this.greeks = new GreekView(read);
  }

  private at(position: number): number | undefined {
    const value = this.read(position);
    return Number.isNaN(value) ? undefined : value;
  }

  get bid(): number | undefined {
    return this.at(BoardValue.BID);
  }
  get ask(): number | undefined {
    return this.at(BoardValue.ASK);
  }
  get last(): number | undefined {
    return this.at(BoardValue.LAST);
  }
  get bidSize(): number | undefined {
    return this.at(BoardValue.BID_SIZE);
  }
  get askSize(): number | undefined {
    return this.at(BoardValue.ASK_SIZE);
  }
  get lastSize(): number | undefined {
    return this.at(BoardValue.LAST_SIZE);
  }
  get volume(): number | undefined {
    return this.at(BoardValue.VOLUME);
  }
  get open(): number | undefined {
    return this.at(BoardValue.OPEN);
  }
  get high(): number | undefined {
    return this.at(BoardValue.HIGH);
  }
  get low(): number | undefined {
    return this.at(BoardValue.LOW);
  }
  get close(): number | undefined {
    return this.at(BoardValue.CLOSE);
  }
  get mark(): number | undefined {
    return this.at(BoardValue.MARK);
  }
  get vwap(): number | undefined {
    return this.at(BoardValue.VWAP);
  }
  get lastTimeMs(): number | undefined {
    return this.at(BoardValue.LAST_TIME_MS);
  }
  get halted(): number | undefined {
    return this.at(BoardValue.HALTED);
  }
  get delayed(): boolean {
    return this.read(BoardValue.DELAYED) === 1;
  }
  get auctionPrice(): number | undefined {
    return this.at(BoardValue.AUCTION_PRICE);
  }
  get auctionVolume(): number | undefined {
    return this.at(BoardValue.AUCTION_VOLUME);
  }
  get auctionImbalance(): number | undefined {
    return this.at(BoardValue.AUCTION_IMBALANCE);
  }
  get shortable(): number | undefined {
    return this.at(BoardValue.SHORTABLE);
  }
  get shortableShares(): number | undefined {
    return this.at(BoardValue.SHORTABLE_SHARES);
  }
  get callOpenInterest(): number | undefined {
    return this.at(BoardValue.CALL_OPEN_INTEREST);
  }
  get putOpenInterest(): number | undefined {
    return this.at(BoardValue.PUT_OPEN_INTEREST);
  }
  get historicalVolatility(): number | undefined {
    return this.at(BoardValue.HISTORICAL_VOLATILITY);
  }
  get impliedVolatility(): number | undefined {
    return this.at(BoardValue.IMPLIED_VOLATILITY);
  }
  get averageVolume(): number | undefined {
    return this.at(BoardValue.AVERAGE_VOLUME);
  }
  get bidImpliedVolatility(): number | undefined {
    return this.at(BoardValue.BID_IMPLIED_VOLATILITY);
  }
  get askImpliedVolatility(): number | undefined {
    return this.at(BoardValue.ASK_IMPLIED_VOLATILITY);
  }
  get lastImpliedVolatility(): number | undefined {
    return this.at(BoardValue.LAST_IMPLIED_VOLATILITY);
  }
  get bidMicros(): number | undefined {
    return this.at(BoardValue.BID_MICROS);
  }
  get askMicros(): number | undefined {
    return this.at(BoardValue.ASK_MICROS);
  }
  get lastMicros(): number | undefined {
    return this.at(BoardValue.LAST_MICROS);
  }
  get updatedMicros(): number | undefined {
    return this.at(BoardValue.UPDATED_MICROS);
  }
}

class GreekView implements GreekValues {
  constructor(private readonly read: (position: number) => number) {}

  private at(position: number): number | undefined {
    const value = this.read(position);
    return Number.isNaN(value) ? undefined : value;
  }

  get impliedVolatility(): number | undefined {
    return this.at(BoardValue.GREEK_IMPLIED_VOLATILITY);
  }
  get delta(): number | undefined {
    return this.at(BoardValue.DELTA);
  }
  get gamma(): number | undefined {
    return this.at(BoardValue.GAMMA);
  }
  get vega(): number | undefined {
    return this.at(BoardValue.VEGA);
  }
  get theta(): number | undefined {
    return this.at(BoardValue.THETA);
  }
  get optionPrice(): number | undefined {
    return this.at(BoardValue.OPTION_PRICE);
  }
  get underlyingPrice(): number | undefined {
    return this.at(BoardValue.UNDERLYING_PRICE);
  }
  get pvDividend(): number | undefined {
    return this.at(BoardValue.PV_DIVIDEND);
  }
}
