/**
 * The text of messages about orders, field by field, for each server version: written from the facts of the wire, with a
 * value of its own in every field, so that one that is taken for its neighbour shows.
 *
 * A line is kind, member and server versions (`103-`, `-144`; all where there are none). Kinds: s text, i integer,
 * d double, b flag, `=x` the text x, which is looked at in no event.
 */

type Place = "contract" | "order" | "state";

export interface OrderMessage {
  /** The message id first. */
  readonly fields: string[];
  /** What the event has to show. */
  readonly shown: Record<Place, object>;
}

const CONTRACT = `
i contract.conId
s contract.symbol
s contract.secType
s contract.lastTradeDateOrContractMonth
d contract.strike
=C
d contract.multiplier
s contract.exchange
s contract.currency
s contract.localSymbol
s contract.tradingClass`;

const BASICS = `
s order.action
d order.totalQuantity
s order.orderType
d order.lmtPrice
d order.auxPrice
s order.tif
s order.ocaGroup
s order.account
s order.openClose
i order.origin
s order.orderRef`;

const ADVISOR = `
s order.faGroup
s order.faMethod
s order.faPercentage
s order.faProfile -176
s order.modelCode 103-
s order.goodTillDate
s order.rule80A
d order.percentOffset
s order.settlingFirm
i order.shortSaleSlot
s order.designatedLocation
i order.exemptCode`;

const BOX = `
d order.startingPrice
d order.stockRefPrice
d order.delta
d order.stockRangeLower
d order.stockRangeUpper
i order.displaySize`;

const VOLATILITY = `
d order.volatility
i order.volatilityType
s order.deltaNeutralOrderType
d order.deltaNeutralAuxPrice
i order.deltaNeutralConId`;

const SHORT_SALE = `
b order.deltaNeutralShortSale
i order.deltaNeutralShortSaleSlot
s order.deltaNeutralDesignatedLocation
i order.continuousUpdate
i order.referencePriceType
d order.trailStopPrice -101
=8.5 102-
d order.trailingPercent`;

const COMBINATION = `
s contract.comboLegsDescription
=1
i contract.comboLegs.0.conId
i contract.comboLegs.0.ratio
s contract.comboLegs.0.action
s contract.comboLegs.0.exchange
i contract.comboLegs.0.openClose
i contract.comboLegs.0.shortSaleSlot
s contract.comboLegs.0.designatedLocation
i contract.comboLegs.0.exemptCode
=1
d order.orderComboLegs.0.price
=1
s order.smartComboRoutingParams.0.tag
s order.smartComboRoutingParams.0.value
i order.scaleInitLevelSize
i order.scaleSubsLevelSize
d order.scalePriceIncrement
d order.scalePriceAdjustValue
i order.scalePriceAdjustInterval
d order.scaleProfitOffset
b order.scaleAutoReset
i order.scaleInitPosition
i order.scaleInitFillQty
b order.scaleRandomPercent
s order.hedgeType
s order.hedgeParam`;

const CLEARING = `
s order.clearingAccount
s order.clearingIntent
b order.notHeld
=1
i contract.deltaNeutralContract.conId
d contract.deltaNeutralContract.delta
d contract.deltaNeutralContract.price
s order.algoStrategy
=1
s order.algoParams.0.tag
s order.algoParams.0.value
b order.solicited`;

const CONDITIONS = `
=1 102-
=3 102-
=a 102-
=1 102-
=20301231-10:00:00 102-
b order.conditionsIgnoreRth 102-
b order.conditionsCancelOrder 102-`;

const PEG_OFFSETS = `
i order.minTradeQty 170-
i order.minCompeteSize 170-
d order.competeAgainstBestOffset 170-
d order.midOffsetAtWhole 170-
d order.midOffsetAtHalf 170-
s order.customerAccount 183-
b order.professionalCustomer 184-`;

