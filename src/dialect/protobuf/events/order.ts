import { type Order, OrderType } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import { conditions } from "./conditions.js";
import {
  asIs,
  fill,
  integerOrZero,
  isTrue,
  type Member,
  type Members,
  oneIfTrue,
  switchOrUnset,
  textOrEmpty,
} from "./shape.js";
import {
  decimal,
  doubleOrUnset,
  doubleOrZero,
  integerOrUnset,
  numberOf,
  numberOrUnset,
  tagValues,
} from "./values.js";

type Source = Message<"Order">;
type Name = keyof Order;
/** Members whose wire field has their name. */
type SameName = Name & keyof Source;

function named(read: Member<Source>["read"], ...names: SameName[]): Members<Source, Order> {
  return Object.fromEntries(names.map((field) => [field, { field, read }]));
}

/**
 * An order that was received is placed again to change it: what the server left out must not go back as a value. So a
 * member reads as 0 or false only where requests send that 0 anyway, or leave false out.
 */
const MEMBERS: Members<Source, Order> = {
  ...named(
    integerOrZero,
    "clientId",
    "orderId",
    "parentId",
    "ocaType",
    "triggerMethod",
    "deltaNeutralConId",
    "deltaNeutralShortSaleSlot",
    "origin",
    "shortSaleSlot",
    "referenceContractId",
    "adjustableTrailingUnit",
  ),
  ...named(asIs, "volatilityType", "referencePriceType", "exemptCode", "refFuturesConId", "duration"),
  ...named(
    integerOrUnset,
    "displaySize",
    "minQty",
    "scaleInitLevelSize",
    "scaleSubsLevelSize",
    "scalePriceAdjustInterval",
    "scaleInitPosition",
    "scaleInitFillQty",
    "postToAts",
    "minTradeQty",
    "minCompeteSize",
    "manualOrderIndicator",
    "seekPriceImprovement",
    "whatIfType",
    "hedgeMaxSize",
  ),
  ...named(numberOf, "permId"),
  ...named(numberOrUnset, "parentPermId"),
  ...named(decimal, "totalQuantity", "filledQuantity"),
  ...named(doubleOrZero, "discretionaryAmt", "peggedChangeAmount", "referenceChangeAmount"),
  ...named(
    doubleOrUnset,
    "lmtPrice",
    "auxPrice",
    "percentOffset",
    "trailingPercent",
    "trailStopPrice",
    "volatility",
    "deltaNeutralAuxPrice",
    "scalePriceIncrement",
    "scalePriceAdjustValue",
    "scaleProfitOffset",
    "startingPrice",
    "stockRefPrice",
    "delta",
    "stockRangeLower",
    "stockRangeUpper",
    "triggerPrice",
    "adjustedStopPrice",
    "adjustedStopLimitPrice",
    "adjustedTrailingAmount",
    "lmtPriceOffset",
    "cashQty",
    "competeAgainstBestOffset",
    "midOffsetAtWhole",
    "midOffsetAtHalf",
  ),
  ...named(
    textOrEmpty,
    "action",
    "orderType",
    "tif",
    "account",
    "settlingFirm",
    "clearingAccount",
    "clearingIntent",
    "goodAfterTime",
    "goodTillDate",
    "ocaGroup",
    "orderRef",
    "rule80A",
    "activeStartTime",
    "activeStopTime",
    "faGroup",
    "faMethod",
    "faPercentage",
    "deltaNeutralOrderType",
    "deltaNeutralOpenClose",
    "deltaNeutralDesignatedLocation",
    "scaleTable",
    "hedgeType",
    "hedgeParam",
    "algoStrategy",
    "algoId",
    "openClose",
    "designatedLocation",
    "deltaNeutralSettlingFirm",
    "deltaNeutralClearingAccount",
    "deltaNeutralClearingIntent",
    "referenceExchangeId",
    "adjustedOrderType",
    "modelCode",
    "extOperator",
    "mifid2DecisionMaker",
    "mifid2DecisionAlgo",
    "mifid2ExecutionTrader",
    "mifid2ExecutionAlgo",
    "autoCancelDate",
    "shareholder",
    "advancedErrorOverride",
    "manualOrderTime",
    "customerAccount",
    "bondAccruedInterest",
    "submitter",
  ),
  ...named(
    isTrue,
    "allOrNone",
    "blockOrder",
    "hidden",
    "outsideRth",
    "sweepToFill",
    "deltaNeutralShortSale",
    "scaleAutoReset",
    "scaleRandomPercent",
    "whatIf",
    "transmit",
    "overridePercentageConstraints",
    "optOutSmartRouting",
    "notHeld",
    "solicited",
    "randomizeSize",
    "randomizePrice",
    "isPeggedChangeAmountDecrease",
    "conditionsCancelOrder",
    "conditionsIgnoreRth",
    "dontUseAutoPriceForHedge",
    "isOmsContainer",
    "discretionaryUpToLimitPrice",
    "autoCancelParent",
    "imbalanceOnly",
    "professionalCustomer",
    "includeOvernight",
    "deactivate",
    "postOnly",
    "allowPreOpen",
    "ignoreOpenAuction",
    "conditionsIncludeOvernight",
  ),
  ...named(switchOrUnset, "routeMarketableToBbo", "usePriceMgmtAlgo"),
  ...named(oneIfTrue, "continuousUpdate"),
  ...named(tagValues, "algoParams", "smartComboRoutingParams", "orderMiscOptions"),
  ...named(conditions, "conditions"),
  ...named(softDollarTier, "softDollarTier"),
};

