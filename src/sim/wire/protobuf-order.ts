import type { Message } from "../../protocol/schema.js";
import type { TagValue } from "../model/contract.js";
import { ConditionType, defaultOrder, type OrderCondition, type OrderFields } from "../model/order.js";
import type { AttachedOrder, Requests } from "../model/requests.js";
import { MalformedRequest } from "./fields.js";
import { readContract } from "./protobuf-contract.js";
import { decimal, double, int, optDouble, optInt } from "./protobuf-values.js";

type OrderMessage = Message<"Order">;

/** PLACE_ORDER as protobuf. */
export function readPlaceOrder(m: Message<"PlaceOrderRequest">): Requests["placeOrder"] {
  const contract = readContract(m.contract);
  const order = readOrder(m.order ?? {});
  order.orderComboLegPrices = (m.contract?.comboLegs ?? []).map((leg) => optDouble(leg.perLegPrice));
  return { orderId: int(m.orderId), contract, order, attached: readAttached(m.attachedOrders ?? {}) };
}

/** Clients send the message also when nothing is to be attached. */
function readAttached(m: Message<"AttachedOrders">): AttachedOrder[] {
  const attached: AttachedOrder[] = [];
  if (m.slOrderId !== undefined)
    attached.push({ role: "stopLoss", orderId: m.slOrderId, orderType: m.slOrderType ?? "" });
  if (m.ptOrderId !== undefined)
    attached.push({ role: "profitTaker", orderId: m.ptOrderId, orderType: m.ptOrderType ?? "" });
  return attached;
}

function readOrder(m: OrderMessage): OrderFields {
  // Not spread: that takes V8 fifty times as long, 0.3 ms.
  return Object.assign(defaultOrder(), basics(m), volatilityAndScale(m), routing(m), recent(m), {
    conditions: (m.conditions ?? []).map(readCondition),
    conditionsIgnoreRth: m.conditionsIgnoreRth ?? false,
    conditionsCancelOrder: m.conditionsCancelOrder ?? false,
    conditionsIncludeOvernight: m.conditionsIncludeOvernight,
  });
}

function basics(m: OrderMessage): Partial<OrderFields> {
  return {
    action: (m.action ?? "").toUpperCase(),
    totalQuantity: decimal("totalQuantity", m.totalQuantity),
    orderType: (m.orderType ?? "").toUpperCase(),
    lmtPrice: optDouble(m.lmtPrice),
    auxPrice: optDouble(m.auxPrice),
    tif: (m.tif ?? "").toUpperCase() || "DAY",
    ocaGroup: m.ocaGroup ?? "",
    account: m.account ?? "",
    openClose: m.openClose ?? "",
    origin: int(m.origin),
    orderRef: m.orderRef ?? "",
    // Flags are only written when they are set: an order without this one is to be kept back.
    transmit: m.transmit ?? false,
    parentId: int(m.parentId),
    blockOrder: m.blockOrder ?? false,
    sweepToFill: m.sweepToFill ?? false,
    displaySize: optInt(m.displaySize),
    triggerMethod: int(m.triggerMethod),
    outsideRth: m.outsideRth ?? false,
    hidden: m.hidden ?? false,
    smartComboRoutingParams: tagValues(m.smartComboRoutingParams),
    discretionaryAmt: double(m.discretionaryAmt),
    goodAfterTime: m.goodAfterTime ?? "",
    goodTillDate: m.goodTillDate ?? "",
    faGroup: m.faGroup ?? "",
    faMethod: m.faMethod ?? "",
    faPercentage: m.faPercentage ?? "",
    modelCode: m.modelCode ?? "",
    shortSaleSlot: int(m.shortSaleSlot),
    designatedLocation: m.designatedLocation ?? "",
    exemptCode: m.exemptCode ?? -1,
    ocaType: int(m.ocaType),
    rule80A: m.rule80A ?? "",
    settlingFirm: m.settlingFirm ?? "",
    allOrNone: m.allOrNone ?? false,
    minQty: optInt(m.minQty),
    percentOffset: optDouble(m.percentOffset),
    startingPrice: optDouble(m.startingPrice),
    stockRefPrice: optDouble(m.stockRefPrice),
    delta: optDouble(m.delta),
    stockRangeLower: optDouble(m.stockRangeLower),
    stockRangeUpper: optDouble(m.stockRangeUpper),
    overridePercentageConstraints: m.overridePercentageConstraints ?? false,
  };
}

