import { isUnset } from "../field-values.js";
import { condition } from "./conditions.js";
import {
  type Copy,
  field,
  list,
  offsetOrInfinity,
  optional,
  orderId,
  scanCode,
  structure,
  tagValue,
  tagValuesAsText,
  text,
  writtenTagValues,
} from "./structures.js";

/** What the requests of stock's encoder have beside plain fields; a test compares the names with the encoder's own. */

const CONTRACT = structure(
  [
    ...["conId", "symbol", "lastTradeDateOrContractMonth", "strike", "right", "multiplier", "exchange"],
    ...["primaryExch", "currency", "localSymbol", "tradingClass", "includeExpired", "secIdType", "secId"],
    "issuerId",
  ],
  {
    secType: text,
    comboLegs: list(
      structure([
        ...["conId", "ratio", "action", "exchange", "openClose", "shortSaleSlot", "designatedLocation"],
        "exemptCode",
      ]),
    ),
    deltaNeutralContract: optional(structure(["conId", "delta", "price"])),
  },
);

const ORDER = structure(
  [
    ...["action", "totalQuantity", "orderType", "lmtPrice", "auxPrice", "tif", "ocaGroup", "account"],
    ...["openClose", "origin", "orderRef", "transmit", "parentId", "blockOrder", "sweepToFill"],
    ...["displaySize", "triggerMethod", "outsideRth", "hidden", "discretionaryAmt", "goodAfterTime"],
    ...["goodTillDate", "faGroup", "faMethod", "faPercentage", "modelCode", "shortSaleSlot"],
    ...["designatedLocation", "exemptCode", "ocaType", "rule80A", "settlingFirm", "allOrNone", "minQty"],
    ...["percentOffset", "eTradeOnly", "firmQuoteOnly", "nbboPriceCap", "auctionStrategy"],
    ...["startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper"],
    ...["overridePercentageConstraints", "volatility", "volatilityType", "deltaNeutralAuxPrice"],
    ...["deltaNeutralConId", "deltaNeutralSettlingFirm", "deltaNeutralClearingAccount"],
    ...["deltaNeutralClearingIntent", "deltaNeutralOpenClose", "deltaNeutralShortSale"],
    ...["deltaNeutralShortSaleSlot", "deltaNeutralDesignatedLocation", "deltaNeutralOrderType"],
    ...["continuousUpdate", "referencePriceType", "trailStopPrice", "trailingPercent"],
    ...["scaleInitLevelSize", "scaleSubsLevelSize", "scalePriceIncrement", "scalePriceAdjustValue"],
    ...["scalePriceAdjustInterval", "scaleProfitOffset", "scaleAutoReset", "scaleInitPosition"],
    ...["scaleInitFillQty", "scaleRandomPercent", "scaleTable", "activeStartTime", "activeStopTime"],
    ...["hedgeType", "hedgeParam", "optOutSmartRouting", "clearingAccount", "clearingIntent", "notHeld"],
    ...["algoStrategy", "algoId", "whatIf", "solicited", "randomizeSize", "randomizePrice"],
    ...["referenceContractId", "isPeggedChangeAmountDecrease", "peggedChangeAmount"],
    ...["referenceChangeAmount", "referenceExchangeId", "conditionsIgnoreRth", "conditionsCancelOrder"],
    ...["adjustedOrderType", "triggerPrice", "lmtPriceOffset", "adjustedStopPrice"],
    ...["adjustedStopLimitPrice", "adjustedTrailingAmount", "adjustableTrailingUnit", "extOperator"],
    ...["cashQty", "mifid2DecisionMaker", "mifid2DecisionAlgo", "mifid2ExecutionTrader"],
    ...["mifid2ExecutionAlgo", "dontUseAutoPriceForHedge", "isOmsContainer"],
    ...["discretionaryUpToLimitPrice", "usePriceMgmtAlgo", "duration", "postToAts", "autoCancelParent"],
    ...["advancedErrorOverride", "manualOrderTime", "minTradeQty", "minCompeteSize", "midOffsetAtWhole"],
    ...["midOffsetAtHalf", "customerAccount", "professionalCustomer", "includeOvernight"],
    "manualOrderIndicator",
  ],
  {
    orderComboLegs: list(structure(["price"])),
    smartComboRoutingParams: list(tagValue),
    algoParams: list(tagValue),
    orderMiscOptions: tagValuesAsText,
    conditions: list(condition),
    softDollarTier: optional(structure(["name", "value"])),
    competeAgainstBestOffset: offsetOrInfinity,
  },
);

