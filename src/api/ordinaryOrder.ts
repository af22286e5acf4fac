import {
  Bond,
  CFD,
  type Contract,
  Crypto,
  FOP,
  Forex,
  Future,
  Index,
  LimitOrder,
  MarketOrder,
  Option,
  type Order,
  Stock,
  StopLimitOrder,
  StopOrder,
} from "@stoqey/ib";
import { loadAddon } from "../native/load";
import type { NativeSession, Sent } from "../native/session";

/** The fields of an ordinary order, in the order of the addon's `orderHoles` behind "id". */
const CONTRACT_FIELDS = [
  "conId",
  "symbol",
  "secType",
  "lastTradeDateOrContractMonth",
  "strike",
  "right",
  "multiplier",
  "exchange",
  "primaryExch",
  "currency",
  "localSymbol",
  "tradingClass",
] as const satisfies readonly (keyof Contract)[];

const ORDER_FIELDS = [
  "action",
  "totalQuantity",
  "orderType",
  "lmtPrice",
  "auxPrice",
  "tif",
  "ocaGroup",
  "account",
  "openClose",
  "orderRef",
  "transmit",
  "parentId",
  "triggerMethod",
  "outsideRth",
  "hidden",
  "goodAfterTime",
  "goodTillDate",
  "ocaType",
  "cashQty",
] as const satisfies readonly (keyof Order)[];

const IN_CONTRACT: ReadonlySet<string> = new Set(CONTRACT_FIELDS);
// `orderId` is in many callers' objects and on no layout: the id travels apart.
const IN_ORDER: ReadonlySet<string> = new Set([...ORDER_FIELDS, "orderId"]);

/** Classes of stock whose values are all in own properties. */
const STOCK_PROTOTYPES: ReadonlySet<unknown> = new Set(
  [
    Stock,
    Option,
    Future,
    Forex,
    Index,
    CFD,
    Crypto,
    FOP,
    Bond,
    LimitOrder,
    MarketOrder,
    StopOrder,
    StopLimitOrder,
  ].map((c) => c.prototype),
);

/**
 * True if the core can encode the order: nothing is set that has no hole in the frame. Looks only at which properties
 * there are; the core looks at the values.
 */
export function mayBeOrdinary(contract: Contract, order: Order): boolean {
  if (!isPlain(contract) || !isPlain(order)) return false;
  for (const key in order) if (!IN_ORDER.has(key) && order[key as keyof Order] !== undefined) return false;
  for (const key in contract) {
    if (!IN_CONTRACT.has(key) && contract[key as keyof Contract] !== undefined) return false;
  }
  return true;
}

/** Getters of a user's own class would not be seen by the loops above. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || STOCK_PROTOTYPES.has(prototype);
}

/**
 * Hands the values over one by one: compiled code reads thirty known properties in less time than the core would take
 * to ask for one of them.
 */
export function placeOrdinary(session: NativeSession, id: number, c: Contract, o: Order): Sent | -1 {
  return session.orderEntry.placeOrder(
    id,
    c.conId,
    c.symbol,
    c.secType,
    c.lastTradeDateOrContractMonth,
    c.strike,
    c.right,
    c.multiplier,
    c.exchange,
    c.primaryExch,
    c.currency,
    c.localSymbol,
    c.tradingClass,
    o.action,
    o.totalQuantity,
    o.orderType,
    o.lmtPrice,
    o.auxPrice,
    o.tif,
    o.ocaGroup,
    o.account,
    o.openClose,
    o.orderRef,
    o.transmit,
    o.parentId,
    o.triggerMethod,
    o.outsideRth,
    o.hidden,
    o.goodAfterTime,
    o.goodTillDate,
    o.ocaType,
    o.cashQty,
  ) as Sent | -1;
}

/** The lists above against the core's own. @throws Error if they differ. */
export function checkOrderFields(): void {
  const mine = [
    "id",
    ...CONTRACT_FIELDS.map((f) => `contract.${f}`),
    ...ORDER_FIELDS.map((f) => `order.${f}`),
  ];
  const core = loadAddon().orderHoles;
  if (mine.join() !== core.join()) {
    throw Object.assign(
      new Error(
        `ibkr-native: the native binary's order fields are ${core.join(", ")}; expected ${mine.join(", ")}`,
      ),
      { code: "ERR_IBKR_NATIVE_LAYOUT" },
    );
  }
}
