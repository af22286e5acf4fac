import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import type { Contract, Order } from "../../src/index.js";

/** The payload stock's own encoder and socket make of an order. */
export function stockPayload(serverVersion: number, id: number, contract: Contract, order: Order): string {
  let tokens: unknown[] = [];
  const encoder = new Encoder({
    serverVersion,
    sendMsg: (...t: unknown[]) => {
      tokens = t.flat(Number.POSITIVE_INFINITY);
    },
    emitError: (message: string) => {
      throw new Error(message);
    },
  });
  encoder.placeOrder(id, contract, order);
  return `${tokens.map((t) => (t === true ? 1 : t === false ? 0 : t)).join("\0")}\0`;
}
