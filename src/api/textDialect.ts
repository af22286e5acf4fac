import { ErrorCode } from "@stoqey/ib";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import type { OrderFrames } from "../native/session";
import type { ProtobufHost } from "../protocol/host";
import { requestIdOf } from "./encoderFacade";
import { textOrderFrames } from "./orderTemplate";
import { PLAIN_BARS_VERSION, TextBars } from "./textBars";
import { TextDecoder } from "./textDecoder";
import { flatten, frameOf } from "./textFrame";

/** What a dialect tells the controller: the same in both, but that text knows no error times. */
export type DialectHost = ProtobufHost;

/** A request as it goes on the wire. `tokens` is what a `sent` listener is shown. */
export interface OutgoingFrame {
  readonly payload: string | Uint8Array;
  readonly tokens: readonly unknown[];
}

/** How requests become frames and cold frames become events. Hot messages never come here. */
export interface Dialect {
  startApi(clientId: number): OutgoingFrame;
  /** The frames of one request; none if it was refused, which has been reported then. */
  encode(method: string, args: readonly unknown[]): readonly OutgoingFrame[];
  /** For ordinary orders and plain cancels, which the core encodes; undefined: encode() does them all. */
  readonly orderFrames: OrderFrames | undefined;
  receive(id: number, protobuf: boolean, payload: Buffer): void;
  /** The fields of a frame for a `received` listener. */
  tokensOf(payload: Buffer): string[];
}

const HISTORICAL_DATA = 17;
const START_API = 71;
const START_API_VERSION = 2;

type EncoderMethods = Record<string, ((...args: unknown[]) => void) | undefined>;

/** Server versions 100 to 193: stock's encoder and layouts. */
export class TextDialect implements Dialect {
  private readonly encoder: EncoderMethods;
  private readonly decoder: TextDecoder;
  readonly orderFrames: OrderFrames | undefined;
  private readonly bars: TextBars;
  private frames: OutgoingFrame[] = [];

  constructor(private readonly host: DialectHost) {
    this.encoder = new Encoder({
      get serverVersion() {
        return host.serverVersion;
      },
      sendMsg: (...tokens: unknown[]) => {
        this.frames.push(textFrame(tokens));
      },
      emitError: (message, code, reqId) => host.emitError(message, code, reqId as number | undefined),
    }) as unknown as EncoderMethods;
    this.decoder = new TextDecoder(host);
    this.bars = new TextBars((name, ...args) => host.emitEvent(name, ...args));
    this.orderFrames = textOrderFrames(host.serverVersion);
  }

  startApi(clientId: number): OutgoingFrame {
    return textFrame([START_API, START_API_VERSION, clientId, ""]);
  }

  encode(method: string, args: readonly unknown[]): readonly OutgoingFrame[] {
    this.frames = [];
    const encode = this.encoder[method];
    if (encode === undefined) {
      this.host.emitError(
        `${method} needs server version 213 or newer, this one has ${this.host.serverVersion}: connect with maxServerVersion 226`,
        ErrorCode.UPDATE_TWS,
        requestIdOf(method, args),
      );
      return [];
    }
    encode.apply(this.encoder, [...args]);
    const { frames } = this;
    this.frames = [];
    return frames;
  }

  receive(id: number, _protobuf: boolean, payload: Buffer): void {
    const plainBars = id === HISTORICAL_DATA && this.host.serverVersion >= PLAIN_BARS_VERSION;
    if (plainBars && this.bars.read(payload)) return;
    this.decoder.decode(this.tokensOf(payload));
  }

  tokensOf(payload: Buffer): string[] {
    const tokens = payload.toString("utf8").split("\0");
    // Every field ends with NUL: the piece behind the last one is no field.
    tokens.pop();
    return tokens;
  }
}

function textFrame(tokens: readonly unknown[]): OutgoingFrame {
  return { payload: frameOf(tokens), tokens: flatten(tokens) };
}
