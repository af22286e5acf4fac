/**
 * Protobuf bytes to plain objects and back, driven by the tables of schema.ts.
 *
 * The bytes are read and written by the reader and writer of @bufbuild/protobuf (Buf's protobuf-es: maintained, typed,
 * no dependencies, passes protobuf's conformance suite). Only its `wire` module is used. Its reflection layer would
 * need file descriptors, which means a .proto compiler in the build, turns every message into an object with a
 * `$typeName`, and makes every int64 a bigint; the schema here is one table that types and codec share.
 */

import { isCodecError, misfit, unreadable } from "./codec-error.js";
import { type Field, Kind, type Layout, layoutOf } from "./layout.js";
import type { Message, MessageName } from "./schema.js";
import { newReader, newWriter, type Reader, WireType, type Writer } from "./wire.js";

type Values = Record<string, unknown>;

const RAW_ID_BYTES = 4;

/**
 * Encodes a message: fields in ascending order of their numbers, absent (undefined) ones left out.
 * @throws CodecError naming message and field if a value does not fit its type.
 */
export function encodeMessage<N extends MessageName>(name: N, value: Message<N>): Uint8Array {
  const writer = newWriter();
  writeMessage(writer, layoutOf(name), value as Values);
  return writer.finish();
}

/**
 * Encodes a frame without its length: the raw id, big endian, and the message.
 * @throws CodecError as encodeMessage does.
 */
export function encodePayload(rawId: number, name: MessageName, value: object): Uint8Array {
  const writer = newWriter();
  writer.raw(Uint8Array.of(rawId >>> 24, rawId >>> 16, rawId >>> 8, rawId));
  writeMessage(writer, layoutOf(name), value as Values);
  return writer.finish();
}

/**
 * Decodes a message. Fields that are not on the wire are absent from the result, unknown fields are skipped.
 * @param offset where the message starts in `bytes` (default 0); it reaches to their end.
 * @throws CodecError naming message and field if the bytes are truncated or malformed.
 */
export function decodeMessage<N extends MessageName>(name: N, bytes: Uint8Array, offset = 0): Message<N> {
  const reader = newReader(bytes);
  reader.pos = offset;
  const target: Values = {};
  readMessage(reader, layoutOf(name), bytes.length, target);
  return target as Message<N>;
}

/** Decodes the body of a frame without its length: the message behind the four bytes of the raw id. */
export function decodePayload<N extends MessageName>(name: N, payload: Uint8Array): Message<N> {
  return decodeMessage(name, payload, RAW_ID_BYTES);
}

// --- writing ----------------------------------------------------------------------------------------------------

function writeMessage(writer: Writer, layout: Layout, message: Values): void {
  if (typeof message !== "object" || message === null) {
    throw misfit(layout.name, undefined, message, "an object");
  }
  for (const field of layout.fields) {
    const value = message[field.name];
    if (value === undefined || value === null) continue;
    if (field.repeated) writeRepeated(writer, layout, field, value);
    else if (field.kind === Kind.Map) writeMap(writer, layout, field, value);
    else writeSingle(writer.uint32(field.tag), layout, field, value);
  }
}

function writeRepeated(writer: Writer, layout: Layout, field: Field, value: unknown): void {
  if (!Array.isArray(value)) throw misfit(layout.name, field.name, value, "an array");
  if (value.length === 0) return;
  if (!field.packed) {
    for (const item of value) writeSingle(writer.uint32(field.tag), layout, field, item);
    return;
  }
  writer.uint32(field.tag).fork();
  for (const item of value) writeSingle(writer, layout, field, item);
  writer.join();
}

function writeMap(writer: Writer, layout: Layout, field: Field, value: unknown): void {
  if (!(value instanceof Map)) throw misfit(layout.name, field.name, value, "a Map of strings");
  for (const [key, item] of value) {
    if (typeof key !== "string" || typeof item !== "string") {
      throw misfit(layout.name, field.name, typeof key !== "string" ? key : item, "a string");
    }
    writer.uint32(field.tag).fork();
    writer.tag(1, WireType.LengthDelimited).string(key);
    writer.tag(2, WireType.LengthDelimited).string(item);
    writer.join();
  }
}

