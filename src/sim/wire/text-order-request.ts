import type { ComboLeg, ContractFields, TagValue } from "../model/contract.js";
import { ConditionType, defaultOrder, type OrderCondition, type OrderFields } from "../model/order.js";
import type { Requests } from "../model/requests.js";
import { type FieldReader, MalformedRequest } from "./fields.js";
import { SV } from "./server-version.js";
import { readContract } from "./text-layout.js";

/** PLACE_ORDER as text, by server version. */
export function readPlaceOrder(r: FieldReader, sv: number): Requests["placeOrder"] {
  if (sv < SV.ORDER_CONTAINER) r.int("version");
  const orderId = r.int("orderId");
  const contract = readOrderContract(r);
  const order = defaultOrder();
  readMainFields(r, order);
  if (contract.secType.toUpperCase() === "BAG") readComboFields(r, contract, order);
  readAllocationFields(r, order, sv);
  readExtendedFields(r, order, sv);
  readVolatilityFields(r, order);
  readScaleAndHedgeFields(r, order);
  if (r.bool("deltaNeutralContract")) {
    contract.deltaNeutralContract = {
      conId: r.int("deltaNeutralContract.conId"),
      delta: r.double("deltaNeutralContract.delta"),
      price: r.double("deltaNeutralContract.price"),
    };
  }
  readAlgoFields(r, order);
  if (sv >= SV.PEGGED_TO_BENCHMARK) readBenchmarkAndConditions(r, order);
  readVersionedTail(r, order, contract, sv);
  return { orderId, contract, order };
}

function readOrderContract(r: FieldReader): ContractFields {
  return { ...readContract(r), secIdType: r.str("secIdType"), secId: r.str("secId") };
}

function readMainFields(r: FieldReader, o: OrderFields): void {
  o.action = r.str("action").toUpperCase();
  o.totalQuantity = r.double("totalQuantity");
  o.orderType = r.str("orderType").toUpperCase();
  o.lmtPrice = r.optDouble("lmtPrice");
  o.auxPrice = r.optDouble("auxPrice");
  o.tif = r.str("tif").toUpperCase() || "DAY";
  o.ocaGroup = r.str("ocaGroup");
  o.account = r.str("account");
  o.openClose = r.str("openClose");
  o.origin = r.int("origin");
  o.orderRef = r.str("orderRef");
  const transmit = r.str("transmit");
  // An order object that never mentions `transmit` is transmitted: it is TWS's default.
  o.transmit = transmit === "" || transmit === "1" || transmit === "true";
  o.parentId = r.int("parentId");
  o.blockOrder = r.bool("blockOrder");
  o.sweepToFill = r.bool("sweepToFill");
  o.displaySize = r.optInt("displaySize");
  o.triggerMethod = r.int("triggerMethod");
  o.outsideRth = r.bool("outsideRth");
  o.hidden = r.bool("hidden");
}

function readComboFields(r: FieldReader, contract: ContractFields, o: OrderFields): void {
  contract.comboLegs = readList(
    r,
    "comboLegs",
    (): ComboLeg => ({
      conId: r.int("comboLeg.conId"),
      ratio: r.int("comboLeg.ratio"),
      action: r.str("comboLeg.action"),
      exchange: r.str("comboLeg.exchange"),
      openClose: r.int("comboLeg.openClose"),
      shortSaleSlot: r.int("comboLeg.shortSaleSlot"),
      designatedLocation: r.str("comboLeg.designatedLocation"),
      exemptCode: r.int("comboLeg.exemptCode"),
    }),
  );
  o.orderComboLegPrices = readList(r, "orderComboLegs", () => r.optDouble("orderComboLeg.price"));
  o.smartComboRoutingParams = readTagValues(r, "smartComboRoutingParams");
}

