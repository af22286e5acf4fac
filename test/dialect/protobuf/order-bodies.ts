import type { Message } from "../../../src/protocol/schema.js";
import type { SeededRandom } from "../../support/seeded-random.js";
import type { Token } from "./notes.js";

/** Orders as protobuf bodies, and the text messages of server version 193 that say the same. */

export interface OrderBody {
  readonly contract: Message<"Contract">;
  readonly order: Message<"Order">;
  readonly orderState: Message<"OrderState">;
}

type Order = Message<"Order">;
type Value = string | number | boolean | undefined;

const MAX = Number.MAX_VALUE;
const INT_MAX = 2147483647;

const TEXTS = ["", "A", "DU1", "IB", "20261231-23:59:59", "Zürich 日本"];
const INTEGERS = [0, 1, -1, 2, 3, 100, INT_MAX, -2147483648];
const DOUBLES = [0, 0.01, 150.25, -3.5, 1e-7, MAX, Number.POSITIVE_INFINITY, 123456789.125];
const DECIMALS = ["0", "1", "100.5", "0.0001", "1.7976931348623157E308", ""];

const TEXT_FIELDS = [
  "action",
  "tif",
  "ocaGroup",
  "account",
  "openClose",
  "orderRef",
  "goodAfterTime",
  "faGroup",
  "faMethod",
  "faPercentage",
  "modelCode",
  "goodTillDate",
  "rule80A",
  "settlingFirm",
  "designatedLocation",
  "clearingAccount",
  "clearingIntent",
  "customerAccount",
] as const;
const BOOL_FIELDS = [
  "outsideRth",
  "hidden",
  "sweepToFill",
  "allOrNone",
  "notHeld",
  "solicited",
  "randomizeSize",
  "randomizePrice",
  "dontUseAutoPriceForHedge",
  "isOmsContainer",
  "autoCancelParent",
  "professionalCustomer",
  "continuousUpdate",
] as const;
const INTEGER_FIELDS = [
  "origin",
  "shortSaleSlot",
  "exemptCode",
  "displaySize",
  "minQty",
  "ocaType",
  "triggerMethod",
  "volatilityType",
  "referencePriceType",
  "scaleInitLevelSize",
  "scaleSubsLevelSize",
  "minTradeQty",
  "minCompeteSize",
] as const;
const DOUBLE_FIELDS = [
  "lmtPrice",
  "auxPrice",
  "discretionaryAmt",
  "percentOffset",
  "startingPrice",
  "stockRefPrice",
  "delta",
  "stockRangeLower",
  "stockRangeUpper",
  "volatility",
  "deltaNeutralAuxPrice",
  "trailStopPrice",
  "trailingPercent",
  "lmtPriceOffset",
  "cashQty",
  "competeAgainstBestOffset",
  "midOffsetAtWhole",
  "midOffsetAtHalf",
] as const;
const OPEN_TEXT = ["adjustedOrderType", "bondAccruedInterest", "extOperator"] as const;
const OPEN_BOOL = ["blockOrder", "optOutSmartRouting", "whatIf", "discretionaryUpToLimitPrice"] as const;
const OPEN_INTEGER = [
  "clientId",
  "parentId",
  "adjustableTrailingUnit",
  "duration",
  "postToAts",
  "manualOrderIndicator",
] as const;
const OPEN_DOUBLE = [
  "triggerPrice",
  "adjustedStopPrice",
  "adjustedStopLimitPrice",
  "adjustedTrailingAmount",
] as const;
const MARGINS = [
  "initMarginBefore",
  "maintMarginBefore",
  "equityWithLoanBefore",
  "initMarginChange",
  "maintMarginChange",
  "equityWithLoanChange",
  "initMarginAfter",
  "maintMarginAfter",
  "equityWithLoanAfter",
  "commissionAndFees",
  "minCommissionAndFees",
  "maxCommissionAndFees",
] as const;

