/*
 * Decimals in integer arithmetic. A double prints as the shortest decimal that is that double; with its digits in a
 * bigint, to divide by an increment and to multiply again is exact. A decimal library would do the same with more: nothing
 * here needs a square root.
 */

/** `digits` × 10^−`scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Every double has that many digits of the decimal that it was made of. */
const EXACT_DIGITS = 15;
/** What a price or a quantity has behind the point, mostly. */
const USUAL = 1e8;
/** From here on nothing is behind the point; the highest double is "not set", and stays what it is. */
const WHOLE = 1e15;

/**
 * The decimal that was meant, where arithmetic with doubles has left noise behind the fifteenth digit: 0.1 + 0.2 is 0.3.
 * What has no more than eight digits behind the point is as it was.
 */
export function exactDecimal(value: number): number {
  if (Math.round(value * USUAL) / USUAL === value || Math.abs(value) >= WHOLE) return value;
  return Number(value.toPrecision(EXACT_DIGITS));
}

/** @param value finite */
export function decimalOf(value: number): Decimal {
  const [, sign, whole, part = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(
    String(value),
  )!;
  const scale = part.length - Number(exponent);
  const digits = BigInt(sign + whole + part);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** The digits of a decimal at another scale, which is not below its own. */
export function digitsAt({ digits, scale }: Decimal, at: number): bigint {
  return digits * 10n ** BigInt(at - scale);
}

/** The nearest double, which prints as the decimal where it has up to fifteen digits. */
export function numberOf(decimal: Decimal): number {
  return Number(textOf(decimal));
}

/** With as many digits behind the point as its scale says. */
export function textOf({ digits, scale }: Decimal): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, "0");
  const sign = digits < 0n ? "-" : "";
  return scale === 0 ? sign + text : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}
