import type { Contract, Order } from "../domain/stock-types.js";
import { type NativeSession, Sent } from "./session.js";

/** An order that has been read and not been sent: its values, for the general path. Nothing of the caller's is read again. */
export interface ReadOrder {
  readonly contract: Contract;
  readonly order: Order;
}

/** A getter of the order threw. */
export interface UnreadableOrder {
  readonly unreadable: unknown;
}

/**
 * Hands the values over one by one: compiled code reads thirty known properties in less time than the core would take
 * to ask for one of them.
 */
export function placeOrdinary(
  session: NativeSession,
  id: number,
  c: Contract,
  o: Order,
): Sent | ReadOrder | UnreadableOrder {
  let reading = true;
  try {
    const {
      conId,
      symbol,
      secType,
      lastTradeDateOrContractMonth,
      strike,
      right,
      multiplier,
      exchange,
      primaryExch,
      currency,
      localSymbol,
      tradingClass,
    } = c;
    const {
      action,
      totalQuantity,
      orderType,
      lmtPrice,
      auxPrice,
      tif,
      ocaGroup,
      account,
      openClose,
      orderRef,
      transmit,
      parentId,
      triggerMethod,
      outsideRth,
      hidden,
      goodAfterTime,
      goodTillDate,
      ocaType,
      cashQty,
    } = o;
    reading = false;
    const sent = session.orderEntry.placeOrder(
      id,
      conId,
      symbol,
      secType,
      lastTradeDateOrContractMonth,
      strike,
      right,
      multiplier,
      exchange,
      primaryExch,
      currency,
      localSymbol,
      tradingClass,
      action,
      totalQuantity,
      orderType,
      lmtPrice,
      auxPrice,
      tif,
      ocaGroup,
      account,
      openClose,
      orderRef,
      transmit,
      parentId,
      triggerMethod,
      outsideRth,
      hidden,
      goodAfterTime,
      goodTillDate,
      ocaType,
      cashQty,
    ) as Sent;
    if (sent !== Sent.TAKE_GENERAL_PATH) return sent;
    return {
      contract: {
        conId,
        symbol,
        secType,
        lastTradeDateOrContractMonth,
        strike,
        right,
        multiplier,
        exchange,
        primaryExch,
        currency,
        localSymbol,
        tradingClass,
      },
      order: {
        action,
        totalQuantity,
        orderType,
        lmtPrice,
        auxPrice,
        tif,
        ocaGroup,
        account,
        openClose,
        orderRef,
        transmit,
        parentId,
        triggerMethod,
        outsideRth,
        hidden,
        goodAfterTime,
        goodTillDate,
        ocaType,
        cashQty,
      },
    };
  } catch (error) {
    if (!reading) throw error;
    return { unreadable: error };
  }
}