const CANCEL = structure(["manualOrderCancelTime", "extOperator", "manualOrderIndicator"]);

const EXECUTION_FILTER = structure(["clientId", "acctCode", "time", "symbol", "secType", "exchange", "side"]);

const WSH_EVENT_DATA = structure([
  ...["conId", "filter", "fillWatchlist", "fillPortfolio", "fillCompetitors", "startDate", "endDate"],
  "totalLimit",
]);

const SCANNER_SUBSCRIPTION = structure(
  [
    ...["numberOfRows", "instrument", "locationCode", "abovePrice", "belowPrice", "aboveVolume"],
    ...["marketCapAbove", "marketCapBelow", "moodyRatingAbove", "moodyRatingBelow", "spRatingAbove"],
    ...["spRatingBelow", "maturityDateAbove", "maturityDateBelow", "couponRateAbove", "couponRateBelow"],
    ...["excludeConvertible", "averageOptionVolumeAbove", "scannerSettingPairs", "stockTypeFilter"],
  ],
  { scanCode },
);

/** Sent also when it is empty. */
const orEmpty =
  (copyOf: Copy): Copy =>
  (value, what) =>
    copyOf(isUnset(value) ? {} : value, what);

type Argument = readonly [name: string, copyOf: Copy];

const contract: Argument = ["contract", CONTRACT];
const tags = (name: string): Argument => [name, writtenTagValues];

/** The arguments that are no plain fields, by where they stand. */
const ARGUMENTS: Readonly<Record<string, Readonly<Record<number, Argument>>>> = {
  calculateImpliedVolatility: { 1: contract, 4: tags("impliedVolatilityOptions") },
  calculateOptionPrice: { 1: contract, 4: tags("optionPriceOptions") },
  cancelOrder: { 0: ["orderId", orderId], 1: ["orderCancel", orEmpty(CANCEL)] },
  exerciseOptions: { 1: contract },
  placeOrder: { 0: ["orderId", orderId], 1: contract, 2: ["order", ORDER] },
  reqContractDetails: { 1: contract },
  reqExecutions: { 1: ["filter", orEmpty(EXECUTION_FILTER)] },
  reqFundamentalData: { 1: contract, 3: tags("fundamentalDataOptions") },
  reqGlobalCancel: { 0: ["orderCancel", orEmpty(CANCEL)] },
  reqHeadTimestamp: { 1: contract },
  reqHistogramData: { 1: contract },
  reqHistoricalData: { 1: contract, 9: tags("chartOptions") },
  reqHistoricalNews: { 6: tags("historicalNewsOptions") },
  reqHistoricalTicks: { 1: contract, 8: tags("miscOptions") },
  reqMktData: { 1: contract },
  reqMktDepth: { 1: contract, 4: tags("mktDepthOptions") },
  reqNewsArticle: { 3: tags("newsArticleOptions") },
  reqRealTimeBars: { 1: contract, 5: tags("realTimeBarsOptions") },
  reqScannerSubscription: {
    1: ["subscription", SCANNER_SUBSCRIPTION],
    2: tags("scannerSubscriptionOptions"),
    3: tags("scannerSubscriptionFilterOptions"),
  },
  reqTickByTickData: { 1: contract },
  reqWshEventData: { 1: ["wshEventData", WSH_EVENT_DATA] },
};

/**
 * Checked copies of the arguments of a request of stock's encoder.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` naming the argument or its member that cannot be sent
 */
export function checkedArguments(method: string, args: readonly unknown[]): unknown[] {
  const known = ARGUMENTS[method] ?? {};
  const copies = args.map((value, i) => (i in known ? undefined : field(value, `argument ${i + 1}`)));
  // Those that were left out are judged, too: stock's encoder reads their members.
  for (const [at, [name, copyOf]] of Object.entries(known))
    copies[Number(at)] = copyOf(args[Number(at)], name);
  return copies;
}
