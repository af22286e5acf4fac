import type { OutgoingName } from "../../../src/protocol/messages.js";
import type { Message } from "../../../src/protocol/schema.js";

/**
 * What a decoded protobuf request says, in the order in which stock's encoder puts it in tokens at server version 193,
 * from behind the message id and its version. Written from the text layouts.
 */

/** A value of the message, and what the message has where a caller gives nothing. */
export interface Slot {
  readonly value: unknown;
  readonly fallback?: number | boolean;
}

type Body = Record<string, unknown>;

const slot = (value: unknown): Slot => ({ value });
const flagged = (value: unknown): Slot => ({ value: value === true, fallback: false });
/** What is true where a caller gives nothing. */
const unlessFalse = (value: unknown): Slot => ({ value: value === true, fallback: true });
const zero = (value: unknown): Slot => ({ value, fallback: 0 });
const pairs = (map: unknown): Slot =>
  slot([...((map as ReadonlyMap<string, string>) ?? [])].map(([tag, value]) => `${tag}=${value};`).join(""));
const listed = (map: unknown): Slot[] => {
  const entries = [...((map as ReadonlyMap<string, string>) ?? [])];
  return [slot(entries.length), ...entries.flat().map(slot)];
};
const slots = (source: object | undefined, ...names: string[]): Slot[] =>
  names.map((name) => slot((source as Body | undefined)?.[name]));
const flags = (source: object, ...names: string[]): Slot[] =>
  names.map((name) => flagged((source as Body)[name]));
const zeros = (source: object, ...names: string[]): Slot[] =>
  names.map((name) => zero((source as Body)[name]));

function twelve(contract: Message<"Contract"> = {}): Slot[] {
  return [
    zero(contract.conId),
    ...slots(contract, "symbol", "secType", "lastTradeDateOrContractMonth"),
    ...[zero(contract.strike), slot(contract.right), zero(contract.multiplier)],
    ...slots(contract, "exchange", "primaryExch", "currency", "localSymbol", "tradingClass"),
  ];
}

const thirteen = (contract: Message<"Contract"> = {}): Slot[] => [
  ...twelve(contract),
  flagged(contract.includeExpired),
];

function shortLegs({ secType, comboLegs = [] }: Message<"Contract"> = {}): Slot[] {
  if (secType !== "BAG") return [];
  return [
    slot(comboLegs.length),
    ...comboLegs.flatMap((leg) => slots(leg, "conId", "ratio", "action", "exchange")),
  ];
}

function hedge({ deltaNeutralContract: hedged }: Message<"Contract"> = {}): Slot[] {
  return hedged === undefined ? [slot(false)] : [slot(true), ...slots(hedged, "conId", "delta", "price")];
}

const byId = (m: { reqId?: number }): Slot[] => slots(m, "reqId");

type Layouts = { [N in OutgoingName]?: (message: never) => Slot[] };

