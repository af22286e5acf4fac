import type { IncomingName } from "../../protocol/messages.js";
import type { ProtobufHost } from "../host.js";
import { TextDecoder } from "../text/text-decoder.js";

/**
 * Messages that newer servers still send, or may send, as text: TICK_EFP and DELTA_NEUTRAL_VALIDATION never became
 * protobuf, of the others it is not known at which version they did. Their layouts are those of version 193.
 */
const TEXT_MESSAGES: ReadonlySet<IncomingName> = new Set<IncomingName>([
  "TICK_EFP",
  "DELTA_NEUTRAL_VALIDATION",
  "COMMISSION_AND_FEES_REPORT",
  "REROUTE_MKT_DATA_REQ",
  "REROUTE_MKT_DEPTH_REQ",
  "HISTORICAL_SCHEDULE",
  "NEXT_VALID_ID",
]);

const RAW_ID_BYTES = 4;

/** Text bodies of the protobuf dialect: fields ended by NUL, without the message id that text frames begin with. */
export class TextBodies {
  private readonly decoder: TextDecoder;

  constructor(host: ProtobufHost) {
    this.decoder = new TextDecoder(host);
  }

  /** Raises the events of a frame, in which what is malformed is an event too; false if it is not known as text. */
  receive(id: number, name: IncomingName | undefined, payload: Buffer): boolean {
    if (name === undefined || !TEXT_MESSAGES.has(name)) return false;
    this.decoder.decode(`${id}\0${payload.toString("utf8", RAW_ID_BYTES)}`);
    return true;
  }
}
