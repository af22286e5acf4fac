import type { Contract } from "../domain/stock-types.js";

/** A trade of the past. */
export interface HistoricalTrade {
  /** Milliseconds since 1970; gateways know whole seconds. */
  readonly timeMs: number;
  readonly price: number;
  /** In shares or contracts. */
  readonly size: number;
  readonly exchange: string;
  /** Letters of special conditions. */
  readonly conditions: string;
  readonly isPastLimit: boolean;
  readonly isUnreported: boolean;
}

/** A quote of the past. */
export interface HistoricalQuote {
  readonly timeMs: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly isBidPastLow: boolean;
  readonly isAskPastHigh: boolean;
}

export interface HistoricalMidpoint {
  readonly timeMs: number;
  readonly price: number;
}

/** What ticks of each kind are. */
export interface HistoricalTicks {
  readonly TRADES: HistoricalTrade;
  readonly BID_ASK: HistoricalQuote;
  readonly MIDPOINT: HistoricalMidpoint;
}

export type TickKind = keyof HistoricalTicks;

/** Exactly one of `startMs` and `endMs`: so many ticks from there on, or until there. */
export interface HistoricalTicksRequest<K extends TickKind = TickKind> {
  readonly contract: Contract;
  readonly whatToShow: K;
  /**
   * Milliseconds since 1970; gateways know whole seconds, and begin at the second it lies in. Of quotes and midpoints the
   * one that was in force then comes first, with its own time.
   */
  readonly startMs?: number;
  /** The last second that counts is the one before it. */
  readonly endMs?: number;
  /** 1 … 1,000. No second is cut, so there may be more. */
  readonly count: number;
  /** Regular trading hours only; default false. */
  readonly regularHoursOnly?: boolean;
  /** BID_ASK without the changes in size alone; default false. */
  readonly ignoreSize?: boolean;
}
