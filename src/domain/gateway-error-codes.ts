import type { ErrorCodeEntry } from "./error-code.js";

/**
 * What a gateway refuses, by what a program can do about it. Which of its numbers is which of these, the tables of
 * `gateway-codes.ts` say; `gatewayCode` and `gatewayText` of the error stay the gateway's own.
 */
export const GATEWAY_ERROR_CODES = {
  ERR_IBKR_GATEWAY: {
    scope: "request",
    retryable: false,
    meaning:
      "The gateway refused a request or reports a fault of its own, of none of the kinds below: `gatewayCode` and `gatewayText` say which.",
    remedy: "Look the number up among the codes of the gateway on this page.",
  },
  ERR_IBKR_NO_SECURITY_DEFINITION: {
    scope: "request",
    retryable: false,
    meaning: "There is no such contract, or more than one that fits.",
    remedy:
      "Ask for its contract details. Where several fit, `primaryExch`, `currency`, `multiplier` or `tradingClass` tells them apart; a `conId` is never ambiguous.",
  },
  ERR_IBKR_INVALID_REQUEST: {
    scope: "request",
    retryable: false,
    meaning: "The gateway read the request and found something wrong in it: a value, a field, a combination.",
    remedy: "`gatewayText` says what. The same request will be refused again.",
  },
  ERR_IBKR_DUPLICATE_ID: {
    scope: "request",
    retryable: false,
    meaning: "A request's or an order's number is in use, or was.",
    remedy:
      "Take the next one: `nextValidId` for orders. Whoever lets this package choose numbers does not see it, unless another program has the same client id.",
  },
  ERR_IBKR_PACING: {
    scope: "request",
    retryable: true,
    meaning: "Too many requests in too short a time.",
    remedy: "Wait, then ask again: a second after code 100, up to ten minutes after too much history.",
  },
  ERR_IBKR_TOO_MANY: {
    scope: "request",
    retryable: true,
    meaning: "Too many of a kind at once: market data lines, books, tick-by-tick streams, account summaries.",
    remedy: "End one that is not needed, then ask again.",
  },
  ERR_IBKR_NOT_SUBSCRIBED: {
    scope: "request",
    retryable: false,
    meaning: "The user has no market data subscription for what was asked for.",
    remedy:
      "Subscribe in Client Portal, or ask for delayed data with `reqMarketDataType(3)` where the text says that there is some.",
  },
  ERR_IBKR_NO_DATA: {
    scope: "request",
    retryable: false,
    meaning: "There is no such data: none of that kind for the contract, or none in that time.",
    remedy: "Ask for another kind of data or another time; `headTimestamp` says where history begins.",
  },
  ERR_IBKR_NO_PERMISSION: {
    scope: "request",
    retryable: false,
    meaning: "The account or the user may not do this.",
    remedy:
      "`gatewayText` says what is missing: a trading permission, a setting of TWS, another kind of account.",
  },
  ERR_IBKR_COMPETING_SESSION: {
    scope: "data",
    retryable: true,
    meaning: "Another session of the same user takes the market data.",
    remedy: "End the other session, or use a second user name.",
  },
  ERR_IBKR_DATA_INTERRUPTED: {
    scope: "data",
    retryable: true,
    meaning: "A stream that ran has ended at the gateway and does not come back by itself.",
    remedy: "Subscribe again. The data stream of this package does it.",
  },
  ERR_IBKR_ORDER_REJECTED: {
    scope: "order",
    retryable: false,
    meaning: "The order was refused.",
    remedy: "`gatewayText` says why. It does not work, and nothing of it will be filled.",
  },
  ERR_IBKR_INSUFFICIENT_FUNDS: {
    scope: "order",
    retryable: false,
    meaning: "The order was refused because the account cannot carry it.",
    remedy: "A smaller quantity; a what-if order says beforehand what one would cost.",
  },
  ERR_IBKR_ORDER_CANCELLED: {
    scope: "order",
    retryable: false,
    meaning: "The order was cancelled: by whoever asked for it, by the exchange or by the gateway.",
    remedy: "What was filled before stays filled. `gatewayText` says why, where nobody asked for it.",
  },
  ERR_IBKR_CANCEL_REFUSED: {
    scope: "order",
    retryable: false,
    meaning:
      "An order was not cancelled: there is none of that number, or it is filled or cancelled already.",
    remedy: "Its status says what became of it.",
  },
  ERR_IBKR_CHANGE_REFUSED: {
    scope: "order",
    retryable: false,
    meaning: "A change of an order was refused; the order works on as it was.",
    remedy: "`gatewayText` says what cannot be changed. Cancel the order and place another one.",
  },
  ERR_IBKR_CLIENT_ID_IN_USE: {
    scope: "system",
    retryable: true,
    meaning: "Another connection has the client id; the gateway closes this one.",
    remedy:
      "Use another `clientId`. A gateway takes some seconds to notice that a program that was killed is gone.",
  },
} as const satisfies Record<`ERR_IBKR_${string}`, ErrorCodeEntry>;

export type GatewayErrorCode = keyof typeof GATEWAY_ERROR_CODES;
