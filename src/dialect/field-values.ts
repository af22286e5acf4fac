import { refused } from "../domain/check.js";
import type { IBKRError } from "../domain/ibkr-error.js";

/**
 * What may go into a frame: the one border of both dialects. Whatever is neither of this kind nor a structure that the
 * request has is refused, for on the wire it would become something that nobody meant: an array becomes several fields,
 * an object its name, NaN a word.
 */

/** The value of one field; undefined and null leave it empty. */
export type FieldValue = string | number | bigint | boolean | null | undefined;

const ALLOWED = "text, a finite number, true or false";

/** UTF-8 has no halves of a pair: they would arrive as U+FFFD. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** False for text with a NUL or half a surrogate pair, numbers that are not finite, bigints of more than 64 bits, symbols, functions and objects. */
export function isFieldValue(value: unknown): value is FieldValue {
  switch (typeof value) {
    case "string":
      return !value.includes("\0") && !LONE_SURROGATE.test(value);
    case "number":
      return Number.isFinite(value);
    case "bigint":
      return BigInt.asIntN(64, value) === value;
    case "boolean":
    case "undefined":
      return true;
    default:
      return value === null;
  }
}

/**
 * The value itself.
 * @param what the value as the caller wrote it, for instance "order.lmtPrice".
 * @throws IBKRError `ERR_IBKR_ARGUMENT` naming the value if it is not that of a field.
 */
export function fieldValue(value: unknown, what: string): FieldValue {
  if (!isFieldValue(value)) throw misfit(what, value, allowedInstead(value));
  return value;
}

function allowedInstead(value: unknown): string {
  switch (typeof value) {
    case "string":
      return "text without NUL, which ends a field on the wire, and without half a surrogate pair";
    case "bigint":
      return "an integer of 64 bits";
    default:
      return ALLOWED;
  }
}

/**
 * An object whose members are yet to be judged.
 * @throws IBKRError `ERR_IBKR_ARGUMENT`
 */
export function object<T extends object>(value: unknown, what: string): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw misfit(what, value, "an object");
  }
  return value as T;
}

/**
 * The items of an array, each read once; a hole is an undefined. Absent if there is no array.
 * @throws IBKRError `ERR_IBKR_ARGUMENT`
 */
export function items<T>(value: unknown, what: string): readonly T[] | undefined {
  if (isUnset(value)) return undefined;
  if (!Array.isArray(value)) throw misfit(what, value, "an array");
  return Array.from({ length: value.length }, (_, i) => (value as readonly T[])[i]);
}

/** Not given, which leaves the choice to a default; the classic MAX values say "unset" for good. */
export function isUnset(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** An argument that cannot be sent. */
export function misfit(what: string, value: unknown, allowed: string): IBKRError {
  return refused(what, value, allowed, "ERR_IBKR_ARGUMENT");
}
