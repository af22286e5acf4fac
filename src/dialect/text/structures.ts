import { ScanCode } from "@stoqey/ib";
import {
  type FieldValue,
  fieldValue,
  isFieldValue,
  isUnset,
  items,
  misfit,
  object,
} from "../field-values.js";

/**
 * Checked copies of what callers give: each member is read by its name, once, from wherever the object has it. Stock's
 * encoder then works on plain data of our own making, in which the only arrays are the lists of the tables.
 */

/** A checked copy of a value. @throws IBKRError `ERR_IBKR_ARGUMENT` naming what cannot be sent */
export type Copy = (value: unknown, what: string) => unknown;

/** The value of one field, as stock's encoder can calculate with it: bigints as text. */
export const field: Copy = (value, what) => plain(fieldValue(value, what));

const plain = (value: FieldValue): unknown => (typeof value === "bigint" ? String(value) : value);

/** A structure of fields, and of members that are more than a field. */
export function structure(fields: readonly string[], others: Readonly<Record<string, Copy>> = {}): Copy {
  const rest = Object.entries(others);
  return (value, what) => {
    const source = object<Record<string, unknown>>(value, what);
    const copy: Record<string, unknown> = {};
    for (const name of fields) {
      const member = source[name];
      if (member === undefined) continue;
      copy[name] = isFieldValue(member) ? plain(member) : field(member, `${what}.${name}`);
    }
    for (const [name, copyOf] of rest) {
      const member = copyOf(source[name], `${what}.${name}`);
      if (member !== undefined) copy[name] = member;
    }
    return copy;
  };
}

/** Nothing, or what `copyOf` says. */
export function optional(copyOf: Copy): Copy {
  return (value, what) => (isUnset(value) ? undefined : copyOf(value, what));
}

/** A list, or nothing. */
export function list(copyOf: Copy): Copy {
  return (value, what) => items<unknown>(value, what)?.map((item, i) => copyOf(item, `${what}[${i}]`));
}

/** What the encoder asks for its case: nothing but text has one. */
export const text: Copy = (value, what) => {
  if (typeof value !== "string" && !isUnset(value)) throw misfit(what, value, "text");
  return field(value, what);
};

/** An order's number: stock sends an empty field for one that is missing, and a gateway takes that for order 0. */
export const orderId: Copy = (value, what) => {
  const id = field(value, what);
  const number = typeof id === "string" && id.trim() !== "" ? Number(id) : id;
  if (!Number.isInteger(number) || Math.abs(number as number) >= 0x7fffffff)
    throw misfit(what, value, "an integer from -2147483646 to 2147483646");
  return id;
};

/** "Up to the middle" is the one field that may be infinite. */
export const offsetOrInfinity: Copy = (value, what) =>
  value === Number.POSITIVE_INFINITY ? value : field(value, what);

/** Stock's encoder looks the code up in its enum; names are taken, too, and become its numbers. */
export const scanCode: Copy = (value, what) => {
  if (isUnset(value)) return undefined;
  const known = (typeof value === "string" || typeof value === "number") && Object.hasOwn(ScanCode, value);
  if (!known) throw misfit(what, value, "a ScanCode");
  return typeof value === "string" && Number.isNaN(Number(value)) ? ScanCode[value as never] : value;
};

export const tagValue = structure(["tag", "value"]);

/** A pair that is written with others into one field, `tag=value;`. */
const writtenTagValue: Copy = (value, what) => {
  const { tag = "", value: content = "" } = tagValue(value, what) as Readonly<Record<string, unknown>>;
  if (/[=;]/.test(String(tag))) throw misfit(`${what}.tag`, tag, "text without = and ;");
  if (String(content).includes(";")) throw misfit(`${what}.value`, content, "text without ;");
  return { tag: tag ?? "", value: content ?? "" };
};

/** For stock's `encodeTagValues`. */
export const writtenTagValues = list(writtenTagValue);

/** The same of a field for which stock has no `encodeTagValues`; text is taken as it is. */
export const tagValuesAsText: Copy = (value, what) => {
  if (typeof value === "string") return field(value, what);
  const pairs = writtenTagValues(value, what) as readonly { tag: unknown; value: unknown }[] | undefined;
  return pairs?.map((pair) => `${pair.tag}=${pair.value};`).join("");
};
