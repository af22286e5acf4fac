import { integer, requiredInteger, text } from "./arguments.js";
import { contractMessage } from "./contract.js";
import { bare, byId, message, type Request } from "./request.js";

/** Contracts and what is looked up about them. */
export const referenceRequests = {
  reqContractDetails: ([reqId, contract]) => [
    message("REQ_CONTRACT_DATA", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
    }),
  ],
  cancelContractData: byId("CANCEL_CONTRACT_DATA"),
  reqMatchingSymbols: ([reqId, pattern]) => [
    message("REQ_MATCHING_SYMBOLS", {
      reqId: requiredInteger(reqId, "reqId"),
      pattern: text(pattern, "pattern"),
    }),
  ],
  reqSecDefOptParams: ([reqId, underlyingSymbol, futFopExchange, underlyingSecType, underlyingConId]) => [
    message("REQ_SEC_DEF_OPT_PARAMS", {
      reqId: requiredInteger(reqId, "reqId"),
      underlyingSymbol: text(underlyingSymbol, "underlyingSymbol"),
      futFopExchange: text(futFopExchange, "futFopExchange"),
      underlyingSecType: text(underlyingSecType, "underlyingSecType"),
      underlyingConId: integer(underlyingConId, "underlyingConId"),
    }),
  ],
  reqMarketRule: ([marketRuleId]) => [
    message("REQ_MARKET_RULE", { marketRuleId: requiredInteger(marketRuleId, "marketRuleId") }),
  ],
  reqSmartComponents: ([reqId, bboExchange]) => [
    message("REQ_SMART_COMPONENTS", {
      reqId: requiredInteger(reqId, "reqId"),
      bboExchange: text(bboExchange, "bboExchange"),
    }),
  ],
  reqMktDepthExchanges: bare("REQ_MKT_DEPTH_EXCHANGES"),
  reqSoftDollarTiers: byId("REQ_SOFT_DOLLAR_TIERS"),
} satisfies Record<string, Request>;
