import {
  HISTOGRAM_BUCKETS,
  HISTOGRAM_SUB_BITS,
  MAX_HISTOGRAM_BITS,
  MIN_HISTOGRAM_BITS,
} from "../native/layout.js";
import { integer } from "../validation/rules.js";

/*
 * Which value belongs to which bucket: native/core/metrics/histogram_layout.hpp in JavaScript's numbers. 2^6 buckets
 * for each octave of value + 64, so that the whole numbers of a bucket are at most 1/128 away from its middle.
 */

const SHIFT = 2 ** HISTOGRAM_SUB_BITS;

/** The bits of a histogram's range, which is 0 to 2^bits - 65. */
export const histogramBits = () => integer(MIN_HISTOGRAM_BITS, MAX_HISTOGRAM_BITS);

export const bucketsOf = (bits: number): number => (bits - HISTOGRAM_SUB_BITS) * SHIFT;

/** Bytes of a histogram; `bits` is from 7 to 52. */
export const bytesOf = (bits: number): number => HISTOGRAM_BUCKETS + bucketsOf(bits) * 4;

/** The largest value within the range. */
export const topOf = (bits: number): number => 2 ** bits - SHIFT - 1;

const scratch = new Float64Array(1);
/** Its upper half, sign, exponent and the first 20 bits of the fraction: every platform with a binary is little-endian. */
const upper = new Uint32Array(scratch.buffer, 4, 1);
const FRACTION_BITS = 20 - HISTOGRAM_SUB_BITS;
const FIRST = (1023 + HISTOGRAM_SUB_BITS) << HISTOGRAM_SUB_BITS;

/**
 * The bucket of a whole number from 0 to 2^52 - 65: exponent and leading bits of the shifted value, as they stand in a
 * double. Quicker than shifts and `Math.clz32`.
 */
export function bucketOf(value: number): number {
  scratch[0] = value + SHIFT;
  return (upper[0] >>> FRACTION_BITS) - FIRST;
}

/** The middle of a bucket's smallest and largest whole number. */
export function middleOf(bucket: number): number {
  const width = 2 ** (bucket >>> HISTOGRAM_SUB_BITS);
  return (SHIFT + (bucket & (SHIFT - 1))) * width - SHIFT + (width - 1) / 2;
}

/** A measured duration as a histogram takes it: its whole part; 0 for what is below 0 (two clocks) and for NaN. */
export function wholeOf(value: number): number {
  return value > 0 ? Math.floor(value < 2 ** 53 ? value : 2 ** 53) : 0;
}
