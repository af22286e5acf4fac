import type { Request } from "../model/requests.js";
import type { ResponseName, Responses } from "../model/responses.js";
import { FieldReader, FieldWriter, MalformedRequest } from "./fields.js";
import { frame } from "./framer.js";
import type { AnyTextRequest, TextResponse } from "./text-layout.js";
import { textRequests } from "./text-requests.js";
import { textResponses } from "./text-responses.js";

/** One request as it came in. */
export interface DecodedRequest {
  request: Request;
  /** Fields behind the last one the layout has: a client of another version, or an error of its encoder. */
  leftover: number;
}

/** Why a frame cannot be served; `id` is the request it names, or -1. */
export class UnreadableRequest extends Error {
  constructor(
    readonly id: number,
    message: string,
  ) {
    super(message);
    this.name = "UnreadableRequest";
  }
}

/** How requests and messages look on the wire at one server version. */
export interface Dialect {
  readonly serverVersion: number;
  /** @throws UnreadableRequest for an unknown message id or a field that is missing or of the wrong type. */
  decode(payload: Buffer): DecodedRequest;
  /** The whole frame, or `undefined` where this server version has no such message. */
  encode<N extends ResponseName>(name: N, body: Responses[N]): Buffer | undefined;
}

/** Text with the message id as first field: every server version below 201. */
export class TextDialect implements Dialect {
  constructor(readonly serverVersion: number) {}

  decode(payload: Buffer): DecodedRequest {
    const fields = fieldsOf(payload);
    if (!/^\d{1,9}$/.test(fields[0])) {
      throw new UnreadableRequest(
        -1,
        `message id is ${JSON.stringify(fields[0].slice(0, 40))} (expected an integer)`,
      );
    }
    return readText(Number(fields[0]), fields.slice(1), this.serverVersion);
  }

  encode<N extends ResponseName>(name: N, body: Responses[N]): Buffer | undefined {
    const message = writeText(name, body, this.serverVersion);
    return message === undefined ? undefined : frame(Buffer.from(`${message.id}\0${message.text}`));
  }
}

/** The fields of a text body, each of which is ended by a zero byte. @throws UnreadableRequest */
export function fieldsOf(body: Buffer): string[] {
  if (body.length === 0 || body[body.length - 1] !== 0) {
    throw new UnreadableRequest(-1, "the last field is not ended by a zero byte");
  }
  return body.toString("utf8", 0, body.length - 1).split("\0");
}

/** @param fields those behind the message id @throws UnreadableRequest */
export function readText(id: number, fields: readonly string[], serverVersion: number): DecodedRequest {
  const entry: AnyTextRequest | undefined = textRequests.get(id);
  if (entry === undefined) throw new UnreadableRequest(-1, `message id ${id} is not known`);
  if (serverVersion < (entry.since ?? 0)) {
    throw new UnreadableRequest(
      -1,
      `${entry.name} (${id}) needs server version ${entry.since}, this connection has ${serverVersion}`,
    );
  }
  const reader = new FieldReader(fields);
  try {
    const body = entry.read(reader, serverVersion);
    return { request: { name: entry.name, body } as Request, leftover: reader.left };
  } catch (error) {
    if (!(error instanceof MalformedRequest)) throw error;
    throw new UnreadableRequest(reader.requestId, `${entry.name}: ${error.message}`);
  }
}

/** Id and fields of a message, or `undefined` where the server version or the text form has no such message. */
export function writeText<N extends ResponseName>(
  name: N,
  body: Responses[N],
  serverVersion: number,
): { id: number; text: string } | undefined {
  const entry = (textResponses as { readonly [M in ResponseName]?: TextResponse<M> })[name] as
    | TextResponse<N>
    | undefined;
  if (entry === undefined || serverVersion < (entry.since ?? 0)) return undefined;
  const writer = new FieldWriter(serverVersion);
  entry.write(writer, body);
  return { id: entry.id, text: writer.toString() };
}
