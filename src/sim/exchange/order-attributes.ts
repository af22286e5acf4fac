import type { Instrument } from "../market/instrument.js";
import type { OrderFields } from "../model/order.js";
import { isOffered, typeOf } from "./order-kind.js";
import { OrderReject } from "./order-reject.js";

/** Sides of institutions; the simulated accounts are none. */
export const INSTITUTIONAL: readonly string[] = ["SSHORT", "SLONG"];
const TRIGGER_METHODS: readonly number[] = [0, 1, 2, 3, 4, 7, 8];
/** Customer and firm. */
const ORIGINS: readonly number[] = [0, 1];
/** Who holds shares that are sold short: the broker, or somebody else. */
const SHORT_SALE_SLOTS: readonly number[] = [1, 2];
/** What may wait for conditions, and what they may cancel. */
const CONDITIONAL: readonly string[] = ["LMT", "MKT", "MIDPRICE", "REL"];
const CANCELLED_BY_CONDITIONS: readonly string[] = ["LMT", "MIDPRICE"];

/**
 * Attributes that do not go together, or that the type of order or of security has not: all of them have a code of
 * their own in IB's list.
 * @throws OrderReject
 */
export function checkAttributes(instrument: Instrument, order: OrderFields): void {
  const { action, tif, origin, shortSaleSlot, triggerMethod, conditions, conditionsCancelOrder } = order;
  const type = typeOf(order.orderType);
  if (INSTITUTIONAL.includes(action)) throw new OrderReject(303, `Invalid action: ${action}`);
  if (!ORIGINS.includes(origin)) throw new OrderReject(311, "The origin is invalid.");
  if (shortSaleSlot !== 0) throw slotRefusal(shortSaleSlot);
  if (!TRIGGER_METHODS.includes(triggerMethod)) throw new OrderReject(146, "Invalid trigger method.");
  if (!isOffered(instrument, order))
    throw new OrderReject(387, "Unsupported order type for this exchange and security type.");
  if ((type === "MOC" || type === "LOC") && tif !== "DAY")
    throw new OrderReject(113, "The Tif option should be set to DAY for MOC and LOC orders.");
  const allowed = conditionsCancelOrder ? CANCELLED_BY_CONDITIONS : CONDITIONAL;
  if (conditions.length > 0 && !allowed.includes(type)) {
    throw new OrderReject(
      148,
      "Conditional submission of orders is supported for Limit, Market, MidPrice, Relative and Snap order types only. " +
        "Conditional cancelation of orders is supported for Limit and MidPrice order types only.",
    );
  }
  checkDiscretion(order);
}

function slotRefusal(slot: number): OrderReject {
  return SHORT_SALE_SLOTS.includes(slot)
    ? new OrderReject(348, "Order not a short sale -- type must be SSHORT to specify short sale slot.")
    : new OrderReject(
        347,
        "Short sale slot value must be 1 (broker holds shares) or 2 (delivered from elsewhere).",
      );
}

function checkDiscretion({ discretionaryAmt, displaySize = 0 }: OrderFields): void {
  if (discretionaryAmt > 0 && displaySize > 0) {
    throw new OrderReject(
      157,
      "An order can be EITHER Iceberg or Discretionary. Please remove either the Discretionary amount or the Display size.",
    );
  }
}

/** A trailing stop without a distance, or with one that is none. @throws OrderReject 158, 159 */
export function checkTrail({ auxPrice = 0, trailingPercent }: OrderFields): void {
  if (trailingPercent !== undefined && (trailingPercent < 0 || trailingPercent > 100))
    throw new OrderReject(159, "The percent offset value must be between 0% and 100%.");
  if (!(auxPrice > 0) && !(trailingPercent! > 0))
    throw new OrderReject(158, "You must specify an offset amount or a percent offset value.");
}

/** The price that wakes an order. Of combinations alone prices may be below zero. @throws OrderReject 361, 403 */
export function checkTrigger({ secType }: Instrument, trigger: "stop" | "touch", price: number): void {
  if (price > 0 || secType === "BAG") return;
  throw trigger === "stop"
    ? new OrderReject(403, "Invalid stop price.")
    : new OrderReject(361, "Invalid trigger price.");
}
