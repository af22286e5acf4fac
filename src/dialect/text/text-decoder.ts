import { ErrorCode, EventName } from "@stoqey/ib";
import { Decoder, type DecoderCallbacks } from "@stoqey/ib/dist/core/io/decoder";
import { IN_MSG_ID } from "@stoqey/ib/dist/core/io/enum/in-msg-id";
import { Delivery } from "../../domain/delivery.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import type { DialectHost } from "../dialect.js";
import { cut, FieldCursor } from "./field-cursor.js";
import { type PassedOver, passedOver } from "./passed-over.js";
import { unescaped } from "./unescape.js";

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

/** Fields of one message. Bars are told from their bytes where they can be (text-bars.ts), and may be more. */
export const MOST_FIELDS = 1_000_000;

/** Larger than this a number in a message with an array may be a count that the message does not hold. */
const SMALL_COUNT = 65_536;
/** `new Array(n)` takes memory for n elements at once up to here; beyond, V8 makes a sparse one. */
const LARGEST_DENSE_ARRAY = 2 ** 25;

/** Messages of which stock makes an array as long as they say, before it looks for the elements. */
const WITH_ARRAY: ReadonlySet<number> = new Set([
  IN_MSG_ID.OPEN_ORDER,
  IN_MSG_ID.COMPLETED_ORDER,
  IN_MSG_ID.SOFT_DOLLAR_TIERS,
  IN_MSG_ID.FAMILY_CODES,
  IN_MSG_ID.SYMBOL_SAMPLES,
  IN_MSG_ID.MKT_DEPTH_EXCHANGES,
  IN_MSG_ID.NEWS_PROVIDERS,
  IN_MSG_ID.HISTOGRAM_DATA,
  IN_MSG_ID.MARKET_RULE,
  IN_MSG_ID.HISTORICAL_TICKS,
  IN_MSG_ID.HISTORICAL_TICKS_BID_ASK,
  IN_MSG_ID.HISTORICAL_TICKS_LAST,
  IN_MSG_ID.HISTORICAL_SCHEDULE,
]);
/** The head of an order, up to its conId: no counts, and numbers that are large in every one. */
const ORDER_HEAD_FIELDS = 4;
const ORDERS: ReadonlySet<number> = new Set([IN_MSG_ID.OPEN_ORDER, IN_MSG_ID.COMPLETED_ORDER]);

/**
 * Stock's decoder of cold text messages with a cursor in place of its queue, which shifts an array once per field and
 * is quadratic in the size of a message. Every layout stays stock's; its faults are mended, and what it passes over is
 * read (passed-over.ts).
 *
 * Whatever a gateway sends is events, or an error event that shows the message: nothing is thrown but what a listener
 * throws, and that when all have been told.
 */
export class TextDecoder {
  private readonly decoder: DecoderInsides;
  private readonly fields = new FieldCursor();
  /** Numbers beyond this one are {@link doubtful}; infinite where numbers are taken as they are. */
  private limit = Number.POSITIVE_INFINITY;
  private doubtful = false;
  /** So many fields at the beginning hold no count. */
  private headFields = 0;
  /** The field of this message that stock does not read, and its value once it was there. */
  private extra: PassedOver | undefined;
  private extraValue: string | undefined;
  /** What is told before the events of a message: the gateway's errors, and ours. */
  private notices: (() => void)[] = [];

  constructor(private readonly host: DecodingHost) {
    const callbacks: DecoderCallbacks = {
      get serverVersion() {
        return host.serverVersion;
      },
      emitEvent: (name, ...args) => host.emitEvent(name, ...args),
      emitInfo: (message, code) => this.notices.push(() => host.emitInfo(message, code)),
      // Of its errors the gateway's are read here, and the others below: what is left are messages it does not know.
      emitError: (message, code, reqId) => {
        const error = new IBKRError("ERR_IBKR_UNKNOWN_MESSAGE", cut(message));
        this.notices.push(() => host.emitError(error, code, reqId as number | undefined));
      },
    };
    this.decoder = new Decoder(callbacks) as unknown as DecoderInsides;
    const readInt = this.decoder.readInt.bind(this.decoder);
    this.decoder.readStr = () => {
      if (this.extra !== undefined && this.fields.taken === this.extra.at)
        this.extraValue = this.fields.next();
      return this.fields.next();
    };
    this.decoder.readInt = () => {
      const value = readInt();
      return value > this.limit ? this.doubt(value) : value;
    };
    this.decoder.decodeUnicodeEscapedString = unescaped;
    this.decoder.decodeMsg_TICK_REQ_PARAMS = () => this.tickReqParams();
    this.decoder.decodeMsg_ERR_MSG = () => this.errMsg();
  }