function volatilityAndScale(m: OrderMessage): Partial<OrderFields> {
  return {
    volatility: optDouble(m.volatility),
    volatilityType: int(m.volatilityType),
    deltaNeutralOrderType: m.deltaNeutralOrderType ?? "",
    deltaNeutralAuxPrice: optDouble(m.deltaNeutralAuxPrice),
    deltaNeutralConId: int(m.deltaNeutralConId),
    deltaNeutralSettlingFirm: m.deltaNeutralSettlingFirm ?? "",
    deltaNeutralClearingAccount: m.deltaNeutralClearingAccount ?? "",
    deltaNeutralClearingIntent: m.deltaNeutralClearingIntent ?? "",
    deltaNeutralOpenClose: m.deltaNeutralOpenClose ?? "",
    deltaNeutralShortSale: m.deltaNeutralShortSale ?? false,
    deltaNeutralShortSaleSlot: int(m.deltaNeutralShortSaleSlot),
    deltaNeutralDesignatedLocation: m.deltaNeutralDesignatedLocation ?? "",
    continuousUpdate: m.continuousUpdate === true ? 1 : 0,
    referencePriceType: int(m.referencePriceType),
    trailStopPrice: optDouble(m.trailStopPrice),
    trailingPercent: optDouble(m.trailingPercent),
    scaleInitLevelSize: optInt(m.scaleInitLevelSize),
    scaleSubsLevelSize: optInt(m.scaleSubsLevelSize),
    scalePriceIncrement: optDouble(m.scalePriceIncrement),
    scalePriceAdjustValue: optDouble(m.scalePriceAdjustValue),
    scalePriceAdjustInterval: optInt(m.scalePriceAdjustInterval),
    scaleProfitOffset: optDouble(m.scaleProfitOffset),
    scaleAutoReset: m.scaleAutoReset ?? false,
    scaleInitPosition: optInt(m.scaleInitPosition),
    scaleInitFillQty: optInt(m.scaleInitFillQty),
    scaleRandomPercent: m.scaleRandomPercent ?? false,
    scaleTable: m.scaleTable ?? "",
    activeStartTime: m.activeStartTime ?? "",
    activeStopTime: m.activeStopTime ?? "",
    hedgeType: m.hedgeType ?? "",
    hedgeParam: m.hedgeParam ?? "",
    hedgeMaxSize: optInt(m.hedgeMaxSize),
  };
}

function routing(m: OrderMessage): Partial<OrderFields> {
  return {
    optOutSmartRouting: m.optOutSmartRouting ?? false,
    clearingAccount: m.clearingAccount ?? "",
    clearingIntent: m.clearingIntent ?? "",
    notHeld: m.notHeld ?? false,
    algoStrategy: m.algoStrategy ?? "",
    algoParams: tagValues(m.algoParams),
    algoId: m.algoId ?? "",
    whatIf: m.whatIf ?? false,
    whatIfType: optInt(m.whatIfType),
    orderMiscOptions: tagValues(m.orderMiscOptions)
      .map(({ tag, value }) => `${tag}=${value};`)
      .join(""),
    solicited: m.solicited ?? false,
    randomizeSize: m.randomizeSize ?? false,
    randomizePrice: m.randomizePrice ?? false,
    referenceContractId: int(m.referenceContractId),
    isPeggedChangeAmountDecrease: m.isPeggedChangeAmountDecrease ?? false,
    peggedChangeAmount: double(m.peggedChangeAmount),
    referenceChangeAmount: double(m.referenceChangeAmount),
    referenceExchangeId: m.referenceExchangeId ?? "",
    adjustedOrderType: m.adjustedOrderType ?? "",
    triggerPrice: optDouble(m.triggerPrice),
    lmtPriceOffset: optDouble(m.lmtPriceOffset),
    adjustedStopPrice: optDouble(m.adjustedStopPrice),
    adjustedStopLimitPrice: optDouble(m.adjustedStopLimitPrice),
    adjustedTrailingAmount: optDouble(m.adjustedTrailingAmount),
    adjustableTrailingUnit: int(m.adjustableTrailingUnit),
    extOperator: m.extOperator ?? "",
    softDollarName: m.softDollarTier?.name ?? "",
    softDollarValue: m.softDollarTier?.value ?? "",
    cashQty: optDouble(m.cashQty),
    routeMarketableToBbo: optInt(m.routeMarketableToBbo),
    seekPriceImprovement: optInt(m.seekPriceImprovement),
  };
}

