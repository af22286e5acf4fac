import type { ErrorScope } from "../../domain/error-codes.js";
import { IBKRError } from "../../domain/ibkr-error.js";

/**
 * Codes that come with a request's id and do not end the request (docs/protocol.md, message codes): warnings and
 * connectivity (21xx), "delayed market data is displayed instead" and its like, and that the rows of a book
 * begin anew (317).
 */
export function isNotice(code: number): boolean {
  return (code >= 2100 && code <= 2199) || NOTICES.has(code);
}

const NOTICES: ReadonlySet<number> = new Set([317, 399, 10_090, 10_167, 10_197, 10_349]);

/** An error event as what goes wrong in the domain's terms; what was found on this side is that already. */
export function errorOf(error: Error, number: number, scope: ErrorScope): IBKRError {
  if (error instanceof IBKRError) return error;
  return new IBKRError("ERR_IBKR_GATEWAY", `${error.message} (${number})`, {
    scope,
    gatewayCode: number,
    gatewayText: error.message,
  });
}