/** By message; PLACE_ORDER has a function of its own. */
export const LAYOUTS = {
  REQ_IDS: (m: Message<"IdsRequest">) => slots(m, "numIds"),
  REQ_CURRENT_TIME: () => [],
  REQ_MANAGED_ACCTS: () => [],
  SET_SERVER_LOGLEVEL: (m: Message<"SetServerLogLevelRequest">) => slots(m, "logLevel"),
  REQ_USER_INFO: byId,
  QUERY_DISPLAY_GROUPS: byId,
  SUBSCRIBE_TO_GROUP_EVENTS: (m: Message<"SubscribeToGroupEventsRequest">) => slots(m, "reqId", "groupId"),
  UPDATE_DISPLAY_GROUP: (m: Message<"UpdateDisplayGroupRequest">) => slots(m, "reqId", "contractInfo"),
  UNSUBSCRIBE_FROM_GROUP_EVENTS: byId,
  REQ_MKT_DATA: (m: Message<"MarketDataRequest">) => [
    ...[...slots(m, "reqId"), ...twelve(m.contract), ...shortLegs(m.contract), ...hedge(m.contract)],
    ...[...slots(m, "genericTickList"), ...flags(m, "snapshot", "regulatorySnapshot"), slot("")],
  ],
  CANCEL_MKT_DATA: byId,
  REQ_MARKET_DATA_TYPE: (m: Message<"MarketDataTypeRequest">) => slots(m, "marketDataType"),
  REQ_MKT_DEPTH: (m: Message<"MarketDepthRequest">) => [
    ...[...slots(m, "reqId"), ...twelve(m.contract)],
    ...[...slots(m, "numRows"), ...flags(m, "isSmartDepth"), pairs(m.marketDepthOptions)],
  ],
  CANCEL_MKT_DEPTH: (m: Message<"CancelMarketDepth">) => [...slots(m, "reqId"), ...flags(m, "isSmartDepth")],
  REQ_REAL_TIME_BARS: (m: Message<"RealTimeBarsRequest">) => [
    ...[...slots(m, "reqId"), ...twelve(m.contract), ...slots(m, "barSize", "whatToShow")],
    ...[...flags(m, "useRTH"), pairs(m.realTimeBarsOptions)],
  ],
  CANCEL_REAL_TIME_BARS: byId,
  REQ_TICK_BY_TICK_DATA: (m: Message<"TickByTickRequest">) => [
    ...[...slots(m, "reqId"), ...twelve(m.contract)],
    ...[...slots(m, "tickType", "numberOfTicks"), ...flags(m, "ignoreSize")],
  ],
  CANCEL_TICK_BY_TICK_DATA: byId,
  REQ_CALC_IMPLIED_VOLAT: (m: Message<"CalculateImpliedVolatilityRequest">) => [
    ...[...slots(m, "reqId"), ...twelve(m.contract), ...slots(m, "optionPrice", "underPrice")],
    pairs(m.impliedVolatilityOptions),
  ],
  CANCEL_CALC_IMPLIED_VOLAT: byId,
  REQ_CALC_OPTION_PRICE: (m: Message<"CalculateOptionPriceRequest">) => [
    ...[...slots(m, "reqId"), ...twelve(m.contract), ...slots(m, "volatility", "underPrice")],
    pairs(m.optionPriceOptions),
  ],
  CANCEL_CALC_OPTION_PRICE: byId,
  REQ_HISTORICAL_DATA: (m: Message<"HistoricalDataRequest">) => [
    ...[...slots(m, "reqId"), ...thirteen(m.contract)],
    ...[...slots(m, "endDateTime", "barSizeSetting", "duration"), ...flags(m, "useRTH")],
    ...[...slots(m, "whatToShow", "formatDate"), ...shortLegs(m.contract)],
    ...[...flags(m, "keepUpToDate"), pairs(m.chartOptions)],
  ],
  CANCEL_HISTORICAL_DATA: byId,
  REQ_HISTORICAL_TICKS: (m: Message<"HistoricalTicksRequest">) => [
    ...[...slots(m, "reqId"), ...thirteen(m.contract)],
    ...slots(m, "startDateTime", "endDateTime", "numberOfTicks", "whatToShow"),
    ...[...flags(m, "useRTH", "ignoreSize"), pairs(m.miscOptions)],
  ],
  REQ_HEAD_TIMESTAMP: (m: Message<"HeadTimestampRequest">) => [
    ...[...slots(m, "reqId"), ...thirteen(m.contract)],
    ...[...flags(m, "useRTH"), ...slots(m, "whatToShow", "formatDate")],
  ],
  CANCEL_HEAD_TIMESTAMP: byId,
  REQ_HISTOGRAM_DATA: (m: Message<"HistogramDataRequest">) => [
    ...[...slots(m, "reqId"), ...thirteen(m.contract), ...flags(m, "useRTH"), ...slots(m, "timePeriod")],
  ],
  CANCEL_HISTOGRAM_DATA: byId,
  REQ_CONTRACT_DATA: (m: Message<"ContractDataRequest">) => [
    ...[
      ...slots(m, "reqId"),
      ...thirteen(m.contract),
      ...slots(m.contract, "secIdType", "secId", "issuerId"),
    ],
  ],
  REQ_MATCHING_SYMBOLS: (m: Message<"MatchingSymbolsRequest">) => slots(m, "reqId", "pattern"),
  REQ_SEC_DEF_OPT_PARAMS: (m: Message<"SecDefOptParamsRequest">) =>
    slots(m, "reqId", "underlyingSymbol", "futFopExchange", "underlyingSecType", "underlyingConId"),
  REQ_MARKET_RULE: (m: Message<"MarketRuleRequest">) => slots(m, "marketRuleId"),
  REQ_SMART_COMPONENTS: (m: Message<"SmartComponentsRequest">) => slots(m, "reqId", "bboExchange"),
  REQ_MKT_DEPTH_EXCHANGES: () => [],
  REQ_SOFT_DOLLAR_TIERS: byId,
  CANCEL_ORDER: (m: Message<"CancelOrderRequest">) => [
    ...[...slots(m, "orderId"), ...slots(m.orderCancel, "manualOrderCancelTime", "extOperator")],
    ...slots(m.orderCancel, "manualOrderIndicator"),
  ],
  REQ_GLOBAL_CANCEL: (m: Message<"GlobalCancelRequest">) =>
    slots(m.orderCancel, "extOperator", "manualOrderIndicator"),
  REQ_OPEN_ORDERS: () => [],
  REQ_ALL_OPEN_ORDERS: () => [],
  REQ_AUTO_OPEN_ORDERS: (m: Message<"AutoOpenOrdersRequest">) => flags(m, "autoBind"),
  REQ_COMPLETED_ORDERS: (m: Message<"CompletedOrdersRequest">) => flags(m, "apiOnly"),
  REQ_EXECUTIONS: (m: Message<"ExecutionRequest">) => [
    ...slots(m, "reqId"),
    ...slots(m.executionFilter, "clientId", "acctCode", "time", "symbol", "secType", "exchange", "side"),
  ],
  EXERCISE_OPTIONS: (m: Message<"ExerciseOptionsRequest">) => [
    ...[...slots(m, "orderId"), ...twelve(m.contract).filter((_, i) => i !== 8)],
    ...[...slots(m, "exerciseAction", "exerciseQuantity", "account"), ...flags(m, "override")],
    ...[...slots(m, "manualOrderTime", "customerAccount"), ...flags(m, "professionalCustomer")],
  ],
  REQ_ACCT_DATA: (m: Message<"AccountDataRequest">) => [...flags(m, "subscribe"), ...slots(m, "acctCode")],
  REQ_ACCOUNT_SUMMARY: (m: Message<"AccountSummaryRequest">) => slots(m, "reqId", "group", "tags"),
  CANCEL_ACCOUNT_SUMMARY: byId,
  REQ_ACCOUNT_UPDATES_MULTI: (m: Message<"AccountUpdatesMultiRequest">) => [
    ...[...slots(m, "reqId", "account", "modelCode"), ...flags(m, "ledgerAndNLV")],
  ],
  CANCEL_ACCOUNT_UPDATES_MULTI: byId,
  REQ_POSITIONS: () => [],
  CANCEL_POSITIONS: () => [],
  REQ_POSITIONS_MULTI: (m: Message<"PositionsMultiRequest">) => slots(m, "reqId", "account", "modelCode"),
  CANCEL_POSITIONS_MULTI: byId,
  REQ_PNL: (m: Message<"PnLRequest">) => slots(m, "reqId", "account", "modelCode"),
  CANCEL_PNL: byId,
  REQ_PNL_SINGLE: (m: Message<"PnLSingleRequest">) => slots(m, "reqId", "account", "modelCode", "conId"),
  CANCEL_PNL_SINGLE: byId,
  REQ_FA: (m: Message<"FARequest">) => slots(m, "faDataType"),
  REPLACE_FA: (m: Message<"FAReplace">) => slots(m, "faDataType", "xml", "reqId"),
  REQ_FAMILY_CODES: () => [],
  REQ_NEWS_BULLETINS: (m: Message<"NewsBulletinsRequest">) => flags(m, "allMessages"),
  CANCEL_NEWS_BULLETINS: () => [],
  REQ_NEWS_PROVIDERS: () => [],
  REQ_NEWS_ARTICLE: (m: Message<"NewsArticleRequest">) => [
    ...[...slots(m, "reqId", "providerCode", "articleId"), pairs(m.newsArticleOptions)],
  ],
  REQ_HISTORICAL_NEWS: (m: Message<"HistoricalNewsRequest">) => [
    ...slots(m, "reqId", "conId", "providerCodes", "startDateTime", "endDateTime", "totalResults"),
    pairs(m.historicalNewsOptions),
  ],
  REQ_WSH_META_DATA: byId,
  CANCEL_WSH_META_DATA: byId,
  REQ_WSH_EVENT_DATA: (m: Message<"WshEventDataRequest">) => [
    ...[...slots(m, "reqId", "conId", "filter"), ...flags(m, "fillWatchlist", "fillPortfolio")],
    ...[...flags(m, "fillCompetitors"), ...slots(m, "startDate", "endDate", "totalLimit")],
  ],
  CANCEL_WSH_EVENT_DATA: byId,
  REQ_SCANNER_PARAMETERS: () => [],
  REQ_SCANNER_SUBSCRIPTION: ({
    reqId,
    scannerSubscription: s = {},
  }: Message<"ScannerSubscriptionRequest">) => [
    ...[slot(reqId), ...slots(s, "numberOfRows", "instrument", "locationCode", "scanCode", "abovePrice")],
    ...slots(s, "belowPrice", "aboveVolume", "marketCapAbove", "marketCapBelow", "moodyRatingAbove"),
    ...slots(s, "moodyRatingBelow", "spRatingAbove", "spRatingBelow", "maturityDateAbove"),
    ...slots(s, "maturityDateBelow", "couponRateAbove", "couponRateBelow"),
    ...[...flags(s, "excludeConvertible"), ...slots(s, "averageOptionVolumeAbove", "scannerSettingPairs")],
    ...[...slots(s, "stockTypeFilter"), pairs(s.scannerSubscriptionFilterOptions)],
    pairs(s.scannerSubscriptionOptions),
  ],
  CANCEL_SCANNER_SUBSCRIPTION: byId,
  REQ_FUNDAMENTAL_DATA: (m: Message<"FundamentalsDataRequest">) => [
    ...[...slots(m, "reqId"), zero(m.contract?.conId)],
    ...slots(m.contract, "symbol", "secType", "exchange", "primaryExch", "currency", "localSymbol"),
    ...[...slots(m, "reportType"), pairs(m.fundamentalsDataOptions)],
  ],
  CANCEL_FUNDAMENTAL_DATA: byId,
} satisfies Layouts & Record<string, (message: never) => Slot[]>;

