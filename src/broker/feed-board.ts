import type { QuoteValues } from "../domain/quote.js";

/** The newest values of every subscription with a slot, readable at any moment. */
export interface FeedBoard {
  /** How many quotes it has room for. */
  readonly slots: number;
  /** A live view: each getter reads the newest value. The values of one instant together: {@link FeedBoard.snapshot}. */
  view(slot: number): QuoteValues;
  /** The values of one instant, as a copy. */
  snapshot(slot: number): QuoteValues;
  /** What another thread needs to read it: structured-cloneable. Undefined where the board is not shared. */
  readonly handle: unknown;
}