function readAllocationFields(r: FieldReader, o: OrderFields, sv: number): void {
  r.str("sharesAllocation");
  o.discretionaryAmt = r.double("discretionaryAmt");
  o.goodAfterTime = r.str("goodAfterTime");
  o.goodTillDate = r.str("goodTillDate");
  o.faGroup = r.str("faGroup");
  o.faMethod = r.str("faMethod");
  o.faPercentage = r.str("faPercentage");
  if (sv < SV.FA_PROFILE_DESUPPORT) o.faProfile = r.str("faProfile");
  if (sv >= SV.MODELS_SUPPORT) o.modelCode = r.str("modelCode");
}

function readExtendedFields(r: FieldReader, o: OrderFields, _sv: number): void {
  o.shortSaleSlot = r.int("shortSaleSlot");
  o.designatedLocation = r.str("designatedLocation");
  o.exemptCode = r.optInt("exemptCode") ?? -1;
  o.ocaType = r.int("ocaType");
  o.rule80A = r.str("rule80A");
  o.settlingFirm = r.str("settlingFirm");
  o.allOrNone = r.bool("allOrNone");
  o.minQty = r.optInt("minQty");
  o.percentOffset = r.optDouble("percentOffset");
  o.eTradeOnly = r.bool("eTradeOnly");
  o.firmQuoteOnly = r.bool("firmQuoteOnly");
  o.nbboPriceCap = r.optDouble("nbboPriceCap");
  o.auctionStrategy = r.int("auctionStrategy");
  o.startingPrice = r.optDouble("startingPrice");
  o.stockRefPrice = r.optDouble("stockRefPrice");
  o.delta = r.optDouble("delta");
  o.stockRangeLower = r.optDouble("stockRangeLower");
  o.stockRangeUpper = r.optDouble("stockRangeUpper");
  o.overridePercentageConstraints = r.bool("overridePercentageConstraints");
}

function readVolatilityFields(r: FieldReader, o: OrderFields): void {
  o.volatility = r.optDouble("volatility");
  o.volatilityType = r.int("volatilityType");
  o.deltaNeutralOrderType = r.str("deltaNeutralOrderType");
  o.deltaNeutralAuxPrice = r.optDouble("deltaNeutralAuxPrice");
  if (o.deltaNeutralOrderType !== "") {
    o.deltaNeutralConId = r.int("deltaNeutralConId");
    o.deltaNeutralSettlingFirm = r.str("deltaNeutralSettlingFirm");
    o.deltaNeutralClearingAccount = r.str("deltaNeutralClearingAccount");
    o.deltaNeutralClearingIntent = r.str("deltaNeutralClearingIntent");
    o.deltaNeutralOpenClose = r.str("deltaNeutralOpenClose");
    o.deltaNeutralShortSale = r.bool("deltaNeutralShortSale");
    o.deltaNeutralShortSaleSlot = r.int("deltaNeutralShortSaleSlot");
    o.deltaNeutralDesignatedLocation = r.str("deltaNeutralDesignatedLocation");
  }
  o.continuousUpdate = r.int("continuousUpdate");
  o.referencePriceType = r.int("referencePriceType");
  o.trailStopPrice = r.optDouble("trailStopPrice");
  o.trailingPercent = r.optDouble("trailingPercent");
}

function readScaleAndHedgeFields(r: FieldReader, o: OrderFields): void {
  o.scaleInitLevelSize = r.optInt("scaleInitLevelSize");
  o.scaleSubsLevelSize = r.optInt("scaleSubsLevelSize");
  o.scalePriceIncrement = r.optDouble("scalePriceIncrement");
  if (o.scalePriceIncrement !== undefined && o.scalePriceIncrement > 0) {
    o.scalePriceAdjustValue = r.optDouble("scalePriceAdjustValue");
    o.scalePriceAdjustInterval = r.optInt("scalePriceAdjustInterval");
    o.scaleProfitOffset = r.optDouble("scaleProfitOffset");
    o.scaleAutoReset = r.bool("scaleAutoReset");
    o.scaleInitPosition = r.optInt("scaleInitPosition");
    o.scaleInitFillQty = r.optInt("scaleInitFillQty");
    o.scaleRandomPercent = r.bool("scaleRandomPercent");
  }
  o.scaleTable = r.str("scaleTable");
  o.activeStartTime = r.str("activeStartTime");
  o.activeStopTime = r.str("activeStopTime");
  o.hedgeType = r.str("hedgeType");
  if (o.hedgeType !== "") o.hedgeParam = r.str("hedgeParam");
  o.optOutSmartRouting = r.bool("optOutSmartRouting");
  o.clearingAccount = r.str("clearingAccount");
  o.clearingIntent = r.str("clearingIntent");
  o.notHeld = r.bool("notHeld");
}

