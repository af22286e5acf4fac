import type { Message } from "../../protocol/schema.js";
import type { TagValue } from "../model/contract.js";
import {
  ConditionType,
  type OrderCondition,
  type OrderFields,
  type OrderStateFields,
} from "../model/order.js";
import type { OpenOrderFields } from "../model/responses.js";
import { contractMessage } from "./protobuf-contract.js";
import { decimalText, doubleOf, flag, int32, text } from "./protobuf-values.js";
import { SV } from "./server-version.js";

type OrderMessage = Message<"Order">;

/** Written where a completed order has no parent. */
const NO_PERM_ID = 9223372036854775807n;

/** OPEN_ORDER as protobuf. */
export function openOrderMessage(m: OpenOrderFields, sv: number): Message<"OpenOrder"> {
  return {
    orderId: int32(m.orderId),
    contract: contractMessage(m.contract, m.order.orderComboLegPrices),
    order: { ...orderMessage(m, sv), clientId: int32(m.clientId), orderId: int32(m.orderId) },
    orderState: stateMessage(m.state),
  };
}

/** COMPLETED_ORDER as protobuf. */
export function completedOrderMessage(m: OpenOrderFields, sv: number): Message<"CompletedOrder"> {
  return {
    contract: contractMessage(m.contract, m.order.orderComboLegPrices),
    order: {
      ...orderMessage(m, sv),
      clientId: int32(m.clientId),
      orderId: int32(m.orderId),
      // The total is what had been left of it (live captures); in text it is what was ordered.
      totalQuantity: decimalText(Number((m.order.totalQuantity - m.filledQuantity).toFixed(8))),
      refFuturesConId: 0,
      parentPermId: m.parentPermId === 0 ? NO_PERM_ID : m.parentPermId,
    },
    orderState: stateMessage(m.state),
  };
}

function orderMessage(m: OpenOrderFields, sv: number): OrderMessage {
  const o = m.order;
  return {
    permId: m.permId,
    parentId: int32(o.parentId),
    action: text(o.action),
    totalQuantity: decimalText(o.totalQuantity),
    filledQuantity: decimalText(m.filledQuantity),
    shareholder: "Not an insider or substantial shareholder",
    orderType: text(o.orderType),
    lmtPrice: o.lmtPrice ?? 0,
    auxPrice: o.auxPrice ?? 0,
    tif: text(o.tif),
    account: text(o.account),
    ...attributes(o),
    ...hedging(o),
    ...pegging(o),
    ...tail(o, sv),
  };
}

function attributes(o: OrderFields): OrderMessage {
  return {
    displaySize: int32(o.displaySize),
    settlingFirm: text(o.settlingFirm),
    clearingAccount: text(o.clearingAccount),
    clearingIntent: o.clearingIntent || "IB",
    allOrNone: flag(o.allOrNone),
    blockOrder: flag(o.blockOrder),
    hidden: flag(o.hidden),
    outsideRth: flag(o.outsideRth),
    sweepToFill: flag(o.sweepToFill),
    percentOffset: o.percentOffset,
    trailingPercent: o.trailingPercent,
    trailStopPrice: o.trailStopPrice,
    minQty: int32(o.minQty),
    goodAfterTime: text(o.goodAfterTime),
    goodTillDate: text(o.goodTillDate),
    ocaGroup: text(o.ocaGroup),
    orderRef: text(o.orderRef),
    rule80A: text(o.rule80A),
    ocaType: int32(o.ocaType),
    triggerMethod: int32(o.triggerMethod),
    activeStartTime: text(o.activeStartTime),
    activeStopTime: text(o.activeStopTime),
    faGroup: text(o.faGroup),
    faMethod: text(o.faMethod),
    faPercentage: text(o.faPercentage),
    algoStrategy: text(o.algoStrategy),
    algoParams: mapOf(o.algoParams),
    algoId: text(o.algoId),
    smartComboRoutingParams: mapOf(o.smartComboRoutingParams),
    whatIf: flag(o.whatIf),
    transmit: flag(o.transmit),
    overridePercentageConstraints: flag(o.overridePercentageConstraints),
    openClose: text(o.openClose),
    origin: int32(o.origin),
    shortSaleSlot: int32(o.shortSaleSlot),
    designatedLocation: text(o.designatedLocation),
    exemptCode: int32(o.exemptCode),
    discretionaryAmt: o.discretionaryAmt,
    optOutSmartRouting: flag(o.optOutSmartRouting),
    startingPrice: o.startingPrice,
    stockRefPrice: o.stockRefPrice,
    delta: o.delta,
    stockRangeLower: o.stockRangeLower,
    stockRangeUpper: o.stockRangeUpper,
    notHeld: flag(o.notHeld),
    solicited: flag(o.solicited),
    randomizeSize: flag(o.randomizeSize),
    randomizePrice: flag(o.randomizePrice),
  };
}

