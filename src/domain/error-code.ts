/** What an error is about: the program and its connection, one request, one order, or what a gateway sent. */
export type ErrorScope = "system" | "request" | "order" | "data";

export interface ErrorCodeEntry {
  readonly scope: ErrorScope;
  /** The very same call may succeed later, and repeating it does no harm. */
  readonly retryable: boolean;
  readonly meaning: string;
  /** What whoever reads the error can do. */
  readonly remedy: string;
  /** The numbers that `error` events of the drop-in carry for it, if it comes as an event. */
  readonly numbers?: readonly number[];
}