/** An order with about `density` of its fields; of fields that text has only with others, none without those. */
export function randomOrderBody(random: SeededRandom, density: number, open: boolean): OrderBody {
  const some = <T>(values: readonly T[]): T | undefined =>
    random.next() < density ? random.pick(values) : undefined;
  const bool = () => some([true, false]);
  const order: Record<string, unknown> = {
    permId: some([0, 1, 389211034, 9000000600]),
    totalQuantity: some(DECIMALS),
    orderType: random.pick(["MKT", "LMT", "PEG BENCH", "PEGBENCH", "VOL"]),
    deltaNeutralOrderType: some(["", "None", "MKT"]),
    scalePriceIncrement: some([0, 0.5, -1, MAX]),
    hedgeType: some(["", "D", "P"]),
    algoStrategy: some(["", "Adaptive"]),
    smartComboRoutingParams: some([new Map([["NonGuaranteed", "1"]]), new Map()]),
  };
  const add = (names: readonly string[], values: readonly unknown[]) => {
    for (const name of names) order[name] = some(values);
  };
  add(TEXT_FIELDS, TEXTS);
  add(BOOL_FIELDS, [true, false]);
  add(INTEGER_FIELDS, INTEGERS);
  add(DOUBLE_FIELDS, DOUBLES);
  if (open) {
    add(OPEN_TEXT, TEXTS);
    add(OPEN_BOOL, [true, false]);
    add(OPEN_INTEGER, INTEGERS);
    add(OPEN_DOUBLE, DOUBLES);
    order["usePriceMgmtAlgo"] = some([0, 1]);
    order["includeOvernight"] = bool();
    order["softDollarTier"] = some([{}, { name: "n", value: "v", displayName: "d" }]);
  } else {
    add(["autoCancelDate", "shareholder"], TEXTS);
    add(["imbalanceOnly"], [true, false]);
    order["routeMarketableToBbo"] = some([0, 1]);
    order["refFuturesConId"] = some(INTEGERS);
    order["filledQuantity"] = some(DECIMALS);
    order["parentPermId"] = some([0, 5, 9223372036854775807n]);
  }
  if (order["deltaNeutralOrderType"]) {
    add(["deltaNeutralConId", "deltaNeutralShortSaleSlot"], INTEGERS);
    add(["deltaNeutralShortSale"], [true, false]);
    add(["deltaNeutralDesignatedLocation"], TEXTS);
    if (open) {
      add(["deltaNeutralSettlingFirm", "deltaNeutralClearingAccount"], TEXTS);
      add(["deltaNeutralClearingIntent", "deltaNeutralOpenClose"], TEXTS);
    }
  }
  if (order["scalePriceIncrement"] === 0.5) {
    add(["scalePriceAdjustValue", "scaleProfitOffset"], DOUBLES);
    add(["scalePriceAdjustInterval", "scaleInitPosition", "scaleInitFillQty"], INTEGERS);
    add(["scaleAutoReset", "scaleRandomPercent"], [true, false]);
  }
  if (order["hedgeType"]) order["hedgeParam"] = some(TEXTS);
  if (order["algoStrategy"]) {
    order["algoParams"] = some([
      new Map([
        ["adaptivePriority", "Normal"],
        ["a", ""],
      ]),
    ]);
  }
  if (String(order["orderType"]).startsWith("PEG")) {
    add(["referenceContractId"], INTEGERS);
    add(["isPeggedChangeAmountDecrease"], [true, false]);
    add(["peggedChangeAmount", "referenceChangeAmount"], DOUBLES);
    add(["referenceExchangeId"], TEXTS);
  }
  if (random.next() < density) {
    order["conditions"] = Array.from({ length: 1 + random.below(4) }, () => randomCondition(random, density));
    order["conditionsIgnoreRth"] = bool();
    order["conditionsCancelOrder"] = bool();
  }
  const contract: Message<"Contract"> = {
    conId: some([0, 265598]),
    symbol: some(["AAPL", "SPY"]),
    secType: some(["STK", "OPT", "BAG"]),
    lastTradeDateOrContractMonth: some(["20261218", ""]),
    strike: some([0, 512.5, MAX]),
    right: some(["C", "P", "?", ""]),
    multiplier: some([0, 100]),
    exchange: some(["SMART"]),
    currency: some(["USD"]),
    localSymbol: some(["AAPL"]),
    tradingClass: some(["NMS"]),
    comboLegsDescrip: some(["1x2,-1x3"]),
    comboLegs: random.next() < density ? randomLegs(random, density) : undefined,
    deltaNeutralContract: some([{}, { conId: 5, delta: 0.5, price: 10 }]),
  };
  const orderState: Record<string, unknown> = { status: some(["Submitted", "Filled", ""]) };
  if (open) {
    for (const name of MARGINS) orderState[name] = some(DOUBLES);
    orderState["commissionAndFeesCurrency"] = some(["USD"]);
    orderState["warningText"] = some(["careful"]);
  } else {
    orderState["completedTime"] = some(["20260709 19:35:29 US/Eastern"]);
    orderState["completedStatus"] = some(["Filled Size: 1"]);
  }
  return { contract, order: order as Order, orderState: orderState as Message<"OrderState"> };
}

