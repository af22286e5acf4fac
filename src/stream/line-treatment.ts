import type { FeedSubscription } from "../broker/feed.js";
import type { FeedTreatment } from "../broker/feed-treatment.js";
import type { LineTreatment } from "./legs.js";
import { KIND_NAMES } from "./subscribe-options.js";

/** What the feed is to do with the messages of a line. */
export function feedTreatmentOf(
  { conflateMs, conflateTrades, policy, filter, bars, book }: LineTreatment,
  boardSlot: number,
  /** The contract's smallest step of prices; NaN: not known, then no outlier by ticks is filtered. */
  step: number,
  /** What others read, in other threads too, goes on over another request. */
  before: FeedSubscription | undefined,
): FeedTreatment {
  const treatment = {
    ...{ boardSlot, conflateMs, conflateTrades, policy },
    ...(bars && { bars: { ...bars, continues: before?.bars } }),
    ...(book && { book: { ...book, continues: before?.book } }),
  };
  if (filter === undefined) return treatment;
  const { kinds: names, outlier, ...rest } = filter;
  const kinds = names?.map((name) => KIND_NAMES[name]);
  const limit = outlier !== undefined && "ticks" in outlier ? { price: outlier.ticks * step } : outlier;
  // A step of 0 is none: every price but the mid would be an outlier.
  const isKnown = limit !== undefined && !("price" in limit && !(limit.price > 0));
  return {
    ...treatment,
    filter: { ...rest, ...(kinds && { kinds }), ...(isKnown && { outlier: limit }) },
  };
}
