import type { ErrorScope } from "../../domain/error-codes.js";
import { isGatewayNotice } from "../../domain/gateway-notices.js";
import { IBKRError } from "../../domain/ibkr-error.js";

const BOOK_BEGINS_ANEW = 317;

/** Codes that come with a request's id and do not end the request: notices, and that the rows of a book begin anew. */
export function isNotice(code: number): boolean {
  return code === BOOK_BEGINS_ANEW || isGatewayNotice(code);
}

/** An error event as what goes wrong in the domain's terms; what was found on this side is that already. */
export function errorOf(error: Error, number: number, scope: ErrorScope): IBKRError {
  if (error instanceof IBKRError) return error;
  return gatewayError(error.message, number, scope);
}

/** What the gateway says with its number. */
export function gatewayError(gatewayText: string, gatewayCode: number, scope: ErrorScope): IBKRError {
  return new IBKRError("ERR_IBKR_GATEWAY", `${gatewayText} (${gatewayCode})`, {
    scope,
    gatewayCode,
    gatewayText,
  });
}
