import { SV } from "./server-version.js";

/** What TWS clients write for "no value" in number fields. */
const UNSET_INTEGERS = new Set(["", "2147483647", "9223372036854775807", "-9223372036854775808"]);
/** Written where a double of the gateway has no value. */
export const UNSET_DOUBLE = "1.7976931348623157E308";

/** More entries than this in one list of a request is taken for a misread count. */
const MAX_LIST = 1000;

/** A field of a request is missing or not of its type. */
export class MalformedRequest extends Error {
  constructor(
    readonly field: string,
    readonly value: string | undefined,
    readonly expected: string,
  ) {
    super(
      value === undefined
        ? `${field} is missing (expected ${expected})`
        : `${field} is ${JSON.stringify(value)} (expected ${expected})`,
    );
    this.name = "MalformedRequest";
  }
}

/** Reads the fields of one text request from left to right; every accessor names the field for its error. */
export class FieldReader {
  private index = 0;
  /** The `reqId` or `orderId` read so far, so that the error of a later field finds its request; else -1. */
  requestId = -1;

  constructor(private readonly fields: readonly string[]) {}

  /** Fields not read yet. */
  get left(): number {
    return this.fields.length - this.index;
  }

  str(field: string): string {
    if (this.index >= this.fields.length) throw new MalformedRequest(field, undefined, "text");
    return this.fields[this.index++];
  }

  int(field: string): number {
    const value = this.optInt(field);
    return value ?? 0;
  }

  /** An integer, or `undefined` where the client left it unset. */
  optInt(field: string): number | undefined {
    const text = this.number(field, "an integer");
    if (UNSET_INTEGERS.has(text)) return undefined;
    if (!/^[+-]?\d{1,16}$/.test(text)) throw new MalformedRequest(field, text, "an integer");
    const value = Number(text);
    if (field === "reqId" || field === "orderId") this.requestId = value;
    return value;
  }

  double(field: string): number {
    return this.optDouble(field) ?? 0;
  }

  /** A number, or `undefined` where the client left it unset (empty, or the largest double). */
  optDouble(field: string): number | undefined {
    const text = this.number(field, "a number");
    if (text === "") return undefined;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text))
      throw new MalformedRequest(field, text, "a number");
    const value = Number(text);
    return value === Number.MAX_VALUE || !Number.isFinite(value) ? undefined : value;
  }

  bool(field: string): boolean {
    const text = this.str(field);
    if (text === "" || text === "0" || text === "false") return false;
    if (text === "1" || text === "true") return true;
    throw new MalformedRequest(field, text, "0 or 1");
  }

  /** The length of a list, at most {@link MAX_LIST}. */
  count(list: string): number {
    const count = this.int(`number of ${list}`);
    if (count < 0 || count > MAX_LIST) {
      throw new MalformedRequest(`number of ${list}`, String(count), `0..${MAX_LIST}`);
    }
    return count;
  }

  private number(field: string, expected: string): string {
    if (this.index >= this.fields.length) throw new MalformedRequest(field, undefined, expected);
    return this.fields[this.index++];
  }
}

export type FieldValue = string | number | boolean | undefined;

/** Collects the fields of one text message. */
export class FieldWriter {
  private text = "";

  constructor(readonly serverVersion: number) {}

  /** Appends fields, without zero bytes inside (protobuf clients can send them); `undefined` becomes an empty one, booleans become 0 and 1. */
  add(...values: FieldValue[]): this {
    for (const value of values) {
      if (value === undefined) this.text += "\0";
      else if (typeof value === "boolean") this.text += value ? "1\0" : "0\0";
      else if (typeof value === "string") this.text += `${value.replaceAll("\0", "")}\0`;
      else this.text += `${value}\0`;
    }
    return this;
  }

  /** A double that says {@link UNSET_DOUBLE} when it has no value. */
  addMax(...values: (number | undefined)[]): this {
    for (const value of values) this.add(value ?? UNSET_DOUBLE);
    return this;
  }

  /** Appends fields from server version `from` on. */
  since(from: number, ...values: FieldValue[]): this {
    return this.serverVersion >= from ? this.add(...values) : this;
  }

  /** Appends fields below server version `until`. */
  before(until: number, ...values: FieldValue[]): this {
    return this.serverVersion < until ? this.add(...values) : this;
  }

  /** Free text, which from 153 on must be plain ASCII with `\uXXXX` escapes. */
  addText(value: string): this {
    return this.add(this.serverVersion >= SV.ENCODE_MSG_ASCII7 ? escapeAscii7(value) : value);
  }

  toString(): string {
    return this.text;
  }
}

function escapeAscii7(value: string): string {
  return value.replace(
    /[^\x20-\x7e\n\r\t]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