function randomLegs(random: SeededRandom, density: number): Message<"ComboLeg">[] {
  const some = <T>(values: readonly T[]): T | undefined =>
    random.next() < density ? random.pick(values) : undefined;
  const priced = random.next() < 0.5;
  return Array.from({ length: 1 + random.below(3) }, (_, i) => ({
    conId: i + 1,
    ratio: some([1, 2]),
    action: some(["BUY", "SELL"]),
    exchange: some(["CBOE"]),
    openClose: some([0, 1]),
    shortSalesSlot: some([0, 2]),
    designatedLocation: some(["loc"]),
    exemptCode: some([-1, 0]),
    perLegPrice: priced ? (i === 0 ? 1.25 : some([0, 2.5])) : undefined,
  }));
}

function randomCondition(random: SeededRandom, density: number): Message<"OrderCondition"> {
  const some = <T>(values: readonly T[]): T | undefined =>
    random.next() < density ? random.pick(values) : undefined;
  return {
    type: random.pick([1, 3, 4, 5, 6, 7]),
    isConjunctionConnection: some([true, false]),
    isMore: some([true, false]),
    conId: some([0, 265598]),
    exchange: some(["SMART"]),
    symbol: some(["AAPL"]),
    secType: some(["STK"]),
    percent: some([0, 30]),
    changePercent: some([0, 2.5]),
    price: some([0, 150.25]),
    triggerMethod: some([0, 2]),
    time: some(["20261231-23:59:59"]),
    volume: some([0, 1000]),
  };
}

// --- text -------------------------------------------------------------------------------------------------------

const of = (source: object, ...names: string[]): Value[] =>
  names.map((name) => (source as Record<string, Value>)[name]);

