import type { GatewayCodeGroup } from "./gateway-code.js";

/** The connection between gateway and IB, the client's own with the gateway, and what is only said. */
export const SYSTEM_CODES: readonly GatewayCodeGroup[] = [
  {
    error: "ERR_IBKR_CLIENT_ID_IN_USE",
    remedy: "Connect with another `clientId`, or end the other program.",
    codes: { 326: "Another connection has this client id; this one is closed." },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    effect: "notice",
    scope: "system",
    retryable: true,
    remedy: "Wait: the gateway reconnects by itself. Orders placed meanwhile reach nobody.",
    codes: {
      1100: "The gateway has lost the connection to IB; the one to the program stands.",
      2110: "The gateway has lost the connection to IB; it comes back by itself.",
    },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    effect: "notice",
    scope: "system",
    remedy: "Nothing, unless the meaning says so.",
    codes: {
      1101: {
        meaning: "The connection to IB is back, and subscriptions are lost.",
        remedy: "Subscribe again: a data stream and `IBApiNext` do it.",
      },
      1102: "The connection to IB is back, and subscriptions go on.",
      1300: {
        meaning: "The port of the API has been changed; this connection ends.",
        remedy: "Connect to the port that the text names.",
      },
      2103: "A market data farm is lost.",
      2104: "A market data farm is connected.",
      2105: "A farm of history is lost.",
      2106: "A farm of history is connected.",
      2107: "A farm of history sleeps, and wakes when it is needed.",
      2108: "A market data farm sleeps, and wakes when it is needed.",
      2119: "A market data farm is being connected to.",
      2157: "The farm of contracts is lost.",
      2158: "The farm of contracts is connected.",
    },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    effect: "notice",
    scope: "request",
    remedy: "Nothing, unless the meaning says so.",
    codes: {
      2100: {
        meaning: "Another account's updates were asked for, and these ended.",
        remedy: "One account's updates come at a time; `reqAccountUpdatesMulti` has no such limit.",
      },
      2101: {
        meaning: "Another client has another account's updates on, and these do not begin.",
        remedy: "Use `reqAccountUpdatesMulti`.",
      },
      2130: "The contract is quoted in its currency with a factor.",
      2150: "A value that was derived of a position's trades is not valid.",
      2152: "The exchanges of which a smart book is made.",
      2169: "`firmQuoteOnly` is not supported any more.",
      2174: {
        meaning: "A time has no zone, and the gateway took its own.",
        remedy: "Name the zone, or write `yyyymmdd-hh:mm:ss` for UTC.",
      },
      10018: "Figures of orders count by their equivalent value.",
      10019: "Figures of trades count by their equivalent value.",
    },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    effect: "notice",
    scope: "data",
    remedy: "Nothing: data goes on.",
    codes: {
      317: {
        meaning: "The book begins anew.",
        remedy: "Empty it before the next row. The data stream does it.",
      },
      492: "A scanner's results are not exact without another subscription.",
      10167: "There is no subscription for this data, and delayed data comes instead.",
    },
  },
  {
    error: "ERR_IBKR_NOT_SUBSCRIBED",
    effect: "notice",
    remedy: "The rest of the data comes. Leave out the generic ticks without a subscription, or subscribe.",
    codes: { 10090: "A part of the data that was asked for has no subscription." },
  },
  {
    error: "ERR_IBKR_COMPETING_SESSION",
    effect: "notice",
    remedy: "End the other session. Data goes on when it has ended.",
    codes: { 10197: "Another session of the user takes the market data." },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    effect: "notice",
    scope: "order",
    remedy: "Nothing, if it is meant so: the order goes on.",
    codes: {
      399: "The order works, and the text says something about it: that it waits for the opening, for instance.",
      404: "Shares to sell short are being looked for; the order waits until there are some.",
      481: "The size of the order was reduced.",
      2109: "`outsideRth` means nothing for such an order, and was left out.",
      2111: "The times of the algo were moved to the next day of trading.",
      2137: "The order turns a position round, from long to short or back.",
      2161: "The order's price is far from the market; the text says what was done.",
      2168: "`eTradeOnly` is not supported any more.",
      10233: "The order took what it left open from the CASH preset.",
      10349: "A preset of TWS changed the order's time in force.",
    },
  },
];
