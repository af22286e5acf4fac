import { ORDER_PLACEHOLDERS } from "../../native/layout.js";
import type { OrderFrames } from "../../native/session.js";
import type { Dialect, DialectHost, OutgoingFrame } from "../dialect.js";
import { ProtobufDialect } from "./protobuf-dialect.js";
import { ordinaryOrderFrames } from "./requests/ordinary-order.js";

/** Server versions 213 and newer: the codec of src/protocol as a dialect. */
export class ProtobufFrames implements Dialect {
  readonly orderFrames: OrderFrames;
  private readonly dialect: ProtobufDialect;

  constructor(host: DialectHost) {
    this.dialect = new ProtobufDialect(host);
    this.orderFrames = ordinaryOrderFrames(host.serverVersion, ORDER_PLACEHOLDERS);
  }

  startApi(clientId: number): OutgoingFrame {
    return frame("startApi", [clientId], this.dialect.startApi(clientId));
  }

  encode(method: string, args: readonly unknown[]): readonly OutgoingFrame[] {
    return this.dialect.encode(method, args).map((payload) => frame(method, args, payload));
  }

  receive(id: number, protobuf: boolean, payload: Buffer): void {
    this.dialect.receive(id, protobuf, payload);
  }

  /** Protobuf has no fields to split: the frame as one hexadecimal token. */
  tokensOf(payload: Buffer): string[] {
    return [payload.toString("hex")];
  }
}

function frame(method: string, args: readonly unknown[], payload: Uint8Array): OutgoingFrame {
  return { payload, tokens: [method, ...args] };
}
