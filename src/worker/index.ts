/** Reading a stream in another thread than its own: all that a worker has to load, without the engine. */
import type { StreamHandle } from "../stream/share-handle.js";
import { SharedStream } from "./shared-stream.js";

export { FEED_BAR_VALUES, FeedBarValue } from "../broker/feed-bars.js";
export { FeedKind, FeedValue } from "../broker/feed-kind.js";
export { IBKRError } from "../domain/ibkr-error.js";
export type { QuoteValues } from "../domain/quote.js";
export type { StreamHandle } from "../stream/share-handle.js";
export type { StreamBar } from "../stream/stream-bar.js";
export type { SharedBars } from "./shared-bars.js";
export type { SharedBook } from "./shared-book.js";
export {
  type SharedBatch,
  SharedStream,
  type SharedStreamEvents,
  type SharedStreamStats,
} from "./shared-stream.js";
export { SharedSubscription } from "./shared-subscription.js";

/**
 * Reads a stream that lives in another thread.
 * @param handle what its `share()` gave, posted to this thread or in its `workerData`; any number of threads may have it
 * @throws IBKRError `ERR_IBKR_OPTION` for a handle of another version of the package, `ERR_IBKR_ARGUMENT` for none
 */
export function attach(handle: StreamHandle): SharedStream {
  return new SharedStream(handle);
}
