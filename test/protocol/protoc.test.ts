import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/protocol/codec.js";
import { type Field, Kind, layoutOf } from "../../src/protocol/layout.js";
import type { Message, MessageName } from "../../src/protocol/schema.js";
import { testSeed } from "../support/seeded-random.js";
import { messageValues, type Values } from "./message-values.js";
import { MESSAGE_NAMES, protoText } from "./schema-proto.js";

/** The codec against protoc, which knows nothing of it: same schema, same values, same bytes. */

const hasProtoc = spawnSync("protoc", ["--version"]).status === 0;
if (!hasProtoc) console.log("skipped: no protoc on the PATH (Debian: apt-get install protobuf-compiler)");

const SEED = testSeed("protoc", 20260826);
const ROUNDS = 6;

/** All messages as a .proto, and one that holds any number of each, so that one process does for all. */
function allProto(): string {
  const lists = MESSAGE_NAMES.map((name, i) => `  repeated ${name} all${name} = ${i + 1};`);
  return [protoText(), "message All {", ...lists, "}"].join("\n");
}

/** A value in protobuf's text format. */
function textOf(name: MessageName, message: Values): string {
  let text = "";
  for (const field of layoutOf(name).fields) {
    const value = message[field.name];
    if (value === undefined) continue;
    if (field.kind === Kind.Map) {
      for (const [key, item] of value as Map<string, string>) {
        text += `${field.name} { key: ${quoted(key)} value: ${quoted(item)} }\n`;
      }
      continue;
    }
    for (const item of field.repeated ? (value as unknown[]) : [value]) {
      text += `${field.name}${scalarText(field, item)}\n`;
    }
  }
  return text;
}

function scalarText(field: Field, value: unknown): string {
  if (field.message !== undefined) return ` {\n${textOf(field.message.name, value as Values)}}`;
  if (typeof value === "string") return `: ${quoted(value)}`;
  if (Object.is(value, -0)) return ": -0";
  return `: ${typeof value === "number" ? String(value).replace("Infinity", "inf") : String(value)}`;
}

function quoted(text: string): string {
  const bytes = [...Buffer.from(text, "utf8")];
  return `"${bytes.map((b) => (b > 0x1f && b < 0x7f && b !== 0x22 && b !== 0x5c ? String.fromCharCode(b) : `\\${b.toString(8).padStart(3, "0")}`)).join("")}"`;
}

/** protoc writes maps by ascending keys. */
function sortMaps(message: Values): void {
  for (const [name, value] of Object.entries(message)) {
    if (value instanceof Map) {
      message[name] = new Map([...value].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    } else if (Array.isArray(value)) {
      for (const item of value) if (typeof item === "object") sortMaps(item as Values);
    } else if (typeof value === "object" && value !== null) {
      sortMaps(value as Values);
    }
  }
}

/** Lengths and bytes of what protoc wrote: a list of messages behind their field numbers. */
function* entriesOf(bytes: Uint8Array): Generator<[number, Uint8Array]> {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const number = varint() >>> 3;
    const length = varint();
    yield [number, bytes.subarray(at, at + length)];
    at += length;
  }
}

describe.skipIf(!hasProtoc)(`against protoc (seed ${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "ibkr-proto-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test(`random values of all ${MESSAGE_NAMES.length} messages`, () => {
    writeFileSync(join(folder, "all.proto"), allProto());
    const values: { name: MessageName; value: Values }[] = [];
    let text = "";
    for (const name of MESSAGE_NAMES) {
      for (const value of fc.sample(messageValues(name), { seed: SEED, numRuns: ROUNDS })) {
        sortMaps(value);
        values.push({ name, value });
        text += `all${name} {\n${textOf(name, value)}}\n`;
      }
    }
    const bytes = execFileSync(
      "protoc",
      ["--deterministic_output", `--proto_path=${folder}`, "--encode=All", "all.proto"],
      { input: text, maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "pipe"] },
    );
    let i = 0;
    for (const [number, message] of entriesOf(bytes)) {
      const { name, value } = values[i++];
      expect(MESSAGE_NAMES[number - 1]).toBe(name);
      expect(decodeMessage(name, message), `decoding ${name}`).toEqual(value);
      const ours = Buffer.from(encodeMessage(name, value as Message<typeof name>));
      expect(
        ours.equals(message),
        `encoding ${name}: ${JSON.stringify(ours.toString("hex").slice(0, 400))}`,
      ).toBe(true);
    }
    expect(i).toBe(values.length);
  });
});