function readAlgoFields(r: FieldReader, o: OrderFields): void {
  o.algoStrategy = r.str("algoStrategy");
  if (o.algoStrategy !== "") o.algoParams = readTagValues(r, "algoParams");
  o.algoId = r.str("algoId");
  o.whatIf = r.bool("whatIf");
  o.orderMiscOptions = r.str("orderMiscOptions");
  o.solicited = r.bool("solicited");
  o.randomizeSize = r.bool("randomizeSize");
  o.randomizePrice = r.bool("randomizePrice");
}

function readBenchmarkAndConditions(r: FieldReader, o: OrderFields): void {
  if (o.orderType === "PEG BENCH" || o.orderType === "PEGBENCH") {
    o.referenceContractId = r.int("referenceContractId");
    o.isPeggedChangeAmountDecrease = r.bool("isPeggedChangeAmountDecrease");
    o.peggedChangeAmount = r.double("peggedChangeAmount");
    o.referenceChangeAmount = r.double("referenceChangeAmount");
    o.referenceExchangeId = r.str("referenceExchangeId");
  }
  o.conditions = readList(r, "conditions", () => readCondition(r));
  if (o.conditions.length > 0) {
    o.conditionsIgnoreRth = r.bool("conditionsIgnoreRth");
    o.conditionsCancelOrder = r.bool("conditionsCancelOrder");
  }
  o.adjustedOrderType = r.str("adjustedOrderType");
  o.triggerPrice = r.optDouble("triggerPrice");
  o.lmtPriceOffset = r.optDouble("lmtPriceOffset");
  o.adjustedStopPrice = r.optDouble("adjustedStopPrice");
  o.adjustedStopLimitPrice = r.optDouble("adjustedStopLimitPrice");
  o.adjustedTrailingAmount = r.optDouble("adjustedTrailingAmount");
  o.adjustableTrailingUnit = r.int("adjustableTrailingUnit");
}

function readCondition(r: FieldReader): OrderCondition {
  const condition: OrderCondition = {
    type: r.int("condition.type"),
    conjunction: r.str("condition.conjunction"),
    isMore: false,
    value: "",
    conId: 0,
    exchange: "",
    symbol: "",
    secType: "",
    triggerMethod: 0,
  };
  if (condition.type === ConditionType.EXECUTION) {
    condition.secType = r.str("condition.secType");
    condition.exchange = r.str("condition.exchange");
    condition.symbol = r.str("condition.symbol");
    return condition;
  }
  const known = Object.values(ConditionType) as number[];
  if (!known.includes(condition.type)) {
    throw new MalformedRequest("condition.type", String(condition.type), `one of ${known.join(", ")}`);
  }
  condition.isMore = r.bool("condition.isMore");
  condition.value = r.str("condition.value");
  if (condition.type !== ConditionType.MARGIN && condition.type !== ConditionType.TIME) {
    condition.conId = r.int("condition.conId");
    condition.exchange = r.str("condition.exchange");
  }
  if (condition.type === ConditionType.PRICE) condition.triggerMethod = r.int("condition.triggerMethod");
  return condition;
}

