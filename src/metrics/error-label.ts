import { IBKRError } from "../domain/ibkr-error.js";

/**
 * What a metric or a log line calls an error: its code; `aborted` where the caller's signal ended the call, `other` for
 * what is none of this package's. So the values of a label are few.
 */
export function errorLabel(error: unknown): string {
  if (error instanceof IBKRError) return error.code;
  const { name } = (error ?? {}) as Partial<Error>;
  return name === "AbortError" || name === "TimeoutError" ? "aborted" : "other";
}
