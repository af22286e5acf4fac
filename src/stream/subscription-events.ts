import type { FeedNews } from "../broker/feed.js";
import type { QuoteValues } from "../domain/quote.js";
import type { BatchOf } from "./batch.js";
import type { DepthBook } from "./depth-book.js";
import type { RealTimeBar, Trade } from "./events.js";
import type { StreamBar } from "./stream-bar.js";
import type { Gap, StateChange } from "./subscription-state.js";

/** The arguments of each event of a subscription. */
export interface EventsOf<Owner> {
  /** Its messages of one batch, as a view that is valid during the call. */
  batch: [batch: BatchOf<Owner>];
  /** Once for each batch in which the quote may have changed. */
  quote: [quote: QuoteValues];
  trade: [trade: Trade];
  /** A bar of one of its series was closed, or the newest one amended or corrected. */
  bar: [bar: StreamBar];
  /** Once for each batch in which the book changed, was damaged or reset. */
  depth: [book: DepthBook];
  /** Five seconds, as the gateway makes them. */
  realTimeBar: [bar: RealTimeBar];
  news: [item: FeedNews];
  /** A time in which data may be missing is over. */
  gap: [gap: Gap];
  state: [change: StateChange];
}

/** Events that a message each makes. */
export const EACH_EVENTS = ["trade", "realTimeBar", "bar", "depth"] as const;
/** Events that messages make. */
export const MESSAGE_EVENTS = ["batch", "quote", ...EACH_EVENTS] as const;
export const SUBSCRIPTION_EVENTS = [...MESSAGE_EVENTS, "news", "gap", "state"] as const;