function readVersionedTail(r: FieldReader, o: OrderFields, contract: ContractFields, sv: number): void {
  if (sv >= SV.EXT_OPERATOR) o.extOperator = r.str("extOperator");
  if (sv >= SV.SOFT_DOLLAR_TIER) {
    o.softDollarName = r.str("softDollarTier.name");
    o.softDollarValue = r.str("softDollarTier.value");
  }
  if (sv >= SV.CASH_QTY) o.cashQty = r.optDouble("cashQty");
  if (sv >= SV.DECISION_MAKER) {
    o.mifid2DecisionMaker = r.str("mifid2DecisionMaker");
    o.mifid2DecisionAlgo = r.str("mifid2DecisionAlgo");
  }
  if (sv >= SV.MIFID_EXECUTION) {
    o.mifid2ExecutionTrader = r.str("mifid2ExecutionTrader");
    o.mifid2ExecutionAlgo = r.str("mifid2ExecutionAlgo");
  }
  if (sv >= SV.AUTO_PRICE_FOR_HEDGE) o.dontUseAutoPriceForHedge = r.bool("dontUseAutoPriceForHedge");
  if (sv >= SV.ORDER_CONTAINER) o.isOmsContainer = r.bool("isOmsContainer");
  if (sv >= SV.D_PEG_ORDERS) o.discretionaryUpToLimitPrice = r.bool("discretionaryUpToLimitPrice");
  if (sv >= SV.PRICE_MGMT_ALGO) o.usePriceMgmtAlgo = r.optInt("usePriceMgmtAlgo");
  if (sv >= SV.DURATION) o.duration = r.optInt("duration");
  if (sv >= SV.POST_TO_ATS) o.postToAts = r.optInt("postToAts");
  if (sv >= SV.AUTO_CANCEL_PARENT) o.autoCancelParent = r.bool("autoCancelParent");
  if (sv >= SV.ADVANCED_ORDER_REJECT) o.advancedErrorOverride = r.str("advancedErrorOverride");
  if (sv >= SV.MANUAL_ORDER_TIME) o.manualOrderTime = r.str("manualOrderTime");
  if (sv >= SV.PEGBEST_PEGMID_OFFSETS) readPegOffsets(r, o, contract);
  if (sv >= SV.CUSTOMER_ACCOUNT) o.customerAccount = r.str("customerAccount");
  if (sv >= SV.PROFESSIONAL_CUSTOMER) o.professionalCustomer = r.bool("professionalCustomer");
  if (sv >= SV.RFQ_FIELDS && sv < SV.UNDO_RFQ_FIELDS) {
    r.str("externalUserId");
    r.optInt("manualOrderIndicator");
  }
  if (sv >= SV.INCLUDE_OVERNIGHT) o.includeOvernight = r.bool("includeOvernight");
  if (sv >= SV.CME_TAGGING_FIELDS) o.manualOrderIndicator = r.optInt("manualOrderIndicator");
  if (sv >= SV.IMBALANCE_ONLY) o.imbalanceOnly = r.bool("imbalanceOnly");
}

function readPegOffsets(r: FieldReader, o: OrderFields, contract: ContractFields): void {
  if (contract.exchange === "IBKRATS") o.minTradeQty = r.optInt("minTradeQty");
  let midOffsets = o.orderType === "PEG MID" || o.orderType === "PEGMID";
  if (o.orderType === "PEG BEST" || o.orderType === "PEGBEST") {
    o.minCompeteSize = r.optInt("minCompeteSize");
    const offset = r.str("competeAgainstBestOffset");
    // Infinity is how "up to mid" is written; only then do the mid offsets follow.
    midOffsets = offset.startsWith("Infinity");
    o.competeAgainstBestOffset = midOffsets || offset === "" ? undefined : Number(offset);
  }
  if (midOffsets) {
    o.midOffsetAtWhole = r.optDouble("midOffsetAtWhole");
    o.midOffsetAtHalf = r.optDouble("midOffsetAtHalf");
  }
}

function readTagValues(r: FieldReader, name: string): TagValue[] {
  return readList(r, name, () => ({ tag: r.str(`${name}.tag`), value: r.str(`${name}.value`) }));
}

function readList<T>(r: FieldReader, name: string, read: () => T): T[] {
  const count = r.count(name);
  return Array.from({ length: count }, read);
}