const OPEN_ORDER = `
=5
=34 -144
i order.orderId
${CONTRACT}
${BASICS}
i order.clientId
i order.permId
b order.outsideRth
b order.hidden
d order.discretionaryAmt
s order.goodAfterTime
=160673290.0/DU1/100
${ADVISOR}
i order.auctionStrategy
${BOX}
b order.blockOrder
b order.sweepToFill
b order.allOrNone
i order.minQty
i order.ocaType
b order.eTradeOnly
b order.firmQuoteOnly
d order.nbboPriceCap
i order.parentId
i order.triggerMethod
${VOLATILITY}
s order.deltaNeutralSettlingFirm
s order.deltaNeutralClearingAccount
s order.deltaNeutralClearingIntent
s order.deltaNeutralOpenClose
${SHORT_SALE}
d order.basisPoints
i order.basisPointsType
${COMBINATION}
b order.optOutSmartRouting
${CLEARING}
b order.whatIf
s state.status
d state.initMarginBefore 142-
d state.maintMarginBefore 142-
d state.equityWithLoanBefore 142-
d state.initMarginChange 142-
d state.maintMarginChange 142-
d state.equityWithLoanChange 142-
d state.initMarginAfter
d state.maintMarginAfter
d state.equityWithLoanAfter
d state.commission
d state.minCommission
d state.maxCommission
s state.commissionCurrency
s state.warningText
b order.randomizeSize
b order.randomizePrice
${CONDITIONS}
s order.adjustedOrderType 102-
d order.triggerPrice 102-
d order.trailStopPrice 102-
d order.lmtPriceOffset 102-
d order.adjustedStopPrice 102-
d order.adjustedStopLimitPrice 102-
d order.adjustedTrailingAmount 102-
i order.adjustableTrailingUnit 102-
s order.softDollarTier.name 106-
s order.softDollarTier.value 106-
s order.softDollarTier.displayName 106-
d order.cashQty 111-
b order.dontUseAutoPriceForHedge 141-
b order.isOmsContainer 145-
b order.discretionaryUpToLimitPrice 148-
b order.usePriceMgmtAlgo 151-
i order.duration 158-
i order.postToAts 160-
b order.autoCancelParent 162-
${PEG_OFFSETS}
s order.bondAccruedInterest 185-
b order.includeOvernight 189-
s order.extOperator 193-
i order.manualOrderIndicator 193-`;

const COMPLETED_ORDER = `
=101
${CONTRACT}
${BASICS}
i order.permId
b order.outsideRth
b order.hidden
d order.discretionaryAmt
s order.goodAfterTime
${ADVISOR}
${BOX}
b order.sweepToFill
b order.allOrNone
i order.minQty
i order.ocaType
i order.triggerMethod
${VOLATILITY}
${SHORT_SALE}
${COMBINATION}
${CLEARING}
s state.status
b order.randomizeSize
b order.randomizePrice
${CONDITIONS}
d order.trailStopPrice
d order.lmtPriceOffset
d order.cashQty
b order.dontUseAutoPriceForHedge
b order.isOmsContainer
s order.autoCancelDate
d order.filledQuantity
i order.refFuturesConId
b order.autoCancelParent
s order.shareholder
b order.imbalanceOnly
b order.routeMarketableToBbo
i order.parentPermId
s state.completedTime
s state.completedStatus
${PEG_OFFSETS}`;

export const ORDER_LAYOUTS = { OPEN_ORDER, COMPLETED_ORDER };

/** The message that a gateway of that version sends. */
export function orderMessage(name: keyof typeof ORDER_LAYOUTS, serverVersion: number): OrderMessage {
  const message: OrderMessage = { fields: [], shown: { contract: {}, order: {}, state: {} } };
  const lines = ORDER_LAYOUTS[name].split("\n").filter((line) => line !== "");
  lines.forEach((line, i) => {
    const [kind, ...rest] = line.split(" ");
    const versions = rest.at(-1)?.match(/^(\d*)-(\d*)$/);
    const [since, until] = [Number(versions?.[1] || 0), Number(versions?.[2] || Number.POSITIVE_INFINITY)];
    if (serverVersion < since || serverVersion > until) return;
    if (kind.startsWith("=")) {
      message.fields.push(kind.slice(1));
      return;
    }
    const [text, value] = sampleOf(kind, i);
    message.fields.push(text);
    put(message.shown, rest[0].split("."), value);
  });
  return message;
}

/** A value that is no other field's; of a flag there are only two. */
function sampleOf(kind: string, i: number): [text: string, value: unknown] {
  if (kind === "s") return [`t${i}`, `t${i}`];
  if (kind === "i") return [String(1000 + i), 1000 + i];
  if (kind === "d") return [`${i}.25`, i + 0.25];
  if (kind === "b") return ["1", true];
  throw new Error(`there is no kind ${kind}`);
}

function put(into: object, [name, ...deeper]: string[], value: unknown): void {
  const target = into as Record<string, unknown>;
  if (deeper.length === 0) {
    target[name] = value;
    return;
  }
  target[name] ??= deeper[0] === "0" ? [] : {};
  put(target[name] as object, deeper, value);
}
