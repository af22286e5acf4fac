import { type Decimal, decimalOf, textOf } from "../../domain/decimals.js";

/*
 * Quantities, prices and money as integers: sums are exact, whatever is added in whichever order. A quantity times a price
 * is money without rounding; what an average cost has to round is rounded once, and what is left stays in the position.
 */

/** Shares or contracts, in 1e-8. */
export type Quantity = bigint;
/** What one share or contract is worth at a price, multiplier included, in 1e-8 of a currency's unit. */
export type UnitPrice = bigint;
/** In 1e-16 of a currency's unit. */
export type Money = bigint;

const QUANTITY_SCALE = 8;
const MONEY_SCALE = 16;
/** Shares of an amount are rounded to it: 1e-8 of a currency's unit. */
const GRAIN = 10n ** 8n;

/** To the nearest, of two as near the one further from zero. @param divisor above 0 */
export function divided(dividend: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return dividend < 0n ? -((half - dividend) / divisor) : (dividend + half) / divisor;
}

function at(scale: number, { digits, scale: own }: Decimal): bigint {
  return own <= scale ? digits * 10n ** BigInt(scale - own) : divided(digits, 10n ** BigInt(own - scale));
}

/** @param quantity finite; what is beyond the eighth digit behind the point is rounded */
export function quantityOf(quantity: number): Quantity {
  return at(QUANTITY_SCALE, decimalOf(quantity));
}

/** Both finite; what is beyond the eighth digit behind the point of their product is rounded. */
export function unitPriceOf(price: number, multiplier: number): UnitPrice {
  const [a, b] = [decimalOf(price), decimalOf(multiplier)];
  return at(QUANTITY_SCALE, { digits: a.digits * b.digits, scale: a.scale + b.scale });
}

/** @param amount finite, in a currency's unit */
export function moneyOf(amount: number): Money {
  return at(MONEY_SCALE, decimalOf(amount));
}

const DECIMAL = /^-?\d{1,30}(\.\d{1,16})?$/;

/** Of the text that {@link moneyText} makes; undefined where it is none. */
export function moneyIn(text: string): Money | undefined {
  return digitsIn(text, MONEY_SCALE);
}

/** Of the text that {@link quantityText} makes; undefined where it is none. */
export function quantityIn(text: string): Quantity | undefined {
  return digitsIn(text, QUANTITY_SCALE);
}

function digitsIn(text: string, scale: number): bigint | undefined {
  if (typeof text !== "string" || !DECIMAL.test(text)) return undefined;
  const [whole, part = ""] = text.split(".");
  return part.length > scale ? undefined : BigInt(whole + part.padEnd(scale, "0"));
}

/** What `part` of `whole` is of an amount, to 1e-8. @param whole above 0 */
export function shareOf(amount: Money, part: Quantity, whole: Quantity): Money {
  return divided(amount * part, whole * GRAIN) * GRAIN;
}

/** What one of a position costs. @param quantity not 0 */
export function perUnit(cost: Money, quantity: Quantity): UnitPrice {
  return quantity < 0n ? divided(-cost, -quantity) : divided(cost, quantity);
}

export function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** All digits that it has, without zeros at the end. */
export function moneyText(amount: Money): string {
  return trimmed(textOf({ digits: amount, scale: MONEY_SCALE }));
}

/** All digits that it has, without zeros at the end. */
export function quantityText(quantity: Quantity): string {
  return trimmed(textOf({ digits: quantity, scale: QUANTITY_SCALE }));
}

function trimmed(text: string): string {
  return text.replace(/0+$/, "").replace(/\.$/, "");
}

/** The nearest double. */
export function moneyNumber(amount: Money): number {
  return Number(moneyText(amount));
}

/** The nearest double. */
export function quantityNumber(quantity: Quantity | UnitPrice): number {
  return Number(quantityText(quantity));
}

/** Rounded, with groups of three: `-1,234.50`. @param places behind the point, 0 … 16 */
export function roundedText(amount: Money, places: number): string {
  const digits = divided(amount, 10n ** BigInt(MONEY_SCALE - places));
  const [whole, part] = textOf({ digits: magnitude(digits), scale: places }).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${digits < 0n ? "-" : ""}${grouped}${part === undefined ? "" : `.${part}`}`;
}
