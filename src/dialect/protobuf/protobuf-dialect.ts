import { ErrorCode } from "@stoqey/ib";
import type { IBKRErrorCode } from "../../domain/error-codes.js";
import { shownInHex } from "../../domain/hex.js";
import { IBKRError } from "../../domain/ibkr-error.js";
import { incomingName, outgoingPayload } from "../../protocol/messages.js";
import type { ProtobufHost } from "../host.js";
import { requestIdOf, scopeOf } from "../request-names.js";
import { DeliveringHost } from "./delivering-host.js";
import { eventsOf } from "./events/index.js";
import { requestOf } from "./requests/index.js";
import type { OutgoingMessage } from "./requests/request.js";
import { TextBodies } from "./text-bodies.js";

export type { ProtobufHost } from "../host.js";

/** How much of a malformed frame an error shows, in bytes. */
const SHOWN_BYTES = 256;

/** Unknown message ids that are remembered as reported: there are 2^32 of them, and a gateway may send each. */
export const MOST_REPORTED_IDS = 256;

/** Numbers of the events of requests that are not sent. */
const NUMBERS: Readonly<Partial<Record<IBKRErrorCode, number>>> = {
  ERR_IBKR_SERVER_TOO_OLD: ErrorCode.UPDATE_TWS,
  ERR_IBKR_ARGUMENT: ErrorCode.FAIL_SEND,
};

/**
 * Server versions 213 and newer: requests as protobuf frames, cold protobuf frames as the events of the text dialect.
 * One per connection. A frame here is without its length: the raw id, big endian, and the body.
 */
export class ProtobufDialect {
  private readonly reported = new Set<number>();
  private readonly textBodies: TextBodies;

  constructor(private readonly host: ProtobufHost) {
    this.textBodies = new TextBodies(host);
  }

  /** The first frame of a connection. */
  startApi(clientId: number): Uint8Array {
    return outgoingPayload("START_API", { clientId });
  }

  /**
   * The frames of a request.
   * @param method name of a method of stock's encoder, or of one in NATIVE_REQUEST_METHODS.
   * @returns none if the request cannot be sent; that has been reported as an error event then, with code 503 where
   *   this dialect or the server does not know the request or one of its fields, 509 where an argument does not fit.
   */
  encode(method: string, args: readonly unknown[]): Uint8Array[] {
    const { host } = this;
    const request = requestOf(method);
    if (request === undefined) {
      const what = `${method} is not a request of the protobuf dialect (server version ${host.serverVersion})`;
      this.refuse("ERR_IBKR_SERVER_TOO_OLD", what, method, args);
      return [];
    }
    let messages: readonly OutgoingMessage[];
    try {
      messages = request(args, host.serverVersion);
    } catch (error) {
      if (!(error instanceof IBKRError) || NUMBERS[error.code] === undefined) throw error;
      this.refuse(error.code, `${method} was not sent: ${error.message}`, method, args, error);
      return [];
    }
    const tooNew = messages.find(({ since }) => since > host.serverVersion);
    if (tooNew !== undefined) {
      const { name, since } = tooNew;
      const what = `${method} needs server version ${since} (${name}), this one has ${host.serverVersion}`;
      this.refuse("ERR_IBKR_SERVER_TOO_OLD", what, method, args);
      return [];
    }
    return messages.map(({ payload }) => payload);
  }

  /**
   * Raises the events of a cold frame. A frame that is not known is reported once per message id, for the first 256 ids;
   * one that is malformed each time, with its first 256 bytes. Throws nothing but what a listener throws.
   * @param id base id.
   * @param protobuf whether the body is protobuf; a few messages come as text.
   */
  receive(id: number, protobuf: boolean, payload: Buffer): void {
    const name = incomingName(id);
    if (!protobuf) {
      if (!this.textBodies.receive(id, name, payload)) this.reportUnknown(id, name, protobuf);
      return;
    }
    const host = new DeliveringHost(this.host);
    try {
      const raise = name === undefined ? undefined : eventsOf(name, payload);
      if (raise === undefined) this.reportUnknown(id, name, protobuf);
      else raise(host);
    } catch (error) {
      // What listeners throw is not among it: that waits in the host.
      const what =
        `Cannot decode ${name} (${id}), server version ${this.host.serverVersion}: ` +
        `${(error as Error).message}; frame ${shownInHex(payload, SHOWN_BYTES)}`;
      host.emitError(new IBKRError("ERR_IBKR_BAD_MESSAGE", what, { cause: error }), ErrorCode.BAD_MESSAGE);
    }
    host.end();
  }

  private reportUnknown(id: number, name: string | undefined, protobuf: boolean): void {
    const { reported } = this;
    if (reported.has(id) || reported.size === MOST_REPORTED_IDS) return;
    reported.add(id);
    const what = `${name ?? "an unknown message"} (${id}${protobuf ? "" : ", as text"})`;
    const further = reported.size === MOST_REPORTED_IDS ? "further ones of any kind" : "further ones";
    const text =
      `No events for ${what} of server version ${this.host.serverVersion} in the protobuf dialect; ` +
      `${further} are passed over silently`;
    this.host.emitError(new IBKRError("ERR_IBKR_UNKNOWN_MESSAGE", text), ErrorCode.UNKNOWN_ID);
  }

  private refuse(
    code: IBKRErrorCode,
    message: string,
    method: string,
    args: readonly unknown[],
    cause?: IBKRError,
  ): void {
    const error = new IBKRError(code, message, { scope: scopeOf(method), cause });
    const id = requestIdOf(method, args);
    this.host.emitError(error, NUMBERS[code] as number, id === ErrorCode.NO_VALID_ID ? undefined : id);
  }
}
