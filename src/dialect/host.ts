import type { EventName } from "@stoqey/ib";
import type { IBKRError } from "../domain/ibkr-error.js";
import type { NativeEventName } from "./extensions/events.js";

/** What the dialect tells the connection it belongs to. */
export interface ProtobufHost {
  /** The negotiated server version. */
  readonly serverVersion: number;
  emitEvent(name: EventName | NativeEventName, ...args: unknown[]): void;
  /**
   * @param error a text is the gateway's own; what was found here has a code.
   * @param number what the event carries: the gateway's, or one of those in docs/errors.md.
   * @param reqId id of the request or order; none if left out.
   * @param errorTime when it arose at the server, in milliseconds since 1970; none for errors that arose here.
   */
  emitError(
    error: string | IBKRError,
    number: number,
    reqId?: number,
    advancedOrderReject?: unknown,
    errorTime?: number,
  ): void;
  /** @param infoTime when it arose at the server, in milliseconds since 1970. */
  emitInfo(message: string, code: number, infoTime?: number): void;
}
