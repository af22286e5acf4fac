import { type Instrument, priceToTicks, ticksToPrice } from "../market/instrument.js";
import type { Quote } from "../market/quote.js";
import { defaultOrder, type OrderFields } from "../model/order.js";
import type { AttachedOrder } from "../model/requests.js";
import { kindOf } from "./order-kind.js";
import { OrderReject } from "./order-reject.js";

/** How far from its parent's price an attached order stands, in percent of it. */
export interface AttachedOrderPresets {
  /** Above 0. Default 1. */
  stopLossPercent: number;
  /** Above 0. Default 1. */
  profitTakerPercent: number;
}

export const DEFAULT_PRESETS: AttachedOrderPresets = { stopLossPercent: 1, profitTakerPercent: 1 };

/** Where an order will trade as far as it says so itself. */
function priceOf(order: OrderFields): number | undefined {
  const { price, trigger } = kindOf(order.orderType, order.tif)!;
  if (price === "limit" && trigger !== "trail") return order.lmtPrice;
  return trigger === "trail" ? order.trailStopPrice : trigger && order.auxPrice;
}

/** The only type there is: where the order stands is a setting of the gateway, not of the request. */
const PRESET = "PRESET";
/** Times in force of a parent that its attached orders share; the others say how a parent ends that trades at once. */
const SHARED_TIMES = ["DAY", "GTC", "GTD"];

/**
 * The order that closes what its parent opens: a stop (stop-loss) or a limit (profit taker) a preset way from the
 * parent's limit or stop price, or else from the side of the market it takes from.
 * @throws OrderReject 320 for a type other than PRESET
 */
export function attachedFields(
  parentId: number,
  parent: OrderFields,
  attached: AttachedOrder,
  instrument: Instrument,
  quote: Quote,
  presets: AttachedOrderPresets,
): OrderFields {
  if (attached.orderType.toUpperCase() !== PRESET) {
    // Whichever of the two it is, a gateway names the stop.
    throw new OrderReject(320, "Error reading request:Invalid value for Stop Loss order-id or order-type");
  }
  const buy = parent.action === "BUY";
  const start = priceOf(parent) || (buy ? quote.ask : quote.bid);
  const profits = attached.role === "profitTaker";
  const percent = profits ? presets.profitTakerPercent : presets.stopLossPercent;
  const wanted = start * (1 + (buy === profits ? percent : -percent) / 100);
  const price = ticksToPrice(instrument, Math.round(priceToTicks(instrument, wanted)));
  return {
    ...defaultOrder(),
    action: buy ? "SELL" : "BUY",
    totalQuantity: parent.totalQuantity,
    ...(profits ? { orderType: "LMT", lmtPrice: price } : { orderType: "STP", auxPrice: price }),
    tif: SHARED_TIMES.includes(parent.tif) ? parent.tif : "DAY",
    goodTillDate: parent.goodTillDate,
    outsideRth: parent.outsideRth,
    account: parent.account,
    orderRef: parent.orderRef,
    parentId,
    transmit: parent.transmit,
  };
}