/** OPEN_ORDER at 193. */
export function openOrderText(orderId: number, { contract: c, order: o, orderState: s }: OrderBody): Token[] {
  return [
    ...[5, orderId, ...contractText(c), ...basics(o)],
    ...of(o, "clientId", "permId", "outsideRth", "hidden", "discretionaryAmt", "goodAfterTime"),
    "",
    ...advisorAndSettlement(o),
    0,
    ...of(o, "startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper"),
    ...of(o, "displaySize", "blockOrder", "sweepToFill", "allOrNone", "minQty", "ocaType"),
    ...[false, false, ""],
    ...of(o, "parentId", "triggerMethod"),
    ...volatility(o, true),
    ...of(o, "trailStopPrice", "trailingPercent"),
    ...["", ""],
    ...combination(c, o),
    ...scale(o),
    ...hedge(o),
    ...of(o, "optOutSmartRouting", "clearingAccount", "clearingIntent", "notHeld"),
    ...deltaNeutral(c),
    ...algo(o),
    ...of(o, "solicited", "whatIf"),
    s.status,
    ...of(s, ...MARGINS, "commissionAndFeesCurrency", "warningText"),
    ...of(o, "randomizeSize", "randomizePrice"),
    ...benchmarkAndConditions(o),
    ...of(o, "adjustedOrderType", "triggerPrice", "trailStopPrice", "lmtPriceOffset"),
    ...of(
      o,
      "adjustedStopPrice",
      "adjustedStopLimitPrice",
      "adjustedTrailingAmount",
      "adjustableTrailingUnit",
    ),
    ...of(o.softDollarTier ?? {}, "name", "value", "displayName"),
    ...of(o, "cashQty", "dontUseAutoPriceForHedge", "isOmsContainer", "discretionaryUpToLimitPrice"),
    ...of(o, "usePriceMgmtAlgo", "duration", "postToAts", "autoCancelParent"),
    ...pegOffsets(o),
    ...of(o, "customerAccount", "professionalCustomer", "bondAccruedInterest", "includeOvernight"),
    ...of(o, "extOperator", "manualOrderIndicator"),
  ];
}

/** COMPLETED_ORDER at 193. */
export function completedOrderText({ contract: c, order: o, orderState: s }: OrderBody): Token[] {
  return [
    ...[101, ...contractText(c), ...basics(o)],
    ...of(o, "permId", "outsideRth", "hidden", "discretionaryAmt", "goodAfterTime"),
    ...advisorAndSettlement(o),
    ...of(o, "startingPrice", "stockRefPrice", "delta", "stockRangeLower", "stockRangeUpper"),
    ...of(o, "displaySize", "sweepToFill", "allOrNone", "minQty", "ocaType", "triggerMethod"),
    ...volatility(o, false),
    ...of(o, "trailStopPrice", "trailingPercent"),
    ...combination(c, o),
    ...scale(o),
    ...hedge(o),
    ...of(o, "clearingAccount", "clearingIntent", "notHeld"),
    ...deltaNeutral(c),
    ...algo(o),
    o.solicited,
    s.status,
    ...of(o, "randomizeSize", "randomizePrice"),
    ...benchmarkAndConditions(o),
    ...of(o, "trailStopPrice", "lmtPriceOffset", "cashQty", "dontUseAutoPriceForHedge", "isOmsContainer"),
    ...of(o, "autoCancelDate", "filledQuantity", "refFuturesConId", "autoCancelParent", "shareholder"),
    ...of(o, "imbalanceOnly", "routeMarketableToBbo"),
    o.parentPermId,
    ...of(s, "completedTime", "completedStatus"),
    ...pegOffsets(o),
    ...of(o, "customerAccount", "professionalCustomer"),
  ];
}

function contractText(c: Message<"Contract">): Value[] {
  return [
    ...of(c, "conId", "symbol", "secType", "lastTradeDateOrContractMonth", "strike", "right", "multiplier"),
    ...of(c, "exchange", "currency", "localSymbol", "tradingClass"),
  ];
}

function basics(o: Order): Value[] {
  return [
    ...of(o, "action", "totalQuantity", "orderType", "lmtPrice", "auxPrice", "tif", "ocaGroup", "account"),
    ...of(o, "openClose", "origin", "orderRef"),
  ];
}

function advisorAndSettlement(o: Order): Value[] {
  return [
    ...of(o, "faGroup", "faMethod", "faPercentage", "modelCode", "goodTillDate", "rule80A"),
    ...of(o, "percentOffset", "settlingFirm", "shortSaleSlot", "designatedLocation", "exemptCode"),
  ];
}