function recent(m: OrderMessage): Partial<OrderFields> {
  return {
    mifid2DecisionMaker: m.mifid2DecisionMaker ?? "",
    mifid2DecisionAlgo: m.mifid2DecisionAlgo ?? "",
    mifid2ExecutionTrader: m.mifid2ExecutionTrader ?? "",
    mifid2ExecutionAlgo: m.mifid2ExecutionAlgo ?? "",
    dontUseAutoPriceForHedge: m.dontUseAutoPriceForHedge ?? false,
    isOmsContainer: m.isOmsContainer ?? false,
    discretionaryUpToLimitPrice: m.discretionaryUpToLimitPrice ?? false,
    usePriceMgmtAlgo: optInt(m.usePriceMgmtAlgo),
    duration: optInt(m.duration),
    postToAts: optInt(m.postToAts),
    autoCancelParent: m.autoCancelParent ?? false,
    advancedErrorOverride: m.advancedErrorOverride ?? "",
    manualOrderTime: m.manualOrderTime ?? "",
    minTradeQty: optInt(m.minTradeQty),
    minCompeteSize: optInt(m.minCompeteSize),
    competeAgainstBestOffset: optDouble(m.competeAgainstBestOffset),
    midOffsetAtWhole: optDouble(m.midOffsetAtWhole),
    midOffsetAtHalf: optDouble(m.midOffsetAtHalf),
    customerAccount: m.customerAccount ?? "",
    professionalCustomer: m.professionalCustomer ?? false,
    bondAccruedInterest: m.bondAccruedInterest ?? "",
    includeOvernight: m.includeOvernight ?? false,
    manualOrderIndicator: optInt(m.manualOrderIndicator),
    submitter: m.submitter ?? "",
    imbalanceOnly: m.imbalanceOnly ?? false,
    deactivate: m.deactivate,
    postOnly: m.postOnly,
    allowPreOpen: m.allowPreOpen,
    ignoreOpenAuction: m.ignoreOpenAuction,
  };
}

function tagValues(map: ReadonlyMap<string, string> | undefined): TagValue[] {
  return [...(map ?? [])].map(([tag, value]) => ({ tag, value }));
}

function readCondition(m: Message<"OrderCondition">): OrderCondition {
  const known = Object.values(ConditionType) as number[];
  if (m.type === undefined || !known.includes(m.type)) {
    throw new MalformedRequest("condition.type", String(m.type), `one of ${known.join(", ")}`);
  }
  return {
    type: m.type,
    conjunction: m.isConjunctionConnection === true ? "a" : "o",
    isMore: m.isMore ?? false,
    value: conditionValue(m),
    conId: int(m.conId),
    exchange: m.exchange ?? "",
    symbol: m.symbol ?? "",
    secType: m.secType ?? "",
    triggerMethod: int(m.triggerMethod),
  };
}

function conditionValue(m: Message<"OrderCondition">): string {
  switch (m.type) {
    case ConditionType.PRICE:
      return String(double(m.price));
    case ConditionType.TIME:
      return m.time ?? "";
    case ConditionType.MARGIN:
      return String(int(m.percent));
    case ConditionType.VOLUME:
      return String(int(m.volume));
    case ConditionType.PERCENT_CHANGE:
      return String(double(m.changePercent));
    default:
      return "";
  }
}