/**
 * PLACE_ORDER. Text has some fields only with others: `given` is what the caller gave.
 */
export function placeOrderLayout(m: Message<"PlaceOrderRequest">, given: Body): Slot[] {
  const { contract: c = {}, order: o = {} } = m;
  const isBag = c.secType === "BAG";
  const legs = c.comboLegs ?? [];
  const priced = given["orderComboLegs"] === undefined ? [] : legs;
  const deltaNeutral = given["deltaNeutralOrderType"]
    ? [
        zero(o.deltaNeutralConId),
        ...slots(o, "deltaNeutralSettlingFirm", "deltaNeutralClearingAccount", "deltaNeutralClearingIntent"),
        ...[...slots(o, "deltaNeutralOpenClose"), ...flags(o, "deltaNeutralShortSale")],
        ...[zero(o.deltaNeutralShortSaleSlot), ...slots(o, "deltaNeutralDesignatedLocation")],
      ]
    : [];
  const scale =
    given["scalePriceIncrement"] === undefined
      ? []
      : [
          ...slots(o, "scalePriceAdjustValue", "scalePriceAdjustInterval", "scaleProfitOffset"),
          ...[...flags(o, "scaleAutoReset"), ...slots(o, "scaleInitPosition", "scaleInitFillQty")],
          ...flags(o, "scaleRandomPercent"),
        ];
  const algo = given["algoStrategy"] ? listed(o.algoParams) : [];
  const benchmark =
    given["orderType"] === "PEG BENCH"
      ? [
          ...[zero(o.referenceContractId), ...flags(o, "isPeggedChangeAmountDecrease")],
          ...[...zeros(o, "peggedChangeAmount", "referenceChangeAmount"), ...slots(o, "referenceExchangeId")],
        ]
      : [];
  const conditions = o.conditions ?? [];
  return [
    ...[...slots(m, "orderId"), ...twelve(c), ...slots(c, "secIdType", "secId")],
    ...slots(o, "action", "totalQuantity", "orderType", "lmtPrice", "auxPrice", "tif", "ocaGroup", "account"),
    ...[...slots(o, "openClose"), zero(o.origin), ...slots(o, "orderRef"), unlessFalse(o.transmit)],
    ...[zero(o.parentId), ...flags(o, "blockOrder", "sweepToFill")],
    ...[...zeros(o, "displaySize", "triggerMethod"), ...flags(o, "outsideRth", "hidden")],
    ...(isBag
      ? [
          slot(legs.length),
          ...legs.flatMap((leg) => [
            ...slots(leg, "conId", "ratio", "action", "exchange", "openClose", "shortSalesSlot"),
            ...slots(leg, "designatedLocation", "exemptCode"),
          ]),
          slot(priced.length),
          ...priced.map(({ perLegPrice }) => slot(perLegPrice)),
          ...listed(o.smartComboRoutingParams),
        ]
      : []),
    ...[slot(""), zero(o.discretionaryAmt), ...slots(o, "goodAfterTime", "goodTillDate")],
    ...[...slots(o, "faGroup", "faMethod", "faPercentage", "modelCode"), zero(o.shortSaleSlot)],
    ...[...slots(o, "designatedLocation"), { value: o.exemptCode, fallback: -1 }, zero(o.ocaType)],
    ...[...slots(o, "rule80A", "settlingFirm"), ...flags(o, "allOrNone"), ...slots(o, "minQty")],
    ...slots(o, "percentOffset"),
    // eTradeOnly, firmQuoteOnly, nbboPriceCap, auctionStrategy: gone from protobuf, and not given here.
    ...[slot(""), slot(""), slot(""), slot("")],
    ...slots(o, "startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper"),
    ...[...flags(o, "overridePercentageConstraints"), ...slots(o, "volatility", "volatilityType")],
    ...[...slots(o, "deltaNeutralOrderType", "deltaNeutralAuxPrice"), ...deltaNeutral],
    ...[...flags(o, "continuousUpdate"), ...slots(o, "referencePriceType", "trailStopPrice")],
    ...slots(o, "trailingPercent", "scaleInitLevelSize", "scaleSubsLevelSize", "scalePriceIncrement"),
    ...[...scale, ...slots(o, "scaleTable", "activeStartTime", "activeStopTime", "hedgeType")],
    ...(given["hedgeType"] ? slots(o, "hedgeParam") : []),
    ...[...flags(o, "optOutSmartRouting"), ...slots(o, "clearingAccount", "clearingIntent")],
    ...[...flags(o, "notHeld"), ...hedge(c), ...slots(o, "algoStrategy"), ...algo],
    // orderMiscOptions: stock puts the objects themselves in the token; not given here.
    ...[...slots(o, "algoId"), ...flags(o, "whatIf"), slot(""), ...flags(o, "solicited")],
    ...[...flags(o, "randomizeSize", "randomizePrice"), ...benchmark],
    ...[slot(conditions.length), ...conditions.flatMap(conditionSlots)],
    ...(conditions.length > 0 ? flags(o, "conditionsIgnoreRth", "conditionsCancelOrder") : []),
    ...slots(o, "adjustedOrderType", "triggerPrice", "lmtPriceOffset", "adjustedStopPrice"),
    ...slots(o, "adjustedStopLimitPrice", "adjustedTrailingAmount"),
    ...[zero(o.adjustableTrailingUnit), ...slots(o, "extOperator")],
    ...[...slots(o.softDollarTier, "name", "value"), ...slots(o, "cashQty")],
    ...slots(o, "mifid2DecisionMaker", "mifid2DecisionAlgo", "mifid2ExecutionTrader", "mifid2ExecutionAlgo"),
    ...flags(o, "dontUseAutoPriceForHedge", "isOmsContainer", "discretionaryUpToLimitPrice"),
    ...[...slots(o, "usePriceMgmtAlgo", "duration", "postToAts"), ...flags(o, "autoCancelParent")],
    ...slots(o, "advancedErrorOverride", "manualOrderTime"),
    ...(c.exchange === "IBKRATS" ? slots(o, "minTradeQty") : []),
    ...(given["orderType"] === "PEG BEST" ? slots(o, "minCompeteSize", "competeAgainstBestOffset") : []),
    ...(given["orderType"] === "PEG MID" ||
    (given["orderType"] === "PEG BEST" && given["competeAgainstBestOffset"] === Number.POSITIVE_INFINITY)
      ? slots(o, "midOffsetAtWhole", "midOffsetAtHalf")
      : []),
    ...[...slots(o, "customerAccount"), ...flags(o, "professionalCustomer", "includeOvernight")],
    ...slots(o, "manualOrderIndicator"),
  ];
}

function conditionSlots(c: Message<"OrderCondition">): Slot[] {
  const start = [slot(c.type), slot(c.isConjunctionConnection ? "a" : "o")];
  const more = flagged(c.isMore);
  const where = slots(c, "conId", "exchange");
  switch (c.type) {
    case 1:
      return [...start, more, slot(c.price), ...where, slot(c.triggerMethod)];
    case 3:
      return [...start, more, slot(c.time)];
    case 4:
      return [...start, more, slot(c.percent)];
    case 5:
      return [...start, ...slots(c, "secType", "exchange", "symbol")];
    case 6:
      return [...start, more, slot(c.volume), ...where];
    default:
      return [...start, more, slot(c.changePercent), ...where];
  }
}