function hedging(o: OrderFields): OrderMessage {
  return {
    volatility: o.volatility,
    volatilityType: int32(o.volatilityType),
    continuousUpdate: flag(o.continuousUpdate !== 0),
    referencePriceType: int32(o.referencePriceType),
    deltaNeutralOrderType: o.deltaNeutralOrderType || "None",
    deltaNeutralAuxPrice: o.deltaNeutralAuxPrice,
    deltaNeutralConId: int32(o.deltaNeutralConId),
    deltaNeutralOpenClose: text(o.deltaNeutralOpenClose),
    deltaNeutralShortSale: flag(o.deltaNeutralShortSale),
    deltaNeutralShortSaleSlot: int32(o.deltaNeutralShortSaleSlot),
    deltaNeutralDesignatedLocation: text(o.deltaNeutralDesignatedLocation),
    deltaNeutralSettlingFirm: text(o.deltaNeutralSettlingFirm),
    deltaNeutralClearingAccount: text(o.deltaNeutralClearingAccount),
    deltaNeutralClearingIntent: text(o.deltaNeutralClearingIntent),
    scaleInitLevelSize: int32(o.scaleInitLevelSize),
    scaleSubsLevelSize: int32(o.scaleSubsLevelSize),
    scalePriceIncrement: o.scalePriceIncrement,
    scalePriceAdjustValue: o.scalePriceAdjustValue,
    scalePriceAdjustInterval: int32(o.scalePriceAdjustInterval),
    scaleProfitOffset: o.scaleProfitOffset,
    scaleAutoReset: flag(o.scaleAutoReset),
    scaleInitPosition: int32(o.scaleInitPosition),
    scaleInitFillQty: int32(o.scaleInitFillQty),
    scaleRandomPercent: flag(o.scaleRandomPercent),
    scaleTable: text(o.scaleTable),
    hedgeType: text(o.hedgeType),
    hedgeParam: text(o.hedgeParam),
  };
}

function pegging(o: OrderFields): OrderMessage {
  return {
    referenceContractId: int32(o.referenceContractId),
    peggedChangeAmount: o.peggedChangeAmount,
    isPeggedChangeAmountDecrease: flag(o.isPeggedChangeAmountDecrease),
    referenceChangeAmount: o.referenceChangeAmount,
    referenceExchangeId: text(o.referenceExchangeId),
    adjustedOrderType: o.adjustedOrderType || "None",
    triggerPrice: o.triggerPrice,
    adjustedStopPrice: o.adjustedStopPrice,
    adjustedStopLimitPrice: o.adjustedStopLimitPrice,
    adjustedTrailingAmount: o.adjustedTrailingAmount,
    adjustableTrailingUnit: int32(o.adjustableTrailingUnit),
    lmtPriceOffset: o.lmtPriceOffset,
    conditions: o.conditions.map(conditionMessage),
    conditionsCancelOrder: flag(o.conditionsCancelOrder),
    conditionsIgnoreRth: flag(o.conditionsIgnoreRth),
    minTradeQty: int32(o.minTradeQty),
    minCompeteSize: int32(o.minCompeteSize),
    competeAgainstBestOffset: o.competeAgainstBestOffset,
    midOffsetAtWhole: o.midOffsetAtWhole,
    midOffsetAtHalf: o.midOffsetAtHalf,
  };
}

