import { ErrorCode } from "@stoqey/ib";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { OrderFrames } from "../../native/session.js";
import type { Dialect, DialectHost, OutgoingFrame } from "../dialect.js";
import { requestIdOf, scopeOf } from "../request-names.js";
import { textOrderFrames } from "./order-frames.js";
import { checkedArguments } from "./request-arguments.js";
import { PLAIN_BARS_VERSION, TextBars } from "./text-bars.js";
import { TextDecoder } from "./text-decoder.js";
import { flatten, frameOf } from "./text-frame.js";

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
  private encoding = "";

  constructor(private readonly host: DialectHost) {
    this.encoder = new Encoder({
      get serverVersion() {
        return host.serverVersion;
      },
      sendMsg: (...tokens: unknown[]) => {
        this.frames.push(textFrame(tokens));
      },
      // Stock's encoder refuses for one reason only: what the server's version does not have.
      emitError: (message, code, reqId) =>
        host.emitError(
          new IBKRError("ERR_IBKR_SERVER_TOO_OLD", message, { scope: scopeOf(this.encoding) }),
          code,
          reqId as number | undefined,
        ),
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
    this.encoding = method;
    const encode = this.encoder[method];
    if (encode === undefined) {
      const what =
        `${method} needs server version 213 or newer, this one has ${this.host.serverVersion}: ` +
        "connect with maxServerVersion 226";
      const error = new IBKRError("ERR_IBKR_SERVER_TOO_OLD", what, { scope: scopeOf(method) });
      this.host.emitError(error, ErrorCode.UPDATE_TWS, requestIdOf(method, args));
      return [];
    }
    encode.apply(this.encoder, checkedArguments(method, args));
    const { frames } = this;
    this.frames = [];
    return frames;
  }

  receive(id: number, _protobuf: boolean, payload: Buffer): void {
    const plainBars = id === HISTORICAL_DATA && this.host.serverVersion >= PLAIN_BARS_VERSION;
    if (plainBars && this.bars.read(payload)) return;
    this.decoder.decode(payload.toString("utf8"));
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
