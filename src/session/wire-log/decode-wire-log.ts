import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Dialect, DialectHost } from "../../dialect/dialect.js";
import { ProtobufFrames } from "../../dialect/protobuf/protobuf-frames.js";
import { TextDialect } from "../../dialect/text/text-dialect.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { fileError } from "../../domain/system-error.js";
import { decodePayload } from "../../protocol/codec.js";
import { INCOMING, OUTGOING } from "../../protocol/messages.js";
import type { MessageName } from "../../protocol/schema.js";
import { MIN_PROTOBUF_VERSION } from "../server-versions.js";
import { nth } from "./wire-log-file.js";
import type { WireLine, WireWay } from "./wire-log-line.js";

/** One frame of a wire log, or what happened to its connection. */
export interface WireLogEntry {
  /** When JavaScript saw it, µs since 1970 UTC. */
  readonly micros: number;
  /** `in`: from the gateway; `out`: to it; `note`: neither. */
  readonly way: WireWay;
  /** Negotiated server version; 0 before. */
  readonly serverVersion: number;
  /** Its name in the protocol, such as `TICK_PRICE`; undefined where it is not known, and of notes. */
  readonly message: string | undefined;
  readonly id: number | undefined;
  /** Text: its fields, the number first; protobuf: by name; undefined of notes and of what cannot be read. */
  readonly fields: readonly string[] | Readonly<Record<string, unknown>> | undefined;
  /**
   * What a program hears of it, as the drop-in's events; none of what goes out, and of the protobuf messages that the core decodes
   * (ticks, depth, order statuses): those are in `fields`.
   */
  readonly events: readonly (readonly [name: string, ...args: unknown[]])[];
  /** A note's text, or why it cannot be read. */
  readonly note: string | undefined;
  /** Bytes of a frame that was too long for the log, which has only its beginning. */
  readonly wholeBytes: number | undefined;
}

/**
 * What a wire log (`wireLog`) has, oldest first, decoded. The last line of a process that was killed may be cut: it is left out.
 * @param file the newest file; older ones beside it (`FILE.1`, …) come before it
 * @param options `older`: false leaves those out; default true
 * @throws IBKRError `ERR_IBKR_FILE` for a file that cannot be read, or a line that is none of a wire log's
 */
export async function* decodeWireLog(
  file: string,
  options: { readonly older?: boolean | undefined } = {},
): AsyncGenerator<WireLogEntry> {
  const files = [file];
  if (options.older !== false) for (let n = 1; existsSync(nth(file, n)); n++) files.unshift(nth(file, n));
  const decoder = new LineDecoder();
  for (const path of files) yield* decodeFile(path, decoder);
}

async function* decodeFile(path: string, decoder: LineDecoder): AsyncGenerator<WireLogEntry> {
  const input = createReadStream(path);
  let number = 0;
  let bad: IBKRError | undefined;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      // Only the last line of a file may be cut.
      if (bad !== undefined) throw bad;
      number += 1;
      const parsed = parseLine(line);
      if (parsed === undefined)
        bad = new IBKRError("ERR_IBKR_FILE", `${path}:${number} is no line of a wire log`);
      else yield decoder.decode(parsed);
    }
    if (bad !== undefined && number === 1) throw bad;
  } catch (error) {
    if (error instanceof IBKRError) throw error;
    throw fileError("file", path, "read", error);
  } finally {
    input.destroy();
  }
}

function parseLine(line: string): WireLine | undefined {
  try {
    const parsed = JSON.parse(line) as WireLine;
    return typeof parsed.micros === "number" && /^(in|out|note)$/.test(parsed.way) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

type Told = [name: string, ...args: unknown[]];

/** Frames in their order: a dialect remembers what it has said. */
class LineDecoder {
  private dialect: Dialect | undefined;
  private version = -1;
  private told: Told[] = [];

  decode({ micros, way, version, message, id, fields, bytes, wholeBytes, note }: WireLine): WireLogEntry {
    const entry = { micros, way, serverVersion: version, message, id, events: [], note, wholeBytes };
    if (way === "note" || id === undefined) return { ...entry, fields: undefined };
    if (wholeBytes !== undefined) return { ...entry, fields };
    try {
      const payload = bytes === undefined ? undefined : Buffer.from(bytes, "base64");
      return {
        ...entry,
        fields: payload === undefined ? fields : bodyOf(way, message, payload),
        events: way === "in" ? this.eventsOf(version, id, fields, payload) : [],
      };
    } catch (error) {
      return { ...entry, fields, note: (error as Error).message };
    }
  }

  private eventsOf(
    version: number,
    id: number,
    fields: readonly string[] | undefined,
    payload: Buffer | undefined,
  ): readonly Told[] {
    const isProtobuf = payload !== undefined;
    const dialect = this.dialectOf(version);
    this.told = [];
    dialect.receive(id, isProtobuf, payload ?? textPayload(version, id, fields ?? []));
    return this.told;
  }

  private dialectOf(version: number): Dialect {
    if (this.dialect === undefined || version !== this.version) {
      const tell = (...told: Told) => {
        this.told.push(told);
      };
      const host: DialectHost = {
        serverVersion: version,
        emitEvent: (name, ...args) => tell(name, ...args),
        emitInfo: (text, code) => tell("info", text, code),
        emitError: (error, code, reqId) => {
          // What the core decodes has no events here: its fields say it.
          if (error instanceof IBKRError && error.code === "ERR_IBKR_UNKNOWN_MESSAGE") return;
          tell("error", typeof error === "string" ? error : error.message, code, reqId);
        },
      };
      this.dialect = version >= MIN_PROTOBUF_VERSION ? new ProtobufFrames(host) : new TextDialect(host);
      this.version = version;
    }
    return this.dialect;
  }
}

function bodyOf(
  way: "in" | "out",
  message: string | undefined,
  payload: Buffer,
): Record<string, unknown> | undefined {
  const table: Readonly<Record<string, { readonly schema: MessageName | undefined }>> =
    way === "in" ? INCOMING : OUTGOING;
  const schema = message === undefined ? undefined : table[message]?.schema;
  return schema === undefined ? undefined : { ...decodePayload(schema, payload) };
}

/** A frame's text again, as it came: behind a raw number where the version has those. */
function textPayload(version: number, id: number, fields: readonly string[]): Buffer {
  const text = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  if (version < MIN_PROTOBUF_VERSION) return text;
  const head = Buffer.alloc(4);
  head.writeUInt32BE(id);
  return Buffer.concat([head, text]);
}
