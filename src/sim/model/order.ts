import type { TagValue } from "./contract.js";

/** Order attributes as a client sends them; `undefined` numbers are unset. The names are the TWS API's. */
export interface OrderFields {
  action: string;
  totalQuantity: number;
  orderType: string;
  lmtPrice?: number;
  auxPrice?: number;
  tif: string;
  ocaGroup: string;
  account: string;
  openClose: string;
  origin: number;
  orderRef: string;
  transmit: boolean;
  parentId: number;
  blockOrder: boolean;
  sweepToFill: boolean;
  displaySize?: number;
  triggerMethod: number;
  outsideRth: boolean;
  hidden: boolean;
  orderComboLegPrices: (number | undefined)[];
  smartComboRoutingParams: TagValue[];
  discretionaryAmt: number;
  goodAfterTime: string;
  goodTillDate: string;
  faGroup: string;
  faMethod: string;
  faPercentage: string;
  faProfile: string;
  modelCode: string;
  shortSaleSlot: number;
  designatedLocation: string;
  exemptCode: number;
  ocaType: number;
  rule80A: string;
  settlingFirm: string;
  allOrNone: boolean;
  minQty?: number;
  percentOffset?: number;
  eTradeOnly: boolean;
  firmQuoteOnly: boolean;
  nbboPriceCap?: number;
  auctionStrategy: number;
  startingPrice?: number;
  stockRefPrice?: number;
  delta?: number;
  stockRangeLower?: number;
  stockRangeUpper?: number;
  overridePercentageConstraints: boolean;
  volatility?: number;
  volatilityType: number;
  deltaNeutralOrderType: string;
  deltaNeutralAuxPrice?: number;
  deltaNeutralConId: number;
  deltaNeutralSettlingFirm: string;
  deltaNeutralClearingAccount: string;
  deltaNeutralClearingIntent: string;
  deltaNeutralOpenClose: string;
  deltaNeutralShortSale: boolean;
  deltaNeutralShortSaleSlot: number;
  deltaNeutralDesignatedLocation: string;
  continuousUpdate: number;
  referencePriceType: number;
  trailStopPrice?: number;
  trailingPercent?: number;
  scaleInitLevelSize?: number;
  scaleSubsLevelSize?: number;
  scalePriceIncrement?: number;
  scalePriceAdjustValue?: number;
  scalePriceAdjustInterval?: number;
  scaleProfitOffset?: number;
  scaleAutoReset: boolean;
  scaleInitPosition?: number;
  scaleInitFillQty?: number;
  scaleRandomPercent: boolean;
  scaleTable: string;
  activeStartTime: string;
  activeStopTime: string;
  hedgeType: string;
  hedgeParam: string;
  optOutSmartRouting: boolean;
  clearingAccount: string;
  clearingIntent: string;
  notHeld: boolean;
  algoStrategy: string;
  algoParams: TagValue[];
  algoId: string;
  whatIf: boolean;
  orderMiscOptions: string;
  solicited: boolean;
  randomizeSize: boolean;
  randomizePrice: boolean;
  referenceContractId: number;
  isPeggedChangeAmountDecrease: boolean;
  peggedChangeAmount: number;
  referenceChangeAmount: number;
  referenceExchangeId: string;
  conditions: OrderCondition[];
  conditionsIgnoreRth: boolean;
  conditionsCancelOrder: boolean;
  adjustedOrderType: string;
  triggerPrice?: number;
  lmtPriceOffset?: number;
  adjustedStopPrice?: number;
  adjustedStopLimitPrice?: number;
  adjustedTrailingAmount?: number;
  adjustableTrailingUnit: number;
  extOperator: string;
  softDollarName: string;
  softDollarValue: string;
  cashQty?: number;
  mifid2DecisionMaker: string;
  mifid2DecisionAlgo: string;
  mifid2ExecutionTrader: string;
  mifid2ExecutionAlgo: string;
  dontUseAutoPriceForHedge: boolean;
  isOmsContainer: boolean;
  discretionaryUpToLimitPrice: boolean;
  usePriceMgmtAlgo?: number;
  duration?: number;
  postToAts?: number;
  autoCancelParent: boolean;
  advancedErrorOverride: string;
  manualOrderTime: string;
  minTradeQty?: number;
  minCompeteSize?: number;
  competeAgainstBestOffset?: number;
  midOffsetAtWhole?: number;
  midOffsetAtHalf?: number;
  customerAccount: string;
  professionalCustomer: boolean;
  bondAccruedInterest: string;
  includeOvernight: boolean;
  manualOrderIndicator?: number;
  submitter: string;
  imbalanceOnly: boolean;
  // Known to protobuf clients only.
  routeMarketableToBbo?: number;
  deactivate?: boolean;
  postOnly?: boolean;
  allowPreOpen?: boolean;
  ignoreOpenAuction?: boolean;
  seekPriceImprovement?: number;
  whatIfType?: number;
  hedgeMaxSize?: number;
  conditionsIncludeOvernight?: boolean;
}

