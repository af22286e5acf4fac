import { MalformedRequest } from "./fields.js";

/** Values of protobuf messages as the dialect-free ones: absent, unset and senseless numbers become `undefined`. */

const UNSET_INTEGERS = new Set([2147483647, Number.MAX_SAFE_INTEGER]);
const UNSET_DECIMALS = new Set([
  "",
  "2147483647",
  "9223372036854775807",
  "-9223372036854775808",
  "1.7976931348623157E308",
]);

export function optDouble(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value) || Math.abs(value) === Number.MAX_VALUE)
    return undefined;
  return value;
}

export function double(value: number | undefined): number {
  return optDouble(value) ?? 0;
}

export function optInt(value: number | bigint | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  return UNSET_INTEGERS.has(number) || !Number.isSafeInteger(number) ? undefined : number;
}

export function int(value: number | bigint | undefined): number {
  return optInt(value) ?? 0;
}

/** A decimal written as text. @throws MalformedRequest */
export function decimal(field: string, value: string | undefined): number {
  if (value === undefined || UNSET_DECIMALS.has(value)) return 0;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) {
    throw new MalformedRequest(field, value, "a decimal number");
  }
  return Number(value);
}

/** A flag that is only written when it is set. */
export function flag(value: boolean | undefined): true | undefined {
  return value === true ? true : undefined;
}

/** Text that is only written when there is some. */
export function text(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

/** An int32 that fits, else nothing: requests of the text dialect may carry larger ones. */
export function int32(value: number | undefined): number | undefined {
  return value !== undefined && (value | 0) === value ? value : undefined;
}

/** A decimal as messages carry it: digits, never an exponent. */
export function decimalText(value: number): string {
  const shortest = String(value);
  if (!shortest.includes("e")) return shortest;
  return value.toFixed(16).replace(/\.?0+$/, "");
}

/** A number of an optional double field: absent where it is unset or no number. */
export function doubleOf(value: number | string | undefined): number | undefined {
  const number = typeof value === "string" ? (value === "" ? undefined : Number(value)) : value;
  return optDouble(number);
}
