import { IBKRError } from "../domain/ibkr-error.js";

/** An order of which no byte has left, and none will. @param why completes "was not sent: …" */
export function orderNotSent(orderId: number, why: string, cause?: unknown): IBKRError {
  return new IBKRError("ERR_IBKR_NOT_SENT", `placeOrder ${orderId} was not sent: ${why}.`, {
    scope: "order",
    request: "placeOrder",
    cause,
  });
}
