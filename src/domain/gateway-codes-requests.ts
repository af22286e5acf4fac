import type { GatewayCodeGroup } from "./gateway-code.js";

/** Contracts, market data, history, and what is wrong with a request. */
export const REQUEST_CODES: readonly GatewayCodeGroup[] = [
  {
    error: "ERR_IBKR_NO_SECURITY_DEFINITION",
    remedy:
      "Compare symbol, type, exchange, currency, expiry, strike and right with what contract details say; `primaryExch` or `multiplier` where several fit.",
    codes: {
      123: "There is no contract with this number.",
      200: "There is no such contract, or more than one fits.",
      478: "The contract's number belongs to a contract that differs from the other fields.",
      10016: "The contract is not visible.",
      10017: "The contracts are not visible.",
    },
  },
  {
    error: "ERR_IBKR_PACING",
    remedy: "Wait a second and keep below 50 requests a second; the gateway may close the connection.",
    codes: { 100: "More requests in a second than the gateway takes." },
  },
  {
    error: "ERR_IBKR_TOO_MANY",
    remedy: "End a subscription that is not needed, or buy quote boosters.",
    codes: {
      101: "All market data lines of the user are in use.",
      309: "All books that may be open at once are.",
      10190: "All tick-by-tick streams that may be open at once are.",
    },
  },
  {
    error: "ERR_IBKR_DUPLICATE_ID",
    remedy: "Choose a number that no request of this connection has.",
    codes: {
      102: "The request's number belongs to market data that is on.",
      385: "The request's number belongs to a scanner that is on.",
      386: "The request's number belongs to a request for history that is open.",
      10278: "A request for Wall Street Horizon's metadata is open.",
      10281: "A request for Wall Street Horizon's events is open.",
    },
  },
  {
    error: "ERR_IBKR_NOT_SUBSCRIBED",
    remedy:
      "Subscribe in Client Portal; delayed data, where there is some, comes after `reqMarketDataType(3)`.",
    codes: {
      354: "The user has no subscription for this data, and there is none that is delayed.",
      10089: "The data needs another subscription for the API; there is delayed data.",
      10091: "A part of the data needs another subscription for the API; there is delayed data.",
      10168: "The user has no subscription for this data, and delayed data was not asked for.",
      10186: "The user has no subscription for this data, and delayed data was not asked for.",
      10187: "The user has no subscription for these historical ticks.",
    },
  },
  {
    error: "ERR_IBKR_NO_DATA",
    remedy: "The text says what is missing. Ask for another time, or another kind of data.",
    codes: {
      124: "There is no market rule for the contract: an index, for instance.",
      162: {
        meaning: "History's server says something: no data, too many requests, no permission, cancelled.",
        texts: [
          [/pacing/i, "ERR_IBKR_PACING"],
          [/permission|subscri/i, "ERR_IBKR_NOT_SUBSCRIBED"],
          [/cancel/i, "ERR_IBKR_GATEWAY"],
        ],
      },
      165: "History's server says something: there is no such data, for instance.",
      166: "There is no history of a contract that expired so long ago.",
      430: "There are no fundamentals of the contract.",
      10172: "There is no such news article.",
    },
  },
  {
    error: "ERR_IBKR_NO_DATA",
    remedy: "Ask for another kind of data.",
    codes: {
      420: {
        meaning: "Real-time bars of this kind are not to be had, or were asked for too often.",
        texts: [
          [/pacing/i, "ERR_IBKR_PACING"],
          [/permission|subscri/i, "ERR_IBKR_NOT_SUBSCRIBED"],
        ],
      },
      10092: "There is no book of the contract.",
      10189: {
        meaning:
          "Tick by tick is not to be had: no such kind for the contract, no subscription, another session.",
        texts: [[/permission|subscri/i, "ERR_IBKR_NOT_SUBSCRIBED"]],
      },
      10299: "The contract has this data by another name; the text has it.",
    },
  },
  {
    error: "ERR_IBKR_DATA_INTERRUPTED",
    remedy: "Subscribe again.",
    codes: {
      316: "The book was halted.",
      10225: "A trade was taken back, and the real-time bars ended with it.",
      10346: "The contract's data goes to another place, where it is shown.",
    },
  },
  {
    error: "ERR_IBKR_NO_PERMISSION",
    remedy: "The text says what is missing.",
    codes: {
      203: {
        meaning: "The account may not trade the contract; or the contract is ambiguous without its currency.",
        texts: [[/ambiguous/i, "ERR_IBKR_NO_SECURITY_DEFINITION"]],
      },
      330: "Only advisers and brokers have a list of managed accounts.",
      331: "The adviser has no managed accounts.",
      344: "The login is no financial adviser's.",
      346: "The account is no institution's, or none that clears elsewhere.",
      438: { meaning: "TWS is locked.", retryable: true, remedy: "Unlock it." },
      460: "The user may not trade the contract.",
      10003: "The account may not use IBSX.",
      10013: "The account has to opt out of smart routing for this.",
      10015: "Trading through the API is not allowed.",
      10248: "The account may not trade fractions of shares.",
      10276: "The user may not have Wall Street Horizon's news.",
      10277: "The user has no subscription for Wall Street Horizon's news.",
      10345: "The account may not trade this.",
    },
  },
  {
    error: "ERR_IBKR_INVALID_REQUEST",
    remedy: "The text says which field is wrong, and often what is allowed.",
    codes: {
      122: "The gateway has lost the request that the message is about.",
      138: "The symbol cannot be read.",
      139: "The request cannot be read.",
      143: "The request's number is no integer.",
      301: "There is no such action for a ticker.",
      302: "The end of a ticker cannot be read.",
      304: "There is no such action for account values.",
      305: "The request cannot be read, and was left out.",
      307: "There is no such topic.",
      319: "A log level is from 1 to 5.",
      320: "The request cannot be read.",
      321: {
        meaning: "The request was read, and something in it is not valid.",
        texts: [[/read-?only/i, "ERR_IBKR_NO_PERMISSION"]],
      },
      327: "Only the client with the id 0 can take over orders placed by hand.",
      336: "A time or its zone is not valid.",
      337: "A date, a time or its zone is not valid.",
      343: "A date, a time or its zone is not valid.",
      357: "The gateway wants a newer client.",
      391: "A time or its zone is not valid.",
      406: "There is no such currency.",
      407: "A symbol has characters that it cannot have.",
      414: "A snapshot has no generic ticks.",
      431: "What to show is missing or not valid.",
      585: "Profiles of advisers are gone; groups have their place.",
      10231: "Groups of the adviser's configuration have accounts that are not valid.",
      10282: "Wall Street Horizon's metadata have to be asked for first.",
      10295: "Schedules come by days only.",
      10309: "The request for Wall Street Horizon's events is not valid.",
      10314: "A date or time is not valid: `yyyymmdd hh:mm:ss zone` or `yyyymmdd-hh:mm:ss` in UTC.",
      10339: "A continuous future's history has no end time.",
    },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    remedy: "The text says why. Ask once more, or end what is open first.",
    codes: {
      322: {
        meaning: "The request was valid, and could not be carried out.",
        texts: [
          [/maximum number|max(?:imum)? .*(?:requests|subscriptions)/i, "ERR_IBKR_TOO_MANY"],
          [/duplicate/i, "ERR_IBKR_DUPLICATE_ID"],
        ],
      },
      323: "The gateway failed; the text says how.",
      10230: {
        meaning: "The adviser's configuration has changes that are not saved yet.",
        retryable: true,
        remedy: "Ask again when `replaceFA` is done.",
      },
      10238: { meaning: "The page of the adviser's accounts could not be reached.", retryable: true },
      10279: { meaning: "Wall Street Horizon's metadata could not be fetched.", retryable: true },
      10280: "The request for Wall Street Horizon's metadata could not be cancelled.",
      10283: { meaning: "Wall Street Horizon's events could not be fetched.", retryable: true },
      10284: "The request for Wall Street Horizon's events could not be cancelled.",
    },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    remedy: "Nothing: it has ended already, or never was.",
    codes: {
      300: "There is no market data of this number to cancel.",
      310: "There is no book of this number to cancel.",
      365: "There is no scanner of this number to cancel.",
      366: "There is no request for history of this number to cancel.",
    },
  },
  {
    error: "ERR_IBKR_GATEWAY",
    remedy: "For programs on DDE and ActiveX; not sent over the socket.",
    codes: {
      306: "A DDE request failed.",
      308: "TWS has no room for another page of orders.",
      324: "A DDE request lacks something.",
      381: "The DDE library is too old.",
      384: "A DDE array request is not valid.",
    },
  },
];