function tail(o: OrderFields, sv: number): OrderMessage {
  const known = <T>(since: number, value: T): T | undefined => (sv >= since ? value : undefined);
  return {
    modelCode: text(o.modelCode),
    extOperator: text(o.extOperator),
    softDollarTier: { name: text(o.softDollarName), value: text(o.softDollarValue) },
    cashQty: o.cashQty,
    mifid2DecisionMaker: text(o.mifid2DecisionMaker),
    mifid2DecisionAlgo: text(o.mifid2DecisionAlgo),
    mifid2ExecutionTrader: text(o.mifid2ExecutionTrader),
    mifid2ExecutionAlgo: text(o.mifid2ExecutionAlgo),
    dontUseAutoPriceForHedge: flag(o.dontUseAutoPriceForHedge),
    isOmsContainer: flag(o.isOmsContainer),
    discretionaryUpToLimitPrice: flag(o.discretionaryUpToLimitPrice),
    autoCancelParent: flag(o.autoCancelParent),
    imbalanceOnly: flag(o.imbalanceOnly),
    usePriceMgmtAlgo: int32(o.usePriceMgmtAlgo ?? 0),
    duration: int32(o.duration),
    postToAts: int32(o.postToAts),
    advancedErrorOverride: text(o.advancedErrorOverride),
    manualOrderTime: text(o.manualOrderTime),
    customerAccount: text(o.customerAccount),
    professionalCustomer: flag(o.professionalCustomer),
    bondAccruedInterest: text(o.bondAccruedInterest),
    includeOvernight: flag(o.includeOvernight),
    manualOrderIndicator: int32(o.manualOrderIndicator),
    submitter: text(o.submitter),
    deactivate: known(SV.ADDITIONAL_ORDER_PARAMS_1, flag(o.deactivate)),
    postOnly: known(SV.ADDITIONAL_ORDER_PARAMS_1, flag(o.postOnly)),
    allowPreOpen: known(SV.ADDITIONAL_ORDER_PARAMS_1, flag(o.allowPreOpen)),
    ignoreOpenAuction: known(SV.ADDITIONAL_ORDER_PARAMS_1, flag(o.ignoreOpenAuction)),
    routeMarketableToBbo: known(SV.ADDITIONAL_ORDER_PARAMS_2, int32(o.routeMarketableToBbo ?? 0)),
    seekPriceImprovement: known(SV.ADDITIONAL_ORDER_PARAMS_2, int32(o.seekPriceImprovement ?? 0)),
    whatIfType: known(SV.ADDITIONAL_ORDER_PARAMS_2, int32(o.whatIfType)),
    hedgeMaxSize: known(SV.HEDGE_MAX_SIZE, int32(o.hedgeMaxSize)),
    conditionsIncludeOvernight: known(SV.COND_ORDER_WITH_OVERNIGHT_PARAM, flag(o.conditionsIncludeOvernight)),
  };
}

function mapOf(list: readonly TagValue[]): ReadonlyMap<string, string> | undefined {
  return list.length === 0 ? undefined : new Map(list.map(({ tag, value }) => [tag, value]));
}

function conditionMessage(c: OrderCondition): Message<"OrderCondition"> {
  // Written although it may be false: clients take a missing one for "and".
  const base = { type: c.type, isConjunctionConnection: c.conjunction === "a" };
  if (c.type === ConditionType.EXECUTION) {
    return { ...base, secType: text(c.secType), exchange: text(c.exchange), symbol: text(c.symbol) };
  }
  const valued = { ...base, isMore: flag(c.isMore) };
  const contract = { conId: int32(c.conId), exchange: text(c.exchange) };
  switch (c.type) {
    case ConditionType.PRICE:
      return { ...valued, ...contract, price: doubleOf(c.value), triggerMethod: int32(c.triggerMethod) };
    case ConditionType.TIME:
      return { ...valued, time: text(c.value) };
    case ConditionType.MARGIN:
      return { ...valued, percent: int32(Number(c.value)) };
    case ConditionType.VOLUME:
      return { ...valued, ...contract, volume: int32(Number(c.value)) };
    default:
      return { ...valued, ...contract, changePercent: doubleOf(c.value) };
  }
}

function stateMessage(s: OrderStateFields): Message<"OrderState"> {
  return {
    status: s.status,
    initMarginBefore: s.initMarginBefore,
    maintMarginBefore: s.maintMarginBefore,
    equityWithLoanBefore: s.equityWithLoanBefore,
    initMarginChange: s.initMarginChange,
    maintMarginChange: s.maintMarginChange,
    equityWithLoanChange: s.equityWithLoanChange,
    initMarginAfter: s.initMarginAfter,
    maintMarginAfter: s.maintMarginAfter,
    equityWithLoanAfter: s.equityWithLoanAfter,
    commissionAndFees: s.commission,
    minCommissionAndFees: s.minCommission,
    maxCommissionAndFees: s.maxCommission,
    commissionAndFeesCurrency: text(s.commissionCurrency),
    warningText: text(s.warningText),
    completedTime: text(s.completedTime),
    completedStatus: text(s.completedStatus),
  };
}