/** What both messages about orders have of every order. */
const EVERY_ORDER: readonly Name[] = [
  "volatility",
  "trailingPercent",
  "trailStopPrice",
  "stockRefPrice",
  "stockRangeUpper",
  "stockRangeLower",
  "startingPrice",
  "scaleSubsLevelSize",
  "scalePriceIncrement",
  "scaleInitLevelSize",
  "percentOffset",
  "minTradeQty",
  "minQty",
  "minCompeteSize",
  "midOffsetAtWhole",
  "midOffsetAtHalf",
  "lmtPriceOffset",
  "displaySize",
  "deltaNeutralAuxPrice",
  "delta",
  "competeAgainstBestOffset",
  "cashQty",
  "action",
  "totalQuantity",
  "orderType",
  "lmtPrice",
  "auxPrice",
  "tif",
  "ocaGroup",
  "account",
  "openClose",
  "origin",
  "orderRef",
  "permId",
  "outsideRth",
  "hidden",
  "discretionaryAmt",
  "goodAfterTime",
  "faGroup",
  "faMethod",
  "faPercentage",
  "modelCode",
  "goodTillDate",
  "rule80A",
  "settlingFirm",
  "shortSaleSlot",
  "designatedLocation",
  "exemptCode",
  "sweepToFill",
  "allOrNone",
  "ocaType",
  "triggerMethod",
  "volatilityType",
  "deltaNeutralOrderType",
  "continuousUpdate",
  "referencePriceType",
  "hedgeType",
  "clearingAccount",
  "clearingIntent",
  "notHeld",
  "algoStrategy",
  "solicited",
  "randomizeSize",
  "randomizePrice",
  "dontUseAutoPriceForHedge",
  "isOmsContainer",
  "autoCancelParent",
  "customerAccount",
  "professionalCustomer",
];

const OPEN_ORDER: readonly Name[] = [
  ...EVERY_ORDER,
  "triggerPrice",
  "postToAts",
  "manualOrderIndicator",
  "adjustedTrailingAmount",
  "adjustedStopPrice",
  "adjustedStopLimitPrice",
  "clientId",
  "blockOrder",
  "parentId",
  "optOutSmartRouting",
  "whatIf",
  "adjustedOrderType",
  "adjustableTrailingUnit",
  "softDollarTier",
  "discretionaryUpToLimitPrice",
  "usePriceMgmtAlgo",
  "duration",
  "bondAccruedInterest",
  "includeOvernight",
  "extOperator",
];

