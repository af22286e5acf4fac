import { ErrorCode, EventName } from "@stoqey/ib";
import { Decoder, type DecoderCallbacks, UnderrunError } from "@stoqey/ib/dist/core/io/decoder";
import { IN_MSG_ID } from "@stoqey/ib/dist/core/io/enum/in-msg-id";
import { Delivery } from "../../domain/delivery.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { DialectHost } from "../dialect.js";

/** The parts of stock's Decoder that are private to TypeScript and in use here; checked at start-up (seam.ts). */
export interface DecoderInsides {
  readStr(): string;
  readInt(): number;
  readDouble(): number | undefined;
  processMsg(id: number): void;
  emit(name: EventName, ...args: unknown[]): void;
  emitQueue: { name: EventName; args: unknown[] }[];
  decodeUnicodeEscapedString(text: string): string;
  decodeMsg_TICK_REQ_PARAMS(): void;
  decodeMsg_ERR_MSG(): void;
}

/** Whom it tells; the gateway's times of errors are not in text. */
export type DecodingHost = Pick<DialectHost, "serverVersion" | "emitEvent" | "emitInfo" | "emitError">;

/**
 * Stock's decoder of cold text messages with a cursor in place of its queue, which shifts an array once per field and
 * is quadratic in the size of a message. Every layout stays stock's; two of its faults are mended.
 */
export class TextDecoder {
  private readonly decoder: DecoderInsides;
  private tokens: readonly string[] = [];
  private at = 0;

  constructor(private readonly host: DecodingHost) {
    const callbacks: DecoderCallbacks = {
      get serverVersion() {
        return host.serverVersion;
      },
      emitEvent: (name, ...args) => host.emitEvent(name, ...args),
      emitInfo: (message, code) => host.emitInfo(message, code),
      // Of its errors the gateway's are read here, and the others below: what is left are messages it does not know.
      emitError: (message, code, reqId) =>
        host.emitError(new IBKRError("ERR_IBKR_UNKNOWN_MESSAGE", message), code, reqId as number | undefined),
    };
    this.decoder = new Decoder(callbacks) as unknown as DecoderInsides;
    this.decoder.readStr = () => this.next();
    this.decoder.decodeMsg_TICK_REQ_PARAMS = () => this.tickReqParams();
    this.decoder.decodeMsg_ERR_MSG = () => this.errMsg();
  }

  /** Decodes one frame, already split into fields, and emits its events. */
  decode(tokens: readonly string[]): void {
    this.tokens = tokens;
    this.at = 0;
    this.decoder.emitQueue = [];
    let id = IN_MSG_ID.UNDEFINED;
    try {
      id = this.decoder.readInt();
      this.decoder.processMsg(id);
      // An unknown message has been reported by its id already.
      if (this.at < tokens.length && id > 0 && IN_MSG_ID[id] !== undefined) {
        this.report(`${this.nameOf(id)}: unread fields ${JSON.stringify(tokens.slice(this.at))}`);
      }
    } catch (error) {
      if (!(error instanceof UnderrunError)) throw error;
      this.report(`${this.nameOf(id)}: ${error.message}, fields ${JSON.stringify(tokens)}`);
    }
    const queue = this.decoder.emitQueue;
    this.decoder.emitQueue = [];
    const delivery = new Delivery();
    for (const { name, args } of queue) {
      try {
        this.host.emitEvent(name, ...args);
      } catch (error) {
        delivery.failed(error);
      }
    }
    delivery.end();
  }

  private next(): string {
    if (this.at >= this.tokens.length) throw new UnderrunError("End of message reached.");
    return this.tokens[this.at++];
  }

  private nameOf(id: number): string {
    return `Decoding error on ${IN_MSG_ID[id] ?? "unknown message"} (${id})`;
  }

  private report(text: string): void {
    const error = new IBKRError("ERR_IBKR_BAD_MESSAGE", text);
    this.host.emitError(error, ErrorCode.UNKNOWN_ID, ErrorCode.NO_VALID_ID);
  }

  /** Stock reads minTick as an integer, so 0.01 becomes 0. */
  private tickReqParams(): void {
    const { decoder } = this;
    const tickerId = decoder.readInt();
    const minTick = decoder.readDouble();
    const bboExchange = decoder.readStr();
    const snapshotPermissions = decoder.readInt();
    decoder.emit(EventName.tickReqParams, tickerId, minTick, bboExchange, snapshotPermissions);
  }

  /** Stock lets a broken advancedOrderReject throw out of the decoder: here it is passed on as text. */
  private errMsg(): void {
    const { decoder, host } = this;
    const version = decoder.readInt();
    if (version < 2) {
      host.emitError(decoder.readStr(), ErrorCode.UNKNOWN_ID, ErrorCode.NO_VALID_ID);
      return;
    }
    const id = decoder.readInt();
    const code = decoder.readInt();
    let message = decoder.readStr();
    if (host.serverVersion >= ENCODE_MSG_ASCII7) message = decoder.decodeUnicodeEscapedString(message);
    let reject: unknown;
    if (host.serverVersion >= ADVANCED_ORDER_REJECT) {
      const text = decoder.readStr();
      if (text.length > 0) reject = parseReject(decoder.decodeUnicodeEscapedString(text));
    }
    if (id === ErrorCode.NO_VALID_ID) host.emitInfo(message, code);
    else host.emitError(message, code, id, reject);
  }
}

const ENCODE_MSG_ASCII7 = 153;
const ADVANCED_ORDER_REJECT = 166;

/** The JSON of an advanced order reject, or its text where it is no JSON. */
export function parseReject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
