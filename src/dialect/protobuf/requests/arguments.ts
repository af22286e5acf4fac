/**
 * Arguments of the public API as values of protobuf fields. Unset (undefined, null, the classic MAX values) is absent;
 * so are empty strings and false, as the official clients have it. Zeros are sent, but for those of {@link nonZero}.
 *
 * Numbers may also come as text ("100"): the text dialect takes them so, and plain JavaScript callers do that.
 */

import type { TagValue } from "@stoqey/ib";
import { fieldValue, isUnset, items, misfit, object } from "../../field-values.js";

export { isUnset, misfit, object };

const UNSET_INTEGER = 2147483647;
const UNSET_DOUBLE = Number.MAX_VALUE;
const MIN_INTEGER = -2147483648;

/** A 32-bit integer. */
export function integer(value: unknown, what: string): number | undefined {
  if (isUnset(value)) return undefined;
  const number = toNumber(value);
  if (number === UNSET_INTEGER || number === UNSET_DOUBLE) return undefined;
  if (!Number.isInteger(number) || number > UNSET_INTEGER || number < MIN_INTEGER) {
    throw misfit(what, value, `an integer from ${MIN_INTEGER} to ${UNSET_INTEGER - 1}`);
  }
  return number;
}

/** A 32-bit integer that the request cannot do without. */
export function requiredInteger(value: unknown, what: string): number {
  const number = integer(value, what);
  if (number === undefined) {
    throw misfit(what, value, `an integer from ${MIN_INTEGER} to ${UNSET_INTEGER - 1}`);
  }
  return number;
}

/** A finite double. */
export function double(value: unknown, what: string): number | undefined {
  if (isUnset(value)) return undefined;
  const number = toNumber(value);
  const cut = typeof value === "bigint" && BigInt(Number(fieldValue(value, what))) !== value;
  if (!Number.isFinite(number) || cut) throw misfit(what, value, "a finite number");
  return number === UNSET_DOUBLE ? undefined : number;
}

/** A finite double of which 0 says "none", as in the text dialect: on this wire it would be a value. */
export function nonZero(value: unknown, what: string): number | undefined {
  return double(value, what) || undefined;
}

/** A finite double, or infinity: an offset "up to the middle". */
export function offsetOrInfinity(value: unknown, what: string): number | undefined {
  const infinite = value === Number.POSITIVE_INFINITY || value === "Infinity";
  return infinite ? Number.POSITIVE_INFINITY : double(value, what);
}

/** A string; numbers and booleans become text, as in the text dialect. */
export function text(value: unknown, what: string): string | undefined {
  if (isUnset(value)) return undefined;
  return String(fieldValue(value, what));
}

/** True, or absent. Takes 0 and 1 for booleans as the text dialect does. */
export function flag(value: unknown, what: string): true | undefined {
  if (isUnset(value)) return undefined;
  if (typeof value === "boolean" || value === 0 || value === 1) return value ? true : undefined;
  throw misfit(what, value, "true or false");
}

/** A switch that the wire has as a number: 1 for true, 0 for false; numbers go as they are. */
export function numericSwitch(value: unknown, what: string): number | undefined {
  return typeof value === "boolean" ? Number(value) : integer(value, what);
}

/** A size, quantity or volume, which the wire has as decimal text; absent if unset. */
export function decimal(value: unknown, what: string): string | undefined {
  if (isUnset(value)) return undefined;
  const number = toNumber(value);
  if (!Number.isFinite(number)) throw misfit(what, value, "a finite number");
  return number === UNSET_DOUBLE ? undefined : String(fieldValue(value, what)).trim();
}

/** The value that means "unset" for 64-bit integers. */
const UNSET_LONG = 2n ** 63n - 1n;

/** A 64-bit integer. */
export function long(value: unknown, what: string): number | bigint | undefined {
  if (isUnset(value)) return undefined;
  const number = toNumber(value);
  if (number === UNSET_DOUBLE || number === Number(UNSET_LONG)) return undefined;
  if (typeof value === "bigint") return fieldValue(value, what) as bigint;
  if (!Number.isSafeInteger(number)) {
    throw misfit(what, value, "an integer, as a bigint where its size exceeds 2^53 - 1");
  }
  return number;
}

/** Tag-value pairs as a map; of equal tags the last one counts. Absent if there are none. */
export function tagValues(value: unknown, what: string): ReadonlyMap<string, string> | undefined {
  const pairs = list<TagValue>(value, what);
  if (pairs === undefined) return undefined;
  const map = new Map<string, string>();
  pairs.forEach((item, i) => {
    const pair = object<TagValue>(item, `${what}[${i}]`);
    map.set(text(pair.tag, `${what}[${i}].tag`) ?? "", text(pair.value, `${what}[${i}].value`) ?? "");
  });
  return map;
}

/** An array, or absent; an empty one is absent. */
export function list<T>(value: unknown, what: string): readonly T[] | undefined {
  const given = items<T>(value, what);
  return given?.length === 0 ? undefined : given;
}

/** A number as programs write it in text: what JavaScript takes beyond that (hexadecimal, "Infinity") the wire does not. */
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** NaN for what is none. */
function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && DECIMAL.test(value) ? Number(value) : Number.NaN;
}
