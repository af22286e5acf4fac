import type { Instrument } from "../market/instrument.js";
import type { Quote } from "../market/quote.js";
import type { ContractFields } from "../model/contract.js";
import type { OrderFields } from "../model/order.js";
import { OrderReject, validation } from "./order-reject.js";

/** An order whose time in force is Minutes works this long. */
export const MINUTES_MS = 5 * 60_000;

/** What may be ordered for an amount of money, and the smallest part of a unit that it then buys. */
const CASH_ORDERS: Readonly<Record<string, number>> = { CRYPTO: 1e-8, CASH: 1, STK: 1e-4 };

/**
 * The order with the quantity that its amount of money buys at the price it may trade at, if it names one.
 * @throws OrderReject 10244, 10247 or 10293 where an amount is none of the order's business
 */
export function sized(
  instrument: Instrument,
  { exchange }: ContractFields,
  order: OrderFields,
  quote: Quote,
): OrderFields {
  const { cashQty = 0, action, totalQuantity, orderType, lmtPrice } = order;
  if (!(cashQty > 0)) return order;
  const part = CASH_ORDERS[instrument.secType];
  const crypto = instrument.secType === "CRYPTO";
  if (part === undefined || (crypto && action !== "BUY"))
    throw new OrderReject(10244, "Cash Quantity cannot be used for this order");
  if (crypto && totalQuantity > 0)
    throw new OrderReject(10293, "Cryptocurrency Cash Quantity order cannot specify size");
  if (instrument.secType === "STK" && exchange.trim().toUpperCase() !== "SMART")
    throw new OrderReject(10247, "Only IB SmartRouting supports fractional shares");
  const market = action === "BUY" ? quote.ask : quote.bid;
  const price = orderType.toUpperCase() === "LMT" && lmtPrice !== undefined ? lmtPrice : market;
  const units = Math.floor(cashQty / price / part + 1e-9) * part;
  return { ...order, totalQuantity: Number(units.toFixed(8)) };
}

/** What a security type asks of its orders, beyond what all of them are asked. @throws OrderReject */
export function checkType(instrument: Instrument, contract: ContractFields, order: OrderFields): void {
  if (instrument.secType === "CRYPTO") checkCrypto(order);
  else if (isMinutes(order)) throw invalidTif();
  checkRetired(order);
  if (instrument.secType === "BAG") checkCombination(instrument, contract, order);
}

/** Attributes that gateways know and do not take any more; old clients set the first two by default. */
function checkRetired({ eTradeOnly, firmQuoteOnly, nbboPriceCap = 0 }: OrderFields): void {
  const refuse = (code: number, name: string): OrderReject =>
    new OrderReject(code, `The '${name}' order attribute is not supported.`);
  if (eTradeOnly) throw refuse(10268, "EtradeOnly");
  if (firmQuoteOnly) throw refuse(10269, "firmQuoteOnly");
  if (nbboPriceCap > 0) throw refuse(10270, "nbboPriceCap");
}

/** Whether an order ends by itself after {@link MINUTES_MS}. */
export function isMinutes({ tif }: Pick<OrderFields, "tif">): boolean {
  return tif.toUpperCase() === "MINUTES";
}

function checkCrypto(order: OrderFields): void {
  const type = order.orderType.toUpperCase();
  if (type !== "MKT" && type !== "LMT")
    throw new OrderReject(387, "Unsupported order type for this exchange and security type.");
  if (order.parentId !== 0) throw rejected("This instrument doesn't support child/hedge orders");
  if (type === "MKT" && order.action === "BUY" && !(order.cashQty! > 0))
    throw new OrderReject(10289, "You must set Cash Quantity for this order");
  if (type === "MKT" && isMinutes(order)) throw rejected("The crypto MKT order must be IOC");
  if (type === "MKT" && order.tif !== "IOC") throw invalidTif();
}

const LEG = "The combo details for leg ";
const NON_GUARANTEED =
  "Missing or invalid NonGuaranteed value. REL+MKT, LMT+MKT, and REL+LMT order of two legs can only be set as non-guaranteed.";

function checkCombination({ legs = [] }: Instrument, { exchange }: ContractFields, order: OrderFields): void {
  const given = order.smartComboRoutingParams.find(({ tag }) => tag.toLowerCase() === "nonguaranteed")?.value;
  const nonGuaranteed = given === "1";
  const smart = exchange.trim().toUpperCase() === "SMART";
  const stocksOnly = legs.every(({ instrument }) => instrument.secType === "STK");
  if (stocksOnly && !smart)
    throw new OrderReject(315, "Stock combo legs are restricted to SMART order routing.");
  if (
    order.orderComboLegPrices.some((price) => price !== undefined) &&
    !(smart && nonGuaranteed && legs.length === 2)
  ) {
    throw new OrderReject(
      10058,
      "Combo per-leg prices are only supported for non-guaranteed smart combos with two legs and the " +
        '"IECOMBOPERLEGPRICE" feature enabled.',
    );
  }
  checkLegPrices(legs.length, order);
  if (smart && nonGuaranteed && legs.length !== 2)
    throw new OrderReject(10002, "Non-guaranteed order should only have two legs");
  if (stocksOnly && !nonGuaranteed) {
    const guaranteed = `Invalid NonGuaranteed value of ${given}. The order cannot be set as guaranteed.`;
    throw new OrderReject(10043, given === undefined ? NON_GUARANTEED : guaranteed);
  }
}

/** Prices by leg, if there are any: one each, in place of the combination's own. */
function checkLegPrices(
  legs: number,
  { orderComboLegPrices: prices, orderType, lmtPrice }: OrderFields,
): void {
  if (prices.every((price) => price === undefined)) return;
  if (prices.length > legs)
    throw new OrderReject(
      320,
      "Error reading request:Mismatch per-leg price number with combo leg specification.",
    );
  if (orderType.toUpperCase() === "MKT")
    throw new OrderReject(
      321,
      validation(`${LEG}'0' are invalid. - Only LMT or REL+LMT order allows using per-leg prices.`),
    );
  const missing = Array.from({ length: legs }, (_, i) => prices[i]).indexOf(undefined);
  if (missing >= 0)
    throw new OrderReject(
      321,
      validation(
        `${LEG}'${missing}' are invalid. - All leg prices are needed when specifying per-leg prices.`,
      ),
    );
  if (lmtPrice !== undefined)
    throw new OrderReject(321, validation("Can't specify combo price when using per-leg prices."));
}

function invalidTif(): OrderReject {
  return new OrderReject(10052, "Invalid time in force");
}

function rejected(reason: string): OrderReject {
  return new OrderReject(201, `Order rejected - reason:${reason}`);
}
