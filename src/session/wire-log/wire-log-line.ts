import { maskedText } from "../../domain/redaction.js";
import { incomingName, outgoingName, PROTOBUF_ID_OFFSET } from "../../protocol/messages.js";
import { protobufTexts } from "../../protocol/text-spans.js";
import { MIN_PROTOBUF_VERSION } from "../server-versions.js";

export type WireWay = "in" | "out" | "note";

/** One line of a wire log: JSON. Account ids are masked by as many signs as they have. */
export interface WireLine {
  /** When JavaScript saw it, µs since 1970 UTC. */
  readonly micros: number;
  readonly way: WireWay;
  /** Negotiated server version; 0 before. */
  readonly version: number;
  /** The message's name where it is known, and its number. */
  readonly message?: string | undefined;
  readonly id?: number | undefined;
  /** Of a text message. */
  readonly fields?: readonly string[] | undefined;
  /** Of a protobuf message: the frame without its length, base64. */
  readonly bytes?: string | undefined;
  /** Bytes of a frame that was too long for the file, of which this is the beginning. */
  readonly wholeBytes?: number | undefined;
  readonly note?: string | undefined;
}

const RAW_ID_BYTES = 4;
/** Of a line whatever its frame: names and numbers. */
const HEAD_BYTES = 512;

/** The number and the name of a frame, and whether its body is protobuf. */
export function headOf(
  way: "in" | "out",
  payload: Uint8Array,
  version: number,
): { readonly id: number; readonly message: string | undefined; readonly isProtobuf: boolean } {
  let id: number;
  let isProtobuf = false;
  if (version >= MIN_PROTOBUF_VERSION) {
    const raw =
      payload.length < RAW_ID_BYTES ? 0 : new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    isProtobuf = raw > PROTOBUF_ID_OFFSET;
    id = isProtobuf ? raw - PROTOBUF_ID_OFFSET : raw;
  } else {
    const zero = payload.indexOf(0);
    id = Number(Buffer.from(payload.subarray(0, zero < 0 ? payload.length : zero)).toString("latin1"));
  }
  const message = way === "in" ? incomingName(id) : outgoingName(id);
  return { id, message, isProtobuf };
}

/** @param maxBytes of the line */
export function frameLine(
  micros: number,
  way: "in" | "out",
  payload: Uint8Array,
  version: number,
  maxBytes: number,
): string {
  const { id, message, isProtobuf } = headOf(way, payload, version);
  // A sign of a text takes six bytes in JSON at the most, three bytes four in base64.
  const room = Math.floor((maxBytes - HEAD_BYTES) / (isProtobuf ? 1.4 : 6));
  const shown = payload.length > room ? payload.subarray(0, room) : payload;
  const wholeBytes = shown === payload ? undefined : payload.length;
  const head: WireLine = { micros, way, version, message, id };
  if (isProtobuf) return lineOf({ ...head, bytes: maskedBytes(shown).toString("base64"), wholeBytes });
  const isRaw = version >= MIN_PROTOBUF_VERSION;
  const text = Buffer.from(isRaw ? shown.subarray(RAW_ID_BYTES) : shown).toString("utf8");
  const fields = maskedText(text).split("\0");
  // Each field ends with a NUL.
  if (fields.at(-1) === "") fields.pop();
  return lineOf({ ...head, fields, wholeBytes });
}

export function noteLine(micros: number, version: number, note: string): string {
  return lineOf({ micros, way: "note", version, note: maskedText(note) });
}

function lineOf(line: WireLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** A copy of the frame with masked texts, of which no length has changed. */
function maskedBytes(payload: Uint8Array): Buffer {
  const copy = Buffer.from(payload);
  for (const [start, end] of protobufTexts(payload, RAW_ID_BYTES, payload.length)) {
    const text = copy.toString("latin1", start, end);
    const masked = maskedText(text);
    if (masked !== text) copy.write(masked, start, "latin1");
  }
  return copy;
}
