import { INCOMING, type IncomingName } from "../../../src/protocol/messages.js";
import { SCHEMA } from "../../../src/protocol/schema.js";

/** Reads protobuf bytes without the codec: tags, wire types and lengths, held against the schema's table of text. */

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;

const WIRE_TYPES: Readonly<Record<string, number>> = {
  int32: VARINT,
  int64: VARINT,
  bool: VARINT,
  double: FIXED64,
  string: DELIMITED,
  map: DELIMITED,
};

type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What of a message is not as the schema says: fields it has not, and values of another type. */
export function unknownFields(message: { name: IncomingName; payload: Buffer }): string[] {
  const schema = INCOMING[message.name].schema;
  if (schema === undefined) return [`${message.name} has no protobuf form`];
  return problemsOf(schema, message.payload.subarray(4), schema);
}

function problemsOf(schema: string, bytes: Buffer, path: string): string[] {
  const fields = new Map<number, [name: string, type: string]>();
  for (const [name, text] of Object.entries((SCHEMA as Table)[schema])) {
    const [number, type] = text.split(" ");
    // Repeated numbers come packed: all of them in one delimited value.
    const packed = type.endsWith("[]") && type.slice(0, -2) in WIRE_TYPES && type !== "string[]";
    fields.set(Number(number), [name, packed ? "packed" : type.replace("[]", "")]);
  }
  const problems: string[] = [];
  let at = 0;
  let last = 0;
  while (at < bytes.length) {
    const [tag, afterTag] = varint(bytes, at);
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    const [start, end] = extent(bytes, afterTag, wireType);
    const field = fields.get(number);
    if (field === undefined) problems.push(`${path}: field ${number} is not known`);
    else {
      const [name, type] = field;
      const wanted = WIRE_TYPES[type] ?? DELIMITED;
      if (wireType !== wanted) problems.push(`${path}.${name}: wire type ${wireType}, not ${wanted}`);
      else if (type in (SCHEMA as Table))
        problems.push(...problemsOf(type, bytes.subarray(start, end), `${path}.${name}`));
    }
    if (number < last) problems.push(`${path}: field ${number} comes behind ${last}`);
    last = number;
    at = end;
  }
  if (at !== bytes.length) problems.push(`${path}: ends ${at - bytes.length} bytes too late`);
  return problems;
}

function extent(bytes: Buffer, at: number, wireType: number): [start: number, end: number] {
  if (wireType === VARINT) return [at, varint(bytes, at)[1]];
  if (wireType === FIXED64) return [at, at + 8];
  if (wireType !== DELIMITED) throw new Error(`wire type ${wireType} at byte ${at}`);
  const [length, start] = varint(bytes, at);
  return [start, start + Number(length)];
}

function varint(bytes: Buffer, start: number): [value: bigint, next: number] {
  let value = 0n;
  for (let at = start, shift = 0n; ; at++, shift += 7n) {
    if (at >= bytes.length) throw new Error(`a varint runs past the end at byte ${start}`);
    value |= BigInt(bytes[at] & 0x7f) << shift;
    if (bytes[at] < 0x80) return [value, at + 1];
  }
}
