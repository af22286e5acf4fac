/** What is no short decimal. It means "unset" in doubles, so that no decimal has this value. */
export const NO_SHORT_DECIMAL = Number.MAX_VALUE;

/** More digits than this may not fit a double exactly. */
const EXACT_DIGITS = 15;
const LARGEST_EXACT = 10 ** EXACT_DIGITS;

/** 10^0 to 10^15, which doubles hold exactly. */
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, i) => 10 ** i);

/** An integer that means unset in a decimal. */
const UNSET_INTEGER = 2147483647;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/**
 * The decimal in `bytes` from `start` to `end`, if it is as servers mostly write them: digits, up to 15, with or without
 * a point behind the first, with or without a minus. The quotient of two numbers that doubles hold exactly is the
 * nearest double, which is what parseFloat gives.
 * @returns {@link NO_SHORT_DECIMAL} if it is of another kind or means unset.
 */
export function shortDecimal(bytes: Uint8Array, start: number, end: number): number {
  const negative = bytes[start] === MINUS;
  const first = negative ? start + 1 : start;
  if (first >= end || end - first > EXACT_DIGITS + 1) return NO_SHORT_DECIMAL;
  let mantissa = 0;
  let fraction = -1;
  for (let i = first; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
    else if (bytes[i] === POINT && fraction < 0 && i > first) fraction = end - i - 1;
    else return NO_SHORT_DECIMAL;
  }
  if (mantissa >= LARGEST_EXACT) return NO_SHORT_DECIMAL;
  if (fraction < 0 && mantissa === UNSET_INTEGER) return NO_SHORT_DECIMAL;
  const size = fraction <= 0 ? mantissa : mantissa / POWERS_OF_TEN[fraction];
  return negative ? -size : size;
}
