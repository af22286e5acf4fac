/**
 * Copies of the messages that come as batches, in the same order, for other threads to read: made by whoever reads the
 * socket, also while the connection's thread is busy. Each connection of the feed has a tape of its own.
 */
export interface FeedTape {
  /** What another thread needs to read that of the newest connection: structured-cloneable; undefined before the first. */
  readonly handle: unknown;
  /**
   * Calls `handler` with the handle of each new one, before anything is on it.
   * @returns a function that takes the handler away again
   */
  onChanged(handler: (handle: unknown) => void): () => void;
}
