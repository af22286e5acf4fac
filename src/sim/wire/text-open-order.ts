import { type ContractFields, legsDescription, type TagValue } from "../model/contract.js";
import {
  ConditionType,
  type OrderCondition,
  type OrderFields,
  type OrderStateFields,
} from "../model/order.js";
import type { OpenOrderFields } from "../model/responses.js";
import type { FieldWriter } from "./fields.js";
import { SV } from "./server-version.js";

/** The per-message version OPEN_ORDER carried before 145. */
const OPEN_ORDER_VERSION = 34;

/** OPEN_ORDER as text. */
export function writeOpenOrder(w: FieldWriter, m: OpenOrderFields): void {
  const { contract, order: o } = m;
  w.before(SV.ORDER_CONTAINER, OPEN_ORDER_VERSION);
  w.add(m.orderId);
  writeContract(w, contract);
  writeBasics(w, o);
  w.add(m.clientId, m.permId);
  w.add(o.outsideRth, o.hidden, o.discretionaryAmt, o.goodAfterTime, "");
  writeAdvisor(w, o);
  writeSettlement(w, o);
  w.add(o.auctionStrategy);
  writeBox(w, o);
  w.add(o.displaySize, o.blockOrder, o.sweepToFill, o.allOrNone, o.minQty, o.ocaType);
  w.add(o.eTradeOnly, o.firmQuoteOnly, o.nbboPriceCap, o.parentId, o.triggerMethod);
  writeVolatility(w, o, true);
  w.add(o.trailStopPrice, o.trailingPercent);
  w.add(undefined, undefined); // basis points and their type: EFP only
  writeCombo(w, contract, o);
  writeScale(w, o);
  writeHedge(w, o);
  w.add(o.optOutSmartRouting, o.clearingAccount, clearingIntent(o), o.notHeld);
  writeDeltaNeutral(w, contract);
  writeAlgo(w, o);
  w.add(o.solicited, o.whatIf);
  writeState(w, m.state);
  w.add(o.randomizeSize, o.randomizePrice);
  writeBenchmarkAndConditions(w, o);
  if (w.serverVersion >= SV.PEGGED_TO_BENCHMARK) {
    // Clients read an empty field here as 0; a live gateway sends the largest double where nothing is set.
    w.add(o.adjustedOrderType || "None").addMax(o.triggerPrice, o.trailStopPrice, o.lmtPriceOffset);
    w.addMax(o.adjustedStopPrice, o.adjustedStopLimitPrice, o.adjustedTrailingAmount);
    w.add(o.adjustableTrailingUnit);
  }
  w.since(SV.SOFT_DOLLAR_TIER, o.softDollarName, o.softDollarValue, "");
  w.since(SV.CASH_QTY, o.cashQty);
  w.since(SV.AUTO_PRICE_FOR_HEDGE, o.dontUseAutoPriceForHedge);
  w.since(SV.ORDER_CONTAINER, o.isOmsContainer);
  w.since(SV.D_PEG_ORDERS, o.discretionaryUpToLimitPrice);
  w.since(SV.PRICE_MGMT_ALGO, o.usePriceMgmtAlgo);
  w.since(SV.DURATION, o.duration);
  w.since(SV.POST_TO_ATS, o.postToAts);
  w.since(SV.AUTO_CANCEL_PARENT, o.autoCancelParent);
  writePegOffsets(w, o);
  w.since(SV.CUSTOMER_ACCOUNT, o.customerAccount);
  w.since(SV.PROFESSIONAL_CUSTOMER, o.professionalCustomer);
  w.since(SV.BOND_ACCRUED_INTEREST, o.bondAccruedInterest);
  w.since(SV.INCLUDE_OVERNIGHT, o.includeOvernight);
  w.since(SV.CME_TAGGING_FIELDS_IN_OPEN_ORDER, o.extOperator, o.manualOrderIndicator);
  w.since(SV.SUBMITTER, o.submitter);
  w.since(SV.IMBALANCE_ONLY, o.imbalanceOnly);
}

/**
 * COMPLETED_ORDER as text.
 *
 * Below 177 a gateway sends `faProfile` here as in OPEN_ORDER. `@stoqey/ib` does not read it in this message and takes
 * each field from there to the algo strategy for its neighbour.
 */
