/**
 * Fields as the text dialect's events show them. What is not on the wire reads as an empty text field does: a number is
 * 0, text empty, a request id −1; numbers that can be unset, and decimals, are undefined.
 */

import { ErrorCode, OptionType, type TagValue } from "@stoqey/ib";

export function idOrNone(id: number | undefined): number {
  return id ?? ErrorCode.NO_VALID_ID;
}

/** A 64-bit integer as a number: nearest where it is larger than 2^53. */
export function numberOf(value: number | bigint | undefined): number {
  return Number(value ?? 0);
}

/** The same of one that need not be set. */
export function numberOrUnset(value: number | bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

const UNSET_DOUBLE = Number.MAX_VALUE;
const UNSET_INTEGER = 2147483647;

/** Text that says "unset" in place of a decimal. */
const UNSET_DECIMALS: ReadonlySet<string> = new Set([
  "",
  String(UNSET_INTEGER),
  "9223372036854775807",
  "-9223372036854775808",
]);

/** A price or amount: 0 if absent, undefined if it is the value that means unset. */
export function doubleOrZero(value: number | undefined): number | undefined {
  return value === UNSET_DOUBLE ? undefined : (value ?? 0);
}

/** A price or amount that need not be set. */
export function doubleOrUnset(value: number | undefined): number | undefined {
  return value === UNSET_DOUBLE ? undefined : value;
}

/** An integer that need not be set. */
export function integerOrUnset(value: number | undefined): number | undefined {
  return value === UNSET_INTEGER ? undefined : value;
}

/** A decimal string (size, quantity, volume) as a number; undefined if absent, empty or one of the unset values. */
export function decimal(value: string | undefined): number | undefined {
  if (value === undefined || UNSET_DECIMALS.has(value)) return undefined;
  const number = Number.parseFloat(value.includes(",") ? value.replaceAll(",", "") : value);
  return number === UNSET_DOUBLE || number === Number.POSITIVE_INFINITY ? undefined : number;
}

/** A decimal string that reads as 0 if absent or empty, as undefined if it is one of the unset values. */
export function decimalOrZero(value: string | undefined): number | undefined {
  return value === undefined || value === "" ? 0 : decimal(value);
}

const OPTION_TYPES: ReadonlySet<string> = new Set(Object.values(OptionType));

/** Call or put; undefined for all else that servers write there. */
export function optionType(value: string | undefined): OptionType | undefined {
  return value !== undefined && OPTION_TYPES.has(value) ? (value as OptionType) : undefined;
}

/** A map as tag-value pairs in the order of the wire; undefined if there are none. */
export function tagValues(map: ReadonlyMap<string, string> | undefined): TagValue[] | undefined {
  if (map === undefined || map.size === 0) return undefined;
  return Array.from(map, ([tag, value]) => ({ tag, value }));
}

/** Text in which the server wrote what is not ASCII as \uXXXX. */
export function fromAscii7(text: string): string {
  return text.replace(/\\u([0-9a-fA-F]{4})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

/** Arguments that only newer servers give, without those at the end that they did not give. */
export function givenOf(...values: unknown[]): unknown[] {
  let length = values.length;
  while (length > 0 && values[length - 1] === undefined) length--;
  return values.slice(0, length);
}
