/** What every call that answers later takes. */
export interface CallOptions {
  /** Ends the call: its promise rejects with the signal's reason, and the request is taken back where it can be. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for the whole answer: 1 … 2,147,483,647; without it the call waits as long as the connection. */
  readonly timeoutMs?: number;
}