  /** Decodes one frame, its fields ended by NUL and the message id first, and emits its events. */
  decode(frame: string): void {
    const { decoder, fields } = this;
    fields.begin(frame);
    decoder.emitQueue = [];
    this.notices = [];
    this.extra = undefined;
    this.extraValue = undefined;
    let id = IN_MSG_ID.UNDEFINED;
    try {
      id = decoder.readInt();
      if (id !== IN_MSG_ID.HISTORICAL_DATA && fields.isLongerThan(MOST_FIELDS)) {
        throw new IBKRError("ERR_IBKR_BAD_MESSAGE", `more than ${MOST_FIELDS} fields`);
      }
      this.extra = passedOver(id, this.host.serverVersion);
      if (WITH_ARRAY.has(id)) this.readWithArray(id);
      else decoder.processMsg(id);
      if (this.extra !== undefined && this.extraValue !== undefined) this.putBack(this.extra);
      // An unknown message has been reported by its id already.
      if (!fields.atEnd && id > 0 && IN_MSG_ID[id] !== undefined) {
        this.report(`${this.nameOf(id)}: unread fields ${fields.shownFromHere()}`);
      }
    } catch (error) {
      this.report(`${this.nameOf(id)}: ${cut((error as Error).message)}, fields ${fields.shown()}`);
    }
    const { emitQueue } = decoder;
    const { notices } = this;
    decoder.emitQueue = [];
    this.notices = [];
    const delivery = new Delivery();
    for (const tell of notices) {
      try {
        tell();
      } catch (error) {
        delivery.failed(error);
      }
    }
    for (const { name, args } of emitQueue) {
      try {
        this.host.emitEvent(name, ...args);
      } catch (error) {
        delivery.failed(error);
      }
    }
    delivery.end();
  }

  /**
   * A count of 33 million in a frame of 15 bytes would be an array of 250 MB before the first element is missed. Which
   * numbers are counts is known to stock alone, so one that is too large for the rest of the frame is read as one too
   * many: if it is a count the frame ends too early, if it is not, the frame is read once more as it is.
   */
  private readWithArray(id: number): void {
    const { decoder, fields } = this;
    const start = fields.mark();
    this.doubtful = false;
    this.headFields = ORDERS.has(id) ? ORDER_HEAD_FIELDS : 0;
    this.limit = Math.max(SMALL_COUNT, Math.min(fields.bytesLeft, MOST_FIELDS));
    try {
      decoder.processMsg(id);
    } catch (error) {
      if (this.doubtful) decoder.emitQueue = [];
      throw error;
    } finally {
      this.limit = Number.POSITIVE_INFINITY;
    }
    if (!this.doubtful) return;
    decoder.emitQueue = [];
    fields.goTo(start);
    decoder.processMsg(id);
  }

  private putBack({ argument, member }: PassedOver): void {
    for (const { args } of this.decoder.emitQueue) {
      (args[argument] as Record<string, unknown>)[member] = this.extraValue;
    }
  }

  private doubt(value: number): number {
    if (value > LARGEST_DENSE_ARRAY || this.fields.taken <= this.headFields) return value;
    this.doubtful = true;
    return this.limit + 1;
  }

  private nameOf(id: number): string {
    return `Decoding error on ${IN_MSG_ID[id] ?? "unknown message"} (${id})`;
  }

  private report(text: string): void {
    const error = new IBKRError("ERR_IBKR_BAD_MESSAGE", text);
    this.notices.push(() => this.host.emitError(error, ErrorCode.UNKNOWN_ID, ErrorCode.NO_VALID_ID));
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
    const { decoder, host, notices } = this;
    const version = decoder.readInt();
    if (version < 2) {
      const message = decoder.readStr();
      notices.push(() => host.emitError(message, ErrorCode.UNKNOWN_ID, ErrorCode.NO_VALID_ID));
      return;
    }
    const id = decoder.readInt();
    const code = decoder.readInt();
    let message = decoder.readStr();
    if (host.serverVersion >= ENCODE_MSG_ASCII7) message = unescaped(message);
    let reject: unknown;
    if (host.serverVersion >= ADVANCED_ORDER_REJECT) {
      const text = decoder.readStr();
      if (text.length > 0) reject = parseReject(unescaped(text));
    }
    if (id === ErrorCode.NO_VALID_ID) notices.push(() => host.emitInfo(message, code));
    else notices.push(() => host.emitError(message, code, id, reject));
  }
}

const ENCODE_MSG_ASCII7 = 153;
const ADVANCED_ORDER_REJECT = 166;

/** The JSON of an advanced order reject, or its text where it is no JSON. */
function parseReject(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
