import type { ErrorScope } from "../../domain/error-codes.js";
import { gatewayError } from "../../domain/gateway-codes.js";
import { IBKRError } from "../../domain/ibkr-error.js";

/** An error event as what goes wrong in the domain's terms; what was found on this side is that already. */
export function errorOf(error: Error, number: number, scope: ErrorScope): IBKRError {
  return error instanceof IBKRError ? error : gatewayError(number, error.message, scope);
}