export function writeCompletedOrder(w: FieldWriter, m: OpenOrderFields): void {
  const { contract, order: o } = m;
  writeContract(w, contract);
  writeBasics(w, o);
  w.add(m.permId, o.outsideRth, o.hidden, o.discretionaryAmt, o.goodAfterTime);
  writeAdvisor(w, o);
  writeSettlement(w, o);
  writeBox(w, o);
  w.add(o.displaySize, o.sweepToFill, o.allOrNone, o.minQty, o.ocaType, o.triggerMethod);
  writeVolatility(w, o, false);
  w.add(o.trailStopPrice, o.trailingPercent);
  writeCombo(w, contract, o);
  writeScale(w, o);
  writeHedge(w, o);
  w.add(o.clearingAccount, clearingIntent(o), o.notHeld);
  writeDeltaNeutral(w, contract);
  writeAlgo(w, o);
  w.add(o.solicited, m.state.status, o.randomizeSize, o.randomizePrice);
  writeBenchmarkAndConditions(w, o);
  w.addMax(o.trailStopPrice, o.lmtPriceOffset);
  w.since(SV.CASH_QTY, o.cashQty);
  w.since(SV.AUTO_PRICE_FOR_HEDGE, o.dontUseAutoPriceForHedge);
  w.since(SV.ORDER_CONTAINER, o.isOmsContainer);
  w.add("", m.filledQuantity, 0); // autoCancelDate, filledQuantity, refFuturesConId
  w.add(o.autoCancelParent, "Not an insider or substantial shareholder", o.imbalanceOnly, false);
  w.add(m.parentPermId === 0 ? "9223372036854775807" : m.parentPermId);
  w.add(m.state.completedTime, m.state.completedStatus);
  writePegOffsets(w, o);
  w.since(SV.CUSTOMER_ACCOUNT, o.customerAccount);
  w.since(SV.PROFESSIONAL_CUSTOMER, o.professionalCustomer);
  w.since(SV.SUBMITTER, o.submitter);
}

function writeContract(w: FieldWriter, c: ContractFields): void {
  w.add(c.conId, c.symbol, c.secType, c.lastTradeDateOrContractMonth, c.strike, c.right, c.multiplier);
  w.add(c.exchange, c.currency, c.localSymbol, c.tradingClass);
}

function writeBasics(w: FieldWriter, o: OrderFields): void {
  w.add(
    o.action,
    o.totalQuantity,
    o.orderType,
    o.lmtPrice ?? 0,
    o.auxPrice ?? 0,
    o.tif,
    o.ocaGroup,
    o.account,
  );
  w.add(o.openClose, o.origin, o.orderRef);
}

function writeAdvisor(w: FieldWriter, o: OrderFields): void {
  w.add(o.faGroup, o.faMethod, o.faPercentage);
  w.before(SV.FA_PROFILE_DESUPPORT, o.faProfile);
  w.since(SV.MODELS_SUPPORT, o.modelCode);
}

function writeSettlement(w: FieldWriter, o: OrderFields): void {
  w.add(o.goodTillDate, o.rule80A, o.percentOffset, o.settlingFirm);
  w.add(o.shortSaleSlot, o.designatedLocation, o.exemptCode);
}

function writeBox(w: FieldWriter, o: OrderFields): void {
  w.add(o.startingPrice, o.stockRefPrice, o.delta, o.stockRangeLower, o.stockRangeUpper);
}

function writeVolatility(w: FieldWriter, o: OrderFields, openOrder: boolean): void {
  // A live gateway says "None" for orders without a hedge, and the fields that depend on it follow all the same.
  const hedge = o.deltaNeutralOrderType || "None";
  w.add(o.volatility, o.volatilityType, hedge, o.deltaNeutralAuxPrice, o.deltaNeutralConId);
  if (openOrder) {
    w.add(o.deltaNeutralSettlingFirm, o.deltaNeutralClearingAccount, o.deltaNeutralClearingIntent);
    w.add(o.deltaNeutralOpenClose);
  }
  w.add(o.deltaNeutralShortSale, o.deltaNeutralShortSaleSlot, o.deltaNeutralDesignatedLocation);
  w.add(o.continuousUpdate, o.referencePriceType);
}

