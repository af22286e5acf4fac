import type { Order, SoftDollarTier } from "@stoqey/ib";
import type { Message } from "../../../protocol/schema.js";
import {
  decimal,
  double,
  flag,
  integer,
  isUnset,
  long,
  numericSwitch,
  object,
  offsetOrInfinity,
  tagValues,
  text,
} from "./arguments.js";
import { conditionMessages } from "./conditions.js";
import { requireVersion } from "./versions.js";

interface OrderField {
  readonly convert: (value: unknown, what: string) => unknown;
  /** What is sent where the caller gives nothing: the official client's value. */
  readonly fallback?: number | true;
  /** First server version that knows it; older ones all know what has none. */
  readonly since?: number;
}

const asText: OrderField = { convert: text };
const asFlag: OrderField = { convert: flag };
const asInteger: OrderField = { convert: integer };
const asDouble: OrderField = { convert: double };
const asDecimal: OrderField = { convert: decimal };
const asTagValues: OrderField = { convert: tagValues };

const ADDITIONAL_ORDER_PARAMS_1 = 216;
const ADDITIONAL_ORDER_PARAMS_2 = 217;
const ATTACHED_ORDERS = 218;
const HEDGE_MAX_SIZE = 223;
const COND_ORDER_WITH_OVERNIGHT_PARAM = 226;

/**
 * How each field of an order goes on the wire; stock's names are the wire's. The id is not among them: PLACE_ORDER has
 * it beside the order. Fields with a fallback are those that the official client always sends. A number of MAX size
 * (2147483647, 1.7976931348623157e308) leaves also those out.
 */
const FIELDS: { readonly [F in keyof Message<"Order"> & keyof Order]?: OrderField } = {
  clientId: { convert: integer, fallback: 0 },
  permId: { convert: long, fallback: 0 },
  parentId: { convert: integer, fallback: 0 },
  action: asText,
  totalQuantity: asDecimal,
  displaySize: { convert: integer, fallback: 0 },
  orderType: asText,
  lmtPrice: asDouble,
  auxPrice: asDouble,
  tif: asText,
  account: asText,
  settlingFirm: asText,
  clearingAccount: asText,
  clearingIntent: asText,
  allOrNone: asFlag,
  blockOrder: asFlag,
  hidden: asFlag,
  outsideRth: asFlag,
  sweepToFill: asFlag,
  percentOffset: asDouble,
  trailingPercent: asDouble,
  trailStopPrice: asDouble,
  minQty: asInteger,
  goodAfterTime: asText,
  goodTillDate: asText,
  ocaGroup: asText,
  orderRef: asText,
  rule80A: asText,
  ocaType: { convert: integer, fallback: 0 },
  triggerMethod: { convert: integer, fallback: 0 },
  activeStartTime: asText,
  activeStopTime: asText,
  faGroup: asText,
  faMethod: asText,
  faPercentage: asText,
  volatility: asDouble,
  volatilityType: asInteger,
  continuousUpdate: asFlag,
  referencePriceType: asInteger,
  deltaNeutralOrderType: asText,
  deltaNeutralAuxPrice: asDouble,
  deltaNeutralConId: { convert: integer, fallback: 0 },
  deltaNeutralOpenClose: asText,
  deltaNeutralShortSale: asFlag,
  deltaNeutralShortSaleSlot: { convert: integer, fallback: 0 },
  deltaNeutralDesignatedLocation: asText,
  scaleInitLevelSize: asInteger,
  scaleSubsLevelSize: asInteger,
  scalePriceIncrement: asDouble,
  scalePriceAdjustValue: asDouble,
  scalePriceAdjustInterval: asInteger,
  scaleProfitOffset: asDouble,
  scaleAutoReset: asFlag,
  scaleInitPosition: asInteger,
  scaleInitFillQty: asInteger,
  scaleRandomPercent: asFlag,
  scaleTable: asText,
  hedgeType: asText,
  hedgeParam: asText,
  algoStrategy: asText,
  algoParams: asTagValues,
  algoId: asText,
  smartComboRoutingParams: asTagValues,
  whatIf: asFlag,
  transmit: { convert: flag, fallback: true },
  overridePercentageConstraints: asFlag,
  openClose: asText,
  origin: { convert: integer, fallback: 0 },
  shortSaleSlot: { convert: integer, fallback: 0 },
  designatedLocation: asText,
  exemptCode: { convert: integer, fallback: -1 },
  deltaNeutralSettlingFirm: asText,
  deltaNeutralClearingAccount: asText,
  deltaNeutralClearingIntent: asText,
  discretionaryAmt: { convert: double, fallback: 0 },
  optOutSmartRouting: asFlag,
  startingPrice: asDouble,
  stockRefPrice: asDouble,
  delta: asDouble,
  stockRangeLower: asDouble,
  stockRangeUpper: asDouble,
  notHeld: asFlag,
  orderMiscOptions: asTagValues,
  solicited: asFlag,
  randomizeSize: asFlag,
  randomizePrice: asFlag,
  referenceContractId: { convert: integer, fallback: 0 },
  peggedChangeAmount: { convert: double, fallback: 0 },
  isPeggedChangeAmountDecrease: asFlag,
  referenceChangeAmount: { convert: double, fallback: 0 },
  referenceExchangeId: asText,
  adjustedOrderType: asText,
  triggerPrice: asDouble,
  adjustedStopPrice: asDouble,
  adjustedStopLimitPrice: asDouble,
  adjustedTrailingAmount: asDouble,
  adjustableTrailingUnit: { convert: integer, fallback: 0 },
  lmtPriceOffset: asDouble,
  conditions: { convert: conditionMessages },
  conditionsCancelOrder: asFlag,
  conditionsIgnoreRth: asFlag,
  modelCode: asText,
  extOperator: asText,
  softDollarTier: { convert: softDollarTier },
  cashQty: asDouble,
  mifid2DecisionMaker: asText,
  mifid2DecisionAlgo: asText,
  mifid2ExecutionTrader: asText,
  mifid2ExecutionAlgo: asText,
  dontUseAutoPriceForHedge: asFlag,
  isOmsContainer: asFlag,
  discretionaryUpToLimitPrice: asFlag,
  autoCancelDate: asText,
  filledQuantity: asDecimal,
  refFuturesConId: asInteger,
  autoCancelParent: asFlag,
  shareholder: asText,
  imbalanceOnly: asFlag,
  routeMarketableToBbo: { convert: numericSwitch, since: ADDITIONAL_ORDER_PARAMS_2 },
  parentPermId: { convert: long },
  usePriceMgmtAlgo: { convert: numericSwitch },
  duration: asInteger,
  postToAts: asInteger,
  advancedErrorOverride: asText,
  manualOrderTime: asText,
  minTradeQty: asInteger,
  minCompeteSize: asInteger,
  competeAgainstBestOffset: { convert: offsetOrInfinity },
  midOffsetAtWhole: asDouble,
  midOffsetAtHalf: asDouble,
  customerAccount: asText,
  professionalCustomer: asFlag,
  bondAccruedInterest: asText,
  includeOvernight: asFlag,
  manualOrderIndicator: asInteger,
  submitter: asText,
  deactivate: { convert: flag, since: ADDITIONAL_ORDER_PARAMS_1 },
  postOnly: { convert: flag, since: ADDITIONAL_ORDER_PARAMS_1 },
  allowPreOpen: { convert: flag, since: ADDITIONAL_ORDER_PARAMS_1 },
  ignoreOpenAuction: { convert: flag, since: ADDITIONAL_ORDER_PARAMS_1 },
  seekPriceImprovement: { convert: integer, since: ADDITIONAL_ORDER_PARAMS_2 },
  whatIfType: { convert: integer, since: ADDITIONAL_ORDER_PARAMS_2 },
  hedgeMaxSize: { convert: integer, since: HEDGE_MAX_SIZE },
  conditionsIncludeOvernight: { convert: flag, since: COND_ORDER_WITH_OVERNIGHT_PARAM },
};

