import { double, flag, integer, requiredInteger, tagValues, text } from "./arguments.js";
import { contractMessage } from "./contract.js";
import { byId, message, type Request } from "./request.js";

export const marketDataRequests = {
  reqMktData: ([reqId, contract, genericTickList, snapshot, regulatorySnapshot]) => [
    message("REQ_MKT_DATA", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      genericTickList: text(genericTickList, "genericTickList"),
      snapshot: flag(snapshot, "snapshot"),
      regulatorySnapshot: flag(regulatorySnapshot, "regulatorySnapshot"),
    }),
  ],
  cancelMktData: byId("CANCEL_MKT_DATA"),
  reqMarketDataType: ([marketDataType]) => [
    message("REQ_MARKET_DATA_TYPE", { marketDataType: requiredInteger(marketDataType, "marketDataType") }),
  ],
  reqMktDepth: ([reqId, contract, numRows, isSmartDepth, mktDepthOptions]) => [
    message("REQ_MKT_DEPTH", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      numRows: integer(numRows, "numRows"),
      isSmartDepth: flag(isSmartDepth, "isSmartDepth"),
      marketDepthOptions: tagValues(mktDepthOptions, "mktDepthOptions"),
    }),
  ],
  cancelMktDepth: ([reqId, isSmartDepth]) => [
    message("CANCEL_MKT_DEPTH", {
      reqId: requiredInteger(reqId, "reqId"),
      isSmartDepth: flag(isSmartDepth, "isSmartDepth"),
    }),
  ],
  reqRealTimeBars: ([reqId, contract, barSize, whatToShow, useRTH, realTimeBarsOptions]) => [
    message("REQ_REAL_TIME_BARS", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      barSize: integer(barSize, "barSize"),
      whatToShow: text(whatToShow, "whatToShow"),
      useRTH: flag(useRTH, "useRTH"),
      realTimeBarsOptions: tagValues(realTimeBarsOptions, "realTimeBarsOptions"),
    }),
  ],
  cancelRealTimeBars: byId("CANCEL_REAL_TIME_BARS"),
  reqTickByTickData: ([reqId, contract, tickType, numberOfTicks, ignoreSize]) => [
    message("REQ_TICK_BY_TICK_DATA", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      tickType: text(tickType, "tickType"),
      numberOfTicks: integer(numberOfTicks, "numberOfTicks"),
      ignoreSize: flag(ignoreSize, "ignoreSize"),
    }),
  ],
  cancelTickByTickData: byId("CANCEL_TICK_BY_TICK_DATA"),
  calculateImpliedVolatility: ([reqId, contract, optionPrice, underPrice, impliedVolatilityOptions]) => [
    message("REQ_CALC_IMPLIED_VOLAT", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      optionPrice: double(optionPrice, "optionPrice"),
      underPrice: double(underPrice, "underPrice"),
      impliedVolatilityOptions: tagValues(impliedVolatilityOptions, "impliedVolatilityOptions"),
    }),
  ],
  cancelCalculateImpliedVolatility: byId("CANCEL_CALC_IMPLIED_VOLAT"),
  calculateOptionPrice: ([reqId, contract, volatility, underPrice, optionPriceOptions]) => [
    message("REQ_CALC_OPTION_PRICE", {
      reqId: requiredInteger(reqId, "reqId"),
      contract: contractMessage(contract),
      volatility: double(volatility, "volatility"),
      underPrice: double(underPrice, "underPrice"),
      optionPriceOptions: tagValues(optionPriceOptions, "optionPriceOptions"),
    }),
  ],
  cancelCalculateOptionPrice: byId("CANCEL_CALC_OPTION_PRICE"),
} satisfies Record<string, Request>;
