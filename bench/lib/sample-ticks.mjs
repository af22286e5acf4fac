// Ticks for the check and the micro part, with the bytes a gateway would send for them.

/** Small seeded generator: whole numbers from 0 to `below` - 1. */
export function seeded(seed) {
  let state = (seed * 2654435761 + 1) >>> 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % below;
  };
}

const PRICE_FIELDS = [1, 2, 4, 6, 7, 9, 66, 67, 68];
const SIZE_FIELDS = [0, 3, 5, 8, 69, 70, 71];
const pick = (random, list) => list[random(list.length)];

/** Usual ticks: prices of 1 to 6 decimals, whole sizes. */
export function randomTicks(count, seed) {
  const random = seeded(seed);
  return Array.from({ length: count }, () => {
    const kind = random(4) < 3 ? "price" : "size";
    const decimals = pick(random, [2, 2, 2, 1, 4, 6]);
    return {
      kind,
      reqId: 1 + random(2000),
      field: pick(random, kind === "price" ? PRICE_FIELDS : SIZE_FIELDS),
      price: `${Number((random(1_000_000) / 10 ** decimals).toFixed(decimals))}`,
      size: `${random(2) ? 100 * (1 + random(99)) : random(1 << 30)}`,
      mask: random(2),
    };
  });
}

const ODD_PRICES = [
  "0", "-0.01", "-1", "-123456.789", "0.1", ".5", "5.", "00012.50", "123456789", "1234567890", "123456789.012345",
  "0.123456789012345", "0.1234567890123456789", "12345678901234567890", "1e-7", "1.5E3", "4.9E-324",
  "2147483648", "9007199254740993", "1.7976931348623157E308", "",
]; // biome-ignore format: a list
const ODD_SIZES = [
  "0", "", "0.001", "0.00000001", "1,234", "1,234,567.5", "1E10", "-5", "999999999", "1000000000", "99999999999.25",
  "9223372036854775807", "1.7976931348623157E308", "Infinity",
]; // biome-ignore format: a list

/** Every odd price with every odd size, and every odd size alone. */
export function oddTicks() {
  const prices = ODD_PRICES.flatMap((price, i) =>
    ODD_SIZES.map((size, k) => ({
      kind: "price",
      reqId: 1 + i,
      field: PRICE_FIELDS[(i + k) % PRICE_FIELDS.length],
      price,
      size,
      mask: k % 2,
    })),
  );
  const sizes = ODD_SIZES.map((size, i) => ({ kind: "size", reqId: 2_147_483_647 - i, field: 8, size }));
  return [...prices, ...sizes];
}

export function frame(body) {
  const out = Buffer.alloc(4 + body.length);
  out.writeUInt32BE(body.length);
  body.copy(out, 4);
  return out;
}

export const textFrame = (...fields) => frame(Buffer.from(`${fields.join("\0")}\0`, "latin1"));

export function encodeText({ kind, reqId, field, price, size, mask }) {
  return kind === "price"
    ? textFrame(1, 6, reqId, field, price, size, mask)
    : textFrame(2, 6, reqId, field, size);
}

function varint(value) {
  const out = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) out.push((value % 0x80) | 0x80);
  out.push(value);
  return out;
}

const integer = (number, value) => [...varint(number * 8), ...varint(value)];
const string = (number, value) => [
  ...varint(number * 8 + 2),
  ...varint(value.length),
  ...Buffer.from(value, "latin1"),
];

function double(number, value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [...varint(number * 8 + 1), ...bytes];
}

export function protobufFrame(id, ...fields) {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(200 + id);
  return frame(Buffer.concat([head, Buffer.from(fields.flat())]));
}

/** The same tick in protobuf; an empty text is an absent field. */
export function encodeProtobuf({ kind, reqId, field, price, size, mask }) {
  const head = [integer(1, reqId), integer(2, field)];
  if (kind === "size") return protobufFrame(2, ...head, size === "" ? [] : string(3, size));
  return protobufFrame(
    1,
    ...head,
    price === "" ? [] : double(3, Number.parseFloat(price)),
    size === "" ? [] : string(4, size),
    mask === 0 ? [] : integer(5, mask),
  );
}

export const encodeInteger = integer;
export const encodeString = string;
