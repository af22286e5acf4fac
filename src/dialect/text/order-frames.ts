import type { Contract, Order, OrderCancel } from "@stoqey/ib";
import { Encoder } from "@stoqey/ib/dist/core/io/encoder";
import { ORDER_PLACEHOLDERS } from "../../native/layout.js";
import type { OrderFrames } from "../../native/session.js";
import { frameOf } from "./text-frame.js";

const MARK = "\u0001";

/**
 * The frames of an ordinary order and of a plain cancel for one server version of the text dialect. They are stock's
 * own: its encoder is run once on marks, so the layout has one source and no copy. The core fills in the placeholders.
 * @returns undefined if this version has no room for one of the fields (below 111)
 */
export function textOrderFrames(serverVersion: number): OrderFrames | undefined {
  const names: readonly string[] = ORDER_PLACEHOLDERS;
  const marked = (source: string) =>
    Object.fromEntries(
      names
        .filter((name) => name.startsWith(`${source}.`))
        .map((name) => [name.slice(source.length + 1), `${MARK}${name}${MARK}`]),
    ) as unknown;
  const id = `${MARK}id${MARK}` as unknown as number;
  const order = encoded(serverVersion, (encoder) =>
    encoder.placeOrder(id, marked("contract") as Contract, marked("order") as Order),
  );
  const nothing: OrderCancel = {
    manualOrderCancelTime: undefined,
    extOperator: "",
    manualOrderIndicator: undefined,
  };
  const cancel = encoded(serverVersion, (encoder) => encoder.cancelOrder(id, nothing));
  if (order === undefined || cancel === undefined) return undefined;
  const parts = order.split(MARK);
  const [before, , behind] = cancel.split(MARK).map((text) => Buffer.from(text, "utf8"));
  return {
    text: {
      between: parts.filter((_, i) => i % 2 === 0),
      placeholders: parts.filter((_, i) => i % 2 === 1).map((name) => names.indexOf(name)),
    },
    cancel: { before, behind },
  };
}

/** The frame stock's encoder makes, or undefined if it refuses. */
function encoded(serverVersion: number, run: (encoder: Encoder) => void): string | undefined {
  let frame: string | undefined;
  run(
    new Encoder({
      serverVersion,
      sendMsg: (...tokens: unknown[]) => {
        frame = frameOf(tokens);
      },
      emitError: () => {},
    }),
  );
  return frame;
}
