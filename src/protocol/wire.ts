import type * as wire from "@bufbuild/protobuf/wire";

export type Reader = wire.BinaryReader;
export type Writer = wire.BinaryWriter;

/** How many bytes a field has, in the low three bits of its tag; the kinds that the schema needs. */
export const WireType = { Varint: 0, Bit64: 1, LengthDelimited: 2 } as const;
export type WireType = wire.WireType;

let loaded: typeof wire | undefined;

/** Loaded with the first message: its twenty files are a fifth of what importing the package would take. */
function library(): typeof wire {
  loaded ??= require("@bufbuild/protobuf/wire") as typeof wire;
  return loaded;
}

export function newWriter(): Writer {
  return new (library().BinaryWriter)();
}

export function newReader(bytes: Uint8Array): Reader {
  return new (library().BinaryReader)(bytes);
}
