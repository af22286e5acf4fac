import { connect, type Socket } from "node:net";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder.js";
import { decodePayload } from "../../../src/protocol/codec.js";
import {
  INCOMING,
  type IncomingName,
  incomingName,
  OUTGOING,
  type OutgoingName,
  outgoingPayload,
  PROTOBUF_ID_OFFSET,
} from "../../../src/protocol/messages.js";
import type { MessageName } from "../../../src/protocol/schema.js";
import { FrameCutter, framed } from "../frames.js";
import { Signal } from "../signal.js";

/** A message of the gateway, in either dialect. */
export interface Received {
  name: IncomingName;
  protobuf: boolean;
  /** Of a protobuf message. */
  body: Record<string, unknown>;
  /** Of a text message: the fields behind the message id. */
  fields: string[];
  payload: Buffer;
}

/** A request in both dialects. */
export interface WireRequest {
  name: OutgoingName;
  body: object;
  /** How stock's encoder writes it; missing for requests that only exist in protobuf, or that stock has not. */
  text?: (encoder: Encoder) => unknown;
  /** Its text fields where stock's encoder does not write it. */
  fields?: readonly (string | number)[];
}

/** How long a test waits for what has to come. */
const LIMIT_MS = 5_000;

/** The newest server version stock's encoder knows; the text forms of later ones differ as {@link laterFields} says. */
const STOCK_NEWEST = 193;

/** Speaks any server version: each request in the form that version has for it. */
export class WireClient {
  readonly received: Received[] = [];
  serverVersion = 0;
  closed = false;
  private readonly cutter = new FrameCutter();
  private readonly arrived = new Signal();

  private constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.take(chunk));
    socket.on("close", () => {
      this.closed = true;
      this.arrived.notify();
    });
    socket.on("error", () => {
      // "close" follows.
    });
  }

  /** Offers 100..`newest` and waits until the gateway has said its first words. */
  static async connect(port: number, newest: number, clientId = 1): Promise<WireClient> {
    const socket = connect({ port, host: "127.0.0.1" });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      socket.once("error", reject);
    });
    const client = new WireClient(socket);
    socket.write(Buffer.concat([Buffer.from("API\0"), framed(Buffer.from(`v100..${newest}`))]));
    await client.until("the handshake", () => client.serverVersion > 0);
    client.send({
      name: "START_API",
      body: { clientId },
      fields: [2, clientId, ""],
    });
    await client.until("the notices", () => client.errors(2158).length === 1);
    return client;
  }

  send(request: WireRequest): void {
    this.socket.write(framed(this.payloadOf(request)));
  }

  /** A request in the form of the connection's version, without its length. */
  payloadOf(request: WireRequest): Buffer {
    const { since } = OUTGOING[request.name];
    if (since !== undefined && this.serverVersion >= since) {
      return Buffer.from(outgoingPayload(request.name as never, request.body as never));
    }
    const [id, ...fields] = this.textOf(request);
    const body = Buffer.from(fields.map((field) => `${field}\0`).join(""));
    if (this.serverVersion <= PROTOBUF_ID_OFFSET) return Buffer.concat([Buffer.from(`${id}\0`), body]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(Number(id));
    return Buffer.concat([head, body]);
  }

  /** Messages of a kind since a mark. */
  all(name: IncomingName, mark = 0): Received[] {
    return this.received.slice(mark).filter((m) => m.name === name);
  }

  errors(code: number, mark = 0): Received[] {
    return this.all("ERR_MSG", mark).filter((m) => errorOf(m, this.serverVersion).code === code);
  }

  async next(name: IncomingName, mark = 0): Promise<Received> {
    await this.until(name, () => this.all(name, mark).length > 0);
    return this.all(name, mark)[0];
  }

  /** @throws Error when the connection ends before `done` holds, or the time does */
  async until(what: string, done: () => boolean): Promise<void> {
    const tail = () => {
      const last = this.received.slice(-6);
      return `; last:\n${last.map((m) => `${m.name} ${JSON.stringify(m.protobuf ? m.body : m.fields)}`).join("\n")}`;
    };
    await this.arrived.until(what, () => done() || this.closed, LIMIT_MS, tail);
    if (!done()) throw new Error(`${what} did not come, the connection is closed${tail()}`);
  }

  end(): void {
    this.socket.destroy();
  }

  private textOf(request: WireRequest): string[] {
    if (request.fields !== undefined) return [OUTGOING[request.name].id, ...request.fields].map(String);
    if (request.text === undefined) throw new Error(`${request.name} has no text form`);
    const sent: unknown[][] = [];
    const encoder = new Encoder({
      serverVersion: Math.min(this.serverVersion, STOCK_NEWEST),
      sendMsg: (...tokens: unknown[]) => void sent.push(tokens.flat(4)),
      emitError: (message: string) => {
        throw new Error(message);
      },
    } as never);
    request.text(encoder);
    if (sent.length !== 1) throw new Error(`${request.name}: stock sent ${sent.length} messages`);
    const tokens = sent[0].map((t) =>
      t === undefined || t === null ? "" : typeof t === "boolean" ? Number(t) : t,
    );
    return [...tokens.map(String), ...laterFields(request.name, this.serverVersion)];
  }

  private take(chunk: Buffer): void {
    for (const payload of this.cutter.push(chunk)) {
      if (this.serverVersion === 0) this.serverVersion = Number(payload.toString().split("\0")[0]);
      else this.received.push(readMessage(payload, this.serverVersion));
    }
    this.arrived.notify();
  }
}

/** Fields that server versions after stock's newest put behind a request's. */
function laterFields(name: OutgoingName, serverVersion: number): string[] {
  if (name === "PLACE_ORDER" && serverVersion >= 199) return ["0"];
  if (name === "REQ_EXECUTIONS" && serverVersion >= 200) return ["", "0"];
  return [];
}

/** A payload of the gateway as name and content. @throws when the id is not known */
export function readMessage(payload: Buffer, serverVersion: number): Received {
  if (serverVersion <= PROTOBUF_ID_OFFSET) {
    const [id, ...fields] = payload.toString().split("\0").slice(0, -1);
    return { name: nameOf(Number(id)), protobuf: false, body: {}, fields, payload };
  }
  const rawId = payload.readUInt32BE(0);
  if (rawId <= PROTOBUF_ID_OFFSET) {
    const fields = payload.toString("utf8", 4).split("\0").slice(0, -1);
    return { name: nameOf(rawId), protobuf: false, body: {}, fields, payload };
  }
  const name = nameOf(rawId - PROTOBUF_ID_OFFSET);
  const body = decodePayload(INCOMING[name].schema as MessageName, payload) as Record<string, unknown>;
  return { name, protobuf: true, body, fields: [], payload };
}

function nameOf(id: number): IncomingName {
  const name = incomingName(id);
  if (name === undefined) throw new Error(`message id ${id} is not known`);
  return name;
}

export function errorOf(m: Received, serverVersion: number): { id: number; code: number; message: string } {
  if (m.protobuf) {
    return {
      id: (m.body["id"] as number | undefined) ?? -1,
      code: m.body["errorCode"] as number,
      message: m.body["errorMsg"] as string,
    };
  }
  const [id, code, message] = serverVersion < 194 ? m.fields.slice(1) : m.fields;
  return { id: Number(id), code: Number(code), message };
}
