import type { Contract, Order } from "../domain/stock-types.js";
import { loadAddon } from "./load.js";
import type { NativeSession, Sent } from "./session.js";

/** The fields of an ordinary order, in the order of the addon's `orderPlaceholders` behind "id". */
export const CONTRACT_FIELDS = [
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

export const ORDER_FIELDS = [
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
  const core = loadAddon().orderPlaceholders;
  if (mine.join() !== core.join()) {
    throw Object.assign(
      new Error(
        `ibkr-native: the native binary's order fields are ${core.join(", ")}; expected ${mine.join(", ")}`,
      ),
      { code: "ERR_IBKR_NATIVE_LAYOUT" },
    );
  }
}