function volatility(o: Order, open: boolean): Value[] {
  const hedge = o.deltaNeutralOrderType
    ? [
        o.deltaNeutralConId,
        ...(open
          ? of(
              o,
              "deltaNeutralSettlingFirm",
              "deltaNeutralClearingAccount",
              "deltaNeutralClearingIntent",
              "deltaNeutralOpenClose",
            )
          : []),
        ...of(o, "deltaNeutralShortSale", "deltaNeutralShortSaleSlot", "deltaNeutralDesignatedLocation"),
      ]
    : [];
  return [
    ...of(o, "volatility", "volatilityType", "deltaNeutralOrderType", "deltaNeutralAuxPrice"),
    ...hedge,
    ...of(o, "continuousUpdate", "referencePriceType"),
  ];
}

function combination(c: Message<"Contract">, o: Order): Value[] {
  const legs = c.comboLegs ?? [];
  const priced = legs.some(({ perLegPrice }) => perLegPrice !== undefined) ? legs : [];
  const routing = [...(o.smartComboRoutingParams ?? [])];
  return [
    c.comboLegsDescrip,
    legs.length,
    ...legs.flatMap((leg) => [
      ...of(leg, "conId", "ratio", "action", "exchange", "openClose", "shortSalesSlot", "designatedLocation"),
      leg.exemptCode,
    ]),
    priced.length,
    ...priced.map(({ perLegPrice }) => perLegPrice),
    routing.length,
    ...routing.flat(),
  ];
}

function scale(o: Order): Value[] {
  const increment = o.scalePriceIncrement;
  const rest =
    increment !== undefined && increment > 0 && increment !== MAX
      ? of(
          o,
          "scalePriceAdjustValue",
          "scalePriceAdjustInterval",
          "scaleProfitOffset",
          "scaleAutoReset",
          "scaleInitPosition",
          "scaleInitFillQty",
          "scaleRandomPercent",
        )
      : [];
  return [o.scaleInitLevelSize, o.scaleSubsLevelSize, increment, ...rest];
}

function hedge(o: Order): Value[] {
  return o.hedgeType ? [o.hedgeType, o.hedgeParam] : [o.hedgeType];
}

function deltaNeutral({ deltaNeutralContract: hedge }: Message<"Contract">): Value[] {
  return hedge === undefined ? [false] : [true, hedge.conId, hedge.delta, hedge.price];
}

function algo(o: Order): Value[] {
  const params = [...(o.algoParams ?? [])];
  return o.algoStrategy ? [o.algoStrategy, params.length, ...params.flat()] : [o.algoStrategy];
}

function benchmarkAndConditions(o: Order): Value[] {
  const benchmark = o.orderType?.startsWith("PEG")
    ? of(
        o,
        "referenceContractId",
        "isPeggedChangeAmountDecrease",
        "peggedChangeAmount",
        "referenceChangeAmount",
        "referenceExchangeId",
      )
    : [];
  const conditions = o.conditions ?? [];
  const flags = conditions.length > 0 ? [o.conditionsIgnoreRth, o.conditionsCancelOrder] : [];
  return [...benchmark, conditions.length, ...conditions.flatMap(conditionText), ...flags];
}

function conditionText(c: Message<"OrderCondition">): Value[] {
  const start: Value[] = [c.type, c.isConjunctionConnection ? "a" : "o"];
  switch (c.type) {
    case 1:
      return [...start, c.isMore, c.price, c.conId, c.exchange, c.triggerMethod];
    case 3:
      return [...start, c.isMore, c.time];
    case 4:
      return [...start, c.isMore, c.percent];
    case 5:
      return [...start, c.secType, c.exchange, c.symbol];
    case 6:
      return [...start, c.isMore, c.volume, c.conId, c.exchange];
    default:
      return [...start, c.isMore, c.changePercent, c.conId, c.exchange];
  }
}

function pegOffsets(o: Order): Value[] {
  return of(
    o,
    "minTradeQty",
    "minCompeteSize",
    "competeAgainstBestOffset",
    "midOffsetAtWhole",
    "midOffsetAtHalf",
  );
}