const COMPLETED_ORDER: readonly Name[] = [
  ...EVERY_ORDER,
  "filledQuantity",
  "autoCancelDate",
  "refFuturesConId",
  "shareholder",
  "imbalanceOnly",
  "routeMarketableToBbo",
  "parentPermId",
];

const DELTA_NEUTRAL: readonly Name[] = [
  "deltaNeutralConId",
  "deltaNeutralShortSale",
  "deltaNeutralShortSaleSlot",
  "deltaNeutralDesignatedLocation",
];
const OPEN_DELTA_NEUTRAL: readonly Name[] = [
  ...DELTA_NEUTRAL,
  "deltaNeutralSettlingFirm",
  "deltaNeutralClearingAccount",
  "deltaNeutralClearingIntent",
  "deltaNeutralOpenClose",
];
const SCALE: readonly Name[] = [
  "scalePriceAdjustValue",
  "scalePriceAdjustInterval",
  "scaleProfitOffset",
  "scaleAutoReset",
  "scaleInitPosition",
  "scaleInitFillQty",
  "scaleRandomPercent",
];
const BENCHMARK: readonly Name[] = [
  "referenceContractId",
  "isPeggedChangeAmountDecrease",
  "peggedChangeAmount",
  "referenceChangeAmount",
  "referenceExchangeId",
];
const CONDITIONAL: readonly Name[] = ["conditionsIgnoreRth", "conditionsCancelOrder"];

/** Attributes that went out of use with text and that stock always shows. */
const RETIRED = {
  auctionStrategy: 0,
  eTradeOnly: false,
  firmQuoteOnly: false,
  nbboPriceCap: undefined,
  basisPoints: undefined,
  basisPointsType: undefined,
};

export function openOrder(source: Source, contract: Message<"Contract">): Order {
  const always = membersOf(source, OPEN_ORDER, OPEN_DELTA_NEUTRAL);
  // Programs tell a completed order by `filledQuantity`: in text no open order has it.
  const shown = { ...source, filledQuantity: undefined };
  const order = fill<Source, Order>({ orderType: OrderType.MKT, ...RETIRED }, shown, MEMBERS, always);
  return withLegPrices(order, contract);
}

export function completedOrder(source: Source, contract: Message<"Contract">): Order {
  const always = membersOf(source, COMPLETED_ORDER, DELTA_NEUTRAL);
  return withLegPrices(fill<Source, Order>({ orderType: OrderType.MKT }, source, MEMBERS, always), contract);
}

/** The members that the text message of this order would have. */
function membersOf(source: Source, basic: readonly Name[], deltaNeutral: readonly Name[]): ReadonlySet<Name> {
  const always = new Set(basic);
  const add = (names: readonly Name[]) => {
    for (const name of names) always.add(name);
  };
  if (source.deltaNeutralOrderType) add(deltaNeutral);
  if ((doubleOrUnset(source.scalePriceIncrement) ?? 0) > 0) add(SCALE);
  if (source.hedgeType) always.add("hedgeParam");
  if (source.orderType === "PEG BENCH" || source.orderType === "PEGBENCH") add(BENCHMARK);
  if (source.conditions !== undefined && source.conditions.length > 0) add(CONDITIONAL);
  return always;
}

/** Stock has the prices of a combination's legs in the order, the wire in the contract. */
function withLegPrices(order: Order, { comboLegs }: Message<"Contract">): Order {
  if (comboLegs?.some(({ perLegPrice }) => perLegPrice !== undefined)) {
    order.orderComboLegs = comboLegs.map(({ perLegPrice }) => ({ price: doubleOrUnset(perLegPrice) }));
  }
  return order;
}

function softDollarTier(tier: Message<"SoftDollarTier"> | undefined) {
  const { name = "", value = "", displayName = "" } = tier ?? {};
  return { name, value, displayName };
}