function writeSingle(writer: Writer, layout: Layout, field: Field, value: unknown): void {
  switch (field.kind) {
    case Kind.String:
      if (typeof value !== "string") throw misfit(layout.name, field.name, value, "a string");
      writer.string(value);
      return;
    case Kind.Int32:
      if (typeof value !== "number" || (value | 0) !== value) {
        throw misfit(layout.name, field.name, value, "an integer from -2147483648 to 2147483647");
      }
      writer.int32(value);
      return;
    case Kind.Double:
      if (typeof value !== "number") throw misfit(layout.name, field.name, value, "a number");
      writer.double(value);
      return;
    case Kind.Bool:
      if (typeof value !== "boolean") throw misfit(layout.name, field.name, value, "true or false");
      writer.bool(value);
      return;
    case Kind.Int64:
      if (typeof value === "bigint" ? BigInt.asIntN(64, value) !== value : !Number.isSafeInteger(value)) {
        throw misfit(
          layout.name,
          field.name,
          value,
          "an integer, as a bigint where its size exceeds 2^53 - 1",
        );
      }
      writer.int64(value as number | bigint);
      return;
    default:
      writer.fork();
      writeMessage(writer, field.message as Layout, value as Values);
      writer.join();
  }
}

// --- reading ----------------------------------------------------------------------------------------------------

function readMessage(reader: Reader, layout: Layout, end: number, target: Values): void {
  let field: Field | undefined;
  let number = 0;
  const start = reader.pos;
  try {
    while (reader.pos < end) {
      field = undefined;
      number = 0;
      const tag = reader.tag();
      number = tag[0];
      field = layout.byNumber[number];
      if (field === undefined) reader.skip(tag[1], number);
      else readField(reader, field, tag[1], end, target);
      if (reader.pos > end) throw new RangeError(`it runs past the end of the message at byte ${end}`);
    }
  } catch (error) {
    if (isCodecError(error)) throw error;
    const what = field?.name ?? (number === 0 ? undefined : `field ${number}`);
    const where = `message of bytes ${start} to ${end}, failed before byte ${reader.pos}`;
    throw unreadable(layout.name, what, `${(error as Error).message} (${where})`, error);
  }
}

function readField(reader: Reader, field: Field, wireType: WireType, end: number, target: Values): void {
  const { name } = field;
  if (field.repeated) {
    let list = target[name] as unknown[] | undefined;
    if (list === undefined) {
      list = [];
      target[name] = list;
    }
    if (wireType === WireType.LengthDelimited && field.wireType !== WireType.LengthDelimited) {
      const packedEnd = endOf(reader, end);
      while (reader.pos < packedEnd) list.push(readScalar(reader, field));
      if (reader.pos !== packedEnd) throw new RangeError("a packed value runs past the end of its list");
      return;
    }
    checkWireType(field, wireType);
    if (field.message === undefined) {
      list.push(readScalar(reader, field));
    } else {
      const item: Values = {};
      readMessage(reader, field.message, endOf(reader, end), item);
      list.push(item);
    }
    return;
  }
  checkWireType(field, wireType);
  if (field.message !== undefined) {
    // A message that comes twice is merged, as protobuf has it.
    let nested = target[name] as Values | undefined;
    if (nested === undefined) {
      nested = {};
      target[name] = nested;
    }
    readMessage(reader, field.message, endOf(reader, end), nested);
  } else if (field.kind === Kind.Map) {
    let map = target[name] as Map<string, string> | undefined;
    if (map === undefined) {
      map = new Map();
      target[name] = map;
    }
    readMapEntry(reader, endOf(reader, end), map);
  } else {
    target[name] = readScalar(reader, field);
  }
}

function readMapEntry(reader: Reader, end: number, map: Map<string, string>): void {
  let key = "";
  let value = "";
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    if (number === 1 && wireType === WireType.LengthDelimited) key = reader.string();
    else if (number === 2 && wireType === WireType.LengthDelimited) value = reader.string();
    else reader.skip(wireType, number);
    if (reader.pos > end) throw new RangeError("a map entry runs past its end");
  }
  map.set(key, value);
}

function readScalar(reader: Reader, field: Field): unknown {
  switch (field.kind) {
    case Kind.String:
      return reader.string();
    case Kind.Int32:
      return reader.int32();
    case Kind.Double:
      return reader.double();
    case Kind.Bool:
      return reader.bool();
    default:
      return exact(BigInt(reader.int64()));
  }
}

const MAX_EXACT = BigInt(Number.MAX_SAFE_INTEGER);

/** A number where that loses nothing. */
function exact(value: bigint): number | bigint {
  return value <= MAX_EXACT && value >= -MAX_EXACT ? Number(value) : value;
}

/** Reads a length and gives the position where what follows ends. */
function endOf(reader: Reader, end: number): number {
  const length = reader.uint32();
  const itsEnd = reader.pos + length;
  if (itsEnd > end)
    throw new RangeError(`a length of ${length} runs past the end of the message at byte ${end}`);
  return itsEnd;
}

function checkWireType(field: Field, wireType: WireType): void {
  if (wireType !== field.wireType) {
    throw new Error(`wire type ${wireType} where ${field.wireType} is expected`);
  }
}
