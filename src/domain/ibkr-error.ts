import { ERROR_CODES, type ErrorScope, type IBKRErrorCode } from "./error-codes.js";

export interface IBKRErrorDetails {
  /** Where it is about something else than what the code's entry says: a request that is an order. */
  readonly scope?: ErrorScope;
  /** Where the gateway's number says otherwise than the code's entry. */
  readonly retryable?: boolean;
  /** The gateway's number. */
  readonly gatewayCode?: number;
  /** The gateway's text, as it came. */
  readonly gatewayText?: string;
  /** The request that was not sent, by its name at the gateway. */
  readonly request?: string;
  readonly cause?: unknown;
}

/** What goes wrong, whoever found it: docs/errors.md has a line for each code. */
export class IBKRError extends Error {
  static {
    Object.defineProperty(IBKRError.prototype, "name", {
      value: "IBKRError",
      writable: true,
      configurable: true,
    });
  }

  readonly scope: ErrorScope;
  /** The very same call may succeed later, and repeating it does no harm. */
  readonly retryable: boolean;
  /** The gateway's number, where the gateway said it. */
  declare readonly gatewayCode?: number;
  /** The gateway's text, where the gateway said it. */
  declare readonly gatewayText?: string;

  /** `placeOrder`, `cancelOrder`, …: which request it was that did not leave. */
  declare readonly request?: string;

  constructor(
    readonly code: IBKRErrorCode,
    message: string,
    details: IBKRErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    const { scope, retryable } = ERROR_CODES[code];
    this.scope = details.scope ?? scope;
    this.retryable = details.retryable ?? retryable;
    if (details.gatewayCode !== undefined) this.gatewayCode = details.gatewayCode;
    if (details.request !== undefined) this.request = details.request;
    if (details.gatewayText !== undefined) this.gatewayText = details.gatewayText;
  }
}
