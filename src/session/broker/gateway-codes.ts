import type { ErrorScope } from "../../domain/error-codes.js";
import { gatewayError } from "../../domain/gateway-codes.js";
import { IBKRError } from "../../domain/ibkr-error.js";

/** Not read, not valid, not processed: what a gateway says of requests, and without an id of those that have none. */
const REFUSALS: ReadonlySet<number> = new Set([320, 321, 322]);

/** Whether an error that carries no id may be about a request that has none. */
export function isRefusalWithoutId(code: number): boolean {
  return REFUSALS.has(code);
}

/** An error event as what goes wrong in the domain's terms; what was found on this side is that already. */
export function errorOf(error: Error, number: number, scope: ErrorScope): IBKRError {
  return error instanceof IBKRError ? error : gatewayError(number, error.message, scope);
}
