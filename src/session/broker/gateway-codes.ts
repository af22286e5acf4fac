import type { IBKRErrorCode } from "../../domain/error-codes.js";
import { IBKRError } from "../../domain/ibkr-error.js";

/**
 * Codes that come with a request's id and do not end the request (docs/protocol.md, message codes): warnings and
 * connectivity (21xx), "delayed market data is displayed instead" and its like.
 */
export function isNotice(code: number): boolean {
  return (code >= 2100 && code <= 2199) || NOTICES.has(code);
}

const NOTICES: ReadonlySet<number> = new Set([399, 10_090, 10_167, 10_349]);

/** Our own numbers, as error events carry them, and the codes they stand for. */
const OWN: Readonly<Record<number, IBKRErrorCode>> = {
  502: "ERR_IBKR_CONNECT",
  503: "ERR_IBKR_SERVER_TOO_OLD",
  504: "ERR_IBKR_NOT_SENT",
  505: "ERR_IBKR_BAD_MESSAGE",
  506: "ERR_IBKR_SERVER_VERSION",
  507: "ERR_IBKR_FRAME_LENGTH",
  508: "ERR_IBKR_BAD_MESSAGE",
  509: "ERR_IBKR_ARGUMENT",
};

/** An error event as what goes wrong in the domain's terms. */
export function errorOf(
  error: Error,
  number: number,
  scope: "system" | "request" | "order" | "data",
): IBKRError {
  const own = OWN[number];
  if (own !== undefined) return new IBKRError(own, error.message, { scope, cause: error });
  return new IBKRError("ERR_IBKR_GATEWAY", `${error.message} (${number})`, {
    scope,
    gatewayCode: number,
    gatewayText: error.message,
  });
}