const ENTRIES = Object.entries(FIELDS) as [keyof Message<"Order"> & keyof Order, OrderField][];

/**
 * An order as PLACE_ORDER carries it.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` naming the member that cannot be sent; `ERR_IBKR_SERVER_TOO_OLD` if the server does not know it.
 */
export function orderMessage(value: unknown, serverVersion: number): Message<"Order"> {
  const order = object<Order>(value, "order");
  const message: Record<string, unknown> = {};
  for (const [name, { convert, fallback, since }] of ENTRIES) {
    const given = order[name];
    if (isUnset(given) && fallback !== undefined) {
      message[name] = fallback;
      continue;
    }
    const converted = convert(given, `order.${name}`);
    if (converted === undefined) continue;
    if (since !== undefined && serverVersion < since) {
      // A zero is what servers report of orders that do not use the field: an order read from one must go back.
      if (converted === 0) continue;
      requireVersion(`order.${name}`, since, serverVersion);
    }
    message[name] = converted;
  }
  return message;
}

/**
 * The orders to attach; the official client sends this message also when it is empty.
 * @throws as orderMessage
 */
export function attachedOrdersMessage(value: unknown, serverVersion: number): Message<"AttachedOrders"> {
  const order = object<Order>(value, "order");
  const message: Message<"AttachedOrders"> = {
    slOrderId: integer(order.slOrderId, "order.slOrderId"),
    slOrderType: text(order.slOrderType, "order.slOrderType"),
    ptOrderId: integer(order.ptOrderId, "order.ptOrderId"),
    ptOrderType: text(order.ptOrderType, "order.ptOrderType"),
  };
  for (const [name, member] of Object.entries(message)) {
    if (member !== undefined) requireVersion(`order.${name}`, ATTACHED_ORDERS, serverVersion);
  }
  return message;
}

/** The tier of soft dollars, sent also when it is empty. */
function softDollarTier(value: unknown, what: string): Message<"SoftDollarTier"> {
  if (isUnset(value)) return {};
  const tier = object<SoftDollarTier>(value, what);
  return {
    name: text(tier.name, `${what}.name`),
    value: text(tier.value, `${what}.value`),
    displayName: text(tier.displayName, `${what}.displayName`),
  };
}
