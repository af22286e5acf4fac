import type { OrderFrames } from "../native/session.js";
import type { ProtobufHost } from "./host.js";

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
