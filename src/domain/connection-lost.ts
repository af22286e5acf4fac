import { IBKRError } from "./ibkr-error.js";

/** What was under way when a connection ended. */
export function connectionLost(): IBKRError {
  return new IBKRError("ERR_IBKR_CONNECTION_LOST", "the connection ended");
}
