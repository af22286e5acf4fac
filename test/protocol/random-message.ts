import { type Field, Kind, type Layout } from "../../src/protocol/layout.js";
import type { SeededRandom } from "../support/seeded-random.js";

const INTEGERS = [0, 1, -1, 7, 127, 128, 16383, 16384, 2147483646, -2147483648, 265598];
const LONGS = [
  0,
  -1,
  9000000600,
  1787605783255,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
  9007199254740993n,
  9223372036854775807n,
  -9223372036854775808n,
];
const DOUBLES = [0, -0, 0.1, 150.25, -2.016569, 1e-7, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 5e-324];
const STRINGS = ["", "AAPL", "0.01", "Zürich", "日本", '"\\\n', "x".repeat(127), "y".repeat(20_000)];
const KEYS = ["1", "0", "maxPctVol", "", "__proto__", "adaptivePriority"];

/** A message with about `density` of its fields set, edge values more often than not. */
export function randomMessage(
  layout: Layout,
  random: SeededRandom,
  density: number,
): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  for (const field of layout.fields) {
    if (random.next() >= density) continue;
    message[field.name] = field.repeated
      ? Array.from({ length: 1 + random.below(3) }, () => randomValue(field, random, density))
      : randomValue(field, random, density);
  }
  return message;
}

function randomValue(field: Field, random: SeededRandom, density: number): unknown {
  switch (field.kind) {
    case Kind.Int32:
      return random.pick(INTEGERS);
    case Kind.Int64:
      return random.pick(LONGS);
    case Kind.Double:
      return random.next() < 0.5 ? random.pick(DOUBLES) : (random.next() - 0.5) * 10 ** random.below(12);
    case Kind.Bool:
      return random.next() < 0.5;
    case Kind.String:
      return random.pick(STRINGS);
    case Kind.Map:
      return new Map(
        Array.from({ length: 1 + random.below(3) }, () => [random.pick(KEYS), random.pick(STRINGS)]),
      );
    case Kind.Message:
      return randomMessage(field.message as Layout, random, density);
  }
}