function writeCombo(w: FieldWriter, c: ContractFields, o: OrderFields): void {
  const legs = c.comboLegs ?? [];
  w.add(legsDescription(legs));
  w.add(legs.length);
  for (const leg of legs) {
    w.add(leg.conId, leg.ratio, leg.action, leg.exchange, leg.openClose);
    w.add(leg.shortSaleSlot, leg.designatedLocation, leg.exemptCode);
  }
  w.add(o.orderComboLegPrices.length, ...o.orderComboLegPrices);
  writeTagValues(w, o.smartComboRoutingParams);
}

function writeScale(w: FieldWriter, o: OrderFields): void {
  w.add(o.scaleInitLevelSize, o.scaleSubsLevelSize, o.scalePriceIncrement);
  if (o.scalePriceIncrement !== undefined && o.scalePriceIncrement > 0) {
    w.add(o.scalePriceAdjustValue, o.scalePriceAdjustInterval, o.scaleProfitOffset, o.scaleAutoReset);
    w.add(o.scaleInitPosition, o.scaleInitFillQty, o.scaleRandomPercent);
  }
}

function writeHedge(w: FieldWriter, o: OrderFields): void {
  w.add(o.hedgeType);
  if (o.hedgeType !== "") w.add(o.hedgeParam);
}

function clearingIntent(o: OrderFields): string {
  return o.clearingIntent || "IB";
}

function writeDeltaNeutral(w: FieldWriter, c: ContractFields): void {
  const hedge = c.deltaNeutralContract;
  w.add(hedge !== undefined);
  if (hedge !== undefined) w.add(hedge.conId, hedge.delta, hedge.price);
}

function writeAlgo(w: FieldWriter, o: OrderFields): void {
  w.add(o.algoStrategy);
  if (o.algoStrategy !== "") writeTagValues(w, o.algoParams);
}

function writeState(w: FieldWriter, s: OrderStateFields): void {
  w.add(s.status);
  if (w.serverVersion >= SV.WHAT_IF_EXT_FIELDS) {
    w.addMax(s.initMarginBefore, s.maintMarginBefore, s.equityWithLoanBefore);
    w.addMax(s.initMarginChange, s.maintMarginChange, s.equityWithLoanChange);
  }
  w.addMax(s.initMarginAfter, s.maintMarginAfter, s.equityWithLoanAfter);
  w.addMax(s.commission, s.minCommission, s.maxCommission).add(s.commissionCurrency);
  if (w.serverVersion >= SV.FULL_ORDER_PREVIEW_FIELDS) {
    w.add("");
    for (let i = 0; i < 9; i++) w.addMax(undefined);
    w.add("", "", 0); // suggestedSize, rejectReason, no allocations
  }
  w.addText(s.warningText);
}

function writeBenchmarkAndConditions(w: FieldWriter, o: OrderFields): void {
  if (w.serverVersion < SV.PEGGED_TO_BENCHMARK) return;
  if (o.orderType === "PEG BENCH") {
    w.add(o.referenceContractId, o.isPeggedChangeAmountDecrease, o.peggedChangeAmount);
    w.add(o.referenceChangeAmount, o.referenceExchangeId);
  }
  w.add(o.conditions.length);
  for (const condition of o.conditions) writeCondition(w, condition);
  if (o.conditions.length > 0) w.add(o.conditionsIgnoreRth, o.conditionsCancelOrder);
}

function writeCondition(w: FieldWriter, c: OrderCondition): void {
  w.add(c.type, c.conjunction);
  if (c.type === ConditionType.EXECUTION) {
    w.add(c.secType, c.exchange, c.symbol);
    return;
  }
  w.add(c.isMore, c.value);
  if (c.type !== ConditionType.MARGIN && c.type !== ConditionType.TIME) w.add(c.conId, c.exchange);
  if (c.type === ConditionType.PRICE) w.add(c.triggerMethod);
}

function writePegOffsets(w: FieldWriter, o: OrderFields): void {
  if (w.serverVersion < SV.PEGBEST_PEGMID_OFFSETS) return;
  w.add(o.minTradeQty, o.minCompeteSize, o.competeAgainstBestOffset, o.midOffsetAtWhole, o.midOffsetAtHalf);
}

function writeTagValues(w: FieldWriter, list: TagValue[]): void {
  w.add(list.length);
  for (const { tag, value } of list) w.add(tag, value);
}
