import { IBKRError } from "../../../domain/ibkr-error.js";

/** A request that the server is too old for, or too new. */
export function wrongVersion(message: string): IBKRError {
  return new IBKRError("ERR_IBKR_SERVER_TOO_OLD", message);
}

/**
 * @param what the member as the caller wrote it, for instance "order.postOnly".
 * @throws IBKRError `ERR_IBKR_SERVER_TOO_OLD` naming member and versions if the server does not know the member yet.
 */
export function requireVersion(what: string, since: number, serverVersion: number): void {
  if (serverVersion < since) {
    throw wrongVersion(`${what} needs server version ${since}, this one has ${serverVersion}`);
  }
}
