import { CodecError } from "../../protocol/codec-error.js";
import { INCOMING, incomingPayload, PROTOBUF_ID_OFFSET } from "../../protocol/messages.js";
import type { ResponseName, Responses } from "../model/responses.js";
import {
  type DecodedRequest,
  type Dialect,
  fieldsOf,
  readText,
  UnreadableRequest,
  writeText,
} from "./dialect.js";
import { frame } from "./framer.js";
import { protobufGate, readProtobufRequest } from "./protobuf-requests.js";
import { type ProtobufResponse, protobufResponses } from "./protobuf-responses.js";

const ID_BYTES = 4;

/**
 * Server versions from 201 on: the message id is a raw integer, and each message has one of two bodies by the server
 * version, text (id as it is) or protobuf (id + 200).
 */
export class MixedDialect implements Dialect {
  constructor(readonly serverVersion: number) {}

  decode(payload: Buffer): DecodedRequest {
    if (payload.length < ID_BYTES) {
      throw new UnreadableRequest(-1, `a frame of ${payload.length} bytes has no message id`);
    }
    const rawId = payload.readUInt32BE(0);
    if (rawId > PROTOBUF_ID_OFFSET) return this.decodeProtobuf(rawId - PROTOBUF_ID_OFFSET, payload);
    const gate = protobufGate(rawId);
    if (gate?.since !== undefined && this.serverVersion >= gate.since) {
      throw new UnreadableRequest(
        -1,
        `${gate.name} (${rawId}) came as text, at server version ${this.serverVersion} it is protobuf (${rawId + PROTOBUF_ID_OFFSET})`,
      );
    }
    const body = payload.subarray(ID_BYTES);
    return readText(rawId, body.length === 0 ? [] : fieldsOf(body), this.serverVersion);
  }

  encode<N extends ResponseName>(name: N, body: Responses[N]): Buffer | undefined {
    const entry = (protobufResponses as { readonly [M in ResponseName]?: ProtobufResponse<M> })[name] as
      | ProtobufResponse<N>
      | undefined;
    const since = entry === undefined ? undefined : INCOMING[entry.name].since;
    if (entry !== undefined && since !== undefined && this.serverVersion >= since) {
      return frame(incomingPayload(entry.name, entry.write(body, this.serverVersion)));
    }
    const message = writeText(name, body, this.serverVersion);
    if (message === undefined) return undefined;
    const bytes = Buffer.alloc(ID_BYTES + Buffer.byteLength(message.text));
    bytes.writeUInt32BE(message.id, 0);
    bytes.write(message.text, ID_BYTES);
    return frame(bytes);
  }

  private decodeProtobuf(id: number, payload: Buffer): DecodedRequest {
    const gate = protobufGate(id);
    if (gate?.since === undefined) {
      throw new UnreadableRequest(-1, `message id ${id + PROTOBUF_ID_OFFSET} is not known`);
    }
    if (this.serverVersion < gate.since) {
      throw new UnreadableRequest(
        -1,
        `${gate.name} (${id}) came as protobuf, which needs server version ${gate.since}; this connection has ${this.serverVersion}`,
      );
    }
    try {
      const request = readProtobufRequest(gate.name, payload);
      if (request !== undefined) return { request, leftover: 0 };
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw new UnreadableRequest(-1, `${gate.name}: ${error.message}`);
    }
    throw new UnreadableRequest(-1, `message id ${id + PROTOBUF_ID_OFFSET} is not served`);
  }
}
