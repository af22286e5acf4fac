import type { Instrument } from "../market/instrument.js";
import type { ContractFields } from "../model/contract.js";
import type { OrderFields } from "../model/order.js";
import { kindOf } from "./order-kind.js";
import { OrderReject } from "./order-reject.js";
import { isDone, type WorkingOrder } from "./working-order.js";

/** What an order is, apart from what may be changed of it. */
interface Placed {
  readonly instrument: Instrument;
  readonly contract: Pick<ContractFields, "exchange">;
  readonly fields: Pick<OrderFields, "action" | "account">;
}

/** An id that no order can have. @throws OrderReject 10149 */
export function checkOrderId(orderId: number): void {
  if (orderId <= 0) throw new OrderReject(10149, `Invalid order id: ${orderId}`);
}

/** An order that has ended cannot be changed. @throws OrderReject 104, or 103: its id is used up */
export function checkChangeable(order: WorkingOrder): void {
  if (order.status === "Filled") throw new OrderReject(104, "Cannot modify a filled order.");
  if (isDone(order)) throw new OrderReject(103, "Duplicate order id");
}

/**
 * Whether what comes under the id of an order is that order: a program that has lost count of its ids must not reprice
 * an order of another contract. @throws OrderReject 105
 */
export function checkIdentity(before: Placed, { instrument, contract, fields }: Placed): void {
  const same =
    instrument === before.instrument &&
    contract.exchange.trim().toUpperCase() === before.contract.exchange.trim().toUpperCase() &&
    fields.action === before.fields.action &&
    (fields.account === "" || before.fields.account === "" || fields.account === before.fields.account);
  if (!same) throw new OrderReject(105, "Order being modified does not match original order.");
}

/** What of an open order may not become something else. @throws OrderReject 329, 10326, 10327 */
export function checkRevision({ fields: before }: WorkingOrder, fields: OrderFields): void {
  if (isApart(before) !== isApart(fields) || (isApart(fields) && before.orderType !== fields.orderType))
    throw new OrderReject(329, "Order modify failed. Cannot change to the new order type.");
  // Who leaves the group out means the group the order has: brackets get one from the gateway.
  if (fields.ocaGroup !== "" && fields.ocaGroup !== before.ocaGroup)
    throw new OrderReject(10326, "OCA group revision is not allowed");
  if (fields.ocaType !== 0 && fields.ocaType !== before.ocaType)
    throw new OrderReject(10327, "OCA group type revision is not allowed.");
}

/** Auction and pegged orders are kept elsewhere than those that become market or limit orders. */
function isApart({ orderType, tif }: Pick<OrderFields, "orderType" | "tif">): boolean {
  const kind = kindOf(orderType, tif);
  return kind?.auction !== undefined || kind?.price === "primary" || kind?.price === "midpoint";
}
