import { type FrameId, frameIdOf } from "../wire/frame-id.js";

/** Client messages whose id field is a request or order id. */
const REQUESTS = new Set([
  1, 2, 3, 4, 7, 9, 10, 11, 20, 22, 23, 25, 50, 51, 52, 53, 54, 55, 56, 57, 62, 63, 74, 75, 76, 77, 78, 79,
  81, 83, 84, 86, 87, 88, 89, 90, 92, 93, 94, 95, 96, 97, 98, 100, 101, 102, 103, 104,
]);
/** Of these, the ones whose text body begins with a version field. */
const VERSIONED_REQUESTS = new Set([1, 2, 7, 9, 10, 11, 25, 50, 51, 62, 63, 74, 75, 76, 77]);

/** Server messages whose first protobuf field is that id. */
const MESSAGES = new Set([
  1, 2, 3, 4, 5, 10, 11, 12, 13, 17, 18, 20, 21, 45, 46, 50, 51, 52, 55, 57, 58, 63, 64, 71, 72, 73, 74, 75,
  76, 77, 79, 81, 82, 83, 84, 86, 87, 88, 89, 90, 91, 92, 94, 95, 96, 97, 98, 99, 103, 104, 105, 106, 107,
  108,
]);
/** Of these, the ones whose text body begins with a version field. */
const VERSIONED_MESSAGES = new Set([1, 2, 12, 13, 45, 46, 50, 52, 55, 57, 58, 63, 64, 71, 72, 73, 74]);

/** The request or order id of a client's frame, if it is of a kind that has one. */
export function requestIdOf(payload: Buffer, serverVersion: number): number | undefined {
  const place = frameIdOf(payload, serverVersion);
  if (!REQUESTS.has(place.baseId)) return undefined;
  const span = spanOf(payload, place, VERSIONED_REQUESTS.has(place.baseId));
  return span?.value;
}

/** The server's frame with its request id replaced where `map` has another one for it. */
export function withMappedId(
  payload: Buffer,
  serverVersion: number,
  map: ReadonlyMap<number, number>,
): Buffer {
  const place = frameIdOf(payload, serverVersion);
  if (!MESSAGES.has(place.baseId)) return payload;
  const span = spanOf(
    payload,
    place,
    VERSIONED_MESSAGES.has(place.baseId) || isVersionedError(place, serverVersion),
  );
  const id = span === undefined ? undefined : map.get(span.value);
  if (span === undefined || id === undefined || id === span.value) return payload;
  const replacement = place.protobuf ? encodeVarint(id) : Buffer.from(String(id));
  return Buffer.concat([payload.subarray(0, span.start), replacement, payload.subarray(span.end)]);
}

/** ERR_MSG had a version field until 194. */
function isVersionedError(place: FrameId, serverVersion: number): boolean {
  return place.baseId === 4 && serverVersion < 194;
}

interface Span {
  start: number;
  end: number;
  value: number;
}

function spanOf(payload: Buffer, place: FrameId, versioned: boolean): Span | undefined {
  return place.protobuf
    ? protobufSpan(payload, place.body)
    : textSpan(payload, place.body, versioned ? 1 : 0);
}

function textSpan(payload: Buffer, body: number, skip: number): Span | undefined {
  let start = body;
  for (let i = 0; i < skip; i++) {
    const end = payload.indexOf(0, start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const end = payload.indexOf(0, start);
  const text = payload.toString("latin1", start, end);
  return end < 0 || !/^-?\d+$/.test(text) ? undefined : { start, end, value: Number(text) };
}

/** Field 1 of all these messages comes first on the wire when it is there. */
function protobufSpan(payload: Buffer, body: number): Span | undefined {
  const FIELD_1_VARINT = 0x08;
  if (payload[body] !== FIELD_1_VARINT) return undefined;
  let value = 0n;
  let shift = 0n;
  for (let end = body + 1; end < payload.length; end++) {
    value |= BigInt(payload[end] & 0x7f) << shift;
    shift += 7n;
    if (payload[end] < 0x80)
      return { start: body + 1, end: end + 1, value: Number(BigInt.asIntN(64, value)) };
  }
  return undefined;
}

function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
