import { refused } from "../../domain/check.js";
import type { IBKRError } from "../../domain/ibkr-error.js";

/** A field as `Array.join` writes it, booleans as 0 and 1. @throws IBKRError on a NUL, which would end the field. */
function fieldText(value: unknown): string {
  switch (typeof value) {
    case "number":
      return `${value}`;
    case "string":
      if (value.includes("\0")) throw nulError(value);
      return value;
    case "boolean":
      return value ? "1" : "0";
    case "undefined":
      return "";
    default:
      return value === null ? "" : fieldText(value instanceof Boolean ? value.valueOf() : String(value));
  }
}

function nulError(value: string): IBKRError {
  return refused("a field", value, "text without NUL, which ends a field on the wire", "ERR_IBKR_ARGUMENT");
}

/** Tokens, nested as stock's encoder gives them, in one flat list. */
export function flatten(tokens: readonly unknown[]): unknown[] {
  return tokens.flat(Number.POSITIVE_INFINITY);
}

/** The payload of a text frame: every field ended by NUL. */
export function frameOf(tokens: readonly unknown[]): string {
  let frame = "";
  for (const token of flatten(tokens)) frame += `${fieldText(token)}\0`;
  return frame;
}
