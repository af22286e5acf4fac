import type { SeededRandom } from "../../support/seeded-random.js";

/** Values of text fields as gateways send them, and at the borders of what they may send. */

/** What stands for "no value" in number fields: the largest double, int32 and int64, and nothing at all. */
export const UNSET_VALUES = ["1.7976931348623157E308", "2147483647", "9223372036854775807", ""] as const;

/** Doubles that a hasty conversion gets wrong: halfway cases, subnormals, more digits than a double holds. */
const HARD_DOUBLES = [
  "0.1",
  "0.30000000000000004",
  "9007199254740993",
  "9007199254740993.0000000000000001",
  "1.00000000000000011102230246251565404236316680908203124",
  "1.00000000000000011102230246251565404236316680908203125",
  "1.00000000000000011102230246251565404236316680908203126",
  "8.5E22",
  "1E23",
  "100000000000000000000000",
  "123456789012345678",
  "179769313486231570000000000000000000000",
  "2.2250738585072011e-308",
  "2.2250738585072014E-308",
  "4.9E-324",
  "5e-324",
  "2.47032822920623272E-324",
  "1E-400",
  "1E400",
  "-1E400",
  "1.7976931348623158E308",
  "-1.7976931348623157E308",
  "1.7976931348623157e+308",
  "0.000000000000000000000000000000123",
  "6.02214076e23",
] as const;

const PLAIN_EDGES = [
  "0",
  "-0",
  "0.0",
  "-0.0",
  "1",
  "-1",
  ".5",
  "-.5",
  "5.",
  "007.50",
  "0.00000001",
  "99999999.99999999",
];

const STRINGS = [
  "",
  "SMART",
  "NASDAQ",
  "ISLAND",
  "a b\tc",
  "line\r\nbreak",
  "\u0001\u007f",
  "Zürich",
  "Ελλάδα",
  "東京証券取引所",
  "🚀 to the 🌕",
  "e\u0301",
  "\ufeffbyte order mark",
  "\ufffd",
  "Caf\\u00e9",
  "NaN",
  "1.7976931348623157E308",
];

export const ORDER_STATUSES = [
  "PendingSubmit",
  "PendingCancel",
  "PreSubmitted",
  "Submitted",
  "ApiCancelled",
  "Cancelled",
  "Filled",
  "Inactive",
  "ApiPending",
  "Unknown",
] as const;

/** The kinds of text fields: what the client reads them as. */
export type FieldKind = "int" | "long" | "double" | "decimal" | "greek" | "flag" | "mask" | "time" | "string";

function manyDigits(random: SeededRandom): string {
  const count = random.int(1, 25);
  const digits = random.digits(count);
  const point = random.int(0, count);
  const text = point === count ? digits : `${digits.slice(0, point) || "0"}.${digits.slice(point)}`;
  return random.chance(0.25) ? `-${text}` : text;
}

function scientific(random: SeededRandom): string {
  const mantissa = random.chance(0.5)
    ? random.digits(1)
    : `${random.digits(1)}.${random.digits(random.int(1, 17))}`;
  const sign = random.pick(["", "-"]);
  return `${sign}${mantissa}${random.pick(["e", "E"])}${random.pick(["", "+", "-"])}${random.int(0, 330)}`;
}

function price(random: SeededRandom): string {
  return (random.next() * 10 ** random.int(-2, 6)).toFixed(random.int(0, 8));
}

/** A double: prices mostly, then unset values, borders, hard conversions, and up to 25 digits with or without exponent. */
export function doubleField(random: SeededRandom): string {
  const which = random.next();
  if (which < 0.45) return price(random);
  if (which < 0.55) return random.pick(UNSET_VALUES);
  if (which < 0.65) return random.pick(PLAIN_EDGES);
  if (which < 0.75) return random.pick(HARD_DOUBLES);
  return which < 0.9 ? manyDigits(random) : scientific(random);
}

/** A size, quantity or volume: like a double, and with thousands separators. */
export function decimalField(random: SeededRandom): string {
  const which = random.next();
  if (which < 0.4) return String(random.int(0, 1_000_000));
  if (which < 0.48) return random.pick(["1,234", "1,234,567.25", "-12,345.5", "1,000,000,000,000", "0,5"]);
  if (which < 0.56)
    return random.pick(["1E+2", "0E-8", "2.5E-7", "1E+18", "-9223372036854775808", "9223372036854775806"]);
  return doubleField(random);
}

/** A greek, volatility or model price: a double, or -1 or -2 for "not computed". */
export function greekField(random: SeededRandom): string {
  const which = random.next();
  if (which < 0.15) return random.pick(["-1", "-1.0", "-2", "-2.0", "-1E0", "-0.2E1"]);
  if (which < 0.6) return (random.next() * 2 - 1).toPrecision(random.int(1, 17));
  return doubleField(random);
}

export function intField(random: SeededRandom): string {
  const which = random.next();
  if (which < 0.7) return String(random.int(0, 100_000));
  if (which < 0.8) return String(random.int(-2147483648, 2147483647));
  return random.pick(["0", "1", "-1", "2147483647", "2147483646", "-2147483648", "", "0042"]);
}

/** A 64-bit id: permId is one. */
export function longField(random: SeededRandom): string {
  const which = random.next();
  if (which < 0.5) return random.digits(random.int(1, 10));
  if (which < 0.8) return random.digits(random.int(11, 18));
  return random.pick([
    "0",
    "",
    "-1",
    "2147483647",
    "2147483648",
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
  ]);
}

/** Seconds since 1970. */
export function timeField(random: SeededRandom): string {
  return random.chance(0.8)
    ? String(random.int(1_400_000_000, 2_000_000_000))
    : random.pick(["0", "1", "2147483647", "2147483648", "4294967296", "253402300799"]);
}

export function stringField(random: SeededRandom): string {
  const which = random.next();
  if (which < 0.6) return random.pick(STRINGS);
  if (which < 0.98) {
    // Printable ASCII, Latin-1 and beyond the basic plane; never a NUL, which ends the field.
    const letter = () =>
      String.fromCodePoint(random.pick([random.int(32, 126), random.int(161, 255), 0x1f600]));
    return Array.from({ length: random.int(1, 40) }, letter).join("");
  }
  return "x".repeat(random.int(1_000, 20_000));
}

export function fieldOf(kind: FieldKind, random: SeededRandom): string {
  switch (kind) {
    case "int":
      return intField(random);
    case "long":
      return longField(random);
    case "double":
      return doubleField(random);
    case "decimal":
      return decimalField(random);
    case "greek":
      return greekField(random);
    case "flag":
      return random.pick(["0", "1", ""]);
    case "mask":
      return String(random.int(0, 3));
    case "time":
      return timeField(random);
    case "string":
      return stringField(random);
  }
}
