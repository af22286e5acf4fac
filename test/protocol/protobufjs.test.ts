import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { decodeMessage, encodeMessage } from "../../src/protocol/codec.js";
import type { Message, MessageName } from "../../src/protocol/schema.js";
import { hexOf } from "../support/frames.js";
import { testSeed } from "../support/seeded-random.js";
import { messageValues, type Values } from "./message-values.js";
import { declaredFields, MESSAGE_NAMES, protoText } from "./schema-proto.js";

/** The codec against protobufjs, which knows nothing of it but the schema: same values, same bytes, both ways. */

const { root } = protobuf.parse(protoText(), { keepCase: true });
const SEED = testSeed("protobufjs", 20260831);
const RUNS = 25;

/** The same values as protobufjs has them: 64-bit numbers as text, maps as objects. */
function toTheirs(message: MessageName, values: Values): object {
  const theirs: Values = {};
  for (const { name, type, repeated } of declaredFields(message)) {
    if (!(name in values)) continue;
    const value = values[name];
    theirs[name] = repeated
      ? (value as unknown[]).map((item) => theirValue(type, item))
      : theirValue(type, value);
  }
  return theirs;
}

function theirValue(type: string, value: unknown): unknown {
  switch (type) {
    case "int64":
      return String(value);
    case "map": {
      const object = {};
      for (const [key, item] of value as Map<string, string>) {
        Object.defineProperty(object, key, {
          value: item,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return object;
    }
    case "int32":
    case "double":
    case "bool":
    case "string":
      return value;
    default:
      return toTheirs(type as MessageName, value as Values);
  }
}

/**
 * And back, from what protobufjs decoded: of that, what was on the wire. Lists and maps it also has where nothing came,
 * which is the same as an empty one.
 */
function fromTheirs(message: MessageName, theirs: Values): Values {
  const values: Values = {};
  for (const { name, type, repeated } of declaredFields(message)) {
    if (!Object.hasOwn(theirs, name)) continue;
    const value = theirs[name];
    if ((repeated || type === "map") && Object.keys(value as object).length === 0) continue;
    values[name] = repeated
      ? (value as unknown[]).map((item) => ourValue(type, item))
      : ourValue(type, value);
  }
  return values;
}

function ourValue(type: string, value: unknown): unknown {
  switch (type) {
    case "int64": {
      const exact = BigInt(String(value));
      const number = Number(exact);
      return Number.isSafeInteger(number) ? number : exact;
    }
    case "map":
      return new Map(Object.entries(value as object));
    case "int32":
    case "double":
    case "bool":
    case "string":
      return value;
    default:
      return fromTheirs(type as MessageName, value as Values);
  }
}

/** Entries of a map in the order in which an object keeps them: whole numbers first. */
function ordered(value: unknown): unknown {
  if (value instanceof Map) return new Map(Object.entries(theirValue("map", value) as object));
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, ordered(item)]));
}

describe(`against protobufjs (seed ${SEED})`, () => {
  test("it has every message and every field", () => {
    expect(MESSAGE_NAMES.length).toBe(203);
    for (const name of MESSAGE_NAMES) {
      expect(root.lookupType(name).fieldsArray.length, name).toBe(declaredFields(name).length);
    }
  });

  test.each(MESSAGE_NAMES)("%s", (name) => {
    const theirs = root.lookupType(name);
    let tried = 0;
    fc.assert(
      fc.property(messageValues(name), (any) => {
        const values = ordered(any) as Values;
        const ourBytes = encodeMessage(name, values as Message<typeof name>);
        const theirBytes = theirs.encode(toTheirs(name, values)).finish();
        expect(hexOf(ourBytes)).toBe(hexOf(theirBytes));
        expect(decodeMessage(name, theirBytes)).toEqual(values);
        expect(fromTheirs(name, theirs.decode(ourBytes) as unknown as Values)).toEqual(values);
        tried++;
      }),
      { seed: SEED, numRuns: RUNS },
    );
    expect(tried).toBeGreaterThanOrEqual(RUNS);
  });
});
