/** A field as `Array.join` writes it, booleans as 0 and 1. @throws RangeError on a NUL, which would end the field. */
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

function nulError(value: string): RangeError {
  return Object.assign(
    new RangeError(
      `field ${JSON.stringify(value)} holds a NUL character, which ends a field on the wire; allowed: text without NUL`,
    ),
    { code: "ERR_IBKR_FIELD" },
  );
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
