import type { IBKRError } from "../domain/ibkr-error.js";

/**
 * Something that goes on: what is there comes first, then every change, until it is closed or has failed. Whoever begins
 * one may give CallOptions: the signal closes it at any time, `timeoutMs` is for {@link ready}.
 */
export interface Watch {
  /**
   * All that was there at the beginning has come. Rejects where it never will: refused, out of time, taken back by its
   * signal (with the signal's reason) or by {@link close}. It has ended then; `failed` is not called.
   */
  readonly ready: Promise<void>;
  /** Nothing comes behind it, and nothing of it is left. */
  close(): void;
}

/** What every listener of a watch has beside the things themselves. What it throws costs nobody else anything. */
export interface WatchListener {
  /** It was ready, and has ended: the gateway ended it, or the connection is gone. */
  failed(error: IBKRError): void;
  /**
   * It was begun anew, on a new connection or because data were lost on the way: all that is there comes again, and what
   * is not among it until {@link complete} is no more.
   */
  restarted?(): void;
  /** All that is there has come: for the first time, just before `ready`, and after each restart. */
  complete?(): void;
}
