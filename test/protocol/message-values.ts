import fc from "fast-check";
import type { MessageName } from "../../src/protocol/schema.js";
import { type DeclaredField, declaredFields } from "./schema-proto.js";

/** Random messages, in the form in which the codec gives them; edge values more often than not. */

export type Values = Record<string, unknown>;

const int32 = fc.oneof(
  fc.constantFrom(0, 1, -1, 7, 127, 128, 16383, 16384, 2147483646, -2147483648, 265598),
  fc.integer(),
);

/** A number while it is exact, a bigint beyond. */
const int64 = fc.oneof(
  fc.constantFrom<number | bigint>(
    ...[0, -1, 9000000600, 1787605783255, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
    ...[9007199254740993n, 9223372036854775807n, -9223372036854775808n],
  ),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => {
    const exact = BigInt(Number.MAX_SAFE_INTEGER);
    return value >= -exact && value <= exact ? Number(value) : value;
  }),
  fc.maxSafeInteger(),
);

const double = fc.oneof(
  fc.constantFrom(0, -0, 0.1, 150.25, -2.016569, 1e-7, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 5e-324),
  fc.double({ noNaN: true }),
);

const string = fc.oneof(
  fc.constantFrom("", "AAPL", "0.01", "Zürich", "日本", '"\\\n', "x".repeat(127), "y".repeat(2_000)),
  fc.string({ unit: "binary", maxLength: 12 }),
);

const key = fc.constantFrom("1", "0", "maxPctVol", "", "__proto__", "adaptivePriority");

const map = fc
  .uniqueArray(fc.tuple(key, string), { minLength: 1, maxLength: 3, selector: ([name]) => name })
  .map((entries) => new Map(entries));

function anyOf(type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case "int32":
      return int32;
    case "int64":
      return int64;
    case "double":
      return double;
    case "bool":
      return fc.boolean();
    case "string":
      return string;
    case "map":
      return map;
    default:
      return messageValues(type as MessageName);
  }
}

function fieldOf({ type, repeated }: DeclaredField): fc.Arbitrary<unknown> {
  const one = anyOf(type);
  return repeated ? fc.array(one, { minLength: 1, maxLength: 3 }) : one;
}

const known = new Map<string, fc.Arbitrary<Values>>();

/**
 * Messages with any of their fields set.
 */
export function messageValues(message: MessageName): fc.Arbitrary<Values> {
  let values = known.get(message);
  if (values === undefined) {
    const fields = Object.fromEntries(declaredFields(message).map((field) => [field.name, fieldOf(field)]));
    values = fc.oneof(
      { arbitrary: fc.record(fields, { requiredKeys: [], noNullPrototype: true }), weight: 5 },
      { arbitrary: fc.record(fields, { noNullPrototype: true }), weight: 1 },
    );
    known.set(message, values);
  }
  return values;
}
