export type Side = "bid" | "ask";

/** A trade of the background with itself: somebody sells into the bid or lifts the ask. Price in ticks. */
export interface BackgroundTrade {
  side: Side;
  ticks: number;
  size: number;
}

/** Where an instrument's liquidity comes from besides clients' orders. Prices are whole numbers of ticks. */
export interface Background {
  readonly bidTicks: number;
  readonly askTicks: number;
  /** What is offered at a price, 0 where nothing is. */
  sizeAt(side: Side, ticks: number): number;
  /** How many prices from the best one on may have a size. */
  readonly depth: number;
  /** Size of the trade before the first one, for the opening print. */
  readonly openingSize: number;
  /** Moves on by one step. @returns the trade that happened, if any; the same object may be used again. */
  advance(): BackgroundTrade | undefined;
}
