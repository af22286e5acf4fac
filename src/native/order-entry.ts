import type { Contract, Order } from "../domain/stock-types.js";
import type { NativeSession, Sent } from "./session.js";

/**
 * Hands the values over one by one: compiled code reads thirty known properties in less time than the core would take
 * to ask for one of them.
 */
export function placeOrdinary(session: NativeSession, id: number, c: Contract, o: Order): Sent {
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
  ) as Sent;
}
