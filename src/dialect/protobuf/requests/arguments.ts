/**
 * Arguments of the public API as values of protobuf fields. Unset (undefined, null, the classic MAX values) is absent;
 * so are empty strings and false, as the official clients have it. Zeros are sent.
 *
 * Numbers may also come as text ("100"): the text dialect takes them so, and plain JavaScript callers do that.
 */

import type { TagValue } from "@stoqey/ib";
import { refused } from "../../../domain/check.js";
import type { IBKRError } from "../../../domain/ibkr-error.js";

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

/** A double; infinities are values. */
export function double(value: unknown, what: string): number | undefined {
  if (isUnset(value)) return undefined;
  const number = toNumber(value);
  if (Number.isNaN(number)) throw misfit(what, value, "a number");
  return number === UNSET_DOUBLE ? undefined : number;
}

/** A string; numbers and booleans become text, as in the text dialect. */
export function text(value: unknown, what: string): string | undefined {
  if (isUnset(value)) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  throw misfit(what, value, "a string");
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
  if (Number.isNaN(number)) throw misfit(what, value, "a number");
  return number === UNSET_DOUBLE ? undefined : String(value);
}

/** The value that means "unset" for 64-bit integers. */
const UNSET_LONG = 2n ** 63n - 1n;

/** A 64-bit integer. */
export function long(value: unknown, what: string): number | bigint | undefined {
  if (isUnset(value)) return undefined;
  const number = toNumber(value);
  if (number === UNSET_DOUBLE || number === Number(UNSET_LONG)) return undefined;
  if (typeof value === "bigint") return value;
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

/** An object whose members are yet to be judged. */
export function object<T extends object>(value: unknown, what: string): T {
  if (typeof value !== "object" || value === null) throw misfit(what, value, "an object");
  return value as T;
}

/** An array, or absent; an empty one is absent. */
export function list<T>(value: unknown, what: string): readonly T[] | undefined {
  if (isUnset(value)) return undefined;
  if (!Array.isArray(value)) throw misfit(what, value, "an array");
  return value.length === 0 ? undefined : (value as readonly T[]);
}

/** Not given, which leaves the choice to a default; the classic MAX values say "unset" for good. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** An argument that cannot be sent. */
export function misfit(what: string, value: unknown, allowed: string): IBKRError {
  return refused(what, value, allowed, "ERR_IBKR_ARGUMENT");
}

function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
}
