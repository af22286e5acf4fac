import type { PriceIncrement } from "@stoqey/ib";
import { refused } from "./check.js";
import { type Decimal, decimalOf, digitsAt, numberOf, textOf } from "./decimals.js";

/*
 * Prices as exchanges take them: multiples of an increment, which may grow with the price (a market rule, `reqMarketRule`).
 * Computed with integers: a price is a multiple of its increment to the last digit.
 */

/** The increments of a contract: one, or the bands of its market rule, in any order. */
export type PriceIncrements = number | readonly Readonly<PriceIncrement>[];

/** What a price is for. `limit` prices, of orders that wait for a better one, `stop` prices, of those that wait for a worse one. */
export type PriceKind = "limit" | "stop";

interface Band {
  readonly lowEdge: Decimal;
  readonly increment: Decimal;
}

/**
 * The nearest price that the contract can have, on the side that never trades at a worse price than asked for, and never
 * earlier: limit prices of buys go down and of sales up; stop prices the other way, of buys up and of sales down.
 * A price that is a multiple already, but for the noise of arithmetic with doubles (0.1 + 0.2), is that multiple.
 *
 * A band's increment counts from its `lowEdge` to the next one's; a negative price, as combinations have them, is rounded as
 * its amount is, towards the same side.
 * @param increments `minTick` of the contract's details, or its market rule, which for many contracts is finer
 * @param kind default `limit`
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for a price that is no number, and for increments that are not above 0
 */
export function roundPrice(
  price: number,
  increments: PriceIncrements,
  side: "BUY" | "SELL",
  kind: PriceKind = "limit",
): number {
  return numberOf(rounded(price, increments, side, kind));
}

/**
 * A price as text, with the digits of its increment: 187.2 by 0.05 is "187.20". It has to be a multiple, but for noise.
 * @throws IBKRError `ERR_IBKR_ARGUMENT` for a price between two multiples
 */
export function formatPrice(price: number, increments: PriceIncrements): string {
  const down = rounded(price, increments, "BUY", "limit");
  if (numberOf(down) !== numberOf(rounded(price, increments, "SELL", "limit"))) {
    const { increment } = bandOf(bandsOf(increments), decimalOf(Math.abs(price)));
    throw misfit("price", price, `a multiple of ${textOf(increment)}`);
  }
  return textOf(down);
}

function rounded(price: number, increments: PriceIncrements, side: "BUY" | "SELL", kind: PriceKind): Decimal {
  if (!Number.isFinite(price)) throw misfit("price", price, "a number");
  if (side !== "BUY" && side !== "SELL") throw misfit("side", side, "BUY, SELL");
  if (kind !== "limit" && kind !== "stop") throw misfit("kind", kind, "limit, stop");
  const isDown = (side === "BUY") === (kind === "limit");
  // Of a negative price the amount is rounded, the other way.
  const isNegative = price < 0;
  const amount = roundAmount(Math.abs(price), bandsOf(increments), isNegative ? !isDown : isDown);
  return isNegative ? { ...amount, digits: -amount.digits } : amount;
}

function roundAmount(price: number, bands: readonly Band[], isDown: boolean): Decimal {
  const exact = decimalOf(price);
  const band = bandOf(bands, exact);
  const found = multiple(exact, band.increment, isDown, noiseOf(price));
  const next = bands[bands.indexOf(band) + 1];
  // A band ends where the next one begins, whose first price is one of both; and begins where its first multiple is.
  if (next !== undefined && compare(found, next.lowEdge) >= 0)
    return multiple(next.lowEdge, next.increment, false, 0);
  const previous = bands[bands.indexOf(band) - 1];
  if (previous !== undefined && compare(found, band.lowEdge) < 0)
    return multiple(band.lowEdge, previous.increment, true, 0);
  return found;
}

/** The multiple of the increment that is next to a price; the price itself where it is within `noise` of one. */
function multiple(price: Decimal, increment: Decimal, isDown: boolean, noise: number): Decimal {
  const scale = Math.max(price.scale, increment.scale);
  const whole = digitsAt(price, scale);
  const step = digitsAt(increment, scale);
  const below = whole / step;
  const rest = whole % step;
  const near = Number(rest) / 10 ** scale;
  const isAbove = near > noise && (!isDown || Number(step - rest) / 10 ** scale <= noise);
  return { digits: (below + (isAbove ? 1n : 0n)) * increment.digits, scale: increment.scale };
}

/** What arithmetic with doubles may have added to a price: some units of its last place. */
function noiseOf(price: number): number {
  return price * Number.EPSILON * 64;
}

function bandOf(bands: readonly Band[], price: Decimal): Band {
  return bands.findLast(({ lowEdge }) => compare(lowEdge, price) <= 0) ?? bands[0];
}

function compare(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const difference = digitsAt(a, scale) - digitsAt(b, scale);
  return difference < 0n ? -1 : Number(difference > 0n);
}

function bandsOf(increments: PriceIncrements): readonly Band[] {
  const bands = typeof increments === "number" ? [{ lowEdge: 0, increment: increments }] : increments;
  if (!Array.isArray(bands) || bands.length === 0)
    throw misfit("increments", increments, "a number above 0, or the bands of a market rule");
  const made = bands.map(({ lowEdge, increment }: PriceIncrement) => {
    if (!Number.isFinite(increment) || increment <= 0)
      throw misfit("increment", increment, "a number above 0");
    if (!Number.isFinite(lowEdge)) throw misfit("lowEdge", lowEdge, "a number");
    return { lowEdge: decimalOf(lowEdge), increment: decimalOf(increment) };
  });
  return made.sort((a, b) => compare(a.lowEdge, b.lowEdge));
}

function misfit(name: string, value: unknown, allowed: string) {
  return refused(name, value, allowed, "ERR_IBKR_ARGUMENT");
}
