import { fieldValue } from "../field-values.js";

/** The one number beyond the finite ones that has a meaning: an offset "up to the middle". */
const UP_TO_MID = Number.POSITIVE_INFINITY;

/** A field as `Array.join` writes it, booleans as 0 and 1. @throws IBKRError `ERR_IBKR_ARGUMENT` if it is no {@link FieldValue} */
function fieldText(token: unknown): string {
  if (token === UP_TO_MID) return "Infinity";
  const value = fieldValue(token, "a field");
  if (typeof value === "boolean") return value ? "1" : "0";
  return value === undefined || value === null ? "" : `${value}`;
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
