import { IBKRError } from "../domain/ibkr-error.js";
import { problem } from "../validation/problem.js";
import { type MessageName, SCHEMA } from "./schema.js";
import { WireType } from "./wire.js";

/** How a field's value is read and written. */
export enum Kind {
  Int32,
  Int64,
  Double,
  Bool,
  String,
  Map,
  Message,
}

/** A field of the schema, ready for the codec. */
export interface Field {
  readonly number: number;
  readonly name: string;
  readonly kind: Kind;
  readonly repeated: boolean;
  /** Repeated numbers are written packed, as proto3 has it by default. */
  readonly packed: boolean;
  /** The wire type of one value. */
  readonly wireType: WireType;
  /** Field number and wire type as they are written. */
  readonly tag: number;
  /** The layout of a message field, undefined for others. */
  readonly message: Layout | undefined;
}

/** A message of the schema, ready for the codec. */
export interface Layout {
  readonly name: MessageName;
  /** In ascending order of their numbers. */
  readonly fields: readonly Field[];
  /** The field of a number, with holes. */
  readonly byNumber: readonly (Field | undefined)[];
}

const KINDS: Readonly<Record<string, Kind | undefined>> = {
  int32: Kind.Int32,
  int64: Kind.Int64,
  double: Kind.Double,
  bool: Kind.Bool,
  string: Kind.String,
  map: Kind.Map,
};

const layouts = new Map<MessageName, Layout>();

/**
 * The layout of a message, made at its first use.
 * @throws IBKRError `ERR_IBKR_INTERNAL` if there is no such message, or the schema itself is wrong.
 */
export function layoutOf(name: MessageName): Layout {
  const known = layouts.get(name);
  if (known !== undefined) return known;
  if (!Object.hasOwn(SCHEMA, name)) throw broken(`there is no protobuf message named ${String(name)}`);
  const fields: Field[] = [];
  const byNumber: (Field | undefined)[] = [];
  const layout: Layout = { name, fields, byNumber };
  layouts.set(name, layout);
  for (const [fieldName, text] of Object.entries(SCHEMA[name] as Record<string, string>)) {
    const field = parseField(name, fieldName, text);
    if (byNumber[field.number] !== undefined) {
      throw broken(`${name} has two fields of number ${field.number}`);
    }
    fields.push(field);
    byNumber[field.number] = field;
  }
  fields.sort((a, b) => a.number - b.number);
  return layout;
}

function parseField(message: MessageName, name: string, text: string): Field {
  const match = /^([1-9]\d*) (\w+)(\[\])?$/.exec(text);
  if (match === null) throw broken(problem(`${message}.${name}`, text, "number type"));
  const number = Number(match[1]);
  const type = match[2];
  const repeated = match[3] !== undefined;
  const kind = KINDS[type] ?? Kind.Message;
  const wireType = wireTypeOf(kind);
  const packed = repeated && wireType !== WireType.LengthDelimited;
  const tagType = packed ? WireType.LengthDelimited : wireType;
  return {
    number,
    name,
    kind,
    repeated,
    packed,
    wireType,
    tag: ((number << 3) | tagType) >>> 0,
    message: kind === Kind.Message ? layoutOf(type as MessageName) : undefined,
  };
}

function broken(what: string): IBKRError {
  return new IBKRError("ERR_IBKR_INTERNAL", what);
}

function wireTypeOf(kind: Kind): WireType {
  switch (kind) {
    case Kind.Int32:
    case Kind.Int64:
    case Kind.Bool:
      return WireType.Varint;
    case Kind.Double:
      return WireType.Bit64;
    default:
      return WireType.LengthDelimited;
  }
}