/** Condition types as the wire numbers them. */
export const ConditionType = {
  PRICE: 1,
  TIME: 3,
  MARGIN: 4,
  EXECUTION: 5,
  VOLUME: 6,
  PERCENT_CHANGE: 7,
} as const;

export interface OrderCondition {
  type: number;
  /** "a" (and) or "o" (or) with the next condition. */
  conjunction: string;
  isMore: boolean;
  value: string;
  conId: number;
  exchange: string;
  symbol: string;
  secType: string;
  triggerMethod: number;
}

/** States of an order as ORDER_STATUS names them. */
export type OrderStatusName =
  | "PendingSubmit"
  | "PreSubmitted"
  | "Submitted"
  | "Filled"
  | "PendingCancel"
  | "Cancelled"
  | "ApiCancelled"
  | "Inactive";

/** What OPEN_ORDER says of an order besides its attributes. Amounts are in `commissionCurrency`. */
export interface OrderStateFields {
  status: OrderStatusName;
  initMarginBefore?: number;
  maintMarginBefore?: number;
  equityWithLoanBefore?: number;
  initMarginChange?: number;
  maintMarginChange?: number;
  equityWithLoanChange?: number;
  initMarginAfter?: number;
  maintMarginAfter?: number;
  equityWithLoanAfter?: number;
  commission?: number;
  minCommission?: number;
  maxCommission?: number;
  commissionCurrency: string;
  warningText: string;
  completedTime: string;
  completedStatus: string;
}

/** An order's attributes where a client gives none. */
export function defaultOrder(): OrderFields {
  return {
    action: "",
    totalQuantity: 0,
    orderType: "",
    tif: "DAY",
    ocaGroup: "",
    account: "",
    openClose: "",
    origin: 0,
    orderRef: "",
    transmit: true,
    parentId: 0,
    blockOrder: false,
    sweepToFill: false,
    triggerMethod: 0,
    outsideRth: false,
    hidden: false,
    orderComboLegPrices: [],
    smartComboRoutingParams: [],
    discretionaryAmt: 0,
    goodAfterTime: "",
    goodTillDate: "",
    faGroup: "",
    faMethod: "",
    faPercentage: "",
    faProfile: "",
    modelCode: "",
    shortSaleSlot: 0,
    designatedLocation: "",
    exemptCode: -1,
    ocaType: 0,
    rule80A: "",
    settlingFirm: "",
    allOrNone: false,
    eTradeOnly: false,
    firmQuoteOnly: false,
    auctionStrategy: 0,
    overridePercentageConstraints: false,
    volatilityType: 0,
    deltaNeutralOrderType: "",
    deltaNeutralConId: 0,
    deltaNeutralSettlingFirm: "",
    deltaNeutralClearingAccount: "",
    deltaNeutralClearingIntent: "",
    deltaNeutralOpenClose: "",
    deltaNeutralShortSale: false,
    deltaNeutralShortSaleSlot: 0,
    deltaNeutralDesignatedLocation: "",
    continuousUpdate: 0,
    referencePriceType: 0,
    scaleAutoReset: false,
    scaleRandomPercent: false,
    scaleTable: "",
    activeStartTime: "",
    activeStopTime: "",
    hedgeType: "",
    hedgeParam: "",
    optOutSmartRouting: false,
    clearingAccount: "",
    clearingIntent: "",
    notHeld: false,
    algoStrategy: "",
    algoParams: [],
    algoId: "",
    whatIf: false,
    orderMiscOptions: "",
    solicited: false,
    randomizeSize: false,
    randomizePrice: false,
    referenceContractId: 0,
    isPeggedChangeAmountDecrease: false,
    peggedChangeAmount: 0,
    referenceChangeAmount: 0,
    referenceExchangeId: "",
    conditions: [],
    conditionsIgnoreRth: false,
    conditionsCancelOrder: false,
    adjustedOrderType: "",
    adjustableTrailingUnit: 0,
    extOperator: "",
    softDollarName: "",
    softDollarValue: "",
    mifid2DecisionMaker: "",
    mifid2DecisionAlgo: "",
    mifid2ExecutionTrader: "",
    mifid2ExecutionAlgo: "",
    dontUseAutoPriceForHedge: false,
    isOmsContainer: false,
    discretionaryUpToLimitPrice: false,
    autoCancelParent: false,
    advancedErrorOverride: "",
    manualOrderTime: "",
    customerAccount: "",
    professionalCustomer: false,
    bondAccruedInterest: "",
    includeOvernight: false,
    submitter: "",
    imbalanceOnly: false,
  };
}

/**
 * A copy of an order with other values for names that it has. Assigned, because V8 defines what a literal has behind a
 * spread one by one: 0.1 ms for an order, against 1 µs.
 */
export function orderWith(order: OrderFields, values: Partial<OrderFields>): OrderFields {
  return Object.assign({ ...order }, values);
}
