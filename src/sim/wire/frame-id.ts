import { PROTOBUF_ID_OFFSET } from "../../protocol/messages.js";
import { SV } from "./server-version.js";

const RAW_ID_BYTES = 4;

/** Which message a frame of either side is, and where its body begins. */
export interface FrameId {
  /** The id of its text form; 0 where there is none. */
  baseId: number;
  protobuf: boolean;
  body: number;
}

/** Raw ids are four bytes from 201 on; before it they are the first text field. @param payload without its length bytes */
export function frameIdOf(payload: Buffer, serverVersion: number): FrameId {
  if (serverVersion < SV.PROTOBUF) {
    const end = payload.indexOf(0);
    return { baseId: Number(payload.toString("latin1", 0, end)) || 0, protobuf: false, body: end + 1 };
  }
  if (payload.length < RAW_ID_BYTES) return { baseId: 0, protobuf: false, body: payload.length };
  const raw = payload.readUInt32BE(0);
  const protobuf = raw > PROTOBUF_ID_OFFSET;
  return { baseId: protobuf ? raw - PROTOBUF_ID_OFFSET : raw, protobuf, body: RAW_ID_BYTES };
}
